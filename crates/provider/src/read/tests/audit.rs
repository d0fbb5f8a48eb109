use muster_model::{AuditEvent, Party};
use serde_json::{Value, json};

use crate::definition::{AuditLog, Catalogue};

#[expect(clippy::print_stderr, reason = "a test that skips says so")]
fn shared(path: &str) -> Option<Value> {
    let path = format!("{}/../../../shared/{path}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {path} is not there");
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn log(provider: &str) -> std::sync::Arc<AuditLog> {
    let catalogue = Catalogue::embedded().unwrap();
    catalogue
        .provider(provider)
        .unwrap()
        .audit_log
        .clone()
        .unwrap()
}

/// Samples as the vendor sends them; others are spelled by whoever collected them.
fn samples(file: &str) -> Vec<Value> {
    let whole = shared(&format!("recordings/{file}")).unwrap_or_default();
    let all = whole["responses"].as_array().cloned().unwrap_or_default();
    all.into_iter()
        .filter(|sample| sample["shape"] == "raw")
        .map(|sample| sample["event"].clone())
        .collect()
}

#[test]
fn samples_of_both_logs_have_an_actor_an_activity_and_a_time() {
    for (provider, file) in [
        ("okta", "okta_system_log_events.json"),
        ("jumpcloud", "jumpcloud_directory_insights_events.json"),
    ] {
        let log = log(provider);
        for sample in samples(file) {
            // A few samples were cut down by whoever wrote them.
            if log
                .fields
                .id
                .iter()
                .all(|path| path.values(&sample).is_empty())
            {
                continue;
            }
            let event = log.event(&sample.to_string()).unwrap();
            assert!(event.time > 1_500_000_000_000, "{event:?}");
            assert!(!event.activity.is_empty(), "{event:?}");
            assert!(
                event.actor.id.is_some() || event.actor.name.is_some(),
                "{event:?}"
            );
        }
    }
}

#[test]
fn every_activity_of_a_hint_is_in_the_vendors_catalogue() {
    let Some(catalogue) = shared("specs/okta-event-types.json") else {
        return;
    };
    let known: Vec<&str> = catalogue["versions"][0]["eventTypes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|activity| activity["id"].as_str())
        .collect();
    for hint in &log("okta").hints {
        for activity in &hint.activities {
            let fits = |known: &&str| match activity.strip_suffix('*') {
                Some(beginning) => known.starts_with(beginning),
                None => known == activity,
            };
            assert!(
                known.iter().any(fits),
                "{activity} is no activity of Okta's"
            );
        }
    }
}

#[test]
fn a_hint_takes_the_parts_of_a_key_from_the_targets_of_their_kinds() {
    let document = r#"{"uuid": "1", "published": "2026-01-02T03:04:05Z", "eventType": "group.user_membership.add",
        "actor": {"id": "00u9", "type": "User", "alternateId": "ada@acme.example"},
        "outcome": {"result": "SUCCESS"},
        "target": [{"id": "00u1", "type": "User"}, {"id": "00g1", "type": "UserGroup", "displayName": "Staff"}]}"#;
    let log = log("okta");
    let event = log.event(document).unwrap();
    assert_eq!(event.action.as_deref(), Some("add"));
    assert_eq!(event.outcome.as_deref(), Some("SUCCESS"));
    assert_eq!(event.target.id.as_deref(), Some("00u1"));
    assert_eq!(
        log.hinted(&event),
        [(
            "okta_group_member",
            vec!["00g1".to_owned(), "00u1".to_owned()]
        )]
    );
}

/// An event of Okta's with these members besides those that are always there.
fn okta_event(members: Value) -> AuditEvent {
    let mut document = json!({"uuid": "1", "published": "2026-01-02T03:04:05.000Z", "eventType": "user.session.start",
        "actor": {"id": "00u9", "type": "User", "alternateId": "ada@acme.example"}});
    let all = document.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    log("okta").event(&document.to_string()).unwrap()
}

fn jumpcloud_event(members: Value) -> AuditEvent {
    let mut document =
        json!({"id": "1", "timestamp": "2026-01-02T03:04:05.000Z", "event_type": "user_update"});
    let all = document.as_object_mut().unwrap();
    all.extend(members.as_object().unwrap().clone());
    log("jumpcloud").event(&document.to_string()).unwrap()
}

#[test]
fn null_target() {
    for members in [json!({"target": null}), json!({"target": []}), json!({})] {
        let event = okta_event(members);
        assert_eq!(event.target, Party::default());
        assert_eq!(event.actor.id.as_deref(), Some("00u9"));
        assert!(log("okta").hinted(&event).is_empty());
    }
}

#[test]
fn null_target_of_an_activity_that_is_a_hint() {
    let event = okta_event(json!({"eventType": "user.lifecycle.suspend", "target": null}));
    assert_eq!(event.activity, "user.lifecycle.suspend");
    assert!(log("okta").hinted(&event).is_empty());
}

#[test]
fn null_outcome() {
    for members in [
        json!({"outcome": null}),
        json!({"outcome": {"result": null, "reason": null}}),
        json!({}),
    ] {
        assert_eq!(okta_event(members).outcome, None);
    }
    let refused = okta_event(json!({"outcome": {"result": "FAILURE", "reason": "LOCKED_OUT"}}));
    assert_eq!(refused.outcome.as_deref(), Some("FAILURE"));
}

#[test]
fn null_geographical_context() {
    let client = json!({"ipAddress": "203.0.113.7", "geographicalContext": null});
    let event = okta_event(json!({"client": client}));
    assert_eq!(event.location, None);
    assert_eq!(event.ip.as_deref(), Some("203.0.113.7"));
    // A country without a city is a place as well.
    let client = json!({"geographicalContext": {"city": null, "country": "Iceland"}});
    let event = okta_event(json!({"client": client}));
    assert_eq!(event.location.as_deref(), Some("Iceland"));
}

#[test]
fn zone_is_the_text_null() {
    let client = json!({"zone": "null", "ipAddress": null, "geographicalContext": null});
    let event = okta_event(json!({"client": client}));
    assert_eq!((&event.ip, &event.location), (&None, &None));
    let kept: Value = serde_json::from_str(&event.document).unwrap();
    assert_eq!(kept["client"]["zone"], "null", "it is kept as it came");
}

#[test]
fn both_forms_of_published() {
    let time = |published: &str| okta_event(json!({"published": published})).time;
    assert_eq!(time("2026-01-02T03:04:05Z"), 1_767_323_045_000);
    assert_eq!(time("2026-01-02T03:04:05.000Z"), 1_767_323_045_000);
    assert_eq!(time("2026-01-02T03:04:05.678Z"), 1_767_323_045_678);
}

#[test]
fn duplicates_by_uuid() {
    let first = okta_event(json!({"uuid": "one", "published": "2026-01-02T03:04:05Z"}));
    let again = okta_event(json!({"uuid": "one", "published": "2026-01-02T03:04:05.000Z"}));
    assert_eq!((&first.id, first.time), (&again.id, again.time));
    let without = r#"{"published": "2026-01-02T03:04:05Z", "eventType": "x"}"#;
    assert!(
        log("okta").event(without).is_none(),
        "what cannot be told from others is not kept"
    );
}

#[test]
fn timestamps_to_the_nanosecond_and_to_the_millisecond() {
    let time = |timestamp: &str| jumpcloud_event(json!({"timestamp": timestamp})).time;
    assert_eq!(time("2023-06-15T14:21:10.34334445Z"), 1_686_838_870_343);
    assert_eq!(time("2023-06-15T14:21:10.343344451Z"), 1_686_838_870_343);
    assert_eq!(time("2023-06-15T14:21:10.343Z"), 1_686_838_870_343);
    assert_eq!(time("2023-06-15T14:21:10Z"), 1_686_838_870_000);
}

#[test]
fn parts_by_type_of_event() {
    let sign_on = jumpcloud_event(
        json!({"sso_token_success": false, "application": {"id": "a", "name": "slack", "display_label": "Slack"}}),
    );
    assert_eq!(sign_on.outcome.as_deref(), Some("FAILURE"));
    assert_eq!(sign_on.target.name.as_deref(), Some("Slack"));
    let update = jumpcloud_event(
        json!({"success": true, "resource": {"id": "u", "type": "user", "username": "ada"},
            "initiated_by": {"type": "admin", "id": "9", "email": "boss@acme.example"}}),
    );
    assert_eq!(update.outcome.as_deref(), Some("SUCCESS"));
    assert_eq!(update.target.kind.as_deref(), Some("user"));
    assert_eq!(update.actor.name.as_deref(), Some("boss@acme.example"));
    let edge = |kind: &str, id: &str| json!({"type": kind, "object_id": id, "name": ""});
    let joined = jumpcloud_event(json!({"event_type": "association_change",
        "association": {"op": "add", "connection": {"from": edge("user_group", "g"), "to": edge("user", "u")}}}));
    let member = vec!["g".to_owned(), "u".to_owned()];
    assert_eq!(
        log("jumpcloud").hinted(&joined),
        [("jumpcloud_user_group_member", member)]
    );
    // What the system does by itself has neither id nor name.
    let by_itself = jumpcloud_event(json!({"initiated_by": {"type": "system"}}));
    assert_eq!(by_itself.actor.kind.as_deref(), Some("system"));
    assert_eq!(by_itself.actor.id, None);
}
