//! What every part of a run shares.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::UNIX_EPOCH,
};

use muster_control::{Control, ControlError, Folder};
use muster_ledger::{InTransaction, KeyHash, Ledger, OnRemoved, Reader, key_hash};
use muster_model::{Integration, ResourceType};
use muster_provider::{Client, Provider, ResourceFile, http::Clock};
use rusqlite::Transaction;

use crate::{
    CollectError, Connection, Progress,
    beside::Beside,
    guard::Guard,
    reread::parent_key,
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
    /// What is under way besides.
    pub beside: Arc<Beside>,
    /// Only these types are collected; absent means all.
    types: Option<Vec<String>>,
}

/// What every type has as the run begins.
fn guard(
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
    /// Everything that is needed to list over a connection.
    pub fn new(
        folder: &Folder,
        integration: Integration,
        connection: &Connection,
        ledger: Ledger,
        options: SyncOptions,
    ) -> Result<Self, CollectError> {
        let mut context = Self::to_read(folder, integration, connection, ledger, options)?;
        let Self {
            reader,
            integration,
            provider,
            options,
            ..
        } = &context;
        context.guard = Arc::new(guard(reader, integration, provider, options)?);
        Ok(context)
    }

    /// The same for single resources: removals are not held against what there was.
    pub fn to_read(
        folder: &Folder,
        integration: Integration,
        connection: &Connection,
        ledger: Ledger,
        options: SyncOptions,
    ) -> Result<Self, CollectError> {
        let provider = Arc::clone(&connection.provider);
        let progress = provider
            .resources
            .iter()
            .map(|file| (file.name().to_owned(), Arc::default()))
            .collect();
        Ok(Self {
            reader: Reader::open(folder.clone())?,
            guard: Arc::new(Guard::new([], Vec::new())),
            control: Mutex::new(Control::open_reader(folder)?),
            clock: Arc::clone(&connection.clock.0),
            folder: folder.clone(),
            features: BTreeSet::new(),
            client: connection.client.counting_anew(),
            beside: Arc::clone(&connection.beside),
            types: connection.settings.types.clone(),
            integration,
            provider,
            ledger,
            options,
            progress,
        })
    }

    /// Whether a type is collected.
    pub fn collects(&self, resource_type: &str) -> bool {
        let types = self.types.as_ref();
        types.is_none_or(|types| types.iter().any(|name| name == resource_type))
    }

    /// What is gone has no listings any more: if it comes back, its children are listed anew.
    pub fn forget_listings(&self) -> OnRemoved {
        let integration = self.integration.id.clone();
        let children: Vec<(String, String)> = self
            .provider
            .resources
            .iter()
            .filter_map(|file| Some((file.parent()?.to_owned(), file.name().to_owned())))
            .collect();
        Box::new(move |transaction, resource_type, keys| {
            let own = children
                .iter()
                .filter(|(parent, _)| parent == resource_type);
            let own: Vec<&str> = own.map(|(_, child)| child.as_str()).collect();
            for key in keys {
                tables::forget_listing(
                    transaction,
                    &integration,
                    resource_type,
                    &format!("detail {key}"),
                )?;
                for child in &own {
                    tables::forget_listing(transaction, &integration, child, key)?;
                }
            }
            Ok(())
        })
    }

    /// The resources that hang above what a listing of `file` below `parent` lists, as (type, key).
    pub fn above(&self, file: &ResourceFile, parent: Option<&str>) -> Vec<(String, KeyHash)> {
        let mut above = Vec::new();
        let mut file = file;
        let mut key = parent;
        while let (Some(parent), Some(text)) = (file.parent(), key) {
            above.push((parent.to_owned(), key_hash(text)));
            let Some(of) = self.provider.resource_type(parent) else {
                break;
            };
            key = parent_key(of, text);
            file = of;
        }
        above
    }

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

    /// Whether the vendor's log tells of single resources of a type, or of what is listed below it: then it is noted when
    /// they were read.
    pub fn is_hinted(&self, resource_type: &str) -> bool {
        let Some(log) = &self.provider.audit_log else {
            return false;
        };
        let parent = |name: &str| self.provider.resource_type(name)?.parent();
        log.hints.iter().any(|hint| {
            hint.resource_type == resource_type
                || parent(&hint.resource_type) == Some(resource_type)
        })
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
