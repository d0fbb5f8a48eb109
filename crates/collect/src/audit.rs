//! Following a vendor's own log: back to where the vendor's memory ends, then from where the last round stopped.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use muster_control::{Control, ControlError, Folder};
use muster_ledger::LedgerError;
use muster_model::{AuditEvent, Integration};
use muster_provider::{
    AuditLog, Client, RequestError,
    http::{Clock, LogPage},
};
use rusqlite::Transaction;

use crate::{CollectError, Connection, take_events};

/// A round ends after so many events, so that they can go to the archive before more are read.
const MOST_EVENTS: u64 = 20_000;

/// So many milliseconds before the newest event a log is read again when the vendor does not know the place any more.
const BACK: i64 = 60 * 60 * 1000;

/// A round of one integration's log, ready to be started.
pub struct AuditRound {
    integration: Integration,
    log: Arc<AuditLog>,
    client: Client,
    control: Control,
    clock: Arc<dyn Clock>,
}

/// What a round did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditReport {
    /// Events that were new.
    pub events: u64,
    /// Requests sent.
    pub requests: u64,
    /// Whether there is more, which the next round reads.
    pub has_more: bool,
}

/// How far the log of an integration has been read. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditState {
    /// Whose.
    pub integration: String,
    /// The log's table, `okta_system_log`.
    pub log: String,
    /// From when on everything is there, but for the gaps.
    pub since: i64,
    /// When it was last read to its end; null before the first time.
    pub reached: Option<i64>,
    /// Why it is not read any further, when it is not.
    pub reason: Option<String>,
    /// Spans that were lost: the vendor had forgotten them when they were asked for.
    pub gaps: Vec<(i64, i64)>,
}

