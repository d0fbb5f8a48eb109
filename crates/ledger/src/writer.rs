//! The writer: one thread that compares, commits, and swaps in what the background made.

use std::{
    collections::{HashMap, VecDeque},
    fs,
    sync::{Arc, mpsc},
    time::{SystemTime, UNIX_EPOCH},
};

use muster_control::{Control, ControlError, Folder};
use muster_model::{ChangeKind, IntegrationId, ResourceType};

use crate::{
    LedgerError,
    background::{ArchiveJob, Background, MergeJob, Merged},
    commit::Group,
    run::{self, Run},
    segment,
    submission::{Counts, Decide, Finish, Finished, InTransaction, Page, Reply},
    table::{Overlay, Table},
    tables::{self, Position},
};

/// Records in one run at most.
pub(crate) const RUN_ROWS: usize = 10_000;
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

/// What the writer is asked.
pub(crate) enum Message {
    Commit(Submission),
    Finish {
        finish: Finish,
        decide: Decide,
        control: InTransaction,
        reply: Reply<Finished>,
    },
    /// Merge what is worth it and archive everything.
    Settle {
        everything: bool,
        reply: Reply<()>,
    },
    Delete {
        integration: IntegrationId,
        reply: Reply<()>,
    },
    Documents {
        integration: IntegrationId,
        resource_type: Arc<ResourceType>,
        keys: Vec<(String, String)>,
        reply: Reply<Vec<Option<String>>>,
    },
    Merged(Result<Merged, LedgerError>),
    Archived(Result<u64, LedgerError>),
    Deleted(IntegrationId, Result<(), LedgerError>),
    Close,
}

/// A page, or nothing, and what belongs into its transaction.
pub(crate) struct Submission {
    pub page: Option<Page>,
    pub control: InTransaction,
    pub reply: Reply<Counts>,
}

impl Submission {
    fn rows(&self) -> usize {
        self.page.as_ref().map_or(0, |page| page.observations.len())
    }
}

impl Message {
    fn is_from_background(&self) -> bool {
        matches!(
            self,
            Self::Merged(_) | Self::Archived(_) | Self::Deleted(..)
        )
    }
}

type TableKey = (IntegrationId, String);

pub(crate) struct Writer {
    pub(crate) folder: Folder,
    pub(crate) control: Control,
    pub(crate) tables: HashMap<TableKey, Table>,
    pub(crate) position: Position,
    /// Runs that the archive has not passed, oldest first.
    unarchived: Vec<Arc<Run>>,
    archiving: bool,
    background: Background,
    settling: Vec<(bool, Reply<()>)>,
    deleting: Vec<(IntegrationId, Reply<()>)>,
    next_segment: i64,
    waiting: VecDeque<Message>,
    stopped: Option<String>,
}

impl Writer {
    pub fn open(
        folder: Folder,
        mut control: Control,
        background: Background,
    ) -> Result<Self, LedgerError> {
        for place in [folder.runs(), folder.base(), folder.listings()] {
            fs::create_dir_all(&place).map_err(LedgerError::file(&place))?;
        }
        let (position, unarchived, next_segment) = control.read(|transaction| {
            let position = tables::position(transaction)?;
            let runs = run::load(&folder, transaction, None, position.archived)?;
            // AUTOINCREMENT never gives an id twice, so a file left by a kill is never overwritten.
            let last: i64 = transaction
                .query_row(
                    "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'segment'",
                    [],
                    |row| row.get(0),
                )
                .map_err(LedgerError::database)?;
            Ok::<_, LedgerError>((position, runs, last + 1))
        })?;
        let mut writer = Self {
            folder,
            control,
            tables: HashMap::new(),
            position,
            unarchived,
            archiving: false,
            background,
            settling: Vec::new(),
            deleting: Vec::new(),
            next_segment,
            waiting: VecDeque::new(),
            stopped: None,
        };
        writer.remove_garbage()?;
        Ok(writer)
    }

    /// Removes files that no row names: what a kill left behind.
    fn remove_garbage(&mut self) -> Result<(), LedgerError> {
        let (runs, segments) = self.control.read(crate::garbage::named)?;
        crate::garbage::sweep(&self.folder, &runs, &segments)
    }

    /// Decodes anew what an earlier version of `resource_types` decoded, in the background.
    pub fn upgrade(&mut self, resource_types: &[Arc<ResourceType>]) -> Result<(), LedgerError> {
        let stale = self.control.read(|transaction| {
            crate::background::decoded_otherwise(transaction, resource_types)
        })?;
        for (integration, resource_type) in stale {
            self.table(&integration, &resource_type)?;
            self.start_merge(&(integration, resource_type.name.clone()));
        }
        Ok(())
    }

