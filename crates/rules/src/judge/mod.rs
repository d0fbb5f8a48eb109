//! From a rule and an integration to a verdict.

mod readiness;
mod world;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arrow::array::{AsArray as _, RecordBatch};
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use muster_model::{Integration, Principal};
use muster_query::{
    Engine, Limits, QueryError, QueryStream, Request, Variable,
    format::{Format, Writer},
};
use serde_json::{Map, Value};

pub use world::{Moment, Register, World};

use crate::{RulesError, rule::Rule};
use readiness::{Readiness, readiness};

/// What one statement of a rule may take.
const TIME: Duration = Duration::from_secs(600);

/// Keys in one list of a statement.
const KEYS: usize = 2_000;

/// Sixteen bytes for each key: what is remembered of resources while rules are judged.
pub(crate) type KeySet = HashSet<u128>;

/// What a [`KeySet`] holds of a key.
pub(crate) fn key_hash(key: &str) -> u128 {
    let hash = blake3::hash(key.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}

/// A resource that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failing {
    /// Its key.
    pub key: String,
    /// The name a person knows it by.
    pub label: String,
    /// What the rule shows, as the text of a JSON object.
    pub evidence: String,
}

/// Whether a rule was judged in an integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It was, resource by resource.
    Judged,
    /// Something it reads is missing.
    NotEvaluated,
    /// The organisation does not have what it is about.
    NotApplicable,
}

/// What a rule says in one integration, without regard to suppressions.
#[derive(Debug)]
pub struct RuleVerdict {
    /// Whether it was judged.
    pub standing: Standing,
    /// Why it was not, or not for all, in words.
    pub reason: Option<String>,
    /// Resources that keep it.
    pub pass: u64,
    /// Resources that break it.
    pub breaking: u64,
    /// Resources it is not about.
    pub not_applicable: u64,
    /// Resources of which a value it looks at is missing.
    pub not_evaluated: u64,
    pub(crate) failing: KeySet,
    pub(crate) unknown: KeySet,
}

/// Why a resource is not among those that break a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It keeps the rule.
    Kept,
    /// The rule is not about it.
    Aside,
    /// It is not there any more.
    Gone,
}

/// Where failing resources go, one by one.
pub(crate) type Sink<'s> = &'s mut (dyn FnMut(Failing) -> Result<(), RulesError> + Send);

/// Judges rules in one world at one moment.
pub struct Judge {
    engine: Arc<Engine>,
    world: World,
    now: DateTime<Utc>,
    totals: Mutex<HashMap<(String, String), u64>>,
}

impl Judge {
    /// A judge of `world`, in whose rules `now()` says `now`.
    pub fn new(engine: Arc<Engine>, world: World, now: DateTime<Utc>) -> Self {
        Self {
            engine,
            world,
            now,
            totals: Mutex::new(HashMap::new()),
        }
    }

