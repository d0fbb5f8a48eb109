//! The keys a listing has seen so far.
//!
//! A listing that ends after one page keeps them in memory. A longer one appends them to a file under `listings/`,
//! whose length is committed with the cursor now and then: a listing cut off goes on where it was, and nothing per resource lies
//! on the heap. At the end a copy is mapped and sorted.

use std::{
    fs::{self, File},
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use memmap2::MmapMut;

use crate::{LedgerError, hash::KeyHash, mapped::map_scratch};

const KEY_BYTES: usize = size_of::<KeyHash>();

/// Keys seen by one listing.
#[derive(Debug)]
pub struct Seen {
    memory: Vec<KeyHash>,
    file: Option<(File, PathBuf)>,
    length: u64,
}

impl Seen {
    /// For a listing that is begun and ended in one go.
    pub fn in_memory() -> Self {
        Self {
            memory: Vec::new(),
            file: None,
            length: 0,
        }
    }

    /// For a listing that may be cut off: keys go to the file `path`, of which the first `length` keys count.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] when the file is shorter than that: begin the listing anew.
    pub fn in_file(path: PathBuf, length: u64) -> Result<Self, LedgerError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(LedgerError::file(folder))?;
        }
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(LedgerError::file(&path))?;
        let bytes = length * KEY_BYTES as u64;
        let there = file.metadata().map_err(LedgerError::file(&path))?.len();
        if there < bytes {
            return Err(LedgerError::Damaged {
                path,
                detail: "keys are missing".into(),
            });
        }
        file.set_len(bytes).map_err(LedgerError::file(&path))?;
        file.seek(SeekFrom::End(0))
            .map_err(LedgerError::file(&path))?;
        Ok(Self {
            memory: Vec::new(),
            file: Some((file, path)),
            length,
        })
    }

    /// Adds the keys of one page.
    ///
    /// # Errors
    /// [`LedgerError::File`].
    pub fn extend(&mut self, keys: impl Iterator<Item = KeyHash>) -> Result<(), LedgerError> {
        match &mut self.file {
            None => {
                self.memory.extend(keys);
                self.length = self.memory.len() as u64;
            }
            Some((file, path)) => {
                let bytes: Vec<u8> = keys.flatten().collect();
                self.length += (bytes.len() / KEY_BYTES) as u64;
                file.write_all(&bytes)
                    .map_err(LedgerError::file(path.as_path()))?;
            }
        }
        Ok(())
    }

    /// Makes the keys in the file durable: before their number is noted.
    ///
    /// # Errors
    /// [`LedgerError::File`].
    pub fn save(&self) -> Result<(), LedgerError> {
        match &self.file {
            None => Ok(()),
            Some((file, path)) => file.sync_data().map_err(LedgerError::file(path.as_path())),
        }
    }

    /// How many keys were seen, repeated ones included.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether none was seen.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// All keys in order.
    ///
    /// # Errors
    /// [`LedgerError::File`].
    pub(crate) fn sorted(self) -> Result<SortedSeen, LedgerError> {
        match self.file {
            None => {
                let mut keys = self.memory;
                keys.sort_unstable();
                Ok(SortedSeen::Memory(keys))
            }
            Some(_) if self.length == 0 => Ok(SortedSeen::Memory(Vec::new())),
            Some((_, path)) => {
                // A copy is sorted: killed half-way through, the file itself must still hold every key.
                let copy = path.with_extension("sorted");
                fs::copy(&path, &copy).map_err(LedgerError::file(&copy))?;
                let file = File::options()
                    .read(true)
                    .write(true)
                    .open(&copy)
                    .map_err(LedgerError::file(&copy))?;
                let mut map = map_scratch(&file, &copy)?;
                Self::discard(&copy)?;
                map.as_chunks_mut::<KEY_BYTES>().0.sort_unstable();
                Ok(SortedSeen::File(map))
            }
        }
    }

    /// Removes the file of a listing that has ended.
    ///
    /// # Errors
    /// [`LedgerError::File`].
    pub fn discard(path: &Path) -> Result<(), LedgerError> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(LedgerError::File {
                path: path.to_owned(),
                source: error,
            }),
            _ => Ok(()),
        }
    }
}

/// Keys in order.
#[derive(Debug)]
pub(crate) enum SortedSeen {
    Memory(Vec<KeyHash>),
    File(MmapMut),
}

impl SortedSeen {
    pub fn keys(&self) -> &[KeyHash] {
        match self {
            Self::Memory(keys) => keys,
            Self::File(map) => map.as_chunks().0,
        }
    }

    /// How many keys stand more than once.
    pub fn repeated(&self) -> u64 {
        self.keys()
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .count() as u64
    }

    pub fn contains(&self, key: &KeyHash) -> bool {
        self.keys().binary_search(key).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_and_what_was_not_committed_does_not() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("listing.seen");
        let mut seen = Seen::in_file(path.clone(), 0).unwrap();
        seen.extend([[3; 16], [1; 16]].into_iter()).unwrap();
        let committed = seen.len();
        seen.extend([[9; 16]].into_iter()).unwrap();
        drop(seen);
        let mut again = Seen::in_file(path.clone(), committed).unwrap();
        again.extend([[1; 16]].into_iter()).unwrap();
        let sorted = again.sorted().unwrap();
        assert_eq!(sorted.keys(), [[1; 16], [1; 16], [3; 16]]);
        assert_eq!(sorted.repeated(), 1);
        assert!(sorted.contains(&[3; 16]) && !sorted.contains(&[9; 16]));
        assert!(matches!(
            Seen::in_file(path, 7),
            Err(LedgerError::Damaged { .. })
        ));
    }
}
