//! The index of a segment: for each row its key and the hash of its document, sorted, mapped.
//!
//! ```text
//! magic    8 bytes  "MSTRIDX1"
//! entries  u64      little endian
//! entry   48 bytes  scope hash 8 | key hash 16 | document hash 16 | row u32 little endian | zero 4
//! ```
//! Entries are sorted by (scope hash, key hash), so the children of one parent lie together. Hashes are uniform,
//! so a key is found by interpolation in two or three steps.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    ops::Range,
    path::Path,
};

use memmap2::Mmap;

use crate::{
    LedgerError,
    hash::{DocumentHash, KeyHash, ScopeHash},
    mapped::map,
};

const MAGIC: &[u8; 8] = b"MSTRIDX1";
const HEADER: usize = 16;
const ENTRY: usize = 48;

/// Where one row is and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub scope: ScopeHash,
    pub key: KeyHash,
    pub document: DocumentHash,
    pub row: u32,
}

impl Entry {
    fn to_bytes(self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        bytes[..8].copy_from_slice(&self.scope);
        bytes[8..24].copy_from_slice(&self.key);
        bytes[24..40].copy_from_slice(&self.document);
        bytes[40..44].copy_from_slice(&self.row.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8; ENTRY]) -> Self {
        let mut entry = Self {
            scope: [0; 8],
            key: [0; 16],
            document: [0; 16],
            row: 0,
        };
        entry.scope.copy_from_slice(&bytes[..8]);
        entry.key.copy_from_slice(&bytes[8..24]);
        entry.document.copy_from_slice(&bytes[24..40]);
        entry.row = u32::from_le_bytes([bytes[40], bytes[41], bytes[42], bytes[43]]);
        entry
    }
}

/// Writes and syncs an index; `entries` come sorted.
pub(crate) fn write(
    path: &Path,
    entries: impl ExactSizeIterator<Item = Entry>,
) -> Result<(), LedgerError> {
    let file = File::create(path).map_err(LedgerError::file(path))?;
    let mut writer = BufWriter::with_capacity(1 << 18, file);
    let write = || -> std::io::Result<()> {
        writer.write_all(MAGIC)?;
        writer.write_all(&(entries.len() as u64).to_le_bytes())?;
        for entry in entries {
            writer.write_all(&entry.to_bytes())?;
        }
        writer.flush()?;
        writer.get_ref().sync_all()
    };
    write().map_err(LedgerError::file(path))
}

/// A mapped index.
#[derive(Debug)]
pub(crate) struct Index {
    map: Mmap,
    entries: usize,
}

impl Index {
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        let map = map(path)?;
        let damaged = |detail: &str| LedgerError::Damaged {
            path: path.to_owned(),
            detail: detail.into(),
        };
        let (header, body) = map
            .split_at_checked(HEADER)
            .ok_or_else(|| damaged("too short"))?;
        if &header[..8] != MAGIC {
            return Err(damaged("not an index"));
        }
        let entries = body.len() / ENTRY;
        if header[8..] != (entries as u64).to_le_bytes() || body.len() % ENTRY != 0 {
            return Err(damaged("cut off"));
        }
        Ok(Self { map, entries })
    }

    fn records(&self) -> &[[u8; ENTRY]] {
        self.map[HEADER..].as_chunks().0
    }

    pub fn len(&self) -> usize {
        self.entries
    }

    pub fn entry(&self, position: usize) -> Entry {
        Entry::from_bytes(&self.records()[position])
    }

    /// The positions of the entries of one scope.
    pub fn scope(&self, scope: ScopeHash) -> Range<usize> {
        let records = self.records();
        let start = records.partition_point(|record| record[..8] < scope[..]);
        let length = records[start..].partition_point(|record| record[..8] == scope[..]);
        start..start + length
    }

    /// The entry of `key` among those of one scope.
    pub fn find(&self, scope: &Range<usize>, key: &KeyHash) -> Option<Entry> {
        let records = self.records();
        let prefix = |position: usize| leading(&records[position][8..24]);
        let target = leading(key);
        let (mut low, mut high) = (scope.start, scope.end);
        while low < high {
            let (first, last) = (prefix(low), prefix(high - 1));
            if target < first || target > last {
                return None;
            }
            let span = u128::from(last - first).max(1);
            let offset = u128::from(target - first) * (high - 1 - low) as u128 / span;
            let guess = low + offset as usize;
            match records[guess][8..24].cmp(&key[..]) {
                std::cmp::Ordering::Equal => return Some(self.entry(guess)),
                std::cmp::Ordering::Less => low = guess + 1,
                std::cmp::Ordering::Greater => high = guess,
            }
        }
        None
    }
}

fn leading(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&key[..8]);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{key_hash, scope_hash};

    #[test]
    fn every_key_is_found_in_its_scope_and_in_no_other() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("test.index");
        let mut entries: Vec<Entry> = (0..5_000u32)
            .map(|row| Entry {
                scope: scope_hash(if row % 3 == 0 { "a" } else { "b" }),
                key: key_hash(&row.to_string()),
                document: [row as u8; 16],
                row,
            })
            .collect();
        entries.sort_unstable();
        write(&path, entries.iter().copied()).unwrap();
        let index = Index::open(&path).unwrap();
        let (a, b) = (index.scope(scope_hash("a")), index.scope(scope_hash("b")));
        assert_eq!(a.len() + b.len(), index.len());
        for row in 0..5_000u32 {
            let key = key_hash(&row.to_string());
            let (here, there) = if row % 3 == 0 { (&a, &b) } else { (&b, &a) };
            assert_eq!(index.find(here, &key).map(|entry| entry.row), Some(row));
            assert_eq!(index.find(there, &key), None);
        }
        assert!(index.scope(scope_hash("c")).is_empty());
        assert_eq!(index.find(&a, &key_hash("absent")), None);
    }

    #[test]
    fn a_cut_index_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("test.index");
        let entry = Entry {
            scope: [0; 8],
            key: [1; 16],
            document: [2; 16],
            row: 3,
        };
        write(&path, [entry].into_iter()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(matches!(
            Index::open(&path),
            Err(LedgerError::Damaged { .. })
        ));
    }
}
