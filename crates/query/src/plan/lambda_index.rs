use std::sync::Arc;

use datafusion::{
    common::tree_node::{Transformed, TransformedResult, TreeNode},
    config::ConfigOptions,
    error::Result,
    physical_expr::{PhysicalExpr, expressions::LambdaVariable},
    physical_optimizer::PhysicalOptimizerRule,
    physical_plan::{
        ExecutionPlan,
        filter::{FilterExec, FilterExecBuilder},
        projection::{ProjectionExec, ProjectionExpr},
    },
};

/// More columns than any table has.
const BEHIND_EVERY_COLUMN: usize = 1_000_000;

/// Numbers the parameters of functions (`x -> …`) behind every column. The engine numbers them behind the columns of
/// the input they are planned over, tells them from columns by that number, and does not renumber them when a later
/// rule moves the expression over another input.
#[derive(Debug)]
pub(super) struct LambdaIndex;

impl PhysicalOptimizerRule for LambdaIndex {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|node| {
            if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
                let mut moved = false;
                let mut outputs = Vec::with_capacity(projection.expr().len());
                for output in projection.expr() {
                    let expr = behind(Arc::clone(&output.expr))?;
                    moved |= expr.transformed;
                    outputs.push(ProjectionExpr {
                        expr: expr.data,
                        alias: output.alias.clone(),
                    });
                }
                if moved {
                    let projection =
                        ProjectionExec::try_new(outputs, Arc::clone(projection.input()))?;
                    return Ok(Transformed::yes(
                        Arc::new(projection) as Arc<dyn ExecutionPlan>
                    ));
                }
            }
            if let Some(filter) = node.downcast_ref::<FilterExec>() {
                let predicate = behind(Arc::clone(filter.predicate()))?;
                if predicate.transformed {
                    let filter = FilterExecBuilder::from(filter)
                        .with_predicate(predicate.data)
                        .build()?;
                    return Ok(Transformed::yes(Arc::new(filter) as Arc<dyn ExecutionPlan>));
                }
            }
            Ok(Transformed::no(node))
        })
        .data()
    }

    fn name(&self) -> &str {
        "lambda_index"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn behind(expr: Arc<dyn PhysicalExpr>) -> Result<Transformed<Arc<dyn PhysicalExpr>>> {
    expr.transform(|node| {
        let Some(variable) = node.downcast_ref::<LambdaVariable>() else {
            return Ok(Transformed::no(node));
        };
        let index = variable.index() + BEHIND_EVERY_COLUMN;
        let moved: Arc<dyn PhysicalExpr> =
            Arc::new(LambdaVariable::new(index, Arc::clone(variable.field())));
        Ok(Transformed::yes(moved))
    })
}
