use std::{fmt, sync::Arc};

use arrow::{
    array::{Array, BooleanArray, RecordBatch, RecordBatchOptions},
    compute::{BatchCoalescer, and, filter_record_batch, prep_null_mask_filter},
    datatypes::{Schema, SchemaRef},
};
use datafusion::{
    common::{
        Statistics,
        stats::Precision,
        tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion},
    },
    config::ConfigOptions,
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_expr::{
        EquivalenceProperties, PhysicalExpr, expressions::Column, utils::collect_columns,
    },
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
    segment::Segment,
};
use crate::cancel::Cancel;

/// A filter that is there only to save work is dropped once it has let this many rows through …
const TRIAL_ROWS: usize = 100_000;
/// … of which it kept more than this share.
const USELESS_SHARE: f64 = 0.8;

/// Reads the stored batches of a table: the columns asked for, of the rows that count and pass the filters.
#[derive(Debug, Clone)]
pub(super) struct ScanExec {
    name: String,
    /// Every column the statement reads of the table.
    columns: Arc<Vec<ScanColumn>>,
    segments: Arc<Vec<Segment>>,
    partitions: Arc<Vec<Vec<Morsel>>>,
    /// Which of `columns` come out.
    projection: Vec<usize>,
    /// Over all of `columns`. Rows that do not pass stay out.
    filters: Vec<Arc<dyn PhysicalExpr>>,
    /// Likewise, but whoever gave them filters again.
    hints: Vec<Arc<dyn PhysicalExpr>>,
    limit: Option<usize>,
    properties: Arc<PlanProperties>,
    cancel: Cancel,
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

/// An expression with its columns found elsewhere.
fn renumber(
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

/// Reads one partition.
struct Reader {
    morsels: std::vec::IntoIter<Morsel>,
    segments: Arc<Vec<Segment>>,
    /// What is read: the columns that come out, and those that only filters look at.
    read: Vec<ScanColumn>,
    read_schema: SchemaRef,
    /// Of `read`, what comes out.
    output: Vec<usize>,
    output_schema: SchemaRef,
    filters: Vec<Arc<dyn PhysicalExpr>>,
    hints: Vec<Hint>,
    coalescer: BatchCoalescer,
    left: usize,
    finished: bool,
    cancel: Cancel,
}

/// A filter that may turn out not to pay.
struct Hint {
    filter: Arc<dyn PhysicalExpr>,
    seen: usize,
    kept: usize,
}

impl Reader {
    fn new(scan: &ScanExec, partition: usize, batch_size: usize) -> Result<Self> {
        let mut wanted = scan.projection.clone();
        for filter in scan.filters.iter().chain(&scan.hints) {
            let mut columns: Vec<usize> = collect_columns(filter)
                .iter()
                .map(Column::index)
                .collect();
            columns.sort_unstable();
            wanted.extend(columns);
        }
        let mut read: Vec<usize> = Vec::new();
        for index in wanted {
            if !read.contains(&index) {
                read.push(index);
            }
        }
        let place = |index: usize| read.iter().position(|candidate| *candidate == index);
        let filters = scan
            .filters
            .iter()
            .map(|filter| renumber(Arc::clone(filter), &place))
            .collect::<Result<_>>()?;
        let hints = scan
            .hints
            .iter()
            .map(|filter| {
                Ok(Hint {
                    filter: renumber(Arc::clone(filter), &place)?,
                    seen: 0,
                    kept: 0,
                })
            })
            .collect::<Result<_>>()?;
        let columns: Vec<ScanColumn> = read.iter().map(|index| scan.columns[*index].clone()).collect();
        let fields: Vec<_> = columns.iter().map(|column| Arc::clone(&column.field)).collect();
        let output = scan.projection.iter().filter_map(|index| place(*index)).collect();
        let morsels = scan.partitions.get(partition).cloned().unwrap_or_default();
        let output_schema = scan.schema();
        Ok(Self {
            morsels: morsels.into_iter(),
            segments: Arc::clone(&scan.segments),
            read: columns,
            read_schema: Arc::new(Schema::new(fields)),
            output,
            coalescer: BatchCoalescer::new(Arc::clone(&output_schema), batch_size),
            output_schema,
            filters,
            hints,
            left: scan.limit.unwrap_or(usize::MAX),
            finished: false,
            cancel: scan.cancel.clone(),
        })
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.left == 0 {
                return Ok(None);
            }
            if let Some(batch) = self.coalescer.next_completed_batch() {
                return Ok(Some(self.give(batch)));
            }
            let Some(morsel) = self.morsels.next() else {
                if self.finished {
                    return Ok(None);
                }
                self.finished = true;
                self.coalescer.finish_buffered_batch()?;
                continue;
            };
            self.cancel.check()?;
            if let Some(batch) = self.read(morsel)? {
                return Ok(Some(self.give(batch)));
            }
        }
    }

    fn give(&mut self, batch: RecordBatch) -> RecordBatch {
        let rows = batch.num_rows().min(self.left);
        self.left -= rows;
        match rows == batch.num_rows() {
            true => batch,
            false => batch.slice(0, rows),
        }
    }

    /// Reads one stored batch: whole when every row passes, through the coalescer when some do.
    fn read(&mut self, morsel: Morsel) -> Result<Option<RecordBatch>> {
        let segments = Arc::clone(&self.segments);
        let segment = &segments[morsel.segment];
        let part = &segment.parts[morsel.part];
        let stored = &part.batches[morsel.batch];
        let arrays = self
            .read
            .iter()
            .map(|column| column.values(stored, segment.integration.as_deref()))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(stored.num_rows()));
        let batch = RecordBatch::try_new_with_options(
            Arc::clone(&self.read_schema),
            arrays,
            &options,
        )?;
        let live = part.live.get(morsel.batch).cloned().flatten();
        let mut mask = live.map(|live| BooleanArray::new(live, None));
        for filter in &self.filters {
            mask = Some(apply(filter, &batch, mask)?);
            if mask.as_ref().is_some_and(|mask| mask.true_count() == 0) {
                return Ok(None);
            }
        }
        for hint in &mut self.hints {
            if hint.seen > TRIAL_ROWS && hint.kept as f64 > hint.seen as f64 * USELESS_SHARE {
                continue;
            }
            let before = mask.as_ref().map_or(batch.num_rows(), BooleanArray::true_count);
            let passed = apply(&hint.filter, &batch, mask)?;
            let kept = passed.true_count();
            hint.seen += before;
            hint.kept += kept;
            mask = Some(passed);
            if kept == 0 {
                return Ok(None);
            }
        }
        let arrays = self
            .output
            .iter()
            .map(|index| Arc::clone(batch.column(*index)))
            .collect();
        let output = RecordBatch::try_new_with_options(
            Arc::clone(&self.output_schema),
            arrays,
            &options,
        )?;
        match mask {
            Some(mask) if mask.true_count() < output.num_rows() => {
                self.coalescer.push_batch_with_filter(output, &mask)?;
                Ok(None)
            }
            _ => Ok(Some(output)),
        }
    }
}

