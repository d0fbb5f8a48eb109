//! Errors as people see them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::support::Company;
use muster_model::Principal;
use muster_query::{Engine, EngineOptions, Request};

#[test]
fn an_error_points_at_the_word() {
    let engine = Engine::new(EngineOptions { threads: 1 }).unwrap();
    let statements = [
        "SELECT id\nFROM okta_usr u\nWHERE u.status = 'ACTIVE'",
        "SELECT id,\n\t'é', u.statsu\nFROM okta_user u",
        "SELECT emial FROM okta_user",
        "SELECT id FROM okta_user WHERE created < 'garbage'",
        "SELECT status, count(*) FROM okta_user",
        "SELECT id FROM okta_user WHERE (status = 'x'",
        "SELECT id FROM okta_user AT '2020-01-01'",
        "SELECT id FROM okta_user u JOIN okta_group g ON g.nam = u.id",
        "DELETE FROM okta_user",
        "SELECT id FROM okta_user AT now()",
        "SELECT sum(profile.email) FROM okta_user",
        "SELECT created + status FROM okta_user",
    ];
    let rendered: Vec<String> = statements
        .iter()
        .map(|sql| {
            let source = Arc::new(Company::small());
            let error = engine
                .query_blocking(&Principal::Owner, source, Request::new(*sql))
                .and_then(|mut stream| stream.next_blocking().map(|_| ()))
                .unwrap_err();
            error.render(sql)
        })
        .collect();
    insta::assert_snapshot!(rendered.join("\n\n"));
}
