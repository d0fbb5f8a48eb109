//! Slack's documented contract, checked by a server that refuses what Slack would.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use crate::support::{
    Answer, Place, Received, Receiver,
    place::{document, sealed},
};
use muster_alerts::{ChannelChange, DeliveryStatus, Watch};
use muster_model::Severity;
use serde_json::Value;

/// Characters of all blocks together; more is refused although each is within its limit.
const LONGEST_MESSAGE: usize = 13_000;

/// What Slack answers to a message: `ok`, or the reason why it is not taken.
fn judge(received: &Received) -> Answer {
    match problem(received) {
        None => Answer::ok(),
        Some(reason) => Answer::plain(400, &format!("invalid_blocks {reason}")),
    }
}

fn problem(received: &Received) -> Option<String> {
    let say = |reason: &str| Some(reason.to_owned());
    if received.method != "POST" || received.header("content-type") != "application/json" {
        return say("a POST of JSON is wanted");
    }
    let Ok(message) = serde_json::from_slice::<Value>(&received.body) else {
        return say("this is no JSON");
    };
    if message["text"].as_str().is_none_or(str::is_empty) {
        return say("there is no text for notifications");
    }
    let Some(blocks) = message["blocks"].as_array() else {
        return say("there are no blocks");
    };
    if blocks.is_empty() || blocks.len() > 50 {
        return say("there may be 1 to 50 blocks");
    }
    let mut whole = 0;
    for block in blocks {
        let texts: Vec<&Value> = match block["type"].as_str() {
            Some("header") => vec![&block["text"]],
            Some("section") => vec![&block["text"]],
            Some("context") => {
                let elements = block["elements"].as_array().unwrap();
                if elements.is_empty() || elements.len() > 10 {
                    return say("a context has 1 to 10 elements");
                }
                elements.iter().collect()
            }
            other => return Some(format!("unknown block {other:?}")),
        };
        for text in texts {
            let words = text["text"].as_str().unwrap_or_default();
            let length = words.chars().count();
            let most = if block["type"] == "header" { 150 } else { 3000 };
            if length == 0 || length > most {
                return Some(format!("a text has {length} of {most} characters"));
            }
            match (block["type"].as_str(), text["type"].as_str()) {
                (Some("header"), Some("plain_text")) => {}
                (Some("section" | "context"), Some("mrkdwn")) => {
                    if let Some(reason) = markup_problem(words) {
                        return Some(reason);
                    }
                }
                other => return Some(format!("a text of the wrong type: {other:?}")),
            }
            whole += length;
        }
    }
    (whole > LONGEST_MESSAGE).then(|| "msg_blocks_too_long".to_owned())
}

