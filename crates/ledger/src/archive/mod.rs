//! The archive: every change ever observed, for good, in a format that any engine reads.
//!
//! Two Delta Lake tables under the archive's URL, a local folder or a bucket that speaks S3. `audit_event` holds the
//! vendors' own logs ([`audit_event_schema`]); `change` holds
//!
//! | column | type | |
//! |---|---|---|
//! | `sequence` | long | order of the ledger; unique |
//! | `recorded_at` | timestamp | UTC, never goes backwards |
//! | `type` | string | resource type, `okta_user` |
//! | `kind` | string | `added`, `modified`, `removed` |
//! | `key` | string | resource key |
//! | `scope` | string | the parent whose listing it was in |
//! | `fields` | array of string | what differs |
//! | `before`, `after` | string | the document as JSON text |
//! | `integration` | string | partition: its id |
//! | `month` | string | partition: `2026-01`, of `recorded_at` in UTC |
//!
//! **Exactly once.** A commit carries the last sequence number the table then holds, as Delta's application
//! transaction `muster`. It is read back when the archive is opened and after every error, and what it covers
//! is skipped. There is one writer; a second one is found out when both commit ([`ArchiveError::Conflict`]).
//!
//! **Durable.** On local disk every file is complete before it has its name, and `append` returns when the
//! names are on disk too.
//!
//! **Files** are Parquet with zstd, one per partition and append, named after the table version they were made
//! for, their first and last sequence number, and [`ArchiveOptions::writer`]. Rows are ordered by type, then sequence, in row groups of
//! 65,536. The log's statistics cover `sequence`, `recorded_at` and `type` and no other column: it holds
//! nobody's data.
//!
//! **The log** has a checkpoint every ten commits; entries older than a day go then.

mod compaction;
mod data_file;
mod deletion;
mod durable;
mod error;
mod events;
mod local_file;
mod merge;
mod parquet_file;
mod reader;
mod rows;
mod schema;
mod store;
mod stretches;
mod table;
mod writer;

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    process,
    time::Duration,
};

use arrow::array::RecordBatch;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use futures::Stream;
use muster_model::IntegrationId;
use url::Url;

pub use self::{
    compaction::Compaction,
    error::ArchiveError,
    events::{EventArchive, EventFilter},
    reader::{ChangeFilter, Projection},
    schema::{audit_event_schema, change_schema, month_of},
};
use self::{merge::merge, rows::Rows, schema::PARTITIONS, stretches::Order, table::Table};

/// Where the archive is and how it is kept.
#[derive(Debug, Clone)]
pub struct ArchiveOptions {
    /// The folder above the tables: `file:///.../archive` or `s3://bucket/path`.
    pub url: Url,
    /// For S3: `endpoint`, `region`, `access_key_id`, `secret_access_key`, `allow_http`, ... Whatever is
    /// absent is taken from the usual `AWS_` variables.
    pub storage_options: HashMap<String, String>,
    /// A random number for whoever opens it. It is part of the names of files, so that two programs started
    /// on copies of one data folder never write over each other's.
    pub writer: u64,
    /// How long a file stays in the storage after compaction has replaced it, for engines outside that read
    /// an older version of the table.
    pub grace: Duration,
    /// How long a bucket that does not answer is asked again before the caller is told.
    pub patience: Duration,
    /// For how many whole months changes are kept, besides the month under way; for good when there is none. What is
    /// true now does not depend on it.
    pub keep_months: Option<u32>,
}

impl ArchiveOptions {
    /// An archive at `url` with an hour of grace.
    pub fn new(url: Url) -> Self {
        Self {
            url,
            storage_options: HashMap::new(),
            // The one source of randomness in the standard library.
            writer: RandomState::new().hash_one(process::id()),
            grace: Duration::from_secs(60 * 60),
            patience: Duration::from_secs(30),
            keep_months: None,
        }
    }
}

/// Adds the rows after what a table holds, up to `last_sequence`.
async fn append(
    table: &mut Table,
    batches: &[RecordBatch],
    last_sequence: u64,
) -> Result<(), ArchiveError> {
    table.ensure_current().await?;
    if last_sequence <= table.archived() {
        return Ok(());
    }
    let rows = Rows::sort(table.shape, batches, table.archived(), last_sequence)?;
    let added = rows.write(table).await?;
    let operation = DeltaOperation::Write {
        mode: SaveMode::Append,
        partition_by: Some(PARTITIONS.map(str::to_owned).to_vec()),
        predicate: None,
    };
    table.commit(added, operation, Some(last_sequence)).await
}

/// The open archive. Streams that it has given out go on independently of it.
pub struct Archive {
    change: Table,
    grace: Duration,
}

impl Archive {
    /// Opens the archive, or makes an empty one.
    ///
    /// # Errors
    /// [`ArchiveError::NewerFormat`] when a newer version has written to it; [`ArchiveError::Settings`] when
    /// the URL, an option or a credential is wrong.
    pub async fn open(options: ArchiveOptions) -> Result<Self, ArchiveError> {
        Ok(Self {
            change: Table::open(&schema::CHANGE, &options).await?,
            grace: options.grace,
        })
    }

