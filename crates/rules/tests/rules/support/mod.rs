//! A small organisation in memory, and a folder to keep findings in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use arrow::array::StringArray;
use muster_control::{Control, ControlError, Folder, Integrations, NewIntegration};
use muster_ledger::{
    Observations,
    decode::{Decoder, RowOrigin},
};
use muster_model::{Integration, IntegrationId, ResourceType, TypeState, TypeStatus};
use muster_provider::Catalogue;
use muster_query::{Batches, Engine, EngineOptions, Part, Source, SourceError};
use muster_rules::{
    Evaluator, Finding, FindingFilter, FindingSort, FindingStatusFilter, Findings, MIGRATION,
    Moment, Outcome, Person, RuleState, RuleStates, Rulebook, RulesError, Step, Wanted,
};
use rusqlite::Transaction;
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z
pub const NEW_YEAR: i64 = 1_767_225_600_000;
pub const DAY: i64 = 86_400_000;

const PROVIDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../providers");

/// A document and its parent's key.
type Row = (Option<String>, Value);

/// Everything that can be asked about, and changed by the test.
#[derive(Default, Clone)]
pub struct Register {
    pub types: Arc<[Arc<ResourceType>]>,
    pub integrations: Vec<Integration>,
    /// By type and integration.
    pub rows: HashMap<(String, IntegrationId), Vec<Row>>,
    pub states: Vec<TypeState>,
    pub listed: HashMap<(String, IntegrationId), Vec<String>>,
    pub sequence: u64,
}

impl Register {
    pub fn put(&mut self, of: &IntegrationId, name: &str, parent: Option<&str>, document: Value) {
        self.sequence += 1;
        let rows = self.rows.entry((name.to_owned(), of.clone())).or_default();
        let parent = parent.map(str::to_owned);
        rows.retain(|(other, row)| (other, &row["id"]) != (&parent, &document["id"]));
        rows.push((parent, document));
    }

    pub fn remove(&mut self, of: &IntegrationId, name: &str, id: &str) {
        self.sequence += 1;
        let rows = self.rows.entry((name.to_owned(), of.clone())).or_default();
        rows.retain(|(parent, row)| row["id"] != id && parent.as_deref() != Some(id));
    }

    /// How far a type can be believed from now on.
    pub fn set(&mut self, of: &IntegrationId, name: &str, status: TypeStatus) {
        let state = self
            .states
            .iter_mut()
            .find(|state| state.integration == *of && state.resource_type == name)
            .unwrap();
        state.status = status;
        state.stale = status == TypeStatus::Incomplete;
        state.reason = (status == TypeStatus::Incomplete).then(|| "it was cut off".to_owned());
    }

    pub fn connect(&mut self, integration: Integration) {
        for resource_type in self.types.iter() {
            self.states.push(TypeState {
                integration: integration.id.clone(),
                resource_type: resource_type.name.clone(),
                status: TypeStatus::Complete,
                parents: None,
                parents_done: None,
                complete_since: Some(NEW_YEAR),
                last_complete: Some(NEW_YEAR),
                stale: false,
                held_back: false,
                reason: None,
            });
        }
        self.integrations.push(integration);
    }
}

impl Source for Register {
    fn resource_types(&self) -> &[Arc<ResourceType>] {
        &self.types
    }

    fn integrations(&self) -> &[Integration] {
        &self.integrations
    }

    fn states(&self) -> Result<Vec<TypeState>, SourceError> {
        Ok(self.states.clone())
    }

