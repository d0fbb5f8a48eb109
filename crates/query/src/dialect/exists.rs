//! `EXISTS` and `IN` over the elements of a list of the row at hand.
//!
//! The engine cannot open a list of an outer row in a subquery. Where the subquery is about that list alone, it
//! becomes a predicate over its elements; otherwise `from` joins the outer table once more by its key.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, LambdaFunction, LambdaFunctionParameter,
    LambdaSyntax, OneOrManyWithParens, Query, Select, SelectItem, SetExpr, TableFactor,
    UnaryOperator, visit_expressions,
};

use super::{
    Rewriter,
    function::elements,
    scope::{RelationKind, Scope, quoted},
    syntax::{and, binary, boolean, call, nested},
};
use crate::{SqlError, catalog::Shape};

/// A subquery whose rows are the elements of one list of an outer row.
struct ListQuery {
    /// The list.
    words: Vec<Ident>,
    /// What an element is called.
    alias: Ident,
    condition: Option<Expr>,
    /// What is selected; `None` for `*`.
    item: Option<Expr>,
}

impl Rewriter<'_> {
    pub(super) fn exists(
        &mut self,
        subquery: Query,
        negated: bool,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let Some(list) = list_query(&subquery, scope) else {
            let query = self.query(subquery, Some(scope), super::query::Output::Values)?;
            return Ok(Expr::Exists {
                subquery: Box::new(query.query),
                negated,
            });
        };
        let found = self.any_element(list, None, scope)?;
        Ok(negate(found, negated))
    }

    pub(super) fn in_subquery(
        &mut self,
        expr: Expr,
        subquery: Query,
        negated: bool,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let list = list_query(&subquery, scope).filter(|list| list.item.is_some());
        let expr = self.value(expr, scope)?;
        let Some(list) = list else {
            return Ok(Expr::InSubquery {
                expr: Box::new(expr),
                subquery: self.value_query(subquery, scope)?,
                negated,
            });
        };
        let found = self.any_element(list, Some(expr.clone()), scope)?;
        if negated {
            let known = Expr::IsNotNull(Box::new(expr));
            return Ok(nested(binary(
                known,
                BinaryOperator::And,
                negate(found, true),
            )));
        }
        Ok(found)
    }

    /// Whether any element fits, and is `equal` to what is given.
    fn any_element(
        &mut self,
        list: ListQuery,
        equal: Option<Expr>,
        scope: &Scope<'_>,
    ) -> Result<Expr, SqlError> {
        let value = self.name(&list.words, scope)?;
        let Some((array, element)) = elements(value) else {
            return Err(self.not_a_list(&list.words));
        };
        let mut inner = Scope::inside(Some(scope));
        inner
            .parameters
            .push((list.alias.value.clone(), element.clone()));
        let condition = match list.condition {
            Some(condition) => Some(self.condition(condition, &inner)?),
            None => None,
        };
        let equality = match (equal, list.item) {
            (Some(expr), Some(item)) => {
                let item = self.value(item, &inner)?;
                Some(binary(nested(item), BinaryOperator::Eq, nested(expr)))
            }
            _ => None,
        };
        let body = and(condition, equality).unwrap_or_else(|| boolean(true));
        let lambda = Expr::Lambda(LambdaFunction {
            params: OneOrManyWithParens::One(LambdaFunctionParameter {
                name: quoted(&list.alias.value, &list.alias),
                data_type: None,
            }),
            body: Box::new(body),
            syntax: LambdaSyntax::Arrow,
        });
        let any = call("array_any_match", vec![array, lambda]);
        Ok(call("coalesce", vec![any, boolean(false)]))
    }

    pub(super) fn not_a_list(&self, words: &[Ident]) -> SqlError {
        let path: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let span = words
            .first()
            .map_or_else(datafusion::sql::sqlparser::tokenizer::Span::empty, |word| {
                word.span
            });
        self.error(span, format!("`{}` is not a list", path.join(".")))
            .help("FROM opens lists and JSON arrays only")
    }
}

fn negate(expr: Expr, negated: bool) -> Expr {
    match negated {
        true => Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: Box::new(expr),
        },
        false => expr,
    }
}

/// The parts of a subquery over one list of an outer row, if it is nothing more.
fn list_query(query: &Query, scope: &Scope<'_>) -> Option<ListQuery> {
    let bare = query.with.is_none()
        && query.order_by.is_none()
        && query.limit_clause.is_none()
        && query.fetch.is_none();
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    if !bare || !is_plain(select) {
        return None;
    }
    let [from] = select.from.as_slice() else {
        return None;
    };
    let TableFactor::Table {
        name,
        alias,
        args: None,
        ..
    } = &from.relation
    else {
        return None;
    };
    let words: Option<Vec<Ident>> = name.0.iter().map(|part| part.as_ident().cloned()).collect();
    let words = words.filter(|words| words.len() > 1 && from.joins.is_empty())?;
    speaks_of_row(&words[0], scope).then_some(())?;
    let item = match select.projection.as_slice() {
        [SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }] => {
            Some(expr.clone())
        }
        [SelectItem::Wildcard(_)] => None,
        _ => return None,
    };
    let has_subquery = |expr: &Expr| {
        visit_expressions(expr, |inner| match inner {
            Expr::Exists { .. } | Expr::InSubquery { .. } | Expr::Subquery(_) => {
                ControlFlow::Break(())
            }
            Expr::Function(function) if function.over.is_some() => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
        .is_break()
    };
    let has_aggregate = item
        .as_ref()
        .is_some_and(|item| matches!(item, Expr::Function(_)));
    if has_aggregate || select.selection.iter().chain(&item).any(has_subquery) {
        return None;
    }
    let alias = match alias {
        Some(alias) => alias.name.clone(),
        None => words.last()?.clone(),
    };
    Some(ListQuery {
        words,
        alias,
        condition: select.selection.clone(),
        item,
    })
}

fn is_plain(select: &Select) -> bool {
    let ungrouped =
        matches!(&select.group_by, GroupByExpr::Expressions(exprs, _) if exprs.is_empty());
    ungrouped && select.having.is_none() && select.qualify.is_none() && select.top.is_none()
}

/// Whether a word is the name of a row, or of a structured parameter, around the subquery.
pub(super) fn speaks_of_row(word: &Ident, scope: &Scope<'_>) -> bool {
    scope.frames().any(|frame| {
        frame
            .relation(&word.value)
            .is_some_and(|relation| match &relation.kind {
                RelationKind::Element(shape) => !matches!(shape, Shape::Value(_)),
                _ => true,
            })
            || frame.parameter(&word.value).is_some()
    })
}