    /// The last sequence number the archive holds, 0 when it is empty. What is not after it need not be kept
    /// anywhere else. After a failed [`Archive::append`] it may be out of date until the next one or
    /// [`Archive::refresh`].
    pub fn archived_sequence(&self) -> u64 {
        self.change.archived()
    }

    /// Catches up with what other processes have committed. Only a reader needs it.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn refresh(&mut self) -> Result<(), ArchiveError> {
        self.change.refresh().await
    }

    /// Adds changes: all there are up to `last_sequence` and after [`Archive::archived_sequence`], in any
    /// order; earlier rows among them are skipped, and so is the whole call when nothing is later. Without
    /// rows, only `last_sequence` is noted. All rows become visible at once, and are on disk when it returns.
    ///
    /// Batches have the columns of [`change_schema`].
    ///
    /// # Errors
    /// After any error the call can be repeated, with the same rows or more. On [`ArchiveError::Full`],
    /// [`ArchiveError::Unreachable`] and [`ArchiveError::Changed`] that is the thing to do.
    pub async fn append(
        &mut self,
        batches: &[RecordBatch],
        last_sequence: u64,
    ) -> Result<(), ArchiveError> {
        append(&mut self.change, batches, last_sequence).await
    }

    /// The archived changes of one integration that `filter` asks for. Files come by their first sequence
    /// number; inside a file rows are ordered by type, then sequence; the ranges of an
    /// integration's files do not overlap, so one type comes in sequence.
    ///
    /// # Errors
    /// The stream ends with [`ArchiveError::Changed`] when a file was deleted before its turn.
    pub fn changes(
        &self,
        filter: &ChangeFilter<'_>,
    ) -> Result<
        impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + Unpin + use<>,
        ArchiveError,
    > {
        reader::changes(&self.change, filter)
    }

    /// The archived changes of all integrations after a sequence number, strictly in sequence, all columns.
    ///
    /// # Errors
    /// As [`Archive::changes`].
    pub fn changes_all(
        &self,
        after_sequence: u64,
    ) -> Result<impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + use<>, ArchiveError>
    {
        self.changes_between(after_sequence, u64::MAX)
    }

    /// [`Archive::changes_all`] without the files in which everything has the sequence number `before_sequence` or a greater
    /// one. The others may have some of those as well.
    ///
    /// # Errors
    /// As [`Archive::changes`].
    pub fn changes_between(
        &self,
        after_sequence: u64,
        before_sequence: u64,
    ) -> Result<impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + use<>, ArchiveError>
    {
        let after = i64::try_from(after_sequence).unwrap_or(i64::MAX);
        let before = i64::try_from(before_sequence).unwrap_or(i64::MAX);
        let active = self.change.active()?;
        let wanted: Vec<_> = active
            .iter()
            .filter(|file| *file.sequence.end() > after && *file.sequence.start() < before)
            .cloned()
            .collect();
        let files = self.change.files.clone();
        Ok(merge(
            self.change.shape,
            files,
            wanted,
            Order::Sequence,
            after,
        ))
    }

    /// Deletes everything of an integration, files included, at once. Says how many files.
    ///
    /// # Errors
    /// It can be killed or fail anywhere and be run again until it succeeds.
    pub async fn delete_integration(
        &mut self,
        integration: &IntegrationId,
    ) -> Result<u64, ArchiveError> {
        deletion::delete_integration(&mut self.change, integration).await
    }

    /// Rewrites the files that hold this resource without it, and deletes the old ones at once. Says how
    /// many changes are gone.
    ///
    /// # Errors
    /// As [`Archive::delete_integration`].
    pub async fn erase(
        &mut self,
        integration: &IntegrationId,
        resource_type: &str,
        key: &str,
    ) -> Result<u64, ArchiveError> {
        deletion::erase(&mut self.change, integration, resource_type, Some(key)).await
    }

    /// Rewrites the files that hold resources of this type without them, and deletes the old ones at once. Says how
    /// many changes are gone.
    ///
    /// # Errors
    /// As [`Archive::delete_integration`].
    pub async fn delete_type(
        &mut self,
        integration: &IntegrationId,
        resource_type: &str,
    ) -> Result<u64, ArchiveError> {
        deletion::erase(&mut self.change, integration, resource_type, None).await
    }

    /// The last sequence number recorded before `month` (`2026-01`), when there is any.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn last_before(&self, month: &str) -> Result<Option<u64>, ArchiveError> {
        let active = self.change.active()?;
        let early = active.iter().filter(|file| file.month.as_str() < month);
        let last = early.map(|file| *file.sequence.end()).max();
        Ok(last.and_then(|last| u64::try_from(last).ok()))
    }

    /// Deletes the months before `month` (`2026-01`), files included, at once. Says how many files.
    ///
    /// # Errors
    /// As [`Archive::delete_integration`].
    pub async fn drop_before(&mut self, month: &str) -> Result<u64, ArchiveError> {
        deletion::drop_before(&mut self.change, month).await
    }

    /// Merges small files where a partition has many, and deletes files replaced longer ago than the grace.
    /// No row changes. To be called now and then.
    ///
    /// # Errors
    /// It can be killed or fail anywhere and be run again.
    pub async fn compact(&mut self) -> Result<Compaction, ArchiveError> {
        compaction::compact(&mut self.change, self.grace).await
    }
}
