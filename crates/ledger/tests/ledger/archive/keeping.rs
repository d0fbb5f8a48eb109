//! What is done to an archive over the years: compaction, deletion, and a log that stays short and silent.

use std::{
    collections::BTreeMap,
    fs,
    time::{Duration, SystemTime},
};

use arrow::array::RecordBatch;
use futures::{StreamExt, TryStreamExt};
use muster_ledger::archive::{Archive, ArchiveError, ChangeFilter, Compaction, month_of};

use super::fixture::{Change, Folder, all, append, changes, integration, rows};

/// Commits one change at a time, three a day, with a compaction now and then.
async fn small_commits_leave_a_short_log(commits: i64) {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    for commit in 1..=commits {
        append(&mut archive, commit..=commit, 1).await;
        if commit % 3 == 0 {
            // A day passes: for the log that is the age of its files.
            for name in folder.log_files() {
                let path = folder.table().join(name);
                let written = fs::metadata(&path).unwrap().modified().unwrap();
                let earlier: SystemTime = written - Duration::from_secs(24 * 60 * 60);
                let file = fs::File::options().write(true).open(path).unwrap();
                file.set_modified(earlier).unwrap();
            }
        }
        if commit % 50 == 0 {
            archive.compact().await.unwrap();
        }
    }
    let log = folder.log_files();
    // Cleaning up happens with a checkpoint, so up to ten entries are younger than the last one; it keeps a
    // day's entries, and goes back to the checkpoint before these, which is up to ten more. Then there are the
    // checkpoints themselves and the pointer to the last.
    let most = 10 + 3 + 10 + 3 + 1;
    assert!(log.len() <= most, "{} files: {log:?}", log.len());
    let archive = folder.open().await;
    assert_eq!(archive.archived_sequence(), commits.unsigned_abs());
    assert_eq!(all(&archive, 0).await, changes(1..=commits));
}

#[tokio::test]
async fn a_month_of_small_commits_leaves_a_short_log() {
    small_commits_leave_a_short_log(100).await;
}

#[tokio::test]
#[ignore = "takes a minute"]
async fn a_year_of_small_commits_leaves_a_short_log() {
    small_commits_leave_a_short_log(1000).await;
}

#[tokio::test]
async fn compaction_changes_no_row() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=400, 10).await;
    let before = folder.data_files();
    let reading = archive.changes_all(0).unwrap();
    let done = archive.compact().await.unwrap();
    assert!(
        done.files_merged > 40 && done.files_written < 10,
        "{done:?}"
    );
    assert_eq!(done.files_deleted, 0);
    assert_eq!(all(&archive, 0).await, changes(1..=400));
    assert_eq!(all(&folder.open().await, 123).await, changes(124..=400));
    // Whoever was reading reads on.
    let batches: Vec<RecordBatch> = reading.try_collect().await.unwrap();
    assert_eq!(
        batches.iter().flat_map(rows).collect::<Vec<_>>(),
        changes(1..=400)
    );

    let mut options = folder.options();
    options.grace = Duration::ZERO;
    let mut archive = Archive::open(options).await.unwrap();
    let swept = archive.compact().await.unwrap();
    let expected = Compaction {
        files_deleted: done.files_merged,
        ..Compaction::default()
    };
    assert_eq!(swept, expected);
    let left = before.len() as u64 - done.files_merged + done.files_written;
    assert_eq!(folder.data_files().len() as u64, left);
    assert_eq!(archive.archived_sequence(), 400);
    assert_eq!(all(&archive, 0).await, changes(1..=400));
    append(&mut archive, 401..=410, 10).await;
    assert_eq!(all(&archive, 0).await, changes(1..=410));
}

