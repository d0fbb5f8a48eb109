//! `FROM`: tables, the past of tables, named queries, subqueries, and lists opened row by row.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Spanned, TableAlias, TableFactor,
    TableWithJoins,
};

use super::{
    Rewriter,
    exists::speaks_of_row,
    function::elements,
    query::{ColumnNames, Output},
    scope::{Relation, RelationKind, Scope, quoted},
    syntax::{and, binary, boolean, column, nested, table, table_alias},
};
use crate::{
    SqlError,
    catalog::{Binding, INTEGRATION, KEY, Member, Shape, same_name},
    suggestion::did_you_mean,
};

/// A list to be opened: `u.groups g`.
struct List {
    words: Vec<Ident>,
    alias: Ident,
}

impl Rewriter<'_> {
    /// The rewritten `FROM`, and the condition that ties tables joined once more to the rows around.
    pub(super) fn from(
        &mut self,
        items: Vec<TableWithJoins>,
        scope: &mut Scope<'_>,
    ) -> Result<(Vec<TableWithJoins>, Option<Expr>), SqlError> {
        let mut trees: Vec<(TableWithJoins, Vec<String>)> = Vec::new();
        let mut condition = None;
        for item in items {
            let start = scope.relations.len();
            let mut tree = match self.list(&item.relation, scope) {
                Some(list) if scope.relation(&list.words[0].value).is_some() => {
                    let owner = scope.relation(&list.words[0].value).map(|r| r.alias.clone());
                    let position = trees
                        .iter()
                        .position(|(_, aliases)| aliases.iter().any(|a| Some(a) == owner.as_ref()));
                    match position {
                        Some(position) => {
                            let (tree, aliases) = trees.remove(position);
                            let tree = self.open(tree, list, Opening::Cross, scope)?;
                            trees.push((tree, aliases));
                            None
                        }
                        None => return Err(self.not_a_list(&list.words)),
                    }
                }
                Some(list) => {
                    let (tree, tie) = self.open_outer(list, scope)?;
                    condition = and(condition, Some(tie));
                    Some(tree)
                }
                None => Some(TableWithJoins {
                    relation: self.factor(item.relation, scope)?,
                    joins: Vec::new(),
                }),
            };
            let mut aliases = Vec::new();
            if tree.is_none()
                && let Some((opened, opened_aliases)) = trees.pop()
            {
                tree = Some(opened);
                aliases = opened_aliases;
            }
            let Some(mut tree) = tree else { continue };
            for join in item.joins {
                tree = self.join(tree, join, start, scope)?;
            }
            aliases.extend(scope.relations[start..].iter().map(|r| r.alias.clone()));
            trees.push((tree, aliases));
        }
        Ok((trees.into_iter().map(|(tree, _)| tree).collect(), condition))
    }

    /// The list a factor opens, when it is one.
    fn list(&self, factor: &TableFactor, scope: &Scope<'_>) -> Option<List> {
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => {
                let words: Option<Vec<Ident>> =
                    name.0.iter().map(|part| part.as_ident().cloned()).collect();
                let words = words.filter(|words| words.len() > 1)?;
                speaks_of_row(&words[0], scope).then_some(())?;
                let alias = alias.as_ref().map(|alias| alias.name.clone());
                let alias = alias.or_else(|| words.last().cloned())?;
                Some(List { words, alias })
            }
            TableFactor::UNNEST {
                alias,
                array_exprs,
                with_offset: false,
                with_ordinality: false,
                ..
            } => {
                let [Expr::CompoundIdentifier(words)] = array_exprs.as_slice() else {
                    return None;
                };
                speaks_of_row(&words[0], scope).then_some(())?;
                let alias = match alias {
                    Some(alias) => alias.columns.first().map_or(&alias.name, |column| &column.name),
                    None => words.last()?,
                };
                Some(List {
                    words: words.clone(),
                    alias: alias.clone(),
                })
            }
            _ => None,
        }
    }

    /// Opens a list of a row of `left`.
    fn open(
        &mut self,
        left: TableWithJoins,
        list: List,
        opening: Opening,
        scope: &mut Scope<'_>,
    ) -> Result<TableWithJoins, SqlError> {
        let value = self.name(&list.words, scope)?;
        let Some((array, element)) = elements(value) else {
            return Err(self.not_a_list(&list.words));
        };
        self.add(
            Relation {
                alias: list.alias.value.clone(),
                kind: RelationKind::Element(element),
            },
            &list.alias,
            scope,
        )?;
        let join_operator = match opening {
            Opening::Cross => JoinOperator::CrossJoin(JoinConstraint::None),
            Opening::Inner(on) => {
                JoinOperator::Inner(JoinConstraint::On(self.condition(on, scope)?))
            }
            Opening::Left => JoinOperator::LeftOuter(JoinConstraint::On(boolean(true))),
        };
        let relation = match left.joins.is_empty() {
            true => left.relation,
            false => TableFactor::NestedJoin {
                table_with_joins: Box::new(left),
                alias: None,
            },
        };
        let opened = TableFactor::NestedJoin {
            table_with_joins: Box::new(TableWithJoins {
                relation,
                joins: vec![Join {
                    relation: TableFactor::UNNEST {
                        alias: Some(table_alias(quoted(&list.alias.value, &list.alias))),
                        array_exprs: vec![array],
                        with_offset: false,
                        with_offset_alias: None,
                        with_ordinality: false,
                    },
                    global: false,
                    join_operator,
                }],
            }),
            alias: None,
        };
        Ok(TableWithJoins {
            relation: opened,
            joins: Vec::new(),
        })
    }

    /// Opens a list of a row around this query: the row's table is joined once more, by its key.
    fn open_outer(
        &mut self,
        list: List,
        scope: &mut Scope<'_>,
    ) -> Result<(TableWithJoins, Expr), SqlError> {
        let first = list.words[0].clone();
        let outer = scope
            .frames()
            .find_map(|frame| frame.relation(&first.value))
            .cloned();
        let base = outer.as_ref().and_then(|outer| match &outer.kind {
            RelationKind::Base(binding)
                if binding.table.columns.iter().any(|c| c.member.name == KEY) =>
            {
                Some((outer.alias.clone(), Arc::clone(binding)))
            }
            _ => None,
        });
        let Some((alias, binding)) = base else {
            return Err(self
                .error(first.span, "this list cannot be joined inside a subquery")
                .help("open it in the FROM outside, or ask about it alone: `EXISTS (SELECT 1 FROM u.groups g WHERE …)`"));
        };
        let again = self.bind(Arc::clone(&binding.table), binding.at);
        let hidden = again.id.clone();
        scope.relations.push(Relation {
            alias: hidden.clone(),
            kind: RelationKind::Unspoken,
        });
        let mut tie = None;
        for name in [KEY, INTEGRATION] {
            let path = [name.to_owned()];
            binding.use_path(&path, &Shape::text());
            again.use_path(&path, &Shape::text());
            let equal = binary(
                column(&hidden, name, &first),
                datafusion::sql::sqlparser::ast::BinaryOperator::Eq,
                column(&alias, name, &first),
            );
            tie = and(tie, Some(equal));
        }
        let tree = TableWithJoins {
            relation: table(&again.id, quoted(&hidden, &first)),
            joins: Vec::new(),
        };
        // The list is resolved as if the table joined again were the row around.
        let speaking = Relation {
            alias: hidden.clone(),
            kind: RelationKind::Base(Arc::clone(&again)),
        };
        let mut words = list.words;
        words[0] = quoted(&hidden, &words[0]);
        scope.relations.push(speaking);
        let opened = self.open(
            tree,
            List {
                words,
                alias: list.alias,
            },
            Opening::Cross,
            scope,
        );
        scope
            .relations
            .retain(|relation| relation.alias != hidden || matches!(relation.kind, RelationKind::Unspoken));
        Ok((opened?, tie.unwrap_or_else(|| boolean(true))))
    }

    fn join(
        &mut self,
        left: TableWithJoins,
        join: Join,
        start: usize,
        scope: &mut Scope<'_>,
    ) -> Result<TableWithJoins, SqlError> {
        let span = join.relation.span();
        if let Some(list) = self.list(&join.relation, scope)
            && scope.relation(&list.words[0].value).is_some()
        {
            let opening = match join.join_operator {
                JoinOperator::CrossJoin(JoinConstraint::None) => Opening::Cross,
                JoinOperator::Join(JoinConstraint::On(on))
                | JoinOperator::Inner(JoinConstraint::On(on)) => Opening::Inner(on),
                JoinOperator::Left(JoinConstraint::On(on))
                | JoinOperator::LeftOuter(JoinConstraint::On(on))
                    if on.to_string().eq_ignore_ascii_case("true") =>
                {
                    Opening::Left
                }
                JoinOperator::Left(_) | JoinOperator::LeftOuter(_) => {
                    return Err(self
                        .error(span, "a list is opened by LEFT JOIN … ON true only")
                        .help("put the condition into WHERE or into ON of an inner JOIN"));
                }
                _ => {
                    return Err(self
                        .error(span, "a list is opened by `,`, CROSS JOIN, JOIN … ON or LEFT JOIN … ON true"));
                }
            };
            return self.open(left, list, opening, scope);
        }
        let new = scope.relations.len();
        let relation = self.factor(join.relation, scope)?;
        let mut hides = false;
        let operator = match join.join_operator {
            JoinOperator::Join(on) | JoinOperator::Inner(on) => {
                JoinOperator::Inner(self.on(on, start, new, true, scope)?)
            }
            JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => {
                JoinOperator::LeftOuter(self.on(on, start, new, true, scope)?)
            }
            JoinOperator::Right(on) | JoinOperator::RightOuter(on) => {
                JoinOperator::RightOuter(self.on(on, start, new, false, scope)?)
            }
            JoinOperator::FullOuter(on) => {
                JoinOperator::FullOuter(self.on(on, start, new, false, scope)?)
            }
            JoinOperator::Semi(on) | JoinOperator::LeftSemi(on) => {
                hides = true;
                JoinOperator::LeftSemi(self.on(on, start, new, true, scope)?)
            }
            JoinOperator::Anti(on) | JoinOperator::LeftAnti(on) => {
                hides = true;
                JoinOperator::LeftAnti(self.on(on, start, new, true, scope)?)
            }
            JoinOperator::CrossJoin(JoinConstraint::None) => {
                JoinOperator::CrossJoin(JoinConstraint::None)
            }
            _ => {
                return Err(self
                    .error(span, "this kind of join is not part of the dialect")
                    .help("use JOIN, LEFT, RIGHT, FULL, SEMI, ANTI or CROSS JOIN"));
            }
        };
        if hides {
            scope.relations.truncate(new);
            scope.merged.retain(|(_, of)| *of < new);
        }
        let mut left = left;
        left.joins.push(Join {
            relation,
            global: false,
            join_operator: operator,
        });
        Ok(left)
    }

    fn on(
        &mut self,
        constraint: JoinConstraint,
        start: usize,
        new: usize,
        may_merge: bool,
        scope: &mut Scope<'_>,
    ) -> Result<JoinConstraint, SqlError> {
        match constraint {
            JoinConstraint::On(on) => Ok(JoinConstraint::On(self.condition(on, scope)?)),
            JoinConstraint::Using(names) => {
                let mut condition = None;
                for name in names {
                    let span = name.span();
                    let word = match name.0.as_slice() {
                        [part] => part.as_ident().cloned(),
                        _ => None,
                    };
                    let Some(word) = word else {
                        return Err(self.error(span, "USING takes names of columns"));
                    };
                    if !may_merge {
                        return Err(self
                            .error(span, "USING goes with JOIN and LEFT JOIN only")
                            .help("write ON"));
                    }
                    let mut left = Scope::default();
                    left.relations = scope.relations[start..new].to_vec();
                    left.merged = scope
                        .merged
                        .iter()
                        .filter(|(_, of)| *of >= start)
                        .map(|(name, of)| (name.clone(), of - start))
                        .collect();
                    let mut right = Scope::default();
                    right.relations = scope.relations[new..].to_vec();
                    let left = self.value(Expr::Identifier(word.clone()), &left)?;
                    let right = self.value(Expr::Identifier(word.clone()), &right)?;
                    let equal = binary(
                        left,
                        datafusion::sql::sqlparser::ast::BinaryOperator::Eq,
                        right,
                    );
                    condition = and(condition, Some(equal));
                    scope.merged.push((word.value, new));
                }
                Ok(JoinConstraint::On(
                    condition.unwrap_or_else(|| nested(boolean(true))),
                ))
            }
            JoinConstraint::Natural => Err(SqlError::new("NATURAL JOIN is not part of the dialect")
                .help("every table has `_meta`; say which columns are equal: JOIN … USING (…)")),
            JoinConstraint::None => {
                Err(SqlError::new("JOIN needs ON").help("write CROSS JOIN to combine every row with every row"))
            }
        }
    }

    fn factor(
        &mut self,
        factor: TableFactor,
        scope: &mut Scope<'_>,
    ) -> Result<TableFactor, SqlError> {
        let span = factor.span();
        match factor {
            TableFactor::Table {
                name,
                alias,
                args,
                with_hints,
                version,
                with_ordinality,
                partitions,
                json_path,
                sample,
                index_hints,
            } => {
                let odd = version.is_some()
                    || with_ordinality
                    || sample.is_some()
                    || json_path.is_some()
                    || !with_hints.is_empty()
                    || !partitions.is_empty()
                    || !index_hints.is_empty();
                if odd {
                    return Err(self
                        .error(span, "what follows this table is not part of the dialect")
                        .help("the past is asked for by AT '2026-01-01T00:00:00Z'"));
                }
                if args.is_some() {
                    return Err(self
                        .error(span, "functions are not part of FROM")
                        .help("FROM takes tables, subqueries and lists"));
                }
                self.named_table(&name, alias, scope)
            }
            TableFactor::Derived {
                lateral: false,
                subquery,
                alias,
                sample: None,
            } => {
                let inner = self.query(*subquery, None, Output::Rows)?;
                let alias = match alias {
                    Some(alias) => alias,
                    None => table_alias(Ident::with_quote_and_span(
                        '"',
                        span,
                        self.unique("subquery"),
                    )),
                };
                self.refuse_at_alias(&alias)?;
                let columns = self.renamed(inner.outputs, &alias.columns_of(), alias.name.span)?;
                self.add_derived(&alias.name, columns, scope)?;
                Ok(TableFactor::Derived {
                    lateral: false,
                    subquery: Box::new(inner.query),
                    alias: Some(TableAlias {
                        name: quoted(&alias.name.value, &alias.name),
                        columns: alias.columns,
                        explicit: true,
                        at: None,
                    }),
                    sample: None,
                })
            }
            TableFactor::Derived { lateral: true, .. } | TableFactor::Function { .. } => Err(self
                .error(span, "LATERAL is not part of the dialect")
                .help("open a list as in FROM okta_user u, u.groups g")),
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } => {
                let (mut trees, condition) = self.from(vec![*table_with_joins], scope)?;
                match (trees.pop(), condition) {
                    (Some(tree), None) => Ok(TableFactor::NestedJoin {
                        table_with_joins: Box::new(tree),
                        alias: None,
                    }),
                    _ => Err(self.error(span, "this list cannot be opened inside parentheses")),
                }
            }
            TableFactor::UNNEST {
                alias: Some(alias),
                mut array_exprs,
                with_offset: false,
                with_ordinality: false,
                ..
            } if array_exprs.len() == 1 => {
                let array = array_exprs.remove(0);
                let value = self.expr(array, &Scope::default())?;
                let Some((array, element)) = elements(value) else {
                    return Err(self.error(span, "UNNEST takes a list"));
                };
                let name = alias.columns.first().map_or(&alias.name, |column| &column.name);
                self.add(
                    Relation {
                        alias: name.value.clone(),
                        kind: RelationKind::Element(element),
                    },
                    name,
                    scope,
                )?;
                let mut emitted = table_alias(quoted(&name.value, name));
                emitted.columns = vec![datafusion::sql::sqlparser::ast::TableAliasColumnDef {
                    name: quoted(&name.value, name),
                    data_type: None,
                }];
                Ok(TableFactor::UNNEST {
                    alias: Some(emitted),
                    array_exprs: vec![array],
                    with_offset: false,
                    with_offset_alias: None,
                    with_ordinality: false,
                })
            }
            _ => Err(self
                .error(span, "this is not part of FROM in the dialect")
                .help("FROM takes tables, subqueries and lists")),
        }
    }

    fn named_table(
        &mut self,
        name: &ObjectName,
        alias: Option<TableAlias>,
        scope: &mut Scope<'_>,
    ) -> Result<TableFactor, SqlError> {
        let words: Vec<Ident> = name.0.iter().filter_map(|part| part.as_ident().cloned()).collect();
        let Some(last) = words.last().filter(|_| words.len() == name.0.len()) else {
            return Err(self.error(name.span(), "FROM takes the names of tables"));
        };
        if let Some(alias) = &alias {
            self.refuse_at_alias(alias)?;
            if let Some(columns) = alias.columns.first() {
                let named = words.len() == 1 && self.named_query(&last.value).is_some();
                if !named {
                    return Err(self
                        .error(columns.name.span, "the columns of a table cannot be renamed here")
                        .help("rename them in SELECT"));
                }
            }
        }
        let at = self.take_at(last, alias.as_ref());
        let named = match words.as_slice() {
            [word] => self.named_query(&word.value).cloned(),
            _ => None,
        };
        if let Some(named) = named {
            if let Some(at) = at {
                return Err(self
                    .error(at.span, "AT goes after the name of a table")
                    .help("write it inside the WITH query"));
            }
            let spoken = alias.as_ref().map_or(last, |alias| &alias.name);
            let names = alias.as_ref().map(ColumnNames::columns_of).unwrap_or_default();
            let columns = self.renamed(named.columns, &names, spoken.span)?;
            self.add_derived(spoken, columns, scope)?;
            let mut factor = table(&named.emitted, quoted(&spoken.value, spoken));
            if let TableFactor::Table {
                alias: Some(emitted),
                ..
            } = &mut factor
            {
                emitted.columns = alias.map(|alias| alias.columns).unwrap_or_default();
            }
            return Ok(factor);
        }
        let full: Vec<&str> = words
            .iter()
            .map(|word| word.value.as_str())
            .filter(|word| words.len() != 2 || !word.eq_ignore_ascii_case("muster"))
            .collect();
        let Some(table_found) = self.planning.table(&full.join("."))? else {
            return Err(self.unknown_table(&words, scope));
        };
        let moment = match at {
            Some(at) => Some(self.moment(&at, &table_found)?),
            None => None,
        };
        let spoken = match &alias {
            Some(alias) => quoted(&alias.name.value, &alias.name),
            None => quoted(
                table_found.name.rsplit('.').next().unwrap_or(&table_found.name),
                last,
            ),
        };
        let binding = self.bind(table_found, moment.as_ref().map(|(at, _)| *at));
        if let Some((_, span)) = moment {
            self.planning
                .read_past(&binding)
                .map_err(|error| self.past_error(error, span))?;
        }
        self.add(
            Relation {
                alias: spoken.value.clone(),
                kind: RelationKind::Base(Arc::clone(&binding)),
            },
            &spoken,
            scope,
        )?;
        Ok(table(&binding.id, spoken))
    }

    fn named_query(&self, name: &str) -> Option<&super::query::NamedQuery> {
        self.named
            .iter()
            .rev()
            .find(|named| same_name(&named.name, name))
    }

    fn unknown_table(&self, words: &[Ident], scope: &Scope<'_>) -> SqlError {
        let path: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let path = path.join(".");
        let mut names = self.planning.table_names();
        names.extend(self.named.iter().map(|named| named.name.clone()));
        let span = words[0].span;
        if words[0].quote_style == Some('\'') || path.contains('/') {
            return self
                .error(span, format!("there is no table `{path}`"))
                .help("FROM takes tables, not files; SELECT table_name FROM information_schema.tables lists them");
        }
        let owner = scope
            .relations
            .iter()
            .find(|relation| relation.visible_names().iter().any(|name| same_name(name, &path)));
        if let Some(owner) = owner {
            return self
                .error(span, format!("there is no table `{path}`"))
                .help(format!("to open the list, write `{}.{path}`", owner.alias));
        }
        let help = did_you_mean(&path, names.iter().map(String::as_str)).unwrap_or_else(|| {
            "SELECT table_name FROM information_schema.tables lists them".to_owned()
        });
        self.error(span, format!("there is no table `{path}`")).help(help)
    }

    fn add_derived(
        &self,
        alias: &Ident,
        columns: Vec<Member>,
        scope: &mut Scope<'_>,
    ) -> Result<(), SqlError> {
        self.add(
            Relation {
                alias: alias.value.clone(),
                kind: RelationKind::Derived(columns),
            },
            alias,
            scope,
        )
    }

    fn add(
        &self,
        relation: Relation,
        near: &Ident,
        scope: &mut Scope<'_>,
    ) -> Result<(), SqlError> {
        let twice = scope
            .relations
            .iter()
            .any(|other| same_name(&other.alias, &relation.alias));
        if twice {
            return Err(self
                .error(near.span, format!("FROM has `{}` twice", relation.alias))
                .help("give one of them another name: `okta_user AS other`"));
        }
        scope.relations.push(relation);
        Ok(())
    }

    fn bind(&mut self, table: Arc<crate::catalog::Table>, at: Option<i64>) -> Arc<Binding> {
        let binding = Arc::new(Binding::new(self.unique(&table.name), table, at));
        self.planning.add(&binding);
        binding
    }
}

/// How a list is opened.
enum Opening {
    Cross,
    Inner(Expr),
    /// A row without elements stays.
    Left,
}
