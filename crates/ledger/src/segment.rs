//! A segment: rows of one (integration, type), decoded, mapped; with the index that finds them.
//!
//! `base/<integration>/<type>/<id>.arrow` holds batches of [`BATCH_ROWS`] rows with the type's table schema,
//! `<id>.index` the [`crate::index`]. Neither ever changes. Which rows still count is a bitmap in the control file.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use arrow::{
    array::{Array as _, AsArray as _, RecordBatch},
    buffer::{BooleanBuffer, Buffer},
};
use bytes::Bytes;
use muster_control::Folder;
use muster_model::ResourceType;
use rusqlite::Transaction;

use crate::{
    LedgerError,
    decode::{KEY, RAW, table_schema},
    index::{self, Entry, Index},
    mapped::{map_file, read_mapped, write_file},
};

/// Rows per batch: what the query engine works on at a time, so that no batch is cut up.
pub(crate) const BATCH_ROWS: usize = 8_192;

/// An open segment.
#[derive(Debug)]
pub(crate) struct Segment {
    pub id: i64,
    pub rows: usize,
    /// The [`fingerprint`] of the type it was decoded with.
    pub decoded_as: String,
    pub index: Index,
    path: PathBuf,
    mapped: Bytes,
    batches: OnceLock<Vec<RecordBatch>>,
}

/// Which rows of a segment still count.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub bits: BooleanBuffer,
    pub count: usize,
}

/// A segment and its live rows.
#[derive(Debug, Clone)]
pub(crate) struct LiveSegment {
    pub segment: Arc<Segment>,
    pub live: Live,
}

impl Live {
    pub fn new(bits: BooleanBuffer) -> Self {
        let count = bits.count_set_bits();
        Self { bits, count }
    }

    pub fn all(rows: usize) -> Self {
        Self {
            bits: BooleanBuffer::new_set(rows),
            count: rows,
        }
    }

    pub fn is_live(&self, row: u32) -> bool {
        self.bits.value(row as usize)
    }

    /// The same without `dead` rows.
    pub fn without(&self, dead: impl IntoIterator<Item = u32>) -> Self {
        let mut bytes = self.to_bytes();
        for row in dead {
            bytes[row as usize / 8] &= !(1 << (row % 8));
        }
        Self::new(BooleanBuffer::new(
            Buffer::from_vec(bytes),
            0,
            self.bits.len(),
        ))
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.bits.sliced().as_slice().to_vec()
    }
}

impl Segment {
    /// Its rows. The file is mapped when the segment is opened and understood when it is first read.
    pub fn batches(&self) -> Result<&[RecordBatch], LedgerError> {
        if let Some(batches) = self.batches.get() {
            return Ok(batches);
        }
        let batches = read_mapped(&self.mapped, &self.path)?;
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        if rows != self.rows {
            let detail = format!("{rows} rows where {} should be", self.rows);
            return Err(LedgerError::Damaged {
                path: self.path.clone(),
                detail,
            });
        }
        Ok(self.batches.get_or_init(|| batches))
    }

    /// The document in `row`.
    pub fn document(&self, row: u32) -> Option<&str> {
        self.text(RAW, row)
    }

    /// The resource key of `row`.
    pub fn key(&self, row: u32) -> Option<&str> {
        self.text(KEY, row)
    }

    fn text(&self, column: &str, row: u32) -> Option<&str> {
        let batch = self.batches().ok()?.get(row as usize / BATCH_ROWS)?;
        let texts = batch.column_by_name(column)?.as_string_opt::<i32>()?;
        let row = row as usize % BATCH_ROWS;
        (row < texts.len()).then(|| texts.value(row))
    }
}

/// What the decoded columns of a type depend on. A segment decoded as something else is decoded anew.
pub(crate) fn fingerprint(resource_type: &ResourceType) -> String {
    let parent = resource_type.parent.as_ref().map(|parent| &parent.columns);
    let described = format!(
        "1 {:?} {parent:?} {:?}",
        resource_type.columns,
        table_schema(resource_type)
    );
    blake3::hash(described.as_bytes())
        .to_hex()
        .chars()
        .take(16)
        .collect()
}

/// The folder of one table's segments.
pub(crate) fn folder(folder: &Folder, integration: &str, resource_type: &str) -> PathBuf {
    folder.base().join(integration).join(resource_type)
}

/// The two files of a segment.
pub(crate) fn files(folder: &Path, id: i64) -> [PathBuf; 2] {
    [
        folder.join(format!("{id}.arrow")),
        folder.join(format!("{id}.index")),
    ]
}

