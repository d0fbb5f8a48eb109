//! Merging: runs become a segment, and many segments become few.
//!
//! Size-tiered: a tier's segments are rewritten as one when there are [`FAN_OUT`] of them, so a row is rewritten once
//! per tier it climbs; a segment of which less than two thirds count is rewritten as well.

use std::{cmp::Reverse, collections::BinaryHeap, path::PathBuf, sync::Arc};

use arrow::{
    array::{Array as _, AsArray as _, BooleanArray, RecordBatch},
    compute::{BatchCoalescer, kernels::filter::filter_record_batch},
    datatypes::{TimestampMillisecondType, UInt64Type},
};
use muster_model::{IntegrationId, ResourceType};

use crate::{
    LedgerError,
    decode::{Decoder, KEY, RAW, RECORDED_AT, RowOrigin, SEQUENCE, table_schema},
    index::Entry,
    run::Run,
    segment::{BATCH_ROWS, Live, LiveSegment, fingerprint, write},
    table::Overlay,
};

/// Segments of one tier that are rewritten as one.
const FAN_OUT: usize = 8;
/// Segments up to this size are of the lowest tier.
const LOWEST_TIER_ROWS: usize = 8_192;

/// What to merge.
#[derive(Debug)]
pub(crate) struct MergeJob {
    pub integration: IntegrationId,
    pub resource_type: Arc<ResourceType>,
    pub segments: Vec<LiveSegment>,
    pub runs: Vec<Arc<Run>>,
    pub folder: PathBuf,
    /// Ids for the segments this job may make.
    pub ids: [i64; 2],
}

/// What merging gave: the table's segments from now on.
#[derive(Debug)]
pub(crate) struct Merged {
    pub integration: IntegrationId,
    pub resource_type: String,
    pub merged: u64,
    pub segments: Vec<LiveSegment>,
    /// Segments that were there before and are not any more.
    pub replaced: Vec<i64>,
    /// Segments that are new.
    pub made: Vec<i64>,
    /// Segments of which fewer rows count than before.
    pub thinned: Vec<i64>,
}

/// Does the work; writes files, names nothing.
pub(crate) fn merge(job: MergeJob) -> Result<Merged, LedgerError> {
    let MergeJob {
        integration,
        resource_type,
        mut segments,
        runs,
        folder,
        ids: [first, second],
    } = job;
    let before: Vec<i64> = segments.iter().map(|segment| segment.segment.id).collect();
    let counts: Vec<usize> = segments.iter().map(|segment| segment.live.count).collect();
    let merged = runs.last().map_or(0, |run| run.last_sequence());
    let mut overlay = Overlay::default();
    for run in &runs {
        overlay.push(Arc::clone(run));
    }
    retire(&mut segments, &overlay);
    let thinned = segments
        .iter()
        .zip(counts)
        .filter(|(segment, count)| segment.live.count < *count)
        .map(|(segment, _)| segment.segment.id)
        .collect();
    if let Some(added) = decode_runs(&resource_type, &overlay, &folder, first)? {
        segments.push(added);
    }
    segments.retain(|segment| segment.live.count > 0);
    let rewritten = chosen(&segments, &fingerprint(&resource_type));
    if !rewritten.is_empty() {
        let (old, mut kept): (Vec<_>, Vec<_>) = segments
            .into_iter()
            .enumerate()
            .partition(|(position, _)| rewritten.contains(position));
        let old: Vec<LiveSegment> = old.into_iter().map(|(_, segment)| segment).collect();
        let one = rewrite(&resource_type, &old, &folder, second)?;
        segments = kept
            .drain(..)
            .map(|(_, segment)| segment)
            .chain([one])
            .collect();
        segments.sort_by_key(|segment| segment.segment.id);
    }
    let now: Vec<i64> = segments.iter().map(|segment| segment.segment.id).collect();
    Ok(Merged {
        integration,
        resource_type: resource_type.name.clone(),
        merged,
        replaced: before
            .iter()
            .chain([&first])
            .filter(|id| !now.contains(id))
            .copied()
            .collect(),
        made: now.into_iter().filter(|id| !before.contains(id)).collect(),
        thinned,
        segments,
    })
}

/// Marks the rows that a newer record replaces.
pub(crate) fn retire(segments: &mut [LiveSegment], overlay: &Overlay) {
    for segment in segments {
        let index = &segment.segment.index;
        let mut scope = None;
        let mut dead = Vec::new();
        for ((scope_hash, key), _) in overlay.entries() {
            let range = match &scope {
                Some((hash, range)) if hash == scope_hash => range,
                _ => &scope.insert((*scope_hash, index.scope(*scope_hash))).1,
            };
            if let Some(entry) = index.find(range, key)
                && segment.live.is_live(entry.row)
            {
                dead.push(entry.row);
            }
        }
        if !dead.is_empty() {
            segment.live = segment.live.without(dead);
        }
    }
}

