//! What vendors send by themselves, from the message to the row.

use std::time::Duration;

use muster_sim::{Sim, SimOptions, Vendor};
use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use crate::harness::{Asker, TestServer, connect, okta};

/// An address as it was told, and how to send to it.
struct Hook {
    client: reqwest::Client,
    url: String,
    header: Option<(String, String)>,
}

impl Hook {
    async fn make(owner: &Asker, integration: &str) -> Self {
        let path = format!("/api/integrations/{integration}/webhook");
        let made = owner.post(&path, json!({})).await;
        assert!(!made["steps"].as_array().unwrap().is_empty(), "{made}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let header = &made["header"];
        Self {
            client: owner.client.clone(),
            url: text(&made["url"]),
            header: header
                .is_object()
                .then(|| (text(&header["name"]), text(&header["value"]))),
        }
    }

    async fn send(&self, body: impl Into<reqwest::Body>) -> StatusCode {
        self.post(&self.url, self.header.as_ref(), body).await
    }

    async fn post(
        &self,
        url: &str,
        header: Option<&(String, String)>,
        body: impl Into<reqwest::Body>,
    ) -> StatusCode {
        let mut request = self
            .client
            .post(url)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        request.body(body).send().await.unwrap().status()
    }

    /// Has the stand-in send what happens here.
    async fn give(&self, sim: &Sim) {
        let header = self
            .header
            .as_ref()
            .map(|(name, value)| format!("{name}: {value}"));
        change(
            sim,
            json!({"op": "hook", "url": self.url, "header": header}),
        )
        .await;
    }
}

async fn change(sim: &Sim, orders: Value) -> Value {
    let answer = reqwest::Client::new()
        .post(format!("{}/_sim/change", sim.url()))
        .json(&orders)
        .send()
        .await
        .unwrap();
    let (status, answer): (_, Value) = (answer.status(), answer.json().await.unwrap());
    assert!(status.is_success(), "{answer}");
    answer
}

/// A message of Okta's with these events, as (id, activity, user).
fn message(events: &[(&str, &str, &str)]) -> String {
    let published = humantime::format_rfc3339_millis(std::time::SystemTime::now()).to_string();
    let events: Vec<Value> = events
        .iter()
        .map(|(id, activity, user)| {
            json!({"uuid": id, "published": published, "eventType": activity, "outcome": {"result": "SUCCESS"},
                "actor": {"id": "00uada", "type": "User", "alternateId": "ada@acme.example"}, "target": [{"id": user, "type": "User"}]})
        })
        .collect();
    json!({"eventType": "com.okta.event_hook", "eventId": "x", "data": {"events": events}})
        .to_string()
}

const SPAN: &str = "from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z";

/// A stand-in whose log is never read: what comes, came by the webhook.
async fn without_log(vendor: Vendor, users: u32) -> Sim {
    let options = SimOptions {
        users,
        control: true,
        listen: Some("127.0.0.1:0".parse().unwrap()),
        fault: vec![
            "500:1@/api/v1/logs".to_owned(),
            "500:1@/insights/directory/v1/events".to_owned(),
        ],
        ..SimOptions::default()
    };
    Sim::start_as(vendor, options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_made_told_once_replaced_and_ended() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(20).await;
    let id = connect(&owner, &sim, "main").await;
    let path = format!("/api/integrations/{id}/webhook");
    let none = json!({"active": false, "createdAt": null, "lastReceivedAt": null, "received": 0, "waiting": 0, "notUnderstood": 0});
    assert_eq!(owner.get(&path).await, none);
    let first = Hook::make(&owner, &id).await;
    assert!(
        first
            .url
            .starts_with(&format!("{}/hooks/{id}/", server.base))
    );
    assert_eq!(first.header.as_ref().unwrap().0, "Authorization");
    let state = owner.get(&path).await;
    assert_eq!(state["active"], true);
    let secret = first.url.rsplit('/').next().unwrap();
    assert!(!state.to_string().contains(secret));
    assert_eq!(first.send(message(&[])).await, StatusCode::NO_CONTENT);
    let second = Hook::make(&owner, &id).await;
    assert_ne!(first.url, second.url);
    assert_eq!(first.send(message(&[])).await, StatusCode::NOT_FOUND);
    assert_eq!(second.send(message(&[])).await, StatusCode::NO_CONTENT);
    let state = owner.get(&path).await;
    assert_eq!(
        (&state["received"], &state["active"]),
        (&json!(1), &json!(true))
    );

    let user = server.invite(&owner, "ursula", "user").await;
    assert_eq!(user.get(&path).await["active"], true);
    assert_eq!(
        user.refused(Method::POST, &path, Some(json!({}))).await.0,
        403
    );
    assert_eq!(user.refused(Method::DELETE, &path, None).await.0, 403);
    let ended = owner.send(Method::DELETE, &path, None).await;
    assert_eq!(ended.status(), StatusCode::NO_CONTENT);
    assert_eq!(second.send(message(&[])).await, StatusCode::NOT_FOUND);
    assert_eq!(owner.refused(Method::DELETE, &path, None).await.0, 404);
    let audit = owner.get("/api/audit").await;
    for action in ["make", "replace", "remove"] {
        let action = format!("integration.webhook.{action}");
        let entries = audit["items"].as_array().unwrap();
        let entry = entries
            .iter()
            .find(|entry| entry["action"] == action.as_str());
        assert_eq!(entry.unwrap()["target"], "main");
    }
    assert!(!audit.to_string().contains(secret));
    let providers = owner.get("/api/providers").await;
    let all = providers["items"].as_array().unwrap();
    let hooked = |name: &str| {
        let found = all
            .iter()
            .find(|provider| provider["name"] == name)
            .unwrap();
        found["webhook"] == true
    };
    assert!(hooked("okta") && hooked("jumpcloud") && hooked("monosign"));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_and_whoever_guesses_learns_nothing() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(20).await;
    let id = connect(&owner, &sim, "main").await;
    let hook = Hook::make(&owner, &id).await;
    let ask = |url: String| {
        let request = hook.client.get(url);
        request.header("X-Okta-Verification-Challenge", "what a challenge")
    };
    let answer = ask(hook.url.clone()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer, json!({"verification": "what a challenge"}));
    let plain = hook.client.get(&hook.url).send().await.unwrap();
    assert_eq!(plain.status(), StatusCode::BAD_REQUEST);

    let (begin, secret) = hook.url.rsplit_once('/').unwrap();
    let wrong = format!("{begin}/{}", secret.chars().rev().collect::<String>());
    let unknown = format!("{}/hooks/{}/{secret}", server.base, "0".repeat(id.len()));
    let mut bodies = Vec::new();
    for url in [wrong.clone(), unknown, format!("{}/hooks/x/y", server.base)] {
        assert_eq!(ask(url.clone()).send().await.unwrap().status(), 404);
        let header = hook.header.as_ref();
        assert_eq!(hook.post(&url, header, message(&[])).await, 404);
        bodies.push(
            hook.client
                .post(&url)
                .send()
                .await
                .unwrap()
                .text()
                .await
                .unwrap(),
        );
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let other = ("Authorization".to_owned(), "let me in".to_owned());
    assert_eq!(hook.post(&hook.url, Some(&other), message(&[])).await, 404);
    assert_eq!(hook.post(&hook.url, None, message(&[])).await, 404);
    assert_eq!(hook.send("not json").await, StatusCode::BAD_REQUEST);
    assert_eq!(hook.send("").await, StatusCode::BAD_REQUEST);
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    assert_eq!(hook.send(large).await, StatusCode::PAYLOAD_TOO_LARGE);
    let path = format!("/api/integrations/{id}/webhook");
    let state = owner.get(&path).await;
    assert_eq!(
        (&state["received"], &state["lastReceivedAt"]),
        (&json!(0), &Value::Null)
    );

    let integration = format!("/api/integrations/{id}");
    owner.patch(&integration, json!({"enabled": false})).await;
    assert_eq!(hook.send(message(&[])).await, StatusCode::GONE);
    assert_eq!(
        hook.post(&wrong, hook.header.as_ref(), message(&[])).await,
        404
    );
    owner.patch(&integration, json!({"enabled": true})).await;
    assert_eq!(hook.send(message(&[])).await, StatusCode::NO_CONTENT);
    let confirm = Some(json!({"confirm": "main"}));
    owner.send(Method::DELETE, &integration, confirm).await;
    assert_eq!(hook.send(message(&[])).await, StatusCode::NOT_FOUND);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_kept_once_in_whatever_order_and_what_is_no_event_is_counted() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = without_log(Vendor::Okta, 20).await;
    let id = connect(&owner, &sim, "main").await;
    let hook = Hook::make(&owner, &id).await;
    let activity = "user.session.start";
    let both = message(&[("b", activity, "00u2"), ("a", activity, "00u1")]);
    for body in [
        message(&[("c", activity, "00u3")]),
        both.clone(),
        both,
        message(&[("a", activity, "00u1")]),
    ] {
        assert_eq!(hook.send(body).await, StatusCode::NO_CONTENT);
    }
    // Not what Okta sends; one event of two is none.
    for body in ["{}", "[]", "17", r#"{"data": {"events": [{"uuid": "z"}]}}"#] {
        assert_eq!(hook.send(body).await, StatusCode::NO_CONTENT);
    }
    let path = format!("/api/integrations/{id}/webhook");
    let state = owner
        .until(&path, |state| {
            state["waiting"] == 0 && state["received"] == 8
        })
        .await;
    assert_eq!(state["notUnderstood"], 3, "{state}");
    assert!(state["lastReceivedAt"].is_string());
    let events = owner.get(&format!("/api/audit-events?{SPAN}")).await;
    let mut ids: Vec<&str> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"]["uuid"].as_str().unwrap())
        .collect();
    ids.sort_unstable();
    assert_eq!(ids, ["a", "b", "c"]);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_processed_once_after_a_restart() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = without_log(Vendor::Okta, 20).await;
    let id = connect(&owner, &sim, "main").await;
    let hook = Hook::make(&owner, &id).await;
    let sent = 60;
    let sending = (0..sent).map(|number| {
        let event = format!("event-{number}");
        let body = message(&[(&event, "user.session.start", "00u1")]);
        let hook = &hook;
        async move { hook.send(body).await }
    });
    let answers = futures::future::join_all(sending).await;
    assert!(
        answers
            .iter()
            .all(|status| *status == StatusCode::NO_CONTENT)
    );
    // Cut off where it is; some of the messages are still to be looked at.
    let server = server.restart().await;
    let mut owner = owner;
    owner.base = server.base.clone();
    let path = format!("/api/integrations/{id}/webhook");
    let state = owner.until(&path, |state| state["waiting"] == 0).await;
    assert_eq!(
        (&state["received"], &state["notUnderstood"]),
        (&json!(sent), &json!(0))
    );
    let question =
        json!({"sql": "SELECT count(*) AS n, count(DISTINCT id) AS d FROM okta_system_log"});
    let answer = owner.post("/api/query", question).await;
    assert_eq!(answer[0], json!({"n": sent, "d": sent}));
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_lay_there_when_the_process_died_is_looked_at() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = without_log(Vendor::Okta, 20).await;
    let id = connect(&owner, &sim, "main").await;
    Hook::make(&owner, &id).await;
    let user = somebody(&owner).await;
    change(
        &sim,
        json!({"op": "set_status", "user": user, "status": "SUSPENDED"}),
    )
    .await;
    // As a kill leaves it: the receipt is on disk, and nobody has looked at it.
    let integration = muster_model::IntegrationId::parse(&id).unwrap();
    let body = message(&[("a", "user.lifecycle.suspend", &user)]);
    let server = server
        .restart_after(move |control| {
            let receipt = muster_collect::Receipt {
                integration,
                received: muster_office::now_milliseconds(),
                body: body.into_bytes(),
            };
            let kept = muster_office::keep_receipts(control, &[receipt]).unwrap();
            assert_eq!(kept, [true]);
        })
        .await;
    let mut owner = owner;
    owner.base = server.base.clone();
    let path = format!("/api/resource?type=okta_user&integration={id}&key={user}");
    owner
        .until(&path, |user| user["document"]["status"] == "SUSPENDED")
        .await;
    let state = owner.get(&format!("/api/integrations/{id}/webhook")).await;
    assert_eq!(
        (&state["waiting"], &state["received"]),
        (&json!(0), &json!(1))
    );
    server.end().await;
}

/// The id of an active user of Okta's.
async fn somebody(owner: &Asker) -> String {
    let sql = "SELECT id FROM okta_user WHERE status = 'ACTIVE' ORDER BY id DESC LIMIT 1";
    let found = rows(owner, sql).await;
    found[0]["id"].as_str().unwrap().to_owned()
}

/// Rows that a statement gives.
async fn rows(owner: &Asker, sql: &str) -> Value {
    owner.post("/api/query", json!({"sql": sql})).await
}

/// Asks until a statement's rows fit.
async fn until(owner: &Asker, sql: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..400 {
        last = rows(owner, sql).await;
        if fits(&last) {
            return last;
        }
        tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>())
            .await
            .unwrap_err();
    }
    panic!("{sql} never came to it: {last}");
}

/// Nothing is collected any more but what is asked for.
async fn collect_seldom(owner: &Asker, id: &str) -> Value {
    let path = format!("/api/integrations/{id}");
    let week = 7 * 24 * 60 * 60;
    owner.patch(&path, json!({"intervalSeconds": week})).await;
    owner.get(&path).await["lastRun"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_okta_user_is_read_again_and_a_deleted_one_goes_with_their_memberships() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = without_log(Vendor::Okta, 60).await;
    let id = connect(&owner, &sim, "main").await;
    let last_run = collect_seldom(&owner, &id).await;
    Hook::make(&owner, &id).await.give(&sim).await;
    let user = somebody(&owner).await;
    change(
        &sim,
        json!({"op": "set_status", "user": user, "status": "DEPROVISIONED"}),
    )
    .await;
    let sql = format!("SELECT status FROM okta_user WHERE id = '{user}'");
    until(&owner, &sql, |rows| rows[0]["status"] == "DEPROVISIONED").await;
    let changed = owner.get("/api/changes?type=okta_user&limit=1").await;
    assert_eq!(changed["items"][0]["key"], user.as_str(), "{changed}");

    let made = change(&sim, json!({"op": "add_group", "name": "Poets"})).await;
    let group = made["created"][0].as_str().unwrap();
    let other = somebody(&owner).await;
    change(
        &sim,
        json!({"op": "add_member", "group": group, "user": other}),
    )
    .await;
    let members = format!("SELECT id FROM okta_group_member WHERE groupId = '{group}'");
    until(&owner, &members, |rows| *rows == json!([{"id": other}])).await;

    change(&sim, json!({"op": "remove_user", "user": other})).await;
    let gone = format!("SELECT id FROM okta_user WHERE id = '{other}'");
    until(&owner, &gone, |rows| *rows == json!([])).await;
    let everywhere = format!("SELECT groupId FROM okta_group_member WHERE id = '{other}'");
    until(&owner, &everywhere, |rows| *rows == json!([])).await;
    let view = owner.get(&format!("/api/integrations/{id}")).await;
    assert_eq!(view["lastRun"], last_run, "nothing of this came by a run");
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jumpcloud_user_and_their_memberships_follow_the_events() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = without_log(Vendor::JumpCloud, 60).await;
    let new = json!({"provider": "jumpcloud", "name": "main", "settings": {"base_url": sim.url()},
        "secrets": {"api_key": "sim-read-only"}, "allowInsecureEndpoints": true});
    let id = connect_as(&owner, new).await;
    let last_run = collect_seldom(&owner, &id).await;
    Hook::make(&owner, &id).await.give(&sim).await;
    let some = rows(
        &owner,
        "SELECT userId, groupId FROM jumpcloud_user_group_member LIMIT 1",
    )
    .await;
    let user = some[0]["userId"].as_str().unwrap().to_owned();
    change(
        &sim,
        json!({"op": "set_account", "user": user, "state": "SUSPENDED"}),
    )
    .await;
    let sql = format!("SELECT state FROM jumpcloud_user WHERE id = '{user}'");
    until(&owner, &sql, |rows| rows[0]["state"] == "SUSPENDED").await;
    change(
        &sim,
        json!({"op": "set_account", "user": user, "state": "DELETED"}),
    )
    .await;
    until(&owner, &sql, |rows| *rows == json!([])).await;
    let everywhere =
        format!("SELECT groupId FROM jumpcloud_user_group_member WHERE userId = '{user}'");
    until(&owner, &everywhere, |rows| *rows == json!([])).await;
    let view = owner.get(&format!("/api/integrations/{id}")).await;
    assert_eq!(view["lastRun"], last_run);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_monosign_arrives_without_a_poll() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = without_log(Vendor::MonoSign, 40).await;
    let new = json!({"provider": "monosign", "name": "sso",
        "settings": {"base_url": sim.url(), "app_id": "5d2c7f10-4a3e-4b6c-9d21-0c1f6e8a7b11"},
        "secrets": {"app_key": "9e8d7c6b-5a49-4838-8271-605f4e3d2c1b"}, "allowInsecureEndpoints": true});
    let id = connect_as(&owner, new).await;
    let last_run = collect_seldom(&owner, &id).await;
    let hook = Hook::make(&owner, &id).await;
    assert!(hook.header.is_none());
    hook.give(&sim).await;
    change(
        &sim,
        json!({"op": "update_user", "user": 1, "profile": {"title": "Poet"}}),
    )
    .await;
    let events = until(
        &owner,
        "SELECT activity, targetId FROM monosign_event",
        |rows| rows[0]["activity"] == "User.Updated",
    )
    .await;
    let user = events[0]["targetId"].as_str().unwrap().to_owned();
    let changes = "/api/changes?type=monosign_user&limit=5&kind=modified";
    let changed = owner
        .until(changes, |page| page["items"][0]["key"] == user.as_str())
        .await;
    assert_eq!(changed["items"][0]["kind"], "modified");
    let view = owner.get(&format!("/api/integrations/{id}")).await;
    assert_eq!(view["lastRun"], last_run);
    server.end().await;
}

async fn connect_as(owner: &Asker, new: Value) -> String {
    let added = owner.post("/api/integrations", new).await;
    let id = added["integration"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/integrations/{id}");
    owner
        .until(&path, |view| {
            !view["lastRun"].is_null() && view["state"] != "running"
        })
        .await;
    id
}
