//! Reading again what an event names: an event is a hint, never data to trust.
//!
//! What is to be read stands in `reread` ([`rows`]) from the transaction that keeps the event until the one that commits what
//! was read. It is worked off in three lanes, so that no long listing holds up single resources: one resource by its key,
//! everything below a parent, everything of a type. A lane ends when nothing of its kind is due any more.

mod children;
mod resource;
mod rows;
mod target;

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::{StreamExt as _, stream::FuturesUnordered};
use muster_control::Folder;
use muster_ledger::{InTransaction, Ledger};
use muster_model::{Integration, IntegrationId};
use muster_provider::{RequestError, ResourceFile};

pub use rows::{Extent, rereads_due};
pub(crate) use rows::{NEW_PARENTS, additions, ask, forget_additions, lacks_children};
pub(crate) use target::{parent_key, resolve};

use self::rows::{Row, Target};
use crate::{CollectError, Connection, Run, SyncOptions, context::Context};

/// Resources or scopes read side by side; the client's budgets decide how many of them send.
const SIDE_BY_SIDE: usize = 16;
/// Everything of a type is listed again because of events this often at most.
const TYPE_RESTS: Duration = Duration::from_secs(10);
/// A scope whose listing took long rests for so many times as long.
const SCOPE_RESTS: u32 = 5;
/// What fails is tried so often; then it is left to the next run.
const ATTEMPTS: u32 = 8;
/// The first pause after a failure; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(120);

/// One lane of what is to be read again for one integration, ready to be started.
pub struct Rereading {
    context: Context,
    connection: Connection,
    extent: Extent,
    /// Requests of runs that it began.
    requests_of_runs: AtomicU64,
}

/// What a lane did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RereadReport {
    /// What was read, or listed.
    pub done: u64,
    /// What failed and is tried again later, or was left to the next run.
    pub failed: u64,
    /// Requests sent.
    pub requests: u64,
}

/// What is counted of one target.
enum Step {
    Done,
    Failed,
    Rests,
}

/// What came of one target.
enum Outcome {
    /// It is done with.
    Done,
    /// It is to be tried again at this moment, without anything having failed.
    Rests(i64),
    /// The vendor will not tell; the type's own listings say why.
    Refused(RequestError),
}

impl Rereading {
    /// Prepares a lane; nothing is sent yet.
    ///
    /// # Errors
    /// [`CollectError`].
    pub fn new(
        folder: &Folder,
        integration: Integration,
        connection: &Connection,
        ledger: Ledger,
        extent: Extent,
    ) -> Result<Self, CollectError> {
        let options = SyncOptions::default();
        let context = match extent {
            Extent::Resource => Context::to_read(folder, integration, connection, ledger, options),
            _ => Context::new(folder, integration, connection, ledger, options),
        }?;
        Ok(Self {
            context,
            connection: connection.clone(),
            extent,
            requests_of_runs: AtomicU64::new(0),
        })
    }

    /// Reads what is due until nothing is.
    ///
    /// # Errors
    /// [`CollectError::Ledger`] or [`CollectError::Control`]; what was not done is still to be done.
    pub async fn start(self) -> Result<RereadReport, CollectError> {
        let mut report = RereadReport::default();
        let mut under_way = FuturesUnordered::new();
        let mut busy: HashSet<Target> = HashSet::new();
        let mut woken = self.context.beside.woken();
        loop {
            let room = SIDE_BY_SIDE.saturating_sub(under_way.len());
            woken.mark_unchanged();
            let due = match room {
                0 => Vec::new(),
                _ => self.due(room + busy.len())?,
            };
            for row in due {
                if under_way.len() < SIDE_BY_SIDE && busy.insert(row.target.clone()) {
                    under_way.push(self.one(row));
                }
            }
            if under_way.is_empty() {
                break;
            }
            tokio::select! {
                Some((target, done)) = under_way.next() => {
                    busy.remove(&target);
                    match done? {
                        Step::Done => report.done += 1,
                        Step::Failed => report.failed += 1,
                        Step::Rests => {}
                    }
                }
                Ok(()) = woken.changed() => {}
            }
        }
        report.requests =
            self.context.client.usage().requests + self.requests_of_runs.load(Relaxed);
        Ok(report)
    }

    fn due(&self, limit: usize) -> Result<Vec<Row>, CollectError> {
        let (context, extent) = (&self.context, self.extent);
        let now = context.now();
        context
            .read(|transaction| rows::due(transaction, &context.integration.id, extent, now, limit))
    }

    /// Reads one target; what fails is noted.
    async fn one(&self, row: Row) -> (Target, Result<Step, CollectError>) {
        let target = row.target.clone();
        let result = match self.read(&row).await {
            Ok(Outcome::Done) => Ok(Step::Done),
            Ok(Outcome::Rests(until)) => {
                let put_off = self.put_off(&row, until, false).await;
                put_off.map(|()| Step::Rests)
            }
            Ok(Outcome::Refused(error)) => {
                tracing::debug!(integration = self.context.integration.name, %error, "not read again");
                self.forget(&row, true).await.map(|()| Step::Done)
            }
            Err(error) if error.is_fatal() => Err(error),
            Err(error) => self.failed(&row, &error).await.map(|()| Step::Failed),
        };
        (target, result)
    }

