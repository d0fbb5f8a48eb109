//! `POST /api/query`.

use std::time::Duration;

use reqwest::{Method, header};
use serde_json::{Value, json};

use crate::harness::{Asker, TestServer, connect, okta};

async fn ask(asker: &Asker, accept: &str, body: Value) -> (u16, String) {
    let mut request = asker
        .client
        .post(format!("{}/api/query", asker.base))
        .header(header::ACCEPT, accept)
        .json(&body);
    if let Some(key) = &asker.key {
        request = request.bearer_auth(key);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_absent_wrong_expired_disabled_or_out_of_scope_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let question = || Some(json!({"sql": "SELECT 1 AS one"}));
    let key = async |body: Value| {
        let made = owner.post("/api/keys", body).await;
        let mut asker = server.stranger();
        asker.key = Some(made["secret"].as_str().unwrap().to_owned());
        (asker, made["key"]["id"].as_str().unwrap().to_owned())
    };
    let soon = (chrono::Utc::now() + chrono::Duration::hours(1)).to_rfc3339();
    let (good, id) = key(json!({"name": "good", "scope": "query", "expiresAt": soon})).await;
    assert_eq!(
        good.post("/api/query", question().unwrap()).await,
        json!([{"one": 1}])
    );
    let refused = async |asker: &Asker, method: Method, path: &str, body| {
        asker.refused(method, path, body).await.0
    };
    assert_eq!(
        refused(&server.stranger(), Method::POST, "/api/query", question()).await,
        401
    );
    let mut wrong = good.clone();
    wrong.key = wrong.key.map(|key| format!("{key}x"));
    assert_eq!(
        refused(&wrong, Method::POST, "/api/query", question()).await,
        401
    );
    assert_eq!(
        refused(&good, Method::GET, "/api/findings", None).await,
        401,
        "out of scope"
    );
    owner
        .patch(&format!("/api/keys/{id}"), json!({"disabled": true}))
        .await;
    assert_eq!(
        refused(&good, Method::POST, "/api/query", question()).await,
        401,
        "disabled"
    );
    owner
        .patch(&format!("/api/keys/{id}"), json!({"disabled": false}))
        .await;
    server.wait(Duration::from_secs(2 * 3600));
    assert_eq!(
        refused(&good, Method::POST, "/api/query", question()).await,
        401,
        "expired"
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_come_as_asked_for_and_errors_name_the_word() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(40).await;
    connect(&owner, &sim, "main").await;
    let made = owner
        .post(
            "/api/keys",
            json!({"name": "k", "scope": "query", "expiresAt": null}),
        )
        .await;
    let mut asker = server.stranger();
    asker.key = Some(made["secret"].as_str().unwrap().to_owned());
    let sql = "SELECT status, count(*) AS n FROM okta_user GROUP BY status ORDER BY n DESC, status LIMIT 2";
    let (_, text) = ask(&asker, "application/json", json!({"sql": sql})).await;
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(rows.len(), 2);
    let (_, text) = ask(&asker, "application/x-ndjson", json!({"sql": sql})).await;
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, rows);
    let (_, text) = ask(&asker, "text/csv", json!({"sql": sql})).await;
    assert_eq!(text.lines().next(), Some("status,n"));
    let answer = "application/vnd.muster.answer+ndjson";
    let (_, text) = ask(&asker, answer, json!({"sql": sql, "maxRows": 1})).await;
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        lines[0],
        json!({"columns": [{"name": "status", "type": "string"}, {"name": "n", "type": "integer"}]})
    );
    assert_eq!(lines[1]["rows"], json!([[rows[0]["status"], rows[0]["n"]]]));
    assert_eq!(
        (&lines[2]["done"]["rows"], &lines[2]["done"]["truncated"]),
        (&json!(1), &json!(true))
    );
    let bad = json!({"sql": "SELECT 'ä', nme FROM okta_group"});
    let (status, problem) = asker.refused(Method::POST, "/api/query", Some(bad)).await;
    assert_eq!(status, 422);
    assert_eq!(
        (&problem["place"]["offset"], &problem["place"]["length"]),
        (&json!(12), &json!(3)),
        "{problem}"
    );
    let variables = json!({"sql": "SELECT count(*) AS n FROM okta_user WHERE status = $status", "variables": {"status": rows[0]["status"]}});
    assert_eq!(
        asker.post("/api/query", variables).await[0]["n"],
        rows[0]["n"]
    );
    let history = owner.get("/api/queries/history?everyone=true").await;
    assert_eq!(history["items"].as_array().unwrap().len(), 6);
    assert!(history["items"].to_string().contains("nme"));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saved_queries_are_ones_own_unless_shared() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let user = server.invite(&owner, "ada", "user").await;
    let saved = |list: &Value| {
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|query| query["kind"] == "saved")
            .count()
    };
    let query = owner
        .post("/api/queries", json!({"title": "Mine", "sql": "SELECT 1"}))
        .await;
    assert_eq!(saved(&user.get("/api/queries").await), 0);
    let path = format!("/api/queries/{}", query["id"].as_str().unwrap());
    owner
        .put(
            &path,
            json!({"title": "Ours", "sql": "SELECT 1", "shared": true}),
        )
        .await;
    assert_eq!(saved(&user.get("/api/queries").await), 1);
    let change = json!({"title": "Theirs", "sql": "SELECT 2"});
    assert_eq!(user.refused(Method::PUT, &path, Some(change)).await.0, 404);
    assert_eq!(user.refused(Method::DELETE, &path, None).await.0, 404);
    assert_eq!(
        user.refused(Method::GET, "/api/queries/history?everyone=true", None)
            .await
            .0,
        403
    );
    let managed = owner.get("/api/queries").await;
    assert!(
        managed["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|query| query["kind"] == "managed")
            .count()
            >= 7
    );
    server.end().await;
}
