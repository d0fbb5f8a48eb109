//! What is to be read again, on disk: asked for in the transaction that keeps the event, done with in the one that commits
//! what was read.

use muster_model::{Integration, IntegrationId};
use rusqlite::{OptionalExtension as _, Transaction};

/// Why a type is not complete while the children of what was read anew are still to be listed.
pub(crate) const NEW_PARENTS: &str =
    "new resources were read; what hangs below them is being listed";

/// How much is to be read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Extent {
    /// One resource, by its key.
    Resource,
    /// Everything below a parent.
    Children,
    /// Everything of a type.
    Everything,
}

impl Extent {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Resource, Self::Children, Self::Everything];

    fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Children => "children",
            Self::Everything => "everything",
        }
    }
}

/// What is to be read again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Target {
    pub resource_type: String,
    pub extent: Extent,
    /// The resource's key, its parent's, or nothing.
    pub key: String,
}

/// One row of `reread`.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub target: Target,
    /// Moves when it is asked for again: then what is being read may be too old.
    pub serial: i64,
    pub attempts: u32,
    /// Whether the type is incomplete because of it.
    pub is_new: bool,
}

/// Asks for something; `is_new` says that the type is incomplete until that is done.
pub(crate) fn ask(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    target: &Target,
    now: i64,
    is_new: bool,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO reread (integration, resource_type, extent, key, asked, due, is_new)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)
             ON CONFLICT DO UPDATE SET serial = serial + 1, attempts = 0, due = min(due, ?5), is_new = max(is_new, ?6)",
        )?
        .execute((
            integration.as_str(),
            &target.resource_type,
            target.extent.as_str(),
            &target.key,
            now,
            is_new,
        ))?;
    if is_new {
        transaction
            .prepare_cached(
                "UPDATE type_state SET status = 'incomplete', reason = ?3, complete_since = NULL
                 WHERE integration = ?1 AND resource_type = ?2 AND status = 'complete'",
            )?
            .execute((integration.as_str(), &target.resource_type, NEW_PARENTS))?;
    }
    Ok(())
}

/// Whether a type is one that listings of work for.
pub(crate) fn is_listed(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM type_state WHERE integration = ?1 AND resource_type = ?2
                 AND status IN ('complete', 'incomplete'))",
        )?
        .query_row((integration.as_str(), resource_type), |row| row.get(0))
}

/// What is due, what was asked for first before the rest.
pub(crate) fn due(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    extent: Extent,
    now: i64,
    limit: usize,
) -> rusqlite::Result<Vec<Row>> {
    let mut statement = transaction.prepare_cached(
        "SELECT resource_type, key, serial, attempts, is_new FROM reread
         WHERE integration = ?1 AND extent = ?2 AND due <= ?3 ORDER BY due, asked LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map((integration.as_str(), extent.as_str(), now, limit), |row| {
        Ok(Row {
            target: Target {
                resource_type: row.get(0)?,
                extent,
                key: row.get(1)?,
            },
            serial: row.get(2)?,
            attempts: row.get(3)?,
            is_new: row.get(4)?,
        })
    })?;
    rows.collect()
}

/// When something of each extent is to be read first, milliseconds since 1970.
///
/// # Errors
/// The database's.
pub fn rereads_due(
    transaction: &Transaction<'_>,
    integration: &Integration,
) -> rusqlite::Result<Vec<(Extent, i64)>> {
    let mut due = Vec::new();
    for extent in Extent::ALL {
        let first: Option<i64> = transaction
            .prepare_cached("SELECT min(due) FROM reread WHERE integration = ?1 AND extent = ?2")?
            .query_row((integration.id.as_str(), extent.as_str()), |row| row.get(0))?;
        due.extend(first.map(|first| (extent, first)));
    }
    Ok(due)
}

/// Puts something off.
pub(crate) fn put_off(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    row: &Row,
    until: i64,
    is_failure: bool,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "UPDATE reread SET due = ?5, attempts = attempts + ?6
             WHERE integration = ?1 AND resource_type = ?2 AND extent = ?3 AND key = ?4",
        )?
        .execute((
            integration.as_str(),
            &row.target.resource_type,
            row.target.extent.as_str(),
            &row.target.key,
            until,
            is_failure,
        ))?;
    Ok(())
}

/// Something was read: it is done with unless it was asked for again meanwhile. `is_whole` says that the type lacks nothing
/// of it any more.
pub(crate) fn done(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    row: &Row,
    is_whole: bool,
    now: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "DELETE FROM reread
             WHERE integration = ?1 AND resource_type = ?2 AND extent = ?3 AND key = ?4 AND serial = ?5",
        )?
        .execute((
            integration.as_str(),
            &row.target.resource_type,
            row.target.extent.as_str(),
            &row.target.key,
            row.serial,
        ))?;
    if row.is_new && is_whole {
        transaction
            .prepare_cached(
                "UPDATE type_state SET status = 'complete', reason = NULL, stale = 0,
                     complete_since = coalesce(complete_since, ?4), last_complete = ?4
                 WHERE integration = ?1 AND resource_type = ?2 AND reason = ?3 AND last_complete IS NOT NULL
                     AND NOT EXISTS (SELECT 1 FROM reread
                         WHERE integration = ?1 AND resource_type = ?2 AND is_new)",
            )?
            .execute((
                integration.as_str(),
                &row.target.resource_type,
                NEW_PARENTS,
                now,
            ))?;
    }
    Ok(())
}

/// Notes that a read added a resource: a listing that is under way may not have seen it.
pub(crate) fn note_addition(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    (scope, key): (&str, &str),
    at: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO read_addition (integration, resource_type, scope, key, at) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET at = ?5",
        )?
        .execute((integration.as_str(), resource_type, scope, key, at))?;
    Ok(())
}

/// What reads added to a scope since a listing of it began.
pub(crate) fn additions(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    scope: &str,
    since: i64,
) -> rusqlite::Result<Vec<String>> {
    let mut statement = transaction.prepare_cached(
        "SELECT key FROM read_addition WHERE integration = ?1 AND resource_type = ?2 AND scope = ?3 AND at >= ?4",
    )?;
    let keys = statement.query_map((integration.as_str(), resource_type, scope, since), |row| {
        row.get(0)
    })?;
    keys.collect()
}

/// A listing that began at `before` has finished: what reads added until then is in it.
pub(crate) fn forget_additions(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    scope: &str,
    before: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "DELETE FROM read_addition WHERE integration = ?1 AND resource_type = ?2 AND scope = ?3 AND at < ?4",
        )?
        .execute((integration.as_str(), resource_type, scope, before))?;
    Ok(())
}

/// Whether children of new resources of a type are still to be listed.
pub(crate) fn lacks_children(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
) -> rusqlite::Result<bool> {
    let found: Option<i64> = transaction
        .prepare_cached(
            "SELECT 1 FROM reread WHERE integration = ?1 AND resource_type = ?2 AND is_new LIMIT 1",
        )?
        .query_row((integration.as_str(), resource_type), |row| row.get(0))
        .optional()?;
    Ok(found.is_some())
}
