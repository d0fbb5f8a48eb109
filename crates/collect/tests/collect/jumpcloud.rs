//! JumpCloud: listings by number, and what nobody gives an id.

use std::{collections::BTreeMap, time::Duration};

use muster_collect::SyncOptions;
use muster_model::TypeStatus;
use serde_json::json;

use crate::common::{Place, changes, company, of};

#[tokio::test(flavor = "multi_thread")]
async fn the_jumpcloud_register_equals_an_independent_crawl() {
    let place = Place::jumpcloud(company(300)).await;
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.register(), place.counts().await);
    let second = place.sync(&ledger).await;
    assert_eq!(changes(&second), BTreeMap::new());
    assert!(
        second.requests * 5 < report.requests,
        "{} after {}",
        second.requests,
        report.requests
    );
    assert_eq!(
        of(&second, "jumpcloud_device_app").requests,
        0,
        "it holds good for hours"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_shifts_between_two_pages_is_listed_anew_and_removes_nothing() {
    let place = Place::jumpcloud(company(450)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.keys("jumpcloud_user");
    assert!(users.len() > 300, "several pages");
    // The first answer behind the first page is shifted by one, as if somebody before it had gone.
    place.faults(&["shift:/api/systemusers"]).await;
    let report = place.sync(&ledger).await;
    assert_eq!(changes(&report).get("jumpcloud_user"), None);
    assert_eq!(place.keys("jumpcloud_user"), users);
    place.faults(&[]).await;
    let report = place.sync(&ledger).await;
    assert_eq!(of(&report, "jumpcloud_user").status, TypeStatus::Complete);
    assert_eq!(changes(&report).get("jumpcloud_user"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_page_before_the_total_removes_nothing() {
    let place = Place::jumpcloud(company(450)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let (users, groups) = (
        place.keys("jumpcloud_user"),
        place.keys("jumpcloud_user_group"),
    );
    place.faults(&["empty-page:/api/systemusers"]).await;
    let report = place.sync(&ledger).await;
    let told = of(&report, "jumpcloud_user");
    assert_eq!(told.status, TypeStatus::Incomplete, "{told:#?}");
    assert_eq!(place.keys("jumpcloud_user"), users);
    assert_eq!(place.keys("jumpcloud_user_group"), groups);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misleading_link_and_a_missing_total_lose_nobody() {
    let place = Place::jumpcloud(company(450)).await;
    place
        .faults(&[
            "misleading-link:/api/v2/usergroups",
            "no-total:/api/v2/usergroups",
            "misleading-link:/api/systemusers",
        ])
        .await;
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn upgrades_are_changes_and_contact_is_none() {
    let place = Place::jumpcloud(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let apps = place.keys("jumpcloud_device_app");
    let full = SyncOptions {
        full: true,
        ..SyncOptions::default()
    };
    // Everything is listed again: devices have been in contact meanwhile, and nothing else happened.
    let report = place.sync_with(&ledger, full).await;
    assert_eq!(changes(&report), BTreeMap::new());
    assert_eq!(place.keys("jumpcloud_device_app"), apps);
    place.clock.advance(Duration::from_secs(7 * 3600));
    let report = place.sync(&ledger).await;
    assert!(
        of(&report, "jumpcloud_device_app").requests > 0,
        "its hours are over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_upgraded_between_two_syncs_stays_one_resource() {
    const TYPES: [&str; 2] = ["jumpcloud_device_app", "jumpcloud_browser_extension"];
    let place = Place::jumpcloud(company(120)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let before = TYPES.map(|resource_type| place.keys(resource_type));
    let versions = |key: &str| {
        let document = place.document(TYPES[0], key);
        [
            document["version"].clone(),
            document["bundle_version"].clone(),
        ]
    };
    let of_first: Vec<_> = before[0]
        .iter()
        .take(200)
        .map(|key| versions(key))
        .collect();
    // In nine days about a third of all programs is upgraded.
    place.change(json!([{"op": "advance", "by": "9d"}])).await;
    let full = SyncOptions {
        full: true,
        ..SyncOptions::default()
    };
    let report = place.sync_with(&ledger, full).await;
    for (resource_type, keys) in TYPES.into_iter().zip(&before) {
        let (added, modified, removed) = changes(&report)[resource_type];
        assert_eq!((added, removed), (0, 0), "{resource_type}");
        assert!(
            modified as usize > keys.len() / 10,
            "{resource_type} {modified}"
        );
        assert_eq!(&place.keys(resource_type), keys, "{resource_type}");
    }
    let upgraded = before[0].iter().zip(&of_first);
    let upgraded = upgraded.filter(|(key, old)| versions(key) != **old).count();
    assert!(upgraded > 10, "{upgraded}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_jumpcloud_are_kept_nowhere() {
    let place = Place::jumpcloud(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let kept = |resource_type: &str, path: &str| {
        let keys = place.keys(resource_type);
        let documents = keys.iter().map(|key| place.document(resource_type, key));
        let values: Vec<_> = documents
            .filter_map(|document| document.pointer(path).cloned())
            .filter(|value| !value.is_null())
            .collect();
        assert!(!values.is_empty(), "{resource_type}{path}");
        assert!(
            values.iter().all(|value| *value == json!("[redacted]")),
            "{resource_type}{path}"
        );
    };
    kept("jumpcloud_device", "/systemToken");
    kept("jumpcloud_application", "/config/idpPrivateKey/value");
    kept("jumpcloud_radius_server", "/sharedSecret");
}
