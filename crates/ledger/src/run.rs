//! A run: one committed batch of records of one (integration, type).
//!
//! An Arrow IPC file of one batch with [`schema`]; its records have consecutive sequence numbers from the run's first.
//! A large run is a file under `runs/`, a small one lies in its row of the control file.

use std::{path::PathBuf, sync::Arc};

use arrow::{
    array::{
        Array as _, ArrayRef, AsArray as _, FixedSizeBinaryBuilder, ListBuilder, RecordBatch,
        StringArray, StringBuilder, UInt8Array, UInt8Builder,
    },
    datatypes::{DataType, Field, FieldRef, Schema, SchemaRef, UInt8Type},
};
use muster_control::Folder;
use muster_model::{ChangeKind, IntegrationId};
use rusqlite::Transaction;

use crate::{
    LedgerError,
    actors::Dated,
    hash::DocumentHash,
    mapped::{read_file, read_memory, write_file, write_memory},
};

/// A run up to this size lies in its row.
const SMALL: usize = 64 << 10;

const KIND: usize = 0;
const KEY: usize = 1;
const SCOPE: usize = 2;
const HASH: usize = 3;
const FIELDS: usize = 4;
const BEFORE: usize = 5;
const AFTER: usize = 6;

/// Lists are spelled as the archive's table format spells them.
fn element() -> FieldRef {
    Arc::new(Field::new("element", DataType::Utf8, false))
}

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("kind", DataType::UInt8, false),
        Field::new("key", DataType::Utf8, false),
        Field::new("scope", DataType::Utf8, false),
        Field::new("hash", DataType::FixedSizeBinary(16), false),
        Field::new("fields", DataType::List(element()), true),
        Field::new("before", DataType::Utf8, true),
        Field::new("after", DataType::Utf8, true),
    ]))
}

/// One step of one resource.
#[derive(Debug, Clone)]
pub(crate) struct Record<'a> {
    pub kind: ChangeKind,
    pub key: &'a str,
    pub scope: &'a str,
    /// Of `after`; zero for a removal.
    pub hash: DocumentHash,
    pub fields: Option<&'a [String]>,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
}

/// A run, readable.
#[derive(Debug)]
pub(crate) struct Run {
    pub first_sequence: u64,
    pub recorded_at: i64,
    pub integration: IntegrationId,
    pub resource_type: String,
    batch: RecordBatch,
    /// Bytes on the heap: a small run is not mapped.
    pub heap: usize,
}

impl Run {
    pub fn rows(&self) -> usize {
        self.batch.num_rows()
    }

    pub fn last_sequence(&self) -> u64 {
        self.first_sequence + (self.rows() as u64).saturating_sub(1)
    }

    pub fn kind(&self, row: usize) -> ChangeKind {
        let kinds: &UInt8Array = self.batch.column(KIND).as_primitive::<UInt8Type>();
        ChangeKind::from_code(kinds.value(row)).unwrap_or(ChangeKind::Modified)
    }

    pub fn key(&self, row: usize) -> &str {
        self.text(KEY).value(row)
    }

    pub fn scope(&self, row: usize) -> &str {
        self.text(SCOPE).value(row)
    }

    pub fn hash(&self, row: usize) -> DocumentHash {
        let mut hash = [0; 16];
        hash.copy_from_slice(self.batch.column(HASH).as_fixed_size_binary().value(row));
        hash
    }

    pub fn after(&self, row: usize) -> Option<&str> {
        optional(self.text(AFTER), row)
    }

    /// Columns for the archive: key, scope, fields, before, after.
    pub fn archived_columns(&self) -> [&ArrayRef; 5] {
        [KEY, SCOPE, FIELDS, BEFORE, AFTER].map(|column| self.batch.column(column))
    }

    fn text(&self, column: usize) -> &StringArray {
        self.batch.column(column).as_string::<i32>()
    }
}

fn optional(texts: &StringArray, row: usize) -> Option<&str> {
    (!texts.is_null(row)).then(|| texts.value(row))
}

/// Builds the batch of a run.
#[derive(Debug)]
pub(crate) struct RunBuilder {
    kinds: UInt8Builder,
    keys: StringBuilder,
    scopes: StringBuilder,
    hashes: FixedSizeBinaryBuilder,
    fields: ListBuilder<StringBuilder>,
    before: StringBuilder,
    after: StringBuilder,
}

impl RunBuilder {
    pub fn new() -> Self {
        Self {
            kinds: UInt8Builder::new(),
            keys: StringBuilder::new(),
            scopes: StringBuilder::new(),
            hashes: FixedSizeBinaryBuilder::new(16),
            fields: ListBuilder::new(StringBuilder::new()).with_field(element()),
            before: StringBuilder::new(),
            after: StringBuilder::new(),
        }
    }

    pub fn push(&mut self, record: &Record<'_>) -> Result<(), LedgerError> {
        self.kinds.append_value(record.kind.code());
        self.keys.append_value(record.key);
        self.scopes.append_value(record.scope);
        self.hashes.append_value(record.hash)?;
        match record.fields {
            Some(fields) => {
                fields
                    .iter()
                    .for_each(|field| self.fields.values().append_value(field));
                self.fields.append(true);
            }
            None => self.fields.append(false),
        }
        self.before.append_option(record.before);
        self.after.append_option(record.after);
        Ok(())
    }