    /// What is judged.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Judges one rule in one integration. What breaks it goes to `sink` as it is found.
    ///
    /// # Errors
    /// [`RulesError`]; what went to the sink before counts for nothing.
    pub async fn judge(
        &self,
        rule: &Rule,
        integration: &Integration,
        sink: Sink<'_>,
    ) -> Result<RuleVerdict, RulesError> {
        let (by_parent, note) = match readiness(rule, &self.world, &integration.id) {
            Readiness::Ready { by_parent, note } => (by_parent, note),
            Readiness::NotEvaluated(reason) => {
                let total = self.total(rule, integration).await?;
                return Ok(RuleVerdict {
                    not_evaluated: total,
                    ..nothing(Standing::NotEvaluated, Some(reason))
                });
            }
            Readiness::NotApplicable(reason) => {
                return Ok(nothing(Standing::NotApplicable, Some(reason)));
            }
        };
        let listed = by_parent
            .then(|| self.listed_parents(rule, integration))
            .transpose()?;
        let believed = |key: &str| {
            listed
                .as_ref()
                .is_none_or(|parents| parents.contains(parent_of(rule, key)))
        };

        let mut verdict = nothing(Standing::Judged, None);
        let mut total = self.total(rule, integration).await?;
        if total == 0 {
            return Ok(verdict);
        }
        if listed.is_some() {
            let all = format!("SELECT r._key AS k FROM {} r", rule.file.judges);
            let mut unlisted = KeySet::new();
            self.keys(rule, integration, all, None, |key| {
                if !believed(key) {
                    unlisted.insert(key_hash(key));
                }
            })
            .await?;
            total -= unlisted.len() as u64;
            verdict.not_evaluated += unlisted.len() as u64;
            verdict.unknown = unlisted;
        }
        let unknown = &mut verdict.unknown;
        let mut missing = 0;
        self.keys(rule, integration, rule.unknown(), None, |key| {
            missing += u64::from(unknown.insert(key_hash(key)));
        })
        .await?;
        verdict.not_evaluated += missing;

        let mut stream = self.ask(rule, integration, rule.failing(), None).await?;
        let failed = |source| query_failed(rule, source);
        while let Some(batch) = stream.next().await {
            for failing in failing(rule, &batch.map_err(failed)?)? {
                if believed(&failing.key) {
                    verdict.failing.insert(key_hash(&failing.key));
                    sink(failing)?;
                }
            }
        }
        verdict.breaking = verdict.failing.len() as u64;

        if let Some(aside) = rule.aside() {
            let mut count = 0;
            self.keys(rule, integration, aside, None, |key| {
                count += u64::from(believed(key));
            })
            .await?;
            verdict.not_applicable = count;
        }
        let known = missing + verdict.breaking + verdict.not_applicable;
        verdict.pass = total.saturating_sub(known);
        if verdict.not_evaluated > 0 {
            let missing = || "a value it looks at is missing".to_owned();
            verdict.reason = Some(note.unwrap_or_else(missing));
        }
        Ok(verdict)
    }

    /// Why each of these resources is not among those that break the rule.
    pub(crate) async fn fates(
        &self,
        rule: &Rule,
        integration: &Integration,
        keys: &[String],
    ) -> Result<Vec<Fate>, RulesError> {
        let (there, aside) = rule.among();
        let mut fates: HashMap<u128, Fate> = HashMap::new();
        for keys in keys.chunks(KEYS) {
            let values: Vec<Value> = keys.iter().map(|key| Value::from(key.as_str())).collect();
            self.keys(rule, integration, there.clone(), Some(&values), |key| {
                fates.insert(key_hash(key), Fate::Kept);
            })
            .await?;
            if let Some(aside) = &aside {
                self.keys(rule, integration, aside.clone(), Some(&values), |key| {
                    fates.insert(key_hash(key), Fate::Aside);
                })
                .await?;
            }
        }
        Ok(keys
            .iter()
            .map(|key| fates.get(&key_hash(key)).copied().unwrap_or(Fate::Gone))
            .collect())
    }