#[tokio::test]
async fn a_deleted_integration_leaves_no_file_and_no_log() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=300, 20).await;
    // What a compaction has replaced goes, too, whatever its grace; and what a killed process left.
    archive.compact().await.unwrap();
    let gone = integration(1);
    let orphan = folder
        .table()
        .join(format!("integration={gone}/month=2026-01/orphan.parquet"));
    fs::write(&orphan, "left").unwrap();
    let mut reading = archive.changes(&ChangeFilter::all(&gone)).unwrap();
    let deleted = archive.delete_integration(&gone).await.unwrap();
    assert!(deleted > 2);
    assert!(
        !folder
            .data_files()
            .iter()
            .any(|name| name.contains(gone.as_str()))
    );
    let error = reading.next().await.unwrap().unwrap_err();
    assert!(matches!(error, ArchiveError::Changed(_)), "{error:?}");
    // One commit and one checkpoint.
    assert!(folder.log_files().len() <= 3, "{:?}", folder.log_files());

    let mut others = changes(1..=300);
    others.retain(|change| change.integration != gone);
    assert_eq!(all(&archive, 0).await, others);
    // Killed after its commit, it is run again.
    fs::create_dir_all(orphan.parent().unwrap()).unwrap();
    fs::write(&orphan, "left").unwrap();
    let mut archive = folder.open().await;
    assert_eq!(archive.delete_integration(&gone).await.unwrap(), 1);
    assert_eq!(archive.delete_integration(&gone).await.unwrap(), 0);
    assert_eq!(archive.archived_sequence(), 300);
    assert_eq!(all(&archive, 0).await, others);
}

#[tokio::test]
async fn an_erased_resource_is_in_no_file() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=600, 30).await;
    archive.compact().await.unwrap();
    let erased = |change: &Change| {
        change.integration == integration(0)
            && change.resource_type == "okta_user"
            && change.key == "someone/key%2014"
    };
    let written = changes(1..=600);
    let count = written.iter().filter(|change| erased(change)).count() as u64;
    assert!(count > 0);
    let key = "someone/key%2014";
    let done = archive
        .erase(&integration(0), "okta_user", key)
        .await
        .unwrap();
    assert_eq!(done, count);
    assert_eq!(
        archive
            .erase(&integration(0), "okta_user", key)
            .await
            .unwrap(),
        0
    );
    let rest: Vec<_> = written
        .into_iter()
        .filter(|change| !erased(change))
        .collect();
    assert_eq!(all(&archive, 0).await, rest);
    let archive = folder.open().await;
    assert_eq!(all(&archive, 0).await, rest);
    // No older file of that integration is left.
    let mut months = BTreeMap::<String, usize>::new();
    for file in folder.data_files() {
        if let Some(rest) = file.strip_prefix(&format!("integration={}/", integration(0))) {
            *months.entry(rest[..13].to_owned()).or_default() += 1;
        }
    }
    assert!(months.values().all(|files| *files <= 16), "{months:?}");
}

#[tokio::test]
async fn months_before_are_dropped() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=4000, 500).await;
    assert!(archive.drop_before("2026-02").await.unwrap() > 0);
    let kept: Vec<_> = changes(1..=4000)
        .into_iter()
        .filter(|change| month_of(change.recorded_at).unwrap().as_str() >= "2026-02")
        .collect();
    assert!(kept.len() > 1000 && kept.len() < 4000);
    assert_eq!(all(&archive, 0).await, kept);
    assert!(
        !folder
            .data_files()
            .iter()
            .any(|name| name.contains("2026-01"))
    );
    assert_eq!(archive.drop_before("2026-02").await.unwrap(), 0);
    let error = archive.drop_before("2026").await.unwrap_err();
    assert!(matches!(error, ArchiveError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn the_log_holds_nobodys_data() {
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=120, 10).await;
    archive
        .erase(&integration(1), "okta_user", "someone/key%207")
        .await
        .unwrap();
    let log = folder.log_files();
    assert!(
        log.iter().any(|name| name.ends_with(".checkpoint.parquet")),
        "{log:?}"
    );
    let mut statistics = 0;
    for name in log {
        let bytes = fs::read(folder.table().join(&name)).unwrap();
        for word in ["someone", "Zürich-secret", "profile.email"] {
            assert!(
                !bytes
                    .windows(word.len())
                    .any(|window| window == word.as_bytes()),
                "`{word}` is in {name}"
            );
        }
        for line in String::from_utf8_lossy(&bytes)
            .lines()
            .filter(|_| name.ends_with(".json"))
        {
            let entry: serde_json::Value = serde_json::from_str(line).unwrap();
            if let Some(text) = entry["add"]["stats"].as_str() {
                let stats: serde_json::Value = serde_json::from_str(text).unwrap();
                let names: Vec<_> = stats["minValues"].as_object().unwrap().keys().collect();
                assert_eq!(names, ["recorded_at", "sequence", "type"]);
                statistics += 1;
            }
        }
    }
    assert!(statistics > 0);
}
