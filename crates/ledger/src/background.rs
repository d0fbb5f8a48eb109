//! What happens beside the writer: merging on one thread, the archive on another. Both only prepare; the writer makes
//! it count.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
};

use chrono::{Datelike as _, Months, Utc};
use muster_model::{IntegrationId, ResourceType};
use rusqlite::Transaction;

use crate::{
    LedgerError,
    archive::{Archive, ArchiveOptions},
    archived::archive_batch,
    merge::merge,
    run::Run,
    segment::{self, LiveSegment, fingerprint},
    tables::{self, Forgotten},
    writer::{Deletion, Message},
};

pub(crate) use crate::merge::{MergeJob, Merged};

/// Appends between two looks at the archive's small files; the first comes with a process's first append.
const COMPACT_EVERY: u32 = 32;

/// Runs for the archive.
#[derive(Debug)]
pub(crate) struct ArchiveJob {
    /// How far the control file knows the archive to have come.
    pub archived: u64,
    pub runs: Vec<Arc<Run>>,
}

enum ArchiveWork {
    Append(ArchiveJob),
    Delete(Deletion),
}

/// The two threads.
#[derive(Debug)]
pub(crate) struct Background {
    merges: Option<mpsc::Sender<MergeJob>>,
    archive: Option<mpsc::Sender<ArchiveWork>>,
    threads: Vec<JoinHandle<()>>,
}

impl Background {
    /// Starts both; what they give goes to `answers`. Gives what the archive holds already, unless it does not answer.
    pub fn start(
        options: ArchiveOptions,
        answers: mpsc::Sender<Message>,
    ) -> Result<(Self, Option<u64>), LedgerError> {
        let (merges, merge_jobs) = mpsc::channel::<MergeJob>();
        let (archive, archive_jobs) = mpsc::channel();
        let (opened, when_opened) = mpsc::channel();
        let to_writer = answers.clone();
        let merging = thread::Builder::new().name("merge".into()).spawn(move || {
            while let Ok(job) = merge_jobs.recv() {
                let table = (job.integration.clone(), job.resource_type.name.clone());
                if to_writer.send(Message::Merged(table, merge(job))).is_err() {
                    return;
                }
            }
        });
        let archiving = thread::Builder::new()
            .name("archive".into())
            .spawn(move || run_archive(options, &archive_jobs, &answers, &opened));
        let threads = [merging, archiving]
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .map_err(LedgerError::file("a thread"))?;
        let archived = when_opened
            .recv()
            .unwrap_or_else(|_| Err(LedgerError::Stopped("the archive's thread ended".into())))?;
        Ok((
            Self {
                merges: Some(merges),
                archive: Some(archive),
                threads,
            },
            archived,
        ))
    }

    pub fn merge(&self, job: MergeJob) {
        if let Some(merges) = &self.merges {
            let _ = merges.send(job);
        }
    }

    pub fn archive(&self, job: ArchiveJob) {
        self.send(ArchiveWork::Append(job));
    }

    pub fn delete(&self, deletion: Deletion) {
        self.send(ArchiveWork::Delete(deletion));
    }

