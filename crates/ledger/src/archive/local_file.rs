//! Files that are complete on disk before they have their name.

use std::{
    fs::{self, File, OpenOptions},
    hash::{BuildHasher, RandomState},
    io::{self, Seek, SeekFrom, Write},
    path::{Path as FilePath, PathBuf},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use deltalake_core::logstore::object_store::{PutMode, PutPayload, PutResult};

/// What separates a file's name from the number it carries while it grows. Listings skip such names; the
/// leading zero tells ours from those of other engines.
const UNFINISHED: &str = "#0";

/// Deletes what a killed process left half written below `folder`. Only for the one that writes.
pub(super) fn remove_unfinished(folder: &FilePath) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove_unfinished(&entry.path())?;
        } else if entry.file_name().to_string_lossy().contains(UNFINISHED) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Opens the folder and asks for everything in it to be on disk.
fn sync_folder(folder: &FilePath) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes the folders above `path`, each name on disk.
fn make_parents(path: &FilePath) -> io::Result<()> {
    let Some(parent) = path.parent() else {
        return Ok(());
    };
    if parent.is_dir() {
        return Ok(());
    }
    make_parents(parent)?;
    match fs::create_dir(parent) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    parent.parent().map_or(Ok(()), sync_folder)
}

/// A file that does not have its name yet. If it never gets one, it is deleted: on a full disk every byte
/// counts.
#[derive(Debug)]
pub(super) struct Unfinished {
    file: File,
    at: PathBuf,
}

impl Unfinished {
    /// Starts the file that is to be named `path`.
    pub fn begin(path: &FilePath) -> io::Result<Self> {
        // A process number will not do: in a container it is the same after every start.
        static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        make_parents(path)?;
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let mut at = path.as_os_str().to_owned();
        at.push(format!("{UNFINISHED}{}{number:06}", *PROCESS));
        let file = OpenOptions::new().write(true).create_new(true).open(&at)?;
        Ok(Self {
            file,
            at: at.into(),
        })
    }

    /// Writes a part of it.
    pub fn write_at(&mut self, offset: u64, data: &PutPayload) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(offset))?;
        data.iter().try_for_each(|bytes| self.file.write_all(bytes))
    }

    /// Gives the file its name.
    pub fn finish(&self, path: &FilePath, mode: &PutMode) -> io::Result<PutResult> {
        self.file.sync_all()?;
        if matches!(mode, PutMode::Overwrite) {
            fs::rename(&self.at, path)?;
        } else {
            // Unlike renaming, linking fails when someone else was first.
            fs::hard_link(&self.at, path)?;
        }
        path.parent().map_or(Ok(()), sync_folder)?;
        Ok(PutResult {
            e_tag: None,
            version: None,
        })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Renamed, it is not there any more.
        let _ = fs::remove_file(&self.at);
    }
}

/// The whole of a small file.
pub(super) fn write(path: &FilePath, data: &PutPayload, mode: &PutMode) -> io::Result<PutResult> {
    let mut unfinished = Unfinished::begin(path)?;
    unfinished.write_at(0, data)?;
    unfinished.finish(path, mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/file");
        Unfinished::begin(&path)
            .unwrap()
            .write_at(0, &"half".into())
            .unwrap();
        assert_eq!(fs::read_dir(folder.path().join("a/b")).unwrap().count(), 0);
    }

    #[test]
    fn only_the_first_creates() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write(&path, &"one".into(), &PutMode::Create).unwrap();
        let error = write(&path, &"two".into(), &PutMode::Create).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        write(&path, &"three".into(), &PutMode::Overwrite).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
