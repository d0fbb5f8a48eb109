//! What a rule file says. Its SQL is text here.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::{Severity, TypeStatus};
use serde_json::Value as Json;

use super::table::{File, Placed, Table, placed_texts, wrong};
use crate::{
    definition::{
        Framework, PlacedText, Provider, RuleFile, Sample, SampleDocuments, SampleVerdict,
    },
    problem::{Problem, suggest},
};

/// A rule file and the lines that [`check_ties`] speaks of.
pub(super) struct RawRule {
    pub rule: RuleFile,
    /// Whether it is no TOML; what it says is not worth judging.
    broken: bool,
    id_line: usize,
    judges_line: usize,
    /// Per sample: types named, with their lines.
    named_types: Vec<Vec<(String, usize)>>,
}

/// Reads one file under `rules/`. Everything but its ties to other files and its SQL is checked here.
pub(super) fn read_rule(
    path: &str,
    provider: &str,
    slug: &str,
    text: &str,
) -> (RawRule, Vec<Problem>) {
    let mut file = File::new(path, text);
    let file = &mut file;
    let parsed = file.parse();
    let mut root = Table::root(&parsed);
    let id = root.needed("id", file);
    if !is_id(&id.value) && !id.value.is_empty() {
        file.problem(
            id.line,
            format!("`{}` is no id for a rule", id.value),
            "write capital letters, `-` and digits: `OKTA-098`",
        );
    }
    let title = root.needed("title", file).value;
    let why = root.needed("why", file).value;
    let severity = severity(&mut root, file);
    let judges = root.needed("judges", file);
    let applies = root.text("applies", file);
    let applies = applies.map(|text| placed(text, file));
    let breaks = root.needed("breaks", file);
    let breaks = placed(breaks, file);
    let shows: Vec<PlacedText> = root
        .texts("shows", file)
        .into_iter()
        .map(|text| placed(text, file))
        .collect();
    if shows.is_empty() {
        file.problem(
            0,
            "the file lacks `shows`",
            "name what of the resource is the evidence: `shows = [\"status\"]`",
        );
    }
    let label = root.text("label", file);
    let label = label.map(|text| placed(text, file));
    let tags = values(root.texts("tags", file));
    let remediation = values(root.texts("remediation", file));
    if remediation.is_empty() {
        file.problem(
            0,
            "the file lacks `remediation`",
            "say what to do about a finding, one step each: `remediation = [\"...\"]`",
        );
    }
    let frameworks = frameworks(&mut root, file);
    let mut named_types = Vec::new();
    let samples: Vec<Sample> = root
        .tables("samples", file)
        .into_iter()
        .map(|sample| {
            let (sample, types) = sample_of(sample, file);
            named_types.push(types);
            sample
        })
        .collect();
    root.finish(file);
    wanted_samples(&samples, applies.is_some(), file);
    let rule = RuleFile {
        id: id.value,
        slug: slug.to_owned(),
        provider: provider.to_owned(),
        title,
        why: folded(&why),
        severity,
        judges: judges.value,
        applies,
        breaks,
        shows,
        label,
        tags,
        remediation,
        frameworks,
        samples,
        source_file: path.to_owned(),
    };
    let raw = RawRule {
        rule,
        broken: file.broken,
        id_line: id.line,
        judges_line: judges.line,
        named_types,
    };
    (raw, file.problems())
}

