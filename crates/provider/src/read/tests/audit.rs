use serde_json::Value;

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

#[test]
fn an_event_without_target_outcome_or_milliseconds_is_an_event() {
    let document = r#"{"uuid": "1", "published": "2026-01-02T03:04:05Z", "eventType": "system.org.rate_limit.warning",
        "actor": {"id": "x", "type": "SystemPrincipal"}, "outcome": null, "target": null, "client": {"geographicalContext": null, "zone": "null"}}"#;
    let event = log("okta").event(document).unwrap();
    assert_eq!(
        (event.outcome, event.target.id, event.location),
        (None, None, None)
    );
    assert_eq!(event.time, 1_767_323_045_000);
    let nanoseconds = r#"{"id": "1", "timestamp": "2023-06-15T14:21:10.34334445Z", "event_type": "sso_auth", "sso_token_success": false}"#;
    let event = log("jumpcloud").event(nanoseconds).unwrap();
    assert_eq!(event.time, 1_686_838_870_343);
    assert_eq!(event.outcome.as_deref(), Some("FAILURE"));
}
