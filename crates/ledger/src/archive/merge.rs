//! Rows of several files in one order, in bounded memory.
//!
//! A file is ordered by type, then sequence. To read a file by sequence, its stretches of rising sequence
//! numbers (one per type, when the file is ours) are read side by side; to read several files by sequence,
//! likewise, where their ranges overlap. Each stretch holds one batch of about [`BATCH_BYTES`].

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    ops::Range,
    sync::Arc,
};

use arrow::{
    array::{AsArray, RecordBatch, UInt32Array},
    compute::{concat_batches, interleave_record_batch, sort_to_indices, take_record_batch},
    datatypes::Int64Type,
};
use deltalake_core::ObjectStore;
use futures::{
    Stream, StreamExt, TryStreamExt,
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
/// Most rows in a batch of the result.
const ROWS: usize = 4096;

/// What rows are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// The order in which changes happened.
    Sequence,
    /// The order inside a file.
    TypeThenSequence,
}

/// A row's place in the order.
type Key = (String, i64);

impl Order {
    fn key(self, batch: &RecordBatch, row: usize) -> Key {
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

    fn is_before(self, batch: &RecordBatch, row: usize, bound: &Key) -> bool {
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

/// One stretch of rows that are already in order.
struct Stretch {
    rest: BoxStream<'static, Result<RecordBatch, ArchiveError>>,
    batch: RecordBatch,
    row: usize,
}

/// Where stretches come from.
struct Source {
    shape: &'static Shape,
    files: Arc<dyn ObjectStore>,
    order: Order,
    after_sequence: i64,
}

/// The merge under way.
struct Merge {
    source: Source,
    /// Files not opened yet, by first sequence number.
    waiting: VecDeque<DataFile>,
    stretches: Vec<Option<Stretch>>,
    heads: BinaryHeap<Reverse<(Key, usize)>>,
}

/// The rows of `wanted` after `after_sequence`, all columns, in `order`. Files must be given by their first
/// sequence number.
pub(super) fn merge(
    shape: &'static Shape,
    files: Arc<dyn ObjectStore>,
    wanted: impl IntoIterator<Item = DataFile>,
    order: Order,
    after_sequence: i64,
) -> impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send {
    let source = Source {
        shape,
        files,
        order,
        after_sequence,
    };
    let merge = Merge {
        source,
        waiting: wanted.into_iter().collect(),
        stretches: Vec::new(),
        heads: BinaryHeap::new(),
    };
    stream::try_unfold(merge, |mut merge| async move {
        let batch = merge.next().await?;
        Ok(batch.map(|batch| (batch, merge)))
    })
}

impl Merge {
    /// The next rows of the result.
    async fn next(&mut self) -> Result<Option<RecordBatch>, ArchiveError> {
        let mut batches: Vec<RecordBatch> = Vec::new();
        let mut rows: Vec<(usize, usize)> = Vec::new();
        // Where the current batch of a stretch is in `batches`.
        let mut places: Vec<Option<usize>> = Vec::new();
        while rows.len() < ROWS {
            self.open_due().await?;
            let Some(Reverse((_, index))) = self.heads.pop() else {
                break;
            };
            let (order, bound) = (self.source.order, self.bound());
            places.resize(self.stretches.len(), None);
            let Some(stretch) = &mut self.stretches[index] else {
                continue;
            };
            let place = *places[index].get_or_insert_with(|| {
                batches.push(stretch.batch.clone());
                batches.len() - 1
            });
            loop {
                rows.push((place, stretch.row));
                stretch.row += 1;
                let goes_on = stretch.row < stretch.batch.num_rows()
                    && rows.len() < ROWS
                    && bound
                        .as_ref()
                        .is_none_or(|bound| order.is_before(&stretch.batch, stretch.row, bound));
                if !goes_on {
                    break;
                }
            }
            if stretch.row == stretch.batch.num_rows() {
                places[index] = None;
            }
            self.requeue(index).await?;
            // What has been read through is held until it is handed on: that too has a bound.
            if batches.len() > self.heads.len() + 32 {
                break;
            }
        }
        if rows.is_empty() {
            return Ok(None);
        }
        let batches: Vec<&RecordBatch> = batches.iter().collect();
        Ok(Some(interleave_record_batch(&batches, &rows)?))
    }

    /// The place before which the first stretch may go on alone.
    fn bound(&self) -> Option<Key> {
        let head = self.heads.peek().map(|Reverse((key, _))| key.clone());
        let file = self
            .waiting
            .front()
            .map(|file| (String::new(), *file.sequence.start()));
        match (head, file) {
            (Some(head), Some(file)) => Some(head.min(file)),
            (head, file) => head.or(file),
        }
    }

    /// Puts the stretch back in line, with its next batch if it needs one.
    async fn requeue(&mut self, index: usize) -> Result<(), ArchiveError> {
        let Some(mut stretch) = self.stretches[index].take() else {
            return Ok(());
        };
        while stretch.row >= stretch.batch.num_rows() {
            let Some(batch) = stretch.rest.try_next().await? else {
                return Ok(());
            };
            stretch.batch = batch;
            stretch.row = 0;
        }
        let key = self.source.order.key(&stretch.batch, stretch.row);
        self.stretches[index] = Some(stretch);
        self.heads.push(Reverse((key, index)));
        Ok(())
    }

    /// Opens the files whose first row may be next. By type, that is every file.
    async fn open_due(&mut self) -> Result<(), ArchiveError> {
        while let Some(file) = self.waiting.front() {
            let head = self.heads.peek().map(|Reverse((key, _))| key.1);
            let is_due = head.is_none_or(|head| *file.sequence.start() <= head);
            if self.source.order == Order::Sequence && !is_due {
                break;
            }
            let Some(file) = self.waiting.pop_front() else {
                break;
            };
            for rest in self.source.stretches_of(&file).await? {
                let empty = RecordBatch::new_empty(self.source.shape.columns.clone());
                let stretch = Some(Stretch {
                    rest,
                    batch: empty,
                    row: 0,
                });
                let free = self.stretches.iter().position(Option::is_none);
                let index = free.unwrap_or(self.stretches.len());
                if index == self.stretches.len() {
                    self.stretches.push(stretch);
                } else {
                    self.stretches[index] = stretch;
                }
                self.requeue(index).await?;
            }
        }
        Ok(())
    }
}

impl Source {
    /// The stretches of a file.
    async fn stretches_of(
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