impl AuditRound {
    /// Prepares a round; nothing is sent yet. None for a provider without a log, or whose log only comes by webhook.
    ///
    /// # Errors
    /// [`CollectError`].
    pub fn new(
        folder: &Folder,
        integration: Integration,
        connection: &Connection,
    ) -> Result<Option<Self>, CollectError> {
        let Some(log) = connection.log().filter(|log| log.follow.is_some()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            log,
            client: connection.client.counting_anew(),
            control: Control::open(folder, &[crate::MIGRATION])?,
            clock: Arc::clone(&connection.clock.0),
            integration,
        }))
    }

    /// Reads everything that is new. What cannot be read is noted in the log's state.
    ///
    /// # Errors
    /// [`CollectError::Control`] or [`CollectError::Ledger`], when what was read cannot be kept.
    pub async fn start(mut self) -> Result<AuditReport, CollectError> {
        let mut report = AuditReport::default();
        let result = self.read(&mut report).await;
        report.requests = self.client.usage().requests;
        match result {
            Ok(()) => Ok(report),
            Err(error) if error.is_fatal() => Err(error),
            Err(error) => {
                let (id, reason) = (self.integration.id.clone(), error.to_string());
                self.write(|transaction| {
                    transaction.execute(
                        "UPDATE audit_log SET reason = ?2 WHERE integration = ?1",
                        (id.as_str(), &reason),
                    )
                })?;
                report.has_more = false;
                Ok(report)
            }
        }
    }

    async fn read(&mut self, report: &mut AuditReport) -> Result<(), CollectError> {
        let mut place = self.begin()?;
        let mut restarted = false;
        while report.events < MOST_EVENTS {
            let since = UNIX_EPOCH + Duration::from_millis(place.since.unsigned_abs());
            let page = match self
                .client
                .log_page(&self.log, place.cursor.as_deref(), since)
                .await
            {
                // The vendor does not know the place any more: go on from the newest that is known, once.
                Err(RequestError::RestartListing { .. } | RequestError::BadRequest { .. })
                    if place.cursor.is_some() && !restarted =>
                {
                    restarted = true;
                    place = self.begin_again()?;
                    continue;
                }
                answer => answer?,
            };
            report.events += self.keep(&page)?;
            place.cursor = Some(page.cursor);
            if page.is_last {
                report.has_more = false;
                return Ok(());
            }
            report.has_more = true;
        }
        Ok(())
    }

    /// Keeps a page's events and where the log goes on, together.
    fn keep(&mut self, page: &LogPage) -> Result<u64, CollectError> {
        let events: Vec<AuditEvent> = page
            .documents
            .iter()
            .filter_map(|document| {
                let document = std::str::from_utf8(document).ok()?;
                let event = self.log.event(document);
                if event.is_none() {
                    tracing::warn!(
                        integration = self.integration.name,
                        log = self.log.name,
                        "an entry of the log without id, time or activity is left out"
                    );
                }
                event
            })
            .collect();
        let now = self.now();
        let newest = events.iter().map(|event| event.time).max().unwrap_or(0);
        let reached = page.is_last.then_some(now);
        let (id, log) = (self.integration.id.clone(), Arc::clone(&self.log));
        let provider = Arc::clone(self.client.provider());
        let new = self.control.write(|transaction| {
            let new = take_events(transaction, &id, &provider, &log, &events, now)?;
            transaction
                .execute(
                    "UPDATE audit_log SET cursor = ?2, newest = max(newest, ?3), reached = coalesce(?4, reached), reason = NULL
                     WHERE integration = ?1",
                    (id.as_str(), &page.cursor, newest, reached),
                )
                .map_err(ControlError::from)?;
            Ok::<_, LedgerError>(new)
        })?;
        Ok(new)
    }

    /// Where the log goes on; a span that the vendor has forgotten since the last time is noted as a gap.
    fn begin(&mut self) -> Result<Place, CollectError> {
        let now = self.now();
        let memory = i64::try_from(self.log.retention.as_millis()).unwrap_or(i64::MAX);
        let oldest = now.saturating_sub(memory);
        let id = self.integration.id.clone();
        let log = self.log.name.clone();
        self.write(|transaction| {
            transaction.execute(
                "INSERT INTO audit_log (integration, log, since, newest) VALUES (?1, ?2, ?3, 0) ON CONFLICT DO NOTHING",
                (id.as_str(), &log, oldest),
            )?;
            let (cursor, since, newest, reached): (Option<String>, i64, i64, Option<i64>) =
                transaction.query_row(
                    "SELECT cursor, since, newest, reached FROM audit_log WHERE integration = ?1",
                    [id.as_str()],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
                )?;
            match reached {
                Some(reached) if reached < oldest => {
                    transaction.execute(
                        "INSERT INTO audit_gap (integration, since, until) VALUES (?1, ?2, ?3)",
                        (id.as_str(), reached, oldest),
                    )?;
                    Ok(Place { cursor: None, since: oldest })
                }
                // Without a place it is as after one that was forgotten, also when that was noted and nothing read since.
                _ if cursor.is_none() => Ok(Place { cursor, since: since.max(newest - BACK) }),
                _ => Ok(Place { cursor, since: since.max(newest) }),
            }
        })
    }

    /// The place to begin at when the old one is not known any more: an hour before the newest event there is. What comes
    /// twice is kept once.
    fn begin_again(&mut self) -> Result<Place, CollectError> {
        let id = self.integration.id.clone();
        self.write(|transaction| {
            transaction.query_row(
                "UPDATE audit_log SET cursor = NULL WHERE integration = ?1 RETURNING max(since, newest - ?2)",
                (id.as_str(), BACK),
                |row| Ok(Place { cursor: None, since: row.get(0)? }),
            )
        })
    }

    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, CollectError> {
        Ok(self
            .control
            .write(|transaction| work(transaction).map_err(ControlError::from))?)
    }

    fn now(&self) -> i64 {
        let since = self.clock.now().duration_since(SystemTime::UNIX_EPOCH);
        i64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
    }
}

/// Where a log goes on.
struct Place {
    cursor: Option<String>,
    since: i64,
}

/// How far each log has been read.
///
/// # Errors
/// The database's.
pub fn audit_states(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<AuditState>> {
    let mut statement = transaction.prepare_cached(
        "SELECT audit_log.integration, log, since, reached, reason FROM audit_log
         JOIN integration ON integration.id = audit_log.integration
         WHERE integration.state != 'deleting' ORDER BY 1",
    )?;
    let states = statement.query_map([], |row| {
        Ok(AuditState {
            integration: row.get(0)?,
            log: row.get(1)?,
            since: row.get(2)?,
            reached: row.get(3)?,
            reason: row.get(4)?,
            gaps: Vec::new(),
        })
    })?;
    let mut states: Vec<AuditState> = states.collect::<Result<_, _>>()?;
    for state in &mut states {
        let mut gaps = transaction.prepare_cached(
            "SELECT since, until FROM audit_gap WHERE integration = ?1 ORDER BY 1",
        )?;
        let found = gaps.query_map([&state.integration], |row| Ok((row.get(0)?, row.get(1)?)))?;
        state.gaps = found.collect::<Result<_, _>>()?;
    }
    Ok(states)
}
