//! The end of a listing: what it did not see is removed, with everything that hangs below.

use std::{collections::HashSet, sync::Arc};

use muster_model::{IntegrationId, ResourceType};
use rusqlite::Transaction;

use crate::{
    LedgerError,
    actors::{self, Observed},
    commit::Group,
    hash::{KeyHash, key_hash},
    seen::SortedSeen,
    state::State,
    submission::{
        Counts, Decide, Finish, Finished, InTransaction, OnRemoved, Removal, Removals, Spared,
    },
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
    began: i64,
    descendants: Vec<Arc<ResourceType>>,
    on_removed: OnRemoved,
    decide: Decide,
    control: InTransaction,
    spared: Option<Spared>,
}

impl Ending {
    /// Sorts what was seen.
    pub fn new(
        finish: Finish,
        decide: Decide,
        control: InTransaction,
        spared: Option<Spared>,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            integration: finish.integration,
            resource_type: finish.resource_type,
            scope: finish.scope,
            seen: finish.seen.sorted()?,
            began: finish.began,
            descendants: finish.descendants,
            on_removed: finish.on_removed,
            decide,
            control,
            spared,
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
        let spared = match ending.spared {
            Some(spared) => spared(transaction).map_err(LedgerError::database)?,
            None => HashSet::new(),
        };
        let table = self.table(transaction, &ending.integration, &ending.resource_type)?;
        let mut gone: Vec<(KeyHash, String)> = table
            .scope(&ending.scope)
            .all()
            .filter(|(key, _)| !ending.seen.contains(key))
            .filter_map(|(key, known)| known.key().map(|text| (key, text.to_owned())))
            .filter(|(_, key)| !spared.contains(key))
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
        let observed = actors::observed(
            transaction,
            &ending.integration,
            &ending.resource_type.name,
            &ending.scope,
            ending.began,
        )?;
        let removed = self.remove_all(
            transaction,
            &ending.integration,
            ending.resource_type,
            (ending.scope, keys),
            &ending.descendants,
            observed,
        )?;
        let removed = settle(transaction, &removed, &ending.on_removed, ending.control)?;
        Ok(Finished::Removed(removed))
    }

    /// Removes what the vendor itself says is gone.
    pub fn take_away(
        &mut self,
        transaction: &Transaction<'_>,
        removal: Removal,
        control: InTransaction,
    ) -> Result<Vec<(String, u64)>, LedgerError> {
        let observed = actors::observed(
            transaction,
            &removal.integration,
            &removal.resource_type.name,
            &removal.scope,
            removal.asked,
        )?;
        let table = self.table(transaction, &removal.integration, &removal.resource_type)?;
        let lookup = table.scope(&removal.scope);
        let there: HashSet<String> = removal.keys.into_iter().collect();
        let there = there
            .into_iter()
            .filter(|key| lookup.find(&key_hash(key)).is_some());
        let mut keys: Vec<String> = there.collect();
        keys.sort_unstable();
        let removed = self.remove_all(
            transaction,
            &removal.integration,
            removal.resource_type,
            (removal.scope, keys),
            &removal.descendants,
            observed,
        )?;
        settle(transaction, &removed, &removal.on_removed, control)
    }

    /// Removes resources and all their descendants; gives the keys of what went, type by type. Documents are in
    /// memory for one run at a time. What is known of earlier readings is of the first type: what goes below it has no
    /// event of its own.
    fn remove_all(
        &mut self,
        transaction: &Transaction<'_>,
        integration: &IntegrationId,
        resource_type: Arc<ResourceType>,
        going: Going,
        descendants: &[Arc<ResourceType>],
        mut observed: Option<Observed>,
    ) -> Result<Vec<Gone>, LedgerError> {
        let mut removed = Vec::new();
        let mut levels: Vec<(Arc<ResourceType>, Vec<Going>)> = vec![(resource_type, vec![going])];
        while let Some((level_type, scopes)) = levels.pop() {
            let observed = observed.take();
            let mut group = Group::default();
            let mut keys_removed = Vec::new();
            for (scope, keys) in scopes {
                for keys in keys.chunks(RUN_ROWS) {
                    if group.rows() + keys.len() > RUN_ROWS {
                        self.record(transaction, std::mem::take(&mut group))?;
                    }
                    let table = self.table(transaction, integration, &level_type)?;
                    group.remove(table, integration, &scope, keys, observed)?;
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

/// Tells the caller what went, and does what belongs into the same transaction; gives how many went, by type.
fn settle(
    transaction: &Transaction<'_>,
    removed: &[Gone],
    on_removed: &OnRemoved,
    control: InTransaction,
) -> Result<Vec<(String, u64)>, LedgerError> {
    for (name, keys) in removed {
        on_removed(transaction, name, keys).map_err(LedgerError::database)?;
    }
    let removed: Vec<(String, u64)> = removed
        .iter()
        .map(|(name, keys)| (name.clone(), keys.len() as u64))
        .collect();
    let counts = Counts {
        removed: removed.iter().map(|(_, count)| count).sum(),
        ..Counts::default()
    };
    control(transaction, &counts).map_err(LedgerError::database)?;
    Ok(removed)
}

fn digest<'a>(keys: impl Iterator<Item = &'a KeyHash>) -> String {
    let mut hasher = blake3::Hasher::new();
    for key in keys {
        hasher.update(key);
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}
