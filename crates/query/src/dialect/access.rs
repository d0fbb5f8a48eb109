//! The way into a value: `u.devices[1].name`.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, Spanned, Subscript, Value as Literal,
};

use super::{
    Rewriter,
    names::JSON_GET,
    scope::{Scope, Value},
    syntax::call,
    variables::Written,
};
use crate::{SqlError, catalog::Shape};

impl Rewriter<'_> {
    /// `root.a.b[1].c`
    pub(super) fn access(
        &mut self,
        root: Expr,
        chain: Vec<AccessExpr>,
        scope: &Scope<'_>,
    ) -> Result<Value, SqlError> {
        let mut chain = chain.into_iter().peekable();
        let mut words = match root {
            Expr::Identifier(word) => vec![word],
            Expr::CompoundIdentifier(words) => words,
            Expr::Value(ref literal) if matches!(literal.value, Literal::Placeholder(_)) => {
                let mut members = Vec::new();
                while let Some(word) = chain.peek().and_then(dot_word) {
                    members.push(word);
                    chain.next();
                }
                let name = literal.value.to_string();
                let written = Written {
                    name: name.trim_start_matches('$'),
                    members: &members,
                    span: literal.span,
                };
                let value = self.variable(&written, scope)?;
                return chain.try_fold(value, |value, step| self.step(value, step, scope));
            }
            other => {
                let value = self.expr(other, scope)?;
                return chain.try_fold(value, |value, step| self.step(value, step, scope));
            }
        };
        while let Some(word) = chain.peek().and_then(dot_word) {
            words.push(word);
            chain.next();
        }
        let value = self.name(&words, scope)?;
        chain.try_fold(value, |value, step| self.step(value, step, scope))
    }

    fn step(
        &mut self,
        value: Value,
        step: AccessExpr,
        scope: &Scope<'_>,
    ) -> Result<Value, SqlError> {
        if let Some(word) = dot_word(&step) {
            return self.members(value, &[word]);
        }
        let span = step.span();
        match step {
            AccessExpr::Subscript(Subscript::Index { index }) => {
                if let Expr::Value(literal) = &index
                    && let Literal::SingleQuotedString(name) = &literal.value
                {
                    let word = Ident::with_quote_and_span('\"', literal.span, name);
                    return self.members(value, &[word]);
                }
                let index = self.value(index, scope)?;
                let Value { expr, shape, name } = value;
                Ok(match shape {
                    Shape::Json => Value {
                        expr: call(JSON_GET, vec![expr, index]),
                        shape: Shape::Json,
                        name,
                    },
                    Shape::List(element) => Value {
                        expr: call("array_element", vec![expr, index]),
                        shape: *element,
                        name,
                    },
                    Shape::Unknown => Value {
                        expr: call("array_element", vec![expr, index]),
                        shape: Shape::Unknown,
                        name,
                    },
                    Shape::Value(_) | Shape::Struct(_) => {
                        return Err(self.error(span, "only a list has elements"));
                    }
                })
            }
            _ => Err(self
                .error(span, "this way into a value is not part of the dialect")
                .help("use dots, `['name']` or `[1]`")),
        }
    }
}

/// The name a step takes.
pub(super) fn dot_word(step: &AccessExpr) -> Option<Ident> {
    match step {
        AccessExpr::Dot(Expr::Identifier(word)) => Some(word.clone()),
        AccessExpr::Subscript(Subscript::Index {
            index: Expr::Value(literal),
        }) => match &literal.value {
            Literal::SingleQuotedString(name) => {
                Some(Ident::with_quote_and_span('\"', literal.span, name))
            }
            _ => None,
        },
        _ => None,
    }
}