fn decode_runs(
    resource_type: &ResourceType,
    overlay: &Overlay,
    folder: &std::path::Path,
    id: i64,
) -> Result<Option<LiveSegment>, LedgerError> {
    let mut newest: Vec<_> = overlay
        .entries()
        .filter(|(_, entry)| !entry.removed)
        .collect();
    if newest.is_empty() {
        return Ok(None);
    }
    // Rows lie in the order they were observed in; entries in the order of their keys.
    newest.sort_unstable_by_key(|(_, entry)| (entry.run.first_sequence, entry.row));
    let mut entries: Vec<Entry> = newest
        .iter()
        .enumerate()
        .map(|(row, ((scope, key), entry))| Entry {
            scope: *scope,
            key: *key,
            document: entry.hash,
            row: row as u32,
        })
        .collect();
    entries.sort_unstable();
    let mut decoder = Decoder::new(resource_type);
    let batches = newest.chunks(BATCH_ROWS).map(|rows| {
        for (_, entry) in rows {
            let row = entry.row as usize;
            let origin = RowOrigin {
                key: entry.run.key(row),
                sequence: entry.run.first_sequence + row as u64,
                recorded_at: entry.run.recorded_at,
            };
            decoder.push(origin, entry.run.after(row).unwrap_or("{}"))?;
        }
        Ok(decoder.finish()?)
    });
    let segment = write(folder, id, resource_type, batches, || entries.into_iter())?;
    let live = Live::all(segment.rows);
    Ok(Some(LiveSegment {
        segment: Arc::new(segment),
        live,
    }))
}

/// Positions of the segments to rewrite as one.
fn chosen(segments: &[LiveSegment], fingerprint: &str) -> Vec<usize> {
    let tier = |segment: &LiveSegment| {
        let mut tier = 0;
        let mut rows = segment.live.count / LOWEST_TIER_ROWS;
        while rows >= FAN_OUT {
            rows /= FAN_OUT;
            tier += 1;
        }
        tier
    };
    let mut chosen: Vec<usize> = Vec::new();
    for (position, segment) in segments.iter().enumerate() {
        let wasteful = segment.live.count * 3 < segment.segment.rows * 2;
        if wasteful || segment.segment.decoded_as != fingerprint {
            chosen.push(position);
        }
    }
    for level in 0..8 {
        let peers: Vec<usize> = (0..segments.len())
            .filter(|&position| tier(&segments[position]) == level)
            .collect();
        if peers.len() >= FAN_OUT {
            chosen.extend(peers);
        }
    }
    chosen.sort_unstable();
    chosen.dedup();
    chosen
}

fn rewrite(
    resource_type: &ResourceType,
    old: &[LiveSegment],
    folder: &std::path::Path,
    id: i64,
) -> Result<LiveSegment, LedgerError> {
    let entries = MergedEntries::new(old);
    let batches = Rewritten::new(resource_type, old)?;
    let segment = write(folder, id, resource_type, batches, || entries)?;
    let live = Live::all(segment.rows);
    Ok(LiveSegment {
        segment: Arc::new(segment),
        live,
    })
}

/// The live entries of several indexes, sorted, with the rows they get in the new segment.
struct MergedEntries<'a> {
    sources: Vec<Source<'a>>,
    heap: BinaryHeap<Reverse<(Entry, usize)>>,
    left: usize,
}

struct Source<'a> {
    segment: &'a LiveSegment,
    next: usize,
    /// First row in the new segment.
    offset: u32,
    /// Live rows before each 64 rows.
    ranks: Vec<u32>,
}

impl<'a> MergedEntries<'a> {
    fn new(old: &'a [LiveSegment]) -> Self {
        let mut sources = Vec::new();
        let mut offset = 0;
        for segment in old {
            let mut ranks = Vec::with_capacity(segment.segment.rows / 64 + 1);
            let mut rank = 0;
            for start in (0..segment.segment.rows).step_by(64) {
                ranks.push(rank);
                let length = 64.min(segment.segment.rows - start);
                rank += segment.live.bits.slice(start, length).count_set_bits() as u32;
            }
            sources.push(Source {
                segment,
                next: 0,
                offset,
                ranks,
            });
            offset += segment.live.count as u32;
        }
        let left = old.iter().map(|segment| segment.live.count).sum();
        let mut merged = Self {
            sources,
            heap: BinaryHeap::new(),
            left,
        };
        for position in 0..merged.sources.len() {
            merged.refill(position);
        }
        merged
    }

