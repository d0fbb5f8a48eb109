//! Every change once, whatever fails or is killed.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use muster_ledger::archive::{Archive, ArchiveError, ArchiveOptions, change_schema};
use url::Url;

use super::fixture::{Folder, all, append, batch, changes};

#[tokio::test]
async fn what_goes_in_comes_out() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    assert_eq!(archive.archived_sequence(), 0);
    // Out of order, over several batches.
    let written = changes(1..=500);
    let (odd, even): (Vec<_>, Vec<_>) = written
        .iter()
        .cloned()
        .partition(|row| row.sequence % 2 == 1);
    archive
        .append(&[batch(&even), batch(&odd)], 500)
        .await
        .unwrap();
    assert_eq!(archive.archived_sequence(), 500);
    assert_eq!(all(&archive, 0).await, written);

    let archive = folder.open().await;
    assert_eq!(archive.archived_sequence(), 500);
    assert_eq!(all(&archive, 0).await, written);
    assert_eq!(all(&archive, 321).await, written[321..]);
    assert_eq!(all(&archive, 500).await, []);
}

#[tokio::test]
async fn columns_are_taken_by_name_and_lists_by_meaning() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    let written = changes(1..=9);
    let batch = batch(&written);
    // arrow's own name for a list's element, a dictionary, and another order of columns.
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()).rev() {
        let data_type = match field.name().as_str() {
            "fields" => {
                arrow::datatypes::DataType::new_list(arrow::datatypes::DataType::Utf8, true)
            }
            "type" => arrow::datatypes::DataType::Dictionary(
                Box::new(arrow::datatypes::DataType::Int32),
                Box::new(arrow::datatypes::DataType::Utf8),
            ),
            _ => field.data_type().clone(),
        };
        columns.push((
            field.name().clone(),
            arrow::compute::cast(column, &data_type).unwrap(),
        ));
    }
    let other = RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    );
    archive.append(&[other.unwrap()], 9).await.unwrap();
    assert_eq!(all(&archive, 0).await, written);
}

#[tokio::test]
async fn a_repeated_append_adds_nothing() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=20, 20).await;
    append(&mut archive, 1..=20, 20).await;
    // The same rows grouped otherwise, together with later ones, by a process that was started anew.
    let mut archive = folder.open().await;
    append(&mut archive, 11..=30, 20).await;
    append(&mut archive, 11..=25, 15).await;
    assert_eq!(all(&archive, 0).await, changes(1..=30));
    // Rows that nobody archives still move the mark.
    archive.append(&[], 40).await.unwrap();
    assert_eq!(folder.open().await.archived_sequence(), 40);
}

#[tokio::test]
async fn a_second_writer_is_found_out() {
    let folder = Folder::new();
    let mut one = folder.open().await;
    let mut other = folder.open().await;
    append(&mut one, 1..=10, 10).await;
    // The same sequence numbers, from a copy of the data folder that went its own way.
    let mut rows = changes(1..=10);
    rows[0].after = Some("{}".to_owned());
    let error = other.append(&[batch(&rows)], 10).await.unwrap_err();
    assert!(matches!(error, ArchiveError::Conflict(_)), "{error:?}");
    // It reads the log again before it does anything else.
    other.append(&[batch(&rows)], 10).await.unwrap();
    assert_eq!(other.archived_sequence(), 10);
    assert_eq!(all(&other, 0).await, changes(1..=10));
}

