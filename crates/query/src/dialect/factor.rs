//! One item of `FROM`: a table, the past of one, a named query, a subquery.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{
    Ident, ObjectName, Spanned, TableAlias, TableAliasColumnDef, TableFactor,
};

use super::{
    Rewriter,
    function::elements,
    query::{ColumnNames, NamedQuery, Output},
    scope::{Relation, RelationKind, Scope, quoted},
    syntax::{table, table_alias},
};
use crate::{
    SqlError,
    catalog::{Binding, Member, Table, same_name},
    suggestion::did_you_mean,
};

impl Rewriter<'_> {
    pub(super) fn factor(
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
                let name = alias
                    .columns
                    .first()
                    .map_or(&alias.name, |column| &column.name);
                self.add(
                    Relation {
                        alias: name.value.clone(),
                        kind: RelationKind::Element(element),
                    },
                    name,
                    scope,
                )?;
                let mut emitted = table_alias(quoted(&name.value, name));
                emitted.columns = vec![TableAliasColumnDef {
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
        let words: Vec<Ident> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident().cloned())
            .collect();
        let Some(last) = words.last().filter(|_| words.len() == name.0.len()) else {
            return Err(self.error(name.span(), "FROM takes the names of tables"));
        };
        if let Some(alias) = &alias {
            self.refuse_at_alias(alias)?;
            if let Some(columns) = alias.columns.first() {
                let named = words.len() == 1 && self.named_query(&last.value).is_some();
                if !named {
                    return Err(self
                        .error(
                            columns.name.span,
                            "the columns of a table cannot be renamed here",
                        )
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
            let names = alias
                .as_ref()
                .map(ColumnNames::columns_of)
                .unwrap_or_default();
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
                table_found
                    .name
                    .rsplit('.')
                    .next()
                    .unwrap_or(&table_found.name),
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

    fn named_query(&self, name: &str) -> Option<&NamedQuery> {
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
        let owner = scope.relations.iter().find(|relation| {
            relation
                .visible_names()
                .iter()
                .any(|name| same_name(name, &path))
        });
        if let Some(owner) = owner {
            return self
                .error(span, format!("there is no table `{path}`"))
                .help(format!("to open the list, write `{}.{path}`", owner.alias));
        }
        let help = did_you_mean(&path, names.iter().map(String::as_str)).unwrap_or_else(|| {
            "SELECT table_name FROM information_schema.tables lists them".to_owned()
        });
        self.error(span, format!("there is no table `{path}`"))
            .help(help)
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

    pub(super) fn add(
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

    pub(super) fn bind(&mut self, table: Arc<Table>, at: Option<i64>) -> Arc<Binding> {
        let binding = Arc::new(Binding::new(self.unique(&table.name), table, at));
        self.planning.add(&binding);
        binding
    }
}
