//! What the writer knows of one (integration, type): its segments, and the runs that are newer.

use std::{collections::BTreeMap, sync::Arc};

use muster_model::{ChangeKind, ResourceType};

use crate::{
    hash::{DocumentHash, KeyHash, ScopeHash, key_hash, scope_hash},
    index::Entry,
    run::Run,
    segment::LiveSegment,
};

/// One table, as the writer sees it. The newer runs are bounded by merging, so nothing here grows with the number of
/// resources.
#[derive(Debug)]
pub(crate) struct Table {
    pub resource_type: Arc<ResourceType>,
    pub segments: Vec<LiveSegment>,
    pub merged: u64,
    pub overlay: Overlay,
    /// Whether a merge is under way.
    pub merging: bool,
}

/// The newest record of each key in runs that the base has not passed.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    pub runs: Vec<Arc<Run>>,
    entries: BTreeMap<(ScopeHash, KeyHash), OverlayEntry>,
    rows: usize,
    heap: usize,
    added: i64,
}

/// Where the newest record of a key is.
#[derive(Debug, Clone)]
pub(crate) struct OverlayEntry {
    pub run: Arc<Run>,
    pub row: u32,
    pub hash: DocumentHash,
    pub removed: bool,
}

/// What is known of a resource before a page is compared with it.
#[derive(Debug)]
pub(crate) enum Known<'a> {
    Newer(&'a OverlayEntry),
    Base(&'a LiveSegment, Entry),
}

impl Overlay {
    pub fn push(&mut self, run: Arc<Run>) {
        for row in 0..run.rows() {
            let kind = run.kind(row);
            let entry = OverlayEntry {
                run: Arc::clone(&run),
                row: row as u32,
                hash: run.hash(row),
                removed: kind == ChangeKind::Removed,
            };
            self.added += match kind {
                ChangeKind::Added => 1,
                ChangeKind::Removed => -1,
                ChangeKind::Modified | ChangeKind::Touched => 0,
            };
            let key = (scope_hash(run.scope(row)), key_hash(run.key(row)));
            self.entries.insert(key, entry);
        }
        self.rows += run.rows();
        self.heap += run.heap;
        self.runs.push(run);
    }

    /// Records in all its runs.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes of its runs on the heap.
    pub fn heap(&self) -> usize {
        self.heap
    }

    pub fn entries(&self) -> impl Iterator<Item = (&(ScopeHash, KeyHash), &OverlayEntry)> {
        self.entries.iter()
    }

    pub fn get(&self, scope: ScopeHash, key: KeyHash) -> Option<&OverlayEntry> {
        self.entries.get(&(scope, key))
    }

    fn scope(&self, scope: ScopeHash) -> impl Iterator<Item = (&KeyHash, &OverlayEntry)> {
        self.entries
            .range((scope, [0; 16])..=(scope, [0xff; 16]))
            .map(|((_, key), entry)| (key, entry))
    }

    /// The overlay of the runs after `merged`.
    pub fn after(&self, merged: u64) -> Self {
        let mut rest = Self::default();
        for run in &self.runs {
            if run.first_sequence > merged {
                rest.push(Arc::clone(run));
            }
        }
        rest
    }
}

impl Known<'_> {
    pub fn hash(&self) -> DocumentHash {
        match self {
            Self::Newer(entry) => entry.hash,
            Self::Base(_, entry) => entry.document,
        }
    }

    pub fn document(&self) -> Option<&str> {
        match self {
            Self::Newer(entry) => entry.run.after(entry.row as usize),
            Self::Base(segment, entry) => segment.segment.document(entry.row),
        }
    }

    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Newer(entry) => Some(entry.run.key(entry.row as usize)),
            Self::Base(segment, entry) => segment.segment.key(entry.row),
        }
    }
}

/// Finds the resources of one scope.
#[derive(Debug)]
pub(crate) struct ScopeLookup<'t> {
    table: &'t Table,
    scope: ScopeHash,
    ranges: Vec<std::ops::Range<usize>>,
}

impl Table {
    pub fn scope(&self, scope: &str) -> ScopeLookup<'_> {
        let scope = scope_hash(scope);
        let ranges = self
            .segments
            .iter()
            .map(|segment| segment.segment.index.scope(scope))
            .collect();
        ScopeLookup {
            table: self,
            scope,
            ranges,
        }
    }

    /// Resources there are now.
    pub fn live_rows(&self) -> usize {
        let base: usize = self.segments.iter().map(|segment| segment.live.count).sum();
        (base as i64 + self.overlay.added).max(0) as usize
    }
}

impl ScopeLookup<'_> {
    /// The resource of this key, unless there is none now.
    pub fn find(&self, key: &KeyHash) -> Option<Known<'_>> {
        match self.table.overlay.get(self.scope, *key) {
            Some(entry) if entry.removed => None,
            Some(entry) => Some(Known::Newer(entry)),
            None => self.find_in_base(key),
        }
    }

    fn find_in_base(&self, key: &KeyHash) -> Option<Known<'_>> {
        self.table
            .segments
            .iter()
            .zip(&self.ranges)
            .rev()
            .find_map(|(segment, range)| {
                let entry = segment.segment.index.find(range, key)?;
                segment
                    .live
                    .is_live(entry.row)
                    .then_some(Known::Base(segment, entry))
            })
    }

    /// Every resource of the scope.
    pub fn all(&self) -> impl Iterator<Item = (KeyHash, Known<'_>)> {
        let newer = self
            .table
            .overlay
            .scope(self.scope)
            .filter(|(_, entry)| !entry.removed)
            .map(|(key, entry)| (*key, Known::Newer(entry)));
        let base =
            self.table
                .segments
                .iter()
                .zip(&self.ranges)
                .flat_map(move |(segment, range)| {
                    range
                        .clone()
                        .map(|position| segment.segment.index.entry(position))
                        .filter_map(move |entry| {
                            let counts = segment.live.is_live(entry.row)
                                && self.table.overlay.get(self.scope, entry.key).is_none();
                            counts.then_some((entry.key, Known::Base(segment, entry)))
                        })
                });
        newer.chain(base)
    }
}
