//! The end of a listing: what it did not see is removed, with everything that hangs below.

use std::sync::Arc;

use muster_model::{IntegrationId, ResourceType};

use crate::{
    LedgerError,
    commit::Group,
    hash::KeyHash,
    submission::{Counts, Decide, Finish, Finished, InTransaction, Removals},
    writer::Writer,
};

/// Resources of one scope that go: the scope and their keys.
type Going = (String, Vec<String>);
/// Resources of one type that went: the type and their keys.
type Gone = (String, Vec<String>);

impl Writer {
    /// Ends a listing, if `decide` agrees.
    pub(crate) fn finish(
        &mut self,
        finish: Finish,
        decide: Decide,
        control: InTransaction,
    ) -> Result<Finished, LedgerError> {
        let Finish {
            integration,
            resource_type,
            scope,
            seen,
            descendants,
            on_removed,
        } = finish;
        let seen = seen.sorted()?;
        let repeated = seen.repeated();
        if repeated > 0 {
            return Ok(Finished::Repeated(repeated));
        }
        let table = self.table(&integration, &resource_type)?;
        let mut gone: Vec<(KeyHash, String)> = table
            .scope(&scope)
            .all()
            .filter(|(key, _)| !seen.contains(key))
            .filter_map(|(key, known)| known.key().map(|text| (key, text.to_owned())))
            .collect();
        gone.sort_unstable();
        let removals = Removals {
            rows: gone.len(),
            of: table.live_rows(),
            digest: digest(gone.iter().map(|(key, _)| key)),
        };
        let taken = self
            .control
            .write(|transaction| decide(&removals, transaction).map_err(LedgerError::database))?;
        if !taken {
            return Ok(Finished::Held(removals));
        }
        let keys = gone.into_iter().map(|(_, key)| key).collect();
        let (group, removed) =
            self.remove_all(&integration, resource_type, (scope, keys), &descendants)?;
        let counts = Counts {
            removed: removed.iter().map(|(_, keys)| keys.len() as u64).sum(),
            ..Counts::default()
        };
        let finished = removed
            .iter()
            .map(|(name, keys)| (name.clone(), keys.len() as u64))
            .collect();
        let told: InTransaction = Box::new(move |transaction, counts| {
            for (name, keys) in &removed {
                on_removed(transaction, name, keys)?;
            }
            control(transaction, counts)
        });
        self.write(group, vec![(told, counts)])
            .inspect_err(|error| self.stop(error))?;
        Ok(Finished::Removed(finished))
    }

    /// The removal of resources and of all their descendants, and the keys of what goes, type by type.
    fn remove_all(
        &mut self,
        integration: &IntegrationId,
        resource_type: Arc<ResourceType>,
        going: Going,
        descendants: &[Arc<ResourceType>],
    ) -> Result<(Group, Vec<Gone>), LedgerError> {
        let mut group = Group::default();
        let mut removed = Vec::new();
        let mut levels: Vec<(Arc<ResourceType>, Vec<Going>)> = vec![(resource_type, vec![going])];
        while let Some((level_type, scopes)) = levels.pop() {
            let table = self.table(integration, &level_type)?;
            let mut keys_removed = Vec::new();
            for (scope, keys) in scopes {
                group.remove(table, integration, &scope, &keys)?;
                keys_removed.extend(keys);
            }
            let is_child = |candidate: &&Arc<ResourceType>| {
                let parent = candidate.parent.as_ref();
                parent.is_some_and(|parent| parent.resource_type == level_type.name)
            };
            for child in descendants.iter().filter(is_child) {
                let table = self.table(integration, child)?;
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
        Ok((group, removed))
    }
}

fn digest<'a>(keys: impl Iterator<Item = &'a KeyHash>) -> String {
    let mut hasher = blake3::Hasher::new();
    for key in keys {
        hasher.update(key);
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}
