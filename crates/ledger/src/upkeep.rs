//! What the writer has done beside it, and takes in when it is done: merges, the archive, deletions.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use muster_model::{IntegrationId, ResourceType};

use crate::{
    LedgerError,
    background::{ArchiveJob, MergeJob, Merged},
    history::History,
    run, segment,
    state::TableKey,
    submission::Reply,
    writer::{Deletion, Writer, chain},
};

/// A table's newer runs are merged when they hold this many records ...
const MERGE_ROWS: usize = 65_536;
/// ... or there are this many of them.
const MERGE_RUNS: usize = 128;
/// A sync's end leaves up to this many records unmerged: reading them costs less than merging would.
const SETTLED_ROWS: usize = 4_096;
/// Committing waits for the merge when this many records are unmerged.
const UNMERGED_ROWS: usize = 262_144;
/// Records are archived when this many wait.
const ARCHIVE_ROWS: usize = 131_072;
/// Small runs lie on the heap: with this many bytes of them they are merged and archived sooner ...
const HEAP_BYTES: usize = 16 << 20;
/// ... and committing waits for that with this many.
const HEAP_FULL: usize = 64 << 20;
/// How long an archive that did not answer is left alone, unless someone asks for it.
const ARCHIVE_RESTS: Duration = Duration::from_secs(30);

impl Writer {
    /// Makes bases anew whose files are not there, from the archive.
    pub fn rebuild(
        &mut self,
        resource_types: &[Arc<ResourceType>],
        history: &History,
    ) -> Result<(), LedgerError> {
        let folder = self.state.folder.clone();
        let last = self.state.position.archived;
        let incomplete = self
            .control
            .read(|transaction| crate::rebuild::incomplete(&folder, transaction))?;
        for (integration, name) in incomplete {
            let Some(resource_type) = resource_types.iter().find(|known| known.name == name) else {
                tracing::warn!(
                    resource_type = name,
                    "a base is incomplete, and no provider knows its type"
                );
                continue;
            };
            tracing::warn!(
                resource_type = name,
                "files of the base are missing; it is rebuilt from the archive"
            );
            let place = segment::folder(&folder, integration.as_str(), &name);
            let id = self.next_segment;
            self.next_segment += 1;
            let table = (&integration, &**resource_type);
            let made = crate::rebuild::rebuild(history, &place, id, table, last)?;
            let replaced = self.control.write(|transaction| {
                crate::background::replace_base(transaction, table, made.as_ref(), last)
            })?;
            crate::background::remove_segments(&place, &replaced);
        }
        Ok(())
    }

    /// Decodes anew what an earlier version of `resource_types` decoded, in the background.
    pub fn upgrade(&mut self, resource_types: &[Arc<ResourceType>]) -> Result<(), LedgerError> {
        let Self { control, state, .. } = self;
        let stale = control.read(|transaction| {
            let stale = crate::background::decoded_otherwise(transaction, resource_types)?;
            for (integration, resource_type) in &stale {
                state.table(transaction, integration, resource_type)?;
            }
            Ok::<_, LedgerError>(stale)
        })?;
        for (integration, resource_type) in stale {
            let key = (integration, resource_type.name.clone());
            // One that is being merged is looked at when that is done.
            if !self
                .state
                .tables
                .get(&key)
                .is_some_and(|table| table.merging)
            {
                self.start_merge(&key);
            }
        }
        Ok(())
    }

    /// Goes on with types as they are now.
    pub(crate) fn redefine(
        &mut self,
        resource_types: &[Arc<ResourceType>],
    ) -> Result<(), LedgerError> {
        for table in self.state.tables.values_mut() {
            let now = resource_types
                .iter()
                .find(|known| known.name == table.resource_type.name);
            if let Some(now) = now {
                table.resource_type = Arc::clone(now);
            }
        }
        self.upgrade(resource_types)
    }

