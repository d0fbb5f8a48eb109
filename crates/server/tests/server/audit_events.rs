//! The vendors' own logs, from the vendor to the page.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestServer, connect, okta};

#[tokio::test(flavor = "multi_thread")]
async fn a_vendors_log_is_read_told_apart_and_asked_about() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(60).await;
    let id = connect(&owner, &sim, "main").await;
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

    let span = "from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";
    let path = format!("/api/audit-events?{span}&activity=user.lifecycle.suspend");
    let page = owner
        .until(&path, |page| page["items"][0].is_object())
        .await;
    let event = &page["items"][0];
    assert_eq!(event["action"], "suspend");
    assert_eq!(event["integration"]["id"], id.as_str());
    assert_eq!(event["event"]["eventType"], "user.lifecycle.suspend");
    assert!(event["actor"]["name"].is_string(), "{event}");
    assert_eq!(event["target"]["kind"], "User");

    let logs = owner.get("/api/audit-logs").await;
    assert_eq!(logs["items"][0]["log"], "okta_system_log");
    assert!(logs["items"][0]["reached"].is_string(), "{logs}");
    assert_eq!(logs["items"][0]["gaps"], json!([]));
    assert_eq!(logs["items"][0]["kinds"]["User"], "okta_user");
    assert!(logs["items"][0]["since"].is_string(), "{logs}");

    let none = owner
        .get(&format!(
            "/api/audit-events/histogram?{span}&activity=no.such"
        ))
        .await;
    assert_eq!((&none["total"], &none["series"]), (&json!(0), &json!([])));
    let histogram = owner
        .get(&format!("/api/audit-events/histogram?{span}&by=activity"))
        .await;
    let names: Vec<&str> = histogram["series"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|series| series["name"].as_str())
        .collect();
    assert!(names.contains(&"user.lifecycle.suspend"), "{histogram}");
    let question =
        json!({"sql": "SELECT count(*) AS n, count(DISTINCT id) AS d FROM okta_system_log"});
    let answer = owner.post("/api/query", question).await;
    assert_eq!(answer[0]["n"], histogram["total"]);
    assert_eq!(
        answer[0]["d"], histogram["total"],
        "no event stands there twice"
    );

    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = owner
            .get(&format!("/api/audit-events?{span}&limit=1{cursor}"))
            .await;
        paged.push(page["items"][0]["id"].clone());
        match &page["next"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => break,
        }
    }
    assert_eq!(json!(paged.len()), histogram["total"]);
    paged.sort_by_key(Value::to_string);
    paged.dedup();
    assert_eq!(json!(paged.len()), histogram["total"]);

    let whole = owner
        .get(&format!(
            "/api/audit-events?{span}&q=SUSPENDED&target={}",
            event["target"]["id"].as_str().unwrap()
        ))
        .await;
    assert!(whole["items"].as_array().unwrap().len() <= paged.len());
    let confirm = Some(json!({"confirm": "main"}));
    let path = format!("/api/integrations/{id}");
    owner.send(Method::DELETE, &path, confirm).await;
    let left = owner.get(&format!("/api/audit-events?{span}")).await;
    assert_eq!(left["items"], json!([]));
    server.end().await;
}
