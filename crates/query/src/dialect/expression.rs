//! Expressions: every name resolved, JSON read as the value it holds, everything unknown refused.

use datafusion::sql::sqlparser::{
    ast::{
        AccessExpr, BinaryOperator, CeilFloorKind, DataType, ExactNumberInfo, Expr, Ident, Query,
        Spanned, Subscript, UnaryOperator, Value as Literal,
    },
    tokenizer::Span,
};

use super::{
    Rewriter,
    names::{as_value, json_element},
    scope::{Scope, Value},
    syntax::{boolean, call, nested, text, try_cast},
    variables::{Elements, Written},
};
use crate::{SqlError, catalog::Shape};

/// How deep an expression may go, a run of `+` counting one by one.
const DEPTH: usize = 300;

impl Rewriter<'_> {
    /// An expression as the value it holds.
    pub(super) fn value(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        Ok(as_value(self.expr(expr, scope)?))
    }

    fn boxed(&mut self, expr: Box<Expr>, scope: &Scope<'_>) -> Result<Box<Expr>, SqlError> {
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
                        _ => return Err(self.error(span, "`->` takes a name in quotes or an index")),
                    },
                    _ => return Err(self.error(span, "`->` takes a name in quotes or an index")),
                };
                Ok(match op {
                    BinaryOperator::LongArrow => plain(as_value(value)),
                    _ => value,
                })
            }
            BinaryOperator::And | BinaryOperator::Or => {
                let whole = super::syntax::binary(left, op, right);
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

    /// `root.a.b[1].c`
    fn access(
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
                        expr: call(super::names::JSON_GET, vec![expr, index]),
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

    /// Everything that is neither a name nor a literal nor an infix operator.
    fn other(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
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
                    } => call(super::function::JSON_TEXTS, vec![expr]),
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

    fn optional(
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

    fn in_list(
        &mut self,
        expr: Expr,
        list: Vec<Expr>,
        negated: bool,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let mut elements = Vec::with_capacity(list.len());
        let alone = list.len() == 1;
        for element in list {
            let Some((name, members, span)) = written_variable(&element) else {
                elements.push(self.value(element, scope)?);
                continue;
            };
            let written = Written {
                name: &name,
                members: &members,
                span,
            };
            match self.variable_elements(&written)? {
                Elements::Values(values) => elements.extend(values),
                Elements::Fragment(sql) => {
                    let found = self.in_fragment(&sql, &written, |rewriter, fragment| {
                        match fragment {
                            Expr::Subquery(query) if alone => rewriter
                                .in_subquery(expr.clone(), *query, negated, scope)
                                .map(Fragment::Whole),
                            other => rewriter.value(other, scope).map(Fragment::Element),
                        }
                    })?;
                    match found {
                        Fragment::Whole(expr) => return Ok(expr),
                        Fragment::Element(expr) => elements.push(nested(expr)),
                    }
                }
            }
        }
        if elements.is_empty() {
            return Ok(boolean(negated));
        }
        Ok(Expr::InList {
            expr: Box::new(self.value(expr, scope)?),
            list: elements,
            negated,
        })
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
            super::syntax::binary(
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

enum Fragment {
    /// The whole `IN`.
    Whole(Expr),
    /// One of its elements.
    Element(Expr),
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

fn dot_word(step: &AccessExpr) -> Option<Ident> {
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

/// `$name` or `$name.member`.
fn written_variable(expr: &Expr) -> Option<(String, Vec<Ident>, Span)> {
    let (root, chain): (&Expr, &[AccessExpr]) = match expr {
        Expr::CompoundFieldAccess { root, access_chain } => (root, access_chain),
        other => (other, &[]),
    };
    let Expr::Value(literal) = root else {
        return None;
    };
    let Literal::Placeholder(name) = &literal.value else {
        return None;
    };
    let members: Option<Vec<Ident>> = chain.iter().map(dot_word).collect();
    Some((
        name.trim_start_matches('$').to_owned(),
        members?,
        literal.span,
    ))
}

/// The text literal of a name, for functions that take a unit as a bare word.
pub(super) fn word_as_text(expr: &Expr) -> Option<Expr> {
    match expr {
        Expr::Identifier(word) if word.quote_style.is_none() => Some(text(&word.value)),
        _ => None,
    }
}
