//! The webhook's contract: what is posted, how it is signed, what its answers mean.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use crate::support::{
    Answer, Place, Receiver,
    place::{sealed, texts},
    time::START,
};
use muster_alerts::{AlertsError, ChannelChange, DeliveryStatus, OutboundOptions, channel_kinds};
use ring::hmac;

const SECRET: &str = "a-secret-of-many-characters";

/// Verifies as the guide tells receivers to: with another library than the one that signs.
fn is_signed(received: &crate::support::Received, secret: &str) -> bool {
    let header = received.header("muster-signature");
    let part = |name: &str| {
        header
            .split(',')
            .find_map(|part| part.strip_prefix(name))
            .unwrap()
            .to_owned()
    };
    let (seconds, digits) = (part("t="), part("v1="));
    assert_eq!(seconds, (START / 1000 + 10).to_string());
    let given: Vec<u8> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed = [seconds.as_bytes(), b".", &received.body].concat();
    hmac::verify(&key, &signed, &given).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_json_with_the_id_the_headers_and_a_signature() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::plain(204, "")).await;
    let channel = place
        .try_channel(
            "webhook",
            "hook",
            &[("url", &receiver.url("/in"))],
            &[
                ("signing_secret", SECRET),
                ("headers", "Authorization: Bearer t\nX-Team: security"),
            ],
            true,
        )
        .unwrap();
    let alert = place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sending = place.sender().send_due().await.unwrap();
    assert_eq!((sending.sent, sending.failed, sending.dead), (1, 0, 0));

    let received = receiver.only();
    let delivery = place.only();
    assert_eq!(received.method, "POST");
    assert_eq!(received.path, "/in");
    assert_eq!(received.header("content-type"), "application/json");
    assert_eq!(received.header("authorization"), "Bearer t");
    assert_eq!(received.header("x-team"), "security");
    assert_eq!(received.header("muster-delivery"), delivery.id);
    assert!(received.header("user-agent").starts_with("muster/"));
    assert!(is_signed(&received, SECRET));
    assert!(!is_signed(&received, "another-secret-of-many"));

    let body = received.json();
    assert_eq!(body["delivery"], delivery.id);
    assert_eq!(body["kind"], "finding");
    assert_eq!(body["alert"]["id"], alert.id);
    assert_eq!(body["severity"], "high");
    assert_eq!(body["events"], 1);
    assert_eq!(body["more"], 0);
    assert_eq!(body["counts"]["opened"], 1);
    assert_eq!(body["createdAt"], "2026-11-23T00:00:00.000Z");
    assert_eq!(
        body["title"],
        "Active user without a factor: jane@example.com"
    );
    let item = &body["items"][0];
    assert_eq!(item["what"], "opened");
    assert_eq!(item["why"], "A password alone is guessed.");
    assert_eq!(item["rule"]["id"], "OKTA-098");
    assert_eq!(item["integration"]["name"], "Production");
    assert_eq!(item["resource"]["type"], "okta_user");
    assert_eq!(item["resource"]["key"], "jane");
    assert_eq!(item["resource"]["label"], "jane@example.com");
    let finding = item["finding"].as_str().unwrap();
    assert_eq!(
        item["link"],
        format!("https://muster.example.com/findings/{finding}")
    );
    assert_eq!(place.detail(&delivery.id).payload, body);
    assert_eq!(delivery.status, DeliveryStatus::Sent);
    assert_eq!(delivery.sent_at, Some(START + 10_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_signs_from_then_on_and_none_signs_nothing() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::ok()).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    let sender = place.sender();
    place.clock.seconds(10);
    sender.test(&channel.id).await.unwrap();
    for secret in [SECRET, "the-secret-that-came-after"] {
        let change = ChannelChange {
            secrets: sealed(&[("signing_secret", secret)]),
            ..ChannelChange::default()
        };
        let changed = place.change_channel(&channel.id, change).unwrap();
        assert_eq!(changed.secrets_set, ["signing_secret"]);
        sender.test(&channel.id).await.unwrap();
    }
    let received = receiver.received();
    assert!(!received[0].headers.contains_key("muster-signature"));
    assert!(is_signed(&received[1], SECRET));
    assert!(is_signed(&received[2], "the-secret-that-came-after"));
    assert!(!is_signed(&received[2], SECRET));
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_pass_are_tried_again_and_others_end_it_at_once() {
    let place = Place::new();
    for (status, expected) in [
        (200, DeliveryStatus::Sent),
        (299, DeliveryStatus::Sent),
        (408, DeliveryStatus::Failed),
        (425, DeliveryStatus::Failed),
        (429, DeliveryStatus::Failed),
        (500, DeliveryStatus::Failed),
        (503, DeliveryStatus::Failed),
        (302, DeliveryStatus::Dead),
        (400, DeliveryStatus::Dead),
        (401, DeliveryStatus::Dead),
        (404, DeliveryStatus::Dead),
        (410, DeliveryStatus::Dead),
    ] {
        let receiver = Receiver::start(move |_, _| Answer::plain(status, "the reason")).await;
        let channel = place.webhook(&format!("answers {status}"), &receiver.url("/"));
        let alert = place.finding_alert(&format!("to {status}"), &[&channel]);
        place.step(&format!("user{status}"), "opened");
        place.fill();
        place.clock.seconds(10);
        place.sender().send_due().await.unwrap();
        let delivery = place
            .deliveries()
            .into_iter()
            .find(|delivery| delivery.channel.id == channel.id)
            .unwrap();
        assert_eq!(delivery.status, expected, "{status}");
        assert_eq!(receiver.received().len(), 1, "{status}");
        if expected != DeliveryStatus::Sent {
            let error = delivery.last_error.unwrap();
            assert!(
                error.contains(&format!("HTTP {status}: the reason")),
                "{error}"
            );
        }
        place
            .write(|transaction| muster_alerts::Alerts(transaction).delete(&alert.id, START))
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_does_not_answer_is_tried_again() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::Never).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let mut options = OutboundOptions::default();
    options.timeouts.headers = Duration::from_millis(200);
    place.sender_with(&options).send_due().await.unwrap();
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Failed);
    let error = delivery.last_error.unwrap();
    assert!(error.contains("no answer within 1 seconds"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_listens_is_told_and_tried_again() {
    let place = Place::new();
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    let channel = place.webhook("hook", &format!("http://{address}/secret-path"));
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    place.sender().send_due().await.unwrap();
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Failed);
    let error = delivery.last_error.unwrap();
    assert!(error.contains("there was no connection"), "{error}");
    assert!(!error.contains("secret-path"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_and_plain_addresses_need_permission_before_and_while_sending() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::ok()).await;
    let port = receiver.address.port();
    for url in [
        format!("http://example.com:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        "https://[::1]/".to_owned(),
        "https://192.168.0.1/".to_owned(),
    ] {
        let refused = place.try_channel("webhook", "hook", &[("url", &url)], &[], false);
        let Err(AlertsError::Invalid(problems)) = refused else {
            panic!("{url}: {refused:?}");
        };
        assert_eq!(problems[0].field, "url");
        assert!(
            problems[0].message.contains("allow insecure"),
            "{problems:?}"
        );
    }
    // A name says nothing until it is looked up.
    let url = format!("https://localhost:{port}/");
    let channel = place
        .try_channel("webhook", "hook", &[("url", &url)], &[], false)
        .unwrap();
    let delivery = place.sender().test(&channel.id).await.unwrap();
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    let error = delivery.last_error.unwrap();
    assert!(error.contains("not a public one"), "{error}");
    assert!(receiver.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_entered_is_checked_field_by_field() {
    let place = Place::new();
    let refused = place.try_channel(
        "webhook",
        " ",
        &[("url", "https://example.com"), ("colour", "red")],
        &[],
        false,
    );
    let Err(AlertsError::Invalid(problems)) = refused else {
        panic!("{refused:?}");
    };
    let fields: Vec<&str> = problems
        .iter()
        .map(|problem| problem.field.as_str())
        .collect();
    assert_eq!(fields, ["name", "colour"]);
    let refused = place.try_channel(
        "webhook",
        "hook",
        &[("url", "https://example.com")],
        &[("signing_secret", "short"), ("headers", "no colon")],
        false,
    );
    let Err(AlertsError::Invalid(problems)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(matches!(
        place.try_channel("pigeon", "hook", &[], &[], false),
        Err(AlertsError::Invalid(_))
    ));
    assert!(matches!(
        place.try_channel("webhook", "hook", &[], &[], false),
        Err(AlertsError::Invalid(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_sealed_and_shown_by_name_only() {
    let place = Place::new();
    let url = "https://hooks.example.com/";
    let secrets = [("signing_secret", "correct-horse-battery-staple")];
    let channel = place
        .try_channel("webhook", "hook", &[("url", url)], &secrets, false)
        .unwrap();
    assert_eq!(channel.settings, texts(&[("url", url)]));
    assert_eq!(channel.secrets_set, ["signing_secret"]);
    assert!(!format!("{channel:?}").contains("correct-horse"));
    for entry in std::fs::read_dir(place.folder.root()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(13).any(|window| window == b"correct-horse"));
    }
    let emptied = ChannelChange {
        secrets: sealed(&[("signing_secret", "")]),
        ..ChannelChange::default()
    };
    let changed = place.change_channel(&channel.id, emptied).unwrap();
    assert!(changed.secrets_set.is_empty());
}

#[test]
fn every_kind_tells_what_can_be_entered() {
    let kinds = channel_kinds();
    let names: Vec<&str> = kinds.iter().map(|form| form.kind).collect();
    assert_eq!(names, ["slack", "email", "webhook"]);
    for form in kinds {
        for field in form.fields {
            assert!(!field.name.is_empty() && !field.label.is_empty() && !field.help.is_empty());
        }
        assert!(form.fields.iter().any(|field| field.required));
        assert!(form.fields.iter().any(|field| field.secret));
    }
}
