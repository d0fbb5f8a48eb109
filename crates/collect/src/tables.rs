//! The tables of collecting, in the control file.

use muster_control::Migration;
use muster_model::{IntegrationId, TypeStatus};
use rusqlite::{OptionalExtension as _, Transaction};

use crate::reread::{NEW_PARENTS, lacks_children};

/// What [`muster_control::Control::open`] needs to know of this crate.
pub const MIGRATION: Migration = Migration {
    component: "collect",
    steps: &["
        -- Who an integration's credentials belong to; another answer later stops the integration.
        CREATE TABLE organisation (
            integration TEXT PRIMARY KEY,
            id TEXT NOT NULL,
            name TEXT
        ) STRICT, WITHOUT ROWID;
        -- One listing: of a type, of one parent's children, of one variant, or one resource's details.
        CREATE TABLE listing (
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            scope TEXT NOT NULL,
            -- What the parent's marker said when it was listed.
            marker TEXT,
            -- When it last finished, milliseconds since 1970; null when it never did.
            finished INTEGER,
            -- Where to go on: set while it is under way.
            cursor TEXT,
            begun INTEGER,
            seen INTEGER NOT NULL DEFAULT 0,
            -- Removals held back: what they were, and how often they were the same.
            held_digest TEXT,
            held_times INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (integration, resource_type, scope)
        ) STRICT, WITHOUT ROWID;
        -- How far one type of one integration can be believed.
        CREATE TABLE type_state (
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            stale INTEGER NOT NULL DEFAULT 0,
            complete_since INTEGER,
            last_complete INTEGER,
            parents INTEGER,
            parents_done INTEGER,
            -- Counts additions and removals, so that what is derived from the type knows when to look.
            generation INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (integration, resource_type)
        ) STRICT, WITHOUT ROWID;
    ",
    "
        CREATE INDEX listing_held_back ON listing (integration, resource_type) WHERE held_digest IS NOT NULL;
    ",
    "
        -- It is part of the integration.
        UPDATE integration SET organisation = known.id, organisation_name = known.name
            FROM organisation AS known WHERE known.integration = integration.id;
        DROP TABLE organisation;
    ",
    "
        -- How far the log of an integration has been read. Times are milliseconds since 1970.
        CREATE TABLE audit_log (
            integration TEXT PRIMARY KEY,
            log TEXT NOT NULL,
            -- Where it goes on; null before the first page.
            cursor TEXT,
            -- From when on everything is there, but for the gaps.
            since INTEGER NOT NULL,
            -- The newest event there is.
            newest INTEGER NOT NULL,
            -- When it was last read to its end.
            reached INTEGER,
            reason TEXT
        ) STRICT, WITHOUT ROWID;
        -- Spans that the vendor had forgotten when they were asked for.
        CREATE TABLE audit_gap (
            integration TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL
        ) STRICT;
    ",
    "
        -- When a listing that is under way asked for its first page, however often it was cut off since.
        ALTER TABLE listing ADD COLUMN started INTEGER;
    ",
    "
        -- What events name, to be read again. Times are milliseconds since 1970.
        CREATE TABLE reread (
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            -- `resource`, `children` or `everything`, and the resource's key, its parent's, or nothing.
            extent TEXT NOT NULL,
            key TEXT NOT NULL,
            asked INTEGER NOT NULL,
            -- Not before.
            due INTEGER NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            -- Moves when it is asked for again while it is being read.
            serial INTEGER NOT NULL DEFAULT 0,
            -- Whether the type is incomplete until it is done.
            is_new INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (integration, resource_type, extent, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX reread_by_due ON reread (integration, extent, due);
        -- What single reads added, until a listing that began afterwards has finished.
        CREATE TABLE read_addition (
            integration TEXT NOT NULL,
            resource_type TEXT NOT NULL,
            scope TEXT NOT NULL,
            key TEXT NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (integration, resource_type, scope, key)
        ) STRICT, WITHOUT ROWID;
        -- Where the vendor sends events by itself. Secrets are hashes.
        CREATE TABLE webhook (
            integration TEXT PRIMARY KEY,
            secret BLOB NOT NULL,
            -- The second one, which comes in a header.
            header BLOB,
            created INTEGER NOT NULL,
            received INTEGER NOT NULL DEFAULT 0,
            last_received INTEGER,
            not_understood INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        -- Messages that were received and not looked at yet.
        CREATE TABLE hook_receipt (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            integration TEXT NOT NULL,
            received INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE INDEX hook_receipt_of ON hook_receipt (integration, id);
        -- Messages that were not understood, the newest of them.
        CREATE TABLE hook_refused (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            integration TEXT NOT NULL,
            received INTEGER NOT NULL,
            reason TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
    "],
};

/// One row of `listing`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ListingRow {
    pub marker: Option<String>,
    pub finished: Option<i64>,
    pub cursor: Option<String>,
    pub begun: Option<i64>,
    pub started: Option<i64>,
    pub seen: u64,
    /// Whether removals of it are held back.
    pub held: bool,
}

pub(crate) fn listing(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    scope: &str,
) -> rusqlite::Result<Option<ListingRow>> {
    transaction
        .prepare_cached(
            "SELECT marker, finished, cursor, begun, seen, held_digest IS NOT NULL, started FROM listing
             WHERE integration = ?1 AND resource_type = ?2 AND scope = ?3",
        )?
        .query_row((integration.as_str(), resource_type, scope), |row| {
            Ok(ListingRow {
                marker: row.get(0)?,
                finished: row.get(1)?,
                cursor: row.get(2)?,
                begun: row.get(3)?,
                seen: row.get::<_, i64>(4)? as u64,
                held: row.get(5)?,
                started: row.get(6)?,
            })
        })
        .optional()
}

/// Notes where a listing goes on that was begun, or gone on with, at `begun`, and whose first page was asked for at
/// `started`.
pub(crate) fn note_cursor(
    transaction: &Transaction<'_>,
    listing: &ListingKey,
    cursor: &str,
    seen: u64,
    (begun, started): (i64, i64),
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO listing (integration, resource_type, scope, cursor, seen, begun, started)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET cursor = ?4, seen = ?5, begun = ?6, started = ?7",
        )?
        .execute((
            listing.integration.as_str(),
            &listing.resource_type,
            &listing.scope,
            cursor,
            seen as i64,
            begun,
            started,
        ))?;
    Ok(())
}

/// Notes that a listing finished.
pub(crate) fn note_finished(
    transaction: &Transaction<'_>,
    listing: &ListingKey,
    marker: Option<&str>,
    now: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO listing (integration, resource_type, scope, marker, finished)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET marker = ?4, finished = ?5, cursor = NULL, begun = NULL, started = NULL, seen = 0,
                 held_digest = NULL, held_times = 0",
        )?
        .execute((listing.integration.as_str(), &listing.resource_type, &listing.scope, marker, now))?;
    Ok(())
}

/// Notes that a listing has to be begun anew.
pub(crate) fn note_abandoned(
    transaction: &Transaction<'_>,
    listing: &ListingKey,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE listing SET cursor = NULL, begun = NULL, started = NULL, seen = 0
             WHERE integration = ?1 AND resource_type = ?2 AND scope = ?3",
        )?
        .execute((
            listing.integration.as_str(),
            &listing.resource_type,
            &listing.scope,
        ))?;
    Ok(())
}

/// Takes away what is known of one listing.
pub(crate) fn forget_listing(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    scope: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "DELETE FROM listing WHERE integration = ?1 AND resource_type = ?2 AND scope = ?3",
        )?
        .execute((integration.as_str(), resource_type, scope))?;
    Ok(())
}

/// Which listing a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListingKey {
    pub integration: IntegrationId,
    pub resource_type: String,
    pub scope: String,
}

