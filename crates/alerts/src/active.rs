//! Alerts that are switched on, and how far causes were looked at for them.

use rusqlite::Transaction;

use crate::{AlertsError, Watch, alerts::stored, message::Named};

/// An alert that is switched on, with the channels that are.
pub(crate) struct Active {
    pub name: Named,
    pub watch: Watch,
    /// It looks at nothing up to here.
    pub since: u64,
    pub channels: Vec<String>,
}

/// Alerts of a kind that are switched on and have somewhere to go.
pub(crate) fn active(
    transaction: &Transaction<'_>,
    kind: &str,
    since: &str,
) -> Result<Vec<Active>, AlertsError> {
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT id, name, watch, {since} FROM alert WHERE kind = ?1 AND enabled AND deleted IS NULL ORDER BY id"
    ))?;
    let mut channels = transaction.prepare_cached(
        "SELECT channel.id FROM alert_channel JOIN channel ON alert_channel.channel = channel.id
         WHERE alert = ?1 AND enabled AND deleted IS NULL ORDER BY channel.id",
    )?;
    let mut rows = statement.query([kind])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let watch: String = row.get(2)?;
        let channels = channels
            .query_map([&id], |row| row.get(0))?
            .collect::<Result<Vec<String>, _>>()?;
        found.push(Active {
            name: Named {
                id,
                name: row.get(1)?,
            },
            watch: Watch::parse(kind, &watch)
                .map_err(|error| AlertsError::Corrupt(error.to_string()))?,
            since: row.get::<_, i64>(3)?.unsigned_abs(),
            channels,
        });
    }
    Ok(found)
}

/// Where to go on; none when nobody wants to know.
pub(crate) fn begin(active: &[Active], position: u64) -> Option<u64> {
    let first = active.iter().map(|alert| alert.since).min()?;
    Some(first.max(position))
}

/// How far causes were looked at.
pub(crate) fn position(transaction: &Transaction<'_>, column: &str) -> Result<u64, AlertsError> {
    let position: i64 =
        transaction.query_row(&format!("SELECT {column} FROM alert_position"), [], |row| {
            row.get(0)
        })?;
    Ok(position.unsigned_abs())
}

/// Notes that they were looked at up to there; it never goes back.
pub(crate) fn move_position(
    transaction: &Transaction<'_>,
    column: &str,
    position: u64,
) -> Result<(), AlertsError> {
    transaction.execute(
        &format!("UPDATE alert_position SET {column} = max({column}, ?1)"),
        [stored(position)],
    )?;
    Ok(())
}
