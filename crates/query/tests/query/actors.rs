//! Who made a change is looked up where a statement wants to know, and nowhere else.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, atomic::Ordering::Relaxed};

use crate::support::Company;
use futures::StreamExt as _;
use muster_model::Principal;
use muster_query::{Engine, EngineOptions, Request};

/// How often a statement makes the source look up who made changes.
fn lookups(sql: &str) -> u64 {
    let engine = Engine::new(EngineOptions { threads: 1 }).unwrap();
    let company = Arc::new(Company::small());
    let source: Arc<Company> = Arc::clone(&company);
    let rows = async {
        let mut stream = engine
            .query(&Principal::Owner, source, Request::new(sql))
            .await
            .unwrap();
        while let Some(batch) = stream.next().await {
            batch.unwrap();
        }
    };
    futures::executor::block_on(rows);
    company.lookups.load(Relaxed)
}

#[test]
fn actors_are_looked_up_only_where_a_statement_reads_them() {
    for (sql, asks) in [
        ("SELECT type, after FROM okta_user_changes", false),
        ("SELECT count(*) FROM okta_user_changes", false),
        ("SELECT _meta.recordedAt FROM okta_user_changes", false),
        ("SELECT actor FROM okta_user_changes", true),
        (
            "SELECT type FROM okta_user_changes WHERE actor.name = 'root'",
            true,
        ),
        ("SELECT eventType FROM okta_user_changes", true),
        ("SELECT _meta.event.id FROM okta_user_changes", true),
        ("SELECT * FROM okta_user_changes", true),
        ("SELECT * FROM okta_user", false),
    ] {
        assert_eq!(lookups(sql) > 0, asks, "{sql}");
    }
}
