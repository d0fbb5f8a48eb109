//! Files that no row names.

use std::{collections::HashSet, fs, path::Path};

use muster_control::Folder;
use rusqlite::Transaction;

use crate::{LedgerError, run};

/// The runs with a file, and the segments, that rows name.
pub(crate) fn named(
    transaction: &Transaction<'_>,
) -> Result<(HashSet<u64>, HashSet<i64>), LedgerError> {
    let mut runs = transaction
        .prepare("SELECT first_sequence FROM run WHERE file")
        .map_err(LedgerError::database)?;
    let runs = runs
        .query_map([], |row| row.get::<_, i64>(0))
        .and_then(|rows| rows.map(|row| row.map(|first| first as u64)).collect())
        .map_err(LedgerError::database)?;
    let mut segments = transaction
        .prepare("SELECT id FROM segment")
        .map_err(LedgerError::database)?;
    let segments = segments
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .map_err(LedgerError::database)?;
    Ok((runs, segments))
}

/// Removes what is under `runs/` and `base/` besides these.
pub(crate) fn sweep(
    folder: &Folder,
    runs: &HashSet<u64>,
    segments: &HashSet<i64>,
) -> Result<(), LedgerError> {
    let kept: HashSet<_> = runs.iter().map(|&first| run::path(folder, first)).collect();
    for path in entries(&folder.runs())? {
        if !kept.contains(&path) {
            remove(&path);
        }
    }
    for integration in entries(&folder.base())? {
        for table in entries(&integration)? {
            for file in entries(&table)? {
                let id = file
                    .file_stem()
                    .and_then(|stem| stem.to_str())
                    .and_then(|stem| stem.parse().ok());
                if !id.is_some_and(|id: i64| segments.contains(&id)) {
                    remove(&file);
                }
            }
        }
    }
    Ok(())
}

/// What cannot be removed does no harm.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(path = %path.display(), %error, "this does not belong here and could not be removed");
    }
}

/// What is in a folder; nothing, when it is none.
fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, LedgerError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = fs::read_dir(folder).map_err(LedgerError::file(folder))?;
    read.map(|entry| {
        entry
            .map(|entry| entry.path())
            .map_err(LedgerError::file(folder))
    })
    .collect()
}
