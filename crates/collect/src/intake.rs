//! The one place where events of a vendor's log come in, whichever way they came.

use muster_control::Integrations;
use muster_ledger::{LedgerError, note_events};
use muster_model::{AuditEvent, IntegrationId};
use muster_provider::AuditLog;
use rusqlite::Transaction;

/// Keeps the events that are new and says how many these were. What else an event means for the register belongs into the
/// same transaction, so it is done here.
///
/// # Errors
/// [`LedgerError`], also where the integration is being deleted; then the transaction must not be committed.
pub fn take_events(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    log: &AuditLog,
    events: &[AuditEvent],
    now: i64,
) -> Result<u64, LedgerError> {
    // One that is being deleted gets nothing any more.
    Integrations(transaction).with_id(integration)?;
    let new = note_events(transaction, integration, &log.name, events, now)?;
    Ok(new.len() as u64)
}
