//! Expressions: every name resolved, JSON read as the value it holds, everything unknown refused.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, DataType, ExactNumberInfo, Expr, Ident, Query, Spanned, UnaryOperator,
    Value as Literal,
};

use super::{
    Rewriter,
    names::{as_value, json_element},
    scope::{Scope, Value},
    syntax::{binary, boolean, nested, text, try_cast},
    variables::Written,
};
use crate::{SqlError, catalog::Shape};

/// How deep an expression may go, a run of `+` counting one by one.
const DEPTH: usize = 300;

impl Rewriter<'_> {
    /// An expression as the value it holds.
    pub(super) fn value(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        Ok(as_value(self.expr(expr, scope)?))
    }

    pub(super) fn boxed(
        &mut self,
        expr: Box<Expr>,
        scope: &Scope<'_>,
    ) -> Result<Box<Expr>, SqlError> {
        self.value(*expr, scope).map(Box::new)
    }

    /// An expression that must be true or false.
    pub(super) fn condition(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        Ok(match expr {
            Expr::BinaryOp {
                op: BinaryOperator::And | BinaryOperator::Or,
                ..
            } => {
                let (op, parts) = chain(expr);
                let parts = parts
                    .into_iter()
                    .map(|part| self.condition(part, scope))
                    .collect::<Result<Vec<_>, _>>()?;
                balanced(parts, &op)
            }
            Expr::UnaryOp {
                op: op @ UnaryOperator::Not,
                expr,
            } => Expr::UnaryOp {
                op,
                expr: Box::new(self.condition(*expr, scope)?),
            },
            Expr::Nested(expr) => nested(self.condition(*expr, scope)?),
            other => {
                let value = self.expr(other, scope)?;
                match value.shape {
                    Shape::Json => try_cast(as_value(value), DataType::Boolean),
                    _ => value.expr,
                }
            }
        })
    }

    /// An expression; JSON stays JSON.
    pub(super) fn expr(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Value, SqlError> {
        if self.depth >= DEPTH {
            return Err(self
                .error(expr.span(), "the expression is too long")
                .help("name its parts with WITH"));
        }
        self.depth += 1;
        let value = self.expr_inside(expr, scope);
        self.depth -= 1;
        value
    }

    fn expr_inside(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Value, SqlError> {
        match expr {
            Expr::Identifier(word) => self.name(&[word], scope),
            Expr::CompoundIdentifier(words) => self.name(&words, scope),
            Expr::CompoundFieldAccess { root, access_chain } => {
                self.access(*root, access_chain, scope)
            }
            Expr::Nested(inner) => {
                let value = self.expr(*inner, scope)?;
                Ok(Value {
                    expr: nested(value.expr),
                    ..value
                })
            }
            Expr::Value(ref literal) => match &literal.value {
                Literal::Placeholder(name) => {
                    let name = name.trim_start_matches('$').to_owned();
                    let written = Written {
                        name: &name,
                        members: &[],
                        span: literal.span,
                    };
                    self.variable(&written, scope)
                }
                _ => Ok(plain(expr)),
            },
            Expr::BinaryOp { left, op, right } => self.operator(*left, op, *right, scope),
            Expr::Function(function) => self.call(function, scope),
            other => self.other(other, scope).map(plain),
        }
    }

    fn operator(
        &mut self,
        left: Expr,
        op: BinaryOperator,
        right: Expr,
        scope: &Scope<'_>,
    ) -> Result<Value, SqlError> {
        match op {
            BinaryOperator::HashArrow | BinaryOperator::Arrow | BinaryOperator::LongArrow => {
                let span = left.span();
                let value = self.expr(left, scope)?;
                let value = match value.shape {
                    Shape::Json | Shape::Unknown => Value {
                        shape: Shape::Json,
                        ..value
                    },
                    _ => {
                        return Err(self
                            .error(span, "`->` reads JSON, and this is none")
                            .help("reach declared members by dots: `u.profile.email`"));
                    }
                };
                let span = right.span();
                let value = match right {
                    Expr::Value(literal) => match &literal.value {
                        Literal::SingleQuotedString(name) => {
                            self.members(value, &[Ident::with_quote_and_span('\"', span, name)])?
                        }
                        Literal::Number(index, _) => match index.parse::<u64>() {
                            Ok(index) => Value {
                                expr: json_element(value.expr, index + 1),
                                ..value
                            },
                            Err(_) => return Err(self.error(span, "an index is a whole number")),
                        },
                        _ => {
                            return Err(self.error(span, "`->` takes a name in quotes or an index"));
                        }
                    },
                    _ => return Err(self.error(span, "`->` takes a name in quotes or an index")),
                };
                Ok(match op {
                    BinaryOperator::LongArrow => plain(as_value(value)),
                    _ => value,
                })
            }
            BinaryOperator::And | BinaryOperator::Or => {
                let whole = binary(left, op, right);
                Ok(plain(self.condition(whole, scope)?))
            }
            BinaryOperator::Plus
            | BinaryOperator::Minus
            | BinaryOperator::Multiply
            | BinaryOperator::Divide
            | BinaryOperator::Modulo => Ok(plain(Expr::BinaryOp {
                left: Box::new(as_number(self.expr(left, scope)?)),
                op,
                right: Box::new(as_number(self.expr(right, scope)?)),
            })),
            _ => Ok(plain(Expr::BinaryOp {
                left: Box::new(self.value(left, scope)?),
                op,
                right: Box::new(self.value(right, scope)?),
            })),
        }
    }

    pub(super) fn optional(
        &mut self,
        expr: Option<Box<Expr>>,
        scope: &Scope<'_>,
    ) -> Result<Option<Box<Expr>>, SqlError> {
        expr.map(|expr| self.boxed(expr, scope)).transpose()
    }

    pub(super) fn values(
        &mut self,
        exprs: Vec<Expr>,
        scope: &Scope<'_>,
    ) -> Result<Vec<Expr>, SqlError> {
        exprs
            .into_iter()
            .map(|expr| self.value(expr, scope))
            .collect()
    }

    /// A subquery in an expression: its columns are values.
    pub(super) fn value_query(
        &mut self,
        query: Query,
        scope: &Scope<'_>,
    ) -> Result<Box<Query>, SqlError> {
        let rewritten = self.query(query, Some(scope), super::query::Output::Values)?;
        Ok(Box::new(rewritten.query))
    }
}

/// The operands of a run of one logical operator, however long, from left to right.
fn chain(expr: Expr) -> (BinaryOperator, Vec<Expr>) {
    let mut parts = Vec::new();
    let mut rest = expr;
    let mut operator = BinaryOperator::And;
    loop {
        match rest {
            Expr::BinaryOp { left, op, right }
                if matches!(op, BinaryOperator::And | BinaryOperator::Or)
                    && (parts.is_empty() || op == operator) =>
            {
                operator = op;
                parts.push(*right);
                rest = *left;
            }
            first => {
                parts.push(first);
                parts.reverse();
                return (operator, parts);
            }
        }
    }
}

/// The operands joined so that a long run does not nest deep.
fn balanced(mut parts: Vec<Expr>, op: &BinaryOperator) -> Expr {
    match parts.len() {
        0 => boolean(true),
        1 => parts.remove(0),
        length => {
            let right = parts.split_off(length / 2);
            binary(
                nested_logic(balanced(parts, op)),
                op.clone(),
                nested_logic(balanced(right, op)),
            )
        }
    }
}

/// Parentheses around a part that is such a run itself; the tree has its shape without them, its text has not.
fn nested_logic(expr: Expr) -> Expr {
    match expr {
        Expr::BinaryOp {
            op: BinaryOperator::And | BinaryOperator::Or,
            ..
        } => nested(expr),
        other => other,
    }
}

/// An operator's or function's result.
fn plain(expr: Expr) -> Value {
    Value {
        expr,
        shape: Shape::Unknown,
        name: None,
    }
}

/// JSON as the number it holds, to compute with.
pub(super) fn as_number(value: Value) -> Expr {
    match value.shape {
        Shape::Json => try_cast(as_value(value), DataType::Double(ExactNumberInfo::None)),
        _ => value.expr,
    }
}

/// The text literal of a name, for functions that take a unit as a bare word.
pub(super) fn word_as_text(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Identifier(word) if word.quote_style.is_none() => Some(text(&word.value)),
        _ => None,
    }
}