    async fn read(&self, row: &Row) -> Result<Outcome, CollectError> {
        let Target {
            resource_type,
            extent,
            key,
        } = &row.target;
        let file = self.context.provider.resource_type(resource_type);
        let Some(file) = file.filter(|_| self.context.collects(resource_type)) else {
            self.forget(row, true).await?;
            return Ok(Outcome::Done);
        };
        let outcome = match extent {
            Extent::Resource => self.resource(row, file, key).await,
            Extent::Children => self.children(row, file, key).await,
            Extent::Everything => self.everything(row, file).await,
        };
        match outcome {
            Err(CollectError::Request(
                error @ (RequestError::NotPermitted { .. }
                | RequestError::NotAvailable { .. }
                | RequestError::BadRequest { .. }),
            )) => Ok(Outcome::Refused(error)),
            other => other,
        }
    }

    /// Lists a type again, as a run would that does nothing else.
    async fn everything(
        &self,
        row: &Row,
        file: &Arc<ResourceFile>,
    ) -> Result<Outcome, CollectError> {
        let context = &self.context;
        let (now, name) = (context.now(), file.name());
        let rests = context.beside.rests_until(name, "");
        if rests > now {
            return Ok(Outcome::Rests(rests));
        }
        let until = now.saturating_add(milliseconds(TYPE_RESTS));
        context.beside.rest(name, "", until, now);
        let options = SyncOptions {
            types: Some(vec![name.to_owned()]),
            due: true,
            ..SyncOptions::default()
        };
        let run = Run::new(
            &context.folder,
            context.integration.clone(),
            &self.connection,
            context.ledger.clone(),
            options,
        )?;
        let client = run.client();
        let listed = run.list().await;
        self.requests_of_runs
            .fetch_add(client.usage().requests, Relaxed);
        listed?;
        self.forget(row, true).await?;
        Ok(Outcome::Done)
    }

    /// A transient failure is tried again after a pause, and left to the next run in the end.
    async fn failed(&self, row: &Row, error: &CollectError) -> Result<(), CollectError> {
        let (integration, resource_type) =
            (&self.context.integration.name, &row.target.resource_type);
        if row.attempts + 1 >= ATTEMPTS {
            tracing::warn!(integration, resource_type, %error, "could not be read again; the next run will find it");
            return self.forget(row, false).await;
        }
        let pause = FIRST_PAUSE
            .saturating_mul(1 << row.attempts.min(16))
            .min(LONGEST_PAUSE);
        tracing::debug!(integration, resource_type, %error, "could not be read again; trying later");
        let until = self.context.now().saturating_add(milliseconds(pause));
        self.put_off(row, until, true).await
    }

    async fn put_off(&self, row: &Row, until: i64, is_failure: bool) -> Result<(), CollectError> {
        let (integration, row) = (self.context.integration.id.clone(), row.clone());
        let control: InTransaction = Box::new(move |transaction, _| {
            rows::put_off(transaction, &integration, &row, until, is_failure)
        });
        Ok(self.context.ledger.update(control).await?)
    }

    async fn forget(&self, row: &Row, is_whole: bool) -> Result<(), CollectError> {
        let control = self.done(row, is_whole);
        Ok(self
            .context
            .ledger
            .update(Box::new(move |transaction, _| control(transaction)))
            .await?)
    }

    /// What notes that something was read, for the transaction that commits it.
    fn done(
        &self,
        row: &Row,
        is_whole: bool,
    ) -> impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<()> + Send + 'static {
        let (integration, row) = (self.context.integration.id.clone(), row.clone());
        let now = self.context.now();
        move |transaction| rows::done(transaction, &integration, &row, is_whole, now)
    }

    /// Asks for more.
    async fn ask(&self, targets: Vec<Target>, is_new: bool) -> Result<(), CollectError> {
        if targets.is_empty() {
            return Ok(());
        }
        let (integration, now) = (self.context.integration.id.clone(), self.context.now());
        let control: InTransaction = Box::new(move |transaction, _| {
            for target in &targets {
                ask(transaction, &integration, target, now, is_new)?;
            }
            Ok(())
        });
        self.context.ledger.update(control).await?;
        self.connection.tell();
        Ok(())
    }
}

/// What is asked for because a resource is new: its children, and what is derived from its type.
fn ask_for_children(
    transaction: &rusqlite::Transaction<'_>,
    integration: &IntegrationId,
    children: &[Target],
    now: i64,
) -> rusqlite::Result<()> {
    for child in children {
        // A type that cannot be listed, or was not yet, lacks nothing by that.
        if rows::is_listed(transaction, integration, &child.resource_type)? {
            ask(transaction, integration, child, now, true)?;
        }
    }
    Ok(())
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
