//! What a sync finds, and what it says of what it does not see.

use std::{collections::BTreeMap, time::Duration};

use crate::common::{Place, changes, company, of};
use muster_collect::SyncOptions;
use muster_model::TypeStatus;
use muster_sim::{Sim, SimOptions};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_register_equals_an_independent_crawl() {
    let place = Place::new(company(300)).await;
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unchanged_second_sync_asks_little_and_records_nothing() {
    let place = Place::new(company(300)).await;
    let ledger = place.open();
    let first = place.sync(&ledger).await;
    let second = place.sync(&ledger).await;
    assert_eq!(changes(&second), BTreeMap::new());
    assert!(
        second.requests * 5 < first.requests,
        "{} after {}",
        second.requests,
        first.requests
    );
    assert_eq!(of(&second, "okta_factor").requests, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_every_kind_is_found() {
    let place = Place::new(company(120)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.keys("okta_user");
    place
        .change(json!([
            {"op": "update_user", "user": users[3], "profile": {"department": "Choir"}},
            {"op": "add_user", "profile": {"firstName": "New"}},
            {"op": "remove_user", "user": users[5]},
            {"op": "add_group", "name": "Night shift"},
        ]))
        .await;
    let report = place.sync(&ledger).await;
    assert_eq!(changes(&report)["okta_user"], (1, 1, 1));
    assert_eq!(changes(&report)["okta_group"].0, 1);
    // Nothing tells that the removed user's applications moved: the slow cycle finds it.
    place.clock.advance(Duration::from_secs(25 * 3600));
    place.sync(&ledger).await;
    assert_eq!(place.register(), place.counts().await);
    assert_eq!(
        place.document("okta_user", &users[3])["profile"]["department"],
        "Choir"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_is_no_change() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.keys("okta_user");
    place
        .change(json!([{"op": "sign_in", "user": users[3]}]))
        .await;
    let report = place.sync(&ledger).await;
    assert_eq!(changes(&report), BTreeMap::new());
    assert_eq!(of(&report, "okta_user").counts.touched, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_marker_brings_one_request_for_that_group() {
    let place = Place::new(company(120)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let (users, group) = (
        place.keys("okta_user"),
        place
            .change(json!([{"op": "add_group", "name": "Choir"}]))
            .await,
    );
    let group = group["created"][0].as_str().unwrap().to_owned();
    place.sync(&ledger).await;
    place
        .change(json!([{"op": "add_member", "group": group, "user": users[0]}]))
        .await;
    let report = place.sync(&ledger).await;
    assert_eq!(of(&report, "okta_group_member").requests, 1);
    assert!(
        place
            .keys("okta_group_member")
            .contains(&format!("{group}/{}", users[0]))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_that_lies_is_found_out_at_the_next_slow_cycle() {
    let place = Place::new(company(120)).await;
    let ledger = place.open();
    let group = place
        .change(json!([{"op": "add_group", "name": "Choir"}]))
        .await;
    let group = group["created"][0].as_str().unwrap().to_owned();
    // Later than the second in which the group was made, when its marker can be believed.
    place.clock.advance(Duration::from_secs(120));
    place.sync(&ledger).await;
    let users = place.keys("okta_user");
    place
        .change(json!([{"op": "lie", "group": group, "add": [users[0]]}]))
        .await;
    let member = format!("{group}/{}", users[0]);
    place.sync(&ledger).await;
    assert!(!place.keys("okta_group_member").contains(&member));
    place.clock.advance(Duration::from_secs(25 * 3600));
    place.sync(&ledger).await;
    assert!(place.keys("okta_group_member").contains(&member));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_administrator_sees_what_is_not_permitted() {
    let mut place = Place::new(company(60)).await;
    place.token = "sim-read-only";
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(of(&report, "okta_feature").status, TypeStatus::NotPermitted);
    let organisation = of(&report, "okta_organization");
    assert_eq!(organisation.status, TypeStatus::Complete);
    assert!(
        organisation
            .reason
            .as_deref()
            .unwrap()
            .contains("supportSetting: not permitted")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_shrinks_keeps_what_was_read_and_says_so() {
    let mut place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let features = place.keys("okta_feature");
    place.token = "sim-read-only";
    let report = place.sync(&ledger).await;
    assert_eq!(changes(&report), BTreeMap::new());
    assert_eq!(place.keys("okta_feature"), features);
    let state = place.state("okta_feature");
    assert_eq!(
        (state.status, state.stale),
        (TypeStatus::NotPermitted, true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_classic_engine_is_complete_without_what_it_does_not_have() {
    let place = Place::new(SimOptions {
        classic: true,
        ..company(60)
    })
    .await;
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_token_stops_the_integration_and_removes_nothing() {
    let mut place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let before = place.register();
    place.token = "revoked";
    let report = place.sync(&ledger).await;
    assert!(report.misconfigured && report.stopped.is_some());
    assert_eq!(place.register(), before);
    let state = place.state("okta_user");
    assert_eq!((state.status, state.stale), (TypeStatus::Incomplete, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_fails_half_way_removes_nothing_and_goes_on_where_it_was() {
    let place = Place::new(company(900)).await;
    let ledger = place.open();
    let only_users = || SyncOptions {
        types: Some(vec!["okta_user".into()]),
        ..SyncOptions::default()
    };
    // The third page and its repetitions fail.
    let faults: Vec<String> = (3..8)
        .map(|request| format!("500:#{request}@/api/v1/users"))
        .collect();
    place
        .faults(&faults.iter().map(String::as_str).collect::<Vec<_>>())
        .await;
    let first = place.sync_with(&ledger, only_users()).await;
    assert!(!first.complete());
    assert_eq!(place.state("okta_user").status, TypeStatus::Incomplete);
    let after_first = place.keys("okta_user").len();
    assert_eq!(after_first, 400);
    place.faults(&[]).await;
    let second = place.sync_with(&ledger, only_users()).await;
    assert!(second.complete(), "{second:#?}");
    assert_eq!(of(&second, "okta_user").counts.seen, 500);
    assert_eq!(
        place.keys("okta_user").len() as u64,
        place.counts().await["okta_user"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_every_kind_are_survived() {
    let place = Place::new(company(200)).await;
    let ledger = place.open();
    place.faults(&["429:0.05", "500:0.05", "cut:0.05"]).await;
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert!(report.retries > 0);
    place.faults(&[]).await;
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_next_link_that_repeats_leaves_the_listing_incomplete() {
    let place = Place::new(company(900)).await;
    let ledger = place.open();
    place.faults(&["repeat-next:/api/v1/users"]).await;
    let report = place.sync(&ledger).await;
    let users = of(&report, "okta_user");
    assert_eq!(users.status, TypeStatus::Incomplete);
    assert_eq!(users.counts.removed, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_shifts_under_us_loses_nobody() {
    let place = Place::new(company(900)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    place.faults(&["shift:/api/v1/users"]).await;
    let report = place.sync(&ledger).await;
    assert_eq!(of(&report, "okta_user").counts.removed, 0);
    place.faults(&[]).await;
    place.sync(&ledger).await;
    assert_eq!(
        place.keys("okta_user").len() as u64,
        place.counts().await["okta_user"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_in_documents_do_not_reach_the_disk() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let secrets: Vec<_> = place
        .keys("okta_application")
        .iter()
        .map(|key| {
            place.document("okta_application", key)["credentials"]["oauthClient"]["client_secret"]
                .clone()
        })
        .filter(|secret| !secret.is_null())
        .collect();
    assert!(!secrets.is_empty());
    assert!(
        secrets.iter().all(|secret| secret == "[redacted]"),
        "{secrets:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisation_stops_the_integration() {
    let mut place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let before = place.register();
    let other = Sim::start(SimOptions {
        seed: 2,
        ..company(60)
    })
    .await
    .unwrap();
    place
        .integration
        .settings
        .insert("domain".into(), other.url());
    let report = place.sync(&ledger).await;
    assert!(
        report
            .stopped
            .as_deref()
            .unwrap()
            .contains("another integration"),
        "{report:#?}"
    );
    assert_eq!(place.register(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_went_and_came_back_has_its_children_again() {
    let place = Place::new(company(450)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let before = place.register();
    place.faults(&["skip:/api/v1/users"]).await;
    place.sync(&ledger).await;
    assert!(place.register()["okta_user"] < before["okta_user"]);
    place.faults(&[]).await;
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.register(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_derived_is_incomplete_while_its_source_is_newer() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    place.change(json!([{"op": "add_user"}])).await;
    let only_users = SyncOptions {
        types: Some(vec!["okta_user".into()]),
        ..SyncOptions::default()
    };
    place.sync_with(&ledger, only_users).await;
    assert_eq!(
        place.state("okta_group_member").status,
        TypeStatus::Incomplete
    );
    place.sync(&ledger).await;
    assert_eq!(
        place.state("okta_group_member").status,
        TypeStatus::Complete
    );
}