#[tokio::test]
async fn rows_that_would_be_lost_are_refused() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    let rows = batch(&changes(1..=10));
    let error = archive
        .append(std::slice::from_ref(&rows), 9)
        .await
        .unwrap_err();
    assert!(matches!(error, ArchiveError::Refused(_)), "{error:?}");
    let wrong: ArrayRef = Arc::new(StringArray::from(vec!["../../etc"; 10]));
    for partition in ["integration", "month"] {
        let mut columns = rows.columns().to_vec();
        columns[rows.schema().index_of(partition).unwrap()] = wrong.clone();
        let rows = RecordBatch::try_new(change_schema(), columns).unwrap();
        let error = archive.append(&[rows], 10).await.unwrap_err();
        assert!(matches!(error, ArchiveError::Refused(_)), "{error:?}");
    }
    let error = archive
        .append(&[rows.project(&[0, 1]).unwrap()], 10)
        .await
        .unwrap_err();
    assert!(matches!(error, ArchiveError::Refused(_)), "{error:?}");
    assert_eq!(folder.data_files(), [""; 0]);
}

#[tokio::test]
async fn an_append_that_fails_before_its_commit_leaves_nothing_to_see() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=10, 10).await;
    // A file where the log folder was: data files can be written, commits cannot.
    let (log, aside) = (
        folder.table().join("_delta_log"),
        folder.path().join("aside"),
    );
    fs::rename(&log, &aside).unwrap();
    fs::write(&log, "").unwrap();
    let rows = batch(&changes(11..=20));
    archive.append(&[rows], 20).await.unwrap_err();
    let left = folder.data_files();
    assert!(
        left.iter().any(|name| name.contains("-0000000000000020-")),
        "{left:?}"
    );
    fs::remove_file(&log).unwrap();
    fs::rename(&aside, &log).unwrap();

    let reopened = folder.open().await;
    assert_eq!(reopened.archived_sequence(), 10);
    assert_eq!(all(&reopened, 0).await, changes(1..=10));
    // The archive that failed goes on as well, and what it left is written over.
    append(&mut archive, 11..=20, 10).await;
    assert_eq!(all(&archive, 0).await, changes(1..=20));
    assert_eq!(folder.data_files(), left);
}

/// Not a test: what `a_killed_writer_loses_and_repeats_nothing` kills.
#[tokio::test]
#[ignore = "runs until it is killed"]
async fn child_that_appends() {
    let path = std::env::var_os("MUSTER_TEST_ARCHIVE").unwrap();
    let url = Url::from_directory_path(PathBuf::from(path)).unwrap();
    let mut options = ArchiveOptions::new(url);
    options.grace = Duration::ZERO;
    let mut archive = Archive::open(options).await.unwrap();
    loop {
        let next = i64::try_from(archive.archived_sequence()).unwrap() + 1;
        let last = next + 4;
        let rows = batch(&changes(next..=last));
        archive.append(&[rows], last.unsigned_abs()).await.unwrap();
        writeln!(std::io::stdout(), "\nappended {last}").unwrap();
        if last % 100 == 0 {
            archive.compact().await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_killed_writer_loses_and_repeats_nothing() {
    let folder = Folder::new();
    for kill_after in [1, 7, 12, 25, 19] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "archive::appending::child_that_appends",
                "--ignored",
                "--nocapture",
            ])
            .env("MUSTER_TEST_ARCHIVE", folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let appended = lines
            .filter_map(|line| line.unwrap().strip_prefix("appended ")?.parse::<u64>().ok())
            .nth(kill_after)
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let archive = folder.open().await;
        let archived = archive.archived_sequence();
        assert!(archived >= appended, "{archived} of {appended}");
        assert_eq!(
            all(&archive, 0).await,
            changes(1..=archived.try_into().unwrap())
        );
    }
    // What was left half written goes with the next compaction.
    let name = "_delta_log/00000000000000000001.json#01000001";
    fs::write(folder.table().join(name), "half").unwrap();
    let mut options = folder.options();
    options.grace = Duration::ZERO;
    let mut archive = Archive::open(options).await.unwrap();
    archive.compact().await.unwrap();
    assert!(!folder.files().iter().any(|name| name.contains('#')));
    let archived = archive.archived_sequence().try_into().unwrap();
    assert_eq!(all(&archive, 0).await, changes(1..=archived));
}
