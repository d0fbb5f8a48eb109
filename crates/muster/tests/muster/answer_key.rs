//! Every rule fires on the weaknesses that were planted, on all of them and on nothing else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::common::{add, ask, done, muster, sim_with};
use serde_json::Value;

/// What `rules check` finds: keys by rule, and what could not be judged.
fn checked(data: &Path) -> (BTreeMap<String, BTreeSet<String>>, Vec<String>) {
    let output = muster(data, &["rules", "check", "--severity", "info", "--json"]);
    let code = output.status.code();
    let told = String::from_utf8_lossy(&output.stderr);
    let rules: Vec<Value> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {told}"));
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut unknown = Vec::new();
    for rule in &rules {
        let id = rule["rule"].as_str().unwrap().to_owned();
        if !rule["reason"].is_null() {
            unknown.push(format!("{id}: {}", rule["reason"]));
        }
        let failing = rule["failing"].as_array().unwrap();
        keys.entry(id).or_default().extend(
            failing
                .iter()
                .map(|one| one["key"].as_str().unwrap().to_owned()),
        );
    }
    let any = keys.values().any(|keys| !keys.is_empty());
    assert_eq!(code, Some(i32::from(any)), "{told}");
    (keys, unknown)
}

/// The answer key: keys by check, from every object whose name begins with a check's id.
fn truth(url: &str) -> BTreeMap<String, BTreeSet<String>> {
    let answer: Value = serde_json::from_str(&ask(url, "/_sim/truth", "")).unwrap();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut left = vec![&answer];
    while let Some(value) = left.pop() {
        for (name, case) in value.as_object().into_iter().flatten() {
            let id = name.split(' ').next().unwrap_or_default();
            match case["keys"].as_array() {
                Some(keys) if id.starts_with("OKTA-") => {
                    let keys: Vec<&str> = keys.iter().map(|key| key.as_str().unwrap()).collect();
                    assert_eq!(case["count"].as_u64(), Some(keys.len() as u64), "{name}");
                    let known = found.entry(id.to_owned()).or_default();
                    known.extend(keys.into_iter().map(str::to_owned));
                }
                _ => left.push(case),
            }
        }
    }
    found
}

fn difference(found: &BTreeSet<String>, planted: &BTreeSet<String>) -> Option<String> {
    let list = |keys: Vec<&String>| -> String {
        let shown: Vec<&str> = keys.iter().take(5).map(|key| key.as_str()).collect();
        format!("{} [{}]", keys.len(), shown.join(", "))
    };
    let missed = list(planted.difference(found).collect());
    let invented = list(found.difference(planted).collect());
    (found != planted).then(|| format!("missed {missed}, not planted {invented}"))
}

#[test]
fn every_rule_fires_on_what_was_planted_and_on_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let (_sim, url) = sim_with(300, &["--epoch", "today"]);
    add(place.path(), &url, "main");
    done(place.path(), &["sync", "--allow-insecure-endpoints"]);
    let (found, unknown) = checked(place.path());
    let truth = truth(&url);
    let mut wrong = Vec::new();
    for (rule, keys) in &found {
        match truth.get(rule) {
            None => wrong.push(format!("{rule}: nothing is planted for it")),
            Some(planted) if planted.is_empty() => {
                wrong.push(format!("{rule}: its weakness is planted nowhere"));
            }
            Some(planted) => {
                wrong.extend(difference(keys, planted).map(|text| format!("{rule}: {text}")));
            }
        }
    }
    assert_eq!(found.len(), 45);
    assert!(
        wrong.is_empty(),
        "{}\n{}",
        wrong.join("\n"),
        unknown.join("\n")
    );
}

#[test]
fn no_rule_fires_on_a_clean_organisation() {
    let place = tempfile::tempdir().unwrap();
    let (_sim, url) = sim_with(300, &["--epoch", "today", "--clean"]);
    add(place.path(), &url, "main");
    done(place.path(), &["sync", "--allow-insecure-endpoints"]);
    let (found, unknown) = checked(place.path());
    let wrong: Vec<String> = found
        .iter()
        .filter(|(_, keys)| !keys.is_empty())
        .map(|(rule, keys)| format!("{rule}: {keys:?}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{}\n{}",
        wrong.join("\n"),
        unknown.join("\n")
    );
}
