//! `rules ...`

use std::{collections::HashSet, path::Path, sync::Arc};

use chrono::{DateTime, Utc};
use muster_control::{Control, Folder};
use muster_model::{Integration, Severity};
use muster_office::{Configuration, Failure, Register, catalogue_of};
use muster_provider::Catalogue;
use muster_query::{Engine, EngineOptions, SourceError};
use muster_rules::{
    Failing, Findings, Judge, Moment, Rule, RuleVerdict, Rulebook, RulesError, Standing, World,
    run_samples,
};
use serde_json::{Value, json};

use super::print;
use crate::cli::{CheckRules, Rules as Command};

pub fn run(command: Command, providers: Option<&Path>) -> Result<(), Failure> {
    match command {
        Command::List { json } => list(providers, json),
        Command::Check(check_rules) => check(&check_rules, providers),
        Command::Test { json } => test(providers, json),
    }
}

fn engine() -> Result<Arc<Engine>, Failure> {
    Engine::new(EngineOptions::default())
        .map(Arc::new)
        .map_err(|error| Failure::Unable(format!("cannot start: {error}")))
}

fn rulebook(engine: &Engine, catalogue: &Catalogue) -> Result<Rulebook, Failure> {
    super::runtime()?
        .block_on(Rulebook::of(engine, catalogue))
        .map_err(|problems| Failure::usage(problems.to_string()))
}

fn list(providers: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let catalogue = super::catalogue(providers)?;
    let rulebook = rulebook(&*engine()?, &catalogue)?;
    if as_json {
        let all: Vec<Value> = rulebook
            .rules()
            .iter()
            .map(|rule| {
                let file = &rule.file;
                let packs = rulebook.packs().iter().filter(|pack| {
                    let mut rules = pack.controls.iter().flat_map(|control| &control.rules);
                    rules.any(|id| id == rule.id())
                });
                json!({
                    "id": file.id, "title": file.title, "severity": file.severity, "provider": file.provider,
                    "judges": file.judges, "why": file.why, "tags": file.tags, "reads": rule.reads,
                    "applies": file.applies.as_ref().map_or("true", |applies| applies.text.as_str()),
                    "breaks": file.breaks.text, "sql": rule.sql, "remediation": file.remediation,
                    "frameworks": file.frameworks.iter().map(|framework| json!({
                        "framework": framework.framework, "control": framework.control
                    })).collect::<Vec<_>>(),
                    "packs": packs.map(|pack| pack.id.as_str()).collect::<Vec<_>>(),
                })
            })
            .collect();
        print::line(&Value::from(all).to_string());
        return Ok(());
    }
    let rows = rulebook.rules().iter().map(|rule| {
        vec![
            rule.file.id.clone(),
            rule.file.severity.as_str().to_owned(),
            rule.file.judges.clone(),
            rule.file.title.clone(),
        ]
    });
    print::table(
        &["rule", "severity", "judges", "what has to hold"],
        rows.collect::<Vec<_>>(),
    );
    Ok(())
}

fn test(providers: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let catalogue = super::catalogue(providers)?;
    let engine = engine()?;
    let tell = |passed: usize, failed: usize| {
        if as_json {
            print::line(&json!({ "passed": passed, "failed": failed }).to_string());
        }
    };
    let results = match super::runtime()?.block_on(run_samples(&engine, &catalogue)) {
        Ok(results) => results,
        Err(problems) => {
            tell(0, problems.len());
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            return Err(Failure::Usage(problems.join("\n")));
        }
    };
    let failed: Vec<_> = results.iter().filter(|result| !result.passed()).collect();
    let passed = results.len() - failed.len();
    tell(passed, failed.len());
    for result in &failed {
        let got = match &result.got {
            Ok(got) => got.as_str(),
            Err(message) => message.as_str(),
        };
        let because = result.reason.as_ref();
        let because = because
            .map(|reason| format!(" ({reason})"))
            .unwrap_or_default();
        print::note(&format!(
            "{}:{}: {}, {}: {}, not {}{because}",
            result.place.0,
            result.place.1,
            result.rule,
            result.sample,
            got,
            result.wanted.as_str(),
        ));
    }
    if !failed.is_empty() {
        let many = failed.len();
        return Err(Failure::Incomplete(format!(
            "{many} of {} samples came out otherwise than they say",
            results.len()
        )));
    }
    if !as_json {
        print::line(&format!("{passed} samples came out as they say."));
    }
    Ok(())
}

/// A rule in an integration, judged.
struct Judged {
    rule: Arc<Rule>,
    integration: Integration,
    verdict: RuleVerdict,
    failing: Vec<Failing>,
    /// Keys of those that somebody accepted.
    suppressed: HashSet<String>,
}

impl Judged {
    fn failures(&self) -> impl Iterator<Item = &Failing> {
        self.failing
            .iter()
            .filter(|failing| !self.suppressed.contains(&failing.key))
    }
}

