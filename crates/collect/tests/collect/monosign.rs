//! MonoSign: five lists of people and of what belongs to them, in pages that are counted.

use std::collections::BTreeMap;

use muster_model::TypeStatus;
use serde_json::json;

use crate::common::{Place, changes, company, of};

#[tokio::test(flavor = "multi_thread")]
async fn the_monosign_register_has_as_many_of_each_type_as_the_stand_in() {
    let place = Place::monosign(company(300)).await;
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    let counts = place.counts().await;
    assert_eq!(counts.len(), 5, "{counts:?}");
    assert!(counts["monosign_user"] > 200, "several pages");
    assert_eq!(place.register(), counts);
    let second = place.sync(&ledger).await;
    assert_eq!(changes(&second), BTreeMap::new());
    assert_eq!(place.register(), counts);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_is_modified_and_stays() {
    let place = Place::monosign(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let order = json!([{"op": "set_status", "user": 1, "status": "DEPROVISIONED"}]);
    place.change(order).await;
    let report = place.sync(&ledger).await;
    assert_eq!(changes(&report)["monosign_user"], (0, 1, 0));
    assert_eq!(place.register(), place.counts().await);
    // Who is deleted goes, with everything that belongs to them.
    place
        .change(json!([{"op": "remove_user", "user": 2}]))
        .await;
    let report = place.sync(&ledger).await;
    assert_eq!(changes(&report)["monosign_user"], (0, 0, 1));
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_breaks_off_removes_nobody() {
    let place = Place::monosign(company(300)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.keys("monosign_user");
    place.faults(&["500:1@/api/v1.3/users"]).await;
    let report = place.sync(&ledger).await;
    let told = of(&report, "monosign_user");
    assert_eq!(told.status, TypeStatus::Incomplete, "{told:#?}");
    assert_eq!(place.keys("monosign_user"), users);
    place.faults(&["shift:/api/v1.3/users"]).await;
    let report = place.sync(&ledger).await;
    assert_eq!(changes(&report).get("monosign_user"), None);
    assert_eq!(place.keys("monosign_user"), users);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_of_monosign_are_kept_nowhere() {
    let place = Place::monosign(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let keys = place.keys("monosign_user_authenticator");
    assert!(!keys.is_empty());
    for key in keys {
        let document = place.document("monosign_user_authenticator", &key);
        for member in ["authenticatorSecret", "generatedValue"] {
            assert_eq!(document[member], "[redacted]", "{key}");
        }
    }
}
