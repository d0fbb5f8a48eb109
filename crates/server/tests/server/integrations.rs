//! From connecting an account to its findings, and back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{TestServer, connect, connection, okta};

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_tried_before_anything_is_saved() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(20).await;
    let mut wrong = connection(&sim, "main");
    wrong["secrets"]["api_token"] = json!("wrong");
    let (status, problem) = owner
        .refused(Method::POST, "/api/integrations", Some(wrong.clone()))
        .await;
    assert_eq!(status, 422);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .starts_with("the integration was not saved"),
        "{problem}"
    );
    assert_eq!(owner.get("/api/integrations").await["items"], json!([]));
    let (status, _) = owner
        .refused(Method::POST, "/api/integrations/test", Some(wrong))
        .await;
    assert_eq!(status, 422);
    let mut reading = connection(&sim, "main");
    reading["secrets"]["api_token"] = json!("sim-read-only");
    let tried = owner.post("/api/integrations/test", reading).await;
    assert!(!tried["unseen"].as_array().unwrap().is_empty(), "{tried}");
    let mut private = connection(&sim, "main");
    private["allowInsecureEndpoints"] = json!(false);
    assert_eq!(
        owner
            .refused(Method::POST, "/api/integrations", Some(private))
            .await
            .0,
        422
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_connected_collected_judged_and_removed() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(60).await;
    let id = connect(&owner, &sim, "main").await;
    let view = owner.get(&format!("/api/integrations/{id}")).await;
    assert_eq!(view["state"], "complete", "{view}");
    assert!(
        view["types"]
            .as_array()
            .unwrap()
            .iter()
            .all(|state| state["status"] == "complete"),
        "{view}"
    );
    let types = owner.get("/api/types").await;
    let users = types["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == "okta_user")
        .unwrap();
    assert!(users["resources"].as_u64().unwrap() >= 60);

    let page = owner
        .get("/api/resources?type=okta_user&filter=status:is:ACTIVE&sort=-profile.login&limit=5")
        .await;
    let rows = page["items"].as_array().unwrap();
    assert_eq!(rows.len(), 5);
    let labels: Vec<&str> = rows
        .iter()
        .map(|row| row["label"].as_str().unwrap())
        .collect();
    assert!(
        labels.is_sorted_by(|left, right| left >= right),
        "{labels:?}"
    );
    assert!(labels[0].contains('@'));
    let next = page["next"].as_str().unwrap();
    let following = owner.get(&format!("/api/resources?type=okta_user&filter=status:is:ACTIVE&sort=-profile.login&limit=5&cursor={next}")).await;
    assert_ne!(following["items"][0]["key"], rows[0]["key"]);
    let found = owner
        .get(&format!("/api/resources?type=okta_user&q={}", labels[0]))
        .await;
    assert_eq!(found["total"], 1, "{found}");
    let refused = owner
        .refused(
            Method::GET,
            "/api/resources?type=okta_user&filter=nme:is:x",
            None,
        )
        .await;
    assert_eq!(refused.0, 422);

    let name = format!(
        "type=okta_user&integration={id}&key={}",
        rows[0]["key"].as_str().unwrap()
    );
    let detail = owner.get(&format!("/api/resource?{name}")).await;
    assert_eq!(
        detail["fields"]["profile"]["login"],
        detail["document"]["profile"]["login"]
    );
    assert!(
        detail["references"]
            .as_array()
            .unwrap()
            .iter()
            .any(|to| to["type"] == "okta_user_type" && !to["label"].is_null()),
        "{detail}"
    );
    let history = owner.get(&format!("/api/resource/history?{name}")).await;
    assert_eq!(history["items"][0]["kind"], "added");

    let first = owner.get("/api/changes?type=okta_group&limit=3").await;
    assert_eq!(first["items"].as_array().unwrap().len(), 3);
    let cursor = first["next"].as_str().unwrap();
    let second = owner
        .get(&format!(
            "/api/changes?type=okta_group&limit=3&cursor={cursor}"
        ))
        .await;
    assert!(second["items"][0]["sequence"].as_u64() < first["items"][2]["sequence"].as_u64());

    let findings = owner
        .until("/api/findings?limit=500", |page| {
            page["total"].as_u64() > Some(0)
        })
        .await;
    let finding = findings["items"][0].clone();
    let path = format!("/api/findings/{}", finding["id"].as_str().unwrap());
    owner
        .put(
            &format!("{path}/suppression"),
            json!({"reason": "accepted for the test", "until": null}),
        )
        .await;
    owner
        .post(&format!("{path}/comments"), json!({"text": "seen"}))
        .await;
    let detail = owner.get(&path).await;
    assert_eq!(detail["status"], "suppressed");
    let kinds: Vec<&str> = detail["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["opened", "suppressed", "comment"]);
    assert!(
        detail["about"]["remediation"]
            .as_array()
            .is_some_and(|steps| !steps.is_empty())
    );
    let overview = owner.get("/api/overview").await;
    let open: u64 = overview["findings"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(open, findings["total"].as_u64().unwrap() - 1);

    let wrong = json!({"confirm": "Main"});
    let path = format!("/api/integrations/{id}");
    assert_eq!(
        owner.refused(Method::DELETE, &path, Some(wrong)).await.0,
        422
    );
    let gone = owner
        .send(Method::DELETE, &path, Some(json!({"confirm": "main"})))
        .await;
    assert_eq!(gone.status(), 204);
    assert_eq!(owner.get("/api/integrations").await["items"], json!([]));
    assert_eq!(owner.get("/api/findings?status=all").await["total"], 0);
    let left = owner.get("/api/types").await;
    assert!(
        left["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["resources"] == 0)
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_at_the_vendor_is_seen_and_told_at_the_next_run() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(40).await;
    let id = connect(&owner, &sim, "main").await;
    let before = owner.get("/api/changes?limit=1").await["items"][0]["sequence"]
        .as_u64()
        .unwrap();
    let churn = owner
        .client
        .post(format!("{}/_sim/change", sim.url()))
        .json(&json!({"churn": 0.2}))
        .send()
        .await
        .unwrap();
    assert!(churn.status().is_success());
    let accepted = owner
        .send(
            Method::POST,
            &format!("/api/integrations/{id}/sync"),
            Some(json!({})),
        )
        .await;
    assert_eq!(accepted.status(), 202);
    owner
        .until("/api/changes?limit=1", |page| {
            page["items"][0]["sequence"].as_u64() > Some(before)
        })
        .await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_it_is_not_collected_and_a_restart_changes_nothing() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(20).await;
    let id = connect(&owner, &sim, "main").await;
    let path = format!("/api/integrations/{id}");
    let changed = owner
        .patch(
            &path,
            json!({"enabled": false, "tags": ["prod", "prod"], "intervalSeconds": 120}),
        )
        .await;
    assert_eq!(
        (&changed["state"], &changed["tags"], &changed["nextRunAt"]),
        (&json!("disabled"), &json!(["prod"]), &Value::Null)
    );
    let refused = owner
        .refused(Method::POST, &format!("{path}/sync"), Some(json!({})))
        .await;
    assert_eq!(refused.0, 409);
    assert_eq!(
        owner
            .refused(Method::PATCH, &path, Some(json!({"intervalSeconds": 5})))
            .await
            .0,
        422
    );
    let server = server.restart().await;
    let mut again = server.stranger();
    again.cookie = owner.cookie.clone();
    again.csrf = owner.csrf.clone();
    let view = again.get(&path).await;
    assert_eq!(
        (&view["state"], &view["intervalSeconds"]),
        (&json!("disabled"), &json!(120))
    );
    assert_eq!(view["resources"], changed["resources"]);
    let enabled = again.patch(&path, json!({"enabled": true})).await;
    assert!(!enabled["nextRunAt"].is_null() || enabled["state"] == "running");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn disabling_ends_a_run_that_is_under_way_and_enabling_goes_on_with_it() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(40).await;
    let id = connect(&owner, &sim, "main").await;
    let path = format!("/api/integrations/{id}");
    let slow = |latency: &str| {
        let order = json!({"op": "latency", "value": latency});
        let url = format!("{}/_sim/change", sim.url());
        let sent = owner.client.post(url).json(&order).send();
        async move { assert!(sent.await.unwrap().status().is_success()) }
    };
    slow("1m").await;
    let order = owner
        .send(
            Method::POST,
            &format!("{path}/sync"),
            Some(json!({"full": true})),
        )
        .await;
    assert_eq!(order.status(), 202);
    owner.until(&path, |view| view["state"] == "running").await;
    owner.patch(&path, json!({"enabled": false})).await;
    // A page that takes a minute is not waited for.
    let ended = owner.until(&path, |view| view["progress"].is_null()).await;
    assert_eq!(ended["state"], "disabled", "{ended}");
    slow("0s").await;
    owner.patch(&path, json!({"enabled": true})).await;
    let whole = owner.until(&path, |view| view["state"] == "complete").await;
    assert_eq!(whole["resources"], ended["resources"]);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_as_it_happens() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(30).await;
    let mut events = owner.send(Method::GET, "/api/events", None).await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    connect(&owner, &sim, "main").await;
    let mut told = String::new();
    let expected = ["integrations", "progress", "sync", "changes", "findings"];
    let is_told = |told: &str| {
        expected
            .iter()
            .all(|name| told.contains(&format!("event: {name}\n")))
    };
    let listening = async {
        while !is_told(&told) {
            told += &String::from_utf8_lossy(&events.chunk().await.unwrap().unwrap());
        }
    };
    let in_time = tokio::time::timeout(std::time::Duration::from_secs(60), listening).await;
    assert!(in_time.is_ok(), "{told}");
    assert!(told.contains("\"state\":\"running\""), "{told}");
    // The stream ends with the server.
    let ended = tokio::spawn(async move { while let Ok(Some(_)) = events.chunk().await {} });
    server.end().await;
    ended.await.unwrap();
}
