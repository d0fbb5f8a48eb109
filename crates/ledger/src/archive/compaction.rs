//! Many small files become one.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use deltalake_core::{kernel::Action, protocol::DeltaOperation};
use futures::TryStreamExt;

use super::{
    ArchiveError,
    data_file::DataFile,
    deletion::delete_inactive,
    local_file::remove_unfinished,
    merge::merge,
    stretches::Order,
    table::{Table, now, remove},
    writer::FileWriter,
};

/// A smaller file is small.
const SMALL_BYTES: u64 = 32 * 1024 * 1024;
/// A partition with more small files than this is rewritten.
const FEW_FILES: usize = 16;
/// Bounds of what goes into one file. Its files are read side by side, a row group of each in memory, so that
/// this is also about what compaction needs.
const GROUP_FILES: usize = 256;
const GROUP_BYTES: u64 = 256 * 1024 * 1024;

/// What [`super::Archive::compact`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compaction {
    /// Small files whose rows are in another file now. They are deleted by a later call.
    pub files_merged: u64,
    /// The files that took their place.
    pub files_written: u64,
    /// Files that no longer belonged to the table for long enough, and were deleted from the storage.
    pub files_deleted: u64,
}

/// See [`super::Archive::compact`].
pub(super) async fn compact(
    table: &mut Table,
    grace: Duration,
) -> Result<Compaction, ArchiveError> {
    table.ensure_current().await?;
    let mut done = Compaction::default();
    for group in groups(&table.active()?) {
        let Some(written) = rewrite(table, &group).await? else {
            continue;
        };
        let mut actions: Vec<Action> = group.iter().map(|file| remove(file, false)).collect();
        actions.push(written);
        let operation = DeltaOperation::Optimize {
            predicate: None,
            target_size: i64::try_from(GROUP_BYTES).unwrap_or(i64::MAX),
        };
        table.commit(actions, operation, None).await?;
        done.files_merged += group.len() as u64;
        done.files_written += 1;
    }
    done.files_deleted = sweep(table, grace).await?;
    Ok(done)
}

/// Small files of one partition that follow each other, earlier ones first. A large file between two ends a group, so
/// that the sequence numbers of a partition's files never overlap.
fn groups(active: &[DataFile]) -> Vec<Vec<DataFile>> {
    let mut partitions: HashMap<[&str; 2], Vec<&DataFile>> = HashMap::new();
    for file in active {
        partitions.entry(file.partition()).or_default().push(file);
    }
    let mut groups = Vec::new();
    for mut files in partitions.into_values() {
        let is_small = |file: &&DataFile| file.size < SMALL_BYTES;
        if files.iter().copied().filter(is_small).count() <= FEW_FILES {
            continue;
        }
        files.sort_by_key(|file| *file.sequence.start());
        let mut group: Vec<DataFile> = Vec::new();
        let mut bytes = 0;
        for file in files {
            if !is_small(&file) || group.len() == GROUP_FILES || bytes + file.size > GROUP_BYTES {
                groups.push(std::mem::take(&mut group));
                bytes = 0;
            }
            if is_small(&file) {
                bytes += file.size;
                group.push(file.clone());
            }
        }
        groups.push(group);
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Writes the rows of `group` into one file and gives its log entry.
async fn rewrite(table: &Table, group: &[DataFile]) -> Result<Option<Action>, ArchiveError> {
    let Some(file) = group.first() else {
        return Ok(None);
    };
    let first = group.iter().map(|file| *file.sequence.start()).min();
    let last = group.iter().map(|file| *file.sequence.end()).max();
    let sequence = first.unwrap_or(0)..=last.unwrap_or(0);
    let mut writer = FileWriter::begin(table, file.partition(), &sequence)?;
    let rows = merge(
        table.shape,
        table.files.clone(),
        group.iter().cloned(),
        Order::TypeThenSequence,
        0,
    );
    let mut rows = Box::pin(rows);
    while let Some(batch) = rows.try_next().await? {
        writer.write(&batch).await?;
    }
    writer.finish(false).await
}

/// Deletes files that do not belong to the table: those that left it longer ago than `grace`, and those that
/// never came to it and are older than that. Whoever still reads an older version has had that long.
async fn sweep(table: &Table, grace: Duration) -> Result<u64, ArchiveError> {
    if let Some(folder) = table.folder.clone() {
        remove_leftovers(folder).await?;
    }
    let state = table.delta().snapshot()?;
    let left: HashMap<String, i64> = state
        .all_tombstones(&table.delta().log_store())
        .map_ok(|gone| {
            (
                gone.path().into_owned(),
                gone.deletion_timestamp().unwrap_or(0),
            )
        })
        .try_collect()
        .await?;
    let grace = i64::try_from(grace.as_millis()).unwrap_or(i64::MAX);
    let limit = now().saturating_sub(grace);
    delete_inactive(table, None, |meta| {
        let since = left.get(meta.location.as_ref()).copied();
        since.unwrap_or_else(|| meta.last_modified.timestamp_millis()) <= limit
    })
    .await
}

/// Deletes what a killed process left half written.
pub(super) async fn remove_leftovers(folder: PathBuf) -> Result<(), ArchiveError> {
    tokio::task::spawn_blocking(move || remove_unfinished(&folder))
        .await
        .map_err(|error| ArchiveError::Unreachable(error.into()))?
        .map_err(|error| ArchiveError::Unreachable(error.into()))
}
