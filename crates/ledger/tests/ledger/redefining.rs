//! Types that change, come and go while the ledger goes on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::sync::Arc;

use muster_control::{Control, ControlError};
use muster_ledger::{MIGRATION, Reader};

use crate::common::{Place, document};

/// How the segments of the users were decoded, each way once, and the newest sequence number.
fn decoded(place: &Place) -> (Vec<String>, u64) {
    let mut control = Control::open(&place.folder, &[MIGRATION]).unwrap();
    let ways = control
        .read(|transaction| -> Result<_, ControlError> {
            let mut statement = transaction.prepare(
                "SELECT DISTINCT decoded_as FROM segment WHERE resource_type = 'test_user'",
            )?;
            let ways = statement.query_map([], |row| row.get(0))?;
            Ok(ways.collect::<Result<Vec<String>, _>>()?)
        })
        .unwrap();
    let reader = Reader::open(place.folder.clone()).unwrap();
    (ways, reader.snapshot().unwrap().sequence)
}

#[tokio::test]
async fn a_column_more_is_read_at_once_and_changes_nothing() {
    let place = Place::new();
    let ledger = place.open();
    let people: Vec<String> = (0..50)
        .map(|number| document(&format!("u{number}"), "Ada", ""))
        .collect();
    place.commit(&ledger, "", &people[..40]).await;
    ledger.merge_everything().await.unwrap();
    place.commit(&ledger, "", &people[40..]).await;
    let reader = Reader::open(place.folder.clone()).unwrap();
    assert_eq!(
        reader
            .snapshot()
            .unwrap()
            .rows(&place.user, &place.integration)
            .unwrap()
            .len(),
        2
    );
    let before = decoded(&place);

    let newer = place.with_column("nickname");
    // Whoever reads already reads the column, also from what is kept from before.
    let parts = reader
        .snapshot()
        .unwrap()
        .rows(&newer.user, &place.integration)
        .unwrap();
    assert!(
        parts
            .iter()
            .flat_map(|part| &part.batches)
            .all(|batch| batch.column_by_name("nickname").is_some())
    );
    ledger
        .redefine(vec![Arc::clone(&newer.user)])
        .await
        .unwrap();
    assert_eq!(newer.values("nickname"), vec!["Ada's"; 50]);
    ledger.merge_everything().await.unwrap();
    let after = decoded(&place);
    assert_eq!(
        (after.0.len(), after.1),
        (1, before.1),
        "decoded anew, and nothing recorded"
    );
    assert_ne!(after.0, before.0);
    assert_eq!(newer.values("nickname"), vec!["Ada's"; 50]);
    // What is the same is still the same.
    let counts = newer.commit(&ledger, "", &people).await;
    assert_eq!((counts.seen, counts.added + counts.modified), (50, 0));
    ledger
        .redefine(vec![Arc::clone(&place.user)])
        .await
        .unwrap();
    ledger.merge_everything().await.unwrap();
    assert_eq!(decoded(&place).0, before.0);
}

#[tokio::test]
async fn a_deleted_type_leaves_nothing_and_its_name_begins_anew() {
    let place = Place::new();
    let ledger = place.open();
    let people: Vec<String> = (0..30)
        .map(|number| document(&format!("u{number}"), "Traceable", ""))
        .collect();
    place.commit(&ledger, "", &people).await;
    place.commit_children(&ledger, "u1", &["f1", "f2"]).await;
    ledger.merge_everything().await.unwrap();
    place
        .commit(&ledger, "", &[document("u99", "Traceable", "")])
        .await;
    let delete = || ledger.delete_type(place.integration.clone(), "test_user".to_owned());
    // Once more, as after a kill; and while it is being merged.
    let (merged, deleted) = tokio::join!(ledger.merge_everything(), delete());
    merged.unwrap();
    deleted.unwrap();
    delete().await.unwrap();
    assert!(place.rows().is_empty());
    assert_eq!(place.children().len(), 2);
    ledger.close();
    assert_eq!(place.files_that_hold("Traceable"), Vec::<String>::new());
    let ledger = place.open();
    let counts = place
        .commit(&ledger, "", &[document("u1", "New", "")])
        .await;
    assert_eq!(counts.added, 1);
    ledger.merge_everything().await.unwrap();
    drop(ledger);
    let ledger = place.open();
    assert_eq!(
        place.rows().into_iter().collect::<Vec<_>>(),
        [("u1".to_owned(), "New".to_owned())]
    );
    assert_eq!(place.children().len(), 2);
    ledger.close();
}
