//! The end of a listing: what it did not see is removed, with everything that hangs below.

use std::sync::Arc;

use muster_model::{IntegrationId, ResourceType};
use rusqlite::Transaction;

use crate::{
    LedgerError,
    commit::Group,
    hash::KeyHash,
    seen::SortedSeen,
    state::State,
    submission::{Counts, Decide, Finish, Finished, InTransaction, OnRemoved, Removals},
    writer::RUN_ROWS,
};

/// Resources of one scope that go: the scope and their keys.
type Going = (String, Vec<String>);
/// Resources of one type that went: the type and their keys.
type Gone = (String, Vec<String>);

/// A listing's end, ready to be taken.
pub(crate) struct Ending {
    integration: IntegrationId,
    resource_type: Arc<ResourceType>,
    scope: String,
    seen: SortedSeen,
    descendants: Vec<Arc<ResourceType>>,
    on_removed: OnRemoved,
    decide: Decide,
    control: InTransaction,
}

impl Ending {
    /// Sorts what was seen.
    pub fn new(
        finish: Finish,
        decide: Decide,
        control: InTransaction,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            integration: finish.integration,
            resource_type: finish.resource_type,
            scope: finish.scope,
            seen: finish.seen.sorted()?,
            descendants: finish.descendants,
            on_removed: finish.on_removed,
            decide,
            control,
        })
    }
}

impl State {
    /// Takes a listing's end, if it can be trusted and `decide` agrees.
    pub fn finish(
        &mut self,
        transaction: &Transaction<'_>,
        ending: Ending,
    ) -> Result<Finished, LedgerError> {
        let repeated = ending.seen.repeated();
        if repeated > 0 {
            return Ok(Finished::Repeated(repeated));
        }
        let table = self.table(transaction, &ending.integration, &ending.resource_type)?;
        let mut gone: Vec<(KeyHash, String)> = table
            .scope(&ending.scope)
            .all()
            .filter(|(key, _)| !ending.seen.contains(key))
            .filter_map(|(key, known)| known.key().map(|text| (key, text.to_owned())))
            .collect();
        gone.sort_unstable();
        let removals = Removals {
            rows: gone.len(),
            of: table.live_rows(),
            digest: digest(gone.iter().map(|(key, _)| key)),
        };
        if !(ending.decide)(&removals, transaction).map_err(LedgerError::database)? {
            return Ok(Finished::Held(removals));
        }
        let keys = gone.into_iter().map(|(_, key)| key).collect();
        let removed = self.remove_all(
            transaction,
            &ending.integration,
            ending.resource_type,
            (ending.scope, keys),
            &ending.descendants,
        )?;
        for (name, keys) in &removed {
            (ending.on_removed)(transaction, name, keys).map_err(LedgerError::database)?;
        }
        let removed: Vec<(String, u64)> = removed
            .into_iter()
            .map(|(name, keys)| (name, keys.len() as u64))
            .collect();
        let counts = Counts {
            removed: removed.iter().map(|(_, count)| count).sum(),
            ..Counts::default()
        };
        (ending.control)(transaction, &counts).map_err(LedgerError::database)?;
        Ok(Finished::Removed(removed))
    }

    /// Removes resources and all their descendants; gives the keys of what went, type by type. Documents are in
    /// memory for one run at a time.
    fn remove_all(
        &mut self,
        transaction: &Transaction<'_>,
        integration: &IntegrationId,
        resource_type: Arc<ResourceType>,
        going: Going,
        descendants: &[Arc<ResourceType>],
    ) -> Result<Vec<Gone>, LedgerError> {
        let mut removed = Vec::new();
        let mut levels: Vec<(Arc<ResourceType>, Vec<Going>)> = vec![(resource_type, vec![going])];
        while let Some((level_type, scopes)) = levels.pop() {
            let mut group = Group::default();
            let mut keys_removed = Vec::new();
            for (scope, keys) in scopes {
                for keys in keys.chunks(RUN_ROWS) {
                    if group.rows() + keys.len() > RUN_ROWS {
                        self.record(transaction, std::mem::take(&mut group))?;
                    }
                    let table = self.table(transaction, integration, &level_type)?;
                    group.remove(table, integration, &scope, keys)?;
                }
                keys_removed.extend(keys);
            }
            self.record(transaction, group)?;
            let is_child = |candidate: &&Arc<ResourceType>| {
                let parent = candidate.parent.as_ref();
                parent.is_some_and(|parent| parent.resource_type == level_type.name)
            };
            for child in descendants.iter().filter(is_child) {
                let table = self.table(transaction, integration, child)?;
                let below = keys_removed.iter().map(|parent: &String| -> Going {
                    let lookup = table.scope(parent);
                    let keys = lookup
                        .all()
                        .filter_map(|(_, known)| known.key().map(str::to_owned));
                    (parent.clone(), keys.collect())
                });
                let below = below.filter(|(_, keys)| !keys.is_empty()).collect();
                levels.push((Arc::clone(child), below));
            }
            if !keys_removed.is_empty() {
                removed.push((level_type.name.clone(), keys_removed));
            }
        }
        Ok(removed)
    }
}

fn digest<'a>(keys: impl Iterator<Item = &'a KeyHash>) -> String {
    let mut hasher = blake3::Hasher::new();
    for key in keys {
        hasher.update(key);
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}
