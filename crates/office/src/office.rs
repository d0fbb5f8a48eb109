//! The writer of a data folder: holds the lock, does what commands ask, its own and those handed over.

mod alert;
mod attribution;
mod audit;
mod connect;
mod connection;
pub(crate) mod custom;
mod notice;
mod push;
mod reread;
mod sync;
mod webhook;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, atomic::AtomicBool},
};

use muster_accounts::{AccountError, ApiKeys, Audit, NewApiKey, NewAuditEntry, Scope};
use muster_collect::Extent;
use muster_control::{Control, ControlError, Folder, Integrations, Lock, Migration, SecretKey};
use muster_ledger::{EventKeeper, Ledger, forget_events};
use muster_model::{Integration, IntegrationId};
use muster_provider::Catalogue;
use tokio::sync::{Mutex as AsyncMutex, Notify, broadcast, mpsc};

pub use custom::catalogue_of;
pub use notice::Notice;
pub use sync::Collecting;
pub use webhook::{Addressed, HookHeader, MadeWebhook, TakenBatch, keep_receipts};

use crate::{
    clock::now_milliseconds,
    configuration::Configuration,
    failure::Failure,
    request::{AddKey, Answer, Event, Request, Visit},
    runs,
};

/// Every table of the control file.
pub const MIGRATIONS: [Migration; 8] = [
    muster_ledger::MIGRATION,
    muster_ledger::EVENTS_MIGRATION,
    muster_collect::MIGRATION,
    muster_accounts::MIGRATION,
    muster_custom::MIGRATION,
    muster_rules::MIGRATION,
    muster_alerts::MIGRATION,
    runs::MIGRATION,
];

/// Notices that may wait for whoever watches; who is slower misses some.
const NOTICES: usize = 256;

/// A data folder, open for writing.
pub struct Office {
    folder: Folder,
    /// The providers as their files have them, without the types that were made here.
    catalogue: Arc<Catalogue>,
    /// The types there are now.
    known: RwLock<custom::Known>,
    /// Held while a type is added, changed or deleted.
    defining: AsyncMutex<()>,
    configuration: Configuration,
    key: SecretKey,
    control: Mutex<Control>,
    ledger: Ledger,
    keeper: Arc<AsyncMutex<EventKeeper>>,
    /// For finding out who made changes.
    attribution: Arc<Mutex<Control>>,
    /// One run of an integration at a time, and one round of its log.
    running: Mutex<HashMap<String, Arc<AsyncMutex<()>>>>,
    /// What is being collected right now.
    collecting: Mutex<HashMap<IntegrationId, Collecting>>,
    notices: broadcast::Sender<Notice>,
    /// How vendors are reached.
    connections: Mutex<HashMap<IntegrationId, connection::Held>>,
    /// What is being read again right now.
    rereading: Mutex<HashMap<(IntegrationId, Extent), Arc<Notify>>>,
    /// Told when something more is to be read again.
    asked_again: Arc<Notify>,
    /// Whether somebody waits for that.
    rereads_by_itself: AtomicBool,
    /// Where vendors send events by themselves, by integration.
    hooks: RwLock<HashMap<String, webhook::Hook>>,
    /// Under which address the server is reached, once there is one.
    base: OnceLock<String>,
    _lock: Lock,
}

