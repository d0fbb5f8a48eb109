//! The stretches of a file that are in order already, to be merged.
//!
//! A file is ordered by type, then sequence. Read by sequence, it is one stretch of rising numbers per type;
//! a file that another engine has written in another order is as many as it takes.

use std::{ops::Range, sync::Arc};

use arrow::{
    array::{AsArray, RecordBatch, UInt32Array},
    compute::{concat_batches, sort_to_indices, take_record_batch},
    datatypes::Int64Type,
};
use deltalake_core::ObjectStore;
use futures::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use parquet::arrow::arrow_reader::RowSelection;

use super::{
    ArchiveError,
    data_file::DataFile,
    parquet_file::{OpenFile, Selection},
    reader,
    schema::{SEQUENCE, Shape, TYPE},
};

/// How many bytes of rows each stretch holds.
const BATCH_BYTES: usize = 256 * 1024;
/// A file of fewer bytes is read whole and sorted in memory, which takes one read instead of many.
const SMALL_BYTES: usize = 4 * 1024 * 1024;

/// What rows are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The order in which changes happened.
    Sequence,
    /// The order inside a file.
    TypeThenSequence,
}

/// A row's place in the order.
pub(super) type Key = (String, i64);

impl Order {
    pub fn key(self, batch: &RecordBatch, row: usize) -> Key {
        let sequence = batch
            .column(SEQUENCE)
            .as_primitive::<Int64Type>()
            .value(row);
        match self {
            Self::Sequence => (String::new(), sequence),
            Self::TypeThenSequence => {
                let resource_type = batch.column(TYPE).as_string::<i32>().value(row);
                (resource_type.to_owned(), sequence)
            }
        }
    }

    pub fn is_before(self, batch: &RecordBatch, row: usize, bound: &Key) -> bool {
        let sequence = batch
            .column(SEQUENCE)
            .as_primitive::<Int64Type>()
            .value(row);
        match self {
            Self::Sequence => sequence < bound.1,
            Self::TypeThenSequence => {
                let resource_type = batch.column(TYPE).as_string::<i32>().value(row);
                (resource_type, sequence) < (bound.0.as_str(), bound.1)
            }
        }
    }
}

/// Where stretches come from.
pub(super) struct Source {
    pub shape: &'static Shape,
    pub files: Arc<dyn ObjectStore>,
    pub order: Order,
    pub after_sequence: i64,
}

impl Source {
    /// The stretches of a file.
    pub async fn stretches_of(
        &self,
        file: &DataFile,
    ) -> Result<Vec<BoxStream<'static, Result<RecordBatch, ArchiveError>>>, ArchiveError> {
        let open = OpenFile::open(self.files.clone(), file).await?;
        let columns: Vec<usize> = (0..self.shape.columns.fields().len()).collect();
        let selection = |row_groups, rows, batch_bytes| Selection {
            columns: columns.clone(),
            row_groups,
            rows,
            filter: None,
            batch_bytes,
        };
        if open.decoded_bytes() <= SMALL_BYTES {
            let read = open.read(self.shape, selection(None, None, reader::BATCH_BYTES))?;
            let batches: Vec<RecordBatch> = read.try_collect().await?;
            let batch = concat_batches(&self.shape.columns, &batches)?;
            let sorted = sort(&batch, self.order, self.after_sequence)?;
            return Ok(vec![stream::iter([Ok(sorted)]).boxed()]);
        }
        let ranges = self.ranges(open.clone()).await?;
        let stretches = ranges.into_iter().map(|range| {
            let (row_groups, rows) = place(&open, range);
            let selection = selection(Some(row_groups), Some(rows), BATCH_BYTES);
            Ok(open.clone().read(self.shape, selection)?.boxed())
        });
        stretches.collect()
    }

    /// Where a file's rows are in order, without the rows up to `after_sequence`.
    async fn ranges(&self, open: OpenFile) -> Result<Vec<Range<usize>>, ArchiveError> {
        let selection = Selection {
            columns: match self.order {
                Order::Sequence => vec![SEQUENCE],
                Order::TypeThenSequence => vec![SEQUENCE, TYPE],
            },
            row_groups: None,
            rows: None,
            filter: None,
            batch_bytes: reader::BATCH_BYTES,
        };
        let mut batches = Box::pin(open.read(self.shape, selection)?);
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut last: Option<Key> = None;
        let mut position = 0;
        while let Some(batch) = batches.try_next().await? {
            let sequences = batch.column(SEQUENCE).as_primitive::<Int64Type>();
            for (row, sequence) in sequences.values().iter().enumerate() {
                if *sequence > self.after_sequence {
                    let resource_type = match self.order {
                        Order::Sequence => "",
                        Order::TypeThenSequence => batch.column(1).as_string::<i32>().value(row),
                    };
                    let rises = last.as_ref().is_some_and(|(other, number)| {
                        (other.as_str(), *number) <= (resource_type, *sequence)
                    });
                    match (&mut last, ranges.last_mut()) {
                        (Some(last), Some(range)) if rises && range.end == position => {
                            range.end += 1;
                            last.1 = *sequence;
                            if last.0 != resource_type {
                                resource_type.clone_into(&mut last.0);
                            }
                        }
                        _ => {
                            ranges.push(position..position + 1);
                            last = Some((resource_type.to_owned(), *sequence));
                        }
                    }
                }
                position += 1;
            }
        }
        Ok(ranges)
    }
}

/// The rows of `batch` after `after_sequence`, in order.
fn sort(
    batch: &RecordBatch,
    order: Order,
    after_sequence: i64,
) -> Result<RecordBatch, ArchiveError> {
    let sequences = batch.column(SEQUENCE).as_primitive::<Int64Type>();
    let indices = match order {
        Order::Sequence => sort_to_indices(sequences, None, None)?,
        Order::TypeThenSequence => {
            let types = batch.column(TYPE).as_string::<i32>();
            let mut rows: Vec<u32> = (0..).take(batch.num_rows()).collect();
            rows.sort_by_key(|row| {
                let row = *row as usize;
                (types.value(row), sequences.value(row))
            });
            rows.into()
        }
    };
    let late = indices.values().iter().copied();
    let late = late.filter(|row| sequences.value(*row as usize) > after_sequence);
    Ok(take_record_batch(
        batch,
        &UInt32Array::from_iter_values(late),
    )?)
}

/// The row groups that `range` touches, and the range in terms of these.
fn place(open: &OpenFile, range: Range<usize>) -> (Vec<usize>, RowSelection) {
    let mut groups = Vec::new();
    let (mut start, mut first, mut total) = (0, None, 0);
    for (index, group) in open.metadata().row_groups().iter().enumerate() {
        let rows = usize::try_from(group.num_rows()).unwrap_or(0);
        if start < range.end && range.start < start + rows {
            groups.push(index);
            first.get_or_insert(start);
            total += rows;
        }
        start += rows;
    }
    let first = first.unwrap_or(0);
    let range = range.start - first..range.end - first;
    let rows = RowSelection::from_consecutive_ranges(std::iter::once(range), total);
    (groups, rows)
}