/// The listings that were cut off and have a place to go on from.
pub(crate) fn cut_off(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<ListingKey>> {
    let mut statement = transaction.prepare_cached(
        "SELECT integration, resource_type, scope FROM listing WHERE cursor IS NOT NULL",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let integration: String = row.get(0)?;
        if let Some(integration) = IntegrationId::parse(&integration) {
            found.push(ListingKey {
                integration,
                resource_type: row.get(1)?,
                scope: row.get(2)?,
            });
        }
    }
    Ok(found)
}

/// Whether the listing's last end proposed the same removals, and they were held back.
pub(crate) fn is_held(
    transaction: &Transaction<'_>,
    listing: &ListingKey,
    digest: &str,
) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM listing
             WHERE integration = ?1 AND resource_type = ?2 AND scope = ?3 AND held_digest = ?4)",
        )?
        .query_row(
            (
                listing.integration.as_str(),
                &listing.resource_type,
                &listing.scope,
                digest,
            ),
            |row| row.get(0),
        )
}

/// How often the same removals have been proposed, this time included.
pub(crate) fn count_held(
    transaction: &Transaction<'_>,
    listing: &ListingKey,
    digest: &str,
) -> rusqlite::Result<u32> {
    transaction
        .prepare_cached(
            "INSERT INTO listing (integration, resource_type, scope, held_digest, held_times)
             VALUES (?1, ?2, ?3, ?4, 1)
             ON CONFLICT DO UPDATE SET
                 held_times = CASE WHEN held_digest = ?4 THEN held_times + 1 ELSE 1 END, held_digest = ?4
             RETURNING held_times",
        )?
        .query_row((listing.integration.as_str(), &listing.resource_type, &listing.scope, digest), |row| row.get(0))
}

