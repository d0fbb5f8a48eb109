//! The ledger's tables in the control file.

use muster_control::Migration;
use rusqlite::{OptionalExtension as _, Transaction};

use crate::LedgerError;

/// What [`muster_control::Control::open`] needs to know of this crate.
pub const MIGRATION: Migration = Migration {
    component: "ledger",
    steps: &["
        -- The newest sequence number and moment ever given; neither goes backwards.
        CREATE TABLE ledger_position (
            only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
            sequence INTEGER NOT NULL,
            recorded_at INTEGER NOT NULL,
            archived INTEGER NOT NULL
        ) STRICT;
        INSERT INTO ledger_position VALUES (1, 0, 0, 0);
        -- A committed batch that base or archive has not passed yet: its bytes, or a file under runs/.
        CREATE TABLE run (
            first_sequence INTEGER PRIMARY KEY,
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            rows INTEGER NOT NULL,
            recorded_at INTEGER NOT NULL,
            file INTEGER NOT NULL,
            data BLOB
        ) STRICT;
        CREATE INDEX run_by_table ON run (integration, resource_type, first_sequence);
        -- A part of a base: files base/<integration>/<type>/<id>.arrow and .index.
        CREATE TABLE segment (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            decoded_as TEXT NOT NULL,
            rows INTEGER NOT NULL,
            live_rows INTEGER NOT NULL,
            live BLOB NOT NULL
        ) STRICT;
        CREATE INDEX segment_by_table ON segment (integration, resource_type);
        -- How far a base has come: runs up to here are in its segments.
        CREATE TABLE base (
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            merged INTEGER NOT NULL,
            PRIMARY KEY (integration, resource_type)
        ) STRICT, WITHOUT ROWID;
    ", "
        -- Changes up to this sequence number, and recorded before this moment, may be gone from the archive.
        ALTER TABLE ledger_position ADD COLUMN forgotten_sequence INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE ledger_position ADD COLUMN forgotten_before INTEGER NOT NULL DEFAULT 0;
    ", crate::actors::TABLES],
};

/// The newest sequence number and moment given, and how far the archive has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub sequence: u64,
    pub recorded_at: i64,
    pub archived: u64,
}

pub(crate) fn position(transaction: &Transaction<'_>) -> Result<Position, LedgerError> {
    transaction
        .query_row(
            "SELECT sequence, recorded_at, archived FROM ledger_position",
            [],
            |row| {
                Ok(Position {
                    sequence: row.get::<_, i64>(0)? as u64,
                    recorded_at: row.get(1)?,
                    archived: row.get::<_, i64>(2)? as u64,
                })
            },
        )
        .map_err(LedgerError::database)
}

/// The newest sequence number ever given, as of this transaction; 0 before the first.
///
/// # Errors
/// The control file's.
pub fn last_sequence(transaction: &Transaction<'_>) -> Result<u64, LedgerError> {
    Ok(position(transaction)?.sequence)
}

pub(crate) fn advance(
    transaction: &Transaction<'_>,
    sequence: u64,
    recorded_at: i64,
) -> Result<(), LedgerError> {
    transaction
        .execute(
            "UPDATE ledger_position SET sequence = ?1, recorded_at = ?2",
            (sequence as i64, recorded_at),
        )
        .map_err(LedgerError::database)?;
    Ok(())
}

/// How far the base of one table has come, 0 when there is none.
pub(crate) fn merged(
    transaction: &Transaction<'_>,
    integration: &str,
    resource_type: &str,
) -> Result<u64, LedgerError> {
    let merged: Option<i64> = transaction
        .query_row(
            "SELECT merged FROM base WHERE integration = ?1 AND resource_type = ?2",
            (integration, resource_type),
            |row| row.get(0),
        )
        .optional()
        .map_err(LedgerError::database)?;
    Ok(merged.unwrap_or(0) as u64)
}

/// What retention has taken: changes up to a sequence number, recorded before a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Forgotten {
    pub sequence: u64,
    pub before: i64,
}

pub(crate) fn forgotten(transaction: &Transaction<'_>) -> Result<Forgotten, LedgerError> {
    transaction
        .query_row(
            "SELECT forgotten_sequence, forgotten_before FROM ledger_position",
            [],
            |row| {
                Ok(Forgotten {
                    sequence: row.get::<_, i64>(0)? as u64,
                    before: row.get(1)?,
                })
            },
        )
        .map_err(LedgerError::database)
}

/// Notes what retention is about to take; it never takes less than before.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    forgotten: Forgotten,
) -> Result<(), LedgerError> {
    transaction
        .execute(
            "UPDATE ledger_position SET forgotten_sequence = max(forgotten_sequence, ?1),
                 forgotten_before = max(forgotten_before, ?2)",
            (forgotten.sequence as i64, forgotten.before),
        )
        .map_err(LedgerError::database)?;
    crate::actors::forget_old(transaction, forgotten.sequence as i64, forgotten.before)
        .map_err(LedgerError::database)
}
