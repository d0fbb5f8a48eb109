//! The traps of Okta's System Log, each by its name.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use super::vendor::{Answer, START, Vendor, error, page, refusal};
use crate::{RequestError, definition::AuditLog, http::LogPage};

const SINCE: Duration = Duration::from_secs(START - 90 * 24 * 3600);

fn log(vendor: &Vendor) -> Arc<AuditLog> {
    vendor.provider.audit_log.clone().unwrap()
}

async fn read(vendor: &Vendor, cursor: Option<&str>) -> Result<LogPage, RequestError> {
    let since = SystemTime::UNIX_EPOCH + SINCE;
    vendor.client.log_page(&log(vendor), cursor, since).await
}

fn event(uuid: &str, published: &str) -> Value {
    json!({"uuid": uuid, "published": published, "eventType": "user.session.start", "actor": {"id": "00u1", "type": "User"}})
}

/// A page of these events that is followed by the one at `after`.
fn events(events: &[Value], after: &str) -> Answer {
    let next = format!(
        "<{{base}}/api/v1/logs?after={after}&limit=1000&sortOrder=ASCENDING>; rel=\"next\""
    );
    page(&json!(events).to_string(), &[("link", &next)])
}

fn ids(log: &AuditLog, page: &LogPage) -> Vec<String> {
    let documents = page.documents.iter();
    let events = documents.map(|document| log.event(std::str::from_utf8(document).unwrap()));
    events.map(|event| event.unwrap().id).collect()
}

/// A log with the numbered events `0..count`, which gives two a page, whatever is asked for.
fn two_a_page(count: usize) -> impl Fn(usize, &str) -> Answer + Send + Sync + 'static {
    move |_, target| {
        let after = target.split_once("after=").map_or(0, |(_, after)| {
            after.split('&').next().unwrap().parse().unwrap()
        });
        let upto = count.min(after + 2);
        let found: Vec<Value> = (after..upto)
            .map(|n| event(&format!("e{n}"), "2023-11-14T22:00:00.000Z"))
            .collect();
        events(&found, &upto.to_string())
    }
}

#[tokio::test]
async fn always_next_link_also_on_an_empty_page() {
    let vendor = Vendor::start(two_a_page(3)).await;
    let log = log(&vendor);
    let mut cursor: Option<String> = None;
    let mut found = Vec::new();
    loop {
        let page = read(&vendor, cursor.as_deref()).await.unwrap();
        found.extend(ids(&log, &page));
        cursor = Some(page.cursor);
        if page.is_last {
            break;
        }
    }
    assert_eq!(found, ["e0", "e1", "e2"]);
    // The third page, which is not full, is no end; the fourth, which is empty, is one for now.
    assert_eq!(vendor.targets().len(), 3);
    let later = read(&vendor, cursor.as_deref()).await.unwrap();
    assert!(later.is_last && later.documents.is_empty());
    assert_eq!(Some(later.cursor), cursor, "it is asked for again later");
}

#[tokio::test]
async fn a_round_later_goes_on_behind_the_empty_page() {
    let before = Vendor::start(two_a_page(2)).await;
    let first = read(&before, None).await.unwrap();
    let empty = read(&before, Some(&first.cursor)).await.unwrap();
    assert!(empty.is_last);
    let later = Vendor::start(two_a_page(3)).await;
    let page = read(&later, Some(&empty.cursor)).await.unwrap();
    assert_eq!(ids(&log(&later), &page), ["e2"]);
}

#[tokio::test]
async fn since_and_after_exclude_each_other_and_nobody_asks_for_an_end() {
    let vendor = Vendor::start(two_a_page(4)).await;
    let first = read(&vendor, None).await.unwrap();
    read(&vendor, Some(&first.cursor)).await.unwrap();
    let targets = vendor.targets();
    assert_eq!(
        targets[0],
        "/api/v1/logs?sortOrder=ASCENDING&limit=1000&since=2023-08-16T22%3A13%3A20.000Z"
    );
    assert_eq!(
        targets[1],
        "/api/v1/logs?after=2&limit=1000&sortOrder=ASCENDING"
    );
    // With an end Okta orders by what happened when, and late events are missing.
    assert!(targets.iter().all(|target| !target.contains("until")));
}

