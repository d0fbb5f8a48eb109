//! Samples: little worlds in which a rule has to come to a known verdict.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use arrow::array::StringArray;
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, stream};
use muster_ledger::{
    Observations,
    decode::{Decoder, RowOrigin},
};
use muster_model::{Integration, IntegrationId, ResourceType, TypeState, TypeStatus};
use muster_provider::{
    Catalogue, Problem,
    definition::{RuleFile, Sample, SampleDocuments, SampleVerdict},
};
use muster_query::{Batches, Engine, Part, Source, SourceError};

use crate::{
    RulesError,
    judge::{Fate, Judge, Standing, World, key_hash},
    rule::Rule,
    rulebook::understood,
};

/// What `now()` says in a sample that does not tell: 2026-01-01T00:00:00Z.
const NEW_YEAR: i64 = 1_767_225_600_000;

/// Samples that are judged at the same time.
const AT_ONCE: usize = 8;

/// How one sample came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleResult {
    /// The rule's id.
    pub rule: String,
    /// The sample's name.
    pub sample: String,
    /// The file and line it stands in.
    pub place: (String, usize),
    /// What had to be said.
    pub wanted: SampleVerdict,
    /// What was said, or why nothing could be.
    pub got: Result<SampleVerdict, String>,
    /// Why it was not evaluated, where it was not.
    pub reason: Option<String>,
}

impl SampleResult {
    /// Whether what was said is what had to be said.
    pub fn passed(&self) -> bool {
        self.got.as_ref() == Ok(&self.wanted)
    }
}

