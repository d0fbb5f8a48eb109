//! What the ledger keeps when a part of it is away: the base, the archive, the reader of an answer, the old months.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, sync::Arc};

use crate::common::{Place, document};
use arrow::{
    array::{AsArray as _, RecordBatch},
    datatypes::Int64Type,
};
use muster_control::{Control, ControlError};
use muster_ledger::{
    Counts, History, Ledger, LedgerError, MIGRATION, Observations, Page, Reader,
    archive::{Archive, ArchiveOptions},
    local_archive,
};

fn page(place: &Place, number: usize) -> Page {
    let mut observations = Observations::default();
    let document = document(&format!("u{number}"), "Ada", "");
    observations.push(&place.user, None, &document).unwrap();
    Page {
        integration: place.integration.clone(),
        resource_type: Arc::clone(&place.user),
        scope: String::new(),
        observations,
        asked: 0,
    }
}

fn unchanged(seen: u64) -> Counts {
    Counts {
        seen,
        ..Counts::default()
    }
}

#[tokio::test]
async fn answers_that_nobody_has_read_yet_hold_up_nothing() {
    let place = Place::new();
    let ledger = place.open();
    let mut under_way = Vec::new();
    for number in 0..300 {
        let page = page(&place, number);
        let handed_over = ledger.hand_over(page, Box::new(|_, _| Ok(())));
        under_way.push(handed_over.await.unwrap());
    }
    for page in under_way {
        assert_eq!(page.counts().await.unwrap().added, 1);
    }
}

#[tokio::test]
async fn a_base_that_was_deleted_is_rebuilt_without_a_change() {
    let place = Place::new();
    let ledger = place.open();
    let people: Vec<String> = (0..9_000)
        .map(|number| document(&format!("u{number}"), "Ada", ""))
        .collect();
    place.commit(&ledger, "", &people).await;
    place.commit_children(&ledger, "u1", &["a", "b"]).await;
    place
        .commit(&ledger, "", &[document("u7", "Grace", "")])
        .await;
    let kept: Vec<String> = (0..8_999).map(|number| format!("u{number}")).collect();
    let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
    place.finish(&ledger, "", &kept, true).await;
    ledger.merge_everything().await.unwrap();
    place
        .commit(&ledger, "", &[document("u8", "Edsger", "")])
        .await;
    ledger.close();
    let (rows, children) = (place.rows(), place.children());
    assert_eq!((rows.len(), children.len()), (8_999, 2));

    fs::remove_dir_all(place.folder.base()).unwrap();
    let unreadable = Reader::open(place.folder.clone()).unwrap().snapshot();
    assert!(matches!(unreadable, Err(LedgerError::Damaged { .. })));
    let ledger = place.open();
    assert_eq!(place.rows(), rows);
    assert_eq!(place.children(), children);
    let again = [
        document("u7", "Grace", ""),
        document("u8", "Edsger", ""),
        people[0].clone(),
    ];
    assert_eq!(place.commit(&ledger, "", &again).await, unchanged(3));
    ledger.merge_everything().await.unwrap();
    assert_eq!(place.rows(), rows);
}

#[tokio::test]
async fn a_stray_file_in_the_base_stops_nothing() {
    let place = Place::new();
    place.open().close();
    fs::write(place.folder.base().join("notes.txt"), "mine").unwrap();
    let ledger = place.open();
    place.commit(&ledger, "", &[document("1", "Ada", "")]).await;
    assert_eq!(place.rows().len(), 1);
}

fn after(place: &Place, sequence: u64) -> Result<Vec<i64>, LedgerError> {
    between(place, sequence, u64::MAX)
}

fn between(place: &Place, sequence: u64, before: u64) -> Result<Vec<i64>, LedgerError> {
    let history = History::new(local_archive(&place.folder).unwrap());
    let snapshot = Reader::open(place.folder.clone())
        .unwrap()
        .snapshot()
        .unwrap();
    let mut sequences = Vec::new();
    for batch in history.changes_between(&snapshot, sequence, before)? {
        let batch: RecordBatch = batch.unwrap();
        let column = batch.column_by_name("sequence").unwrap();
        sequences.extend(column.as_primitive::<Int64Type>().values());
    }
    Ok(sequences)
}

#[tokio::test]
async fn every_change_after_a_number_comes_once_and_in_order() {
    let place = Place::new();
    let ledger = place.open();
    for round in 0..12 {
        let people: Vec<String> = (0..50)
            .map(|number| document(&format!("u{number}"), &format!("Ada {round}"), ""))
            .collect();
        place.commit(&ledger, "", &people).await;
        let factor = format!("f{round}");
        place.commit_children(&ledger, "u1", &[&factor]).await;
        match round {
            2 | 5 => ledger.merge_everything().await.unwrap(),
            8 => ledger.settle().await.unwrap(),
            _ => {}
        }
    }
    let all: Vec<i64> = (1..=12 * 51).collect();
    assert_eq!(after(&place, 0).unwrap(), all);
    for start in [1, 150, 306, 459, 460, 611, 612] {
        assert_eq!(after(&place, start).unwrap(), all[start as usize..]);
        for end in [start + 1, start + 2, start + 40, start + 250, 612, 613] {
            let to = (end as usize - 1).min(all.len()).max(start as usize);
            assert_eq!(
                between(&place, start, end).unwrap(),
                all[start as usize..to],
                "between {start} and {end}"
            );
        }
    }
}

