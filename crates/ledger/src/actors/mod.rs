//! Who made a change: found in the vendors' own logs, where these tell.
//!
//! A change is found when its resource is read, some time after it was made; a log's event says when something was done to
//! which resource, and by whom. The two meet by time: a change came about after its resource was last read and before it
//! was recorded ([`Window`]), and the events about that resource in this window are its *candidates*. Where all of them
//! agree on the actor, that is who it was. Where they do not, nobody is named: a wrong name is worse than none.
//!
//! - Windows are written with the change, in its transaction: only the writer knows what was read when.
//! - Hints are written with the event, in its transaction ([`note_hints`]).
//! - [`attribute`] joins the two, in whichever order they came, as a consumer with a position of its own over both.
//!
//! Windows and hints are of the last days, so that nothing here grows with the register. What stays is `change_actor`, a
//! record for each change whose actor or event is known; it goes with its change.

mod attribution;
mod hints;
mod matching;
mod observed;
mod read;
#[cfg(test)]
mod tests;

pub use attribution::attribute;
pub use hints::note_hints;
pub use observed::{note_children_observed, note_listed, note_observed};
pub use read::change_actors;

pub(crate) use observed::{Dated, Observed, note_window, observed};

use muster_model::IntegrationId;
use rusqlite::Transaction;

/// A change whose resource was last read longer ago than this, in milliseconds, is nobody's: too much may have happened. An
/// event that comes longer after a change than this is not looked at for it.
const KEPT: i64 = 2 * 24 * 60 * 60 * 1000;

/// The tables, for the ledger's migration.
pub(crate) const TABLES: &str = "
    -- When a type, one scope of it or one resource was last read at the vendor: what happened before is in the ledger.
    CREATE TABLE observation (
        integration TEXT NOT NULL,
        resource_type TEXT NOT NULL,
        -- `type`, `scope` or `key`, and which.
        extent TEXT NOT NULL,
        name TEXT NOT NULL,
        time INTEGER NOT NULL,
        PRIMARY KEY (integration, resource_type, extent, name)
    ) STRICT, WITHOUT ROWID;
    -- Between which moments a change of the last days came about, both in it.
    CREATE TABLE change_window (
        sequence INTEGER PRIMARY KEY,
        integration TEXT NOT NULL,
        resource_type TEXT NOT NULL,
        key TEXT NOT NULL,
        -- When the page that shows it was asked for: what happened before is in it.
        asked INTEGER NOT NULL,
        recorded_at INTEGER NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX change_window_by_key ON change_window (integration, resource_type, key, until);
    -- What the vendors' logs of the last days say was done to which resource, and by whom.
    CREATE TABLE event_hint (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        integration TEXT NOT NULL,
        resource_type TEXT NOT NULL,
        key TEXT NOT NULL,
        time INTEGER NOT NULL,
        event TEXT NOT NULL,
        activity TEXT NOT NULL,
        actor_id TEXT,
        actor_kind TEXT,
        actor_name TEXT
    ) STRICT;
    CREATE INDEX event_hint_by_key ON event_hint (integration, resource_type, key, time);
    CREATE INDEX event_hint_by_time ON event_hint (time);
    -- Who made a change, and what the vendor's log calls it.
    CREATE TABLE change_actor (
        sequence INTEGER PRIMARY KEY,
        integration TEXT NOT NULL,
        recorded_at INTEGER NOT NULL,
        actor_id TEXT,
        actor_kind TEXT,
        actor_name TEXT,
        event_type TEXT,
        event TEXT
    ) STRICT;
    -- How far windows and hints have been joined, and when old ones were last taken away.
    CREATE TABLE actor_position (
        only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
        sequence INTEGER NOT NULL,
        hint INTEGER NOT NULL,
        pruned INTEGER NOT NULL
    ) STRICT;
    INSERT INTO actor_position VALUES (1, 0, 0, 0);
";

/// Takes away what is known of an integration here.
///
/// # Errors
/// The database's.
pub(crate) fn forget(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
) -> rusqlite::Result<()> {
    for table in ["observation", "change_window", "event_hint", "change_actor"] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE integration = ?1"),
            [integration.as_str()],
        )?;
    }
    Ok(())
}

/// Takes away what is known of changes that are forgotten: up to a sequence number, recorded before a moment.
///
/// # Errors
/// The database's.
pub(crate) fn forget_old(
    transaction: &Transaction<'_>,
    sequence: i64,
    before: i64,
) -> rusqlite::Result<()> {
    transaction.execute(
        "DELETE FROM change_actor WHERE sequence <= ?1 AND recorded_at < ?2",
        (sequence, before),
    )?;
    Ok(())
}
