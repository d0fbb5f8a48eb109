use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use muster_ledger::Counts;
use muster_model::TypeStatus;

/// What a run did for one integration.
#[derive(Debug, Clone)]
pub struct Report {
    /// The integration's name.
    pub name: String,
    /// Its provider.
    pub provider: String,
    /// Requests sent, retries included.
    pub requests: u64,
    /// Requests that were repeated.
    pub retries: u64,
    /// Time requests waited for the vendor's rate limit, all together.
    pub waited: Duration,
    /// How long it took until the last page was durable and visible; archiving goes on after that.
    pub acknowledged: Duration,
    /// Why the archive does not have everything yet. Nothing is lost by that.
    pub archive_waits: Option<String>,
    /// One per type, in the order of the provider.
    pub types: Vec<TypeReport>,
    /// Why the run ended before it was through.
    pub stopped: Option<String>,
    /// Whether that was because of the settings or credentials.
    pub misconfigured: bool,
}

impl Report {
    /// Whether everything that can be had is there.
    pub fn complete(&self) -> bool {
        self.stopped.is_none()
            && self
                .types
                .iter()
                .all(|report| report.status != TypeStatus::Incomplete)
    }
}

/// What a run did for one type.
#[derive(Debug, Clone)]
pub struct TypeReport {
    /// Which type.
    pub resource_type: String,
    /// How far it can be believed now.
    pub status: TypeStatus,
    /// What the run saw and changed.
    pub counts: Counts,
    /// Requests sent for it.
    pub requests: u64,
    /// In words, what is missing and why.
    pub reason: Option<String>,
}

/// How far one type has come; shared between the run and whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    seen: AtomicU64,
    added: AtomicU64,
    modified: AtomicU64,
    removed: AtomicU64,
    touched: AtomicU64,
    parents: AtomicU64,
    parents_done: AtomicU64,
    outcome: Mutex<Option<(TypeStatus, Option<String>)>>,
    gaps: Mutex<Vec<String>>,
}

impl Progress {
    pub(crate) fn add(&self, counts: &Counts) {
        self.seen.fetch_add(counts.seen, Relaxed);
        self.added.fetch_add(counts.added, Relaxed);
        self.modified.fetch_add(counts.modified, Relaxed);
        self.removed.fetch_add(counts.removed, Relaxed);
        self.touched.fetch_add(counts.touched, Relaxed);
    }

    pub(crate) fn removed(&self, count: u64) {
        self.removed.fetch_add(count, Relaxed);
    }

    pub(crate) fn parent_found(&self, is_done: bool) {
        self.parents.fetch_add(1, Relaxed);
        if is_done {
            self.parents_done.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn parent_done(&self) {
        self.parents_done.fetch_add(1, Relaxed);
    }

    /// Notes something that is missing without making the type incomplete.
    pub(crate) fn gap(&self, gap: String) {
        let mut gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        if !gaps.contains(&gap) {
            gaps.push(gap);
        }
    }

    pub(crate) fn gaps(&self) -> Option<String> {
        let gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        (!gaps.is_empty()).then(|| gaps.join("; "))
    }

    pub(crate) fn end(&self, status: TypeStatus, reason: Option<String>) {
        *self.outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some((status, reason));
    }

    /// What was seen and changed so far.
    pub fn counts(&self) -> Counts {
        Counts {
            seen: self.seen.load(Relaxed),
            added: self.added.load(Relaxed),
            modified: self.modified.load(Relaxed),
            removed: self.removed.load(Relaxed),
            touched: self.touched.load(Relaxed),
        }
    }

    /// Parents found and parents whose listing is there.
    pub fn parents(&self) -> (u64, u64) {
        (self.parents.load(Relaxed), self.parents_done.load(Relaxed))
    }

    /// How it ended, once it has.
    pub fn outcome(&self) -> Option<(TypeStatus, Option<String>)> {
        self.outcome
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
