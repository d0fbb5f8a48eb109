//! Nobody learns of what they may not read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::support::{Company, integration};
use muster_model::{IntegrationId, Principal};
use muster_query::{
    Engine, EngineOptions, QueryError, Request,
    format::{Format, Writer},
};
use serde_json::json;

fn ask(principal: &Principal, sql: &str) -> Result<String, QueryError> {
    let mut company = Company::small();
    let other = integration(3, "okta", "other");
    let documents =
        vec![json!({"id": "u1", "status": "STAGED", "profile": {"email": "x@other.example"}})];
    company
        .rows
        .insert(("okta_user".to_owned(), other.id.clone()), documents);
    company.integrations.push(other);
    let engine = Engine::new(EngineOptions { threads: 2 }).unwrap();
    let mut stream = engine.query_blocking(principal, Arc::new(company), Request::new(sql))?;
    let mut writer = Writer::new(Format::Csv, stream.schema(), Vec::new());
    while let Some(batch) = stream.next_blocking()? {
        writer.write(&batch).unwrap();
    }
    Ok(String::from_utf8(writer.finish().unwrap()).unwrap())
}

fn limited() -> Principal {
    Principal::Limited {
        name: "reader".to_owned(),
        resource_types: vec!["okta_user".to_owned(), "okta_group_member".to_owned()],
        integrations: vec![IntegrationId::from_random(1)],
    }
}

#[test]
fn a_type_that_may_not_be_read_does_not_exist() {
    for table in ["okta_group", "okta_group_changes", "jumpcloud_user"] {
        let error = ask(&limited(), &format!("SELECT * FROM {table}")).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains(&format!("there is no table `{table}`")),
            "{text}"
        );
        assert!(!text.contains("jumpcloud_user`?"), "{text}");
    }
    let error = ask(&limited(), "SELECT * FROM okta_factr").unwrap_err();
    assert!(!error.to_string().contains("okta_factor"), "{error}");
}

#[test]
fn rows_of_other_integrations_stay_out() {
    let sql =
        "SELECT _meta.integration.name AS i, count(*) AS n FROM okta_user GROUP BY i ORDER BY i";
    assert_eq!(ask(&limited(), sql).unwrap(), "i,n\nacme,4\n");
    assert_eq!(
        ask(&Principal::Owner, sql).unwrap(),
        "i,n\nacme,4\nother,1\n"
    );
}

#[test]
fn the_catalogue_shows_what_may_be_read() {
    let sql = "SELECT table_name FROM information_schema.tables ORDER BY table_name";
    let tables = ask(&limited(), sql).unwrap();
    assert_eq!(
        tables.lines().skip(1).collect::<Vec<_>>(),
        [
            "integration",
            "okta_group_member",
            "okta_group_member_changes",
            "okta_user",
            "okta_user_changes",
            "sync_state"
        ]
    );
    let sql =
        "SELECT count(*) AS n FROM information_schema.columns WHERE table_name = 'okta_group'";
    assert_eq!(ask(&limited(), sql).unwrap(), "n\n0\n");
    let sql = "SELECT DISTINCT type FROM sync_state ORDER BY type";
    assert_eq!(
        ask(&limited(), sql).unwrap(),
        "type\nokta_group_member\nokta_user\n"
    );
    let sql = "SELECT name FROM integration";
    assert_eq!(ask(&limited(), sql).unwrap(), "name\nacme\n");
}

#[test]
fn a_column_computed_from_what_may_not_be_read_is_null() {
    let sql = "SELECT DISTINCT mfaEnabled FROM okta_user";
    assert_eq!(ask(&limited(), sql).unwrap(), "mfaEnabled\n\n");
}

#[test]
fn the_same_key_in_two_integrations_is_two_resources() {
    let sql = "SELECT u.id, u.mfaEnabled, u._meta.integration.name AS i FROM okta_user u WHERE u.id = 'u1' ORDER BY i";
    assert_eq!(
        ask(&Principal::Owner, sql).unwrap(),
        "id,mfaEnabled,i\nu1,true,acme\nu1,false,other\n"
    );
    let sql = "SELECT count(*) AS n FROM okta_group_member WHERE status IS NOT NULL";
    assert_eq!(ask(&Principal::Owner, sql).unwrap(), "n\n3\n");
}
