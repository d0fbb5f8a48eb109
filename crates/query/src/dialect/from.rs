//! `FROM`: what is combined, item by item.

use datafusion::sql::sqlparser::ast::{Expr, TableWithJoins};

use super::{Rewriter, list::Opening, scope::Scope, syntax::and};
use crate::SqlError;

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
                    let owner = scope
                        .relation(&list.words[0].value)
                        .map(|r| r.alias.clone());
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
}
