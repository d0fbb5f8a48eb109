//! What the writer knows: how far the ledger has come, and the tables it has opened.
//!
//! Everything here happens inside the writer's transaction. When that fails, memory and disk may differ, and the
//! writer stops.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use muster_control::Folder;
use muster_model::{IntegrationId, ResourceType};
use rusqlite::Transaction;

use crate::{
    LedgerError, actors,
    commit::Group,
    run::{self, Run},
    segment,
    submission::{Counts, InTransaction, Page},
    table::{Overlay, Table},
    tables::{self, Position},
};

pub(crate) type TableKey = (IntegrationId, String);

#[derive(Debug)]
pub(crate) struct State {
    pub folder: Folder,
    pub position: Position,
    pub tables: HashMap<TableKey, Table>,
    /// Runs that the archive has not passed, oldest first.
    pub unarchived: Vec<Arc<Run>>,
}

impl State {
    pub fn read(folder: Folder, transaction: &Transaction<'_>) -> Result<Self, LedgerError> {
        let position = tables::position(transaction)?;
        Ok(Self {
            position,
            unarchived: run::load(&folder, transaction, None, position.archived)?,
            tables: HashMap::new(),
            folder,
        })
    }

    /// The table's state, read from disk the first time.
    pub fn table(
        &mut self,
        transaction: &Transaction<'_>,
        integration: &IntegrationId,
        resource_type: &Arc<ResourceType>,
    ) -> Result<&mut Table, LedgerError> {
        let key = (integration.clone(), resource_type.name.clone());
        if !self.tables.contains_key(&key) {
            let table = open_table(&self.folder, transaction, integration, resource_type)?;
            self.tables.insert(key.clone(), table);
        }
        self.tables
            .get_mut(&key)
            .ok_or_else(|| LedgerError::Stopped("a table vanished".into()))
    }

    /// Compares pages with what is known and records what differs.
    pub fn commit(
        &mut self,
        transaction: &Transaction<'_>,
        pages: Vec<(Option<Page>, InTransaction)>,
    ) -> Result<Vec<Counts>, LedgerError> {
        let mut group = Group::default();
        let mut counts = Vec::with_capacity(pages.len());
        for (page, _) in &pages {
            counts.push(match page {
                Some(page) => {
                    let observed = actors::observed(
                        transaction,
                        &page.integration,
                        &page.resource_type.name,
                        &page.scope,
                        page.asked,
                    )?;
                    let table = self.table(transaction, &page.integration, &page.resource_type)?;
                    group.compare(table, page, observed)?
                }
                None => Counts::default(),
            });
        }
        self.record(transaction, group)?;
        for ((_, control), counts) in pages.into_iter().zip(&counts) {
            control(transaction, counts).map_err(LedgerError::database)?;
        }
        Ok(counts)
    }

    /// Numbers the records of a group and makes them part of the ledger: files first, then rows.
    pub fn record(
        &mut self,
        transaction: &Transaction<'_>,
        group: Group,
    ) -> Result<(), LedgerError> {
        let now = now().max(self.position.recorded_at);
        let prepared = group.prepare(&self.folder, self.position.sequence + 1, now)?;
        let Some(last) = prepared.last().map(|last| last.run.last_sequence()) else {
            return Ok(());
        };
        if prepared.iter().any(run::PreparedRun::is_file) {
            segment::sync_folder(&self.folder.runs())?;
        }
        for prepared in &prepared {
            prepared.insert(transaction)?;
            let run = &prepared.run;
            for dated in &prepared.dated {
                let (integration, name) = (&run.integration, &run.resource_type);
                actors::note_window(transaction, integration, name, dated, now)?;
            }
        }
        tables::advance(transaction, last, now)?;
        self.position.sequence = last;
        self.position.recorded_at = now;
        for prepared in prepared {
            let run = Arc::new(prepared.run);
            let key = (run.integration.clone(), run.resource_type.clone());
            if let Some(table) = self.tables.get_mut(&key) {
                table.overlay.push(Arc::clone(&run));
            }
            self.unarchived.push(run);
        }
        Ok(())
    }

    /// The documents of resources as (scope, key), in the same order.
    pub fn documents(
        &mut self,
        transaction: &Transaction<'_>,
        integration: &IntegrationId,
        resource_type: &Arc<ResourceType>,
        keys: &[(String, String)],
    ) -> Result<Vec<Option<String>>, LedgerError> {
        let table = self.table(transaction, integration, resource_type)?;
        Ok(keys
            .iter()
            .map(|(scope, key)| {
                let lookup = table.scope(scope);
                let known = lookup.find(&crate::hash::key_hash(key))?;
                known.document().map(str::to_owned)
            })
            .collect())
    }
}

fn open_table(
    folder: &Folder,
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &Arc<ResourceType>,
) -> Result<Table, LedgerError> {
    let name = resource_type.name.as_str();
    let merged = tables::merged(transaction, integration.as_str(), name)?;
    let segments = segment::load(folder, transaction, integration.as_str(), name, &[])?;
    // A damaged file stops the writer here, instead of reading as if nothing were there.
    for segment in &segments {
        segment.segment.batches()?;
    }
    let mut overlay = Overlay::default();
    let table = Some((integration.as_str(), name));
    for run in run::load(folder, transaction, table, merged)? {
        overlay.push(run);
    }
    Ok(Table {
        resource_type: Arc::clone(resource_type),
        segments,
        merged,
        overlay,
        merging: false,
    })
}

/// The clock of the commit: `recordedAt` never goes backwards even when it does.
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
