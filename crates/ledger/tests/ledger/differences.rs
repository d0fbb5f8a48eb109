//! What the ledger promises: every difference once, nothing removed without reason, the same after a restart.

use std::collections::BTreeMap;

use crate::common::{Place, document, user};
use muster_ledger::{Counts, Finished};
use proptest::prelude::*;

#[tokio::test]
async fn the_same_page_twice_changes_nothing_the_second_time() {
    let place = Place::new();
    let ledger = place.open();
    let page = [
        document("1", "Ada", "2026-01-01T00:00:00.000Z"),
        document("2", "Grace", ""),
    ];
    let first = place.commit(&ledger, "", &page).await;
    assert_eq!(
        first,
        Counts {
            seen: 2,
            added: 2,
            ..Counts::default()
        }
    );
    let second = place.commit(&ledger, "", &page).await;
    assert_eq!(
        second,
        Counts {
            seen: 2,
            ..Counts::default()
        }
    );
}

#[tokio::test]
async fn a_volatile_difference_is_a_touch_and_any_other_a_change() {
    let place = Place::new();
    let ledger = place.open();
    place
        .commit(
            &ledger,
            "",
            &[document("1", "Ada", "2026-01-01T00:00:00.000Z")],
        )
        .await;
    let touched = place
        .commit(
            &ledger,
            "",
            &[document("1", "Ada", "2026-01-02T00:00:00.000Z")],
        )
        .await;
    assert_eq!((touched.touched, touched.modified), (1, 0));
    let modified = place
        .commit(
            &ledger,
            "",
            &[document("1", "Ada L.", "2026-01-03T00:00:00.000Z")],
        )
        .await;
    assert_eq!((modified.touched, modified.modified), (0, 1));
    assert_eq!(
        place.rows(),
        BTreeMap::from([("1".into(), "Ada L.".into())])
    );
}

#[tokio::test]
async fn what_a_finished_listing_did_not_see_is_gone_with_what_hangs_below() {
    let place = Place::new();
    let ledger = place.open();
    place
        .commit(
            &ledger,
            "",
            &[document("1", "Ada", ""), document("2", "Grace", "")],
        )
        .await;
    place.commit_children(&ledger, "1", &["a", "b"]).await;
    place.commit_children(&ledger, "2", &["c"]).await;
    let finished = place.finish(&ledger, "", &["2"], true).await;
    assert_eq!(
        finished,
        Finished::Removed(vec![("test_user".into(), 1), ("test_factor".into(), 2)])
    );
    assert_eq!(place.rows().into_keys().collect::<Vec<_>>(), ["2"]);
    assert_eq!(place.children(), ["2/c"]);
}

#[tokio::test]
async fn a_removal_that_is_not_believed_removes_nothing() {
    let place = Place::new();
    let ledger = place.open();
    place.commit(&ledger, "", &[document("1", "Ada", "")]).await;
    assert!(
        matches!(place.finish(&ledger, "", &[], false).await, Finished::Held(removals) if removals.rows == 1)
    );
    assert_eq!(place.rows().len(), 1);
}

#[tokio::test]
async fn a_key_seen_twice_removes_nothing() {
    let place = Place::new();
    let ledger = place.open();
    place
        .commit(
            &ledger,
            "",
            &[document("1", "Ada", ""), document("2", "Grace", "")],
        )
        .await;
    assert_eq!(
        place.finish(&ledger, "", &["1", "1"], true).await,
        Finished::Repeated(1)
    );
    assert_eq!(place.rows().len(), 2);
}

#[tokio::test]
async fn a_scope_is_compared_with_itself_alone() {
    let place = Place::new();
    let ledger = place.open();
    place.commit_children(&ledger, "1", &["a"]).await;
    place.commit_children(&ledger, "2", &["a", "b"]).await;
    place.finish_children(&ledger, "1", &[]).await;
    assert_eq!(place.children(), ["2/a", "2/b"]);
}

