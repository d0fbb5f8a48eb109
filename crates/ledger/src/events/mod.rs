//! The vendors' own logs: every entry once, for good, as the vendor wrote it.
//!
//! A page of events is one *event run*: a row of the control file, written in the transaction that also moves the log's
//! cursor or takes a webhook's receipt. From there events go to the archive's table `audit_event` in large files. An
//! event is never changed afterwards; what goes is whole months ([`EventKeeper`]) or everything of an integration.

mod keeper;
mod reader;

pub use keeper::EventKeeper;
pub use reader::{EventReader, EventsWanted};

use std::{collections::HashSet, sync::Arc};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use muster_control::Migration;
use muster_model::{AuditEvent, IntegrationId};
use rusqlite::Transaction;

use crate::{
    LedgerError,
    archive::{audit_event_schema, month_of},
    decode::UTC,
    mapped::write_memory,
};

/// What [`muster_control::Control::open`] needs to know of audit events.
pub const EVENTS_MIGRATION: Migration = Migration {
    component: "events",
    steps: &["
        -- The newest sequence number of an event ever given, and how far the archive has come.
        CREATE TABLE event_position (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            sequence INTEGER NOT NULL,
            archived INTEGER NOT NULL
        ) STRICT;
        INSERT INTO event_position VALUES (1, 0, 0);
        -- Events that the archive does not have yet, a page each.
        CREATE TABLE event_run (
            last_sequence INTEGER PRIMARY KEY,
            integration TEXT NOT NULL,
            rows INTEGER NOT NULL,
            received INTEGER NOT NULL,
            data BLOB NOT NULL
        ) STRICT;
        -- Events of the last days by a hash of their id: what comes again is not kept again.
        CREATE TABLE event_seen (
            integration TEXT NOT NULL,
            id BLOB NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (integration, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX event_seen_by_time ON event_seen (time);
    ", "
        -- When the first and the last event of a page happened; null in pages from before this was written down. They are
        -- read from the index: the rows themselves are long.
        ALTER TABLE event_run ADD COLUMN first_time INTEGER;
        ALTER TABLE event_run ADD COLUMN last_time INTEGER;
        CREATE INDEX event_run_by_time ON event_run (integration, first_time, last_time);
    "],
};

/// Events older than this, in milliseconds, are not remembered by id. A log is read once, at a cursor that commits with
/// its page; only its newest days are read again, or come by a webhook as well.
pub(crate) const REMEMBERED: i64 = 14 * 24 * 60 * 60 * 1000;

/// Keeps the events of a page that are not there yet. Says which of `events` these were.
///
/// # Errors
/// [`LedgerError::Control`]; then the transaction must not be committed.
pub fn note_events(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    log: &str,
    events: &[AuditEvent],
    now: i64,
) -> Result<Vec<usize>, LedgerError> {
    let new = unseen(transaction, integration, events, now).map_err(LedgerError::database)?;
    if new.is_empty() {
        return Ok(new);
    }
    let rows = i64::try_from(new.len()).unwrap_or(i64::MAX);
    let last: i64 = transaction
        .query_row(
            "UPDATE event_position SET sequence = sequence + ?1 RETURNING sequence",
            [rows],
            |row| row.get(0),
        )
        .map_err(LedgerError::database)?;
    let kept: Vec<&AuditEvent> = new.iter().filter_map(|&n| events.get(n)).collect();
    let batch = batch(integration, log, &kept, last - rows + 1, now)?;
    transaction
        .execute(
            "INSERT INTO event_run (last_sequence, integration, rows, received, data, first_time, last_time)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                last,
                integration.as_str(),
                rows,
                now,
                write_memory(&batch)?,
                kept.iter().map(|event| event.time).min(),
                kept.iter().map(|event| event.time).max(),
            ),
        )
        .map_err(LedgerError::database)?;
    Ok(new)
}

fn unseen(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    events: &[AuditEvent],
    now: i64,
) -> rusqlite::Result<Vec<usize>> {
    let mut remember = transaction.prepare_cached(
        "INSERT INTO event_seen (integration, id, time) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    let mut here = HashSet::new();
    let mut new = Vec::with_capacity(events.len());
    for (number, event) in events.iter().enumerate() {
        let is_new = here.insert(event.id.as_str())
            && (event.time < now - REMEMBERED
                || remember.execute((integration.as_str(), hash(&event.id), event.time))? == 1);
        if is_new {
            new.push(number);
        }
    }
    Ok(new)
}

fn hash(id: &str) -> Vec<u8> {
    blake3::hash(id.as_bytes()).as_bytes()[..16].to_vec()
}

/// Events as the archive keeps them.
fn batch(
    integration: &IntegrationId,
    log: &str,
    events: &[&AuditEvent],
    first: i64,
    now: i64,
) -> Result<RecordBatch, LedgerError> {
    let rows = events.len();
    let moments = |moment: &dyn Fn(&AuditEvent) -> i64| -> ArrayRef {
        let micros = events
            .iter()
            .map(|event| moment(event).saturating_mul(1000));
        Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone(UTC))
    };
    let text = |text: &dyn Fn(&AuditEvent) -> &str| -> ArrayRef {
        let texts = events.iter().map(|event| text(event).to_owned());
        Arc::new(StringArray::from_iter_values(texts))
    };
    let some = |text: &dyn Fn(&AuditEvent) -> Option<&str>| -> ArrayRef {
        let texts = events.iter().map(|event| text(event).map(str::to_owned));
        Arc::new(texts.collect::<StringArray>())
    };
    let same = |text: &str| -> ArrayRef {
        let texts = std::iter::repeat_n(text, rows);
        Arc::new(StringArray::from_iter_values(texts))
    };
    let sequences = Int64Array::from_iter_values((0..rows).map(|row| first + row as i64));
    let months = events
        .iter()
        .map(|event| month_of(event.time).unwrap_or_default());
    let columns: Vec<ArrayRef> = vec![
        Arc::new(sequences),
        moments(&|event| event.time),
        same(log),
        text(&|event| &event.id),
        text(&|event| &event.activity),
        some(&|event| event.action.as_deref()),
        some(&|event| event.outcome.as_deref()),
        some(&|event| event.actor.id.as_deref()),
        some(&|event| event.actor.kind.as_deref()),
        some(&|event| event.actor.name.as_deref()),
        some(&|event| event.target.id.as_deref()),
        some(&|event| event.target.kind.as_deref()),
        some(&|event| event.target.name.as_deref()),
        some(&|event| event.ip.as_deref()),
        some(&|event| event.location.as_deref()),
        moments(&|_| now),
        text(&|event| &event.document),
        same(integration.as_str()),
        Arc::new(StringArray::from_iter_values(months)),
    ];
    Ok(RecordBatch::try_new(audit_event_schema(), columns)?)
}

/// Takes away what the control file has of an integration's events.
///
/// # Errors
/// The database's.
pub fn forget_events(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
) -> rusqlite::Result<()> {
    for table in ["event_run", "event_seen"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE integration = ?1"),
            [integration.as_str()],
        )?;
    }
    crate::actors::forget(transaction, integration)
}
