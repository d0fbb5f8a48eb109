//! The traps of JumpCloud's Directory Insights, each by its name.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::{Value, json};

use super::vendor::{Answer, Seen, Vendor, page, refusal};
use crate::{
    RequestError,
    definition::{AuditLog, Catalogue, Follow, first_filled},
    http::LogPage,
};

/// As the vendor's clock stands: 2023-11-14T22:13:20Z.
const LAG_AGO: &str = "2023-11-14T22:12:50.000Z";
const LAG_AND_OVERLAP_AGO: &str = "2023-11-14T21:57:50.000Z";

async fn jumpcloud(
    settings: &[(&str, &str)],
    script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
) -> Vendor {
    let catalogue = Catalogue::embedded().unwrap();
    let provider = Arc::clone(catalogue.provider("jumpcloud").unwrap());
    Vendor::start_as(provider, settings, &[("api_key", "k")], script, |_| {}).await
}

async fn here(script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Vendor {
    jumpcloud(&[("base_url", "{base}")], script).await
}

fn log(vendor: &Vendor) -> Arc<AuditLog> {
    vendor.provider.audit_log.clone().unwrap()
}

async fn read(vendor: &Vendor, cursor: Option<&str>) -> Result<LogPage, RequestError> {
    let since = SystemTime::UNIX_EPOCH + Duration::from_secs(1_692_000_000);
    vendor.client.log_page(&log(vendor), cursor, since).await
}

fn question(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).unwrap()
}

fn questions(vendor: &Vendor) -> Vec<Value> {
    vendor.seen().iter().map(question).collect()
}

/// A page of so many events out of a limit of `limit`, which goes on after `after`.
fn events(count: usize, limit: usize, after: &str) -> Answer {
    let event =
        |n| json!({"id": format!("e{n}"), "timestamp": "2023-11-14T22:00:00Z", "event_type": "x"});
    let all: Vec<Value> = (0..count).map(event).collect();
    let headers = [
        ("x-result-count", count.to_string()),
        ("x-limit", limit.to_string()),
        ("x-search_after", after.to_owned()),
    ];
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    page(&json!(all).to_string(), &headers)
}

#[tokio::test]
async fn search_after_is_followed_while_pages_are_full() {
    let vendor = here(|number, _| match number {
        0 => events(3, 3, r#"[1700000000000,"e2"]"#),
        _ => events(1, 3, r#"[1700000000001,"e3"]"#),
    })
    .await;
    let first = read(&vendor, None).await.unwrap();
    assert!(!first.is_last);
    let second = read(&vendor, Some(&first.cursor)).await.unwrap();
    assert!(second.is_last);
    let asked = questions(&vendor);
    assert_eq!(
        asked[0],
        json!({"service": ["all"], "sort": "ASC", "limit": 10_000, "start_time": "2023-08-14T08:00:00.000Z", "end_time": LAG_AGO})
    );
    assert_eq!(
        asked[1]["search_after"],
        json!([1_700_000_000_000_u64, "e2"])
    );
    assert_eq!(asked[1]["start_time"], asked[0]["start_time"]);
    assert_eq!(
        vendor.targets(),
        [
            "/insights/directory/v1/events",
            "/insights/directory/v1/events"
        ]
    );
}

#[tokio::test]
async fn late_arrival_is_met_by_a_lag_and_by_reaching_back() {
    let vendor = here(|_, _| events(0, 10_000, "[]")).await;
    let first = read(&vendor, None).await.unwrap();
    assert!(first.is_last);
    vendor.clock.pass(Duration::from_secs(60));
    read(&vendor, Some(&first.cursor)).await.unwrap();
    let asked = questions(&vendor);
    // The newest half minute is left for the next round, which begins a quarter of an hour before the end of this one.
    assert_eq!(asked[0]["end_time"], LAG_AGO);
    assert_eq!(asked[1]["start_time"], LAG_AND_OVERLAP_AGO);
    assert_eq!(asked[1]["end_time"], "2023-11-14T22:13:50.000Z");
    assert!(asked[1].get("search_after").is_none());
}

#[tokio::test]
async fn a_round_that_was_cut_off_goes_on_in_its_own_window() {
    let vendor = here(|_, _| events(2, 2, r#"[1,"e1"]"#)).await;
    let first = read(&vendor, None).await.unwrap();
    // Another process, a day later.
    let later = here(|_, _| events(0, 10_000, "[]")).await;
    later.clock.pass(Duration::from_secs(24 * 3600));
    let second = read(&later, Some(&first.cursor)).await.unwrap();
    assert!(second.is_last);
    assert_eq!(
        questions(&later)[0]["end_time"],
        LAG_AGO,
        "the place is one in the window that was asked for"
    );
    read(&later, Some(&second.cursor)).await.unwrap();
    assert_eq!(questions(&later)[1]["start_time"], LAG_AND_OVERLAP_AGO);
}

#[tokio::test]
async fn a_nonsensical_limit_becomes_the_default_in_silence() {
    // Ten thousand were asked for, and what came is full by the vendor's own limit.
    let vendor = here(|_, _| events(1_000, 1_000, r#"[1,"e999"]"#)).await;
    assert!(!read(&vendor, None).await.unwrap().is_last);
}

#[tokio::test]
async fn an_unknown_search_after_is_told() {
    let told = r#"{"message":"Bad Request: invalid search_after"}"#;
    let vendor = here(move |_, _| refusal(400, told, &[])).await;
    let refused = read(&vendor, None).await.unwrap_err();
    assert!(
        matches!(refused, RequestError::BadRequest { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn a_full_page_that_leads_nowhere_is_no_end_and_no_loop() {
    let vendor = here(|_, _| page(r#"[{"id":"a"}]"#, &[("x-limit", "1")])).await;
    let told = read(&vendor, None).await.unwrap_err().to_string();
    assert!(told.contains("does not say where to go on"), "{told}");
    let vendor = here(|_, _| events(1, 1, r#"[1,"e0"]"#)).await;
    let first = read(&vendor, None).await.unwrap();
    let told = read(&vendor, Some(&first.cursor)).await.unwrap_err();
    assert!(told.to_string().contains("where it began"), "{told}");
}

#[tokio::test]
async fn an_administrator_of_many_asks_for_the_events_of_one_organisation() {
    let settings = [("base_url", "{base}"), ("org_id", "o2")];
    let vendor = jumpcloud(&settings, |_, _| events(0, 10_000, "[]")).await;
    read(&vendor, None).await.unwrap();
    let seen = vendor.seen();
    assert_eq!(seen[0].headers["x-org-id"], "o2");
    assert_eq!(seen[0].headers["x-api-key"], "k");
    assert_eq!(seen[0].headers["content-type"], "application/json");
}

#[tokio::test]
async fn events_of_a_region_are_at_its_own_address() {
    for (region, address) in [
        ("us", "https://api.jumpcloud.com"),
        ("eu", "https://api.eu.jumpcloud.com"),
        ("in", "https://api.in.jumpcloud.com"),
    ] {
        let vendor = jumpcloud(&[("region", region)], |_, _| events(0, 1, "[]")).await;
        let log = log(&vendor);
        let Some(Follow::SearchAfter { endpoints, .. }) = &log.follow else {
            panic!("followed in another way");
        };
        let filled = first_filled(endpoints, vendor.client.terms());
        assert_eq!(filled.as_deref(), Ok(address));
    }
}