    fn refill(&mut self, position: usize) {
        let source = &mut self.sources[position];
        let index = &source.segment.segment.index;
        while source.next < index.len() {
            let entry = index.entry(source.next);
            source.next += 1;
            if source.segment.live.is_live(entry.row) {
                let row = source.offset + source.rank(entry.row);
                self.heap.push(Reverse((Entry { row, ..entry }, position)));
                return;
            }
        }
    }
}

impl Source<'_> {
    fn rank(&self, row: u32) -> u32 {
        let start = row as usize / 64 * 64;
        let inside = self
            .segment
            .live
            .bits
            .slice(start, row as usize - start)
            .count_set_bits();
        self.ranks[row as usize / 64] + inside as u32
    }
}

impl Iterator for MergedEntries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let Reverse((entry, position)) = self.heap.pop()?;
        self.refill(position);
        self.left -= 1;
        Some(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for MergedEntries<'_> {}

/// The live rows of several segments as full batches.
struct Rewritten<'a> {
    resource_type: &'a ResourceType,
    batches: std::vec::IntoIter<(&'a RecordBatch, BooleanArray, bool)>,
    coalescer: BatchCoalescer,
    done: bool,
}

impl<'a> Rewritten<'a> {
    fn new(resource_type: &'a ResourceType, old: &'a [LiveSegment]) -> Result<Self, LedgerError> {
        let current = fingerprint(resource_type);
        let mut batches = Vec::new();
        for segment in old {
            let mut start = 0;
            for batch in segment.segment.batches()? {
                let live = segment.live.bits.slice(start, batch.num_rows());
                start += batch.num_rows();
                batches.push((
                    batch,
                    BooleanArray::new(live, None),
                    segment.segment.decoded_as == current,
                ));
            }
        }
        Ok(Self {
            resource_type,
            batches: batches.into_iter(),
            coalescer: BatchCoalescer::new(table_schema(resource_type), BATCH_ROWS),
            done: false,
        })
    }

    fn advance(&mut self) -> Result<Option<RecordBatch>, LedgerError> {
        loop {
            if let Some(batch) = self.coalescer.next_completed_batch() {
                return Ok(Some(batch));
            }
            match self.batches.next() {
                Some((batch, live, true)) => {
                    self.coalescer
                        .push_batch_with_filter(batch.clone(), &live)?;
                }
                Some((batch, live, false)) => {
                    let kept = filter_record_batch(batch, &live)?;
                    self.coalescer
                        .push_batch(decode_anew(self.resource_type, &kept)?)?;
                }
                None if self.done => return Ok(None),
                None => {
                    self.done = true;
                    self.coalescer.finish_buffered_batch()?;
                }
            }
        }
    }
}

impl Iterator for Rewritten<'_> {
    type Item = Result<RecordBatch, LedgerError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().transpose()
    }
}

/// Rows that were decoded otherwise, decoded from their documents.
pub(crate) fn decode_anew(
    resource_type: &ResourceType,
    batch: &RecordBatch,
) -> Result<RecordBatch, LedgerError> {
    let text = |name: &str| {
        batch
            .column_by_name(name)
            .and_then(|column| column.as_string_opt::<i32>())
    };
    let keys = text(KEY);
    let documents = text(RAW);
    let sequences = batch
        .column_by_name(SEQUENCE)
        .and_then(|column| column.as_primitive_opt::<UInt64Type>());
    let recorded = batch
        .column_by_name(RECORDED_AT)
        .and_then(|column| column.as_primitive_opt::<TimestampMillisecondType>());
    let (Some(keys), Some(documents), Some(sequences), Some(recorded)) =
        (keys, documents, sequences, recorded)
    else {
        return Err(LedgerError::Arrow(arrow::error::ArrowError::SchemaError(
            "a base without its hidden columns".into(),
        )));
    };
    let mut decoder = Decoder::new(resource_type);
    for row in 0..batch.num_rows() {
        let origin = RowOrigin {
            key: keys.value(row),
            sequence: sequences.value(row),
            recorded_at: recorded.value(row),
        };
        let document = if documents.is_null(row) {
            "{}"
        } else {
            documents.value(row)
        };
        decoder.push(origin, document)?;
    }
    Ok(decoder.finish()?)
}
