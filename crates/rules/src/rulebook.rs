//! Every rule there is, understood; everything that is wrong with them, at once.

use std::{collections::BTreeMap, sync::Arc};

use muster_model::{Principal, ResourceType};
use muster_provider::{
    Catalogue, Problem, Problems,
    definition::{RuleFile, SampleDocuments},
};
use muster_query::{Description, Engine, QueryError, ReadWay, Request};
use serde_json::Value;

use crate::{
    pack::{self, Pack},
    rule::{Rule, failing_statement},
    sample::Documents,
};

/// Every rule of a catalogue, and the packs. Made once.
#[derive(Debug)]
pub struct Rulebook {
    rules: Vec<Arc<Rule>>,
    by_id: BTreeMap<String, usize>,
    packs: Vec<Pack>,
    fingerprint: String,
}

impl Rulebook {
    /// Reads what the rules of `catalogue` mean. Nothing is evaluated.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub async fn of(engine: &Engine, catalogue: &Catalogue) -> Result<Self, Problems> {
        let (rules, mut problems) = understood(engine, catalogue).await;
        let (packs, more) = pack::embedded(|id| rules.iter().any(|rule| rule.id() == id));
        problems.extend(more);
        if !problems.is_empty() {
            problems.sort();
            return Err(Problems(problems));
        }
        let by_id = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (rule.id().to_owned(), index))
            .collect();
        Ok(Self {
            fingerprint: fingerprint(&rules),
            rules,
            by_id,
            packs,
        })
    }

    /// Every rule, by id.
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// The rule of this id.
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.by_id.get(id).and_then(|index| self.rules.get(*index))
    }

    /// Every pack, by id.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack of this id.
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    /// The same for rules that come to the same verdicts.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

/// The rules that are understood, by id, and what is wrong with the others.
pub(crate) async fn understood(
    engine: &Engine,
    catalogue: &Catalogue,
) -> (Vec<Arc<Rule>>, Vec<Problem>) {
    let types: Arc<[Arc<ResourceType>]> = catalogue
        .resource_types()
        .map(|file| Arc::clone(&file.resource_type))
        .collect();
    let nothing = Arc::new(Documents::none(types));
    let mut rules = Vec::new();
    let mut problems = Vec::new();
    for file in catalogue.rules() {
        let Some(judged) = catalogue.resource_type(&file.judges) else {
            continue;
        };
        let (sql, parts) = failing_statement(file, &judged.resource_type);
        let source = Arc::clone(&nothing);
        let described = engine
            .describe(&Principal::Owner, source, Request::new(sql.clone()))
            .await;
        let description = match described {
            Ok(description) => description,
            Err(error) => {
                problems.push(wrong_statement(file, &parts, &error));
                continue;
            }
        };
        let rule = Rule::new(
            Arc::clone(file),
            Arc::clone(&judged.resource_type),
            &description,
        );
        let found = [
            wrong_tables(file, &description),
            unseen_paths(file, &description),
        ];
        problems.extend(found.into_iter().flatten());
        rules.push(Arc::new(rule));
    }
    rules.sort_by(|left, right| left.id().cmp(right.id()));
    (rules, problems)
}

