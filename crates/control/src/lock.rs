use std::{
    fs::{File, TryLockError},
    path::PathBuf,
};

use crate::{ControlError, Folder};

/// The right to write a data folder. Given up when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
    path: PathBuf,
}

impl Lock {
    /// Takes the lock, if nobody holds it.
    ///
    /// # Errors
    /// [`ControlError::Locked`] when another process holds it.
    pub fn try_acquire(folder: &Folder) -> Result<Self, ControlError> {
        folder.create()?;
        let path = folder.lock();
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(ControlError::file(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file, path }),
            Err(TryLockError::WouldBlock) => Err(ControlError::Locked),
            Err(TryLockError::Error(source)) => Err(ControlError::File { path, source }),
        }
    }

    /// The file that is locked.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }
}