    fn rows(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Vec<Part>, SourceError> {
        let key = (resource_type.name.clone(), integration.clone());
        let mut observations = Observations::default();
        for (parent, document) in self.rows.get(&key).into_iter().flatten() {
            observations
                .push(resource_type, parent.as_deref(), &document.to_string())
                .unwrap();
        }
        let mut decoder = Decoder::new(resource_type);
        for observation in observations.iter() {
            let origin = RowOrigin {
                key: observation.key,
                sequence: 1,
                recorded_at: NEW_YEAR,
            };
            decoder.push(origin, observation.document).unwrap();
        }
        Ok(vec![Part::new(vec![decoder.finish().unwrap()])])
    }

    fn rows_at(
        &self,
        _: &ResourceType,
        _: &IntegrationId,
        at: i64,
    ) -> Result<Vec<Part>, SourceError> {
        Err(SourceError::BeforeHistory { starts: at })
    }

    fn changes(&self, _: &ResourceType, _: &IntegrationId) -> Result<Batches, SourceError> {
        Ok(Box::new(std::iter::empty()))
    }

    fn listed_parents(
        &self,
        child_type: &str,
        integration: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError> {
        let complete = self.states.iter().any(|state| {
            state.integration == *integration
                && state.resource_type == child_type
                && state.status == TypeStatus::Complete
        });
        let key = (child_type.to_owned(), integration.clone());
        Ok((!complete).then(|| {
            let listed = self.listed.get(&key).cloned().unwrap_or_default();
            vec![StringArray::from(listed)]
        }))
    }
}

/// A folder of providers with the shipped types, these of the shipped rules, and no others.
pub fn providers(rules: &[&str]) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    let (from, to) = (Path::new(PROVIDERS).join("okta"), place.path().join("okta"));
    for folder in ["resources", "rules"] {
        fs::create_dir_all(to.join(folder)).unwrap();
    }
    fs::copy(from.join("provider.toml"), to.join("provider.toml")).unwrap();
    for entry in fs::read_dir(from.join("resources")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_owned();
        fs::copy(&path, to.join("resources").join(name)).unwrap();
    }
    for rule in rules {
        let name = format!("rules/{rule}.toml");
        fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
    place
}

/// The catalogue of [`providers`].
pub fn catalogue(rules: &[&str]) -> Catalogue {
    let place = providers(rules);
    Catalogue::load(place.path()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Findings of a small organisation.
pub struct Bench {
    pub engine: Arc<Engine>,
    pub register: Arc<Mutex<Register>>,
    pub now: Arc<Mutex<i64>>,
    pub acme: IntegrationId,
    pub control: Control,
    evaluator: Evaluator,
    folder: Folder,
    _place: tempfile::TempDir,
}

impl Bench {
    pub async fn with(rules: &[&str]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        let catalogue = catalogue(rules);
        let mut register = Register {
            types: catalogue
                .resource_types()
                .map(|file| Arc::clone(&file.resource_type))
                .collect(),
            ..Register::default()
        };
        let mut control = Control::open(&folder, &[MIGRATION]).unwrap();
        let acme = integration(&mut control, "acme");
        register.connect(acme.clone());
        let register = Arc::new(Mutex::new(register));
        let now = Arc::new(Mutex::new(NEW_YEAR));
        let engine = Arc::new(Engine::new(EngineOptions { threads: 2 }).unwrap());
        let evaluator = evaluator(&engine, &catalogue, &folder, &register, &now).await;
        Self {
            engine,
            register,
            now,
            acme: acme.id,
            control,
            evaluator,
            folder,
            _place: place,
        }
    }

    /// The same folder with other rules, as after a new start.
    pub async fn restart_with(&mut self, rules: &[&str]) {
        let catalogue = catalogue(rules);
        self.evaluator = evaluator(
            &self.engine,
            &catalogue,
            &self.folder,
            &self.register,
            &self.now,
        )
        .await;
    }

    /// A second organisation.
    pub fn connect(&mut self, name: &str) -> IntegrationId {
        let added = integration(&mut self.control, name);
        self.change(|register| register.connect(added.clone()));
        added.id
    }

    pub fn change(&self, change: impl FnOnce(&mut Register)) {
        let mut register = self.register.lock().unwrap();
        change(&mut register);
        register.sequence += 1;
    }

    /// A user of acme, active, with so many active factors.
    pub fn user(&self, id: &str, factors: usize) {
        let acme = self.acme.clone();
        self.user_of(&acme, id, factors);
    }

    pub fn user_of(&self, of: &IntegrationId, id: &str, factors: usize) {
        self.change(|register| {
            register.remove(of, "okta_factor", id);
            register.put(of, "okta_user", None, user(id, "ACTIVE"));
            for number in 0..factors {
                let factor =
                    json!({"id": format!("f{number}"), "factorType": "push", "status": "ACTIVE"});
                register.put(of, "okta_factor", Some(id), factor);
            }
        });
    }

    pub fn wait(&self, milliseconds: i64) {
        *self.now.lock().unwrap() += milliseconds;
    }

    pub async fn evaluate(&self) -> Outcome {
        self.wait(1_000);
        self.evaluator.evaluate(Wanted::WhatChanged).await.unwrap()
    }

    pub async fn evaluate_everything(&self) -> Outcome {
        self.wait(1_000);
        self.evaluator.evaluate(Wanted::Everything).await.unwrap()
    }

    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, RulesError>,
    ) -> Result<T, RulesError> {
        self.control.write(work)
    }

    pub fn read<T>(&mut self, work: impl FnOnce(&Transaction<'_>) -> Result<T, RulesError>) -> T {
        self.control.read(work).unwrap()
    }

    /// Every finding, the oldest first.
    pub fn findings(&mut self) -> Vec<Finding> {
        let filter = FindingFilter {
            status: FindingStatusFilter::All,
            ..FindingFilter::default()
        };
        self.read(|transaction| {
            let page =
                Findings(transaction).list(&filter, FindingSort::OpenedAscending, None, 100)?;
            assert_eq!(page.total, page.items.len() as u64);
            Ok(page.items)
        })
    }

    /// The only one.
    pub fn finding(&mut self) -> Finding {
        let mut findings = self.findings();
        assert_eq!(findings.len(), 1, "{findings:#?}");
        findings.remove(0)
    }

    /// `kind: cause or text` of every step of the only finding.
    pub fn steps(&mut self) -> Vec<String> {
        let id = self.finding().id;
        let steps: Vec<Step> = self.read(|transaction| Findings(transaction).steps(&id));
        steps
            .into_iter()
            .map(|step| {
                let by = step.by.map(|by| format!(" by {}", by.name));
                let why = step.cause.or(step.text).unwrap_or_default();
                format!("{}{}: {why}", step.kind.as_str(), by.unwrap_or_default())
            })
            .collect()
    }

    pub fn state(&mut self, rule: &str) -> RuleState {
        self.read(|transaction| RuleStates(transaction).of(rule))
    }

    /// pass, fail, suppressed, not applicable, not evaluated.
    pub fn counts(&mut self, rule: &str) -> [u64; 5] {
        let counts = self.state(rule).counts;
        [
            counts.pass,
            counts.fail,
            counts.suppressed,
            counts.not_applicable,
            counts.not_evaluated,
        ]
    }
}

async fn evaluator(
    engine: &Arc<Engine>,
    catalogue: &Catalogue,
    folder: &Folder,
    register: &Arc<Mutex<Register>>,
    now: &Arc<Mutex<i64>>,
) -> Evaluator {
    let rulebook = Rulebook::of(engine, catalogue)
        .await
        .unwrap_or_else(|problems| panic!("{problems}"));
    let (register, now) = (Arc::clone(register), Arc::clone(now));
    Evaluator::new(
        Control::open(folder, &[MIGRATION]).unwrap(),
        Arc::clone(engine),
        Arc::new(rulebook),
        move || {
            let now = register.lock().unwrap().clone();
            Ok(Moment {
                sequence: now.sequence,
                source: Arc::new(now),
            })
        },
        Arc::new(move || *now.lock().unwrap()),
    )
}

fn integration(control: &mut Control, name: &str) -> Integration {
    let new = NewIntegration {
        provider: "okta".to_owned(),
        name: name.to_owned(),
        description: String::new(),
        tags: Vec::new(),
        settings: BTreeMap::new(),
        allow_insecure_endpoint: false,
        interval_seconds: 600,
    };
    control
        .write(|transaction| -> Result<_, ControlError> { Integrations(transaction).add(new, 0) })
        .unwrap()
}

pub fn user(id: &str, status: &str) -> Value {
    json!({"id": id, "status": status, "created": "2025-01-01T00:00:00.000Z",
        "profile": {"login": format!("{id}@acme.com")}})
}

pub fn ada() -> Person {
    Person {
        id: "7".to_owned(),
        name: "Ada".to_owned(),
    }
}
