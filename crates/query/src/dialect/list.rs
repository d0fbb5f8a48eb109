//! Lists opened row by row: `FROM okta_user u, u.groups g`.

use std::sync::Arc;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, Join, JoinConstraint, JoinOperator, TableFactor, TableWithJoins,
};

use super::{
    Rewriter,
    exists::speaks_of_row,
    function::elements,
    scope::{Relation, RelationKind, Scope, quoted},
    syntax::{and, binary, boolean, column, table, table_alias},
};
use crate::{
    SqlError,
    catalog::{INTEGRATION, KEY, Shape},
};

/// A list to be opened: `u.groups g`.
pub(super) struct List {
    pub words: Vec<Ident>,
    pub alias: Ident,
}

/// How a list is opened.
pub(super) enum Opening {
    Cross,
    Inner(Box<Expr>),
    /// A row without elements stays.
    Left,
}

impl Rewriter<'_> {
    /// The list a factor opens, when it is one.
    pub(super) fn list(&self, factor: &TableFactor, scope: &Scope<'_>) -> Option<List> {
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
                    Some(alias) => alias
                        .columns
                        .first()
                        .map_or(&alias.name, |column| &column.name),
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
    pub(super) fn open(
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
                JoinOperator::Inner(JoinConstraint::On(self.condition(*on, scope)?))
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
    pub(super) fn open_outer(
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
                BinaryOperator::Eq,
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
        scope.relations.retain(|relation| {
            relation.alias != hidden || matches!(relation.kind, RelationKind::Unspoken)
        });
        Ok((opened?, tie.unwrap_or_else(|| boolean(true))))
    }
}
