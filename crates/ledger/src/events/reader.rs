use std::sync::{Mutex, PoisonError};

use arrow::{
    array::{AsArray as _, BooleanArray, RecordBatch},
    compute::filter_record_batch,
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use futures::{FutureExt as _, StreamExt as _};
use muster_control::{Control, ControlError, Folder};
use muster_model::IntegrationId;

use crate::{
    LedgerError,
    archive::{ArchiveOptions, EventArchive, EventFilter, Projection},
    history::{Changes, streamed},
    mapped::read_memory,
};

/// Which audit events of one integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventsWanted {
    /// Whose.
    pub integration: IntegrationId,
    /// Not before this moment, in milliseconds since 1970.
    pub from: Option<i64>,
    /// Before this moment.
    pub before: Option<i64>,
    /// Columns of [`crate::archive::audit_event_schema`]; nothing else is read.
    pub columns: Vec<String>,
}

/// Reads the archive's events together with those it does not have yet.
pub struct EventReader {
    control: Mutex<Control>,
    archive: ArchiveOptions,
}

impl EventReader {
    /// Opens the folder for reading.
    ///
    /// # Errors
    /// [`LedgerError::Control`].
    pub fn open(folder: &Folder, archive: ArchiveOptions) -> Result<Self, LedgerError> {
        Ok(Self {
            control: Mutex::new(Control::open_reader(folder)?),
            archive,
        })
    }

    /// The events that are wanted, in no particular order, a batch at a time.
    ///
    /// # Errors
    /// [`LedgerError::Archive`] when the archive cannot be read.
    pub fn events(&self, wanted: EventsWanted) -> Result<Changes, LedgerError> {
        // What waits is read first: what goes over meanwhile is then in both, never in neither.
        let waiting = self.waiting(&wanted)?;
        let (archived, stored) = self.stored(&wanted)?;
        let newer = waiting
            .into_iter()
            .map(move |batch| batch.and_then(|batch| fitting(&batch, &wanted, archived)));
        Ok(Box::new(stored.chain(newer)))
    }

    /// The pages that the archive may not have yet and that have events of the span.
    fn waiting(
        &self,
        wanted: &EventsWanted,
    ) -> Result<Vec<Result<RecordBatch, LedgerError>>, LedgerError> {
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        let data: Vec<Vec<u8>> = control.read(|transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT data FROM event_run WHERE integration = ?1
                     AND (?2 IS NULL OR last_time IS NULL OR last_time >= ?2)
                     AND (?3 IS NULL OR first_time IS NULL OR first_time < ?3)
                 ORDER BY last_sequence",
            )?;
            let span = (wanted.integration.as_str(), wanted.from, wanted.before);
            let rows = statement.query_map(span, |row| row.get(0))?;
            Ok::<_, ControlError>(rows.collect::<Result<_, _>>()?)
        })?;
        Ok(data
            .into_iter()
            .flat_map(|data| match read_memory(data) {
                Ok(batches) => batches.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            })
            .collect())
    }

    fn stored(&self, wanted: &EventsWanted) -> Result<(u64, Changes), LedgerError> {
        let is_there = self.archive.url.to_file_path().map_or(true, |path| {
            path.join("audit_event").join("_delta_log").is_dir()
        });
        if !is_there {
            return Ok((0, Box::new(std::iter::empty())));
        }
        let (options, wanted) = (self.archive.clone(), wanted.clone());
        let (archived, batches) = streamed(
            async move {
                let archive = EventArchive::open(&options).await?;
                let columns: Vec<&str> = wanted.columns.iter().map(String::as_str).collect();
                let filter = EventFilter {
                    integration: &wanted.integration,
                    from: wanted.from,
                    before: wanted.before,
                    columns: Projection::Columns(&columns),
                };
                let events = archive.events(&filter)?.boxed();
                Ok((archive.archived_sequence(), events))
            }
            .boxed(),
        )?;
        Ok((archived, Box::new(batches)))
    }
}

/// The rows of a batch that are wanted and not archived.
fn fitting(
    batch: &RecordBatch,
    wanted: &EventsWanted,
    archived: u64,
) -> Result<RecordBatch, LedgerError> {
    let archived = i64::try_from(archived).unwrap_or(i64::MAX);
    let sequences = batch.column(0).as_primitive::<Int64Type>();
    let times = batch.column(1).as_primitive::<TimestampMicrosecondType>();
    let from = wanted
        .from
        .map_or(i64::MIN, |from| from.saturating_mul(1000));
    let before = wanted
        .before
        .map_or(i64::MAX, |before| before.saturating_mul(1000));
    let kept: BooleanArray = sequences
        .values()
        .iter()
        .zip(times.values())
        .map(|(sequence, time)| Some(*sequence > archived && *time >= from && *time < before))
        .collect();
    let schema = batch.schema();
    let columns = wanted
        .columns
        .iter()
        .map(|name| schema.index_of(name))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(filter_record_batch(&batch.project(&columns)?, &kept)?)
}
