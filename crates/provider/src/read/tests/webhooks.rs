//! What vendors send by themselves, as the shipped files read it.

use std::{collections::BTreeMap, sync::Arc};

use muster_model::AuditEvent;
use serde_json::{Value, json};

use crate::definition::{AuditLog, Catalogue, Hinted};

fn log_with(provider: &str, settings: &[(&str, &str)]) -> Arc<AuditLog> {
    let catalogue = Catalogue::embedded().unwrap();
    let provider = catalogue.provider(provider).unwrap();
    let typed: BTreeMap<String, String> = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let settings = provider.check_settings(&typed).unwrap();
    provider.audit_log_of(&settings).unwrap()
}

fn monosign(settings: &[(&str, &str)]) -> Arc<AuditLog> {
    let own = [
        ("base_url", "https://example.trymonosign.com"),
        ("app_id", "a"),
    ];
    log_with("monosign", &[&own[..], settings].concat())
}

fn events(log: &AuditLog, message: &Value) -> Vec<AuditEvent> {
    let message = message.to_string();
    let webhook = log.webhook.as_ref().unwrap();
    let found = webhook.events(&message, log.ignore_case).unwrap();
    found
        .into_iter()
        .map(|event| log.event(event).unwrap())
        .collect()
}

#[test]
fn a_delivery_of_oktas_holds_its_events() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/recordings/okta_event_hook_delivery.json"
    );
    let log = log_with("okta", &[("domain", "example.okta.com")]);
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let samples = recorded["responses"].as_array().unwrap().clone();
    assert!(!samples.is_empty());
    let message = json!({"eventType": "com.okta.event_hook", "data": {"events": samples}});
    let found = events(&log, &message);
    assert_eq!(found.len(), samples.len());
    for (event, sample) in found.iter().zip(&samples) {
        assert_eq!(event.id, sample["uuid"].as_str().unwrap());
        let kept: Value = serde_json::from_str(&event.document).unwrap();
        assert_eq!(&kept, sample);
    }
    let told: Vec<&str> = found
        .iter()
        .flat_map(|event| log.rereads(event))
        .map(|(resource_type, _)| resource_type)
        .collect();
    assert!(told.contains(&"okta_user"), "{told:?}");
}

#[test]
fn monosigns_messages_are_understood_in_either_spelling() {
    let documented = json!({"eventId": "1", "eventType": "User.Updated", "eventDate": "2026-11-23T08:00:00.000Z",
        "actor": {"type": "User", "id": "a", "name": "ada@acme.example"}, "target": {"type": "User", "id": "u"}});
    let capital = json!({"EventId": "1", "EventType": "User.Updated", "EventDate": "2026-11-23T08:00:00.000Z",
        "Actor": {"Type": "User", "Id": "a", "Name": "ada@acme.example"}, "Target": {"Type": "User", "Id": "u"}});
    let log = monosign(&[]);
    let first = events(&log, &documented);
    assert_eq!(first, events(&log, &capital));
    assert_eq!(first[0].actor.name.as_deref(), Some("ada@acme.example"));
    assert_eq!(first[0].action.as_deref(), Some("Updated"));
    for several in [
        json!([capital, documented]),
        json!({"Events": [capital, capital]}),
        json!({"events": {"Id": 1}, "x": 2}),
    ] {
        let message = several.to_string();
        let webhook = log.webhook.as_ref().unwrap();
        assert!(webhook.events(&message, true).is_some(), "{message}");
    }
    let user = vec!["u".to_owned()];
    assert_eq!(log.hinted(&first[0]), [("monosign_user", user.clone())]);
    assert_eq!(
        log.rereads(&first[0]),
        [
            ("monosign_user", Hinted::Resource(user)),
            ("monosign_user_permission", Hinted::Everything),
            ("monosign_user_role", Hinted::Everything),
        ]
    );
}

#[test]
fn monosigns_members_can_be_called_otherwise() {
    let log = monosign(&[
        ("events_member", "Payload.Items"),
        ("event_id_member", "Uid"),
        ("event_type_member", "Action"),
        ("event_date_member", "At"),
        ("event_target_member", "Object"),
        ("event_actor_member", "By"),
    ]);
    let message = json!({"Payload": {"Items": [{"Uid": "1", "Action": "User.Deleted", "At": "2026-11-23T08:00:00Z",
        "By": {"UserId": "a"}, "Object": {"Type": "User", "UserId": "u"}}]}});
    let found = events(&log, &message);
    assert_eq!(found[0].id, "1");
    assert_eq!(found[0].activity, "User.Deleted");
    assert_eq!(found[0].actor.id.as_deref(), Some("a"));
    assert_eq!(
        log.hinted(&found[0]),
        [("monosign_user", vec!["u".to_owned()])]
    );
}

#[test]
fn an_event_may_name_only_a_parent() {
    let log = log_with("okta", &[("domain", "example.okta.com")]);
    let event = json!({"uuid": "1", "published": "2026-01-02T03:04:05Z", "eventType": "user.mfa.factor.deactivate",
        "target": [{"id": "00u1", "type": "User"}]});
    let event = log.event(&event.to_string()).unwrap();
    assert_eq!(log.hinted(&event), []);
    assert_eq!(
        log.rereads(&event),
        [("okta_factor", Hinted::Children(vec!["00u1".to_owned()]))]
    );
}
