use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, Field, SchemaRef},
};
use datafusion::{
    common::{
        Statistics,
        tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion},
    },
    config::ConfigOptions,
    error::Result,
    execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext},
    logical_expr::Operator,
    physical_expr::{PhysicalExpr, ScalarFunctionExpr, expressions::binary},
    physical_plan::{
        ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties,
        ReplaceChildrenOptions,
        execution_plan::CardinalityEffect,
        joins::{HashJoinExec, NestedLoopJoinExec, NestedLoopJoinExecBuilder, utils::JoinFilter},
        statistics::{ChildStats, StatisticsArgs},
        unnest::UnnestExec,
    },
};
use futures::{Stream, StreamExt};

use crate::{cancel::Cancel, function::Tick};

/// Puts a guard on every operator that can make much out of little. The engine itself stops such an operator only
/// when it reads, which it may not do for minutes.
pub(super) fn guarded(
    plan: Arc<dyn ExecutionPlan>,
    cancel: &Cancel,
) -> Result<Arc<dyn ExecutionPlan>> {
    plan.transform_up(|node| {
        let node = with_tick(node, cancel)?;
        let multiplies = node.name().ends_with("JoinExec") || node.is::<UnnestExec>();
        Ok(match multiplies {
            true => Transformed::yes(Arc::new(GuardExec {
                input: node,
                cancel: cancel.clone(),
            }) as Arc<dyn ExecutionPlan>),
            false => Transformed::no(node),
        })
    })
    .data()
}

/// A join's filter asks whether to stop each time it is evaluated.
fn with_tick(node: Arc<dyn ExecutionPlan>, cancel: &Cancel) -> Result<Arc<dyn ExecutionPlan>> {
    if let Some(join) = node.downcast_ref::<NestedLoopJoinExec>() {
        let Some(filter) = join.filter() else {
            return Ok(node);
        };
        let ticking = ticking(filter, cancel)?;
        let join = NestedLoopJoinExecBuilder::new(
            Arc::clone(join.left()),
            Arc::clone(join.right()),
            *join.join_type(),
        )
        .with_projection_ref(join.projection().clone())
        .with_filter(Some(ticking))
        .build()?;
        return Ok(Arc::new(join));
    }
    if let Some(join) = node.downcast_ref::<HashJoinExec>() {
        let Some(filter) = join.filter() else {
            return Ok(node);
        };
        let ticking = ticking(filter, cancel)?;
        return join.builder().with_filter(Some(ticking)).build_exec();
    }
    Ok(node)
}

fn ticking(filter: &JoinFilter, cancel: &Cancel) -> Result<JoinFilter> {
    let tick: Arc<dyn PhysicalExpr> = Arc::new(ScalarFunctionExpr::new(
        "__tick",
        Arc::new(Tick::function(cancel.clone())),
        Vec::new(),
        Arc::new(Field::new("__tick", DataType::Boolean, false)),
        Arc::new(ConfigOptions::default()),
    ));
    let expression = binary(
        tick,
        Operator::And,
        Arc::clone(filter.expression()),
        filter.schema(),
    )?;
    Ok(JoinFilter::new(
        expression,
        filter.column_indices().to_vec(),
        Arc::clone(filter.schema()),
    ))
}

/// Lets others run after every batch, and stops when the query is to stop.
#[derive(Debug)]
struct GuardExec {
    input: Arc<dyn ExecutionPlan>,
    cancel: Cancel,
}

impl DisplayAs for GuardExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("GuardExec")
    }
}

impl ExecutionPlan for GuardExec {
    fn name(&self) -> &str {
        "GuardExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.input.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn replace_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self {
            input: children.pop().unwrap_or_else(|| Arc::clone(&self.input)),
            cancel: self.cancel.clone(),
        }))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        Ok(Box::pin(GuardStream {
            input: self.input.execute(partition, context)?,
            cancel: self.cancel.clone(),
            gave: false,
        }))
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _arguments: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        Ok(Arc::clone(&inputs[0]))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

struct GuardStream {
    input: SendableRecordBatchStream,
    cancel: Cancel,
    gave: bool,
}

impl Stream for GuardStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Err(error) = self.cancel.check() {
            return Poll::Ready(Some(Err(error)));
        }
        if std::mem::take(&mut self.gave) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let polled = self.input.poll_next_unpin(context);
        self.gave = matches!(polled, Poll::Ready(Some(Ok(_))));
        polled
    }
}

impl RecordBatchStream for GuardStream {
    fn schema(&self) -> SchemaRef {
        self.input.schema()
    }
}
