//! What a statement reads is told without running it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::support::Company;
use muster_model::Principal;
use muster_query::{Description, Engine, EngineOptions, QueryError, Read, ReadWay, Request};

fn described(sql: &str) -> Result<Description, QueryError> {
    let engine = Engine::new(EngineOptions { threads: 1 }).unwrap();
    let company = Arc::new(Company::small());
    let described = engine.describe(&Principal::Owner, company, Request::new(sql));
    futures::executor::block_on(described)
}

fn read(resource_type: &str, way: ReadWay, paths: &[&str]) -> Read {
    Read {
        resource_type: resource_type.to_owned(),
        way,
        document_paths: paths
            .iter()
            .map(|path| path.split('.').map(str::to_owned).collect())
            .collect(),
    }
}

#[test]
fn types_are_told_by_the_way_they_are_read() {
    let description = described(
        "SELECT u.id, u.mfaEnabled FROM okta_user u
         WHERE EXISTS (SELECT 1 FROM okta_group_member m WHERE m.id = u.id AND m.status = 'ACTIVE')
           AND u.id IN (SELECT VALUE c.resourceId FROM okta_application_changes c)",
    )
    .unwrap();
    assert_eq!(
        description.reads,
        [
            read("okta_application", ReadWay::Changes, &[]),
            read(
                "okta_factor",
                ReadWay::Computed("okta_user".to_owned()),
                &[]
            ),
            read("okta_group_member", ReadWay::Table, &[]),
            read("okta_user", ReadWay::Table, &[]),
            read(
                "okta_user",
                ReadWay::SameAs("okta_group_member".to_owned()),
                &[]
            ),
        ]
    );
    let names: Vec<&String> = description
        .columns
        .fields()
        .iter()
        .map(|field| field.name())
        .collect();
    assert_eq!(names, ["id", "mfaEnabled"]);
    assert!(description.system_tables.is_empty());
    // What is not read is not told.
    let description = described("SELECT m.id FROM okta_group_member m").unwrap();
    assert_eq!(
        description.reads,
        [read("okta_group_member", ReadWay::Table, &[])]
    );
}

#[test]
fn places_of_documents_are_told_as_the_vendor_spells_them() {
    let description = described(
        "SELECT u.profile.department, u._raw.a.b, u.status FROM okta_user u
         JOIN okta_application a ON a.settings.app.url = u.profile.login
         WHERE EXISTS (SELECT 1 FROM a.settings.rules r WHERE r.on AND r.deep.er = 'x')",
    )
    .unwrap();
    assert_eq!(
        description.reads,
        [
            read(
                "okta_application",
                ReadWay::Table,
                &["settings.app.url", "settings.rules"]
            ),
            read("okta_user", ReadWay::Table, &["profile.department", "a.b"]),
        ]
    );
    assert_eq!(description.inner_paths, [vec!["deep", "er"], vec!["on"]]);
}

#[test]
fn the_past_and_the_system_are_told_apart() {
    let description = described(
        "SELECT u.id FROM okta_user AT '2026-01-02' u WHERE EXISTS (SELECT 1 FROM sync_state)",
    )
    .unwrap();
    assert_eq!(description.reads, [read("okta_user", ReadWay::Past, &[])]);
    assert_eq!(description.system_tables, ["sync_state"]);
}

#[test]
fn a_wrong_statement_is_refused_as_if_it_were_run() {
    let error = described("SELECT statsu FROM okta_user").unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1, column 8: okta_user has no column `statsu`; did you mean `status`?"
    );
}

#[test]
fn every_function_says_what_it_does() {
    let engine = Engine::new(EngineOptions { threads: 1 }).unwrap();
    let functions = engine.functions();
    let wordless: Vec<_> = functions
        .iter()
        .filter(|function| function.description.is_empty() || function.signatures.is_empty())
        .map(|function| &function.name)
        .collect();
    assert!(wordless.is_empty(), "{wordless:?}");
    let known = |name: &str| {
        functions
            .iter()
            .find(|function| function.name == name)
            .unwrap()
    };
    assert!(known("bool_or").description.contains("any"));
    assert_eq!(known("lpad").signatures, ["lpad(str, n[, padding_str])"]);
}