    pub fn run(mut self, messages: &mpsc::Receiver<Message>) {
        while let Some(message) = self.next(messages) {
            match message {
                Message::Close => return,
                Message::Commit(submission) => self.commit(submission),
                other => self.handle(other),
            }
        }
    }

    /// The next thing to do. The background's answers come first, because they make room; commits wait while the
    /// background is far behind.
    fn next(&mut self, messages: &mpsc::Receiver<Message>) -> Option<Message> {
        loop {
            let message = match messages.try_recv() {
                Ok(message) => message,
                Err(_) => {
                    if !self.is_behind()
                        && let Some(message) = self.waiting.pop_front()
                    {
                        return Some(message);
                    }
                    messages.recv().ok()?
                }
            };
            if message.is_from_background() {
                return Some(message);
            }
            self.waiting.push_back(message);
        }
    }

    fn is_behind(&self) -> bool {
        self.tables
            .values()
            .any(|table| table.merging && table.overlay.rows() > UNMERGED_ROWS)
            || (self.archiving && self.unarchived_rows() > 4 * ARCHIVE_ROWS)
    }

    fn unarchived_rows(&self) -> usize {
        self.unarchived.iter().map(|run| run.rows()).sum()
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Commit(submission) => self.commit(submission),
            Message::Finish {
                finish,
                decide,
                control,
                reply,
            } => {
                let result = self.checked(|writer| writer.finish(finish, decide, control));
                let _ = reply.send(result);
                self.tidy(false);
            }
            Message::Settle { everything, reply } => {
                self.settling.push((everything, reply));
                self.tidy(true);
            }
            Message::Delete { integration, reply } => self.delete(integration, reply),
            Message::Documents {
                integration,
                resource_type,
                keys,
                reply,
            } => {
                let result =
                    self.checked(|writer| writer.documents(&integration, &resource_type, &keys));
                let _ = reply.send(result);
            }
            Message::Merged(result) => {
                self.take_merged(result);
                self.tidy(true);
            }
            Message::Archived(result) => {
                self.take_archived(result);
                self.tidy(true);
            }
            Message::Deleted(integration, result) => self.take_deleted(&integration, result),
            Message::Close => {}
        }
    }

    fn checked<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        if let Some(reason) = &self.stopped {
            return Err(LedgerError::Stopped(reason.clone()));
        }
        work(self)
    }

    /// After a failed write, memory and disk may differ: nothing more is written until the folder is opened anew.
    pub(crate) fn stop(&mut self, error: &LedgerError) {
        let mut reason = error.to_string();
        let mut source = std::error::Error::source(error);
        while let Some(next) = source {
            reason = format!("{reason}: {next}");
            source = next.source();
        }
        tracing::error!(reason, "the ledger has stopped");
        for (_, reply) in self.settling.drain(..) {
            let _ = reply.send(Err(LedgerError::Stopped(reason.clone())));
        }
        self.stopped = Some(reason);
    }

    // ---- committing

    /// Commits `first` with whatever pages wait behind it.
    fn commit(&mut self, first: Submission) {
        let mut rows = first.rows();
        let mut group = vec![first];
        while rows < RUN_ROWS && matches!(self.waiting.front(), Some(Message::Commit(_))) {
            if let Some(Message::Commit(submission)) = self.waiting.pop_front() {
                rows += submission.rows();
                group.push(submission);
            }
        }
        self.commit_group(group);
    }

    fn commit_group(&mut self, submissions: Vec<Submission>) {
        let mut replies = Vec::with_capacity(submissions.len());
        let result = self.checked(|writer| {
            let mut group = Group::default();
            let mut counts = Vec::with_capacity(submissions.len());
            let mut controls = Vec::with_capacity(submissions.len());
            for Submission {
                page,
                control,
                reply,
            } in submissions
            {
                replies.push(reply);
                controls.push(control);
                counts.push(match page {
                    Some(page) => {
                        let table = writer.table(&page.integration, &page.resource_type)?;
                        group.compare(table, &page)?
                    }
                    None => Counts::default(),
                });
            }
            let controls = controls.into_iter().zip(counts.iter().copied()).collect();
            writer.write(group, controls)?;
            Ok(counts)
        });
        if let Err(error) = &result
            && self.stopped.is_none()
        {
            // A later page must not be committed where an earlier one failed: its cursor would skip that page.
            self.stop(error);
        }
        match result {
            Ok(counts) => {
                for (reply, counts) in replies.into_iter().zip(counts) {
                    let _ = reply.send(Ok(counts));
                }
            }
            Err(error) => {
                let reason = error.to_string();
                let mut first = Some(error);
                for reply in replies {
                    let error = first
                        .take()
                        .unwrap_or_else(|| LedgerError::Stopped(reason.clone()));
                    let _ = reply.send(Err(error));
                }
            }
        }
        self.tidy(false);
    }

    /// Makes a group durable and visible: files first, then one transaction.
    pub(crate) fn write(
        &mut self,
        group: Group,
        controls: Vec<(InTransaction, Counts)>,
    ) -> Result<(), LedgerError> {
        let now = now().max(self.position.recorded_at);
        let prepared = group.prepare(&self.folder, self.position.sequence + 1, now)?;
        if prepared.iter().any(run::PreparedRun::is_file) {
            segment::sync_folder(&self.folder.runs())?;
        }
        let last = prepared
            .last()
            .map_or(self.position.sequence, |last| last.run.last_sequence());
        let recorded_at = if prepared.is_empty() {
            self.position.recorded_at
        } else {
            now
        };
        self.control.write(|transaction| {
            for run in &prepared {
                run.insert(transaction)?;
            }
            if !prepared.is_empty() {
                tables::advance(transaction, last, recorded_at)?;
            }
            for (control, counts) in controls {
                control(transaction, &counts).map_err(LedgerError::database)?;
            }
            Ok::<_, LedgerError>(())
        })?;
        self.position.sequence = last;
        self.position.recorded_at = recorded_at;
        for prepared in prepared {
            let run = Arc::new(prepared.run);
            if let Some(table) = self
                .tables
                .get_mut(&(run.integration.clone(), run.resource_type.clone()))
            {
                table.overlay.push(Arc::clone(&run));
            }
            self.unarchived.push(run);
        }
        Ok(())
    }

    fn documents(
        &mut self,
        integration: &IntegrationId,
        resource_type: &Arc<ResourceType>,
        keys: &[(String, String)],
    ) -> Result<Vec<Option<String>>, LedgerError> {
        let table = self.table(integration, resource_type)?;
        Ok(keys
            .iter()
            .map(|(scope, key)| {
                let lookup = table.scope(scope);
                let known = lookup.find(&crate::hash::key_hash(key))?;
                known.document().map(str::to_owned)
            })
            .collect())
    }

    /// The table's state, read from disk the first time.
    pub(crate) fn table(
        &mut self,
        integration: &IntegrationId,
        resource_type: &Arc<ResourceType>,
    ) -> Result<&mut Table, LedgerError> {
        let key = (integration.clone(), resource_type.name.clone());
        if !self.tables.contains_key(&key) {
            let table = self.open_table(integration, resource_type)?;
            self.tables.insert(key.clone(), table);
        }
        self.tables
            .get_mut(&key)
            .ok_or_else(|| LedgerError::Stopped("a table vanished".into()))
    }

    fn open_table(
        &mut self,
        integration: &IntegrationId,
        resource_type: &Arc<ResourceType>,
    ) -> Result<Table, LedgerError> {
        let folder = self.folder.clone();
        let name = resource_type.name.as_str();
        self.control.read(|transaction| {
            let merged = tables::merged(transaction, integration.as_str(), name)?;
            let segments = segment::load(&folder, transaction, integration.as_str(), name, &[])?;
            // A damaged file stops the writer here, instead of reading as if nothing were there.
            for segment in &segments {
                segment.segment.batches()?;
            }
            let mut overlay = Overlay::default();
            for run in run::load(
                &folder,
                transaction,
                Some((integration.as_str(), name)),
                merged,
            )? {
                overlay.push(run);
            }
            Ok(Table {
                resource_type: Arc::clone(resource_type),
                segments,
                merged,
                overlay,
                merging: false,
            })
        })
    }

    // ---- merging and archiving

    /// Starts what is due in the background, and answers whoever waits for it to be done.
    fn tidy(&mut self, idle: bool) {
        if self.stopped.is_some() {
            return;
        }
        let settle = !self.settling.is_empty();
        let everything = self.settling.iter().any(|(everything, _)| *everything);
        let keep = if everything { 0 } else { SETTLED_ROWS };
        let due: Vec<TableKey> = self
            .tables
            .iter()
            .filter(|(_, table)| {
                let (rows, runs) = (table.overlay.rows(), table.overlay.runs.len());
                !table.merging
                    && (rows >= MERGE_ROWS
                        || runs >= MERGE_RUNS
                        || (settle && rows > keep && rows > 0))
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in due {
            self.start_merge(&key);
        }
        let waiting = self.unarchived_rows();
        if !self.archiving && waiting > 0 && (waiting >= ARCHIVE_ROWS || settle) {
            self.archiving = true;
            self.background.archive(ArchiveJob {
                runs: self.unarchived.clone(),
            });
        }
        let busy = self.archiving || self.tables.values().any(|table| table.merging);
        if idle && settle && !busy {
            for (_, reply) in self.settling.drain(..) {
                let _ = reply.send(Ok(()));
            }
        }
    }

    fn start_merge(&mut self, key: &TableKey) {
        let Some(table) = self.tables.get_mut(key) else {
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
            folder: segment::folder(&self.folder, key.0.as_str(), &key.1),
            ids: [id, id + 1],
        });
    }

    fn take_merged(&mut self, result: Result<Merged, LedgerError>) {
        let outcome = result.and_then(|merged| {
            let key = (merged.integration.clone(), merged.resource_type.clone());
            let place = segment::folder(&self.folder, key.0.as_str(), &key.1);
            if !self.tables.contains_key(&key) {
                // The integration was deleted meanwhile.
                merged.remove_everything(&place);
                return Ok(());
            }
            let archived = self.position.archived;
            let gone = self
                .control
                .write(|transaction| merged.publish(transaction, archived))?;
            if let Some(table) = self.tables.get_mut(&key) {
                table.overlay = table.overlay.after(merged.merged);
                table.merged = merged.merged;
                table.segments = merged.segments.clone();
                table.merging = false;
            }
            merged.remove_replaced(&place);
            self.remove_runs(&gone);
            Ok(())
        });
        if let Err(error) = outcome {
            self.stop(&error);
        }
    }

    fn take_archived(&mut self, result: Result<u64, LedgerError>) {
        self.archiving = false;
        if let Err(error) = result.and_then(|archived| self.note_archived(archived)) {
            self.stop(&error);
        }
    }

    /// Lets go of runs that base and archive have both passed. The archive's own word counts: killed between an
    /// append and its note, it knows more than the control file.
    pub fn note_archived(&mut self, archived: u64) -> Result<(), LedgerError> {
        if archived > self.position.sequence || archived < self.position.archived {
            return Err(LedgerError::Mismatch {
                archived,
                noted: self.position.archived,
            });
        }
        if archived == self.position.archived {
            return Ok(());
        }
        let gone = self
            .control
            .write(|transaction| crate::background::note_archived(transaction, archived))?;
        self.position.archived = archived;
        self.unarchived.retain(|run| run.last_sequence() > archived);
        self.remove_runs(&gone);
        Ok(())
    }

    fn remove_runs(&self, first_sequences: &[u64]) {
        for &first_sequence in first_sequences {
            let path = run::path(&self.folder, first_sequence);
            if let Err(error) = fs::remove_file(&path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(path = %path.display(), %error, "a run's file could not be removed; it is removed at the next start");
            }
        }
    }

    // ---- deleting

    fn delete(&mut self, integration: IntegrationId, reply: Reply<()>) {
        // Whatever is under way for it ends first: its messages lie behind this one at the latest.
        self.tables.retain(|(owner, _), _| owner != &integration);
        self.unarchived.retain(|run| run.integration != integration);
        let outcome = self.checked(|writer| {
            let gone = writer
                .control
                .write(|transaction| -> Result<Vec<u64>, LedgerError> {
                    crate::background::forget(transaction, &integration)
                })?;
            writer.remove_runs(&gone);
            let base = writer.folder.base().join(integration.as_str());
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
                self.background.delete(integration.clone());
                self.deleting.push((integration, reply));
            }
            Err(error) => {
                let _ = reply.send(Err(error));
            }
        }
    }

    fn take_deleted(&mut self, integration: &IntegrationId, result: Result<(), LedgerError>) {
        let mut result = Some(result);
        let (done, rest) = std::mem::take(&mut self.deleting)
            .into_iter()
            .partition(|(id, _)| id == integration);
        self.deleting = rest;
        let done: Vec<(IntegrationId, Reply<()>)> = done;
        for (_, reply) in done {
            let _ = reply.send(result.take().unwrap_or(Ok(())));
        }
    }
}

/// The clock of the commit: `recordedAt` never goes backwards even when it does.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl From<LedgerError> for ControlError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Control(error) => error,
            other => Self::Corrupt(other.to_string()),
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Writer")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

/// What a change was, as counted for the caller.
pub(crate) fn count(counts: &mut Counts, kind: ChangeKind) {
    match kind {
        ChangeKind::Added => counts.added += 1,
        ChangeKind::Modified => counts.modified += 1,
        ChangeKind::Removed => counts.removed += 1,
        ChangeKind::Touched => counts.touched += 1,
    }
}