#[tokio::test]
async fn months_that_need_not_be_kept_go_and_what_is_true_stays() {
    let place = Place::new();
    let ledger = place.open();
    place.commit(&ledger, "", &[document("1", "Ada", "")]).await;
    ledger.merge_everything().await.unwrap();
    ledger.close();
    // The archive as it would be had this been recorded in January 2020.
    let options = local_archive(&place.folder).unwrap();
    let path = options.url.to_file_path().unwrap();
    let mut batches = Vec::new();
    for batch in {
        let history = History::new(options.clone());
        let snapshot = Reader::open(place.folder.clone())
            .unwrap()
            .snapshot()
            .unwrap();
        history.changes_after(&snapshot, 0).unwrap()
    } {
        let batch = batch.unwrap();
        let mut columns = batch.columns().to_vec();
        let january = 1_577_836_800_000_000;
        columns[1] = Arc::new(
            arrow::array::TimestampMicrosecondArray::from_value(january, batch.num_rows())
                .with_timezone("UTC"),
        );
        columns[10] = Arc::new(arrow::array::StringArray::from(vec![
            "2020-01";
            batch.num_rows()
        ]));
        batches.push(RecordBatch::try_new(batch.schema(), columns).unwrap());
    }
    fs::remove_dir_all(&path).unwrap();
    let mut archive = Archive::open(options.clone()).await.unwrap();
    archive.append(&batches, 1).await.unwrap();
    drop(archive);

    let mut control = Control::open(&place.folder, &[MIGRATION]).unwrap();
    // Who made the change that goes, and who made the one that stays.
    control
        .write(|transaction| -> Result<_, ControlError> {
            let sql = "INSERT INTO change_actor (sequence, integration, recorded_at, actor_id) VALUES (?1, 'x', ?2, 'ada')";
            transaction.execute(sql, (1, 1_577_836_800_000_i64))?;
            transaction.execute(sql, (2, i64::MAX))?;
            Ok(())
        })
        .unwrap();
    let types = [Arc::clone(&place.user), Arc::clone(&place.factor)];
    let keeping = ArchiveOptions {
        keep_months: Some(12),
        ..options
    };
    let ledger = Ledger::open(place.folder.clone(), control, &types, keeping).unwrap();
    place
        .commit(&ledger, "", &[document("2", "Grace", "")])
        .await;
    ledger.settle().await.unwrap();
    assert!(matches!(
        after(&place, 0),
        Err(LedgerError::BeforeHistory { .. })
    ));
    assert_eq!(after(&place, 1).unwrap(), [2]);
    let mut control = Control::open_reader(&place.folder).unwrap();
    let known = control.read(|transaction| {
        muster_ledger::change_actors(transaction, &[1, 2]).map_err(ControlError::from)
    });
    let known: Vec<u64> = known.unwrap().iter().map(|known| known.sequence).collect();
    assert_eq!(known, [2]);
    assert_eq!(place.rows().len(), 2);
    let again = [document("1", "Ada", ""), document("2", "Grace", "")];
    assert_eq!(place.commit(&ledger, "", &again).await, unchanged(2));
}

#[tokio::test]
async fn an_archive_that_does_not_answer_is_waited_for() {
    let place = Place::new();
    let open = |url: &str| {
        let control = Control::open(&place.folder, &[MIGRATION])?;
        let mut options = ArchiveOptions::new(url.parse().unwrap());
        for (name, value) in [
            ("aws_endpoint", "http://127.0.0.1:9"),
            ("aws_allow_http", "true"),
            ("aws_region", "local"),
            ("aws_access_key_id", "none"),
            ("aws_secret_access_key", "none"),
        ] {
            options.storage_options.insert(name.into(), value.into());
        }
        options.patience = std::time::Duration::from_millis(200);
        Ledger::open(
            place.folder.clone(),
            control,
            &[Arc::clone(&place.user)],
            options,
        )
        .map_err(|error| ControlError::Corrupt(error.to_string()))
    };
    let ledger = open("s3://bucket/muster").unwrap();
    place.commit(&ledger, "", &[document("1", "Ada", "")]).await;
    let settled = ledger.settle().await;
    assert!(
        matches!(settled, Err(LedgerError::ArchiveWaits(_))),
        "{settled:?}"
    );
    // It goes on nevertheless, and nothing is lost.
    place
        .commit(&ledger, "", &[document("2", "Grace", "")])
        .await;
    ledger.close();
    let ledger = place.open();
    ledger.settle().await.unwrap();
    assert_eq!(after(&place, 0).unwrap(), [1, 2]);
}