fn check(command: &CheckRules, providers: Option<&Path>) -> Result<(), Failure> {
    let least = Severity::parse(&command.severity).ok_or_else(|| {
        Failure::usage(format!(
            "there is no severity `{}`; write info, low, medium, high or critical",
            command.severity
        ))
    })?;
    let catalogue = super::catalogue(providers)?;
    let folder = Folder::new(&command.data.data);
    let mut control = Control::open_reader(&folder)?;
    let engine = engine()?;
    let rulebook = rulebook(&engine, &*catalogue_of(&folder, &catalogue)?)?;
    let rules = wanted(&rulebook, &command.rules)?;
    let archive = Configuration::of(&folder)?.archive(&folder)?;
    let register = Register::open(&folder, &catalogue, archive)?;
    let moments = move || {
        let moment = register
            .now()
            .map_err(|failure| SourceError::Read(Box::new(failure)))?;
        Ok(Moment {
            sequence: moment.sequence(),
            source: Arc::new(moment),
        })
    };
    let now = Utc::now();
    let world = World::of(&moments, &rules).map_err(|error| Failure::unable(&error))?;
    let judge = Judge::new(Arc::clone(&engine), world, now);
    let judged = super::runtime()?
        .block_on(judge_all(&judge, &rules, &mut control, now))
        .map_err(|error| Failure::unable(&error))?;
    if command.json {
        print::line(&as_json(&judged).to_string());
    } else {
        show(&judged, least);
    }
    let worst = judged.iter().filter(|one| one.rule.file.severity >= least);
    let broken: Vec<usize> = worst
        .map(|one| one.failures().count())
        .filter(|count| *count > 0)
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    Err(Failure::Incomplete(format!(
        "{} of severity {} or worse {} broken, by {}",
        counted(broken.len(), "rule"),
        least.as_str(),
        if broken.len() == 1 { "is" } else { "are" },
        counted(broken.iter().sum(), "resource"),
    )))
}

fn counted(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

fn wanted(rulebook: &Rulebook, ids: &[String]) -> Result<Vec<Arc<Rule>>, Failure> {
    if ids.is_empty() {
        return Ok(rulebook.rules().to_vec());
    }
    let found = ids.iter().map(|id| {
        rulebook.rule(id).cloned().ok_or_else(|| {
            Failure::usage(format!(
                "there is no rule `{id}`; `muster rules list` shows them"
            ))
        })
    });
    found.collect()
}

async fn judge_all(
    judge: &Judge,
    rules: &[Arc<Rule>],
    control: &mut Control,
    now: DateTime<Utc>,
) -> Result<Vec<Judged>, RulesError> {
    let mut judged = Vec::new();
    for rule in rules {
        for integration in judge.world().integrations() {
            if integration.provider != rule.file.provider {
                continue;
            }
            let mut failing = Vec::new();
            let verdict = judge
                .judge(rule, integration, &mut |one| {
                    failing.push(one);
                    Ok(())
                })
                .await?;
            failing.sort_by(|left, right| left.label.cmp(&right.label));
            let suppressed = control.read(|transaction| {
                Findings(transaction).suppressed_keys(
                    rule.id(),
                    &integration.id,
                    now.timestamp_millis(),
                )
            })?;
            judged.push(Judged {
                rule: Arc::clone(rule),
                integration: integration.clone(),
                verdict,
                failing,
                suppressed: suppressed.into_iter().collect(),
            });
        }
    }
    Ok(judged)
}

fn as_json(judged: &[Judged]) -> Value {
    let all = judged.iter().map(|one| {
        let failures = one.failures().count() as u64;
        let failing: Vec<Value> = one
            .failing
            .iter()
            .map(|failing| {
                json!({
                    "key": failing.key, "label": failing.label,
                    "suppressed": one.suppressed.contains(&failing.key),
                    "evidence": serde_json::from_str::<Value>(&failing.evidence).unwrap_or_default(),
                })
            })
            .collect();
        let evaluated = match one.verdict.standing {
            Standing::Judged => "judged",
            Standing::NotEvaluated => "not_evaluated",
            Standing::NotApplicable => "not_applicable",
        };
        json!({
            "rule": one.rule.id(), "title": one.rule.file.title, "severity": one.rule.file.severity,
            "integration": one.integration.name, "resourceType": one.rule.file.judges,
            "standing": evaluated, "reason": one.verdict.reason,
            "counts": {
                "pass": one.verdict.pass, "fail": failures, "suppressed": one.verdict.breaking - failures,
                "notApplicable": one.verdict.not_applicable, "notEvaluated": one.verdict.not_evaluated,
            },
            "failing": failing,
        })
    });
    Value::from(all.collect::<Vec<_>>())
}

/// What a resource is called. The same user of two applications is told apart by its key.
fn named(failing: &Failing) -> String {
    match failing.key.contains('/') {
        true => format!("{} ({})", failing.label, failing.key),
        false => failing.label.clone(),
    }
}

fn show(judged: &[Judged], least: Severity) {
    let mut broken: Vec<&Judged> = judged
        .iter()
        .filter(|one| one.rule.file.severity >= least && one.failures().next().is_some())
        .collect();
    broken.sort_by_key(|one| std::cmp::Reverse(one.rule.file.severity));
    let rows: Vec<Vec<String>> = broken
        .iter()
        .flat_map(|one| {
            one.failures().map(|failing| {
                vec![
                    one.rule.file.severity.as_str().to_owned(),
                    one.rule.file.id.clone(),
                    one.integration.name.clone(),
                    named(failing),
                    one.rule.file.title.clone(),
                ]
            })
        })
        .collect();
    if rows.is_empty() {
        print::line("Nothing fails.");
    } else {
        print::table(
            &[
                "severity",
                "rule",
                "integration",
                "resource",
                "what has to hold",
            ],
            rows,
        );
    }
    for one in judged {
        if let Some(reason) = &one.verdict.reason {
            let what = match one.verdict.standing {
                Standing::Judged => format!("is not evaluated for {}", one.verdict.not_evaluated),
                Standing::NotEvaluated => "is not evaluated".to_owned(),
                Standing::NotApplicable => "does not apply".to_owned(),
            };
            let (rule, name) = (one.rule.id(), &one.integration.name);
            print::note(&format!("{rule} {what} in {name}: {reason}"));
        }
    }
}
