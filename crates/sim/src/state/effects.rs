//! What a change did, told to whoever asked for it, so that a test can compare it with what a collector found.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

/// The keys of the resources that came, changed and went, by type. A member's or factor's key is the parent's
/// identifier, a slash, and its own.
///
/// Only what the change touches directly is listed: the person's document is also embedded in every membership of that
/// person, and those copies are not.
#[derive(Debug, Default)]
pub struct Effects {
    listed: bool,
    kinds: BTreeMap<&'static str, [BTreeSet<String>; 3]>,
}

/// What happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    Added,
    Modified,
    Removed,
}

impl Effects {
    /// Effects that nobody asked for.
    #[must_use]
    pub fn ignored() -> Self {
        Self::default()
    }

    /// Effects that are listed.
    #[must_use]
    pub fn listed() -> Self {
        Self {
            listed: true,
            kinds: BTreeMap::new(),
        }
    }

    /// Whether anybody listens.
    #[must_use]
    pub fn are_listed(&self) -> bool {
        self.listed
    }

    /// Notes one; the key is only built when somebody listens.
    pub fn note(
        &mut self,
        resource_type: &'static str,
        effect: Effect,
        key: impl FnOnce() -> String,
    ) {
        if !self.listed {
            return;
        }
        let key = key();
        let sets = self.kinds.entry(resource_type).or_default();
        // what came and went again, or went and came again, within one answer
        let effect = match effect {
            Effect::Removed if sets[Effect::Added as usize].remove(&key) => return,
            Effect::Added if sets[Effect::Removed as usize].remove(&key) => Effect::Modified,
            effect => effect,
        };
        sets[effect as usize].insert(key);
    }

    /// As JSON: type → `added`, `modified`, `removed` → keys, of the types that begin with `prefix`.
    #[must_use]
    pub fn to_json(&self, prefix: &str) -> Value {
        self.kinds
            .iter()
            .filter(|(name, sets)| {
                name.starts_with(prefix) && sets.iter().any(|set| !set.is_empty())
            })
            .map(|(resource_type, [added, modified, removed])| {
                let modified: Vec<&String> = modified
                    .iter()
                    .filter(|k| !added.contains(*k) && !removed.contains(*k))
                    .collect();
                (
                    (*resource_type).to_owned(),
                    json!({"added": added, "modified": modified, "removed": removed}),
                )
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}
