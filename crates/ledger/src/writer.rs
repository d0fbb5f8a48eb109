//! The writer: one thread that compares and commits. What happens beside it is started in [`crate::upkeep`].

use std::{
    collections::{HashSet, VecDeque},
    fs,
    sync::{Arc, mpsc},
    time::Instant,
};

use muster_control::{Control, ControlError, Folder};
use muster_model::{ChangeKind, IntegrationId, ResourceType};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    LedgerError,
    background::{Background, Merged},
    ending::Ending,
    state::{State, TableKey},
    submission::{Counts, Decide, Finish, Finished, InTransaction, Page, Removal, Reply, Spared},
    tables::{self, Forgotten},
};

/// Records in one run at most.
pub(crate) const RUN_ROWS: usize = 10_000;
/// Pages and ends of listings in one transaction at most.
const GROUP: usize = 256;

/// What is deleted: an integration, or one type of it.
pub(crate) type Deletion = (IntegrationId, Option<String>);

/// What the writer is asked.
pub(crate) enum Message {
    Commit(Submission),
    Finish {
        finish: Finish,
        decide: Decide,
        control: InTransaction,
        spared: Option<Spared>,
        reply: Reply<Finished>,
    },
    /// Removes resources; never in one transaction with the pages and ends around it, so that it stands between them as
    /// it was asked.
    Remove {
        removal: Removal,
        control: InTransaction,
        reply: Reply<Vec<(String, u64)>>,
    },
    /// Merge what is worth it and archive everything.
    Settle {
        everything: bool,
        reply: Reply<()>,
    },
    Delete {
        integration: IntegrationId,
        /// One type of it; all unless given.
        resource_type: Option<String>,
        reply: Reply<()>,
    },
    /// Goes on with types as they are now.
    Redefine {
        resource_types: Vec<Arc<ResourceType>>,
        reply: Reply<()>,
    },
    Documents {
        integration: IntegrationId,
        resource_type: Arc<ResourceType>,
        keys: Vec<(String, String)>,
        reply: Reply<Vec<Option<String>>>,
    },
    Merged(TableKey, Result<Merged, LedgerError>),
    Archived(Result<u64, LedgerError>),
    Deleted(Deletion, Result<(), LedgerError>),
    /// Retention is about to take this; to be noted first.
    Forgets(Forgotten, mpsc::Sender<()>),
    Close,
}

/// A page, or nothing, and what belongs into its transaction.
pub(crate) struct Submission {
    pub page: Option<Page>,
    pub control: InTransaction,
    pub reply: Reply<Counts>,
    /// Its place among those under way. Given back with the answer, whether or not that is read: who waits for a
    /// place may itself hold answers it has not read yet.
    pub room: OwnedSemaphorePermit,
}

impl Message {
    fn is_from_background(&self) -> bool {
        matches!(
            self,
            Self::Merged(..) | Self::Archived(_) | Self::Deleted(..) | Self::Forgets(..)
        )
    }
}

