//! Who made a change, from the vendor's log to whoever asks.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestServer, connect, okta};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_says_who_made_it_in_lists_in_histories_and_in_sql() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(60).await;
    let id = connect(&owner, &sim, "main").await;
    let first = owner.get("/api/changes?limit=1").await;
    let since = first["items"][0]["sequence"].as_u64().unwrap();
    assert_eq!(first["items"][0]["actor"], Value::Null);

    let change = json!([
        {"op": "set_status", "user": 12, "status": "SUSPENDED"},
        {"op": "set_status", "user": 13, "status": "DEPROVISIONED"},
    ]);
    let changed = owner
        .client
        .post(format!("{}/_sim/change", sim.url()))
        .json(&change)
        .send()
        .await
        .unwrap();
    assert!(changed.status().is_success());
    let order = format!("/api/integrations/{id}/sync");
    owner.send(Method::POST, &order, Some(json!({}))).await;
    let path = format!("/api/changes?type=okta_user&kind=modified&since={since}");
    let page = owner
        .until(&path, |page| {
            let items = page["items"].as_array().unwrap();
            items.len() == 2 && items.iter().all(|item| item["actor"].is_object())
        })
        .await;
    let suspended = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["eventType"] == "user.lifecycle.suspend")
        .unwrap_or_else(|| panic!("{page}"));
    let actor = &suspended["actor"];
    let login = actor["name"].as_str().unwrap();
    assert_eq!(actor["kind"], "User");

    let by = |part: &str| format!("{path}&actor={part}");
    let theirs = owner
        .get(&by(&login.to_uppercase().replace('+', "%2B")))
        .await;
    assert_eq!(theirs["items"], page["items"]);
    let theirs = owner.get(&by(actor["id"].as_str().unwrap())).await;
    assert_eq!(theirs["items"], page["items"]);
    assert_eq!(owner.get(&by("nobody")).await["items"], json!([]));
    let sequence = suspended["sequence"].as_u64().unwrap();
    let later = owner
        .get(&format!("/api/changes?type=okta_user&since={sequence}"))
        .await;
    let all_later = later["items"].as_array().unwrap().iter();
    assert!(
        all_later
            .clone()
            .all(|item| item["sequence"].as_u64().unwrap() > sequence)
    );

    let key = suspended["key"].as_str().unwrap();
    let history = owner
        .get(&format!(
            "/api/resource/history?type=okta_user&integration={id}&key={key}"
        ))
        .await;
    assert_eq!(history["items"][0]["actor"], *actor);
    assert_eq!(history["items"][0]["eventType"], "user.lifecycle.suspend");

    let question = json!({"sql": format!(
        "SELECT actor.name AS who, eventType AS what, _meta.event.id AS event FROM okta_user_changes \
         WHERE resourceId = '{key}' AND type = 'modified'"
    )});
    let answer = owner.post("/api/query", question).await;
    assert_eq!(answer[0]["who"], login);
    assert_eq!(answer[0]["what"], "user.lifecycle.suspend");
    let question = json!({"sql": format!(
        "SELECT activity FROM audit_event WHERE id = '{}'",
        answer[0]["event"].as_str().unwrap()
    )});
    let event = owner.post("/api/query", question).await;
    assert_eq!(event[0]["activity"], "user.lifecycle.suspend");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_that_ends_before_it_begins_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    for path in ["/api/audit-events", "/api/audit-events/histogram"] {
        let span = "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z";
        let (status, problem) = owner
            .refused(Method::GET, &format!("{path}?{span}"), None)
            .await;
        assert_eq!(status, 400);
        assert!(
            problem["detail"].as_str().unwrap().contains("after"),
            "{problem}"
        );
    }
    server.end().await;
}
