use std::{fmt, sync::Arc};

use arrow::datatypes::Schema;
use datafusion::{
    common::{
        Statistics,
        stats::Precision,
        tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion},
    },
    config::ConfigOptions,
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_expr::{EquivalenceProperties, PhysicalExpr, expressions::Column},
    physical_plan::{
        ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning,
        PlanProperties, ReplaceChildrenOptions,
        execution_plan::{Boundedness, EmissionType},
        filter_pushdown::{
            ChildPushdownResult, FilterPushdownPhase, FilterPushdownPropagation, PushedDown,
        },
        projection::ProjectionExec,
        statistics::StatisticsArgs,
        stream::RecordBatchStreamAdapter,
    },
};
use futures::stream;

use super::{
    column::ScanColumn,
    morsel::{Morsel, divide},
    reader::Reader,
    segment::Segment,
};
use crate::cancel::Cancel;

/// Reads the stored batches of a table: the columns asked for, of the rows that count and pass the filters.
#[derive(Debug, Clone)]
pub(super) struct ScanExec {
    name: String,
    /// Every column the statement reads of the table.
    pub columns: Arc<Vec<ScanColumn>>,
    pub segments: Arc<Vec<Segment>>,
    pub partitions: Arc<Vec<Vec<Morsel>>>,
    /// Which of `columns` come out.
    pub projection: Vec<usize>,
    /// Over all of `columns`. Rows that do not pass stay out.
    pub filters: Vec<Arc<dyn PhysicalExpr>>,
    /// Likewise, but whoever gave them filters again.
    pub hints: Vec<Arc<dyn PhysicalExpr>>,
    pub limit: Option<usize>,
    properties: Arc<PlanProperties>,
    pub cancel: Cancel,
}

impl ScanExec {
    pub fn new(
        name: String,
        columns: Arc<Vec<ScanColumn>>,
        segments: Arc<Vec<Segment>>,
        projection: Vec<usize>,
        target_partitions: usize,
        cancel: Cancel,
    ) -> Self {
        let partitions = Arc::new(divide(&segments, target_partitions));
        let properties = properties(&columns, &projection, partitions.len());
        Self {
            name,
            columns,
            segments,
            partitions,
            projection,
            filters: Vec::new(),
            hints: Vec::new(),
            limit: None,
            properties,
            cancel,
        }
    }

    pub fn with_limit(mut self, limit: Option<usize>) -> Self {
        self.limit = limit;
        self
    }

    fn rows(&self, partition: Option<usize>) -> usize {
        let count = |morsels: &Vec<Morsel>| morsels.iter().map(|morsel| morsel.rows).sum::<usize>();
        match partition {
            Some(partition) => self.partitions.get(partition).map_or(0, count),
            None => self.partitions.iter().map(count).sum(),
        }
    }

    /// A filter over the columns that come out, as one over all columns.
    fn over_all(&self, filter: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        renumber(filter, &|index| self.projection.get(index).copied())
    }
}

fn properties(
    columns: &[ScanColumn],
    projection: &[usize],
    partitions: usize,
) -> Arc<PlanProperties> {
    let fields: Vec<_> = projection
        .iter()
        .map(|index| Arc::clone(&columns[*index].field))
        .collect();
    Arc::new(PlanProperties::new(
        EquivalenceProperties::new(Arc::new(Schema::new(fields))),
        Partitioning::UnknownPartitioning(partitions),
        EmissionType::Incremental,
        Boundedness::Bounded,
    ))
}

impl DisplayAs for ScanExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .projection
            .iter()
            .map(|index| self.columns[*index].field.name().as_str())
            .collect();
        write!(
            formatter,
            "ScanExec: table={}, rows={}, columns=[{}]",
            self.name,
            self.rows(None),
            names.join(", ")
        )?;
        for filter in self.filters.iter().chain(&self.hints) {
            write!(formatter, ", filter={filter}")?;
        }
        match self.limit {
            Some(limit) => write!(formatter, ", limit={limit}"),
            None => Ok(()),
        }
    }
}

impl ExecutionPlan for ScanExec {
    fn name(&self) -> &str {
        "ScanExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn replace_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
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
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for filter in self.filters.iter().chain(&self.hints) {
            if visit(filter)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let schema = self.schema();
        let reader = Reader::new(self, partition, context.session_config().batch_size())?;
        let batches = stream::iter(reader);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }

    fn statistics_from_inputs(
        &self,
        _inputs: &[Arc<Statistics>],
        arguments: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let rows = self.rows(arguments.partition());
        let mut statistics = Statistics::new_unknown(&self.schema());
        let estimate = match self.filters.is_empty() {
            true => rows,
            // What the engine assumes of a filter it knows nothing about.
            false => rows.div_ceil(5),
        };
        statistics.num_rows = match (self.filters.is_empty(), self.limit) {
            (true, None) => Precision::Exact(rows),
            (_, limit) => Precision::Inexact(estimate.min(limit.unwrap_or(usize::MAX))),
        };
        Ok(Arc::new(statistics))
    }

    fn with_fetch(&self, limit: Option<usize>) -> Option<Arc<dyn ExecutionPlan>> {
        Some(Arc::new(self.clone().with_limit(limit)))
    }

    fn fetch(&self) -> Option<usize> {
        self.limit
    }

    fn try_swapping_with_projection(
        &self,
        projection: &ProjectionExec,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let mut chosen = Vec::with_capacity(projection.expr().len());
        for output in projection.expr() {
            let Some(column) = output.expr.downcast_ref::<Column>() else {
                return Ok(None);
            };
            let Some(index) = self.projection.get(column.index()) else {
                return Ok(None);
            };
            if column.name() != output.alias {
                return Ok(None);
            }
            chosen.push(*index);
        }
        let mut scan = self.clone();
        scan.properties = properties(&scan.columns, &chosen, scan.partitions.len());
        scan.projection = chosen;
        Ok(Some(Arc::new(scan)))
    }

    fn handle_child_pushdown_result(
        &self,
        phase: FilterPushdownPhase,
        pushed: ChildPushdownResult,
        _config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        let count = pushed.parent_filters.len();
        // A filter above a limit chooses among the rows the limit lets through.
        if count == 0 || self.limit.is_some() {
            return Ok(FilterPushdownPropagation::all_unsupported(pushed));
        }
        let mut scan = self.clone();
        let taken = match phase {
            FilterPushdownPhase::Pre => PushedDown::Yes,
            FilterPushdownPhase::Post => PushedDown::No,
        };
        for filter in pushed.parent_filters {
            let filter = scan.over_all(filter.filter)?;
            match phase {
                FilterPushdownPhase::Pre => scan.filters.push(filter),
                FilterPushdownPhase::Post => scan.hints.push(filter),
            }
        }
        Ok(
            FilterPushdownPropagation::with_parent_pushdown_result(vec![taken; count])
                .with_updated_node(Arc::new(scan)),
        )
    }
}

/// An expression with its columns found elsewhere.
pub(super) fn renumber(
    expr: Arc<dyn PhysicalExpr>,
    place: &dyn Fn(usize) -> Option<usize>,
) -> Result<Arc<dyn PhysicalExpr>> {
    expr.transform(|node| {
        let Some(column) = node.downcast_ref::<Column>() else {
            return Ok(Transformed::no(node));
        };
        let Some(index) = place(column.index()) else {
            return Err(DataFusionError::Internal(format!(
                "column {} is not part of the scan",
                column.name()
            )));
        };
        let moved: Arc<dyn PhysicalExpr> = Arc::new(Column::new(column.name(), index));
        Ok(Transformed::yes(moved))
    })
    .data()
}