pub(crate) struct Writer {
    pub(crate) control: Control,
    pub(crate) state: State,
    pub(crate) background: Background,
    pub(crate) archiving: bool,
    /// The archive did not answer: until then nobody asks it by themselves.
    pub(crate) archive_rests_until: Option<Instant>,
    pub(crate) settling: Vec<(bool, Reply<()>)>,
    pub(crate) deleting: Vec<(Deletion, Reply<()>)>,
    /// Tables that were deleted while they were merged: what comes of that does not count, also when there is a new
    /// table of the same name by then.
    pub(crate) discarded: HashSet<TableKey>,
    pub(crate) next_segment: i64,
    waiting: VecDeque<Message>,
    pub(crate) stopped: Option<String>,
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
        let (state, next_segment) = control.read(|transaction| {
            let state = State::read(folder, transaction)?;
            // AUTOINCREMENT never gives an id twice, so a file left by a kill is never overwritten.
            let last: i64 = transaction
                .query_row(
                    "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'segment'",
                    [],
                    |row| row.get(0),
                )
                .map_err(LedgerError::database)?;
            Ok::<_, LedgerError>((state, last + 1))
        })?;
        let (runs, segments) = control.read(crate::garbage::named)?;
        crate::garbage::sweep(&state.folder, &runs, &segments)?;
        Ok(Self {
            control,
            state,
            background,
            archiving: false,
            archive_rests_until: None,
            settling: Vec::new(),
            deleting: Vec::new(),
            discarded: HashSet::new(),
            next_segment,
            waiting: VecDeque::new(),
            stopped: None,
        })
    }

    pub fn run(mut self, messages: &mpsc::Receiver<Message>) {
        while let Some(message) = self.next(messages) {
            match message {
                Message::Close => return,
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

    fn handle(&mut self, message: Message) {
        match message {
            Message::Commit(_) | Message::Finish { .. } => self.work_off(message),
            Message::Remove {
                removal,
                control,
                reply,
            } => {
                let result = self.checked(|writer| {
                    let own = &mut writer.control;
                    let state = &mut writer.state;
                    let result =
                        own.write(|transaction| state.take_away(transaction, removal, control));
                    result.inspect_err(|error| writer.stop(error))
                });
                let _ = reply.send(result);
                self.tidy(false);
            }
            Message::Settle { everything, reply } => {
                self.settling.push((everything, reply));
                self.tidy(true);
            }
            Message::Delete {
                integration,
                resource_type,
                reply,
            } => self.delete((integration, resource_type), reply),
            Message::Redefine {
                resource_types,
                reply,
            } => {
                let result = self.checked(|writer| writer.redefine(&resource_types));
                let _ = reply.send(result);
            }
            Message::Documents {
                integration,
                resource_type,
                keys,
                reply,
            } => {
                let result = self.checked(|writer| {
                    let Self { control, state, .. } = writer;
                    control.read(|transaction| {
                        state.documents(transaction, &integration, &resource_type, &keys)
                    })
                });
                let _ = reply.send(result);
            }
            Message::Merged(table, result) => {
                self.take_merged(&table, result);
                self.tidy(true);
            }
            Message::Archived(result) => {
                self.take_archived(result);
                self.tidy(true);
            }
            Message::Deleted(deletion, result) => self.take_deleted(&deletion, result),
            Message::Forgets(forgotten, noted) => {
                let result = self.checked(|writer| {
                    let control = &mut writer.control;
                    control.write(|transaction| tables::forget(transaction, forgotten))
                });
                match result {
                    Ok(()) => drop(noted.send(())),
                    Err(error) => self.stop(&error),
                }
            }
            Message::Close => {}
        }
    }

    pub(crate) fn checked<T>(
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
        let reason = chain(error);
        tracing::error!(reason, "the ledger has stopped");
        for (_, reply) in self.settling.drain(..) {
            let _ = reply.send(Err(LedgerError::Stopped(reason.clone())));
        }
        self.stopped = Some(reason);
    }

    /// Commits `first` with whatever pages and ends of listings wait behind it, in one transaction. Ends come after
    /// pages: a listing's own pages were handed over before, and what another's page added below a resource that goes,
    /// goes with it.
    fn work_off(&mut self, first: Message) {
        let mut next = Some(first);
        let mut rows = 0;
        let (mut pages, mut replies) = (Vec::new(), Vec::new());
        let (mut endings, mut ending_replies) = (Vec::new(), Vec::new());
        while let Some(message) = next.take() {
            match message {
                Message::Commit(submission) => {
                    let page = &submission.page;
                    rows += page.as_ref().map_or(0, |page| page.observations.len());
                    pages.push((submission.page, submission.control));
                    replies.push((submission.reply, submission.room));
                }
                Message::Finish {
                    finish,
                    decide,
                    control,
                    spared,
                    reply,
                } => match Ending::new(finish, decide, control, spared) {
                    Ok(ending) => {
                        endings.push(ending);
                        ending_replies.push(reply);
                    }
                    Err(error) => drop(reply.send(Err(error))),
                },
                _ => {}
            }
            let is_same = |message: &mut Message| {
                matches!(message, Message::Commit(_) | Message::Finish { .. })
            };
            if rows < RUN_ROWS && pages.len() + endings.len() < GROUP {
                next = self.waiting.pop_front_if(is_same);
            }
        }
        let result = self.checked(|writer| {
            let Self { control, state, .. } = writer;
            let result = control.write(|transaction| {
                let counts = state.commit(transaction, pages)?;
                let finished = endings
                    .into_iter()
                    .map(|ending| state.finish(transaction, ending))
                    .collect::<Result<Vec<_>, _>>()?;
                Ok((counts, finished))
            });
            // A later page must not be committed where an earlier one failed: its cursor would skip that page.
            result.inspect_err(|error| writer.stop(error))
        });
        match result {
            Ok((counts, finished)) => {
                for ((reply, _), counts) in replies.into_iter().zip(counts) {
                    let _ = reply.send(Ok(counts));
                }
                for (reply, finished) in ending_replies.into_iter().zip(finished) {
                    let _ = reply.send(Ok(finished));
                }
            }
            Err(error) => {
                let stopped = || LedgerError::Stopped(chain(&error));
                for (reply, _) in replies {
                    let _ = reply.send(Err(stopped()));
                }
                for reply in ending_replies {
                    let _ = reply.send(Err(stopped()));
                }
            }
        }
        self.tidy(false);
    }
}

/// An error with everything beneath it, in one line.
pub(crate) fn chain(error: &LedgerError) -> String {
    if let LedgerError::Stopped(reason) = error {
        return reason.clone();
    }
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        text = format!("{text}: {next}");
        source = next.source();
    }
    text
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
            .field("position", &self.state.position)
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