#[tokio::test]
async fn late_events_and_disorder() {
    let vendor = Vendor::start(|number, _| match number {
        0 => events(
            &[
                event("b", "2023-11-14T22:00:02.000Z"),
                event("a", "2023-11-14T22:00:01.000Z"),
            ],
            "1",
        ),
        // It happened before everything that was told already.
        1 => events(&[event("late", "2023-11-14T21:50:00.000Z")], "2"),
        _ => events(&[], "2"),
    })
    .await;
    let first = read(&vendor, None).await.unwrap();
    assert_eq!(ids(&log(&vendor), &first), ["b", "a"]);
    let second = read(&vendor, Some(&first.cursor)).await.unwrap();
    assert_eq!(ids(&log(&vendor), &second), ["late"]);
}

#[tokio::test]
async fn an_expired_or_unknown_cursor() {
    for code in ["E0000029", "E0000031"] {
        let vendor = Vendor::start(move |_, _| error(400, code)).await;
        let told = read(&vendor, Some("/api/v1/logs?after=gone")).await;
        let told = told.unwrap_err();
        assert!(
            matches!(told, RequestError::RestartListing { .. }),
            "{told}"
        );
    }
}

#[tokio::test]
async fn a_cursor_that_is_none_is_not_followed() {
    let vendor = Vendor::start(two_a_page(1)).await;
    for stored in ["https://evil.example/api/v1/logs", "//evil.example/", ""] {
        read(&vendor, Some(stored)).await.unwrap();
    }
    assert!(
        vendor
            .targets()
            .iter()
            .all(|target| target.contains("since="))
    );
}

#[tokio::test]
async fn since_further_back_than_180_days() {
    let told = r#"{"errorCode":"E0000053","errorSummary":"Invalid parameter: The since parameter is over 180 days prior to the current day."}"#;
    let vendor = Vendor::start(move |_, _| refusal(400, told, &[])).await;
    let refused = read(&vendor, None).await.unwrap_err();
    assert!(
        matches!(refused, RequestError::BadRequest { .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("over 180 days"), "{refused}");
    let ninety_days = Duration::from_secs(90 * 24 * 3600);
    assert_eq!(
        log(&vendor).retention,
        ninety_days,
        "nobody asks for what Okta has forgotten"
    );
}

#[tokio::test]
async fn duplicates_by_uuid() {
    let vendor = Vendor::start(|_, _| {
        let twice = event("one", "2023-11-14T22:00:00.000Z");
        events(&[twice.clone(), twice], "1")
    })
    .await;
    let page = read(&vendor, None).await.unwrap();
    // Whoever keeps them knows by this that they are one.
    assert_eq!(ids(&log(&vendor), &page), ["one", "one"]);
}

#[tokio::test]
async fn a_page_that_leads_nowhere_is_no_loop() {
    let here = "<{base}/api/v1/logs?after=7>; rel=\"next\"";
    for (headers, reason) in [
        (vec![("link", here)], "its next page is itself"),
        (Vec::new(), "has events and no next page"),
    ] {
        let vendor = Vendor::start(move |_, _| {
            let body = json!([event("e", "2023-11-14T22:00:00.000Z")]).to_string();
            page(&body, &headers)
        })
        .await;
        let told = read(&vendor, Some("/api/v1/logs?after=7")).await;
        let told = told.unwrap_err();
        assert!(matches!(told, RequestError::BadResponse { .. }), "{told}");
        assert!(told.to_string().contains(reason), "{told}");
    }
}

#[tokio::test]
async fn a_next_link_elsewhere_is_not_asked_for() {
    let vendor = Vendor::start(|_, _| {
        let link = "<https://evil.example/api/v1/logs?after=1>; rel=\"next\"";
        page("[]", &[("link", link)])
    })
    .await;
    let told = read(&vendor, None).await.unwrap_err().to_string();
    assert!(told.contains("evil.example"), "{told}");
}

#[tokio::test]
async fn the_limit_of_the_log_is_waited_for() {
    let vendor = Vendor::start(|number, _| match number {
        0 => {
            let resets = (START + 40).to_string();
            let headers = [
                ("date", "Tue, 14 Nov 2023 22:13:20 GMT"),
                ("x-rate-limit-limit", "120"),
                ("x-rate-limit-remaining", "0"),
                ("x-rate-limit-reset", resets.as_str()),
            ];
            refusal(429, r#"{"errorCode":"E0000047"}"#, &headers)
        }
        _ => events(&[], "1"),
    })
    .await;
    assert!(read(&vendor, None).await.unwrap().is_last);
    let slept: Duration = vendor.clock.slept().iter().sum();
    assert!(slept >= Duration::from_secs(40), "{slept:?}");
}
