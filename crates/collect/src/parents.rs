//! Which parents' listings are due.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use muster_ledger::Documents;
use muster_provider::{ResourceFile, definition::ParentFacts};
use serde_json::Value;

use crate::{
    CollectError, Progress,
    context::Context,
    tables::{self, ListingRow},
};

/// Parents looked up in one read of the control file.
const AT_A_TIME: usize = 512;

/// A parent whose listing is due.
#[derive(Debug)]
pub(crate) struct Due {
    pub key: String,
    pub derived: bool,
    pub marker: Option<String>,
    /// Whether its listing finished before.
    pub was_done: bool,
}

/// Goes through all parents of a type and gives those whose listing is due. Holds a few hundred at a time.
pub(crate) struct DueParents<'a, I> {
    context: &'a Context,
    file: &'a Arc<ResourceFile>,
    progress: &'a Progress,
    parents: I,
    /// What listings derived from another type have to be newer than.
    generation: String,
    ready: VecDeque<Due>,
    /// Set when a listing is left out whose parent has no marker.
    unmarked: &'a AtomicBool,
}

impl<'a, I: Iterator<Item = (&'a str, &'a str)>> DueParents<'a, I> {
    pub fn new(
        context: &'a Context,
        file: &'a Arc<ResourceFile>,
        progress: &'a Progress,
        parents: I,
        unmarked: &'a AtomicBool,
    ) -> Result<Self, CollectError> {
        let generation = match &file.listing.derive {
            Some(derive) => context.read(|transaction| {
                tables::generation(transaction, &context.integration.id, &derive.from)
            })?,
            None => 0,
        };
        let generation = generation.to_string();
        Ok(Self {
            context,
            file,
            progress,
            parents,
            generation,
            ready: VecDeque::new(),
            unmarked,
        })
    }

    fn refill(&mut self) -> Result<bool, CollectError> {
        let mut found = Vec::with_capacity(AT_A_TIME);
        let mut exhausted = true;
        while found.len() < AT_A_TIME
            && let Some((key, document)) = self.parents.next()
        {
            exhausted = false;
            let facts = self.facts(document);
            if facts.listed {
                found.push((key, facts));
            }
        }
        let (context, file) = (self.context, self.file);
        let rows = context.read(|transaction| {
            found
                .iter()
                .map(|(key, _)| {
                    tables::listing(transaction, &context.integration.id, file.name(), key)
                })
                .collect::<Result<Vec<_>, _>>()
        })?;
        for ((key, facts), row) in found.into_iter().zip(rows) {
            let row = row.unwrap_or_default();
            let was_done = row.finished.is_some();
            self.progress.parent_found(was_done);
            let marker = if facts.derived {
                Some(self.generation.clone())
            } else {
                facts.marker
            };
            if self.is_due(&row, marker.as_deref(), facts.derived) {
                self.ready.push_back(Due {
                    key: key.to_owned(),
                    derived: facts.derived,
                    marker,
                    was_done,
                });
            } else if marker.is_none() {
                self.unmarked.store(true, Relaxed);
            }
        }
        Ok(exhausted)
    }

    fn facts(&self, document: &str) -> ParentFacts {
        if !self.file.listing.needs_parent_document() {
            return ParentFacts {
                listed: true,
                derived: false,
                marker: None,
            };
        }
        let document: Value = serde_json::from_str(document).unwrap_or(Value::Null);
        self.file.listing.parent_facts(&document)
    }

    fn is_due(&self, row: &ListingRow, marker: Option<&str>, derived: bool) -> bool {
        let Some(finished) = row.finished.filter(|_| !self.context.options.full) else {
            return true;
        };
        // What is held back is looked at again, so that it can be accepted and is not forgotten.
        if row.held || marker != row.marker.as_deref() {
            return true;
        }
        if derived {
            return false;
        }
        let hold = self.file.listing.refresh.unwrap_or(Duration::ZERO);
        self.context.now() - finished >= i64::try_from(hold.as_millis()).unwrap_or(i64::MAX)
    }
}

impl<'a, I: Iterator<Item = (&'a str, &'a str)>> Iterator for DueParents<'a, I> {
    type Item = Result<Due, CollectError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(due) = self.ready.pop_front() {
                return Some(Ok(due));
            }
            match self.refill() {
                Ok(true) => return None,
                Ok(false) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The parents of a type there are now.
pub(crate) fn of(context: &Context, file: &ResourceFile) -> Result<Documents, CollectError> {
    let parent = file
        .parent()
        .and_then(|parent| context.provider.resource_type(parent));
    let snapshot = context.reader.snapshot()?;
    Ok(match parent {
        Some(parent) => snapshot.documents(&parent.resource_type, &context.integration.id)?,
        None => Documents::none(),
    })
}
