//! What collectors hand to the writer, and what comes back.

use std::{collections::HashSet, sync::Arc};

use muster_model::{IntegrationId, ResourceType};
use rusqlite::Transaction;

use crate::{LedgerError, observe::Observations, seen::Seen};

/// Work on the caller's own tables, done in the transaction that commits what it belongs to; it is told what that
/// changed.
pub type InTransaction = Box<dyn FnOnce(&Transaction<'_>, &Counts) -> rusqlite::Result<()> + Send>;

/// Decides whether removals are taken; it may write to the caller's own tables.
pub type Decide = Box<dyn FnOnce(&Removals, &Transaction<'_>) -> rusqlite::Result<bool> + Send>;

/// Told, in the transaction that removes them, which resources of a type go.
pub type OnRemoved = Box<dyn Fn(&Transaction<'_>, &str, &[String]) -> rusqlite::Result<()> + Send>;

/// Names the resources of the listing's type that are not removed although the listing did not see them: the caller knows
/// better, because they came by another way while it was under way.
pub type Spared = Box<dyn FnOnce(&Transaction<'_>) -> rusqlite::Result<HashSet<String>> + Send>;

/// One page of a listing.
#[derive(Debug)]
pub struct Page {
    /// Whose.
    pub integration: IntegrationId,
    /// Of which type.
    pub resource_type: Arc<ResourceType>,
    /// The part of the type that the listing covers: the parent's key, a variant, or nothing.
    pub scope: String,
    /// What was seen.
    pub observations: Observations,
    /// When it was asked for, milliseconds since 1970: what happened before is in it.
    pub asked: i64,
}

/// The end of a listing: everything it did not see is gone.
pub struct Finish {
    /// Whose.
    pub integration: IntegrationId,
    /// Of which type.
    pub resource_type: Arc<ResourceType>,
    /// The part of the type that the listing covered.
    pub scope: String,
    /// What it saw.
    pub seen: Seen,
    /// When its first page was asked for, milliseconds since 1970.
    pub began: i64,
    /// Types whose resources may hang below a removed one, directly or not.
    pub descendants: Vec<Arc<ResourceType>>,
    /// Told what goes, type by type.
    pub on_removed: OnRemoved,
}

/// Resources that the vendor itself says are gone.
pub struct Removal {
    /// Whose.
    pub integration: IntegrationId,
    /// Of which type.
    pub resource_type: Arc<ResourceType>,
    /// The part of the type that they are in: the parent's key, a variant, or nothing.
    pub scope: String,
    /// Their keys; one that is not there is passed over.
    pub keys: Vec<String>,
    /// When the vendor was asked for them, milliseconds since 1970.
    pub asked: i64,
    /// Types whose resources may hang below them, directly or not.
    pub descendants: Vec<Arc<ResourceType>>,
    /// Told what goes, type by type.
    pub on_removed: OnRemoved,
}

/// What a finished listing would remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removals {
    /// Resources of the type that would go.
    pub rows: usize,
    /// Resources of the type there are, in the integration.
    pub of: usize,
    /// The same for the same set of resources.
    pub digest: String,
}

/// What a commit did, by page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents observed.
    pub seen: u64,
    /// Resources that were not there.
    pub added: u64,
    /// Resources that differ.
    pub modified: u64,
    /// Resources that went, descendants included.
    pub removed: u64,
    /// Resources that differ in volatile fields alone.
    pub touched: u64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.seen += other.seen;
        self.added += other.added;
        self.modified += other.modified;
        self.removed += other.removed;
        self.touched += other.touched;
    }
}

/// How a listing ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finished {
    /// Everything it did not see is gone, with its descendants, by type.
    Removed(Vec<(String, u64)>),
    /// It would remove more than is believable; nothing was removed.
    Held(Removals),
    /// It saw this many keys more than once, so it cannot be trusted; nothing was removed.
    Repeated(u64),
}

/// One answer to wait for.
pub type Reply<T> = tokio::sync::oneshot::Sender<Result<T, LedgerError>>;
