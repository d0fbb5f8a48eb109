//! `JOIN` and what it joins by.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Join, JoinConstraint, JoinOperator, Spanned, TableWithJoins,
};

use super::{
    Rewriter,
    list::Opening,
    scope::Scope,
    syntax::{and, binary, boolean, nested},
};
use crate::SqlError;

impl Rewriter<'_> {
    pub(super) fn join(
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
                | JoinOperator::Inner(JoinConstraint::On(on)) => Opening::Inner(Box::new(on)),
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
                    return Err(self.error(
                        span,
                        "a list is opened by `,`, CROSS JOIN, JOIN … ON or LEFT JOIN … ON true",
                    ));
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
                    let merged = scope.merged.iter().filter(|(_, of)| *of >= start);
                    let left = Scope {
                        relations: scope.relations[start..new].to_vec(),
                        merged: merged
                            .map(|(name, of)| (name.clone(), of - start))
                            .collect(),
                        ..Scope::default()
                    };
                    let right = Scope {
                        relations: scope.relations[new..].to_vec(),
                        ..Scope::default()
                    };
                    let left = self.value(Expr::Identifier(word.clone()), &left)?;
                    let right = self.value(Expr::Identifier(word.clone()), &right)?;
                    let equal = binary(left, BinaryOperator::Eq, right);
                    condition = and(condition, Some(equal));
                    scope.merged.push((word.value, new));
                }
                Ok(JoinConstraint::On(
                    condition.unwrap_or_else(|| nested(boolean(true))),
                ))
            }
            JoinConstraint::Natural => {
                Err(SqlError::new("NATURAL JOIN is not part of the dialect")
                    .help("every table has `_meta`; say which columns are equal: JOIN … USING (…)"))
            }
            JoinConstraint::None => Err(SqlError::new("JOIN needs ON")
                .help("write CROSS JOIN to combine every row with every row")),
        }
    }
}
