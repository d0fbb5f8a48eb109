//! A base whose files are gone or damaged, made anew from the archive.
//!
//! Reads the table's changes twice: to find the newest of each resource, then to decode those. In memory are about a
//! hundred bytes a resource; nowhere else does the ledger need that.

use std::{cell::RefCell, collections::HashMap, path::Path};

use arrow::{
    array::{Array as _, AsArray as _, RecordBatch, StringArray},
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use muster_control::Folder;
use muster_model::{IntegrationId, ResourceType};
use rusqlite::Transaction;

use crate::{
    LedgerError,
    archive::Projection,
    decode::{Decoder, RowOrigin},
    hash::{KeyHash, ScopeHash, document_hash, key_hash, scope_hash},
    history::History,
    index::Entry,
    segment::{self, BATCH_ROWS, Live, LiveSegment},
};

/// The tables of which a segment's file is not there.
pub(crate) fn incomplete(
    folder: &Folder,
    transaction: &Transaction<'_>,
) -> Result<Vec<(IntegrationId, String)>, LedgerError> {
    let mut statement = transaction
        .prepare("SELECT integration, resource_type, id FROM segment ORDER BY integration, resource_type")
        .map_err(LedgerError::database)?;
    let rows = statement
        .query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, i64>(2)?,
            ))
        })
        .map_err(LedgerError::database)?;
    let mut found = Vec::new();
    for row in rows {
        let (integration, resource_type, id) = row.map_err(LedgerError::database)?;
        let place = segment::folder(folder, &integration, &resource_type);
        let is_there = segment::files(&place, id).iter().all(|file| file.is_file());
        if !is_there && let Some(integration) = IntegrationId::parse(&integration) {
            found.push((integration, resource_type));
        }
    }
    found.dedup();
    Ok(found)
}

/// What the archive says of one table up to the sequence number `last`, as its one segment `id`.
pub(crate) fn rebuild(
    history: &History,
    place: &Path,
    id: i64,
    (integration, resource_type): (&IntegrationId, &ResourceType),
    last: u64,
) -> Result<Option<LiveSegment>, LedgerError> {
    let newest = newest(history, integration, resource_type, last)?;
    if newest.is_empty() {
        return Ok(None);
    }
    let entries = RefCell::new(Vec::with_capacity(newest.len()));
    let mut decoder = Decoder::new(resource_type);
    let mut rest = history.archived(integration, resource_type, Projection::All)?;
    let mut pending: Option<(RecordBatch, usize)> = None;
    let batches = std::iter::from_fn(|| {
        let mut next = || -> Result<Option<RecordBatch>, LedgerError> {
            loop {
                let (batch, start) = match pending.take() {
                    Some(pending) => pending,
                    None => match rest.next().transpose()? {
                        Some(batch) => (batch, 0),
                        None if decoder.rows() == 0 => return Ok(None),
                        None => return Ok(Some(decoder.finish()?)),
                    },
                };
                let rows = Rows::of(&batch)?;
                for row in start..batch.num_rows() {
                    let name = rows.name(row);
                    if newest.get(&name) != Some(&rows.sequences[row]) {
                        continue;
                    }
                    let document = rows.after.value(row);
                    let mut entries = entries.borrow_mut();
                    let place = entries.len() as u32;
                    entries.push(Entry {
                        scope: name.0,
                        key: name.1,
                        document: document_hash(document),
                        row: place,
                    });
                    let origin = RowOrigin {
                        key: rows.keys.value(row),
                        sequence: rows.sequences[row] as u64,
                        recorded_at: rows.recorded[row] / 1_000,
                    };
                    decoder.push(origin, document)?;
                    if decoder.rows() == BATCH_ROWS {
                        pending = Some((batch.clone(), row + 1));
                        return Ok(Some(decoder.finish()?));
                    }
                }
            }
        };
        next().transpose()
    });
    let segment = segment::write(place, id, resource_type, batches, || {
        let mut entries = entries.take();
        entries.sort_unstable();
        entries.into_iter()
    })?;
    let live = Live::all(segment.rows);
    Ok(Some(LiveSegment {
        segment: segment.into(),
        live,
    }))
}

/// The sequence number of the newest change of each resource that there is.
fn newest(
    history: &History,
    integration: &IntegrationId,
    resource_type: &ResourceType,
    last: u64,
) -> Result<HashMap<(ScopeHash, KeyHash), i64>, LedgerError> {
    let mut newest = HashMap::new();
    for batch in history.archived(integration, resource_type, Projection::All)? {
        let batch = batch?;
        let rows = Rows::of(&batch)?;
        for row in 0..batch.num_rows() {
            if rows.sequences[row] > last as i64 {
                continue;
            }
            if rows.after.is_null(row) {
                newest.remove(&rows.name(row));
            } else {
                newest.insert(rows.name(row), rows.sequences[row]);
            }
        }
    }
    Ok(newest)
}

/// The columns of a batch of the archive that a base is made of.
struct Rows<'a> {
    sequences: &'a [i64],
    recorded: &'a [i64],
    keys: &'a StringArray,
    scopes: &'a StringArray,
    after: &'a StringArray,
}

impl<'a> Rows<'a> {
    fn of(batch: &'a RecordBatch) -> Result<Self, LedgerError> {
        let text = |name: &str| {
            batch
                .column_by_name(name)
                .and_then(|column| column.as_string_opt::<i32>())
        };
        let rows = || {
            Some(Self {
                sequences: batch
                    .column_by_name("sequence")?
                    .as_primitive_opt::<Int64Type>()?
                    .values(),
                recorded: batch
                    .column_by_name("recorded_at")?
                    .as_primitive_opt::<TimestampMicrosecondType>()?
                    .values(),
                keys: text("key")?,
                scopes: text("scope")?,
                after: text("after")?,
            })
        };
        rows().ok_or_else(|| {
            LedgerError::Arrow(arrow::error::ArrowError::SchemaError(
                "a batch of the archive without its columns".into(),
            ))
        })
    }

    fn name(&self, row: usize) -> (ScopeHash, KeyHash) {
        (
            scope_hash(self.scopes.value(row)),
            key_hash(self.keys.value(row)),
        )
    }
}
