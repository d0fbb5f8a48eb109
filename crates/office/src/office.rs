//! The writer of a data folder: holds the lock, does what commands ask, its own and those handed over.

mod alert;
mod audit;
mod connect;
mod notice;
mod sync;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use muster_accounts::{AccountError, ApiKeys, Audit, NewApiKey, NewAuditEntry, Scope};
use muster_control::{Control, ControlError, Folder, Integrations, Lock, Migration, SecretKey};
use muster_ledger::{EventKeeper, Ledger, forget_events};
use muster_model::{Integration, IntegrationId};
use muster_provider::Catalogue;
use tokio::sync::{Mutex as AsyncMutex, broadcast, mpsc};

pub use notice::Notice;
pub use sync::Collecting;

use crate::{
    clock::now_milliseconds,
    configuration::Configuration,
    failure::Failure,
    request::{AddKey, Answer, Event, Request, Visit},
    runs,
};

/// Every table of the control file.
pub const MIGRATIONS: [Migration; 7] = [
    muster_ledger::MIGRATION,
    muster_ledger::EVENTS_MIGRATION,
    muster_collect::MIGRATION,
    muster_accounts::MIGRATION,
    muster_rules::MIGRATION,
    muster_alerts::MIGRATION,
    runs::MIGRATION,
];

/// Notices that may wait for whoever watches; who is slower misses some.
const NOTICES: usize = 256;

/// A data folder, open for writing.
pub struct Office {
    folder: Folder,
    catalogue: Arc<Catalogue>,
    configuration: Configuration,
    key: SecretKey,
    control: Mutex<Control>,
    ledger: Ledger,
    keeper: Arc<AsyncMutex<EventKeeper>>,
    /// One run of an integration at a time, and one round of its log.
    running: Mutex<HashMap<String, Arc<AsyncMutex<()>>>>,
    /// What is being collected right now.
    collecting: Mutex<HashMap<IntegrationId, Collecting>>,
    notices: broadcast::Sender<Notice>,
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
        let types: Vec<_> = catalogue
            .resource_types()
            .map(|file| Arc::clone(&file.resource_type))
            .collect();
        let keeper = Self::keeper(&folder, archive.clone())?;
        let ledger = Ledger::open(
            folder.clone(),
            Control::open(&folder, &MIGRATIONS)?,
            &types,
            archive,
        )?;
        Ok(Self {
            key: SecretKey::of(&folder)?,
            control: Mutex::new(control),
            running: Mutex::default(),
            collecting: Mutex::default(),
            notices: broadcast::Sender::new(NOTICES),
            folder,
            catalogue,
            configuration,
            ledger,
            keeper,
            _lock: lock,
        })
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
        Ok(())
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
        self.control
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(work)
    }

    /// The folder it holds.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The providers there are.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
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
        }
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
        self.write(|transaction| {
            Integrations(transaction).begin_deletion(&integration.id)?;
            forget(transaction, &integration.id)
        })?;
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
                "there is no scope `{}`; write query, read or manage",
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