    /// Whether the background is so far behind that committing has to wait.
    pub(crate) fn is_behind(&self) -> bool {
        self.state.tables.values().any(|table| {
            let overlay = &table.overlay;
            table.merging && (overlay.rows() > UNMERGED_ROWS || overlay.heap() > HEAP_FULL)
        }) || (self.archiving && {
            let (rows, heap) = self.unarchived();
            rows > 4 * ARCHIVE_ROWS || heap > HEAP_FULL
        })
    }

    /// What waits for the archive: records, and bytes on the heap.
    fn unarchived(&self) -> (usize, usize) {
        let sizes = self
            .state
            .unarchived
            .iter()
            .map(|run| (run.rows(), run.heap));
        sizes.fold((0, 0), |(rows, heap), run| (rows + run.0, heap + run.1))
    }

    /// Starts what is due in the background, and answers whoever waits for it to be done.
    pub(crate) fn tidy(&mut self, idle: bool) {
        if self.stopped.is_some() {
            return;
        }
        let settle = !self.settling.is_empty();
        let everything = self.settling.iter().any(|(everything, _)| *everything);
        let keep = if everything { 0 } else { SETTLED_ROWS };
        let due: Vec<TableKey> = self
            .state
            .tables
            .iter()
            .filter(|(_, table)| {
                let (rows, runs) = (table.overlay.rows(), table.overlay.runs.len());
                !table.merging
                    && (rows >= MERGE_ROWS
                        || runs >= MERGE_RUNS
                        || table.overlay.heap() >= HEAP_BYTES
                        || (settle && rows > keep && rows > 0))
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in due {
            self.start_merge(&key);
        }
        let (waiting, heap) = self.unarchived();
        let rests = self
            .archive_rests_until
            .is_some_and(|until| Instant::now() < until);
        if !self.archiving
            && waiting > 0
            && (settle || (!rests && (waiting >= ARCHIVE_ROWS || heap >= HEAP_BYTES)))
        {
            self.archiving = true;
            self.background.archive(ArchiveJob {
                archived: self.state.position.archived,
                runs: self.state.unarchived.clone(),
            });
        }
        let busy = self.archiving || self.state.tables.values().any(|table| table.merging);
        if idle && settle && !busy {
            for (_, reply) in self.settling.drain(..) {
                let _ = reply.send(Ok(()));
            }
        }
    }

    pub(crate) fn start_merge(&mut self, key: &TableKey) {
        let Some(table) = self.state.tables.get_mut(key) else {
            return;
        };
        table.merging = true;
        let id = self.next_segment;
        self.next_segment += 2;
        self.background.merge(MergeJob {
            integration: key.0.clone(),
            resource_type: Arc::clone(&table.resource_type),
            segments: table.segments.clone(),
            runs: table.overlay.runs.clone(),
            folder: segment::folder(&self.state.folder, key.0.as_str(), &key.1),
            ids: [id, id + 1],
        });
    }

    pub(crate) fn take_merged(&mut self, key: &TableKey, result: Result<Merged, LedgerError>) {
        let place = segment::folder(&self.state.folder, key.0.as_str(), &key.1);
        if self.discarded.remove(key) || !self.state.tables.contains_key(key) {
            // The integration, or the type, was deleted meanwhile. Its files may have gone while they were read.
            if let Ok(merged) = result {
                merged.remove_everything(&place);
            }
            return;
        }
        let outcome = result.and_then(|merged| {
            let archived = self.state.position.archived;
            let gone = self
                .control
                .write(|transaction| merged.publish(transaction, archived))?;
            let mut redefined = false;
            if let Some(table) = self.state.tables.get_mut(key) {
                table.overlay = table.overlay.after(merged.merged);
                table.merged = merged.merged;
                table.segments = merged.segments.clone();
                table.merging = false;
                let current = segment::fingerprint(&table.resource_type);
                redefined = table
                    .segments
                    .iter()
                    .any(|segment| segment.segment.decoded_as != current);
            }
            merged.remove_replaced(&place);
            self.remove_runs(&gone);
            if redefined {
                self.start_merge(key);
            }
            Ok(())
        });
        if let Err(error) = outcome {
            self.stop(&error);
        }
    }

    pub(crate) fn take_archived(&mut self, result: Result<u64, LedgerError>) {
        self.archiving = false;
        self.archive_rests_until = None;
        match result.and_then(|archived| self.note_archived(archived)) {
            Ok(()) => {}
            Err(error) if error.is_passing() => {
                let reason = chain(&error);
                tracing::warn!(
                    reason,
                    "the archive has to wait; runs are kept until it answers"
                );
                self.archive_rests_until = Some(Instant::now() + ARCHIVE_RESTS);
                for (_, reply) in self.settling.drain(..) {
                    let _ = reply.send(Err(LedgerError::ArchiveWaits(reason.clone())));
                }
            }
            Err(error) => self.stop(&error),
        }
    }

    /// Lets go of runs that base and archive have both passed. The archive's own word counts: killed between an
    /// append and its note, it knows more than the control file.
    pub(crate) fn note_archived(&mut self, archived: u64) -> Result<(), LedgerError> {
        if archived > self.state.position.sequence || archived < self.state.position.archived {
            return Err(LedgerError::Mismatch {
                archived,
                noted: self.state.position.archived,
            });
        }
        if archived == self.state.position.archived {
            return Ok(());
        }
        let gone = self
            .control
            .write(|transaction| crate::background::note_archived(transaction, archived))?;
        self.state.position.archived = archived;
        self.state
            .unarchived
            .retain(|run| run.last_sequence() > archived);
        self.remove_runs(&gone);
        Ok(())
    }

    fn remove_runs(&self, first_sequences: &[u64]) {
        for &first_sequence in first_sequences {
            let path = run::path(&self.state.folder, first_sequence);
            if let Err(error) = fs::remove_file(&path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(path = %path.display(), %error, "a run's file could not be removed; it is removed at the next start");
            }
        }
    }

    pub(crate) fn delete(&mut self, deletion: Deletion, reply: Reply<()>) {
        let (integration, resource_type) = deletion.clone();
        let is_meant = |owner: &IntegrationId, name: &str| {
            owner == &integration && resource_type.as_deref().is_none_or(|meant| meant == name)
        };
        if resource_type.is_some() {
            let merging = self.state.tables.iter().filter(|(_, table)| table.merging);
            let meant = merging.filter(|((owner, name), _)| is_meant(owner, name));
            self.discarded.extend(meant.map(|(key, _)| key.clone()));
        }
        // Whatever is under way for it ends first: its messages lie behind this one at the latest.
        self.state
            .tables
            .retain(|(owner, name), _| !is_meant(owner, name));
        self.state
            .unarchived
            .retain(|run| !is_meant(&run.integration, &run.resource_type));
        let outcome = self.checked(|writer| {
            let gone = writer
                .control
                .write(|transaction| -> Result<Vec<u64>, LedgerError> {
                    crate::background::forget(transaction, &integration, resource_type.as_deref())
                })?;
            writer.remove_runs(&gone);
            let folder = &writer.state.folder;
            let base = match &resource_type {
                None => folder.base().join(integration.as_str()),
                Some(name) => segment::folder(folder, integration.as_str(), name),
            };
            match fs::remove_dir_all(&base) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(LedgerError::File {
                        path: base,
                        source: error,
                    })
                }
                _ => Ok(()),
            }
        });
        match outcome {
            Ok(()) => {
                self.background.delete(deletion.clone());
                self.deleting.push((deletion, reply));
            }
            Err(error) => {
                let _ = reply.send(Err(error));
            }
        }
    }

    pub(crate) fn take_deleted(&mut self, deletion: &Deletion, result: Result<(), LedgerError>) {
        let mut result = Some(result);
        let (done, rest) = std::mem::take(&mut self.deleting)
            .into_iter()
            .partition(|(meant, _)| meant == deletion);
        self.deleting = rest;
        let done: Vec<(Deletion, Reply<()>)> = done;
        for (_, reply) in done {
            let _ = reply.send(result.take().unwrap_or(Ok(())));
        }
    }
}
