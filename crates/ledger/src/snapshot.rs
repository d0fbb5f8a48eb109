//! Reading: what is true at one moment, without a lock.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use arrow::{
    array::{BooleanArray, RecordBatch},
    buffer::BooleanBuffer,
    compute::filter_record_batch,
};
use muster_control::{Control, Folder, Integrations};
use muster_model::{Integration, IntegrationId, ResourceType};
use rusqlite::Transaction;

use crate::{
    LedgerError,
    decode::{Decoder, RowOrigin},
    merge::{decode_anew, retire},
    run::{self, Run},
    segment::{self, BATCH_ROWS, LiveSegment, fingerprint},
    table::Overlay,
    tables::{self, Forgotten},
};

/// Rows of one table that lie together.
#[derive(Debug, Clone)]
pub struct Part {
    /// Batches with the type's table schema.
    pub batches: Vec<RecordBatch>,
    /// For each batch, which of its rows count; `None` when all do.
    pub live: Vec<Option<BooleanBuffer>>,
}

/// Reads a data folder. Keeps files mapped and newer runs decoded between snapshots.
pub struct Reader {
    folder: Folder,
    control: Mutex<Control>,
    latest: Mutex<Option<(i64, Arc<Snapshot>)>>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Reader")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// Everything of one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// The newest sequence number in it.
    pub sequence: u64,
    /// The integrations there are, by name.
    pub integrations: Vec<Integration>,
    /// The first moment that is known, milliseconds since 1970: when the first of them was added, or as far back as
    /// changes are kept.
    pub began: i64,
    pub(crate) forgotten: Forgotten,
    /// How far the archive had come; what is newer is in runs.
    pub(crate) archived: u64,
    tables: HashMap<(IntegrationId, String), Arc<TableSnapshot>>,
}

#[derive(Debug)]
struct TableSnapshot {
    merged: u64,
    segments: Vec<LiveSegment>,
    runs: Vec<Arc<Run>>,
    /// Its rows, decoded as the type was when they were last asked for.
    parts: Mutex<Option<(String, Vec<Part>)>>,
}

impl Reader {
    /// Opens `folder` for reading.
    ///
    /// # Errors
    /// [`LedgerError`] when there is no folder or a newer version wrote it.
    pub fn open(folder: Folder) -> Result<Self, LedgerError> {
        let control = Control::open_reader(&folder)?;
        Ok(Self {
            folder,
            control: Mutex::new(control),
            latest: Mutex::new(None),
        })
    }