/// What is wrong with the SQL of a rule, and in which line of its file.
fn wrong_statement(
    file: &RuleFile,
    parts: &[crate::rule::Part<'_>],
    error: &QueryError,
) -> Problem {
    let remedy = "see crates/query/README.md for the SQL that can be written";
    let mut problem = Problem {
        file: file.source_file.clone(),
        line: file.breaks.line,
        message: error.to_string(),
        remedy: remedy.to_owned(),
    };
    let QueryError::Sql(error) = error else {
        return problem;
    };
    error.message.clone_into(&mut problem.message);
    if let Some(help) = &error.help {
        help.clone_into(&mut problem.remedy);
    }
    if let Some(place) = error.place {
        let part = parts.iter().rfind(|(begins, _)| *begins <= place.offset);
        if let Some((begins, text)) = part {
            let before = text.text.as_bytes().get(..place.offset - begins);
            let lines = before
                .unwrap_or_default()
                .iter()
                .filter(|byte| **byte == b'\n')
                .count();
            problem.line = text.line + lines;
        }
    }
    problem
}

/// A rule is judged on what is true now of resources.
fn wrong_tables(file: &RuleFile, description: &Description) -> Vec<Problem> {
    let problem = |what: String| Problem {
        file: file.source_file.clone(),
        line: file.breaks.line,
        message: format!("a rule cannot read {what}"),
        remedy: "read tables of resource types, as they are now".to_owned(),
    };
    let changes_or_past = description.reads.iter().filter_map(|read| match read.way {
        ReadWay::Past => Some(problem(format!("the past of {}", read.resource_type))),
        ReadWay::Changes => Some(problem(format!("the changes of {}", read.resource_type))),
        ReadWay::Table | ReadWay::Computed(_) | ReadWay::SameAs(_) => None,
    });
    let system = description
        .system_tables
        .iter()
        .map(|table| problem(table.clone()));
    changes_or_past.chain(system).collect()
}

/// Paths into documents that no sample has: most likely slips.
fn unseen_paths(file: &RuleFile, description: &Description) -> Vec<Problem> {
    let documents = sample_documents(file);
    let none = Vec::new();
    let mut problems = Vec::new();
    let mut unseen = |of: &str, path: &[String]| {
        problems.push(Problem {
            file: file.source_file.clone(),
            line: file.breaks.line,
            message: format!("no sample of {of} has `{}`", path.join(".")),
            remedy: "correct the path, or add a sample whose document has it".to_owned(),
        });
    };
    for read in &description.reads {
        let documents = documents.get(read.resource_type.as_str()).unwrap_or(&none);
        for path in &read.document_paths {
            if !documents.iter().any(|document| has(document, path)) {
                unseen(&read.resource_type, path);
            }
        }
    }
    for path in &description.inner_paths {
        let anywhere = documents.values().flatten();
        if !anywhere
            .into_iter()
            .any(|document| has_inside(document, path))
        {
            unseen("any type", path);
        }
    }
    problems
}

fn sample_documents(file: &RuleFile) -> BTreeMap<&str, Vec<Value>> {
    let mut found: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, documents) in file.samples.iter().flat_map(|sample| &sample.documents) {
        let texts: Vec<&String> = match documents {
            SampleDocuments::Listed(texts) => texts.iter().collect(),
            SampleDocuments::PerParent(parents) => {
                parents.iter().flat_map(|(_, texts)| texts).collect()
            }
        };
        let parsed = texts
            .into_iter()
            .filter_map(|text| serde_json::from_str(text).ok());
        found.entry(name.as_str()).or_default().extend(parsed);
    }
    found
}

fn has(document: &Value, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return true;
    };
    document.as_object().is_some_and(|members| {
        members
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case(first) && has(value, rest))
    })
}

fn has_inside(document: &Value, path: &[String]) -> bool {
    has(document, path)
        || match document {
            Value::Array(elements) => elements.iter().any(|element| has_inside(element, path)),
            Value::Object(members) => members.values().any(|value| has_inside(value, path)),
            _ => false,
        }
}

fn fingerprint(rules: &[Arc<Rule>]) -> String {
    let mut hasher = blake3::Hasher::new();
    for rule in rules {
        let file = &rule.file;
        let applies = file.applies.as_ref().map(|applies| applies.text.as_str());
        let label = file.label.as_ref().map(|label| label.text.as_str());
        let texts = [
            Some(file.id.as_str()),
            Some(file.title.as_str()),
            Some(file.severity.as_str()),
            Some(file.provider.as_str()),
            Some(file.judges.as_str()),
            applies,
            Some(file.breaks.text.as_str()),
            label,
        ];
        let shows = file.shows.iter().map(|shown| Some(shown.text.as_str()));
        for text in texts.into_iter().chain(shows) {
            let text = text.unwrap_or("\0");
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
    }
    hasher.finalize().to_hex().to_string()
}
