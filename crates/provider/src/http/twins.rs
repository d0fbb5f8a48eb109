//! Resources whose keys differ in versions alone: two of them on one device are two resources all the same.

use std::{borrow::Cow, collections::HashMap};

use muster_model::ResourceType;

use crate::definition::{identity, text_member, with_members};

/// Numbers the second and further ones of a key: `Python`, `Python (2)`. Counts within what the first column of the key
/// names, a device, and forgets with the next one: the listing is asked for in that order.
#[derive(Debug)]
pub(super) struct Twins {
    /// The column without versions.
    column: String,
    within: Option<u64>,
    met: HashMap<u64, u32>,
}

impl Twins {
    pub(super) fn new(column: &str) -> Self {
        Self {
            column: column.to_owned(),
            within: None,
            met: HashMap::new(),
        }
    }

    pub(super) fn tell_apart<'d>(
        &mut self,
        resource_type: &ResourceType,
        document: Cow<'d, str>,
    ) -> Cow<'d, str> {
        let identity = identity(resource_type, &document);
        if self.within != Some(identity.first) {
            self.within = Some(identity.first);
            self.met.clear();
        }
        let times = self.met.entry(identity.all).or_default();
        *times += 1;
        if *times == 1 {
            return document;
        }
        let Some(text) = text_member(&document, &self.column) else {
            return document;
        };
        let numbered = format!("{text} ({times})");
        Cow::Owned(with_members(&document, &[(&self.column, numbered)]))
    }
}