/// Writes and syncs the files of a segment; no row names it yet. `entries` are asked for after the last batch, and come
/// sorted.
pub(crate) fn write<E: ExactSizeIterator<Item = Entry>>(
    folder: &Path,
    id: i64,
    resource_type: &ResourceType,
    batches: impl IntoIterator<Item = Result<RecordBatch, LedgerError>>,
    entries: impl FnOnce() -> E,
) -> Result<Segment, LedgerError> {
    fs::create_dir_all(folder).map_err(LedgerError::file(folder))?;
    let [rows_file, index_file] = files(folder, id);
    write_file(&rows_file, &table_schema(resource_type), batches)?;
    index::write(&index_file, entries())?;
    sync_folder(folder)?;
    let segment = open(folder, id, fingerprint(resource_type))?;
    segment.batches()?;
    Ok(segment)
}

fn open(folder: &Path, id: i64, decoded_as: String) -> Result<Segment, LedgerError> {
    let [rows_file, index_file] = files(folder, id);
    let mapped = map_file(&rows_file)?;
    let index = Index::open(&index_file)?;
    Ok(Segment {
        id,
        rows: index.len(),
        decoded_as,
        index,
        path: rows_file,
        mapped,
        batches: OnceLock::new(),
    })
}

/// The segments of one table, oldest first; those that `open_already` has are taken from there.
pub(crate) fn load(
    data: &Folder,
    transaction: &Transaction<'_>,
    integration: &str,
    resource_type: &str,
    open_already: &[LiveSegment],
) -> Result<Vec<LiveSegment>, LedgerError> {
    let place = folder(data, integration, resource_type);
    let mut statement = transaction
        .prepare_cached(
            "SELECT id, decoded_as, rows, live FROM segment
             WHERE integration = ?1 AND resource_type = ?2 ORDER BY id",
        )
        .map_err(LedgerError::database)?;
    let rows = statement
        .query_map((integration, resource_type), |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get::<_, i64>(2)? as usize,
                row.get(3)?,
            ))
        })
        .map_err(LedgerError::database)?;
    let mut segments = Vec::new();
    for row in rows {
        let (id, decoded_as, rows, live): (i64, String, usize, Vec<u8>) =
            row.map_err(LedgerError::database)?;
        let segment = match open_already.iter().find(|segment| segment.segment.id == id) {
            Some(segment) => Arc::clone(&segment.segment),
            None => Arc::new(open(&place, id, decoded_as)?),
        };
        if segment.rows != rows || live.len() * 8 < rows {
            let [path, _] = files(&place, id);
            return Err(LedgerError::Damaged {
                path,
                detail: "rows are missing".into(),
            });
        }
        let live = Live::new(BooleanBuffer::new(Buffer::from_vec(live), 0, rows));
        segments.push(LiveSegment { segment, live });
    }
    Ok(segments)
}

/// Names a segment in the control file.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    integration: &str,
    resource_type: &str,
    segment: &LiveSegment,
) -> Result<(), LedgerError> {
    transaction
        .execute(
            "INSERT INTO segment (id, integration, resource_type, decoded_as, rows, live_rows, live)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                segment.segment.id,
                integration,
                resource_type,
                &segment.segment.decoded_as,
                segment.segment.rows as i64,
                segment.live.count as i64,
                segment.live.to_bytes(),
            ),
        )
        .map_err(LedgerError::database)?;
    Ok(())
}

/// Notes which rows of a segment still count.
pub(crate) fn update_live(
    transaction: &Transaction<'_>,
    segment: &LiveSegment,
) -> Result<(), LedgerError> {
    transaction
        .execute(
            "UPDATE segment SET live_rows = ?2, live = ?3 WHERE id = ?1",
            (
                segment.segment.id,
                segment.live.count as i64,
                segment.live.to_bytes(),
            ),
        )
        .map_err(LedgerError::database)?;
    Ok(())
}

/// Takes a segment's row away; its files are garbage from the commit on.
pub(crate) fn delete(transaction: &Transaction<'_>, id: i64) -> Result<(), LedgerError> {
    transaction
        .execute("DELETE FROM segment WHERE id = ?1", [id])
        .map_err(LedgerError::database)?;
    Ok(())
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), LedgerError> {
    fs::File::open(folder)
        .and_then(|file| file.sync_all())
        .map_err(LedgerError::file(folder))
}
