//! The one place where events of a vendor's log come in, whichever way they came.

use muster_control::{ControlError, Integrations};
use muster_ledger::{LedgerError, note_events, note_hints};
use muster_model::{AuditEvent, Integration, IntegrationId, ResourceKey};
use muster_provider::{AuditLog, Provider};
use rusqlite::Transaction;

use crate::reread;

/// An event older than this, in milliseconds, says nothing that the last run did not find.
const YOUNG: i64 = 60 * 60 * 1000;

/// Keeps the events that are new and says how many these were. What else an event means for the register belongs into the
/// same transaction, so it is done here.
///
/// # Errors
/// [`LedgerError`], also where the integration is being deleted; then the transaction must not be committed.
pub fn take_events(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    provider: &Provider,
    log: &AuditLog,
    events: &[AuditEvent],
    now: i64,
) -> Result<u64, LedgerError> {
    // One that is being deleted gets nothing any more.
    let connected = Integrations(transaction).with_id(integration)?;
    let new = note_events(transaction, integration, &log.name, events, now)?;
    let new_events = new.iter().filter_map(|&number| events.get(number));
    note_hints(
        transaction,
        integration,
        new_events,
        |event| about(log, event),
        now,
    )?;
    if connected.enabled {
        let young = new
            .iter()
            .filter_map(|&number| events.get(number))
            .filter(|event| event.time >= now - YOUNG);
        ask_again(transaction, &connected, provider, log, young, now)
            .map_err(ControlError::from)?;
    }
    Ok(new.len() as u64)
}

/// Asks for what events name to be read again, where it is collected.
fn ask_again<'e>(
    transaction: &Transaction<'_>,
    integration: &Integration,
    provider: &Provider,
    log: &AuditLog,
    events: impl Iterator<Item = &'e AuditEvent>,
    now: i64,
) -> rusqlite::Result<()> {
    let types = integration.settings.get("types");
    let collects = |name: &str| types.is_none_or(|types| types.split(',').any(|one| one == name));
    for event in events {
        for (resource_type, hinted) in log.rereads(event) {
            if collects(resource_type)
                && let Some(target) = reread::resolve(provider, resource_type, &hinted)
            {
                reread::ask(transaction, &integration.id, &target, now, false)?;
            }
        }
    }
    Ok(())
}

/// The resources that an event is about, as (type, key).
fn about(log: &AuditLog, event: &AuditEvent) -> Vec<(String, String)> {
    log.hinted(event)
        .into_iter()
        .filter_map(|(resource_type, parts)| {
            let key = ResourceKey::from_parts(parts.iter().map(String::as_str)).ok()?;
            Some((resource_type.to_owned(), key.as_str().to_owned()))
        })
        .collect()
}
