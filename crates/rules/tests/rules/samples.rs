//! Every shipped rule says of its samples what they say it has to.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, fs, sync::Arc};

use muster_provider::Catalogue;
use muster_query::{Engine, EngineOptions};
use muster_rules::{Rulebook, lint, run_samples};

fn engine() -> Arc<Engine> {
    Arc::new(Engine::new(EngineOptions { threads: 2 }).unwrap())
}

#[tokio::test]
async fn every_sample_comes_out_as_it_says() {
    let catalogue = Catalogue::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    let results = run_samples(&engine(), &catalogue)
        .await
        .unwrap_or_else(|problems| panic!("{problems:#?}"));
    let failed: Vec<_> = results.iter().filter(|result| !result.passed()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(results.len() >= 45 * 2);
}

#[tokio::test]
async fn the_stig_is_whole_and_its_rules_are_there() {
    let catalogue = Catalogue::embedded().unwrap();
    let rulebook = Rulebook::of(&engine(), &catalogue).await.unwrap();
    assert_eq!(rulebook.rules().len(), 45);
    let stig = rulebook.pack("disa-stig-okta").unwrap();
    assert_eq!(stig.controls.len(), 29);
    let decided = stig.controls.iter().filter(|one| !one.rules.is_empty());
    assert_eq!(decided.count(), 19);
    // A rule and the control it decides name each other, and agree on how grave it is.
    for control in &stig.controls {
        for id in &control.rules {
            let rule = rulebook.rule(id).unwrap();
            let frameworks = &rule.file.frameworks;
            assert!(
                frameworks
                    .iter()
                    .any(|framework| framework.control == control.id),
                "{id} does not name {}",
                control.id
            );
            assert_eq!(rule.file.severity, control.severity, "{id}");
        }
    }
    // What a pack names and no provider has would be dropped unseen.
    let text = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../packs/disa-stig-okta.toml"
    ));
    let named: BTreeSet<String> = text
        .unwrap()
        .split('"')
        .filter(|word| word.starts_with("OKTA-"))
        .map(str::to_owned)
        .collect();
    assert!(named.iter().all(|id| rulebook.rule(id).is_some()));
}

#[tokio::test]
async fn a_slip_in_a_rule_is_told_with_its_line() {
    let place = crate::support::providers(&[]);
    let rules = place.path().join("okta/rules");
    let rule = |breaks: &str, document: &str| {
        format!(
            r#"id = "TEST-1"
title = "A test"
why = "It has to be tested."
severity = "low"
judges = "okta_user"
breaks = """
{breaks}
"""
shows = ["status"]
remediation = ["Nothing."]

[[samples]]
name = "one"
verdict = "fail"
[samples.documents]
okta_user = ['''{document}''']

[[samples]]
name = "two"
verdict = "pass"
[samples.documents]
okta_user = ['''{document}''']
"#
        )
    };
    let document =
        r#"{"id": "00u1", "status": "ACTIVE", "profile": {"login": "a@b.c", "city": "Bern"}}"#;
    let cases = [
        ("a column", rule("\nstatsu = 'ACTIVE'", document)),
        (
            "a place in the document",
            rule("profile.cty = 'Bern'", document),
        ),
        ("no condition", rule("status", document)),
        (
            "the past",
            rule(
                "id IN (SELECT VALUE u.id FROM okta_user AT '2026-01-01' u)",
                document,
            ),
        ),
        (
            "a table of the system",
            rule("EXISTS (SELECT 1 FROM sync_state)", document),
        ),
        (
            "a sample that comes out otherwise",
            rule("profile.city = 'Bern'", document),
        ),
    ];
    let mut told = String::new();
    for (case, text) in cases {
        fs::write(rules.join("test.toml"), text).unwrap();
        let catalogue = Catalogue::load(place.path()).unwrap();
        told.push_str(&format!("# {case}\n"));
        for problem in lint(&engine(), &catalogue).await {
            told.push_str(&format!("{problem}\n"));
        }
    }
    insta::assert_snapshot!(told);
}

#[tokio::test]
async fn the_rule_in_the_guide_can_be_copied() {
    let guide = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/guide/rules.md"
    ));
    let guide = guide.unwrap();
    let rule = guide.split("```toml\n").nth(1).unwrap();
    let rule = rule.split("```").next().unwrap();
    let place = crate::support::providers(&[]);
    fs::write(place.path().join("okta/rules/contractor.toml"), rule).unwrap();
    let catalogue = Catalogue::load(place.path()).unwrap_or_else(|problems| panic!("{problems}"));
    let problems = lint(&engine(), &catalogue).await;
    assert!(problems.is_empty(), "{problems:#?}");
}
