//! The company as it is now: the one that was founded, plus what changed since. Only deviations are kept, so memory
//! follows the number of changes, not the number of people.

mod application_changes;
mod assignments;
mod belongings;
pub mod changes;
mod churn;
mod counts;
pub mod effects;
mod events;
mod group_changes;
mod members;
mod people;

use std::collections::{BTreeMap, HashMap, VecDeque};

use serde_json::Value;

pub use assignments::Via;
pub use belongings::{Given, Owner};
pub use churn::{Churn, Kind as ChurnKind};
pub use counts::Counts;
pub use effects::Effects;

pub use events::{Actor, Event, EventKind};
pub use people::{Person, PersonChange};

use crate::clock::Seconds;
use crate::company::Company;
use crate::company::groups::Group;
use crate::faults::EventFaults;
use crate::hash::{IndexMap, IndexSet};
use crate::jumpcloud::Console;

/// A group as it is now.
#[derive(Debug)]
pub struct GroupState {
    pub group: Group,
    /// Members who were not there at the epoch, and since when.
    pub added: BTreeMap<u32, Seconds>,
    /// Members at the epoch who are not there any more.
    pub removed: IndexSet,
    pub gone: bool,
    /// Applications the group is assigned to.
    pub applications: Vec<usize>,
}

/// What changed about an application.
#[derive(Debug)]
pub struct ApplicationState {
    pub active: bool,
    pub label: String,
    pub last_updated: Seconds,
    /// Assigned groups by priority, and since when.
    pub groups: Vec<(usize, Seconds)>,
    /// People assigned by hand since the epoch.
    pub added: BTreeMap<u32, Seconds>,
    /// People assigned by hand at the epoch and not any more.
    pub removed: IndexSet,
    pub gone: bool,
}

/// The company now.
#[derive(Debug)]
pub struct State {
    pub company: Company,
    pub groups: Vec<GroupState>,
    pub applications: Vec<ApplicationState>,
    people: IndexMap<PersonChange>,
    /// When each of the people who joined did so; their indexes follow the founders'.
    joined: Vec<Seconds>,
    /// People who were deleted for good.
    gone: IndexSet,
    /// What `POST /_sim/change` merged into documents that are built whole: type, key, fields.
    patches: HashMap<(String, String), Value>,
    events: VecDeque<Event>,
    /// How many events were dropped from the front because the vendor keeps ninety days.
    forgotten: u64,
    /// Moves whenever anything does.
    version: u64,
    batches: u64,
    counted: std::sync::Mutex<Option<(u64, Counts)>>,
    /// What JumpCloud's directory has of it.
    pub console: Console,
    /// What goes wrong with events when they are told.
    pub event_faults: EventFaults,
}

impl State {
    /// The company at its epoch.
    #[must_use]
    pub fn new(mut company: Company) -> Self {
        let mut groups: Vec<GroupState> = std::mem::take(&mut company.groups)
            .into_iter()
            .map(|group| GroupState {
                group,
                added: BTreeMap::new(),
                removed: IndexSet::default(),
                gone: false,
                applications: Vec::new(),
            })
            .collect();
        let mut applications = Vec::with_capacity(company.applications.len());
        for (n, application) in company.applications.iter().enumerate() {
            for group in &application.assigned.groups {
                groups[*group].applications.push(n);
            }
            applications.push(ApplicationState {
                active: application.active,
                label: application.label.clone(),
                last_updated: application.last_updated,
                groups: application
                    .assigned
                    .groups
                    .iter()
                    .map(|g| (*g, application.created.max(groups[*g].group.created)))
                    .collect(),
                added: BTreeMap::new(),
                removed: IndexSet::default(),
                gone: false,
            });
        }
        Self {
            company,
            groups,
            applications,
            people: IndexMap::default(),
            joined: Vec::new(),
            gone: IndexSet::default(),
            patches: HashMap::new(),
            events: VecDeque::new(),
            forgotten: 0,
            version: 0,
            batches: 0,
            counted: std::sync::Mutex::new(None),
            console: Console::default(),
            event_faults: EventFaults::default(),
        }
    }

    /// One more than the highest index of anyone who ever was.
    #[must_use]
    pub fn population(&self) -> u32 {
        self.company.plan.users + self.joined.len() as u32
    }

    /// Whether person `i` is there (deprovisioned people are, deleted people are not).
    #[inline]
    #[must_use]
    pub fn exists(&self, i: u32) -> bool {
        i < self.population() && (self.gone.is_empty() || !self.gone.contains(&i))
    }

    /// The person an identifier belongs to.
    #[must_use]
    pub fn find_person(&self, id: &str) -> Option<u32> {
        let i = u32::try_from(self.company.ids.read(crate::ids::Kind::User, id)?).ok()?;
        self.exists(i).then_some(i)
    }

    /// The group an identifier belongs to.
    #[must_use]
    pub fn find_group(&self, id: &str) -> Option<usize> {
        let g = usize::try_from(self.company.ids.read(crate::ids::Kind::Group, id)?).ok()?;
        self.groups.get(g).is_some_and(|g| !g.gone).then_some(g)
    }

    /// The application an identifier belongs to.
    #[must_use]
    pub fn find_application(&self, id: &str) -> Option<usize> {
        let a = usize::try_from(self.company.ids.read(crate::ids::Kind::Application, id)?).ok()?;
        self.applications
            .get(a)
            .is_some_and(|a| !a.gone)
            .then_some(a)
    }

    /// Merges what was patched into a document.
    pub fn patched(&self, resource_type: &str, key: &str, document: &mut Value) {
        if self.patches.is_empty() {
            return;
        }
        if let Some(patch) = self
            .patches
            .get(&(resource_type.to_owned(), key.to_owned()))
        {
            merge(document, patch);
        }
    }
}

/// Lays a later patch over an earlier one: as merging, but nulls stay, for they remove when the patch is merged.
pub fn overlay(patch: &mut Value, later: Value) {
    match (patch, later) {
        (Value::Object(fields), Value::Object(later)) => {
            for (name, value) in later {
                overlay(fields.entry(name).or_insert(Value::Null), value);
            }
        }
        (patch, later) => *patch = later,
    }
}

/// Merges as RFC 7396 does: objects member by member, null removes, anything else replaces.
pub fn merge(document: &mut Value, patch: &Value) {
    let Value::Object(fields) = patch else {
        *document = patch.clone();
        return;
    };
    if !document.is_object() {
        *document = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(target) = document {
        for (name, value) in fields {
            if value.is_null() {
                target.remove(name);
            } else {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
    }
}
