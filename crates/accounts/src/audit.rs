use rusqlite::{Row, Transaction};
use serde_json::Value;

use crate::AccountError;

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Grows with time.
    pub id: i64,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who, as they were called then.
    pub actor: String,
    /// What: `integration.add`, `finding.suppress`, ...
    pub action: String,
    /// To what, as it was called then.
    pub target: Option<String>,
    /// The rest, never a secret.
    pub detail: Option<Value>,
    /// From where.
    pub address: Option<String>,
}

/// Something to be noted.
#[derive(Debug, Clone, Default)]
pub struct NewAuditEntry<'a> {
    /// Id of the user or key.
    pub actor_id: Option<&'a str>,
    /// What they are called.
    pub actor: &'a str,
    /// What was done.
    pub action: &'a str,
    /// To what.
    pub target: Option<&'a str>,
    /// The rest, never a secret.
    pub detail: Option<Value>,
    /// From where.
    pub address: Option<&'a str>,
}

/// The record of who did what, inside a transaction: the one that does it, so that nothing is done unrecorded.
#[derive(Debug)]
pub struct Audit<'t>(pub &'t Transaction<'t>);

impl Audit<'_> {
    /// Notes something.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn note(&self, entry: &NewAuditEntry<'_>, now: i64) -> Result<(), AccountError> {
        self.0.execute(
            "INSERT INTO audit (at, actor_id, actor, action, target, detail, address)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                now,
                entry.actor_id,
                entry.actor,
                entry.action,
                entry.target,
                entry.detail.as_ref().map(Value::to_string),
                entry.address,
            ),
        )?;
        Ok(())
    }

    /// What was done before the entry `before`, newest first.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn page(
        &self,
        before: Option<i64>,
        actor: Option<&str>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>, AccountError> {
        let mut statement = self.0.prepare_cached(
            "SELECT id, at, actor, action, target, detail, address FROM audit
             WHERE id < ?1 AND (?2 IS NULL OR instr(lower(actor), lower(?2)) > 0) ORDER BY id DESC LIMIT ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let entries = statement.query_map((before.unwrap_or(i64::MAX), actor, limit), entry)?;
        Ok(entries.collect::<Result<_, _>>()?)
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<AuditEntry> {
    let detail: Option<String> = row.get(5)?;
    Ok(AuditEntry {
        id: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        target: row.get(4)?,
        detail: detail.and_then(|text| serde_json::from_str(&text).ok()),
        address: row.get(6)?,
    })
}