    /// What is true now.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn snapshot(&self) -> Result<Arc<Snapshot>, LedgerError> {
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        // A merge may remove a file between our reading of its name and our opening of it: read the names again.
        let mut tries = 0;
        loop {
            match self.read(&mut control, latest.as_ref()) {
                Ok((version, snapshot)) => {
                    *latest = Some((version, Arc::clone(&snapshot)));
                    return Ok(snapshot);
                }
                Err(LedgerError::File { source, .. })
                    if source.kind() == std::io::ErrorKind::NotFound && tries < 20 =>
                {
                    tries += 1;
                }
                Err(LedgerError::File { path, source })
                    if source.kind() == std::io::ErrorKind::NotFound =>
                {
                    let detail = "it is missing".to_owned();
                    return Err(LedgerError::Damaged { path, detail });
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn read(
        &self,
        control: &mut Control,
        latest: Option<&(i64, Arc<Snapshot>)>,
    ) -> Result<(i64, Arc<Snapshot>), LedgerError> {
        control.read(|transaction| {
            let version: i64 = transaction
                .pragma_query_value(None, "data_version", |row| row.get(0))
                .map_err(LedgerError::database)?;
            if let Some((known, snapshot)) = latest
                && *known == version
            {
                return Ok((version, Arc::clone(snapshot)));
            }
            let before = latest.map(|(_, snapshot)| &**snapshot);
            Ok((
                version,
                Arc::new(Snapshot::read(&self.folder, transaction, before)?),
            ))
        })
    }
}

impl Snapshot {
    fn read(
        folder: &Folder,
        transaction: &Transaction<'_>,
        before: Option<&Self>,
    ) -> Result<Self, LedgerError> {
        let position = tables::position(transaction)?;
        let integrations = Integrations(transaction).all()?;
        let forgotten = tables::forgotten(transaction)?;
        let began = Integrations(transaction).began()?.max(forgotten.before);
        let mut found = HashMap::new();
        for (integration, resource_type) in names(transaction)? {
            if !integrations.iter().any(|known| known.id == integration) {
                continue;
            }
            let key = (integration, resource_type);
            let known = before.and_then(|before| before.tables.get(&key));
            found.insert(key.clone(), read_table(folder, transaction, &key, known)?);
        }
        Ok(Self {
            sequence: position.sequence,
            integrations,
            began,
            forgotten,
            archived: position.archived,
            tables: found,
        })
    }

    /// Changes up to this sequence number may be forgotten; [`History::changes_after`](crate::History::changes_after)
    /// begins there at the earliest. 0 while nothing is.
    pub fn forgotten_until(&self) -> u64 {
        self.forgotten.sequence
    }

    /// The rows of one table.
    ///
    /// # Errors
    /// [`LedgerError`] when a file is damaged.
    pub fn rows(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Vec<Part>, LedgerError> {
        match self
            .tables
            .get(&(integration.clone(), resource_type.name.clone()))
        {
            Some(table) => table.parts(resource_type),
            None => Ok(Vec::new()),
        }
    }

    /// The documents of one table, in no order; read one by one, nothing is decoded.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] when a file is not what it should be.
    pub fn documents(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Documents, LedgerError> {
        let Some(table) = self
            .tables
            .get(&(integration.clone(), resource_type.name.clone()))
        else {
            return Ok(Documents::none());
        };
        let overlay = table.overlay();
        let mut segments = table.segments.clone();
        retire(&mut segments, &overlay);
        for segment in &segments {
            segment.segment.batches()?;
        }
        Ok(Documents { segments, overlay })
    }

    /// Runs of one table that are not in its base, or not yet in the archive.
    pub(crate) fn runs(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> &[Arc<Run>] {
        let key = (integration.clone(), resource_type.name.clone());
        self.tables.get(&key).map_or(&[], |table| &table.runs)
    }

    /// Every run there is, in sequence.
    pub(crate) fn all_runs(&self) -> Vec<Arc<Run>> {
        let mut runs: Vec<Arc<Run>> = self
            .tables
            .values()
            .flat_map(|table| table.runs.iter().cloned())
            .collect();
        runs.sort_unstable_by_key(|run| run.first_sequence);
        runs
    }

    pub(crate) fn segments(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> &[LiveSegment] {
        let key = (integration.clone(), resource_type.name.clone());
        self.tables.get(&key).map_or(&[], |table| &table.segments)
    }

    pub(crate) fn overlay(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Overlay {
        let key = (integration.clone(), resource_type.name.clone());
        self.tables
            .get(&key)
            .map_or_else(Overlay::default, |table| table.overlay())
    }
}

/// The documents of one table at one moment.
#[derive(Debug)]
pub struct Documents {
    segments: Vec<LiveSegment>,
    overlay: Overlay,
}

impl Documents {
    /// No documents.
    pub fn none() -> Self {
        Self {
            segments: Vec::new(),
            overlay: Overlay::default(),
        }
    }

    /// Each resource key with its document.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> + Send {
        let base = self.segments.iter().flat_map(|segment| {
            segment.live.bits.set_indices().filter_map(|row| {
                Some((
                    segment.segment.key(row as u32)?,
                    segment.segment.document(row as u32)?,
                ))
            })
        });
        let newer = self
            .overlay
            .entries()
            .filter(|(_, entry)| !entry.removed)
            .filter_map(|(_, entry)| {
                let row = entry.row as usize;
                Some((entry.run.key(row), entry.run.after(row)?))
            });
        base.chain(newer)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let base: usize = self.segments.iter().map(|segment| segment.live.count).sum();
        base + self
            .overlay
            .entries()
            .filter(|(_, entry)| !entry.removed)
            .count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The tables that have runs or segments.
fn names(transaction: &Transaction<'_>) -> Result<Vec<(IntegrationId, String)>, LedgerError> {
    let mut statement = transaction
        .prepare_cached(
            "SELECT integration, resource_type FROM run UNION SELECT integration, resource_type FROM segment",
        )
        .map_err(LedgerError::database)?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .map_err(LedgerError::database)?;
    let mut found = Vec::new();
    for row in rows {
        let (integration, resource_type) = row.map_err(LedgerError::database)?;
        found.extend(
            IntegrationId::parse(&integration).map(|integration| (integration, resource_type)),
        );
    }
    Ok(found)
}

fn read_table(
    folder: &Folder,
    transaction: &Transaction<'_>,
    (integration, resource_type): &(IntegrationId, String),
    known: Option<&Arc<TableSnapshot>>,
) -> Result<Arc<TableSnapshot>, LedgerError> {
    let (integration, resource_type) = (integration.as_str(), resource_type.as_str());
    let merged = tables::merged(transaction, integration, resource_type)?;
    if let Some(known) = known
        && known.merged == merged
        && known.same_runs(transaction, integration, resource_type)?
        && known.same_segments(transaction, integration, resource_type)?
    {
        return Ok(Arc::clone(known));
    }
    let open_already = known.map_or(&[][..], |known| &known.segments);
    let segments = segment::load(
        folder,
        transaction,
        integration,
        resource_type,
        open_already,
    )?;
    let runs = run::load(folder, transaction, Some((integration, resource_type)), 0)?;
    Ok(Arc::new(TableSnapshot {
        merged,
        segments,
        runs,
        parts: Mutex::new(None),
    }))
}

impl TableSnapshot {
    fn same_runs(
        &self,
        transaction: &Transaction<'_>,
        integration: &str,
        resource_type: &str,
    ) -> Result<bool, LedgerError> {
        let there: (i64, i64, i64) = transaction
            .query_row(
                "SELECT count(*), coalesce(min(first_sequence), 0), coalesce(max(first_sequence), 0) FROM run
                 WHERE integration = ?1 AND resource_type = ?2",
                (integration, resource_type),
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .map_err(LedgerError::database)?;
        let first = |run: Option<&Arc<Run>>| run.map_or(0, |run| run.first_sequence as i64);
        Ok(there
            == (
                self.runs.len() as i64,
                first(self.runs.first()),
                first(self.runs.last()),
            ))
    }

    fn same_segments(
        &self,
        transaction: &Transaction<'_>,
        integration: &str,
        resource_type: &str,
    ) -> Result<bool, LedgerError> {
        let there: String = transaction
            .query_row(
                "SELECT coalesce(group_concat(id || ' ' || live_rows, ',' ORDER BY id), '') FROM segment
                 WHERE integration = ?1 AND resource_type = ?2",
                (integration, resource_type),
                |row| row.get(0),
            )
            .map_err(LedgerError::database)?;
        let here: Vec<String> = self
            .segments
            .iter()
            .map(|segment| format!("{} {}", segment.segment.id, segment.live.count))
            .collect();
        Ok(there == here.join(","))
    }

    fn overlay(&self) -> Overlay {
        let mut overlay = Overlay::default();
        for run in self
            .runs
            .iter()
            .filter(|run| run.last_sequence() > self.merged)
        {
            overlay.push(Arc::clone(run));
        }
        overlay
    }

    fn parts(&self, resource_type: &ResourceType) -> Result<Vec<Part>, LedgerError> {
        let current = fingerprint(resource_type);
        let known = || self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((decoded_as, parts)) = &*known()
            && *decoded_as == current
        {
            return Ok(parts.clone());
        }
        let overlay = self.overlay();
        let mut segments = self.segments.clone();
        retire(&mut segments, &overlay);
        let mut parts = segment_parts(resource_type, &segments)?;
        let newer = overlay
            .entries()
            .filter(|(_, entry)| !entry.removed)
            .map(|(_, entry)| {
                let row = entry.row as usize;
                let origin = RowOrigin {
                    key: entry.run.key(row),
                    sequence: entry.run.first_sequence + u64::from(entry.row),
                    recorded_at: entry.run.recorded_at,
                };
                (origin, entry.run.after(row).unwrap_or("{}"))
            });
        parts.extend(decode_part(resource_type, newer)?);
        *known() = Some((current, parts.clone()));
        Ok(parts)
    }
}

/// The live rows of segments.
pub(crate) fn segment_parts(
    resource_type: &ResourceType,
    segments: &[LiveSegment],
) -> Result<Vec<Part>, LedgerError> {
    let current = fingerprint(resource_type);
    let mut parts = Vec::with_capacity(segments.len());
    for segment in segments.iter().filter(|segment| segment.live.count > 0) {
        let mut part = Part {
            batches: Vec::new(),
            live: Vec::new(),
        };
        let mut start = 0;
        for batch in segment.segment.batches()? {
            let bits = segment.live.bits.slice(start, batch.num_rows());
            start += batch.num_rows();
            if segment.segment.decoded_as == current {
                let all = bits.count_set_bits() == batch.num_rows();
                part.batches.push(batch.clone());
                part.live.push((!all).then_some(bits));
            } else {
                let kept = filter_record_batch(batch, &BooleanArray::new(bits, None))?;
                part.batches.push(decode_anew(resource_type, &kept)?);
                part.live.push(None);
            }
        }
        parts.push(part);
    }
    Ok(parts)
}

/// Documents as a part, decoded; none when there are none.
pub(crate) fn decode_part<'a>(
    resource_type: &ResourceType,
    rows: impl Iterator<Item = (RowOrigin<'a>, &'a str)>,
) -> Result<Option<Part>, LedgerError> {
    let mut decoder = Decoder::new(resource_type);
    let mut part = Part {
        batches: Vec::new(),
        live: Vec::new(),
    };
    for (origin, document) in rows {
        decoder.push(origin, document)?;
        if decoder.rows() == BATCH_ROWS {
            part.batches.push(decoder.finish()?);
            part.live.push(None);
        }
    }
    if decoder.rows() > 0 {
        part.batches.push(decoder.finish()?);
        part.live.push(None);
    }
    Ok((!part.batches.is_empty()).then_some(part))
}
