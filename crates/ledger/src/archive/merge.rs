//! Rows of several files in one order, in bounded memory.
//!
//! Files are opened when their first row may be next. The stretches of all open files (see
//! [`super::stretches`]) are read side by side, and whichever has the next row gives as many as come before
//! the first row of every other.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, VecDeque},
    sync::Arc,
};

use arrow::{array::RecordBatch, compute::interleave_record_batch};
use deltalake_core::ObjectStore;
use futures::{
    Stream, TryStreamExt,
    stream::{self, BoxStream},
};

use super::{
    ArchiveError,
    data_file::DataFile,
    schema::Shape,
    stretches::{Key, Order, Source},
};

/// Most rows in a batch of the result.
const ROWS: usize = 4096;

/// One stretch of rows that are already in order.
struct Stretch {
    rest: BoxStream<'static, Result<RecordBatch, ArchiveError>>,
    batch: RecordBatch,
    row: usize,
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
