//! What `sync_state` says.

use muster_model::{IntegrationId, TypeState, TypeStatus};
use rusqlite::Transaction;

/// Every row of `sync_state`, by integration and type.
///
/// # Errors
/// The database's.
pub fn states(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<TypeState>> {
    let mut statement = transaction.prepare_cached(
        "SELECT integration, resource_type, status, parents, parents_done, complete_since, last_complete, stale, reason,
             EXISTS (SELECT 1 FROM listing WHERE listing.integration = type_state.integration
                 AND listing.resource_type = type_state.resource_type AND held_digest IS NOT NULL)
         FROM type_state JOIN integration ON integration.id = type_state.integration
         WHERE integration.state != 'deleting' ORDER BY 1, 2",
    )?;
    let mut rows = statement.query([])?;
    let mut states = Vec::new();
    while let Some(row) = rows.next()? {
        let (integration, status): (String, String) = (row.get(0)?, row.get(2)?);
        let Some(integration) = IntegrationId::parse(&integration) else {
            continue;
        };
        states.push(TypeState {
            integration,
            resource_type: row.get(1)?,
            status: TypeStatus::parse(&status).unwrap_or(TypeStatus::Incomplete),
            parents: row.get(3)?,
            parents_done: row.get(4)?,
            complete_since: row.get(5)?,
            last_complete: row.get(6)?,
            stale: row.get(7)?,
            reason: row.get(8)?,
            held_back: row.get(9)?,
        });
    }
    Ok(states)
}

/// Keys of the parents whose listing of `child_type` has finished; `None` when that is so for all of them.
///
/// # Errors
/// The database's.
pub fn listed_parents(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    child_type: &str,
) -> rusqlite::Result<Option<Vec<String>>> {
    let complete = transaction.query_row(
        "SELECT EXISTS (SELECT 1 FROM type_state WHERE integration = ?1 AND resource_type = ?2 AND status = 'complete')",
        (integration.as_str(), child_type),
        |row| row.get::<_, bool>(0),
    )?;
    if complete {
        return Ok(None);
    }
    let mut statement = transaction.prepare_cached(
        "SELECT scope FROM listing WHERE integration = ?1 AND resource_type = ?2 AND finished IS NOT NULL",
    )?;
    let rows = statement.query_map((integration.as_str(), child_type), |row| row.get(0))?;
    rows.collect::<Result<_, _>>().map(Some)
}
