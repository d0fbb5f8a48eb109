//! The files under `listings/`: the keys that a listing cut off has seen.

use std::{collections::HashSet, fs, io, path::PathBuf};

use muster_control::{ControlError, Folder};
use muster_model::IntegrationId;
use rusqlite::Transaction;

use crate::tables::{ListingKey, cut_off};

/// Where the keys of one listing lie.
pub(crate) fn path(folder: &Folder, listing: &ListingKey) -> PathBuf {
    let scope = blake3::hash(listing.scope.as_bytes()).to_hex();
    folder.listings().join(format!(
        "{}-{}-{}.seen",
        listing.integration,
        listing.resource_type,
        &scope[..16]
    ))
}

/// Removes the keys of listings that no row of `listing` would go on with: a kill left them behind. To be called
/// before anything is collected.
///
/// # Errors
/// [`ControlError`] when the folder or the control file cannot be used.
pub fn sweep(folder: &Folder, transaction: &Transaction<'_>) -> Result<(), ControlError> {
    let files = files(folder)?;
    // Usually there is none, and nothing is read.
    if files.is_empty() {
        return Ok(());
    }
    let kept: HashSet<PathBuf> = cut_off(transaction)?
        .iter()
        .map(|listing| path(folder, listing))
        .collect();
    remove(files.into_iter().filter(|file| !kept.contains(file)))
}

/// Removes the keys of all listings of an integration.
///
/// # Errors
/// [`ControlError::File`].
pub fn forget_seen(folder: &Folder, integration: &IntegrationId) -> Result<(), ControlError> {
    let own = format!("{integration}-");
    remove(files(folder)?.into_iter().filter(|file| {
        let name = file.file_name().and_then(|name| name.to_str());
        name.is_some_and(|name| name.starts_with(&own))
    }))
}

fn files(folder: &Folder) -> Result<Vec<PathBuf>, ControlError> {
    let place = folder.listings();
    let failed = |source| ControlError::File {
        path: place.clone(),
        source,
    };
    match fs::read_dir(&place) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()).map_err(failed))
            .collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    }
}

fn remove(files: impl Iterator<Item = PathBuf>) -> Result<(), ControlError> {
    for file in files {
        fs::remove_file(&file).map_err(ControlError::file(&file))?;
    }
    Ok(())
}
