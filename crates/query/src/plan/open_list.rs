use datafusion::{
    common::{Column, ScalarValue, UnnestOptions},
    error::{DataFusionError, Result},
    functions_nested::expr_fn::cardinality,
    logical_expr::{
        Expr, LogicalPlanBuilder,
        planner::{PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning},
        when,
    },
    prelude::lit,
    sql::sqlparser::ast::{Join, JoinConstraint, JoinOperator, TableFactor, TableWithJoins},
};

/// Plans `(rows CROSS JOIN UNNEST(list) AS element)`, the form the rewriting gives `FROM u, u.groups g`. The
/// engine's own plan for it fails when it runs.
#[derive(Debug)]
pub(super) struct OpenList;

impl RelationPlanner for OpenList {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } = relation
        else {
            return Ok(RelationPlanning::Original(Box::new(relation)));
        };
        match opened(*table_with_joins) {
            Ok(list) => Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(
                list.plan(context)?,
                None,
            )))),
            Err(table_with_joins) => Ok(RelationPlanning::Original(Box::new(
                TableFactor::NestedJoin {
                    table_with_joins,
                    alias: None,
                },
            ))),
        }
    }
}

struct Opened {
    rows: TableFactor,
    list: datafusion::sql::sqlparser::ast::Expr,
    alias: String,
    on: Option<datafusion::sql::sqlparser::ast::Expr>,
    keeps_rows: bool,
}

/// The parts of that form, or what was given.
fn opened(mut tree: TableWithJoins) -> std::result::Result<Opened, Box<TableWithJoins>> {
    let is_list = matches!(
        tree.joins.as_slice(),
        [Join {
            relation: TableFactor::UNNEST {
                alias: Some(alias),
                array_exprs,
                ..
            },
            ..
        }] if array_exprs.len() == 1 && alias.columns.is_empty()
    );
    if !is_list {
        return Err(Box::new(tree));
    }
    let Some(Join {
        relation:
            TableFactor::UNNEST {
                alias: Some(alias),
                mut array_exprs,
                ..
            },
        join_operator,
        ..
    }) = tree.joins.pop()
    else {
        return Err(Box::new(tree));
    };
    let Some(list) = array_exprs.pop() else {
        return Err(Box::new(tree));
    };
    let keeps_rows = matches!(join_operator, JoinOperator::LeftOuter(_));
    let on = match join_operator {
        JoinOperator::Inner(JoinConstraint::On(on)) => Some(on),
        _ => None,
    };
    Ok(Opened {
        rows: tree.relation,
        list,
        alias: alias.name.value,
        on,
        keeps_rows,
    })
}

impl Opened {
    fn plan(
        self,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<datafusion::logical_expr::LogicalPlan> {
        let rows = context.plan(self.rows)?;
        let mut list = context.sql_to_expr(self.list, rows.schema())?;
        if self.keeps_rows {
            // A row whose list is empty stays, as one whose list is absent does.
            let nothing = lit(ScalarValue::Null);
            list = when(cardinality(list.clone()).eq(lit(0_u64)), nothing).otherwise(list)?;
        }
        let columns: Vec<Expr> = rows
            .schema()
            .columns()
            .into_iter()
            .map(Expr::Column)
            .collect();
        let element = format!("{}#element", self.alias);
        let mut with_list = columns.clone();
        with_list.push(list.alias(element.as_str()));
        let options = UnnestOptions::new().with_preserve_nulls(self.keeps_rows);
        let mut opened = columns;
        opened.push(
            Expr::Column(Column::new_unqualified(&element))
                .alias_qualified(Some(self.alias.as_str()), self.alias.as_str()),
        );
        let plan = LogicalPlanBuilder::from(rows)
            .project(with_list)?
            .unnest_column_with_options(Column::new_unqualified(&element), options)?
            .project(opened)?
            .build()?;
        match self.on {
            None => Ok(plan),
            Some(on) => {
                let on = context.sql_to_expr(on, plan.schema())?;
                LogicalPlanBuilder::from(plan).filter(on)?.build()
            }
        }
        .map_err(|error: DataFusionError| error)
    }
}
