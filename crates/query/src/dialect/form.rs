//! The forms of expressions that are neither names nor literals nor infix operators.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CeilFloorKind, Expr, Spanned, UnaryOperator,
};

use super::{
    Rewriter,
    expression::as_number,
    function::JSON_TEXTS,
    scope::{Scope, Value},
    syntax::call,
};
use crate::{SqlError, catalog::Shape};

impl Rewriter<'_> {
    /// Everything that is neither a name nor a literal nor an infix operator.
    pub(super) fn other(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        let span = expr.span();
        Ok(match expr {
            Expr::UnaryOp {
                op: op @ UnaryOperator::Not,
                expr,
            } => Expr::UnaryOp {
                op,
                expr: Box::new(self.condition(*expr, scope)?),
            },
            Expr::UnaryOp {
                op: op @ (UnaryOperator::Plus | UnaryOperator::Minus),
                expr,
            } => Expr::UnaryOp {
                op,
                expr: Box::new(as_number(self.expr(*expr, scope)?)),
            },
            Expr::IsNull(expr) => Expr::IsNull(self.boxed(expr, scope)?),
            Expr::IsNotNull(expr) => Expr::IsNotNull(self.boxed(expr, scope)?),
            Expr::IsTrue(expr) => Expr::IsTrue(Box::new(self.condition(*expr, scope)?)),
            Expr::IsNotTrue(expr) => Expr::IsNotTrue(Box::new(self.condition(*expr, scope)?)),
            Expr::IsFalse(expr) => Expr::IsFalse(Box::new(self.condition(*expr, scope)?)),
            Expr::IsNotFalse(expr) => Expr::IsNotFalse(Box::new(self.condition(*expr, scope)?)),
            Expr::IsUnknown(expr) => Expr::IsUnknown(Box::new(self.condition(*expr, scope)?)),
            Expr::IsNotUnknown(expr) => Expr::IsNotUnknown(Box::new(self.condition(*expr, scope)?)),
            Expr::IsDistinctFrom(left, right) => {
                Expr::IsDistinctFrom(self.boxed(left, scope)?, self.boxed(right, scope)?)
            }
            Expr::IsNotDistinctFrom(left, right) => {
                Expr::IsNotDistinctFrom(self.boxed(left, scope)?, self.boxed(right, scope)?)
            }
            Expr::InList {
                expr,
                list,
                negated,
            } => self.in_list(*expr, list, negated, scope)?,
            Expr::InSubquery {
                expr,
                subquery,
                negated,
            } => self.in_subquery(*expr, *subquery, negated, scope)?,
            Expr::Exists { subquery, negated } => self.exists(*subquery, negated, scope)?,
            Expr::Subquery(query) => Expr::Subquery(self.value_query(*query, scope)?),
            Expr::Between {
                expr,
                negated,
                low,
                high,
            } => Expr::Between {
                expr: self.boxed(expr, scope)?,
                negated,
                low: self.boxed(low, scope)?,
                high: self.boxed(high, scope)?,
            },
            Expr::Like {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => Expr::Like {
                negated,
                any: false,
                expr: self.boxed(expr, scope)?,
                pattern: self.boxed(pattern, scope)?,
                escape_char,
            },
            Expr::ILike {
                negated,
                any: false,
                expr,
                pattern,
                escape_char,
            } => Expr::ILike {
                negated,
                any: false,
                expr: self.boxed(expr, scope)?,
                pattern: self.boxed(pattern, scope)?,
                escape_char,
            },
            Expr::SimilarTo {
                negated,
                expr,
                pattern,
                escape_char,
            } => Expr::SimilarTo {
                negated,
                expr: self.boxed(expr, scope)?,
                pattern: self.boxed(pattern, scope)?,
                escape_char,
            },
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => {
                let left = self.value(*left, scope)?;
                let right = match *right {
                    Expr::Nested(inner) => *inner,
                    other => other,
                };
                if matches!(right, Expr::Subquery(_)) {
                    return Err(self
                        .error(span, "ANY over a query is not part of the dialect")
                        .help("write IN (SELECT …)"));
                }
                let list = match self.expr(right, scope)? {
                    Value {
                        shape: Shape::Json,
                        expr,
                        ..
                    } => call(JSON_TEXTS, vec![expr]),
                    list => list.expr,
                };
                call("array_has", vec![list, left])
            }
            Expr::Cast {
                kind,
                expr,
                data_type,
                array: false,
                format: None,
            } => Expr::Cast {
                kind,
                expr: self.boxed(expr, scope)?,
                data_type,
                array: false,
                format: None,
            },
            Expr::AtTimeZone {
                timestamp,
                time_zone,
            } => Expr::AtTimeZone {
                timestamp: self.boxed(timestamp, scope)?,
                time_zone: self.boxed(time_zone, scope)?,
            },
            Expr::Extract {
                field,
                syntax,
                expr,
            } => Expr::Extract {
                field,
                syntax,
                expr: self.boxed(expr, scope)?,
            },
            Expr::Ceil {
                expr,
                field: field @ CeilFloorKind::DateTimeField(_),
            } => Expr::Ceil {
                expr: self.boxed(expr, scope)?,
                field,
            },
            Expr::Floor {
                expr,
                field: field @ CeilFloorKind::DateTimeField(_),
            } => Expr::Floor {
                expr: self.boxed(expr, scope)?,
                field,
            },
            Expr::Position { expr, r#in } => Expr::Position {
                expr: self.boxed(expr, scope)?,
                r#in: self.boxed(r#in, scope)?,
            },
            Expr::Substring {
                expr,
                substring_from,
                substring_for,
                special,
                shorthand,
            } => Expr::Substring {
                expr: self.boxed(expr, scope)?,
                substring_from: self.optional(substring_from, scope)?,
                substring_for: self.optional(substring_for, scope)?,
                special,
                shorthand,
            },
            Expr::Trim {
                trim_where,
                trim_what,
                expr,
                trim_characters: None,
            } => Expr::Trim {
                trim_where,
                trim_what: self.optional(trim_what, scope)?,
                expr: self.boxed(expr, scope)?,
                trim_characters: None,
            },
            Expr::Overlay {
                expr,
                overlay_what,
                overlay_from,
                overlay_for,
            } => Expr::Overlay {
                expr: self.boxed(expr, scope)?,
                overlay_what: self.boxed(overlay_what, scope)?,
                overlay_from: self.boxed(overlay_from, scope)?,
                overlay_for: self.optional(overlay_for, scope)?,
            },
            Expr::Case {
                case_token,
                end_token,
                operand,
                conditions,
                else_result,
            } => {
                let searched = operand.is_none();
                let operand = self.optional(operand, scope)?;
                let mut rewritten = Vec::with_capacity(conditions.len());
                for mut when in conditions {
                    when.condition = match searched {
                        true => self.condition(when.condition, scope)?,
                        false => self.value(when.condition, scope)?,
                    };
                    when.result = self.value(when.result, scope)?;
                    rewritten.push(when);
                }
                Expr::Case {
                    case_token,
                    end_token,
                    operand,
                    conditions: rewritten,
                    else_result: self.optional(else_result, scope)?,
                }
            }
            Expr::Array(array) => {
                let elements = self.values(array.elem, scope)?;
                call("make_array", elements)
            }
            Expr::Interval(mut interval) => {
                interval.value = self.boxed(interval.value, scope)?;
                Expr::Interval(interval)
            }
            Expr::TypedString(typed) => Expr::TypedString(typed),
            Expr::Lambda(_) => {
                return Err(self
                    .error(span, "a function `x -> …` can only be an argument")
                    .help("use it in array_any_match, array_filter or array_transform"));
            }
            other => {
                let text: String = other.to_string().chars().take(60).collect();
                return Err(self.error(span, format!("`{text}` is not part of the dialect")));
            }
        })
    }
}
