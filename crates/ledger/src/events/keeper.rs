use arrow::array::RecordBatch;
use muster_control::{Control, ControlError, Folder};
use muster_model::IntegrationId;

use super::REMEMBERED;
use crate::{
    LedgerError,
    archive::{ArchiveOptions, EventArchive, month_of},
    mapped::read_memory,
};

/// So many events are worth a file of their own.
const ENOUGH: i64 = 20_000;
/// So long, in milliseconds, fewer events stay in the control file.
const LONG: i64 = 10 * 60 * 1000;
/// Bytes of events that are read at once.
const AT_ONCE: usize = 64 << 20;
/// Appends between two looks at the archive's small files.
const COMPACT_EVERY: u32 = 32;

/// Moves events from the control file to the archive. One at a time, by whoever holds the folder for writing.
pub struct EventKeeper {
    control: Control,
    options: ArchiveOptions,
    archive: Option<EventArchive>,
    appends: u32,
}

impl EventKeeper {
    /// Opens the folder; the archive is opened when there is something for it.
    ///
    /// # Errors
    /// [`LedgerError::Control`].
    pub fn open(folder: &Folder, options: ArchiveOptions) -> Result<Self, LedgerError> {
        Ok(Self {
            control: Control::open(folder, &[super::EVENTS_MIGRATION])?,
            options,
            archive: None,
            appends: 0,
        })
    }

    /// Archives what is worth a file, or everything there is, and forgets what need not be remembered. Says how many
    /// events went over.
    ///
    /// # Errors
    /// [`LedgerError::Archive`] when the archive does not answer; nothing is lost, and it can be called again.
    pub async fn keep(&mut self, now: i64, everything: bool) -> Result<u64, LedgerError> {
        let mut kept = 0;
        while self.is_due(now, everything)? {
            kept += self.archive_some().await?;
        }
        self.control.write(|transaction| {
            transaction.execute("DELETE FROM event_seen WHERE time < ?1", [now - REMEMBERED])?;
            Ok::<_, ControlError>(())
        })?;
        Ok(kept)
    }

    /// Deletes an integration's events from the archive.
    ///
    /// # Errors
    /// It can fail or be killed anywhere and be called again.
    pub async fn delete(&mut self, integration: &IntegrationId) -> Result<(), LedgerError> {
        self.archive()
            .await?
            .delete_integration(integration)
            .await?;
        Ok(())
    }

    /// Deletes the months that ended before `moment`, in milliseconds since 1970.
    ///
    /// # Errors
    /// As [`EventKeeper::delete`].
    pub async fn drop_before(&mut self, moment: i64) -> Result<(), LedgerError> {
        if let Some(month) = month_of(moment) {
            self.archive().await?.drop_before(&month).await?;
        }
        Ok(())
    }

    async fn archive(&mut self) -> Result<&mut EventArchive, LedgerError> {
        let archive = match self.archive.take() {
            Some(archive) => archive,
            None => EventArchive::open(&self.options).await?,
        };
        Ok(self.archive.insert(archive))
    }

    fn is_due(&mut self, now: i64, everything: bool) -> Result<bool, LedgerError> {
        let (rows, first): (i64, Option<i64>) = self.control.read(|transaction| {
            let sql = "SELECT coalesce(sum(rows), 0), min(received) FROM event_run";
            let read = transaction.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
            Ok::<_, ControlError>(read?)
        })?;
        Ok(first.is_some_and(|first| everything || rows >= ENOUGH || first <= now - LONG))
    }

    async fn archive_some(&mut self) -> Result<u64, LedgerError> {
        let pages = self.control.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT last_sequence, data FROM event_run ORDER BY last_sequence",
            )?;
            let mut rows = statement.query([])?;
            let (mut pages, mut bytes) = (Vec::<(i64, Vec<u8>)>::new(), 0);
            while let Some(row) = rows.next()?
                && bytes < AT_ONCE
            {
                let page: (i64, Vec<u8>) = (row.get(0)?, row.get(1)?);
                bytes += page.1.len();
                pages.push(page);
            }
            Ok::<_, ControlError>(pages)
        })?;
        let last = pages.last().map_or(0, |(last, _)| *last);
        let mut batches: Vec<RecordBatch> = Vec::with_capacity(pages.len());
        for (_, data) in pages {
            batches.extend(read_memory(data)?);
        }
        let due = self.appends.is_multiple_of(COMPACT_EVERY);
        self.appends = self.appends.wrapping_add(1);
        let archive = self.archive().await?;
        if due && let Err(error) = archive.compact().await {
            tracing::warn!(%error, "the archive's small files of events could not be merged; it is tried again later");
        }
        let number = u64::try_from(last).unwrap_or_default();
        if let Err(error) = archive.append(&batches, number).await {
            // Whether it was written is read from its log when it is opened again.
            self.archive = None;
            return Err(error.into());
        }
        self.control.write(|transaction| {
            transaction.execute("DELETE FROM event_run WHERE last_sequence <= ?1", [last])?;
            transaction.execute("UPDATE event_position SET archived = ?1", [last])?;
            Ok::<_, ControlError>(())
        })?;
        Ok(batches.iter().map(|batch| batch.num_rows() as u64).sum())
    }
}
