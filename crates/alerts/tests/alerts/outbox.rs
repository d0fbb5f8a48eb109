//! From causes to the outbox: what is gathered, what is left out, and that nothing is there twice.

use std::collections::BTreeSet;

use crate::support::{
    Answer, Place, Receiver,
    place::{document, every_finding},
};
use muster_alerts::{
    AlertChange, Alerts, AlertsError, ChangeWatch, ChannelChange, Channels, DeliveryStatus,
    FindingStepKind, FindingWatch, NewAlert, Watch,
};
use muster_model::{ChangeKind, Severity};

/// Nothing is sent to it in these tests.
const NOWHERE: &str = "https://hooks.example.com/";

fn every_change() -> Watch {
    Watch::Change(ChangeWatch::default())
}

#[test]
fn what_one_pass_finds_is_one_message_with_a_count() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    place.finding_alert("Security", &[&channel]);
    for number in 0..4_500 {
        let severity = if number == 4_321 {
            Severity::Critical
        } else {
            Severity::Low
        };
        place.step_of(
            &place.integration.clone(),
            &format!("u{number}"),
            "opened",
            severity,
            false,
        );
    }
    let filled = place.fill();
    assert_eq!(filled.steps, 4_500);
    let delivery = place.only();
    assert_eq!(delivery.events, 4_500);
    assert_eq!(delivery.title, "4,500 findings opened in Production");
    assert_eq!(delivery.status, DeliveryStatus::Waiting);
    assert_eq!(delivery.next_attempt_at, Some(place.now() + 10_000));
    let payload = place.detail(&delivery.id).payload;
    assert_eq!(payload["severity"], "critical");
    assert_eq!(payload["more"], 4_490);
    let items = payload["items"].as_array().unwrap();
    assert_eq!(items.len(), 10);
    assert_eq!(
        items[0]["resource"]["key"], "u4321",
        "the worst is named first"
    );
    assert_eq!(items[1]["resource"]["key"], "u0");
    assert_eq!(
        place.fill(),
        muster_alerts::Filled::default(),
        "once is enough"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_is_one_message_however_long_it_takes() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::ok()).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    let other = place.integration("Other");
    let first_syncs = BTreeSet::from([place.integration.clone()]);
    let (filler, sender) = (place.filler(), place.sender());
    for round in 0..6 {
        for number in 0..50 {
            place.step(&format!("u{round}-{number}"), "opened");
        }
        filler.fill(&first_syncs).unwrap();
        // Longer than any other message waits.
        place.clock.seconds(540);
        filler.fill(&first_syncs).unwrap();
        place.clock.seconds(540);
        sender.send_due().await.unwrap();
    }
    assert!(receiver.received().is_empty(), "it goes on still");
    // What others cause does not wait for it.
    place.step_of(&other, "elsewhere", "opened", Severity::High, false);
    filler.fill(&first_syncs).unwrap();
    place.clock.seconds(10);
    sender.send_due().await.unwrap();
    assert_eq!(receiver.only().json()["events"], 1);
    // The last ones are found when the sync has ended.
    place.step("last", "opened");
    filler.fill(&BTreeSet::new()).unwrap();
    place.clock.seconds(10);
    sender.send_due().await.unwrap();
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[1].json()["events"], 301);
    assert_eq!(
        received[1].json()["title"],
        "301 findings opened in Production"
    );
    place.step("later", "opened");
    filler.fill(&BTreeSet::new()).unwrap();
    place.clock.seconds(10);
    sender.send_due().await.unwrap();
    assert_eq!(receiver.received()[2].json()["events"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_changes_are_one_message_and_each_is_counted_once() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    place.alert("Changes", every_change(), &[&channel]);
    let ledger = place.ledger();
    for page in 0..6 {
        let documents: Vec<String> = (0..5_000)
            .map(|number| document(page * 5_000 + number, "n"))
            .collect();
        place.commit(&ledger, &documents).await;
    }
    let filled = place.fill();
    assert_eq!(filled.changes, 30_000);
    let delivery = place.only();
    assert_eq!(delivery.title, "30,000 resources added in Production");
    assert_eq!(delivery.next_attempt_at, Some(place.now() + 10_000));
    assert_eq!(place.fill().changes, 0);
    place.finish(&ledger, &["u0", "u1", "u2"]).await;
    assert_eq!(place.fill().changes, 29_997);
    let delivery = place.only();
    assert_eq!(
        delivery.title,
        "30,000 resources added, 29,997 removed in Production"
    );
    ledger.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_begins_when_it_is_made_and_again_when_it_is_switched_on() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    let ledger = place.ledger();
    place.step("before", "opened");
    place.commit(&ledger, &[document(1, "before")]).await;
    let findings = place.finding_alert("Findings", &[&channel]);
    place.alert("Changes", every_change(), &[&channel]);
    place.fill();
    assert!(place.deliveries().is_empty(), "that was before");
    let switch = |enabled| {
        let change = AlertChange {
            enabled: Some(enabled),
            ..AlertChange::default()
        };
        place
            .write(|transaction| Alerts(transaction).update(&findings.id, change))
            .unwrap();
    };
    switch(false);
    place.step("while it was off", "opened");
    place.fill();
    switch(true);
    place.fill();
    assert!(place.deliveries().is_empty());
    place.step("now", "opened");
    place.commit(&ledger, &[document(2, "now")]).await;
    place.fill();
    let titles: Vec<String> = place
        .deliveries()
        .into_iter()
        .map(|delivery| delivery.title)
        .collect();
    assert_eq!(
        titles,
        [
            "Active user without a factor: now@example.com",
            "Okta User now added"
        ]
    );
    ledger.close();
}

#[test]
fn causes_join_until_it_is_quiet_and_no_longer_than_a_minute() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    place.finding_alert("Security", &[&channel]);
    let begun = place.now();
    for number in 0..7 {
        place.step(&format!("u{number}"), "opened");
        place.fill();
        let waiting = place.only();
        assert_eq!(waiting.events, number + 1);
        let quiet = place.now() + 10_000;
        assert_eq!(waiting.next_attempt_at, Some(quiet.min(begun + 60_000)));
        place.clock.seconds(9);
    }
    // It is due now, sent or not: what comes belongs to the next.
    place.step("next", "opened");
    place.fill();
    assert_eq!(place.deliveries().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_added_to_what_was_tried() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::plain(500, "")).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    place.step("first", "opened");
    place.fill();
    place.clock.seconds(10);
    place.sender().send_due().await.unwrap();
    place.step("second", "opened");
    place.fill();
    let all = place.deliveries();
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.iter().all(|delivery| delivery.events == 1));
}