/// The rows of `mask` that pass a filter too. Few remaining rows are taken out first, so that an expensive filter
/// runs on them alone.
fn apply(
    filter: &Arc<dyn PhysicalExpr>,
    batch: &RecordBatch,
    mask: Option<BooleanArray>,
) -> Result<BooleanArray> {
    if let Some(mask) = &mask
        && mask.true_count() * 8 < batch.num_rows()
    {
        let few = filter_record_batch(batch, mask)?;
        let passed = evaluate(filter, &few)?;
        let mut next = passed.iter();
        return Ok(mask
            .iter()
            .map(|candidate| Some(candidate == Some(true) && next.next().flatten() == Some(true)))
            .collect());
    }
    let passed = evaluate(filter, batch)?;
    Ok(match mask {
        Some(mask) => and(&mask, &passed)?,
        None => passed,
    })
}

fn evaluate(filter: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Result<BooleanArray> {
    let array = filter.evaluate(batch)?.into_array(batch.num_rows())?;
    let Some(passed) = array.as_any().downcast_ref::<BooleanArray>() else {
        return Err(DataFusionError::Internal(
            "a filter gave something other than true or false".to_owned(),
        ));
    };
    Ok(match passed.null_count() {
        0 => passed.clone(),
        _ => prep_null_mask_filter(passed),
    })
}

impl Iterator for Reader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}

