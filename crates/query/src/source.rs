use std::sync::Arc;

use arrow::{
    array::{RecordBatch, StringArray},
    buffer::BooleanBuffer,
};
use muster_model::{ChangeActor, Integration, IntegrationId, ResourceType, TypeState};

/// What queries are answered from: one snapshot of everything that is kept.
///
/// Batches are handed over as they lie in memory or in a mapped file; nothing here copies. The hidden
/// columns of [`Source::rows`] are `_key` (Utf8), `_sequence` (UInt64), `_recorded_at` (Timestamp in
/// milliseconds, UTC), one Utf8 column `_hot_<name>` per [`ResourceType::hot`] path and `_raw` (Utf8, the
/// document as JSON text).
pub trait Source: Send + Sync + 'static {
    /// Every type there is.
    fn resource_types(&self) -> &[Arc<ResourceType>];

    /// Every integration there is.
    fn integrations(&self) -> &[Integration];

    /// The rows of `sync_state`.
    ///
    /// # Errors
    /// [`SourceError::Read`] when they cannot be read.
    fn states(&self) -> Result<Vec<TypeState>, SourceError>;

    /// The resources of one type of one integration as they are now: the declared columns (a JSON column is
    /// Utf8 with field metadata `muster.type = json`), the parents' key columns, then the hidden columns.
    /// Not among them: computed columns and, for a type with `same_as`, every column outside the key.
    ///
    /// # Errors
    /// [`SourceError::Read`] when they cannot be read.
    fn rows(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Vec<Part>, SourceError>;

    /// [`Source::rows`] as they were at a moment, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`SourceError::BeforeHistory`] when nothing was recorded yet at that moment.
    fn rows_at(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        at_milliseconds: i64,
    ) -> Result<Vec<Part>, SourceError>;

    /// Changes of one type of one integration, newest last: `_sequence` UInt64, `type` Utf8, `resourceId`
    /// Utf8, `recordedAt` Timestamp, `fields` List<Utf8>, `before` and `after` Utf8 holding JSON.
    ///
    /// # Errors
    /// [`SourceError::Read`] when they cannot be read.
    fn changes(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Batches, SourceError>;

    /// Who made the changes with these sequence numbers, in no particular order; nothing of those where it is not
    /// known. Asked only where a statement wants to know, a batch of changes at a time.
    ///
    /// # Errors
    /// [`SourceError::Read`] when it cannot be read.
    fn actors(&self, sequences: &[u64]) -> Result<Vec<ChangeActor>, SourceError> {
        let _ = sequences;
        Ok(Vec::new())
    }

    /// The vendors' own logs there are.
    fn audit_tables(&self) -> &[AuditTable] {
        &[]
    }

    /// Audit events of one integration, in no particular order: the columns asked for, `time` and `received_at`
    /// Timestamp in UTC, the others Utf8.
    ///
    /// # Errors
    /// [`SourceError::Read`] when they cannot be read.
    fn events(&self, asked: &EventsAsked) -> Result<Batches, SourceError> {
        let _ = asked;
        Ok(Box::new(std::iter::empty()))
    }

    /// Which parents' listings of `child_type` are complete: `None` when all of them are, otherwise the keys
    /// of those that are. Decides where a computed column is null.
    ///
    /// # Errors
    /// [`SourceError::Read`] when it cannot be read.
    fn listed_parents(
        &self,
        child_type: &str,
        integration: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError>;
}

/// The table of a vendor's own log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTable {
    /// `okta_system_log`.
    pub name: String,
    /// One or two sentences.
    pub description: String,
    /// The provider whose integrations have it.
    pub provider: String,
}

/// Which audit events of one integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsAsked {
    /// Whose.
    pub integration: IntegrationId,
    /// Not before this moment, in milliseconds since 1970.
    pub from: Option<i64>,
    /// Before this moment.
    pub before: Option<i64>,
    /// Which columns, as they are stored.
    pub columns: Vec<String>,
}

/// Rows as they are read, a batch at a time.
pub type Batches = Box<dyn Iterator<Item = Result<RecordBatch, SourceError>> + Send>;

/// Some of the resources of one type of one integration.
#[derive(Debug, Clone)]
pub struct Part {
    /// All with the schema [`Source::rows`] describes.
    pub batches: Vec<RecordBatch>,
    /// Per batch, the rows that still count; `None` where all of them do.
    pub live: Vec<Option<BooleanBuffer>>,
}

impl Part {
    /// A part whose every row counts.
    pub fn new(batches: Vec<RecordBatch>) -> Self {
        let live = vec![None; batches.len()];
        Self { batches, live }
    }
}

/// Why a [`Source`] could not answer.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Nothing was recorded yet at the moment asked for.
    #[error("nothing was recorded yet at that moment")]
    BeforeHistory {
        /// When recording started, in milliseconds since 1970.
        starts: i64,
    },
    /// What is stored could not be read.
    #[error("the stored rows cannot be read")]
    Read(#[source] Box<dyn std::error::Error + Send + Sync>),
}
