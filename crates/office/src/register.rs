//! What queries are answered from: the ledger's rows and changes, and how far they can be believed.

use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::StringArray;
use muster_control::{Control, ControlError, Folder};
use muster_custom::{CustomTypes, StoreError};
use muster_ledger::{
    EventReader, EventsWanted, History, LedgerError, Reader, Snapshot, archive::ArchiveOptions,
};
use muster_model::{ChangeActor, Integration, IntegrationId, ResourceType, TypeState};
use muster_provider::Catalogue;
use muster_query::{AuditTable, Batches, EventsAsked, Part, Source, SourceError};

use crate::{failure::Failure, office::custom::resource_types};

/// A data folder, open for questions.
pub struct Register {
    reader: Reader,
    control: Arc<Mutex<Control>>,
    history: Arc<History>,
    events: Arc<EventReader>,
    /// Those of the provider files.
    shipped: Vec<Arc<ResourceType>>,
    /// All there are, and at which generation of one's own they were read.
    resource_types: Mutex<(i64, Arc<[Arc<ResourceType>]>)>,
    audit_tables: Arc<[AuditTable]>,
}

impl Register {
    /// Opens the folder.
    ///
    /// # Errors
    /// [`Failure`] when there is none, or it cannot be read.
    pub fn open(
        folder: &Folder,
        catalogue: &Catalogue,
        archive: ArchiveOptions,
    ) -> Result<Self, Failure> {
        Ok(Self {
            reader: Reader::open(folder.clone())?,
            control: Arc::new(Mutex::new(Control::open_reader(folder)?)),
            events: Arc::new(EventReader::open(folder, archive.clone())?),
            history: Arc::new(History::new(archive)),
            shipped: catalogue
                .resource_types()
                .map(|file| Arc::clone(&file.resource_type))
                .filter(|resource_type| resource_type.provider != muster_custom::PROVIDER)
                .collect(),
            resource_types: Mutex::new((-1, Arc::new([]))),
            audit_tables: catalogue
                .providers
                .iter()
                .filter_map(|provider| {
                    let log = provider.audit_log.as_ref()?;
                    Some(AuditTable {
                        name: log.name.clone(),
                        description: log.description.clone(),
                        provider: provider.name.clone(),
                    })
                })
                .collect(),
        })
    }

    /// The record of everything that changed.
    pub fn history(&self) -> &Arc<History> {
        &self.history
    }

    /// Every type there is now. One's own are read again when one of them was added, changed or deleted, by whichever
    /// process.
    fn resource_types(&self) -> Result<Arc<[Arc<ResourceType>]>, Failure> {
        let mut known = self
            .resource_types
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        let own = control.read(|transaction| {
            let generation = CustomTypes(transaction).generation()?;
            if generation == known.0 {
                return Ok::<_, StoreError>(None);
            }
            Ok(Some((generation, resource_types(transaction)?)))
        })?;
        if let Some((generation, own)) = own {
            *known = (
                generation,
                self.shipped.iter().cloned().chain(own).collect(),
            );
        }
        Ok(Arc::clone(&known.1))
    }

    /// Everything as it is now; what one question is answered from.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn now(&self) -> Result<Moment, Failure> {
        // The types first: what is newer than they are is not asked about yet.
        let resource_types = self.resource_types()?;
        Ok(Moment {
            snapshot: self.reader.snapshot()?,
            control: Arc::clone(&self.control),
            history: Arc::clone(&self.history),
            events: Arc::clone(&self.events),
            resource_types,
            audit_tables: Arc::clone(&self.audit_tables),
        })
    }
}

/// One moment of a [`Register`].
pub struct Moment {
    snapshot: Arc<Snapshot>,
    control: Arc<Mutex<Control>>,
    history: Arc<History>,
    events: Arc<EventReader>,
    resource_types: Arc<[Arc<ResourceType>]>,
    audit_tables: Arc<[AuditTable]>,
}

impl Moment {
    /// The ledger's newest sequence number that is in it.
    pub fn sequence(&self) -> u64 {
        self.snapshot.sequence
    }

    /// What the ledger knew then.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// How many resources of a type an integration has; nothing is decoded for it.
    ///
    /// # Errors
    /// [`SourceError::Read`].
    pub fn count(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<u64, SourceError> {
        let documents = self
            .snapshot
            .documents(resource_type, integration)
            .map_err(unreadable)?;
        Ok(documents.len() as u64)
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, SourceError> {
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        control
            .read(|transaction| work(transaction).map_err(ControlError::from))
            .map_err(|error| SourceError::Read(Box::new(error)))
    }
}

impl Source for Moment {
    fn resource_types(&self) -> &[Arc<ResourceType>] {
        &self.resource_types
    }

    fn integrations(&self) -> &[Integration] {
        &self.snapshot.integrations
    }

    fn states(&self) -> Result<Vec<TypeState>, SourceError> {
        self.read(muster_collect::states)
    }

    fn rows(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Vec<Part>, SourceError> {
        self.snapshot
            .rows(resource_type, integration)
            .map(parts)
            .map_err(unreadable)
    }

    fn rows_at(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        at_milliseconds: i64,
    ) -> Result<Vec<Part>, SourceError> {
        self.history
            .rows_at(&self.snapshot, resource_type, integration, at_milliseconds)
            .map(parts)
            .map_err(unreadable)
    }

    fn changes(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Batches, SourceError> {
        let changes = self
            .history
            .changes(&self.snapshot, resource_type, integration)
            .map_err(unreadable)?;
        Ok(Box::new(changes.map(|batch| batch.map_err(unreadable))))
    }

    fn actors(&self, sequences: &[u64]) -> Result<Vec<ChangeActor>, SourceError> {
        self.read(|transaction| muster_ledger::change_actors(transaction, sequences))
    }

    fn audit_tables(&self) -> &[AuditTable] {
        &self.audit_tables
    }

    fn events(&self, asked: &EventsAsked) -> Result<Batches, SourceError> {
        let events = self
            .events
            .events(EventsWanted {
                integration: asked.integration.clone(),
                from: asked.from,
                before: asked.before,
                columns: asked.columns.clone(),
            })
            .map_err(unreadable)?;
        Ok(Box::new(events.map(|batch| batch.map_err(unreadable))))
    }

    fn listed_parents(
        &self,
        child_type: &str,
        integration: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError> {
        let listed = self.read(|transaction| {
            muster_collect::listed_parents(transaction, integration, child_type)
        })?;
        Ok(listed.map(|keys| vec![StringArray::from(keys)]))
    }
}

fn parts(parts: Vec<muster_ledger::Part>) -> Vec<Part> {
    parts
        .into_iter()
        .map(|part| Part {
            batches: part.batches,
            live: part.live,
        })
        .collect()
}

fn unreadable(error: LedgerError) -> SourceError {
    match error {
        LedgerError::BeforeHistory { starts } => SourceError::BeforeHistory { starts },
        other => SourceError::Read(Box::new(other)),
    }
}
