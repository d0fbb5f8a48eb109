//! Answers as text.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::support::Company;
use muster_model::Principal;
use muster_query::{
    Engine, EngineOptions, Request,
    format::{Format, write_answer},
};

fn write(format: Format, sql: &str) -> String {
    let engine = Engine::new(EngineOptions { threads: 1 }).unwrap();
    let source = Arc::new(Company::small());
    let mut output = Vec::new();
    futures::executor::block_on(async {
        let mut stream = engine
            .query(&Principal::Owner, source, Request::new(sql))
            .await
            .unwrap();
        write_answer(&mut stream, format, &mut output)
            .await
            .unwrap();
    });
    String::from_utf8(output).unwrap()
}

const SQL: &str = "SELECT id, created, lastLogin, groups, devices, profile.department, profile.level, logins, mfaEnabled, \
     'a,\"b\"' AS quoted, '' AS empty FROM okta_user ORDER BY id";

#[test]
fn json_is_one_array_with_nested_values_and_no_json_in_strings() {
    let text = write(Format::Json, SQL);
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 4);
    insta::assert_snapshot!(text);
}

#[test]
fn an_empty_answer_is_an_empty_array() {
    let sql = "SELECT id FROM okta_user WHERE id = 'nobody'";
    assert_eq!(write(Format::Json, sql), "[]\n");
    assert_eq!(write(Format::Ndjson, sql), "");
    assert_eq!(write(Format::Csv, sql), "id\n");
    assert_eq!(write(Format::Table, sql), "id\n──\n");
}

#[test]
fn every_line_of_ndjson_is_an_object() {
    let text = write(
        Format::Ndjson,
        "SELECT settings, label FROM okta_application ORDER BY id",
    );
    insta::assert_snapshot!(text);
}

#[test]
fn csv_tells_null_from_empty_text() {
    insta::assert_snapshot!(write(Format::Csv, SQL));
}

#[test]
fn a_table_is_for_people() {
    insta::assert_snapshot!(write(Format::Table, SQL));
}

#[test]
fn a_column_is_headed_by_the_name_it_was_asked_by() {
    let sql = "SELECT resourceId, _key, u.RESOURCEID AS again FROM okta_user u WHERE id = 'u1'";
    assert_eq!(write(Format::Csv, sql), "resourceId,_key,again\nu1,u1,u1\n");
}

#[test]
fn moments_of_any_zone_are_written_in_utc() {
    let sql = "SELECT to_timestamp('2026-01-01T02:00:00+02:00') AS a, CAST('2026-01-01' AS DATE) AS b, 0.1 AS c, 1e300 * 1e300 AS d";
    assert_eq!(
        write(Format::Ndjson, sql),
        "{\"a\":\"2026-01-01T00:00:00.000Z\",\"b\":\"2026-01-01\",\"c\":0.1,\"d\":null}\n"
    );
}
