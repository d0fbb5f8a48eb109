//! A folder that has seen many polls is in as few pieces as a young one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use crate::common::{Place, document};
use rusqlite::Connection;

const PEOPLE: usize = 2_000;
const POLLS: usize = 240;

fn files(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        count += if path.is_dir() { files(&path) } else { 1 };
    }
    count
}

#[tokio::test]
async fn many_polls_leave_few_pieces() {
    let place = Place::new();
    let ledger = place.open();
    let everybody: Vec<String> = (0..PEOPLE)
        .map(|number| document(&format!("u{number}"), "Ada", ""))
        .collect();
    place.commit(&ledger, "", &everybody).await;
    ledger.settle().await.unwrap();
    for poll in 0..POLLS {
        let changed: Vec<String> = (0..20)
            .map(|number| {
                let number = (poll * 7 + number * 31) % PEOPLE;
                document(&format!("u{number}"), &format!("Ada {poll}"), "")
            })
            .collect();
        place.commit(&ledger, "", &changed).await;
        ledger.settle().await.unwrap();
    }
    ledger.close();
    assert_eq!(place.rows().len(), PEOPLE);

    let database = Connection::open(place.folder.database()).unwrap();
    let count = |table: &str| -> usize {
        let sql = format!("SELECT count(*) FROM {table}");
        database
            .query_row(&sql, [], |row| row.get::<_, i64>(0))
            .unwrap() as usize
    };
    // At most 128 runs wait for a merge, and at most eight segments lie in a tier.
    assert!(count("run") <= 128, "{} runs", count("run"));
    assert!(count("segment") <= 16, "{} segments", count("segment"));
    assert!(files(&place.folder.runs()) <= 128);
    assert_eq!(files(&place.folder.base()), 2 * count("segment"));
    // Small files are merged every 32 appends once there are more than 16; those replaced stay for an hour's grace.
    let history = muster_ledger::History::new(muster_ledger::local_archive(&place.folder).unwrap());
    let snapshot = muster_ledger::Reader::open(place.folder.clone())
        .unwrap()
        .snapshot()
        .unwrap();
    let batches = history
        .changes(&snapshot, &place.user, &place.integration)
        .unwrap();
    let rows: usize = batches.map(|batch| batch.unwrap().num_rows()).sum();
    assert_eq!(rows, PEOPLE + POLLS * 20);
}
