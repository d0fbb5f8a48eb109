//! Filters, columns, order.

use arrow::{
    array::{AsArray, RecordBatch},
    datatypes::Int64Type,
};
use futures::TryStreamExt;
use muster_ledger::archive::{Archive, ArchiveError, ChangeFilter, Projection};

use super::fixture::{Change, DAY, Folder, START, all, append, batch, changes, integration, rows};

async fn filtered(archive: &Archive, filter: &ChangeFilter<'_>) -> Vec<Change> {
    let stream = archive.changes(filter).unwrap();
    let batches: Vec<RecordBatch> = stream.try_collect().await.unwrap();
    let mut found: Vec<Change> = batches.iter().flat_map(rows).collect();
    found.sort_by_key(|change| change.sequence);
    found
}

#[tokio::test]
async fn a_filter_gives_what_going_through_all_rows_gives() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=3000, 700).await;
    let written = changes(1..=3000);
    let ids = [integration(0), integration(2), integration(99)];
    let keys = [None, Some("someone/key%207"), Some("nobody")];
    for (id, key) in ids.iter().flat_map(|id| keys.map(|key| (id, key))) {
        for resource_type in [None, Some("okta_user"), Some("okta_use"), Some("zzz")] {
            for (after_sequence, recorded_after) in [
                (0, None),
                (1234, None),
                (0, Some(START + 13 * DAY)),
                (2999, Some(START)),
            ] {
                let filter = ChangeFilter {
                    resource_type,
                    key,
                    after_sequence,
                    recorded_after,
                    ..ChangeFilter::all(id)
                };
                let expected: Vec<Change> = written
                    .iter()
                    .filter(|row| {
                        row.integration == *id
                            && resource_type.is_none_or(|name| row.resource_type == name)
                            && key.is_none_or(|key| row.key == key)
                            && row.sequence.unsigned_abs() > after_sequence
                            && recorded_after.is_none_or(|moment| row.recorded_at > moment)
                    })
                    .cloned()
                    .collect();
                assert_eq!(filtered(&archive, &filter).await, expected, "{filter:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_type_comes_in_sequence_and_only_the_columns_asked_for() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=900, 300).await;
    let id = integration(1);
    let filter = ChangeFilter {
        resource_type: Some("okta_group"),
        columns: Projection::Columns(&["month", "after", "sequence"]),
        ..ChangeFilter::all(&id)
    };
    let batches: Vec<RecordBatch> = archive
        .changes(&filter)
        .unwrap()
        .try_collect()
        .await
        .unwrap();
    let mut last = 0;
    for batch in &batches {
        let names: Vec<_> = batch
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        assert_eq!(names, ["sequence", "after", "month"]);
        for sequence in batch.column(0).as_primitive::<Int64Type>().values() {
            assert!(*sequence > last);
            last = *sequence;
        }
    }
    assert!(last > 800);
    let unknown = ChangeFilter {
        columns: Projection::Columns(&["actor"]),
        ..filter
    };
    assert!(matches!(
        archive.changes(&unknown).err(),
        Some(ArchiveError::Refused(_))
    ));
}

/// Documents long enough that a file is merged type by type and not sorted in memory.
fn long(sequences: impl IntoIterator<Item = i64>) -> Vec<Change> {
    let mut changes = changes(sequences);
    for change in &mut changes {
        if let Some(after) = &mut change.after {
            after.push_str(&" ".repeat(4000));
        }
    }
    changes
}

#[tokio::test]
async fn long_files_are_merged_in_sequence() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    let written = long(1..=24_000);
    for part in written.chunks(12_000) {
        let last = part.last().unwrap().sequence.unsigned_abs();
        archive.append(&[batch(part)], last).await.unwrap();
    }
    assert!(all(&archive, 0).await == written);
    assert!(all(&archive, 13_579).await == written[13_579..]);
}
