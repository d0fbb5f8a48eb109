//! What `$name` stands for is put into the syntax tree as literals, never into the text.

use datafusion::sql::sqlparser::{
    ast::{Expr, Ident, Value as Literal},
    tokenizer::Span,
};
use serde_json::Value as Json;

use super::{
    Rewriter, parse,
    scope::{Scope, Value},
    syntax::{boolean, call, literal, nested, number, text},
    tokens::Marks,
};
use crate::{SqlError, Variable, catalog::Shape, suggestion::did_you_mean};

/// How often a fragment may stand inside another.
const FRAGMENT_DEPTH: usize = 8;

/// A variable as written.
pub(super) struct Written<'a> {
    /// Without its sign.
    pub name: &'a str,
    pub members: &'a [Ident],
    pub span: Span,
}

impl Rewriter<'_> {
    /// What a variable is in an expression.
    pub(super) fn variable(
        &mut self,
        written: &Written<'_>,
        scope: &Scope<'_>,
    ) -> Result<Value, SqlError> {
        match self.look_up(written)? {
            Found::Value(value) => Ok(json_value(&value, written.name)),
            Found::Fragment(sql) => self.in_fragment(&sql, written, |rewriter, expr| {
                let value = rewriter.expr(expr, scope)?;
                Ok(Value {
                    expr: nested(value.expr),
                    ..value
                })
            }),
        }
    }

    /// The elements a variable brings into `IN (…)`.
    pub(super) fn variable_elements(
        &mut self,
        written: &Written<'_>,
    ) -> Result<Elements, SqlError> {
        Ok(match self.look_up(written)? {
            Found::Value(Json::Array(values)) => {
                Elements::Values(values.iter().map(json_literal).collect())
            }
            Found::Value(value) => Elements::Values(vec![json_literal(&value)]),
            Found::Fragment(sql) => Elements::Fragment(sql),
        })
    }

    /// Runs `with` on a fragment's expression; errors in it point at the variable.
    pub(super) fn in_fragment<T>(
        &mut self,
        sql: &str,
        written: &Written<'_>,
        with: impl FnOnce(&mut Self, Expr) -> Result<T, SqlError>,
    ) -> Result<T, SqlError> {
        if self.fragments.len() >= FRAGMENT_DEPTH {
            return Err(self.error(
                written.span,
                "the SQL variables stand inside each other too deep",
            ));
        }
        let result = match parse::expression(sql) {
            Ok((expr, marks)) => {
                let outer: Marks = std::mem::replace(&mut self.marks, marks);
                self.fragments.push(written.span);
                let result = with(self, expr);
                let left = self.unused_at();
                self.fragments.pop();
                self.marks = outer;
                result.and_then(|value| left.map_or(Ok(value), Err))
            }
            Err(error) => Err(error),
        };
        result.map_err(|error| {
            let place = self.place(written.span);
            let message = match error.message.starts_with("in the SQL of") {
                true => error.message,
                false => format!("in the SQL of `${}`: {}", written.name, error.message),
            };
            SqlError { message, ..error }.at(place)
        })
    }

    /// The text a variable holds, where only text will do.
    pub(super) fn variable_text(&self, name: &str, span: Span) -> Result<String, SqlError> {
        let written = Written {
            name,
            members: &[],
            span,
        };
        match self.look_up(&written)? {
            Found::Value(Json::String(text)) => Ok(text),
            _ => Err(self.error(span, format!("`${name}` must be text here"))),
        }
    }

    fn look_up(&self, written: &Written<'_>) -> Result<Found, SqlError> {
        let Some(variable) = self.variables.get(written.name) else {
            let names = self.variables.keys().map(String::as_str);
            let help = did_you_mean(written.name, names)
                .unwrap_or_else(|| "give it a value with the query".to_owned());
            return Err(self
                .error(written.span, format!("`${}` has no value", written.name))
                .help(help));
        };
        let mut value = match variable {
            Variable::Sql(sql) if written.members.is_empty() => {
                return Ok(Found::Fragment(sql.clone()));
            }
            Variable::Sql(_) | Variable::Null => Json::Null,
            Variable::String(text) => Json::String(text.clone()),
            Variable::Boolean(value) => Json::Bool(*value),
            Variable::Number(number) => Json::Number(number.clone()),
            Variable::Array(values) => Json::Array(values.clone()),
            Variable::Object(members) => Json::Object(members.clone()),
        };
        for member in written.members {
            let Some(inner) = value.get(&member.value) else {
                let names: Vec<String> = match &value {
                    Json::Object(members) => members.keys().cloned().collect(),
                    _ => Vec::new(),
                };
                let message = format!("`${}` has no member `{}`", written.name, member.value);
                return Err(self.error(member.span, message).or_help(did_you_mean(
                    &member.value,
                    names.iter().map(String::as_str),
                )));
            };
            value = inner.clone();
        }
        Ok(Found::Value(value))
    }
}

/// What stands behind a variable.
enum Found {
    Value(Json),
    Fragment(String),
}

/// What a variable brings into a list.
pub(super) enum Elements {
    Values(Vec<Expr>),
    Fragment(String),
}

fn json_value(value: &Json, name: &str) -> Value {
    let shape = match value {
        Json::Object(_) => Shape::Json,
        _ => Shape::Unknown,
    };
    Value {
        expr: json_literal(value),
        shape,
        name: Some(name.to_owned()),
    }
}

fn json_literal(value: &Json) -> Expr {
    match value {
        Json::Null => literal(Literal::Null),
        Json::Bool(value) => boolean(*value),
        Json::Number(value) => number(value),
        Json::String(value) => text(value),
        Json::Array(values) => call("make_array", values.iter().map(json_literal).collect()),
        Json::Object(_) => text(&value.to_string()),
    }
}
