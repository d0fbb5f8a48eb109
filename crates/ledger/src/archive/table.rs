//! One Delta table: opening, committing, its list of files, its log.

use std::{
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use super::{
    ArchiveError, ArchiveOptions,
    data_file::DataFile,
    schema::{APPLICATION, CHECKPOINT_INTERVAL, FORMAT, FORMAT_PROPERTY, PARTITIONS, Shape},
    store,
};
use chrono::Utc;
use deltalake_core::{
    DeltaTable, ObjectStore, checkpoints,
    kernel::{
        Action, Remove, Transaction,
        transaction::{CommitBuilder, CommitProperties},
    },
    operations::create::CreateBuilder,
    protocol::{DeltaOperation, SaveMode},
};

/// Milliseconds since 1970. Delta stamps commits with the machine's clock on its own, so there is no point in
/// passing another one in.
pub(super) fn now() -> i64 {
    Utc::now().timestamp_millis()
}

/// One table of the archive, at the version last seen.
pub(super) struct Table {
    pub shape: &'static Shape,
    /// The storage seen from the table's folder.
    pub files: Arc<dyn ObjectStore>,
    /// Who writes.
    pub writer: u64,
    /// The table's folder when it is on local disk.
    pub folder: Option<PathBuf>,
    delta: DeltaTable,
    /// The last sequence number the table holds.
    archived: u64,
    /// The active files, ordered by sequence; made when first asked for.
    active: OnceLock<Arc<[DataFile]>>,
    /// After an error nobody knows whether the commit was made: the log has to be read again.
    doubtful: bool,
}

impl Table {
    /// Opens the table, or creates it.
    pub async fn open(
        shape: &'static Shape,
        options: &ArchiveOptions,
    ) -> Result<Self, ArchiveError> {
        let place = store::open(options, shape.name)?;
        let mut table = Self {
            shape,
            writer: options.writer,
            folder: place.log.root_url().to_file_path().ok(),
            files: place.files,
            delta: DeltaTable::new(place.log.clone()),
            archived: 0,
            active: OnceLock::new(),
            doubtful: true,
        };
        if !place.log.is_delta_table_location().await? {
            CreateBuilder::new()
                .with_log_store(place.log)
                .with_table_name(shape.name)
                .with_comment(shape.description)
                .with_columns(shape.delta_columns())
                .with_partition_columns(PARTITIONS)
                .with_configuration(shape.properties())
                .with_raise_if_key_not_exists(false)
                // When another process is creating it at this moment, that is as good.
                .with_save_mode(SaveMode::Ignore)
                .await?;
        }
        table.ensure_current().await?;
        table.check_format()?;
        Ok(table)
    }

    /// Reads the log again when the last commit's outcome is in doubt.
    pub async fn ensure_current(&mut self) -> Result<(), ArchiveError> {
        if self.doubtful {
            self.refresh().await?;
        }
        Ok(())
    }

    /// Catches up with the log.
    pub async fn refresh(&mut self) -> Result<(), ArchiveError> {
        self.active = OnceLock::new();
        self.delta.update_state().await?;
        let version = self
            .delta
            .snapshot()?
            .snapshot()
            .transaction_version(&self.delta.log_store(), APPLICATION)
            .await?;
        self.archived = version
            .unwrap_or(0)
            .try_into()
            .map_err(|_| ArchiveError::damaged("its last sequence number is negative"))?;
        self.doubtful = false;
        Ok(())
    }

    fn check_format(&self) -> Result<(), ArchiveError> {
        let metadata = self.delta.snapshot()?.metadata();
        let format = metadata
            .configuration()
            .get(FORMAT_PROPERTY)
            .and_then(|format| format.parse::<u32>().ok())
            .ok_or_else(|| ArchiveError::damaged("its format version is missing"))?;
        if format > FORMAT {
            return Err(ArchiveError::NewerFormat(format!("version {format}")));
        }
        if *metadata.partition_columns() != PARTITIONS {
            return Err(ArchiveError::damaged("its partition columns are others"));
        }
        Ok(())
    }

    /// The last sequence number the table holds, 0 when it is empty.
    pub fn archived(&self) -> u64 {
        self.archived
    }

    /// The version that the next commit gets if no other engine comes first.
    pub fn next_version(&self) -> u64 {
        self.delta.version().map_or(0, |version| version + 1)
    }

    /// The active files, ordered by their first sequence number.
    pub fn active(&self) -> Result<Arc<[DataFile]>, ArchiveError> {
        if let Some(files) = self.active.get() {
            return Ok(files.clone());
        }
        let log = self.delta.snapshot()?.log_data();
        let mut files = log
            .iter()
            .map(|view| DataFile::from_log(self.shape, &view))
            .collect::<Result<Vec<_>, _>>()?;
        files.sort_by(|one, other| {
            (one.sequence.start(), &one.path).cmp(&(other.sequence.start(), &other.path))
        });
        Ok(self.active.get_or_init(|| files.into()).clone())
    }

    /// Commits `actions`, and with them that the table holds everything up to `sequence`. Durable when it
    /// returns.
    pub async fn commit(
        &mut self,
        actions: Vec<Action>,
        operation: DeltaOperation,
        sequence: Option<u64>,
    ) -> Result<(), ArchiveError> {
        // The library would checkpoint and clean up on its own, but then a failure of that would look like
        // a failure of the commit.
        let mut properties = CommitProperties::default()
            .with_create_checkpoint(false)
            .with_cleanup_expired_logs(Some(false));
        if let Some(sequence) = sequence {
            let version = i64::try_from(sequence)
                .map_err(|_| ArchiveError::Refused(format!("sequence {sequence}")))?;
            let transaction = Transaction::new(APPLICATION, version);
            properties = properties.with_application_transaction(transaction);
        }
        self.doubtful = true;
        let committed = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(
                Some(self.delta.snapshot()?),
                self.delta.log_store(),
                operation,
            )
            .await?;
        self.active = OnceLock::new();
        self.delta.state = Some(committed.snapshot());
        if let Some(sequence) = sequence {
            self.archived = sequence;
        }
        self.doubtful = false;
        if self.next_version().is_multiple_of(CHECKPOINT_INTERVAL)
            && let Err(error) = self.checkpoint(None).await
        {
            // What has been committed stays committed; the next multiple tries again.
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the archive's log could not be shortened"
            );
        }
        Ok(())
    }

    /// Writes the state of the table into one file and deletes the log entries before it that are older than
    /// `expired_before` (milliseconds since 1970), or else than the table says.
    pub async fn checkpoint(&mut self, expired_before: Option<i64>) -> Result<(), ArchiveError> {
        checkpoints::create_checkpoint(&self.delta, None).await?;
        // A state that is only ever updated keeps one small batch per commit and looks through all of them
        // each time: every commit would take longer than the one before.
        let mut fresh = DeltaTable::new(self.delta.log_store());
        fresh.load().await?;
        self.delta = fresh;
        self.active = OnceLock::new();
        match (expired_before, self.delta.version()) {
            (Some(moment), Some(version)) => {
                let log = self.delta.log_store();
                checkpoints::cleanup_expired_logs_for(version, &log, moment, None).await?;
            }
            _ => {
                checkpoints::cleanup_metadata(&self.delta, None).await?;
            }
        }
        Ok(())
    }

    /// The table itself, for what only one caller needs.
    pub fn delta(&self) -> &DeltaTable {
        &self.delta
    }
}

/// The log entry by which `file` leaves the table. `data_change` is false when its rows are in another file
/// of the same commit.
pub(super) fn remove(file: &DataFile, data_change: bool) -> Action {
    let partition = file.partition().map(|value| Some(value.to_owned()));
    Action::Remove(Remove {
        path: file.path.clone(),
        data_change,
        deletion_timestamp: Some(now()),
        extended_file_metadata: Some(true),
        partition_values: Some(
            PARTITIONS
                .map(str::to_owned)
                .into_iter()
                .zip(partition)
                .collect(),
        ),
        size: i64::try_from(file.size).ok(),
        ..Remove::default()
    })
}