/// Judges every sample of every rule of `catalogue`.
///
/// # Errors
/// What is wrong with the rules before any sample is looked at.
pub async fn run_samples(
    engine: &Arc<Engine>,
    catalogue: &Catalogue,
) -> Result<Vec<SampleResult>, Vec<Problem>> {
    let (rules, problems) = understood(engine, catalogue).await;
    if !problems.is_empty() {
        return Err(problems);
    }
    let samples = rules
        .iter()
        .flat_map(|rule| rule.file.samples.iter().map(move |sample| (rule, sample)));
    let results = stream::iter(samples)
        .map(|(rule, sample)| async move {
            let judged = judge(engine, catalogue, rule, sample).await;
            let (got, reason) = match judged {
                Ok((got, reason)) => (Ok(got), reason),
                Err(message) => (Err(message), None),
            };
            SampleResult {
                rule: rule.id().to_owned(),
                sample: sample.name.clone(),
                place: (rule.file.source_file.clone(), sample.line),
                wanted: sample.verdict,
                got,
                reason,
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    Ok(results)
}

/// Everything that is wrong with the rules of `catalogue`: what they say, and samples that come out otherwise.
pub async fn lint(engine: &Arc<Engine>, catalogue: &Catalogue) -> Vec<Problem> {
    let results = match run_samples(engine, catalogue).await {
        Ok(results) => results,
        Err(mut problems) => {
            problems.sort();
            return problems;
        }
    };
    results
        .into_iter()
        .filter(|result| !result.passed())
        .map(|result| Problem {
            message: format!("the sample `{}` {}", result.sample, told(&result)),
            remedy: "correct the rule or the sample".to_owned(),
            file: result.place.0,
            line: result.place.1,
        })
        .collect()
}

fn told(result: &SampleResult) -> String {
    let wanted = result.wanted.as_str();
    match (&result.got, &result.reason) {
        (Ok(got), Some(reason)) => format!("is {}, not {wanted}: {reason}", got.as_str()),
        (Ok(got), None) => format!("is {}, not {wanted}", got.as_str()),
        (Err(message), _) => format!("could not be judged: {message}"),
    }
}

async fn judge(
    engine: &Arc<Engine>,
    catalogue: &Catalogue,
    rule: &Rule,
    sample: &Sample,
) -> Result<(SampleVerdict, Option<String>), String> {
    let now = match &sample.now {
        Some(text) => DateTime::parse_from_rfc3339(text)
            .map_err(|error| error.to_string())?
            .with_timezone(&Utc),
        None => DateTime::from_timestamp_millis(NEW_YEAR).unwrap_or_default(),
    };
    let documents = Documents::of(catalogue, &rule.file, sample, now)?;
    let key = documents.judged.clone();
    let integration = documents.integration.clone();
    let failed = |error: RulesError| match std::error::Error::source(&error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    let world = World::still(Arc::new(documents), rule).map_err(|error| failed(error.into()))?;
    let judge = Judge::new(Arc::clone(engine), world, now);
    let verdict = judge
        .judge(rule, &integration, &mut |_| Ok(()))
        .await
        .map_err(failed)?;
    let said = match verdict.standing {
        Standing::NotEvaluated => SampleVerdict::NotEvaluated,
        Standing::NotApplicable => SampleVerdict::NotApplicable,
        Standing::Judged if verdict.failing.contains(&key_hash(&key)) => SampleVerdict::Fail,
        Standing::Judged if verdict.unknown.contains(&key_hash(&key)) => {
            SampleVerdict::NotEvaluated
        }
        Standing::Judged => {
            let fates = judge
                .fates(rule, &integration, std::slice::from_ref(&key))
                .await
                .map_err(failed)?;
            match fates.first() {
                Some(Fate::Aside) => SampleVerdict::NotApplicable,
                Some(Fate::Kept) => SampleVerdict::Pass,
                Some(Fate::Gone) | None => return Err(format!("`{key}` is not there")),
            }
        }
    };
    Ok((said, verdict.reason))
}

/// Documents in memory, as a source.
pub(crate) struct Documents {
    types: Arc<[Arc<ResourceType>]>,
    integrations: Vec<Integration>,
    pub integration: Integration,
    rows: HashMap<String, Part>,
    states: Vec<TypeState>,
    /// Parents whose listing has finished, of types that are not complete.
    listed: HashMap<String, Vec<String>>,
    /// The key of the first resource of the judged type.
    judged: String,
}

impl Documents {
    /// No documents.
    pub fn none(types: Arc<[Arc<ResourceType>]>) -> Self {
        let integration = integration("sample");
        Self {
            types,
            integrations: Vec::new(),
            integration,
            rows: HashMap::new(),
            states: Vec::new(),
            listed: HashMap::new(),
            judged: String::new(),
        }
    }

    fn of(
        catalogue: &Catalogue,
        rule: &RuleFile,
        sample: &Sample,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        let provider = catalogue
            .provider(&rule.provider)
            .ok_or_else(|| format!("there is no provider `{}`", rule.provider))?;
        let types: Arc<[Arc<ResourceType>]> = provider
            .resources
            .iter()
            .map(|file| Arc::clone(&file.resource_type))
            .collect();
        let integration = integration(&rule.provider);
        let now = now.timestamp_millis();
        let mut documents = Self {
            integrations: vec![integration.clone()],
            ..Self::none(Arc::clone(&types))
        };
        for resource_type in types.iter() {
            let name = &resource_type.name;
            let given = sample.documents.get(name);
            if let Some(given) = given {
                let (part, first) = decoded(resource_type, given, now)?;
                if *name == rule.judges {
                    documents.judged = first.unwrap_or_default();
                }
                documents.rows.insert(name.clone(), part);
            }
            let status = sample
                .states
                .get(name)
                .copied()
                .unwrap_or(TypeStatus::Complete);
            if status != TypeStatus::Complete {
                let parents = match given {
                    Some(SampleDocuments::PerParent(parents)) => {
                        parents.iter().map(|(parent, _)| parent.clone()).collect()
                    }
                    _ => Vec::new(),
                };
                documents.listed.insert(name.clone(), parents);
            }
            documents.states.push(TypeState {
                integration: integration.id.clone(),
                resource_type: name.clone(),
                status,
                parents: None,
                parents_done: None,
                complete_since: (status == TypeStatus::Complete).then_some(now),
                last_complete: (status == TypeStatus::Complete).then_some(now),
                stale: status == TypeStatus::Incomplete,
                held_back: false,
                reason: (status != TypeStatus::Complete).then(|| "the sample says so".to_owned()),
            });
        }
        documents.integration = integration;
        Ok(documents)
    }
}

fn integration(provider: &str) -> Integration {
    Integration {
        id: IntegrationId::from_random(1),
        provider: provider.to_owned(),
        name: "sample".to_owned(),
        description: String::new(),
        tags: Vec::new(),
        settings: BTreeMap::new(),
        enabled: true,
        allow_insecure_endpoint: false,
        interval_seconds: 600,
        created: 0,
        organisation: None,
    }
}

/// The rows of documents, and the key of the first.
fn decoded(
    resource_type: &ResourceType,
    given: &SampleDocuments,
    now: i64,
) -> Result<(Part, Option<String>), String> {
    let mut observations = Observations::default();
    let mut push = |parent: Option<&str>, text: &str| {
        observations
            .push(resource_type, parent, text)
            .map_err(|error| error.to_string())
    };
    match given {
        SampleDocuments::Listed(texts) => {
            for text in texts {
                push(None, text)?;
            }
        }
        SampleDocuments::PerParent(parents) => {
            for (parent, texts) in parents {
                for text in texts {
                    push(Some(parent), text)?;
                }
            }
        }
    }
    let mut decoder = Decoder::new(resource_type);
    let mut keys = BTreeSet::new();
    let mut first = None;
    for observation in observations.iter() {
        if !keys.insert(observation.key.to_owned()) {
            return Err(format!(
                "two documents of {} have the key `{}`",
                resource_type.name, observation.key
            ));
        }
        first.get_or_insert_with(|| observation.key.to_owned());
        let origin = RowOrigin {
            key: observation.key,
            sequence: 1,
            recorded_at: now,
        };
        decoder
            .push(origin, observation.document)
            .map_err(|error| error.to_string())?;
    }
    let batch = decoder.finish().map_err(|error| error.to_string())?;
    Ok((Part::new(vec![batch]), first))
}

impl Source for Documents {
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
        _integration: &IntegrationId,
    ) -> Result<Vec<Part>, SourceError> {
        Ok(self
            .rows
            .get(&resource_type.name)
            .cloned()
            .into_iter()
            .collect())
    }

    fn rows_at(
        &self,
        _resource_type: &ResourceType,
        _integration: &IntegrationId,
        at_milliseconds: i64,
    ) -> Result<Vec<Part>, SourceError> {
        Err(SourceError::BeforeHistory {
            starts: at_milliseconds,
        })
    }

    fn changes(
        &self,
        _resource_type: &ResourceType,
        _integration: &IntegrationId,
    ) -> Result<Batches, SourceError> {
        Ok(Box::new(std::iter::empty()))
    }

    fn listed_parents(
        &self,
        child_type: &str,
        _integration: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError> {
        let listed = self.listed.get(child_type);
        Ok(listed.map(|parents| vec![StringArray::from(parents.clone())]))
    }
}
