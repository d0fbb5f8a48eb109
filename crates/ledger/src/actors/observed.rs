//! When resources were read, and so when what changed in them can have come about.

use muster_model::IntegrationId;
use rusqlite::{OptionalExtension as _, Transaction};

use super::matching::Window;
use crate::LedgerError;

const TYPE: &str = "type";
const SCOPE: &str = "scope";
const KEY: &str = "key";

/// What is known of earlier readings where changes are about to be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Observed {
    /// When the whole scope was last read.
    scope: Option<i64>,
    /// When what changes them was asked for.
    asked: i64,
}

/// A change that is to have a window.
#[derive(Debug)]
pub(crate) struct Dated {
    pub sequence: u64,
    pub key: String,
    pub observed: Observed,
}

/// What is known of earlier readings of a scope; none where nothing is, and so its changes have no window.
pub(crate) fn observed(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    scope: &str,
    asked: i64,
) -> Result<Option<Observed>, LedgerError> {
    let work = || -> rusqlite::Result<Option<Observed>> {
        let mut statement = transaction.prepare_cached(
            "SELECT time FROM observation WHERE integration = ?1 AND resource_type = ?2 AND extent = ?3 AND name = ?4",
        )?;
        let mut time = |extent: &str, name: &str| {
            statement
                .query_row((integration.as_str(), resource_type, extent, name), |row| {
                    row.get::<_, i64>(0)
                })
                .optional()
        };
        let scope = time(SCOPE, scope)?.max(time(TYPE, "")?);
        let is_known = scope.is_some()
            || transaction
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM observation
                     WHERE integration = ?1 AND resource_type = ?2 AND extent = ?3)",
                )?
                .query_row((integration.as_str(), resource_type, KEY), |row| row.get(0))?;
        Ok(is_known.then_some(Observed { scope, asked }))
    };
    work().map_err(LedgerError::database)
}

/// Writes down when a change can have come about, where that can be said.
pub(crate) fn note_window(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    dated: &Dated,
    recorded_at: i64,
) -> Result<(), LedgerError> {
    let work = || -> rusqlite::Result<()> {
        let (read, changed): (Option<i64>, Option<i64>) = transaction
            .prepare_cached(
                "SELECT
                     (SELECT time FROM observation
                         WHERE integration = ?1 AND resource_type = ?2 AND extent = 'key' AND name = ?3),
                     (SELECT max(asked) FROM change_window
                         WHERE integration = ?1 AND resource_type = ?2 AND key = ?3)",
            )?
            .query_row((integration.as_str(), resource_type, &dated.key), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let observed = dated.observed.scope.max(read);
        let Some(window) = Window::of(observed, changed, recorded_at) else {
            return Ok(());
        };
        transaction
            .prepare_cached(
                "INSERT INTO change_window (sequence, integration, resource_type, key, asked, recorded_at, since, until)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute((
                i64::try_from(dated.sequence).unwrap_or(i64::MAX),
                integration.as_str(),
                resource_type,
                &dated.key,
                dated.observed.asked,
                recorded_at,
                window.since,
                window.until,
            ))?;
        Ok(())
    };
    work().map_err(LedgerError::database)
}

/// Notes that a listing of a scope is complete that began to ask at `began`, milliseconds since 1970. Belongs into the
/// transaction that takes the listing's end.
///
/// # Errors
/// The database's.
pub fn note_listed(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    scope: &str,
    began: i64,
) -> rusqlite::Result<()> {
    note(transaction, integration, resource_type, SCOPE, scope, began)
}

/// Notes that one resource was read, or a whole type where no key is given, with a request sent at `asked`, milliseconds
/// since 1970. Belongs into the transaction that commits what was read, as work on the caller's own tables; noted before
/// that, it would deny the change its actor.
///
/// # Errors
/// The database's.
pub fn note_observed(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    key: Option<&str>,
    asked: i64,
) -> rusqlite::Result<()> {
    let (extent, name) = match key {
        Some(key) => (KEY, key),
        None => (TYPE, ""),
    };
    note(transaction, integration, resource_type, extent, name, asked)
}

/// Notes that every child listing of a type is as its parents' markers say, and so as the parents' last listing saw them.
///
/// # Errors
/// The database's.
pub fn note_children_observed(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    parent: &str,
) -> rusqlite::Result<()> {
    let time: Option<i64> = transaction
        .prepare_cached(
            "SELECT time FROM observation
             WHERE integration = ?1 AND resource_type = ?2 AND extent = 'scope' AND name = ''",
        )?
        .query_row((integration.as_str(), parent), |row| row.get(0))
        .optional()?;
    match time {
        Some(time) => note(transaction, integration, resource_type, TYPE, "", time),
        None => Ok(()),
    }
}

fn note(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    resource_type: &str,
    extent: &str,
    name: &str,
    time: i64,
) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO observation (integration, resource_type, extent, name, time) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO UPDATE SET time = max(time, ?5)",
        )?
        .execute((integration.as_str(), resource_type, extent, name, time))?;
    Ok(())
}
