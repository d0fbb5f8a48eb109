//! Removing what the vendor itself says is gone, and listings that know of what came by another way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use crate::common::{Place, document};
use muster_ledger::{Finish, Finished, Removal, Seen, key_hash};

fn user(number: u8) -> String {
    document(&number.to_string(), "Ada", "")
}

fn removal(place: &Place, keys: &[&str], told: &Arc<Mutex<Vec<String>>>) -> Removal {
    let told = Arc::clone(told);
    Removal {
        integration: place.integration.clone(),
        resource_type: Arc::clone(&place.user),
        scope: String::new(),
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        asked: 0,
        descendants: vec![Arc::clone(&place.factor)],
        on_removed: Box::new(move |_, name, keys| {
            let keys = keys.iter().map(|key| format!("{name} {key}"));
            told.lock().unwrap().extend(keys);
            Ok(())
        }),
    }
}

#[tokio::test]
async fn one_resource_goes_with_what_hangs_below_and_nothing_else() {
    let place = Place::new();
    let ledger = place.open();
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    place.commit(&ledger, "", &[user(1), user(2)]).await;
    place.commit_children(&ledger, "1", &["a", "b"]).await;
    place.commit_children(&ledger, "2", &["c"]).await;
    ledger.merge_everything().await.unwrap();
    let counted = Arc::new(Mutex::new(0));
    let counting = Arc::clone(&counted);
    let removed = ledger
        .remove(
            removal(&place, &["1", "1", "unknown"], &told),
            Box::new(move |_, counts| {
                *counting.lock().unwrap() = counts.removed;
                Ok(())
            }),
        )
        .await
        .unwrap();
    assert_eq!(
        removed,
        [("test_user".to_owned(), 1), ("test_factor".to_owned(), 2)]
    );
    assert_eq!(*counted.lock().unwrap(), 3);
    told.lock().unwrap().sort_unstable();
    assert_eq!(
        *told.lock().unwrap(),
        ["test_factor 1/a", "test_factor 1/b", "test_user 1"]
    );
    assert_eq!(place.rows().into_keys().collect::<Vec<_>>(), ["2"]);
    assert_eq!(place.children(), ["2/c"]);
    let again = ledger
        .remove(removal(&place, &["1"], &told), Box::new(|_, _| Ok(())))
        .await
        .unwrap();
    assert_eq!(again, []);
    ledger.settle().await.unwrap();
    drop(ledger);
    drop(place.open());
    assert_eq!(place.children(), ["2/c"], "the same after a restart");
}

#[tokio::test]
async fn a_removal_stands_between_what_was_asked_before_and_after() {
    let place = Place::new();
    let ledger = place.open();
    let told = Arc::default();
    place.commit(&ledger, "", &[user(1)]).await;
    // All three wait at once, and the last one brings the resource back.
    let gone = ledger.remove(removal(&place, &["1"], &told), Box::new(|_, _| Ok(())));
    let back = [document("1", "Ada again", "")];
    let back = place.commit(&ledger, "", &back);
    let (gone, back) = tokio::join!(gone, back);
    assert_eq!(gone.unwrap(), [("test_user".to_owned(), 1)]);
    assert_eq!((back.added, back.modified), (1, 0));
    assert_eq!(place.rows()["1"], "Ada again");
}

#[tokio::test]
async fn what_a_listing_is_told_of_is_spared_and_goes_with_the_next() {
    let place = Place::new();
    let ledger = place.open();
    place
        .commit(&ledger, "", &[user(1), user(2), user(3)])
        .await;
    let finish = |seen: &[&str]| {
        let mut keys = Seen::in_memory();
        keys.extend(seen.iter().map(|key| key_hash(key))).unwrap();
        Finish {
            integration: place.integration.clone(),
            resource_type: Arc::clone(&place.user),
            scope: String::new(),
            seen: keys,
            began: 0,
            descendants: vec![Arc::clone(&place.factor)],
            on_removed: Box::new(|_, _, _| Ok(())),
        }
    };
    let finished = ledger
        .finish_sparing(
            finish(&["1"]),
            Box::new(|removals, _| Ok(removals.rows == 1)),
            Box::new(|_, _| Ok(())),
            Box::new(|_| Ok(HashSet::from(["2".to_owned()]))),
        )
        .await
        .unwrap();
    assert_eq!(finished, Finished::Removed(vec![("test_user".into(), 1)]));
    assert_eq!(place.rows().into_keys().collect::<Vec<_>>(), ["1", "2"]);
    place.finish(&ledger, "", &["1"], true).await;
    assert_eq!(place.rows().into_keys().collect::<Vec<_>>(), ["1"]);
}
