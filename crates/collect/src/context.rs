//! What every part of a run shares.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use muster_control::{Control, ControlError, Folder};
use muster_ledger::{InTransaction, Ledger, Reader};
use muster_model::{Integration, ResourceType};
use muster_provider::{Client, Provider, ResourceFile, http::Clock};
use rusqlite::Transaction;

use crate::{
    CollectError, Progress,
    guard::Guard,
    run::SyncOptions,
    tables::{self, StateUpdate},
};

/// Everything a run needs.
pub(crate) struct Context {
    pub integration: Integration,
    pub provider: Arc<Provider>,
    pub client: Client,
    pub ledger: Ledger,
    pub reader: Reader,
    pub folder: Folder,
    pub options: SyncOptions,
    pub features: BTreeSet<String>,
    pub guard: Arc<Guard>,
    pub control: Mutex<Control>,
    pub clock: Arc<dyn Clock>,
    pub progress: BTreeMap<String, Arc<Progress>>,
}

/// What every type has as the run begins.
pub(crate) fn guard(
    reader: &Reader,
    integration: &Integration,
    provider: &Provider,
    options: &SyncOptions,
) -> Result<Guard, CollectError> {
    let snapshot = reader.snapshot()?;
    let mut before = Vec::with_capacity(provider.resources.len());
    for file in &provider.resources {
        let documents = snapshot.documents(&file.resource_type, &integration.id)?;
        before.push((file.name().to_owned(), documents.len()));
    }
    Ok(Guard::new(before, options.accept_removals.clone()))
}

impl Context {
    /// The moment it is, milliseconds since 1970 in UTC.
    pub fn now(&self) -> i64 {
        let since = self
            .clock
            .now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    pub fn read<T>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, CollectError> {
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        let value = control.read(|transaction| work(transaction).map_err(ControlError::from))?;
        Ok(value)
    }

    pub fn progress(&self, resource_type: &str) -> Arc<Progress> {
        self.progress
            .get(resource_type)
            .map(Arc::clone)
            .unwrap_or_default()
    }

    pub fn resource_types(&self) -> Vec<Arc<ResourceType>> {
        self.provider
            .resources
            .iter()
            .map(|file| Arc::clone(&file.resource_type))
            .collect()
    }

    /// Types that are incomplete as soon as `parent` has new resources.
    pub fn child_types(&self, parent: &str) -> Vec<String> {
        self.provider
            .resources
            .iter()
            .filter(|file| {
                let derived = file
                    .listing
                    .derive
                    .as_ref()
                    .is_some_and(|derive| derive.from == parent);
                derived || file.parent() == Some(parent)
            })
            .map(|file| file.name().to_owned())
            .collect()
    }

    /// Whether the register has resources of the type.
    pub fn has_resources(&self, file: &ResourceFile) -> Result<bool, CollectError> {
        let snapshot = self.reader.snapshot()?;
        Ok(!snapshot
            .documents(&file.resource_type, &self.integration.id)?
            .is_empty())
    }

    /// From the first listing's beginning to its end the type is incomplete; later listings change nothing until they
    /// end.
    pub async fn begin(&self, resource_type: &str) -> Result<(), CollectError> {
        let (integration, name) = (self.integration.id.clone(), resource_type.to_owned());
        let control: InTransaction = Box::new(move |transaction, _| {
            transaction.execute(
                "INSERT INTO type_state (integration, resource_type, status, reason)
                 VALUES (?1, ?2, 'incomplete', 'its first listing has not finished')
                 ON CONFLICT DO UPDATE SET status = 'incomplete', reason = 'its first listing has not finished'
                     WHERE last_complete IS NULL AND status != 'incomplete'",
                (integration.as_str(), &name),
            )?;
            Ok(())
        });
        Ok(self.ledger.update(control).await?)
    }

    pub async fn set_state(
        &self,
        resource_type: &str,
        update: StateUpdate,
    ) -> Result<(), CollectError> {
        let (integration, name, now) = (
            self.integration.id.clone(),
            resource_type.to_owned(),
            self.now(),
        );
        let control: InTransaction = Box::new(move |transaction, _| {
            tables::set_state(transaction, &integration, &name, &update, now)
        });
        Ok(self.ledger.update(control).await?)
    }
}