/// What rules and resource files have to agree on, and ids that stand twice.
pub(super) fn check_ties(rules: &[RawRule], providers: &[Provider], problems: &mut Vec<Problem>) {
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for raw in rules.iter().filter(|raw| !raw.broken) {
        let rule = &raw.rule;
        let mut problem = |line: usize, message: String, remedy: String| {
            problems.push(Problem {
                file: rule.source_file.clone(),
                line,
                message,
                remedy,
            });
        };
        if let Some(first) = ids.insert(&rule.id, &rule.source_file) {
            problem(
                raw.id_line,
                format!("`{}` is also the id of {first}", rule.id),
                "give each rule an id of its own".to_owned(),
            );
        }
        let Some(provider) = providers
            .iter()
            .find(|provider| provider.name == rule.provider)
        else {
            continue;
        };
        let names = || provider.resources.iter().map(|file| file.name());
        let unknown = |name: &str| {
            let remedy = suggest(name, names().collect::<Vec<_>>());
            (format!("there is no type `{name}`"), remedy)
        };
        // Types whose resources are pushed are made while the product runs.
        let is_unknown = !provider.pushed && provider.resource_type(&rule.judges).is_none();
        if is_unknown && !rule.judges.is_empty() {
            let (message, remedy) = unknown(&rule.judges);
            problem(raw.judges_line, message, remedy);
        }
        for (sample, named) in rule.samples.iter().zip(&raw.named_types) {
            for (name, line) in named {
                let Some(file) = provider.resource_type(name) else {
                    if provider.pushed {
                        continue;
                    }
                    let (message, remedy) = unknown(name);
                    problem(*line, message, remedy);
                    continue;
                };
                match (sample.documents.get(name), file.parent()) {
                    (Some(SampleDocuments::Listed(_)), Some(parent)) => problem(
                        *line,
                        format!("{name} is listed per {parent}"),
                        format!(
                            "write `[samples.documents.{name}]` and below it the key of each {parent} with its documents"
                        ),
                    ),
                    (Some(SampleDocuments::PerParent(_)), None) => problem(
                        *line,
                        format!("{name} is not listed per parent"),
                        format!("write `{name} = ['''{{...}}''']`"),
                    ),
                    _ => {}
                }
            }
            let judged = match sample.documents.get(&rule.judges) {
                Some(SampleDocuments::Listed(documents)) => !documents.is_empty(),
                Some(SampleDocuments::PerParent(parents)) => {
                    parents.iter().any(|(_, documents)| !documents.is_empty())
                }
                None => false,
            };
            if !judged {
                problem(
                    sample.line,
                    format!("the sample `{}` has nothing to judge", sample.name),
                    format!("add a document of {}", rule.judges),
                );
            }
        }
    }
}

fn placed(text: Placed<String>, file: &File<'_>) -> PlacedText {
    PlacedText {
        line: file.words_line(text.line, &text.value),
        text: text.value.trim().to_owned(),
    }
}

fn values(texts: Vec<Placed<String>>) -> Vec<String> {
    texts.into_iter().map(|text| text.value).collect()
}