    fn send(&self, work: ArchiveWork) {
        if let Some(archive) = &self.archive {
            let _ = archive.send(work);
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.merges = None;
        self.archive = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn run_archive(
    options: ArchiveOptions,
    jobs: &mpsc::Receiver<ArchiveWork>,
    answers: &mpsc::Sender<Message>,
    opened: &mpsc::Sender<Result<Option<u64>, LedgerError>>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = opened.send(Err(LedgerError::file("the archive's runtime")(error)));
            return;
        }
    };
    let open = || {
        runtime
            .block_on(Archive::open(options.clone()))
            .map_err(LedgerError::from)
    };
    let mut archive = match open() {
        Ok(archive) => {
            let _ = opened.send(Ok(Some(archive.archived_sequence())));
            Some(archive)
        }
        Err(error) if error.is_passing() => {
            tracing::warn!(%error, "the archive cannot be opened yet");
            let _ = opened.send(Ok(None));
            None
        }
        Err(error) => {
            let _ = opened.send(Err(error));
            return;
        }
    };
    let mut appends = 0_u32;
    while let Ok(work) = jobs.recv() {
        if archive.is_none() {
            match open() {
                Ok(opened) => archive = Some(opened),
                Err(error) => {
                    let _ = answers.send(work.failed(error));
                    continue;
                }
            }
        }
        let Some(archive) = &mut archive else {
            continue;
        };
        if appends.is_multiple_of(COMPACT_EVERY) {
            if let Err(error) = runtime.block_on(archive.compact()) {
                tracing::warn!(%error, "the archive's small files could not be merged; it is tried again later");
            }
            if let Some(months) = options.keep_months
                && let Err(error) = runtime.block_on(forget_old(archive, months, answers))
            {
                tracing::warn!(%error, "old changes could not be removed; it is tried again later");
            }
        }
        appends = appends.wrapping_add(1);
        let answer = match work {
            ArchiveWork::Append(job) => Message::Archived(runtime.block_on(append(archive, &job))),
            ArchiveWork::Delete(deletion) => {
                let result = match &deletion {
                    (integration, None) => {
                        runtime.block_on(archive.delete_integration(integration))
                    }
                    (integration, Some(name)) => {
                        runtime.block_on(archive.delete_type(integration, name))
                    }
                };
                Message::Deleted(deletion, result.map(|_| ()).map_err(LedgerError::from))
            }
        };
        if answers.send(answer).is_err() {
            return;
        }
    }
}

/// Removes the months that need not be kept, once the writer has noted that they go.
async fn forget_old(
    archive: &mut Archive,
    keep_months: u32,
    answers: &mpsc::Sender<Message>,
) -> Result<(), LedgerError> {
    let first_kept = Utc::now()
        .date_naive()
        .with_day(1)
        .and_then(|first| first.checked_sub_months(Months::new(keep_months)))
        .and_then(|first| first.and_hms_opt(0, 0, 0));
    let Some(first_kept) = first_kept.map(|first| first.and_utc()) else {
        return Ok(());
    };
    let month = first_kept.format("%Y-%m").to_string();
    let Some(sequence) = archive.last_before(&month)? else {
        return Ok(());
    };
    let forgotten = Forgotten {
        sequence,
        before: first_kept.timestamp_millis(),
    };
    let (noted, when_noted) = mpsc::channel();
    if answers.send(Message::Forgets(forgotten, noted)).is_ok() && when_noted.recv().is_ok() {
        archive.drop_before(&month).await?;
    }
    Ok(())
}

impl ArchiveWork {
    /// What the writer is told when the work could not be begun.
    fn failed(self, error: LedgerError) -> Message {
        match self {
            Self::Append(_) => Message::Archived(Err(error)),
            Self::Delete(deletion) => Message::Deleted(deletion, Err(error)),
        }
    }
}

async fn append(archive: &mut Archive, job: &ArchiveJob) -> Result<u64, LedgerError> {
    if archive.archived_sequence() < job.archived {
        return Err(LedgerError::Mismatch {
            archived: archive.archived_sequence(),
            noted: job.archived,
        });
    }
    let Some(last) = job.runs.iter().map(|run| run.last_sequence()).max() else {
        return Ok(archive.archived_sequence());
    };
    let mut runs: Vec<&Arc<Run>> = job
        .runs
        .iter()
        .filter(|run| run.first_sequence > archive.archived_sequence())
        .collect();
    // By type, so that a reader of one type skips the row groups of the others.
    runs.sort_by(|left, right| {
        (&left.resource_type, left.first_sequence)
            .cmp(&(&right.resource_type, right.first_sequence))
    });
    let batches: Vec<_> = runs
        .into_iter()
        .filter_map(|run| archive_batch(run).transpose())
        .collect::<Result<_, _>>()?;
    archive.append(&batches, last).await?;
    Ok(last)
}

impl Merged {
    /// Makes the merge count. Gives the runs that base and archive have both passed now.
    pub fn publish(
        &self,
        transaction: &Transaction<'_>,
        archived: u64,
    ) -> Result<Vec<u64>, LedgerError> {
        let (integration, resource_type) = (self.integration.as_str(), self.resource_type.as_str());
        for &id in &self.replaced {
            segment::delete(transaction, id)?;
        }
        for segment in &self.segments {
            if self.made.contains(&segment.segment.id) {
                segment::insert(transaction, integration, resource_type, segment)?;
            } else if self.thinned.contains(&segment.segment.id) {
                segment::update_live(transaction, segment)?;
            }
        }
        let merged = self
            .merged
            .max(tables::merged(transaction, integration, resource_type)?);
        transaction
            .execute(
                "INSERT INTO base (integration, resource_type, merged) VALUES (?1, ?2, ?3)
                 ON CONFLICT (integration, resource_type) DO UPDATE SET merged = ?3",
                (integration, resource_type, merged as i64),
            )
            .map_err(LedgerError::database)?;
        drop_passed_runs(transaction, archived)
    }

    /// Removes the files of segments that are not any more. Readers that have them open keep them.
    pub fn remove_replaced(&self, folder: &Path) {
        remove_segments(folder, &self.replaced);
    }

