//! What events say was done to which resource.

use muster_model::{AuditEvent, IntegrationId};
use rusqlite::Transaction;

use super::KEPT;
use crate::LedgerError;

/// How events end that changed nothing, as the vendors say it.
const CHANGED_NOTHING: [&str; 3] = ["FAILURE", "SKIPPED", "DENY"];

/// Hints stay a little longer than a window reaches back that ends just in time for a late event.
pub(super) const HINTS_KEPT: i64 = 2 * KEPT + 60 * 60 * 1000;

/// Keeps what new events say of resources; belongs into the transaction that keeps the events. `about` gives the resources
/// that an event is about, as (type, key). It is not asked about what is too old for any change that can still be found,
/// nor about attempts that failed.
///
/// # Errors
/// [`LedgerError::Control`]; then the transaction must not be committed.
pub fn note_hints<'e>(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    events: impl IntoIterator<Item = &'e AuditEvent>,
    about: impl Fn(&AuditEvent) -> Vec<(String, String)>,
    now: i64,
) -> Result<(), LedgerError> {
    let work = || -> rusqlite::Result<()> {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO event_hint (integration, resource_type, key, time, event, activity, actor_id, actor_kind, actor_name)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for event in events.into_iter().filter(|event| is_wanted(event, now)) {
            for (resource_type, key) in about(event) {
                insert.execute((
                    integration.as_str(),
                    resource_type,
                    key,
                    event.time,
                    &event.id,
                    &event.activity,
                    &event.actor.id,
                    &event.actor.kind,
                    &event.actor.name,
                ))?;
            }
        }
        Ok(())
    };
    work().map_err(LedgerError::database)
}

fn is_wanted(event: &AuditEvent, now: i64) -> bool {
    let failed = event.outcome.as_ref().is_some_and(|outcome| {
        CHANGED_NOTHING
            .iter()
            .any(|word| outcome.eq_ignore_ascii_case(word))
    });
    !failed && event.time >= now - HINTS_KEPT
}
