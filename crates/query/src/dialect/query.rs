//! Queries: `WITH`, `UNION` and its kin, `LIMIT`.

use datafusion::sql::sqlparser::{
    ast::{
        Cte, Expr, Ident, LimitClause, Offset, OrderBy, OrderByKind, Query, SetExpr, Spanned,
        Value as Literal, With,
    },
    tokenizer::Span,
};

use super::{
    Rewriter,
    scope::{Scope, quoted},
    syntax::{number, table_alias},
};
use crate::{
    SqlError,
    catalog::{Member, Shape, same_name},
    suggestion::did_you_mean,
};

/// What the columns of a query are wanted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// As rows: JSON stays JSON.
    Rows,
    /// As values to compare with: JSON is read.
    Values,
}

/// A rewritten query.
pub(super) struct Rewritten {
    pub query: Query,
    /// Its columns, JSON told from other text.
    pub outputs: Vec<Member>,
}

/// A query named by `WITH`.
#[derive(Debug, Clone)]
pub(super) struct NamedQuery {
    pub name: String,
    /// The name the engine knows, unique in the statement.
    pub emitted: String,
    pub columns: Vec<Member>,
}

impl Rewriter<'_> {
    pub(super) fn query(
        &mut self,
        query: Query,
        parent: Option<&Scope<'_>>,
        output: Output,
    ) -> Result<Rewritten, SqlError> {
        let odd = query.fetch.is_some()
            || !query.locks.is_empty()
            || query.for_clause.is_some()
            || query.settings.is_some()
            || query.format_clause.is_some()
            || !query.pipe_operators.is_empty();
        if odd {
            let clause = match query.fetch {
                Some(_) => "FETCH is not part of the dialect; write LIMIT",
                None => "what stands behind this query is not part of the dialect",
            };
            return Err(self.error(query.body.span(), clause));
        }
        let visible = self.named.len();
        let with = match query.with {
            Some(with) => Some(self.with(with)?),
            None => None,
        };
        let (body, order_by, outputs) =
            self.set_expr(*query.body, query.order_by, parent, output)?;
        let limit_clause = match query.limit_clause {
            Some(limit) => Some(self.limit(limit)?),
            None => None,
        };
        self.named.truncate(visible);
        Ok(Rewritten {
            query: Query {
                with,
                body: Box::new(body),
                order_by,
                limit_clause,
                fetch: None,
                locks: Vec::new(),
                for_clause: None,
                settings: None,
                format_clause: None,
                pipe_operators: Vec::new(),
            },
            outputs,
        })
    }

    fn with(&mut self, with: With) -> Result<With, SqlError> {
        if with.recursive {
            return Err(self
                .error(
                    with.with_token.0.span,
                    "WITH RECURSIVE is not part of the dialect",
                )
                .help("follow relations with `muster graph`"));
        }
        let first = self.named.len();
        let mut cte_tables = Vec::with_capacity(with.cte_tables.len());
        for cte in with.cte_tables {
            let name = cte.alias.name.clone();
            let again = self.named[first..]
                .iter()
                .any(|named| same_name(&named.name, &name.value));
            if again {
                return Err(self.error(name.span, format!("WITH names `{}` twice", name.value)));
            }
            let inner = self.query(*cte.query, None, Output::Rows)?;
            let columns = self.renamed(inner.outputs, &cte.alias.columns_of(), name.span)?;
            let emitted = self.unique(&name.value);
            let mut alias = table_alias(quoted(&emitted, &name));
            alias.columns = cte.alias.columns;
            self.named.push(NamedQuery {
                name: name.value.clone(),
                emitted,
                columns,
            });
            cte_tables.push(Cte {
                alias,
                query: Box::new(inner.query),
                from: None,
                materialized: None,
                closing_paren_token: cte.closing_paren_token,
            });
        }
        Ok(With {
            with_token: with.with_token,
            recursive: false,
            cte_tables,
        })
    }

    /// The columns of a subquery under the names an alias gives them.
    pub(super) fn renamed(
        &self,
        mut columns: Vec<Member>,
        names: &[Ident],
        span: Span,
    ) -> Result<Vec<Member>, SqlError> {
        if names.is_empty() {
            return Ok(columns);
        }
        if names.len() != columns.len() {
            return Err(self.error(
                span,
                format!(
                    "{} column names are given, but there are {} columns",
                    names.len(),
                    columns.len()
                ),
            ));
        }
        for (column, name) in columns.iter_mut().zip(names) {
            column.name.clone_from(&name.value);
            column.from = vec![name.value.clone()];
        }
        Ok(columns)
    }

    fn set_expr(
        &mut self,
        body: SetExpr,
        order_by: Option<OrderBy>,
        parent: Option<&Scope<'_>>,
        output: Output,
    ) -> Result<(SetExpr, Option<OrderBy>, Vec<Member>), SqlError> {
        match body {
            SetExpr::Select(select) => self.select(*select, order_by, parent, output),
            SetExpr::Query(query) => {
                let inner = self.query(*query, parent, output)?;
                let order_by = self.order_by_outputs(order_by, &inner.outputs)?;
                Ok((
                    SetExpr::Query(Box::new(inner.query)),
                    order_by,
                    inner.outputs,
                ))
            }
            SetExpr::SetOperation {
                left,
                op,
                set_quantifier,
                right,
            } => {
                let span = right.span();
                let (mut new_left, _, mut outputs) =
                    self.set_expr((*left).clone(), None, parent, output)?;
                let (mut new_right, _, right_outputs) =
                    self.set_expr((*right).clone(), None, parent, output)?;
                if outputs.len() != right_outputs.len() {
                    return Err(self.error(
                        span,
                        format!(
                            "{op} joins queries with {} and {} columns",
                            outputs.len(),
                            right_outputs.len()
                        ),
                    ));
                }
                let differ = outputs.iter().zip(&right_outputs).any(|(left, right)| {
                    (left.shape == Shape::Json) != (right.shape == Shape::Json)
                });
                if differ {
                    (new_left, _, outputs) = self.set_expr(*left, None, parent, Output::Values)?;
                    (new_right, _, _) = self.set_expr(*right, None, parent, Output::Values)?;
                }
                let order_by = self.order_by_outputs(order_by, &outputs)?;
                Ok((
                    SetExpr::SetOperation {
                        left: Box::new(new_left),
                        op,
                        set_quantifier,
                        right: Box::new(new_right),
                    },
                    order_by,
                    outputs,
                ))
            }
            SetExpr::Values(mut values) => {
                let empty = Scope::inside(parent);
                for row in &mut values.rows {
                    for expr in row.iter_mut() {
                        *expr = self.value(expr.clone(), &empty)?;
                    }
                }
                let width = values.rows.first().map_or(0, |row| row.len());
                let outputs: Vec<Member> = (1..=width)
                    .map(|index| Member::new(&format!("column{index}"), Shape::Unknown))
                    .collect();
                let order_by = self.order_by_outputs(order_by, &outputs)?;
                Ok((SetExpr::Values(values), order_by, outputs))
            }
            other => Err(self
                .error(other.span(), "only SELECT is possible")
                .help("SQL reads; nothing can be changed by it")),
        }
    }

    /// `ORDER BY` behind a query whose columns are all there is to sort by.
    fn order_by_outputs(
        &mut self,
        order_by: Option<OrderBy>,
        outputs: &[Member],
    ) -> Result<Option<OrderBy>, SqlError> {
        let Some(order_by) = order_by else {
            return Ok(None);
        };
        let mut keys = self.sort_expressions(order_by)?;
        for key in &mut keys {
            key.expr = match &key.expr {
                Expr::Identifier(word) => {
                    let position = outputs
                        .iter()
                        .position(|column| same_name(&column.name, &word.value));
                    let Some(position) = position else {
                        let names = outputs.iter().map(|column| column.name.as_str());
                        let message = format!("the result has no column `{}`", word.value);
                        return Err(self
                            .error(word.span, message)
                            .or_help(did_you_mean(&word.value, names)));
                    };
                    number(position + 1)
                }
                Expr::Value(literal) if matches!(literal.value, Literal::Number(..)) => {
                    key.expr.clone()
                }
                other => {
                    return Err(self
                        .error(
                            other.span(),
                            "only columns of the result can be sorted by here",
                        )
                        .help("put the query into WITH and sort what is selected from it"));
                }
            };
        }
        Ok(Some(OrderBy {
            kind: OrderByKind::Expressions(keys),
            interpolate: None,
        }))
    }

    fn limit(&mut self, limit: LimitClause) -> Result<LimitClause, SqlError> {
        let empty = Scope::default();
        Ok(match limit {
            LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            } => {
                if let Some(by) = limit_by.first() {
                    return Err(self.error(by.span(), "LIMIT BY is not part of the dialect"));
                }
                LimitClause::LimitOffset {
                    limit: limit.map(|limit| self.value(limit, &empty)).transpose()?,
                    offset: offset
                        .map(|offset| -> Result<Offset, SqlError> {
                            Ok(Offset {
                                value: self.value(offset.value, &empty)?,
                                rows: offset.rows,
                            })
                        })
                        .transpose()?,
                    limit_by: Vec::new(),
                }
            }
            LimitClause::OffsetCommaLimit { offset, limit } => LimitClause::OffsetCommaLimit {
                offset: self.value(offset, &empty)?,
                limit: self.value(limit, &empty)?,
            },
        })
    }
}

/// The column names of `AS name (a, b)`.
pub(super) trait ColumnNames {
    fn columns_of(&self) -> Vec<Ident>;
}

impl ColumnNames for datafusion::sql::sqlparser::ast::TableAlias {
    fn columns_of(&self) -> Vec<Ident> {
        self.columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    }
}
