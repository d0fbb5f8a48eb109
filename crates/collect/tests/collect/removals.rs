//! Removals that are held back: of one listing, and of a type's listings together.

use std::collections::BTreeMap;

use muster_collect::SyncOptions;
use muster_model::TypeStatus;
use serde_json::json;

use crate::common::{Place, company, of};

#[tokio::test(flavor = "multi_thread")]
async fn many_removals_at_once_are_held_back_until_accepted() {
    let place = Place::new(company(200)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.remove_users(80).await;
    let held = place.sync(&ledger).await;
    assert_eq!(of(&held, "okta_user").status, TypeStatus::Incomplete);
    assert!(
        of(&held, "okta_user")
            .reason
            .as_deref()
            .unwrap()
            .contains("--accept-removals okta_user")
    );
    assert_eq!(place.keys("okta_user").len(), users.len());
    let accept = SyncOptions {
        accept_removals: vec!["okta_user".into()],
        ..SyncOptions::default()
    };
    let taken = place.sync_with(&ledger, accept).await;
    assert_eq!(of(&taken, "okta_user").counts.removed, 80);
    assert_eq!(place.keys("okta_user").len(), users.len() - 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn three_equal_listings_release_what_was_held_back() {
    let place = Place::new(company(200)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    place.remove_users(80).await;
    for _ in 0..2 {
        assert_eq!(
            of(&place.sync(&ledger).await, "okta_user").counts.removed,
            0
        );
    }
    assert_eq!(
        of(&place.sync(&ledger).await, "okta_user").counts.removed,
        80
    );
}

/// Empties the lists of members of all groups, without moving any marker. Everybody's group needs no list.
async fn empty_all_groups(place: &Place) {
    let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for key in place.keys("okta_group_member") {
        let (group, user) = key.split_once('/').unwrap();
        members
            .entry(group.to_owned())
            .or_default()
            .push(user.to_owned());
    }
    let orders: Vec<_> = members
        .iter()
        .filter(|(group, _)| place.document("okta_group", group)["type"] != "BUILT_IN")
        .map(|(group, users)| json!({"op": "lie", "group": group, "remove": users}))
        .collect();
    place.change(json!(orders)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_lists_for_every_group_are_held_back_together() {
    let place = Place::new(company(400)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let before = place.keys("okta_group_member").len();
    empty_all_groups(&place).await;
    let full = SyncOptions {
        full: true,
        ..SyncOptions::default()
    };
    let report = place.sync_with(&ledger, full).await;
    let members = of(&report, "okta_group_member");
    assert_eq!(members.status, TypeStatus::Incomplete);
    let reason = members.reason.as_deref().unwrap();
    assert!(
        reason.contains("would be removed at once")
            && reason.contains("--accept-removals okta_group_member"),
        "{reason}"
    );
    assert!(members.counts.removed as usize * 5 <= before, "{report:#?}");
    let left = place.keys("okta_group_member").len();
    assert_eq!(left + members.counts.removed as usize, before);

    // Nothing is due, but what is held is looked at again: it is neither taken nor forgotten.
    let report = place.sync(&ledger).await;
    let members = of(&report, "okta_group_member");
    assert_eq!(
        (members.status, members.counts.removed),
        (TypeStatus::Incomplete, 0)
    );
    assert_eq!(
        place.state("okta_group_member").status,
        TypeStatus::Incomplete
    );

    let accept = SyncOptions {
        accept_removals: vec!["okta_group_member".into()],
        ..SyncOptions::default()
    };
    let report = place.sync_with(&ledger, accept).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn held_removals_that_were_a_mistake_are_forgotten_when_the_lists_are_back() {
    let place = Place::new(company(400)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let before = place.keys("okta_group_member");
    empty_all_groups(&place).await;
    let full = || SyncOptions {
        full: true,
        ..SyncOptions::default()
    };
    place.sync_with(&ledger, full()).await;
    let mut members: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for key in &before {
        let (group, user) = key.split_once('/').unwrap();
        members.entry(group).or_default().push(user);
    }
    let orders: Vec<_> = members
        .iter()
        .map(|(group, users)| json!({"op": "lie", "group": group, "add": users}))
        .collect();
    place.change(json!(orders)).await;
    let report = place.sync_with(&ledger, full()).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.keys("okta_group_member"), before);
}