#[tokio::test]
async fn everything_is_there_after_merging_archiving_and_reopening() {
    let place = Place::new();
    let ledger = place.open();
    for chunk in 0..30 {
        let page: Vec<String> = (0..1_000)
            .map(|row| document(&format!("{}", chunk * 1_000 + row), "Ada", ""))
            .collect();
        place.commit(&ledger, "", &page).await;
        if chunk % 7 == 3 {
            ledger.merge_everything().await.unwrap();
        }
    }
    let changed = place
        .commit(&ledger, "", &[document("17", "Grace", "")])
        .await;
    assert_eq!(changed.modified, 1);
    ledger.settle().await.unwrap();
    ledger.close();
    let ledger = place.open();
    assert_eq!(place.rows().len(), 30_000);
    assert_eq!(place.rows()["17"], "Grace");
    let again = place
        .commit(
            &ledger,
            "",
            &[document("17", "Grace", ""), document("29999", "Ada", "")],
        )
        .await;
    assert_eq!(
        again,
        Counts {
            seen: 2,
            ..Counts::default()
        }
    );
    ledger.merge_everything().await.unwrap();
    assert_eq!(place.rows().len(), 30_000);
}

#[tokio::test]
async fn a_column_added_later_is_filled_without_a_change() {
    let place = Place::new();
    let ledger = place.open();
    place.commit(&ledger, "", &[document("1", "Ada", "")]).await;
    ledger.merge_everything().await.unwrap();
    ledger.close();
    let newer = place.with_column("nickname");
    let ledger = newer.open();
    assert_eq!(newer.values("nickname"), ["Ada's"]);
    let counts = newer.commit(&ledger, "", &[document("1", "Ada", "")]).await;
    assert_eq!(
        counts,
        Counts {
            seen: 1,
            ..Counts::default()
        }
    );
    ledger.merge_everything().await.unwrap();
    assert_eq!(newer.values("nickname"), ["Ada's"]);
}

#[tokio::test]
async fn a_deleted_integration_leaves_no_row_and_no_file() {
    let place = Place::new();
    let ledger = place.open();
    place
        .commit(&ledger, "", &[document("1", "Ada Lovelace", "")])
        .await;
    ledger.merge_everything().await.unwrap();
    place
        .commit(&ledger, "", &[document("2", "Ada Lovelace", "")])
        .await;
    ledger.settle().await.unwrap();
    ledger.delete(place.integration.clone()).await.unwrap();
    assert!(place.rows().is_empty());
    ledger.close();
    assert_eq!(place.files_that_hold("Lovelace"), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any sequence of finished listings leaves exactly the last one, whatever was merged or reopened in between.
    #[test]
    fn the_register_is_the_last_listing(
        listings in prop::collection::vec(
            (prop::collection::btree_map(0u8..20, "[a-c]", 0..12), any::<bool>(), any::<bool>()),
            1..6,
        )
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let place = Place::new();
            let mut ledger = place.open();
            for (listing, merge, reopen) in &listings {
                let page: Vec<String> =
                    listing.iter().map(|(id, name)| document(&user(*id), name, "")).collect();
                let before = place.rows();
                let counts = place.commit(&ledger, "", &page).await;
                let keys: Vec<String> = listing.keys().map(|id| user(*id)).collect();
                let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                place.finish(&ledger, "", &keys, true).await;
                let expected: BTreeMap<String, String> =
                    listing.iter().map(|(id, name)| (user(*id), name.clone())).collect();
                assert_eq!(place.rows(), expected);
                let added = expected.keys().filter(|key| !before.contains_key(*key)).count() as u64;
                assert_eq!(counts.added, added);
                if *merge {
                    ledger.merge_everything().await.unwrap();
                    assert_eq!(place.rows(), expected);
                }
                if *reopen {
                    ledger.close();
                    ledger = place.open();
                }
                let again = place.commit(&ledger, "", &page).await;
                assert_eq!((again.added, again.modified, again.removed, again.touched), (0, 0, 0, 0));
            }
        });
    }
}
