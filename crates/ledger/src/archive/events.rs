//! The table `audit_event`: the vendors' own logs, never changed afterwards.

use std::time::Duration;

use arrow::array::RecordBatch;
use futures::Stream;
use muster_model::IntegrationId;

use super::{
    ArchiveError, ArchiveOptions, Compaction, Projection, append, compaction, deletion,
    reader::{self, Condition},
    schema::AUDIT_EVENT,
    table::Table,
};

/// The open table of audit events.
pub struct EventArchive {
    table: Table,
    grace: Duration,
}

/// Which audit events of one integration.
#[derive(Debug, Clone, Copy)]
pub struct EventFilter<'a> {
    /// Whose.
    pub integration: &'a IntegrationId,
    /// Not before this moment, in milliseconds since 1970.
    pub from: Option<i64>,
    /// Before this moment.
    pub before: Option<i64>,
    /// Which columns.
    pub columns: Projection<'a>,
}

impl EventArchive {
    /// Opens the table, or makes an empty one.
    ///
    /// # Errors
    /// As [`super::Archive::open`].
    pub async fn open(options: &ArchiveOptions) -> Result<Self, ArchiveError> {
        Ok(Self {
            table: Table::open(&AUDIT_EVENT, options).await?,
            grace: options.grace,
        })
    }

    /// The last sequence number the table holds, 0 when it is empty.
    pub fn archived_sequence(&self) -> u64 {
        self.table.archived()
    }

    /// Adds events, as [`super::Archive::append`] adds changes.
    ///
    /// # Errors
    /// As there.
    pub async fn append(
        &mut self,
        batches: &[RecordBatch],
        last_sequence: u64,
    ) -> Result<(), ArchiveError> {
        append(&mut self.table, batches, last_sequence).await
    }

    /// The events that `filter` asks for, file by file in the order in which they were collected.
    ///
    /// # Errors
    /// The stream ends with [`ArchiveError::Changed`] when a file was deleted before its turn.
    pub fn events(
        &self,
        filter: &EventFilter<'_>,
    ) -> Result<impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + use<>, ArchiveError>
    {
        let micros = |moment: i64| moment.saturating_mul(1000);
        let condition = Condition {
            recorded_after: filter.from.map(|from| micros(from) - 1),
            before: filter.before.map(micros),
            ..Condition::default()
        };
        let columns = filter.columns.positions(self.table.shape)?;
        reader::rows(&self.table, filter.integration, condition, columns)
    }

    /// Deletes everything of an integration, files included, at once. Says how many files.
    ///
    /// # Errors
    /// It can be killed or fail anywhere and be run again until it succeeds.
    pub async fn delete_integration(
        &mut self,
        integration: &IntegrationId,
    ) -> Result<u64, ArchiveError> {
        deletion::delete_integration(&mut self.table, integration).await
    }

    /// Deletes the months before `month` (`2026-01`), files included, at once. Says how many files.
    ///
    /// # Errors
    /// As [`EventArchive::delete_integration`].
    pub async fn drop_before(&mut self, month: &str) -> Result<u64, ArchiveError> {
        deletion::drop_before(&mut self.table, month).await
    }

    /// Merges small files where a partition has many, and deletes files replaced longer ago than the grace.
    ///
    /// # Errors
    /// It can be killed or fail anywhere and be run again.
    pub async fn compact(&mut self) -> Result<Compaction, ArchiveError> {
        compaction::compact(&mut self.table, self.grace).await
    }
}