    pub fn finish(mut self) -> Result<RecordBatch, LedgerError> {
        Ok(RecordBatch::try_new(
            schema(),
            vec![
                Arc::new(self.kinds.finish()),
                Arc::new(self.keys.finish()),
                Arc::new(self.scopes.finish()),
                Arc::new(self.hashes.finish()),
                Arc::new(self.fields.finish()),
                Arc::new(self.before.finish()),
                Arc::new(self.after.finish()),
            ],
        )?)
    }
}

/// A run whose bytes are safe but which no row names yet.
#[derive(Debug)]
pub(crate) struct PreparedRun {
    pub run: Run,
    /// The changes in it that are to have a window.
    pub dated: Vec<Dated>,
    data: Option<Vec<u8>>,
}

/// Writes what must be on disk before the row: the file of a large run.
pub(crate) fn prepare(
    folder: &Folder,
    run: RunHeader,
    batch: RecordBatch,
) -> Result<PreparedRun, LedgerError> {
    let large = batch.get_array_memory_size() > SMALL * 2
        || batch.column(AFTER).as_string::<i32>().values().len() > SMALL;
    let (batch, data, heap) = if large {
        let path = path(folder, run.first_sequence);
        write_file(&path, &schema(), [Ok(batch)])?;
        (single(read_file(&path)?)?, None, 0)
    } else {
        let data = write_memory(&batch)?;
        let heap = batch.get_array_memory_size();
        (batch, Some(data), heap)
    };
    let RunHeader {
        first_sequence,
        recorded_at,
        integration,
        resource_type,
    } = run;
    Ok(PreparedRun {
        run: Run {
            first_sequence,
            recorded_at,
            integration,
            resource_type,
            batch,
            heap,
        },
        dated: Vec::new(),
        data,
    })
}

/// What a run is besides its records.
#[derive(Debug, Clone)]
pub(crate) struct RunHeader {
    pub first_sequence: u64,
    pub recorded_at: i64,
    pub integration: IntegrationId,
    pub resource_type: String,
}

impl PreparedRun {
    /// Names the run: from the transaction's commit on it is part of the ledger.
    pub fn insert(&self, transaction: &Transaction<'_>) -> Result<(), LedgerError> {
        transaction
            .prepare_cached(
                "INSERT INTO run (first_sequence, integration, resource_type, rows, recorded_at, file, data)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .and_then(|mut statement| {
                statement.execute((
                    self.run.first_sequence as i64,
                    self.run.integration.as_str(),
                    &self.run.resource_type,
                    self.run.rows() as i64,
                    self.run.recorded_at,
                    self.data.is_none(),
                    &self.data,
                ))
            })
            .map_err(LedgerError::database)?;
        Ok(())
    }

    pub fn is_file(&self) -> bool {
        self.data.is_none()
    }
}

/// The file of a large run.
pub(crate) fn path(folder: &Folder, first_sequence: u64) -> PathBuf {
    folder.runs().join(format!("{first_sequence:020}.arrow"))
}

/// Every run, oldest first, of one table or of all.
pub(crate) fn load(
    folder: &Folder,
    transaction: &Transaction<'_>,
    table: Option<(&str, &str)>,
    after_sequence: u64,
) -> Result<Vec<Arc<Run>>, LedgerError> {
    let columns = "first_sequence, integration, resource_type, recorded_at, data";
    let condition = if table.is_some() {
        "integration = ?2 AND resource_type = ?3"
    } else {
        "?2 = '' AND ?3 = ''"
    };
    let sql = format!(
        "SELECT {columns} FROM run WHERE first_sequence + rows > ?1 + 1 AND {condition} ORDER BY first_sequence"
    );
    let (integration, resource_type) = table.unwrap_or_default();
    let mut statement = transaction
        .prepare_cached(&sql)
        .map_err(LedgerError::database)?;
    let mut rows = statement
        .query((after_sequence as i64, integration, resource_type))
        .map_err(LedgerError::database)?;
    let mut runs = Vec::new();
    while let Some(row) = rows.next().map_err(LedgerError::database)? {
        let read = || -> rusqlite::Result<_> {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        };
        let (first, integration, resource_type, recorded_at, data): (_, _, _, _, Option<Vec<u8>>) =
            read().map_err(LedgerError::database)?;
        let first_sequence = first as u64;
        let heap = data.as_ref().map_or(0, Vec::len);
        let batches = match data {
            Some(data) => read_memory(data)?,
            None => read_file(&path(folder, first_sequence))?,
        };
        let Some(integration) = IntegrationId::parse(&integration) else {
            continue;
        };
        let batch = single(batches)?;
        runs.push(Arc::new(Run {
            first_sequence,
            recorded_at,
            integration,
            resource_type,
            batch,
            heap,
        }));
    }
    Ok(runs)
}

fn single(batches: Vec<RecordBatch>) -> Result<RecordBatch, LedgerError> {
    match <[RecordBatch; 1]>::try_from(batches) {
        Ok([batch]) => Ok(batch),
        Err(batches) => Ok(arrow::compute::concat_batches(&schema(), &batches)?),
    }
}