    /// Resources of the judged type.
    async fn total(&self, rule: &Rule, integration: &Integration) -> Result<u64, RulesError> {
        let known = (rule.judged.name.clone(), integration.id.to_string());
        let lock = || self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(total) = lock().get(&known) {
            return Ok(*total);
        }
        let sql = format!("SELECT count(*) AS n FROM {}", rule.judged.name);
        let mut stream = self.ask(rule, integration, sql, None).await?;
        let mut total = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|source| query_failed(rule, source))?;
            let counts = batch
                .column(0)
                .as_primitive_opt::<arrow::datatypes::Int64Type>();
            total += counts
                .iter()
                .flat_map(|counts| counts.values().iter())
                .map(|count| u64::try_from(*count).unwrap_or_default())
                .sum::<u64>();
        }
        lock().insert(known, total);
        Ok(total)
    }

    fn listed_parents(
        &self,
        rule: &Rule,
        integration: &Integration,
    ) -> Result<HashSet<String>, RulesError> {
        use muster_query::Source as _;
        let parents = self
            .world
            .source
            .listed_parents(&rule.judged.name, &integration.id)?
            .unwrap_or_default();
        Ok(parents
            .iter()
            .flat_map(|keys| keys.iter().flatten())
            .map(str::to_owned)
            .collect())
    }

    /// Calls `visit` with every key a statement selects.
    async fn keys(
        &self,
        rule: &Rule,
        integration: &Integration,
        sql: String,
        among: Option<&[Value]>,
        mut visit: impl FnMut(&str) + Send,
    ) -> Result<(), RulesError> {
        let mut stream = self.ask(rule, integration, sql, among).await?;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(|source| query_failed(rule, source))?;
            for key in texts(&batch, 0)? {
                visit(key);
            }
        }
        Ok(())
    }

    async fn ask(
        &self,
        rule: &Rule,
        integration: &Integration,
        sql: String,
        among: Option<&[Value]>,
    ) -> Result<QueryStream, RulesError> {
        let principal = Principal::Limited {
            name: format!("rule {}", rule.id()),
            resource_types: self.world.source_types(&rule.file.provider),
            integrations: vec![integration.id.clone()],
        };
        let mut variables = BTreeMap::new();
        if let Some(keys) = among {
            variables.insert("keys".to_owned(), Variable::Array(keys.to_vec()));
        }
        let request = Request {
            variables,
            limits: Limits {
                time: TIME,
                rows: u64::MAX,
                ..Limits::default()
            },
            now: Some(self.now),
            ..Request::new(sql)
        };
        let source = Arc::clone(&self.world.source);
        self.engine
            .query(&principal, source, request)
            .await
            .map_err(|source| query_failed(rule, source))
    }
}

fn query_failed(rule: &Rule, source: QueryError) -> RulesError {
    RulesError::Query {
        rule: rule.id().to_owned(),
        source,
    }
}

fn nothing(standing: Standing, reason: Option<String>) -> RuleVerdict {
    RuleVerdict {
        standing,
        reason,
        pass: 0,
        breaking: 0,
        not_applicable: 0,
        not_evaluated: 0,
        failing: KeySet::new(),
        unknown: KeySet::new(),
    }
}

/// The key of the parent of a resource of the judged type.
fn parent_of<'k>(rule: &Rule, key: &'k str) -> &'k str {
    let mut parent = key;
    for _ in 0..rule.judged.key.len() {
        parent = parent.rsplit_once('/').map_or("", |(before, _)| before);
    }
    parent
}

fn texts(batch: &RecordBatch, column: usize) -> Result<impl Iterator<Item = &str>, RulesError> {
    let texts = batch
        .column(column)
        .as_string_opt::<i32>()
        .ok_or_else(|| RulesError::Internal("keys are no texts".to_owned()))?;
    Ok(texts.iter().flatten())
}

/// The rows of a batch of [`Rule::failing`].
fn failing(rule: &Rule, batch: &RecordBatch) -> Result<Vec<Failing>, RulesError> {
    let unreadable = |error: &dyn std::fmt::Display| RulesError::Internal(error.to_string());
    let mut lines = Vec::new();
    let mut writer = Writer::new(Format::Ndjson, batch.schema(), &mut lines);
    writer.write(batch).map_err(|error| unreadable(&error))?;
    writer.finish().map_err(|error| unreadable(&error))?;
    let mut found = Vec::with_capacity(batch.num_rows());
    for row in serde_json::Deserializer::from_slice(&lines).into_iter::<Map<String, Value>>() {
        let mut row = row.map_err(|error| unreadable(&error))?;
        let Some(Value::String(key)) = row.remove("k") else {
            return Err(RulesError::Internal("a row has no key".to_owned()));
        };
        let label = match row.remove("l") {
            Some(Value::String(label)) if !label.is_empty() => label,
            Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string(),
            _ => key.clone(),
        };
        let evidence: Map<String, Value> = rule
            .shown
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let value = row.remove(&format!("e{index}")).unwrap_or(Value::Null);
                (name.clone(), value)
            })
            .collect();
        found.push(Failing {
            key,
            label,
            evidence: Value::Object(evidence).to_string(),
        });
    }
    Ok(found)
}
