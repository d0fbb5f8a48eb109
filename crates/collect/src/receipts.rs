//! Messages of vendors: kept as they came before they are answered, looked at afterwards, in their order.

use muster_control::ControlError;
use muster_ledger::LedgerError;
use muster_model::{AuditEvent, IntegrationId};
use muster_provider::{AuditLog, Provider};
use rusqlite::Transaction;

use crate::take_events;

/// Messages looked at in one transaction.
const AT_A_TIME: usize = 256;
/// Bytes of them.
const BYTES_AT_A_TIME: usize = 8 << 20;
/// Messages of an integration that are kept aside because they were not understood; the newest.
const KEPT_ASIDE: i64 = 100;
/// No more than this is kept of one of them.
const LONGEST_ASIDE: usize = 64 << 10;

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// For whom.
    pub integration: IntegrationId,
    /// When, milliseconds since 1970.
    pub received: i64,
    /// JSON, as it was sent.
    pub body: Vec<u8>,
}

/// Keeps messages, in their order. One whose address ended meanwhile is not kept; says which were.
///
/// # Errors
/// The database's.
pub fn keep_receipts(
    transaction: &Transaction<'_>,
    receipts: &[Receipt],
) -> rusqlite::Result<Vec<bool>> {
    let mut counting = transaction.prepare_cached(
        "UPDATE webhook SET received = received + 1, last_received = max(coalesce(last_received, ?2), ?2)
         WHERE integration = ?1",
    )?;
    let mut keeping = transaction.prepare_cached(
        "INSERT INTO hook_receipt (integration, received, body) VALUES (?1, ?2, ?3)",
    )?;
    let mut kept = Vec::with_capacity(receipts.len());
    for receipt in receipts {
        let integration = receipt.integration.as_str();
        let is_expected = counting.execute((integration, receipt.received))? > 0;
        if is_expected {
            keeping.execute((integration, receipt.received, &receipt.body))?;
        }
        kept.push(is_expected);
    }
    Ok(kept)
}

/// What waits to be looked at, by integration: messages and bytes.
///
/// # Errors
/// The database's.
pub fn waiting(
    transaction: &Transaction<'_>,
) -> rusqlite::Result<Vec<(IntegrationId, usize, usize)>> {
    let mut statement = transaction.prepare(
        "SELECT integration, count(*), sum(length(body)) FROM hook_receipt GROUP BY integration",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let integration: String = row.get(0)?;
        if let Some(integration) = IntegrationId::parse(&integration) {
            let (count, bytes): (i64, i64) = (row.get(1)?, row.get(2)?);
            let counted = |number| usize::try_from(number).unwrap_or(usize::MAX);
            found.push((integration, counted(count), counted(bytes)));
        }
    }
    Ok(found)
}

/// The oldest messages of an integration, understood.
#[derive(Debug, Default)]
pub struct Batch {
    /// How many there are.
    pub receipts: usize,
    /// Bytes of them.
    pub bytes: usize,
    last: i64,
    events: Vec<AuditEvent>,
    aside: Vec<Aside>,
}

/// Something that was not understood.
#[derive(Debug)]
struct Aside {
    received: i64,
    reason: &'static str,
    body: Vec<u8>,
}

/// What came of a batch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Events that were new.
    pub events: u64,
    /// Messages, and events in them, that were not understood.
    pub not_understood: usize,
    /// Whether these are the first of this address.
    pub is_first: bool,
}

impl Batch {
    /// Reads the oldest messages and what they say; empty when there are none.
    ///
    /// # Errors
    /// The database's.
    pub fn read(
        transaction: &Transaction<'_>,
        integration: &IntegrationId,
        log: &AuditLog,
    ) -> rusqlite::Result<Self> {
        let mut statement = transaction.prepare_cached(
            "SELECT id, received, body FROM hook_receipt WHERE integration = ?1 ORDER BY id",
        )?;
        let mut rows = statement.query([integration.as_str()])?;
        let mut batch = Self::default();
        while batch.receipts < AT_A_TIME
            && batch.bytes < BYTES_AT_A_TIME
            && let Some(row) = rows.next()?
        {
            let body: Vec<u8> = row.get(2)?;
            batch.last = row.get(0)?;
            batch.receipts += 1;
            batch.bytes += body.len();
            batch.understand(log, row.get(1)?, body);
        }
        Ok(batch)
    }

    /// Whether there was nothing to be looked at.
    pub fn is_empty(&self) -> bool {
        self.receipts == 0
    }

    fn understand(&mut self, log: &AuditLog, received: i64, body: Vec<u8>) {
        let events = std::str::from_utf8(&body).ok().and_then(|message| {
            let webhook = log.webhook.as_ref()?;
            webhook.events(message, log.ignore_case)
        });
        let Some(events) = events else {
            return self.put_aside(received, "it holds no events where they should be", &body);
        };
        let mut unknown = Vec::new();
        for document in events {
            match log.event(document) {
                Some(event) => self.events.push(event),
                None => unknown.push(document.as_bytes().to_vec()),
            }
        }
        for document in unknown {
            self.put_aside(
                received,
                "an event lacks its id, time or activity",
                &document,
            );
        }
    }

    fn put_aside(&mut self, received: i64, reason: &'static str, body: &[u8]) {
        self.aside.push(Aside {
            received,
            reason,
            body: body[..body.len().min(LONGEST_ASIDE)].to_vec(),
        });
    }

    /// Keeps the events, asks for what they name to be read again, puts aside what was not understood, and is done with the
    /// messages: all of it or nothing.
    ///
    /// # Errors
    /// [`LedgerError`]; then the transaction must not be committed.
    pub fn take(
        &self,
        transaction: &Transaction<'_>,
        integration: &IntegrationId,
        provider: &Provider,
        log: &AuditLog,
        now: i64,
    ) -> Result<Taken, LedgerError> {
        let events = take_events(transaction, integration, provider, log, &self.events, now)?;
        let before = self
            .settle(transaction, integration)
            .map_err(ControlError::from)?;
        Ok(Taken {
            events,
            not_understood: self.aside.len(),
            is_first: before == 0,
        })
    }

    /// Gives how many were not understood before.
    fn settle(
        &self,
        transaction: &Transaction<'_>,
        integration: &IntegrationId,
    ) -> rusqlite::Result<i64> {
        transaction.execute(
            "DELETE FROM hook_receipt WHERE integration = ?1 AND id <= ?2",
            (integration.as_str(), self.last),
        )?;
        if self.aside.is_empty() {
            return Ok(0);
        }
        let mut keeping = transaction.prepare_cached(
            "INSERT INTO hook_refused (integration, received, reason, body) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for aside in &self.aside {
            keeping.execute((
                integration.as_str(),
                aside.received,
                aside.reason,
                &aside.body,
            ))?;
        }
        transaction.execute(
            "DELETE FROM hook_refused WHERE integration = ?1 AND id NOT IN
                 (SELECT id FROM hook_refused WHERE integration = ?1 ORDER BY id DESC LIMIT ?2)",
            (integration.as_str(), KEPT_ASIDE),
        )?;
        let count = i64::try_from(self.aside.len()).unwrap_or(i64::MAX);
        let after: Option<i64> = transaction
            .query_row(
                "UPDATE webhook SET not_understood = not_understood + ?2 WHERE integration = ?1 RETURNING not_understood",
                (integration.as_str(), count),
                |row| row.get(0),
            )
            .map(Some)
            .or_else(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => Ok(None),
                other => Err(other),
            })?;
        Ok(after.map_or(0, |after| after - count))
    }
}
