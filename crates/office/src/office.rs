//! The writer of a data folder: holds the lock, does what commands ask, its own and those handed over.

mod connect;
mod sync;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use muster_control::{Control, ControlError, Folder, Integrations, Lock, Migration, SecretKey};
use muster_ledger::Ledger;
use muster_model::Integration;
use muster_provider::Catalogue;
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use crate::{
    configuration::Configuration,
    failure::Failure,
    request::{Answer, Event, Request, Visit},
};

/// Every table of the control file.
pub const MIGRATIONS: [Migration; 2] = [muster_ledger::MIGRATION, muster_collect::MIGRATION];

/// A data folder, open for writing.
pub struct Office {
    folder: Folder,
    catalogue: Arc<Catalogue>,
    configuration: Configuration,
    key: SecretKey,
    control: Mutex<Control>,
    ledger: Ledger,
    /// One run of an integration at a time.
    running: Mutex<HashMap<String, Arc<AsyncMutex<()>>>>,
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
            folder,
            catalogue,
            configuration,
            ledger,
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
            Request::Add(add) => self.add(add).await,
            Request::Set(set) => self.set(set).await,
            Request::SetEnabled { name, enabled } => self.set_enabled(&name, enabled),
            Request::Delete { name } => self.delete(&name).await,
            Request::Sync(sync) => self.sync(sync, events).await,
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

    fn set_enabled(&self, name: &str, enabled: bool) -> Result<Answer, Failure> {
        let integration = self.write(|transaction| {
            let integrations = Integrations(transaction);
            let integration = integrations.named(name)?;
            integrations.set_enabled(&integration.id, enabled)?;
            Ok(integration)
        })?;
        let name = integration.name;
        Ok(Answer::Done(if enabled {
            format!("{name} is enabled; `muster sync {name}` collects now")
        } else {
            format!("{name} is disabled: nothing is collected, what is there stays")
        }))
    }

    async fn delete(&self, name: &str) -> Result<Answer, Failure> {
        let integration = self.write(|transaction| Integrations(transaction).named(name))?;
        let gate = self.gate(&integration);
        let _alone = gate.lock().await;
        self.write(|transaction| {
            Integrations(transaction).begin_deletion(&integration.id)?;
            muster_collect::forget(transaction, &integration.id)?;
            Ok(())
        })?;
        self.erase(&integration).await?;
        Ok(Answer::Done(format!(
            "{name} is deleted, with everything that was collected for it"
        )))
    }

    async fn erase(&self, integration: &Integration) -> Result<(), Failure> {
        self.ledger.delete(integration.id.clone()).await?;
        muster_collect::forget_seen(&self.folder, &integration.id)?;
        self.write(|transaction| {
            muster_collect::forget(transaction, &integration.id)?;
            Integrations(transaction).finish_deletion(&integration.id)
        })?;
        Ok(())
    }

    fn gate(&self, integration: &Integration) -> Arc<AsyncMutex<()>> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(running.entry(integration.id.to_string()).or_default())
    }
}