#[test]
fn a_watch_wants_what_it_says_and_nothing_that_is_suppressed() {
    let place = Place::new();
    let other = place.integration("Other");
    let channel = place.webhook("hook", NOWHERE);
    let watch = FindingWatch {
        minimum_severity: Severity::High,
        rules: vec!["OKTA-098".into()],
        integrations: vec![other.clone()],
        steps: vec![FindingStepKind::Opened, FindingStepKind::Resolved],
    };
    place.alert("Narrow", Watch::Finding(watch.clone()), &[&channel]);
    let elsewhere = FindingWatch {
        rules: vec!["OKTA-001".into()],
        ..watch
    };
    place.alert("Another rule", Watch::Finding(elsewhere), &[&channel]);
    let here = place.integration.clone();
    place.step_of(&here, "elsewhere", "opened", Severity::Critical, false);
    place.step_of(&other, "too mild", "opened", Severity::Medium, false);
    place.step_of(&other, "again", "reopened", Severity::High, false);
    place.step_of(&other, "accepted", "opened", Severity::High, true);
    place.step_of(&other, "spoken of", "comment", Severity::High, false);
    place.fill();
    assert!(place.deliveries().is_empty());
    place.step_of(&other, "wanted", "opened", Severity::High, false);
    place.step_of(&other, "wanted", "resolved", Severity::High, false);
    place.fill();
    let delivery = place.only();
    assert_eq!(delivery.title, "1 finding opened, 1 resolved in Other");
    let items = place.detail(&delivery.id).payload["items"].clone();
    assert_eq!(items[0]["why"], "A password alone is guessed.");
    assert_eq!(items[1]["why"], "the factor was added");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_wanted_by_type_kind_and_field() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    let watch = ChangeWatch {
        types: vec!["okta_user".into()],
        kinds: vec![ChangeKind::Modified],
        fields: vec!["title".into()],
        ..ChangeWatch::default()
    };
    place.alert("Titles", Watch::Change(watch), &[&channel]);
    let elsewhere = ChangeWatch {
        types: vec!["okta_group".into()],
        ..ChangeWatch::default()
    };
    place.alert("Groups", Watch::Change(elsewhere), &[&channel]);
    let ledger = place.ledger();
    place.commit(&ledger, &[document(1, "Jane")]).await;
    place.commit(&ledger, &[document(1, "Jane Doe")]).await;
    place.fill();
    assert!(place.deliveries().is_empty());
    let promoted = document(1, "Jane Doe").replace(r#""t""#, r#""Director""#);
    place.commit(&ledger, &[promoted]).await;
    place.fill();
    let payload = place.detail(&place.only().id).payload;
    assert_eq!(payload["title"], "Okta User Jane Doe modified");
    assert_eq!(payload["items"][0]["fields"][0], "title");
    ledger.close();
}

#[test]
fn each_alert_and_each_channel_has_its_own_message() {
    let place = Place::new();
    let (first, second) = (place.webhook("a", NOWHERE), place.webhook("b", NOWHERE));
    place.finding_alert("One", &[&first, &second]);
    place.finding_alert("Two", &[&second]);
    place.step("jane", "opened");
    assert_eq!(place.fill().deliveries.len(), 3);
    let mut where_to: Vec<(String, String)> = place
        .deliveries()
        .into_iter()
        .map(|delivery| (delivery.alert.unwrap().name, delivery.channel.name))
        .collect();
    where_to.sort();
    let expected = [("One", "a"), ("One", "b"), ("Two", "b")];
    assert_eq!(
        where_to,
        expected.map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
}

#[test]
fn nothing_is_gathered_for_a_channel_that_is_off() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    place.finding_alert("Security", &[&channel]);
    let switch = |enabled| ChannelChange {
        enabled: Some(enabled),
        ..ChannelChange::default()
    };
    place.change_channel(&channel.id, switch(false)).unwrap();
    place.step("unheard", "opened");
    place.fill();
    place.change_channel(&channel.id, switch(true)).unwrap();
    place.step("heard", "opened");
    place.fill();
    assert_eq!(
        place.only().title,
        "Active user without a factor: heard@example.com"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn forgotten_changes_are_told_and_stop_nothing() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    place.alert("Changes", every_change(), &[&channel]);
    let ledger = place.ledger();
    place
        .commit(&ledger, &[document(1, "a"), document(2, "b")])
        .await;
    place.commit(&ledger, &[document(3, "c")]).await;
    ledger.close();
    place
        .write(|transaction| {
            transaction.execute("UPDATE ledger_position SET forgotten_sequence = 2", [])?;
            Ok(())
        })
        .unwrap();
    let filled = place.fill();
    assert_eq!(filled.forgotten, Some((0, 2)));
    assert_eq!(filled.changes, 1);
    let delivery = place.only();
    let payload = place.detail(&delivery.id).payload;
    assert_eq!(payload["title"], "Okta User c added");
    assert_eq!(
        payload["notes"][0],
        "Changes 1 to 2 are no longer kept, and were forgotten before this alert looked at them."
    );
    assert_eq!(place.fill().forgotten, None, "told once");
}

#[test]
fn steps_that_went_with_their_integration_stop_nothing() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    let integration = place.integration.clone();
    place
        .write(|transaction| Ok(muster_rules::forget(transaction, &integration)?))
        .unwrap();
    assert_eq!(place.fill().steps, 0);
    place.step("jo", "opened");
    assert_eq!(place.fill().steps, 1);
    assert_eq!(place.only().events, 1);
}

#[test]
fn an_alert_is_checked_field_by_field() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    let create = |name: &str, channels: Vec<String>, watch: Watch| {
        let new = NewAlert {
            name: name.into(),
            channels,
            watch,
            enabled: true,
        };
        place.write(|transaction| Alerts(transaction).create(new, 0))
    };
    let fields = |result: Result<_, AlertsError>| match result {
        Err(AlertsError::Invalid(problems)) => problems
            .into_iter()
            .map(|problem| problem.field)
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        fields(create("", vec![], every_finding())),
        ["name", "channels"]
    );
    assert_eq!(
        fields(create("a", vec!["nothing".into()], every_finding())),
        ["channels"]
    );
    let touched = ChangeWatch {
        kinds: vec![ChangeKind::Touched],
        ..ChangeWatch::default()
    };
    let there = vec![channel.id.clone()];
    assert_eq!(
        fields(create("a", there.clone(), Watch::Change(touched))),
        ["kinds"]
    );
    let made = create("Security", there.clone(), every_finding()).unwrap();
    assert!(matches!(
        create("security", there, every_finding()),
        Err(AlertsError::NameTaken(_))
    ));
    let other_kind = AlertChange {
        watch: Some(every_change()),
        ..AlertChange::default()
    };
    assert_eq!(
        fields(place.write(|transaction| Alerts(transaction).update(&made.id, other_kind))),
        ["kind"]
    );
}

#[test]
fn a_channel_in_use_is_not_deleted_and_its_history_outlives_it() {
    let place = Place::new();
    let channel = place.webhook("hook", NOWHERE);
    let alert = place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    let delete = || place.write(|transaction| Channels(transaction).delete(&channel.id, 1));
    let error = delete().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the alert `Security` uses the channel `hook`; take it out there first, or switch the channel off"
    );
    place
        .write(|transaction| Alerts(transaction).delete(&alert.id, 1))
        .unwrap();
    delete().unwrap();
    assert!(matches!(delete(), Err(AlertsError::NoChannel(_))));
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    assert_eq!(delivery.channel.name, "hook");
    assert_eq!(delivery.alert.unwrap().name, "Security");
    assert!(matches!(
        place.retry(&delivery.id),
        Err(AlertsError::Refused(_))
    ));
    place.webhook("HOOK", NOWHERE);
}