impl Office {
    /// Opens the folder whose lock is held.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn open(folder: Folder, lock: Lock, catalogue: Arc<Catalogue>) -> Result<Self, Failure> {
        let configuration = Configuration::of(&folder)?;
        let mut control = Control::open(&folder, &MIGRATIONS)?;
        control.read(|transaction| muster_collect::sweep(&folder, transaction))?;
        let archive = configuration.archive(&folder)?;
        let known = custom::Known::read(&catalogue, &mut control)?;
        let types: Vec<_> = known
            .catalogue
            .resource_types()
            .map(|file| Arc::clone(&file.resource_type))
            .collect();
        let keeper = Self::keeper(&folder, archive.clone())?;
        let attribution = Arc::new(Mutex::new(Control::open(&folder, &MIGRATIONS)?));
        let ledger = Ledger::open(
            folder.clone(),
            Control::open(&folder, &MIGRATIONS)?,
            &types,
            archive,
        )?;
        let office = Self {
            key: SecretKey::of(&folder)?,
            control: Mutex::new(control),
            running: Mutex::default(),
            collecting: Mutex::default(),
            notices: broadcast::Sender::new(NOTICES),
            folder,
            catalogue,
            known: RwLock::new(known),
            defining: AsyncMutex::default(),
            configuration,
            ledger,
            keeper,
            attribution,
            connections: Mutex::default(),
            rereading: Mutex::default(),
            asked_again: Arc::default(),
            rereads_by_itself: AtomicBool::default(),
            hooks: RwLock::default(),
            base: OnceLock::new(),
            _lock: lock,
        };
        office.reload_hooks()?;
        Ok(office)
    }

    /// Goes on with deletions that were cut off.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn finish_deletions(&self) -> Result<(), Failure> {
        let left = self.write(|transaction| Integrations(transaction).being_deleted())?;
        for integration in left {
            self.erase(&integration).await?;
        }
        self.finish_type_deletions().await
    }

    /// Does what another process asks, unless it means other provider files than this one read.
    pub async fn receive(&self, visit: Visit, events: &mpsc::UnboundedSender<Event>) {
        if visit.request.needs_providers() && visit.providers != self.catalogue.fingerprint() {
            let failure = Failure::usage(
                "another muster command that is under way here reads other provider files than this one; wait until \
                 it is done, or give both the same --providers",
            );
            let _ = events.send(Event::Failure(failure));
            return;
        }
        self.execute(visit.request, events).await;
    }

    /// Does what is asked; what happens goes to `events`.
    pub async fn execute(&self, request: Request, events: &mpsc::UnboundedSender<Event>) {
        let result = match request {
            Request::Add(add) => self
                .add(add)
                .await
                .map(|(_, connection)| Answer::Added(connection)),
            Request::Set(set) => {
                let name = set.name.clone();
                self.set(set).await.map(|changed| match changed {
                    (_, Some(connection)) => Answer::Changed(connection),
                    (after, None) if after.name != name => {
                        Answer::Done(format!("{name} is called {} now", after.name))
                    }
                    (after, None) => Answer::Done(format!("{} is changed", after.name)),
                })
            }
            Request::SetEnabled { name, enabled } => self.set_enabled(&name, enabled).map(|name| {
                Answer::Done(if enabled {
                    format!("{name} is enabled; `muster sync {name}` collects now")
                } else {
                    format!("{name} is disabled: nothing is collected, what is there stays")
                })
            }),
            Request::Delete { name } => self.delete(&name).await.map(|()| {
                Answer::Done(format!(
                    "{name} is deleted, with everything that was collected for it"
                ))
            }),
            Request::Sync(sync) => self.sync(sync, events).await,
            Request::AddKey(key) => self.add_key(key),
            Request::DefineType(definition) => {
                self.define_type(*definition, true).await.map(|stored| {
                    let name = stored.definition.name;
                    Answer::Done(format!(
                        "{name} is there; `muster push {name} FILE --all` pushes everything there is"
                    ))
                })
            }
            Request::RemoveType { name } => self.delete_type(&name).await.map(|()| {
                Answer::Done(format!("{name} is deleted, with its resources and their history"))
            }),
            Request::Push(push) => self.push_handed_over(push).await.map(Answer::Pushed),
            Request::Webhook { name, order } => self.order_webhook(&name, order),
            Request::TestChannel { name } => self.test_channel(&name).await.map(Answer::Done),
        };
        let _ = events.send(match result {
            Ok(answer) => Event::Answer(answer),
            Err(failure) => Event::Failure(failure),
        });
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        self.lock_control().write(work)
    }

    fn lock_control(&self) -> MutexGuard<'_, Control> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, ControlError>,
    ) -> Result<T, ControlError> {
        self.control
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .read(work)
    }

    /// The folder it holds.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The providers and types there are now.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.known().catalogue
    }

    /// What an operator set once.
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    /// What opens stored credentials.
    pub fn key(&self) -> &SecretKey {
        &self.key
    }

    /// What happens here from now on.
    pub fn watch(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Ends the ledger's writer once what was handed to it is durable.
    pub fn close(&self) {
        self.ledger.clone().close();
    }

    fn tell(&self, notice: Notice) {
        // Nobody needs to be watching.
        let _ = self.notices.send(notice);
    }

    /// Turns collecting on or off; gives the name as it is stored.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn set_enabled(&self, name: &str, enabled: bool) -> Result<String, Failure> {
        let integration = self.write(|transaction| {
            let integrations = Integrations(transaction);
            let integration = integrations.named(name)?;
            integrations.set_enabled(&integration.id, enabled)?;
            Ok(integration)
        })?;
        if !enabled {
            self.stop(&integration.id);
            self.stop_rereading(&integration.id);
        }
        self.reload_hooks()?;
        self.asked_again.notify_one();
        self.tell(Notice::Integrations);
        Ok(integration.name)
    }

    /// Removes an integration and everything that was collected for it. A run that is under way is ended first.
    ///
    /// # Errors
    /// [`Failure`]; what was begun goes on when the folder is opened next.
    pub async fn delete(&self, name: &str) -> Result<(), Failure> {
        let integration = self.write(|transaction| Integrations(transaction).named(name))?;
        self.stop(&integration.id);
        let gate = self.gate(integration.id.as_str());
        let _alone = gate.lock().await;
        let _kept = self.keep_from_rereading(&integration.id).await;
        let _undefined = self.defining.lock().await;
        let _unpushed = self.hold_pushes(&integration.id).await;
        self.write(|transaction| {
            Integrations(transaction).begin_deletion(&integration.id)?;
            custom::forget(transaction, &integration.id)?;
            forget(transaction, &integration.id)
        })?;
        self.learn_types().await?;
        self.reload_hooks()?;
        self.drop_connection(&integration.id);
        let erased = self.erase(&integration).await;
        self.tell(Notice::Integrations);
        erased
    }

    async fn erase(&self, integration: &Integration) -> Result<(), Failure> {
        self.ledger.delete(integration.id.clone()).await?;
        self.keeper.lock().await.delete(&integration.id).await?;
        muster_collect::forget_seen(&self.folder, &integration.id)?;
        self.write(|transaction| {
            forget(transaction, &integration.id)?;
            forget_events(transaction, &integration.id)?;
            Integrations(transaction).finish_deletion(&integration.id)
        })?;
        Ok(())
    }

    /// Makes a key that is nobody's in particular: whoever holds the folder may.
    fn add_key(&self, key: AddKey) -> Result<Answer, Failure> {
        let scope = Scope::parse(&key.scope).ok_or_else(|| {
            Failure::usage(format!(
                "there is no scope `{}`; write query, read, ingest or manage",
                key.scope
            ))
        })?;
        let now = now_milliseconds();
        let new = NewApiKey {
            name: key.name,
            scope,
            user: None,
            expires: key
                .valid_seconds
                .map(|seconds| now.saturating_add(i64::from(seconds) * 1000)),
            resource_type: key.resource_type,
        };
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, secret) = control.write(|transaction| {
            let made = ApiKeys(transaction).add(&new, now, &mut rand::rng())?;
            let entry = NewAuditEntry {
                actor: "command line",
                action: "key.add",
                target: Some(&made.0.name),
                ..NewAuditEntry::default()
            };
            Audit(transaction).note(&entry, now)?;
            Ok::<_, AccountError>(made)
        })?;
        Ok(Answer::Key(secret.as_str().to_owned()))
    }

    /// What only one at a time does.
    fn gate(&self, what: &str) -> Arc<AsyncMutex<()>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(running.entry(what.to_owned()).or_default())
    }
}

/// Forgets what is known of an integration besides its resources.
fn forget(
    transaction: &rusqlite::Transaction<'_>,
    integration: &IntegrationId,
) -> Result<(), ControlError> {
    muster_collect::forget(transaction, integration)?;
    muster_rules::forget(transaction, integration)
        .map_err(|error| ControlError::Corrupt(error.to_string()))
}
