//! Pages compared with what is known, as the records of one group of runs.

use std::collections::HashSet;

use muster_control::Folder;
use muster_model::{ChangeKind, IntegrationId};

use crate::{
    LedgerError,
    actors::{Dated, Observed},
    compare::{Difference, compare},
    hash::{KeyHash, key_hash},
    observe::Observation,
    run::{PreparedRun, Record, RunBuilder, RunHeader, prepare},
    submission::{Counts, Page},
    table::Table,
    writer::{RUN_ROWS, count},
};

/// Records that are committed together.
#[derive(Debug, Default)]
pub(crate) struct Group {
    builders: Vec<Pending>,
    /// Keys with a record in this group: a second one would be compared with what is not committed yet.
    recorded: HashSet<(String, KeyHash)>,
}

#[derive(Debug)]
struct Pending {
    integration: IntegrationId,
    resource_type: String,
    rows: usize,
    builder: RunBuilder,
    /// Changes that are to have a window; numbered by their place in this run.
    dated: Vec<Dated>,
}

impl Group {
    /// Records so far.
    pub fn rows(&self) -> usize {
        self.builders.iter().map(|pending| pending.rows).sum()
    }

    /// Adds the records by which `page` differs from `table`. What is known of earlier readings says when its changes can
    /// have come about.
    pub fn compare(
        &mut self,
        table: &Table,
        page: &Page,
        observed: Option<Observed>,
    ) -> Result<Counts, LedgerError> {
        let mut counts = Counts::default();
        let lookup = table.scope(&page.scope);
        for observation in page.observations.iter() {
            counts.seen += 1;
            let known = lookup.find(&observation.key_hash);
            if known
                .as_ref()
                .is_some_and(|known| known.hash() == observation.document_hash)
            {
                continue;
            }
            let before = known.as_ref().and_then(|known| known.document());
            let (kind, fields) = match before {
                None => (ChangeKind::Added, None),
                Some(before) => {
                    match compare(&table.resource_type, before, observation.document)? {
                        Difference::None => continue,
                        Difference::Volatile => (ChangeKind::Touched, None),
                        Difference::Fields(fields) => (ChangeKind::Modified, Some(fields)),
                    }
                }
            };
            if !self.recorded.insert((
                recorded_as(page, &table.resource_type.name),
                observation.key_hash,
            )) {
                continue;
            }
            let Observation {
                key,
                document,
                document_hash,
                ..
            } = observation;
            self.push(
                &page.integration,
                &table.resource_type.name,
                &Record {
                    kind,
                    key,
                    scope: &page.scope,
                    hash: document_hash,
                    fields: fields.as_deref(),
                    before: before.filter(|_| kind == ChangeKind::Modified),
                    after: Some(document),
                },
                observed.filter(|_| kind != ChangeKind::Touched),
            )?;
            count(&mut counts, kind);
        }
        Ok(counts)
    }

    /// Adds the removal of `keys`; gives how many were there.
    pub fn remove(
        &mut self,
        table: &Table,
        integration: &IntegrationId,
        scope: &str,
        keys: &[String],
        observed: Option<Observed>,
    ) -> Result<u64, LedgerError> {
        let lookup = table.scope(scope);
        let mut removed = 0;
        for key in keys {
            let Some(known) = lookup.find(&key_hash(key)) else {
                continue;
            };
            let record = Record {
                kind: ChangeKind::Removed,
                key,
                scope,
                hash: [0; 16],
                fields: None,
                before: known.document(),
                after: None,
            };
            self.push(integration, &table.resource_type.name, &record, observed)?;
            removed += 1;
        }
        Ok(removed)
    }

    fn push(
        &mut self,
        integration: &IntegrationId,
        resource_type: &str,
        record: &Record<'_>,
        observed: Option<Observed>,
    ) -> Result<(), LedgerError> {
        let fits = |pending: &&mut Pending| {
            pending.rows < RUN_ROWS
                && &pending.integration == integration
                && pending.resource_type == resource_type
        };
        let pending = match self.builders.iter_mut().rev().find(fits) {
            Some(pending) => pending,
            None => {
                self.builders.push(Pending {
                    integration: integration.clone(),
                    resource_type: resource_type.to_owned(),
                    rows: 0,
                    builder: RunBuilder::new(),
                    dated: Vec::new(),
                });
                let last = self.builders.len() - 1;
                &mut self.builders[last]
            }
        };
        if let Some(observed) = observed {
            pending.dated.push(Dated {
                sequence: pending.rows as u64,
                key: record.key.to_owned(),
                observed,
            });
        }
        pending.rows += 1;
        pending.builder.push(record)
    }

    /// Writes the files of large runs; sequence numbers are given from `first_sequence` on.
    pub fn prepare(
        self,
        folder: &Folder,
        first_sequence: u64,
        recorded_at: i64,
    ) -> Result<Vec<PreparedRun>, LedgerError> {
        let mut next = first_sequence;
        let mut prepared = Vec::with_capacity(self.builders.len());
        for Pending {
            integration,
            resource_type,
            rows,
            builder,
            mut dated,
        } in self.builders
        {
            let header = RunHeader {
                first_sequence: next,
                recorded_at,
                integration,
                resource_type,
            };
            dated.iter_mut().for_each(|dated| dated.sequence += next);
            let mut run = prepare(folder, header, builder.finish()?)?;
            run.dated = dated;
            prepared.push(run);
            next += rows as u64;
        }
        Ok(prepared)
    }
}

fn recorded_as(page: &Page, resource_type: &str) -> String {
    format!("{} {resource_type} {}", page.integration, page.scope)
}
