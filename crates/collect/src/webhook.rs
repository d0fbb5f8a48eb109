//! Where vendors send events by themselves: one address an integration, known by the hash of its secret.

use muster_model::IntegrationId;
use rusqlite::{OptionalExtension as _, Transaction};

/// The address of one integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Whose.
    pub integration: IntegrationId,
    /// Hash of the secret in the address.
    pub secret: [u8; 32],
    /// Hash of the second secret, which comes in a header, where the vendor can send one.
    pub header: Option<[u8; 32]>,
    /// Whether the integration is collected.
    pub enabled: bool,
}

/// How an address is doing. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookState {
    /// When it was made.
    pub created: i64,
    /// When the last message came.
    pub last_received: Option<i64>,
    /// Messages that came.
    pub received: i64,
    /// Messages that were not looked at yet.
    pub waiting: i64,
    /// Messages, and events in them, that were not understood.
    pub not_understood: i64,
}

/// Makes an address, in the place of the one there was.
///
/// # Errors
/// The database's.
pub fn put_webhook(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    secret: [u8; 32],
    header: Option<[u8; 32]>,
    now: i64,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT OR REPLACE INTO webhook (integration, secret, header, created) VALUES (?1, ?2, ?3, ?4)",
        (integration.as_str(), secret, header, now),
    )?;
    Ok(())
}

/// Ends an address; whether there was one. What came by it and was not looked at yet still counts.
///
/// # Errors
/// The database's.
pub fn remove_webhook(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
) -> rusqlite::Result<bool> {
    let removed = transaction.execute(
        "DELETE FROM webhook WHERE integration = ?1",
        [integration.as_str()],
    )?;
    transaction.execute(
        "DELETE FROM hook_refused WHERE integration = ?1",
        [integration.as_str()],
    )?;
    Ok(removed > 0)
}

/// Every address of an integration that is not being deleted.
///
/// # Errors
/// The database's.
pub fn webhooks(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<Webhook>> {
    let mut statement = transaction.prepare_cached(
        "SELECT webhook.integration, secret, header, integration.state = 'enabled' FROM webhook
         JOIN integration ON integration.id = webhook.integration WHERE integration.state != 'deleting'",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let integration: String = row.get(0)?;
        if let Some(integration) = IntegrationId::parse(&integration) {
            found.push(Webhook {
                integration,
                secret: row.get(1)?,
                header: row.get(2)?,
                enabled: row.get(3)?,
            });
        }
    }
    Ok(found)
}

/// How the address of an integration is doing; none where it has none.
///
/// # Errors
/// The database's.
pub fn webhook_state(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
) -> rusqlite::Result<Option<WebhookState>> {
    transaction
        .prepare_cached(
            "SELECT created, last_received, received, not_understood,
                 (SELECT count(*) FROM hook_receipt WHERE hook_receipt.integration = webhook.integration)
             FROM webhook WHERE integration = ?1",
        )?
        .query_row([integration.as_str()], |row| {
            Ok(WebhookState {
                created: row.get(0)?,
                last_received: row.get(1)?,
                received: row.get(2)?,
                not_understood: row.get(3)?,
                waiting: row.get(4)?,
            })
        })
        .optional()
}