/// Prose that was broken into lines, as one line.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_id(id: &str) -> bool {
    id.rsplit_once('-').is_some_and(|(name, number)| {
        let letters = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
        };
        !name.is_empty()
            && letters(name)
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn severity(root: &mut Table<'_, '_>, file: &mut File<'_>) -> Severity {
    let word = root.needed("severity", file);
    Severity::parse(&word.value).unwrap_or_else(|| {
        if !word.value.is_empty() {
            let words = Severity::ALL.map(Severity::as_str);
            file.problem(
                word.line,
                format!("there is no severity `{}`", word.value),
                suggest(&word.value, words),
            );
        }
        Severity::Info
    })
}

fn frameworks(root: &mut Table<'_, '_>, file: &mut File<'_>) -> Vec<Framework> {
    let tables = root.tables("frameworks", file);
    tables
        .into_iter()
        .map(|mut table| {
            let framework = Framework {
                framework: table.needed("framework", file).value,
                control: table.needed("control", file).value,
            };
            table.finish(file);
            framework
        })
        .collect()
}

fn sample_of(mut table: Table<'_, '_>, file: &mut File<'_>) -> (Sample, Vec<(String, usize)>) {
    let line = table.line;
    let name = table.needed("name", file).value;
    let word = table.needed("verdict", file);
    let verdict = SampleVerdict::parse(&word.value).unwrap_or_else(|| {
        if !word.value.is_empty() {
            file.problem(
                word.line,
                format!("there is no verdict `{}`", word.value),
                suggest(&word.value, SampleVerdict::ALL.map(SampleVerdict::as_str)),
            );
        }
        SampleVerdict::Pass
    });
    let now = table.text("now", file);
    if let Some(now) = &now
        && humantime::parse_rfc3339(&now.value).is_err()
    {
        file.problem(
            now.line,
            format!("`{}` is no moment", now.value),
            "write it as `2026-01-01T00:00:00Z`",
        );
    }
    let mut types = Vec::new();
    let mut documents = BTreeMap::new();
    if let Some(found) = table.table("documents", file) {
        for (name, value) in found.entries(file) {
            types.push((name.value.clone(), name.line));
            if let Some(read) = documents_of(&name, value, file) {
                documents.insert(name.value, read);
            }
        }
    }
    let mut states = BTreeMap::new();
    if let Some(found) = table.table("states", file) {
        for (name, value) in found.entries(file) {
            types.push((name.value.clone(), name.line));
            let word = value.get_ref().as_str().unwrap_or_default();
            match TypeStatus::parse(word) {
                Some(status) => {
                    states.insert(name.value, status);
                }
                None => file.problem(
                    name.line,
                    format!("there is no state `{word}`"),
                    "write complete, incomplete, not_permitted, not_available or skipped",
                ),
            }
        }
    }
    table.finish(file);
    let sample = Sample {
        name,
        verdict,
        now: now.map(|now| now.value),
        documents,
        states,
        line,
    };
    (sample, types)
}

fn documents_of(
    name: &Placed<String>,
    value: super::table::Value<'_, '_>,
    file: &mut File<'_>,
) -> Option<SampleDocuments> {
    if value.get_ref().as_array().is_some() {
        return Some(SampleDocuments::Listed(objects(&name.value, value, file)));
    }
    if value.get_ref().as_table().is_none() {
        wrong(
            file,
            name.line,
            &name.value,
            "an array of documents, or a table of such arrays by the parent's key",
            value.get_ref(),
        );
        return None;
    }
    let parents = Table::of(&name.value, value, file)?;
    let mut found = Vec::new();
    for (parent, documents) in parents.entries(file) {
        let what = format!("{}.{}", name.value, parent.value);
        found.push((parent.value, objects(&what, documents, file)));
    }
    Some(SampleDocuments::PerParent(found))
}

/// Texts that are JSON objects.
fn objects(name: &str, value: super::table::Value<'_, '_>, file: &mut File<'_>) -> Vec<String> {
    let texts = placed_texts(name, value, file);
    for text in &texts {
        let problem = match serde_json::from_str::<Json>(&text.value) {
            Ok(Json::Object(_)) => continue,
            Ok(_) => "it is no object".to_owned(),
            Err(error) => error.to_string(),
        };
        file.problem(
            text.line,
            format!("a document of `{name}` is not as the vendor answers: {problem}"),
            "write one JSON object, `'''{\"id\": \"...\"}'''`",
        );
    }
    values(texts)
}

/// A rule that was never seen to fail, pass, or stand aside is not known to.
fn wanted_samples(samples: &[Sample], stands_aside: bool, file: &mut File<'_>) {
    let verdicts: BTreeSet<&str> = samples
        .iter()
        .map(|sample| sample.verdict.as_str())
        .collect();
    let mut wanted = vec![SampleVerdict::Fail, SampleVerdict::Pass];
    if stands_aside {
        wanted.push(SampleVerdict::NotApplicable);
    }
    for verdict in wanted {
        if !verdicts.contains(verdict.as_str()) {
            file.problem(
                0,
                format!("there is no sample with the verdict `{}`", verdict.as_str()),
                "add one under `[[samples]]`",
            );
        }
    }
}
