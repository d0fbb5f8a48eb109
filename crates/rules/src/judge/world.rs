//! One moment to judge: rows, and how far they can be believed, that belong together.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use arrow::array::StringArray;
use muster_model::{ChangeActor, Integration, IntegrationId, ResourceType, TypeState, TypeStatus};
use muster_query::{Batches, Part, Source, SourceError};

use crate::rule::Rule;

/// How often a moment is looked for in which no listing ended.
const TRIES: usize = 5;

/// Whoever has the register.
pub trait Register: Send + Sync + 'static {
    /// Everything as it is now.
    ///
    /// # Errors
    /// [`SourceError`] when it cannot be read.
    fn now(&self) -> Result<Moment, SourceError>;
}

impl<F> Register for F
where
    F: Fn() -> Result<Moment, SourceError> + Send + Sync + 'static,
{
    fn now(&self) -> Result<Moment, SourceError> {
        self()
    }
}

/// The register at one moment.
pub struct Moment {
    /// Its rows. [`Source::states`] and [`Source::listed_parents`] may be of a later moment.
    pub source: Arc<dyn Source>,
    /// The newest sequence number in it.
    pub sequence: u64,
}

/// What is judged: rows of one moment, with states that are not newer than they.
pub struct World {
    pub(crate) source: Arc<Frozen>,
    /// The newest sequence number in it.
    pub sequence: u64,
}

/// A listing of children: the type, and whose.
type Listing = (String, IntegrationId);

impl World {
    /// The register as it is now, for these rules.
    ///
    /// A state that is newer than the rows would speak of rows that are not among them: a user without factors, whose
    /// factors have been listed meanwhile. So states are read before the rows, and once more after them; what was
    /// complete before and is not the same after counts as incomplete.
    ///
    /// # Errors
    /// [`SourceError`] when it cannot be read.
    pub fn of(register: &dyn Register, rules: &[Arc<Rule>]) -> Result<Self, SourceError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let before = register.now()?.source;
            let first = before.states()?;
            let listed = listed(&*before, &first, rules)?;
            let moment = register.now()?;
            let second = moment.source.states()?;
            let (frozen, steady) = freeze(moment.source, first, &second, listed);
            if steady || tries >= TRIES {
                return Ok(Self {
                    source: Arc::new(frozen),
                    sequence: moment.sequence,
                });
            }
        }
    }

    /// A source that does not move.
    pub(crate) fn still(source: Arc<dyn Source>, rule: &Rule) -> Result<Self, SourceError> {
        let states = source.states()?;
        let mut known = HashMap::new();
        for integration in source.integrations() {
            for name in per_parent(rule) {
                let parents = source.listed_parents(&name, &integration.id)?;
                known.insert((name, integration.id.clone()), parents);
            }
        }
        let frozen = Frozen {
            inner: source,
            states,
            listed: known,
        };
        Ok(Self {
            source: Arc::new(frozen),
            sequence: 0,
        })
    }

    /// The integrations there are.
    pub fn integrations(&self) -> &[Integration] {
        self.source.integrations()
    }

    /// How far a type can be believed; `None` when it was never listed.
    pub(crate) fn state(
        &self,
        integration: &IntegrationId,
        resource_type: &str,
    ) -> Option<&TypeState> {
        self.source
            .states
            .iter()
            .find(|state| state.integration == *integration && state.resource_type == resource_type)
    }

    pub(crate) fn states(&self) -> &[TypeState] {
        &self.source.states
    }

    /// The types of a provider.
    pub(crate) fn source_types(&self, provider: &str) -> Vec<String> {
        self.source
            .resource_types()
            .iter()
            .filter(|resource_type| resource_type.provider == provider)
            .map(|resource_type| resource_type.name.clone())
            .collect()
    }

    pub(crate) fn resource_type(&self, name: &str) -> Option<&Arc<ResourceType>> {
        self.source
            .resource_types()
            .iter()
            .find(|resource_type| resource_type.name == name)
    }
}

/// Types of which a rule wants to know the parents that have been listed.
fn per_parent(rule: &Rule) -> BTreeSet<String> {
    let judged = rule
        .judged
        .parent
        .is_some()
        .then(|| rule.judged.name.clone());
    rule.by_row.iter().cloned().chain(judged).collect()
}

fn listed(
    source: &dyn Source,
    states: &[TypeState],
    rules: &[Arc<Rule>],
) -> Result<HashMap<Listing, Option<Vec<StringArray>>>, SourceError> {
    let names: BTreeSet<String> = rules.iter().flat_map(|rule| per_parent(rule)).collect();
    let mut found = HashMap::new();
    for integration in source.integrations() {
        for name in &names {
            let complete = states.iter().any(|state| {
                state.integration == integration.id
                    && state.resource_type == *name
                    && state.status == TypeStatus::Complete
            });
            let parents = match complete {
                true => None,
                // Complete by now, but it was not when the states were read: nothing is known for sure.
                false => Some(
                    source
                        .listed_parents(name, &integration.id)?
                        .unwrap_or_default(),
                ),
            };
            found.insert((name.clone(), integration.id.clone()), parents);
        }
    }
    Ok(found)
}

/// The rows with what was known before them; says whether nothing ended meanwhile.
fn freeze(
    inner: Arc<dyn Source>,
    first: Vec<TypeState>,
    second: &[TypeState],
    mut listed: HashMap<Listing, Option<Vec<StringArray>>>,
) -> (Frozen, bool) {
    let mut steady = true;
    let states = first
        .into_iter()
        .map(|state| {
            if state.status != TypeStatus::Complete || second.contains(&state) {
                return state;
            }
            steady = false;
            let listing = (state.resource_type.clone(), state.integration.clone());
            if let Some(parents) = listed.get_mut(&listing) {
                *parents = Some(Vec::new());
            }
            TypeState {
                status: TypeStatus::Incomplete,
                reason: Some("it is being listed just now".to_owned()),
                complete_since: None,
                stale: true,
                held_back: false,
                ..state
            }
        })
        .collect();
    let frozen = Frozen {
        inner,
        states,
        listed,
    };
    (frozen, steady)
}

/// A source whose states do not move.
pub(crate) struct Frozen {
    inner: Arc<dyn Source>,
    states: Vec<TypeState>,
    listed: HashMap<Listing, Option<Vec<StringArray>>>,
}

impl Source for Frozen {
    fn resource_types(&self) -> &[Arc<ResourceType>] {
        self.inner.resource_types()
    }

    fn integrations(&self) -> &[Integration] {
        self.inner.integrations()
    }

    fn states(&self) -> Result<Vec<TypeState>, SourceError> {
        Ok(self.states.clone())
    }

    fn rows(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Vec<Part>, SourceError> {
        self.inner.rows(resource_type, integration)
    }

    fn rows_at(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        at_milliseconds: i64,
    ) -> Result<Vec<Part>, SourceError> {
        self.inner
            .rows_at(resource_type, integration, at_milliseconds)
    }

    fn changes(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Batches, SourceError> {
        self.inner.changes(resource_type, integration)
    }

    fn actors(&self, sequences: &[u64]) -> Result<Vec<ChangeActor>, SourceError> {
        self.inner.actors(sequences)
    }

    fn listed_parents(
        &self,
        child_type: &str,
        integration: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError> {
        let listing = (child_type.to_owned(), integration.clone());
        match self.listed.get(&listing) {
            Some(parents) => Ok(parents.clone()),
            None => self.inner.listed_parents(child_type, integration),
        }
    }
}
