//! One `SELECT`.

use datafusion::sql::sqlparser::{
    ast::{
        Distinct, ExcludeSelectItem, Expr, GroupByExpr, Ident, OrderBy, OrderByExpr, OrderByKind,
        Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, Spanned,
        Value as Literal, WildcardAdditionalOptions,
    },
    tokenizer::Span,
};

use super::{
    Rewriter,
    names::{as_value, element},
    query::Output,
    scope::{Relation, RelationKind, Scope, Value, quoted},
    syntax::{made_up, nested, number},
};
use crate::{
    SqlError,
    catalog::{Member, Shape, same_name},
    suggestion::did_you_mean,
};

impl Rewriter<'_> {
    pub(super) fn select(
        &mut self,
        mut select: Select,
        order_by: Option<OrderBy>,
        parent: Option<&Scope<'_>>,
        output: Output,
    ) -> Result<(SetExpr, Option<OrderBy>, Vec<Member>), SqlError> {
        self.refuse_odd(&select)?;
        let mut scope = Scope::inside(parent);
        let (from, correlation) = self.from(std::mem::take(&mut select.from), &mut scope)?;
        select.from = from;
        let selection = match select.selection.take() {
            Some(selection) => Some(self.condition(selection, &scope)?),
            None => None,
        };
        select.selection = super::syntax::and(correlation, selection);

        let outputs = self.projection(std::mem::take(&mut select.projection), &scope, output)?;
        select.projection = outputs
            .iter()
            .map(|(name, value)| SelectItem::ExprWithAlias {
                expr: value.expr.clone(),
                alias: quoted(name, &made_up()),
            })
            .collect();
        scope.outputs = outputs;

        select.group_by = self.group_by(select.group_by, &scope)?;
        select.having = match select.having.take() {
            Some(having) => Some(self.condition(having, &scope)?),
            None => None,
        };
        select.qualify = match select.qualify.take() {
            Some(qualify) => Some(self.condition(qualify, &scope)?),
            None => None,
        };
        let distinct = match select.distinct.take() {
            Some(Distinct::On(keys)) => Some(Distinct::On(self.values(keys, &scope)?)),
            other => other,
        };
        let is_distinct = matches!(distinct, Some(Distinct::Distinct));
        select.distinct = distinct;
        let order_by = match order_by {
            Some(order_by) => Some(self.order_by(order_by, &scope, is_distinct)?),
            None => None,
        };
        let members = scope
            .outputs
            .iter()
            .map(|(name, value)| Member::new(name, value.shape.clone()))
            .collect();
        Ok((SetExpr::Select(Box::new(select)), order_by, members))
    }

    fn refuse_odd(&self, select: &Select) -> Result<(), SqlError> {
        let odd = [
            (select.top.is_some(), "TOP", "write LIMIT"),
            (
                select.into.is_some(),
                "INTO",
                "SQL reads; nothing can be changed by it",
            ),
            (
                !select.lateral_views.is_empty(),
                "LATERAL VIEW",
                "open lists in FROM: `FROM okta_user u, u.groups g`",
            ),
            (select.prewhere.is_some(), "PREWHERE", "write WHERE"),
            (
                !select.connect_by.is_empty(),
                "CONNECT BY",
                "join the table with itself",
            ),
            (
                !select.cluster_by.is_empty(),
                "CLUSTER BY",
                "write ORDER BY",
            ),
            (
                !select.distribute_by.is_empty(),
                "DISTRIBUTE BY",
                "write ORDER BY",
            ),
            (!select.sort_by.is_empty(), "SORT BY", "write ORDER BY"),
            (
                !select.named_window.is_empty(),
                "WINDOW",
                "write the window out behind OVER",
            ),
            (
                select.value_table_mode.is_some(),
                "AS VALUE",
                "write SELECT VALUE",
            ),
            (
                select.exclude.is_some(),
                "EXCLUDE",
                "write it right behind `*`",
            ),
            (
                select.select_modifiers.is_some(),
                "this modifier of SELECT",
                "leave it out",
            ),
            (
                select.flavor != SelectFlavor::Standard,
                "FROM before SELECT",
                "write SELECT first",
            ),
        ];
        let span = select.select_token.0.span;
        for (is_there, what, help) in odd {
            if is_there {
                return Err(self
                    .error(span, format!("{what} is not part of the dialect"))
                    .help(help));
            }
        }
        let one = select.projection.len() == 1
            && !matches!(
                select.projection[0],
                SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)
            );
        if self.marks.select_value.contains(&span.start) && !one {
            return Err(self.error(span, "SELECT VALUE takes exactly one expression"));
        }
        if select.projection.is_empty() {
            return Err(self.error(span, "SELECT names no column"));
        }
        Ok(())
    }

    fn projection(
        &mut self,
        items: Vec<SelectItem>,
        scope: &Scope<'_>,
        output: Output,
    ) -> Result<Vec<(String, Value)>, SqlError> {
        let mut outputs: Vec<(String, Value)> = Vec::new();
        for item in items {
            let span = item.span();
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let text = expr.to_string();
                    let value = self.expr(expr, scope)?;
                    self.refuse_open_list(&value, span)?;
                    let name = value.name.clone().unwrap_or(text);
                    outputs.push((name, value));
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    let value = self.expr(expr, scope)?;
                    outputs.push((alias.value, value));
                }
                SelectItem::Wildcard(options) => {
                    let mut found = Vec::new();
                    for (index, relation) in scope.relations.iter().enumerate() {
                        let merged: Vec<&str> = scope
                            .merged
                            .iter()
                            .filter(|(_, of)| *of == index)
                            .map(|(name, _)| name.as_str())
                            .collect();
                        found.extend(self.every_column(relation, &merged)?);
                    }
                    if scope.relations.is_empty() {
                        return Err(self.error(span, "`*` needs a FROM"));
                    }
                    outputs.extend(self.without_excluded(found, &options)?);
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    let relation = self.wildcard_relation(&kind, span, scope)?;
                    let found = match &relation.kind {
                        RelationKind::Element(Shape::Struct(members)) => {
                            let value = element(&relation, &made_up());
                            members
                                .iter()
                                .map(|member| {
                                    let word = Ident::new(&member.name);
                                    let value = self.members(value.clone(), &[word])?;
                                    Ok((member.name.clone(), value))
                                })
                                .collect::<Result<Vec<_>, SqlError>>()?
                        }
                        _ => self.every_column(&relation, &[])?,
                    };
                    outputs.extend(self.without_excluded(found, &options)?);
                }
                SelectItem::ExprWithAliases { .. } => {
                    return Err(self.error(
                        span,
                        "several names for one column are not part of the dialect",
                    ));
                }
            }
        }
        let mut taken: Vec<String> = Vec::with_capacity(outputs.len());
        for (name, value) in &mut outputs {
            let plain = name.clone();
            let mut number = 2;
            while taken.iter().any(|other| other == name) {
                *name = format!("{plain}_{number}");
                number += 1;
            }
            taken.push(name.clone());
            if output == Output::Values && value.shape == Shape::Json {
                value.expr = as_value(value.clone());
                value.shape = Shape::text();
            }
        }
        Ok(outputs)
    }

    /// Several rows out of one is what `FROM` is for.
    fn refuse_open_list(&self, value: &Value, span: Span) -> Result<(), SqlError> {
        match &value.expr {
            Expr::Function(function) if function.name.to_string() == "unnest" => Err(self
                .error(span, "`unnest` opens a list in FROM only")
                .help("write FROM okta_user u, u.groups g")),
            _ => Ok(()),
        }
    }

    fn every_column(
        &mut self,
        relation: &Relation,
        without: &[&str],
    ) -> Result<Vec<(String, Value)>, SqlError> {
        if let RelationKind::Element(_) = relation.kind {
            return Ok(vec![(
                relation.alias.clone(),
                element(relation, &made_up()),
            )]);
        }
        let mut found = Vec::new();
        for name in relation.visible_names() {
            if without.iter().any(|merged| same_name(merged, &name)) {
                continue;
            }
            if let Some(value) = self.in_relation(relation, &[Ident::new(&name)])? {
                found.push((name, value));
            }
        }
        Ok(found)
    }

    fn wildcard_relation(
        &self,
        kind: &SelectItemQualifiedWildcardKind,
        span: Span,
        scope: &Scope<'_>,
    ) -> Result<Relation, SqlError> {
        let name = match kind {
            SelectItemQualifiedWildcardKind::ObjectName(name) => match name.0.as_slice() {
                [part] => part.as_ident(),
                _ => None,
            },
            SelectItemQualifiedWildcardKind::Expr(_) => None,
        };
        let Some(name) = name else {
            return Err(self.error(span, "`.*` goes after the name of a table"));
        };
        scope.relation(&name.value).cloned().ok_or_else(|| {
            let names = scope
                .relations
                .iter()
                .map(|relation| relation.alias.as_str());
            self.error(name.span, format!("FROM has no `{}`", name.value))
                .or_help(did_you_mean(&name.value, names))
        })
    }

    fn without_excluded(
        &self,
        mut columns: Vec<(String, Value)>,
        options: &WildcardAdditionalOptions,
    ) -> Result<Vec<(String, Value)>, SqlError> {
        let span = options.wildcard_token.0.span;
        let odd = options.opt_ilike.is_some()
            || options.opt_replace.is_some()
            || options.opt_rename.is_some()
            || options.opt_alias.is_some();
        if odd {
            return Err(self
                .error(span, "only EXCEPT can follow `*`")
                .help("write `* EXCEPT (name, …)`, or name the columns"));
        }
        let mut excluded: Vec<Ident> = Vec::new();
        if let Some(except) = &options.opt_except {
            excluded.push(except.first_element.clone());
            excluded.extend(except.additional_elements.iter().cloned());
        }
        let names = match &options.opt_exclude {
            Some(ExcludeSelectItem::Single(name)) => vec![name.clone()],
            Some(ExcludeSelectItem::Multiple(names)) => names.clone(),
            None => Vec::new(),
        };
        for name in names {
            excluded.extend(name.0.last().and_then(|part| part.as_ident()).cloned());
        }
        for word in excluded {
            let before = columns.len();
            let names: Vec<String> = columns.iter().map(|(name, _)| name.clone()).collect();
            columns.retain(|(name, _)| !same_name(name, &word.value));
            if columns.len() == before {
                return Err(self
                    .error(
                        word.span,
                        format!("there is no column `{}` to leave out", word.value),
                    )
                    .or_help(did_you_mean(&word.value, names.iter().map(String::as_str))));
            }
        }
        Ok(columns)
    }

    fn group_by(
        &mut self,
        group_by: GroupByExpr,
        scope: &Scope<'_>,
    ) -> Result<GroupByExpr, SqlError> {
        let GroupByExpr::Expressions(exprs, modifiers) = group_by else {
            return Err(SqlError::new("GROUP BY ALL is not part of the dialect")
                .help("name what to group by"));
        };
        if !modifiers.is_empty() {
            return Err(
                SqlError::new("WITH ROLLUP and its kin are not part of the dialect")
                    .help("write GROUP BY ROLLUP (…)"),
            );
        }
        let mut rewritten = Vec::with_capacity(exprs.len());
        for expr in exprs {
            rewritten.push(match expr {
                Expr::Rollup(sets) => Expr::Rollup(self.grouping_sets(sets, scope)?),
                Expr::Cube(sets) => Expr::Cube(self.grouping_sets(sets, scope)?),
                Expr::GroupingSets(sets) => Expr::GroupingSets(self.grouping_sets(sets, scope)?),
                other => self.group_key(other, scope)?,
            });
        }
        Ok(GroupByExpr::Expressions(rewritten, Vec::new()))
    }

    fn grouping_sets(
        &mut self,
        sets: Vec<Vec<Expr>>,
        scope: &Scope<'_>,
    ) -> Result<Vec<Vec<Expr>>, SqlError> {
        sets.into_iter()
            .map(|set| {
                set.into_iter()
                    .map(|expr| self.group_key(expr, scope))
                    .collect()
            })
            .collect()
    }

    /// A column is meant before an alias of the same name, as the standard has it.
    fn group_key(&mut self, expr: Expr, scope: &Scope<'_>) -> Result<Expr, SqlError> {
        Ok(self.expr(expr, scope)?.expr)
    }

    fn order_by(
        &mut self,
        order_by: OrderBy,
        scope: &Scope<'_>,
        is_distinct: bool,
    ) -> Result<OrderBy, SqlError> {
        let mut keys = self.sort_expressions(order_by)?;
        for key in &mut keys {
            let position = match &key.expr {
                Expr::Identifier(word) => scope.output(&word.value),
                Expr::Value(literal) => match &literal.value {
                    Literal::Number(text, _) => {
                        text.parse::<usize>().ok().and_then(|n| n.checked_sub(1))
                    }
                    _ => None,
                },
                _ => None,
            };
            if let Some(position) = position {
                key.expr = match scope.outputs.get(position) {
                    Some((_, value)) if value.shape == Shape::Json && !is_distinct => {
                        as_value(value.clone())
                    }
                    _ => number(position + 1),
                };
                continue;
            }
            let value = self.expr(key.expr.clone(), scope)?;
            let same = scope
                .outputs
                .iter()
                .position(|(_, output)| output.expr == value.expr);
            key.expr = match same {
                Some(position) if is_distinct => number(position + 1),
                _ => as_value(value),
            };
        }
        Ok(OrderBy {
            kind: OrderByKind::Expressions(keys),
            interpolate: None,
        })
    }

    /// The keys of an `ORDER BY`, without what the dialect has not.
    pub(super) fn sort_expressions(&self, order_by: OrderBy) -> Result<Vec<OrderByExpr>, SqlError> {
        let OrderByKind::Expressions(keys) = order_by.kind else {
            return Err(SqlError::new("ORDER BY ALL is not part of the dialect")
                .help("name what to sort by"));
        };
        match keys.iter().find(|key| key.with_fill.is_some()) {
            Some(key) => Err(self.error(key.span(), "WITH FILL is not part of the dialect")),
            None => Ok(keys),
        }
    }
}

impl Scope<'_> {
    /// The position of the selected column of this name.
    pub(super) fn output(&self, name: &str) -> Option<usize> {
        let by = |matches: &dyn Fn(&str) -> bool| {
            self.outputs.iter().position(|(output, _)| matches(output))
        };
        by(&|output| output == name).or_else(|| by(&|output| same_name(output, name)))
    }

    /// What the selected column of this name stands for, behind SELECT.
    pub(super) fn output_value(&self, name: &str) -> Option<Value> {
        let (_, value) = self.outputs.get(self.output(name)?)?;
        Some(Value {
            expr: match &value.expr {
                column @ Expr::CompoundIdentifier(_) => column.clone(),
                call @ Expr::Function(_) => call.clone(),
                other => nested(other.clone()),
            },
            ..value.clone()
        })
    }
}