    /// Removes the files of a merge that will never count.
    pub fn remove_everything(&self, folder: &Path) {
        remove_segments(folder, &self.made);
        let _ = std::fs::remove_dir(folder);
    }
}

/// Puts `made` in the place of every segment of a table. Gives those that are not any more.
pub(crate) fn replace_base(
    transaction: &Transaction<'_>,
    (integration, resource_type): (&IntegrationId, &ResourceType),
    made: Option<&LiveSegment>,
    merged: u64,
) -> Result<Vec<i64>, LedgerError> {
    let table = (integration.as_str(), resource_type.name.as_str());
    let mut statement = transaction
        .prepare("DELETE FROM segment WHERE integration = ?1 AND resource_type = ?2 RETURNING id")
        .map_err(LedgerError::database)?;
    let replaced = statement
        .query_map(table, |row| row.get(0))
        .and_then(Iterator::collect)
        .map_err(LedgerError::database)?;
    if let Some(segment) = made {
        segment::insert(transaction, table.0, table.1, segment)?;
    }
    transaction
        .execute(
            "UPDATE base SET merged = ?3 WHERE integration = ?1 AND resource_type = ?2",
            (table.0, table.1, merged as i64),
        )
        .map_err(LedgerError::database)?;
    Ok(replaced)
}

pub(crate) fn remove_segments(folder: &Path, ids: &[i64]) {
    for path in ids.iter().flat_map(|&id| segment::files(folder, id)) {
        if let Err(error) = std::fs::remove_file(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(path = %path.display(), %error, "a segment's file could not be removed; it is removed at the next start");
        }
    }
}

/// Notes how far the archive has come. Gives the runs that base and archive have both passed now.
pub(crate) fn note_archived(
    transaction: &Transaction<'_>,
    archived: u64,
) -> Result<Vec<u64>, LedgerError> {
    transaction
        .execute(
            "UPDATE ledger_position SET archived = ?1",
            [archived as i64],
        )
        .map_err(LedgerError::database)?;
    drop_passed_runs(transaction, archived)
}

fn drop_passed_runs(transaction: &Transaction<'_>, archived: u64) -> Result<Vec<u64>, LedgerError> {
    delete_runs(
        transaction,
        "first_sequence + rows - 1 <= ?1 AND EXISTS (
             SELECT 1 FROM base WHERE base.integration = run.integration
                 AND base.resource_type = run.resource_type
                 AND base.merged >= run.first_sequence + run.rows - 1)",
        &[&(archived as i64)],
    )
}

fn delete_runs(
    transaction: &Transaction<'_>,
    condition: &str,
    parameters: &[&dyn rusqlite::ToSql],
) -> Result<Vec<u64>, LedgerError> {
    let mut statement = transaction
        .prepare_cached(&format!(
            "DELETE FROM run WHERE {condition} RETURNING first_sequence, file"
        ))
        .map_err(LedgerError::database)?;
    let rows = statement
        .query_map(parameters, |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, bool>(1)?))
        })
        .map_err(LedgerError::database)?;
    let mut files = Vec::new();
    for row in rows {
        let (first, is_file) = row.map_err(LedgerError::database)?;
        if is_file {
            files.push(first as u64);
        }
    }
    Ok(files)
}

/// Takes away every row of an integration, or of one type of it. Gives its runs with a file.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: Option<&str>,
) -> Result<Vec<u64>, LedgerError> {
    const OWN: &str = "integration = ?1 AND (?2 IS NULL OR resource_type = ?2)";
    for table in ["segment", "base"] {
        transaction
            .execute(
                &format!("DELETE FROM {table} WHERE {OWN}"),
                (integration.as_str(), resource_type),
            )
            .map_err(LedgerError::database)?;
    }
    if resource_type.is_none() {
        crate::actors::forget(transaction, integration).map_err(LedgerError::database)?;
    }
    delete_runs(transaction, OWN, &[&integration.as_str(), &resource_type])
}

/// The tables with segments that an earlier version of their type decoded.
pub(crate) fn decoded_otherwise(
    transaction: &Transaction<'_>,
    resource_types: &[Arc<ResourceType>],
) -> Result<Vec<(IntegrationId, Arc<ResourceType>)>, LedgerError> {
    let current: HashMap<&str, (String, &Arc<ResourceType>)> = resource_types
        .iter()
        .map(|resource_type| {
            (
                resource_type.name.as_str(),
                (fingerprint(resource_type), resource_type),
            )
        })
        .collect();
    let mut statement = transaction
        .prepare("SELECT DISTINCT integration, resource_type, decoded_as FROM segment")
        .map_err(LedgerError::database)?;
    let rows = statement
        .query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })
        .map_err(LedgerError::database)?;
    let mut stale = Vec::new();
    for row in rows {
        let (integration, resource_type, decoded_as) = row.map_err(LedgerError::database)?;
        let Some((fingerprint, resource_type)) = current.get(resource_type.as_str()) else {
            continue;
        };
        let known = |(other, there): &(IntegrationId, Arc<ResourceType>)| {
            other.as_str() == integration && there.name == resource_type.name
        };
        if &decoded_as != fingerprint
            && !stale.iter().any(known)
            && let Some(integration) = IntegrationId::parse(&integration)
        {
            stale.push((integration, Arc::clone(resource_type)));
        }
    }
    Ok(stale)
}