/// Angle brackets stand around links alone, and an ampersand begins one of three escapes.
fn markup_problem(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        let found = &rest[at..];
        let length = if found.starts_with('<') {
            let end = found.find('>')?;
            let inside = &found[1..end];
            let (link, shown) = inside.split_once('|').unwrap_or((inside, "x"));
            if !link.starts_with("https://") || shown.is_empty() || inside.contains('<') {
                return Some(format!("`{inside}` is no link"));
            }
            end + 1
        } else {
            match ["&amp;", "&lt;", "&gt;"]
                .iter()
                .find(|escape| found.starts_with(**escape))
            {
                Some(escape) => escape.len(),
                None => return Some(format!("unescaped at `{found}`")),
            }
        };
        rest = &found[length..];
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_what_slack_takes_and_shows_what_and_why() {
    let place = Place::new();
    let slack = Receiver::start(|_, received| judge(received)).await;
    let channel = place.slack("team", &slack.url("/services/T/B/x"));
    place.finding_alert("Security <now> & here", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    place.sender().send_due().await.unwrap();
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Sent, "{delivery:?}");
    let message = slack.only().json();
    assert_eq!(
        message["text"],
        "[high] Active user without a factor: jane@example.com"
    );
    let section = message["blocks"][1]["text"]["text"].as_str().unwrap();
    assert!(section.starts_with(":red_circle: high *<https://muster.example.com/findings/"));
    assert!(
        section.contains("A password alone is guessed."),
        "{section}"
    );
    assert!(
        section.contains("Okta User · Production · OKTA-098"),
        "{section}"
    );
    let closing = message["blocks"][2]["elements"][0]["text"]
        .as_str()
        .unwrap();
    assert!(
        closing.contains("Security &lt;now&gt; &amp; here"),
        "{closing}"
    );
    assert_eq!(place.detail(&delivery.id).payload, message);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_worst_names_and_the_largest_count_stay_within_the_limits() {
    let place = Place::new();
    let slack = Receiver::start(|_, received| judge(received)).await;
    let channel = place.slack("team", &slack.url("/"));
    place.finding_alert(&"&".repeat(100), &[&channel]);
    for number in 0..300 {
        let name = format!("{}{number}", "<&>|*_`😀".repeat(400));
        place.step_of(
            &place.integration.clone(),
            &name,
            "opened",
            Severity::Critical,
            false,
        );
    }
    place.fill();
    place.clock.seconds(10);
    place.sender().send_due().await.unwrap();
    let delivery = place.only();
    assert_eq!(
        delivery.status,
        DeliveryStatus::Sent,
        "{:?}",
        delivery.last_error
    );
    assert_eq!(delivery.events, 300);
    let message = slack.only().json();
    assert_eq!(message["blocks"].as_array().unwrap().len(), 12);
    let closing = message["blocks"][11]["elements"][0]["text"]
        .as_str()
        .unwrap();
    assert!(closing.starts_with("and 290 more"), "{closing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_told_with_the_fields_that_differ() {
    let place = Place::new();
    let slack = Receiver::start(|_, received| judge(received)).await;
    let channel = place.slack("team", &slack.url("/"));
    place.alert(
        "Changes",
        Watch::Change(muster_alerts::ChangeWatch::default()),
        &[&channel],
    );
    let ledger = place.ledger();
    place.commit(&ledger, &[document(1, "Jane")]).await;
    place.fill();
    place.clock.seconds(10);
    let sender = place.sender();
    sender.send_due().await.unwrap();
    place.commit(&ledger, &[document(1, "Jane Doe")]).await;
    place.fill();
    place.clock.seconds(10);
    sender.send_due().await.unwrap();
    let received = slack.received();
    assert_eq!(received[0].json()["text"], "Okta User Jane added");
    let second = received[1].json();
    assert_eq!(second["text"], "Okta User Jane Doe modified");
    let section = second["blocks"][1]["text"]["text"].as_str().unwrap();
    assert!(section.ends_with("name"), "{section}");
    assert!(section.contains("/resources/okta_user/"), "{section}");
    ledger.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn slacks_words_are_told_with_what_to_do() {
    let place = Place::new();
    for (status, word, advice) in [
        (404, "no_service", "make a new one there"),
        (403, "invalid_token", "make a new one there"),
        (404, "channel_not_found", "for another one"),
        (410, "channel_is_archived", "for another one"),
        (403, "action_prohibited", "ask its administrator"),
        (400, "invalid_payload", "HTTP 400: invalid_payload"),
        (200, "<html>welcome</html>", "is not Slack"),
    ] {
        let slack = Receiver::start(move |_, _| Answer::plain(status, word)).await;
        let channel = place.slack(word, &slack.url("/"));
        let delivery = place.sender().test(&channel.id).await.unwrap();
        assert_eq!(delivery.status, DeliveryStatus::Dead, "{word}");
        let error = delivery.last_error.unwrap();
        assert!(error.contains(advice), "{word}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slacks_wait_is_honoured_and_holds_the_whole_channel() {
    let place = Place::new();
    let slack = Receiver::start(|number, received| match number {
        0 => Answer::Now(
            429,
            vec![("retry-after", "120".to_owned())],
            "rate_limited".to_owned(),
        ),
        _ => judge(received),
    })
    .await;
    let channel = place.slack("team", &slack.url("/"));
    place.finding_alert("First", &[&channel]);
    place.finding_alert("Second", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sender = place.sender();
    let sending = sender.send_due().await.unwrap();
    assert_eq!((sending.sent, sending.failed), (0, 1));
    assert_eq!(sending.next, Some(place.now() + 120_000));
    place.clock.seconds(119);
    sender.send_due().await.unwrap();
    assert_eq!(slack.received().len(), 1, "it asked us to wait");
    place.clock.seconds(1);
    assert_eq!(sender.send_due().await.unwrap().sent, 2);
    let all = place.deliveries();
    assert!(
        all.iter()
            .all(|delivery| delivery.status == DeliveryStatus::Sent)
    );
    assert_eq!(all.iter().map(|delivery| delivery.attempts).sum::<u32>(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_says_that_it_is_one_and_what_was_answered() {
    let place = Place::new();
    let slack = Receiver::start(|_, received| judge(received)).await;
    let channel = place.slack("team", &slack.url("/"));
    let delivery = place.sender().test(&channel.id).await.unwrap();
    assert_eq!(delivery.status, DeliveryStatus::Sent, "{delivery:?}");
    assert_eq!(delivery.alert, None);
    let message = slack.only().json();
    assert_eq!(message["text"], "Test message from Muster");
    assert!(message.to_string().contains("This is a test"));
    let attempts = place.detail(&delivery.id).attempts;
    assert_eq!(attempts[0].outcome, "Slack answered `ok`");
    let moved = ChannelChange {
        secrets: sealed(&[("webhook_url", "ftp://example.com")]),
        ..ChannelChange::default()
    };
    assert!(place.change_channel(&channel.id, moved).is_err());
}
