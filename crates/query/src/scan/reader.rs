use std::sync::Arc;

use arrow::{
    array::{Array, BooleanArray, RecordBatch, RecordBatchOptions},
    compute::{BatchCoalescer, and, filter_record_batch, prep_null_mask_filter},
    datatypes::{Schema, SchemaRef},
};
use datafusion::{
    error::{DataFusionError, Result},
    physical_expr::{PhysicalExpr, expressions::Column, utils::collect_columns},
    physical_plan::ExecutionPlan,
};

use super::{
    column::ScanColumn,
    exec::{ScanExec, renumber},
    morsel::Morsel,
    segment::Segment,
};
use crate::cancel::Cancel;

/// A filter that is there only to save work is dropped once it has let this many rows through …
const TRIAL_ROWS: usize = 100_000;
/// … of which it kept more than this share.
const USELESS_SHARE: f64 = 0.8;

/// Reads one partition.
pub(super) struct Reader {
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
    pub fn new(scan: &ScanExec, partition: usize, batch_size: usize) -> Result<Self> {
        let mut wanted = scan.projection.clone();
        for filter in scan.filters.iter().chain(&scan.hints) {
            let mut columns: Vec<usize> =
                collect_columns(filter).iter().map(Column::index).collect();
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
        let columns: Vec<ScanColumn> = read
            .iter()
            .map(|index| scan.columns[*index].clone())
            .collect();
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .collect();
        let output = scan
            .projection
            .iter()
            .filter_map(|index| place(*index))
            .collect();
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
        let batch =
            RecordBatch::try_new_with_options(Arc::clone(&self.read_schema), arrays, &options)?;
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
            let before = mask
                .as_ref()
                .map_or(batch.num_rows(), BooleanArray::true_count);
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
        let output =
            RecordBatch::try_new_with_options(Arc::clone(&self.output_schema), arrays, &options)?;
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