/// What is known of one type after a step of a run.
#[derive(Debug, Clone)]
pub(crate) struct StateUpdate {
    pub status: TypeStatus,
    pub reason: Option<String>,
    pub stale: bool,
    pub parents: Option<(u64, u64)>,
}

pub(crate) fn set_state(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    update: &StateUpdate,
    now: i64,
) -> rusqlite::Result<()> {
    let mut update = update.clone();
    if update.status == TypeStatus::Complete
        && lacks_children(transaction, integration, resource_type)?
    {
        update.status = TypeStatus::Incomplete;
        update.reason = Some(NEW_PARENTS.to_owned());
    }
    let complete = update.status == TypeStatus::Complete;
    transaction.execute(
        "INSERT INTO type_state (integration, resource_type, status, reason, stale, complete_since, last_complete,
             parents, parents_done)
         VALUES (?1, ?2, ?3, ?4, ?5, CASE WHEN ?6 THEN ?7 END, CASE WHEN ?6 THEN ?7 END, ?8, ?9)
         ON CONFLICT DO UPDATE SET status = ?3, reason = ?4, stale = ?5,
             complete_since = CASE WHEN ?6 THEN coalesce(complete_since, ?7) END,
             last_complete = CASE WHEN ?6 THEN ?7 ELSE last_complete END,
             parents = coalesce(?8, parents), parents_done = coalesce(?9, parents_done)",
        (
            integration.as_str(),
            resource_type,
            update.status.as_str(),
            &update.reason,
            update.stale,
            complete,
            now,
            update.parents.map(|(parents, _)| parents as i64),
            update.parents.map(|(_, done)| done as i64),
        ),
    )?;
    Ok(())
}

/// The moment a type got additions, its children's listings are no longer all there.
pub(crate) fn note_new_parents(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    children: &[String],
) -> rusqlite::Result<()> {
    for child in children {
        transaction
            .prepare_cached(
                "UPDATE type_state SET status = 'incomplete', reason = 'new parents are still to be listed',
                     complete_since = NULL
                 WHERE integration = ?1 AND resource_type = ?2 AND (status = 'complete' OR reason = ?3)",
            )?
            .execute((integration.as_str(), child, NEW_PARENTS))?;
    }
    Ok(())
}

/// Counts that a type got or lost resources.
pub(crate) fn raise_generation(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO type_state (integration, resource_type, status, generation) VALUES (?1, ?2, 'incomplete', 1)
             ON CONFLICT DO UPDATE SET generation = generation + 1",
        )?
        .execute((integration.as_str(), resource_type))?;
    Ok(())
}

pub(crate) fn generation(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
) -> rusqlite::Result<i64> {
    transaction
        .query_row(
            "SELECT generation FROM type_state WHERE integration = ?1 AND resource_type = ?2",
            (integration.as_str(), resource_type),
            |row| row.get(0),
        )
        .optional()
        .map(Option::unwrap_or_default)
}

/// Takes away every row about an integration.
///
/// # Errors
/// The database's.
pub fn forget(transaction: &Transaction<'_>, integration: &IntegrationId) -> rusqlite::Result<()> {
    for table in [
        "listing",
        "type_state",
        "audit_log",
        "audit_gap",
        "reread",
        "read_addition",
        "webhook",
        "hook_receipt",
        "hook_refused",
    ] {
        transaction.execute(
            &format!("DELETE FROM {table} WHERE integration = ?1"),
            [integration.as_str()],
        )?;
    }
    Ok(())
}
