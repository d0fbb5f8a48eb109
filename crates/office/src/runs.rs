//! When integrations were collected, and when they are next.

use muster_control::Migration;
use muster_model::{Integration, IntegrationId};
use rusqlite::{OptionalExtension as _, Row, Transaction};

/// What [`muster_control::Control::open`] needs to know of this crate.
pub(crate) const MIGRATION: Migration = Migration {
    component: "office",
    steps: &["
        CREATE TABLE sync_run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            integration TEXT NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
            started INTEGER NOT NULL,
            -- Null while it is under way, and for good when the process ended before the run.
            finished INTEGER,
            complete INTEGER NOT NULL DEFAULT 0,
            requests INTEGER NOT NULL DEFAULT 0,
            added INTEGER NOT NULL DEFAULT 0,
            modified INTEGER NOT NULL DEFAULT 0,
            removed INTEGER NOT NULL DEFAULT 0,
            reason TEXT
        ) STRICT;
        CREATE INDEX sync_run_of_integration ON sync_run (integration, id);
    "],
};

/// Runs kept per integration.
const KEPT: i64 = 200;
/// After a start, what fell due meanwhile begins within this many milliseconds, not all at once.
const SPREAD: i64 = 30_000;

/// One run of an integration. Times are milliseconds since 1970.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunRecord {
    /// Grows with time.
    pub id: i64,
    /// When it began.
    pub started: i64,
    /// When it ended.
    pub finished: Option<i64>,
    /// Whether everything that can be had is there.
    pub complete: bool,
    /// Requests sent.
    pub requests: u64,
    /// Resources that were new.
    pub added: u64,
    /// Resources that were different.
    pub modified: u64,
    /// Resources that were gone.
    pub removed: u64,
    /// Why it ended early.
    pub reason: Option<String>,
}

/// The table of runs, inside a transaction.
#[derive(Debug)]
pub struct Runs<'t>(pub &'t Transaction<'t>);

impl Runs<'_> {
    /// Notes that a run begins; gives its id.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begin(&self, integration: &IntegrationId, now: i64) -> rusqlite::Result<i64> {
        self.0.execute(
            "INSERT INTO sync_run (integration, started) VALUES (?1, ?2)",
            (integration.as_str(), now),
        )?;
        let id = self.0.last_insert_rowid();
        self.0.execute(
            "DELETE FROM sync_run WHERE integration = ?1 AND id <= (
                 SELECT id FROM sync_run WHERE integration = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2
             )",
            (integration.as_str(), KEPT),
        )?;
        Ok(id)
    }

    /// Notes how a run ended.
    ///
    /// # Errors
    /// Those of the database.
    pub fn end(&self, run: &RunRecord) -> rusqlite::Result<()> {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.0.execute(
            "UPDATE sync_run SET finished = ?2, complete = ?3, requests = ?4, added = ?5, modified = ?6, removed = ?7,
                 reason = ?8 WHERE id = ?1",
            (
                run.id,
                run.finished,
                run.complete,
                number(run.requests),
                number(run.added),
                number(run.modified),
                number(run.removed),
                &run.reason,
            ),
        )?;
        Ok(())
    }

    /// The newest run of an integration.
    ///
    /// # Errors
    /// Those of the database.
    pub fn last(&self, integration: &IntegrationId) -> rusqlite::Result<Option<RunRecord>> {
        self.select("", integration)
    }

    /// The newest run of an integration that came to its end.
    ///
    /// # Errors
    /// Those of the database.
    pub fn last_finished(
        &self,
        integration: &IntegrationId,
    ) -> rusqlite::Result<Option<RunRecord>> {
        self.select("AND finished IS NOT NULL", integration)
    }

    /// When the first run that is known of an integration came to its end, milliseconds since 1970.
    ///
    /// # Errors
    /// Those of the database.
    pub fn first_finished(&self, integration: &IntegrationId) -> rusqlite::Result<Option<i64>> {
        self.0
            .prepare_cached("SELECT min(finished) FROM sync_run WHERE integration = ?1")?
            .query_row([integration.as_str()], |row| row.get(0))
    }

    /// What runs that ended at this moment or later found: resources added, modified and removed.
    ///
    /// # Errors
    /// Those of the database.
    pub fn found_since(&self, moment: i64) -> rusqlite::Result<[u64; 3]> {
        let sql =
            "SELECT coalesce(sum(added), 0), coalesce(sum(modified), 0), coalesce(sum(removed), 0)
             FROM sync_run WHERE finished >= ?1";
        self.0.prepare_cached(sql)?.query_row([moment], |row| {
            let number = |index| row.get::<_, i64>(index).map(i64::unsigned_abs);
            Ok([number(0)?, number(1)?, number(2)?])
        })
    }

    fn select(
        &self,
        condition: &str,
        integration: &IntegrationId,
    ) -> rusqlite::Result<Option<RunRecord>> {
        self.0
            .prepare_cached(&format!(
                "SELECT id, started, finished, complete, requests, added, modified, removed, reason
                 FROM sync_run WHERE integration = ?1 {condition} ORDER BY id DESC LIMIT 1"
            ))?
            .query_row([integration.as_str()], record)
            .optional()
    }
}

fn record(row: &Row<'_>) -> rusqlite::Result<RunRecord> {
    let number = |index| row.get::<_, i64>(index).map(|count| count.max(0) as u64);
    Ok(RunRecord {
        id: row.get(0)?,
        started: row.get(1)?,
        finished: row.get(2)?,
        complete: row.get(3)?,
        requests: number(4)?,
        added: number(5)?,
        modified: number(6)?,
        removed: number(7)?,
        reason: row.get(8)?,
    })
}

/// When an integration is to be collected next, in milliseconds since 1970; `None` while it is disabled. `opened` is
/// when this process opened the folder. A run that was cut off goes on at once; what fell due while nobody was there
/// is spread over half a minute, each integration always at its own place.
pub fn due(integration: &Integration, last: Option<&RunRecord>, opened: i64) -> Option<i64> {
    if !integration.enabled {
        return None;
    }
    let interval = i64::from(integration.interval_seconds) * 1000;
    let place = i64::from(
        integration
            .id
            .as_str()
            .get(..4)
            .and_then(|digits| u16::from_str_radix(digits, 16).ok())
            .unwrap_or_default(),
    );
    let spread = place * SPREAD / i64::from(u16::MAX);
    Some(match last {
        None => integration.created,
        Some(run) if run.finished.is_none() => run.started.max(opened),
        Some(run) if run.started + interval < opened => opened + spread,
        Some(run) => run.started + interval,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENED: i64 = 1_000_000_000;
    const INTERVAL: i64 = 600_000;

    fn integration(first: &str) -> Integration {
        Integration {
            id: IntegrationId::parse(&format!("{first}{}", "0".repeat(28))).unwrap(),
            provider: "okta".into(),
            name: "main".into(),
            description: String::new(),
            tags: Vec::new(),
            settings: Default::default(),
            enabled: true,
            allow_insecure_endpoint: false,
            interval_seconds: 600,
            created: OPENED + 5,
            organisation: None,
        }
    }

    fn run(started: i64, finished: Option<i64>) -> RunRecord {
        RunRecord {
            started,
            finished,
            ..RunRecord::default()
        }
    }

    #[test]
    fn a_new_one_is_due_at_once_and_a_disabled_one_never() {
        let mut integration = integration("0000");
        assert_eq!(due(&integration, None, OPENED), Some(OPENED + 5));
        integration.enabled = false;
        assert_eq!(due(&integration, None, OPENED), None);
    }

    #[test]
    fn the_next_run_is_an_interval_after_the_last_began() {
        let last = run(OPENED + 1000, Some(OPENED + 300_000));
        assert_eq!(
            due(&integration("ffff"), Some(&last), OPENED),
            Some(OPENED + 1000 + INTERVAL)
        );
    }

    #[test]
    fn what_was_cut_off_goes_on_at_once_after_a_restart() {
        let last = run(OPENED - 5000, None);
        assert_eq!(due(&integration("ffff"), Some(&last), OPENED), Some(OPENED));
    }

    #[test]
    fn what_fell_due_meanwhile_is_spread() {
        let last = run(OPENED - 2 * INTERVAL, Some(OPENED - INTERVAL));
        let at = |first| due(&integration(first), Some(&last), OPENED).unwrap() - OPENED;
        assert_eq!(at("0000"), 0);
        assert!((14_000..16_000).contains(&at("7fff")));
        assert_eq!(at("ffff"), SPREAD);
    }

    #[test]
    fn old_runs_are_forgotten() {
        let place = tempfile::tempdir().unwrap();
        let folder = muster_control::Folder::new(place.path());
        let mut control = muster_control::Control::open(&folder, &[MIGRATION]).unwrap();
        control
            .write(|transaction| -> Result<(), muster_control::ControlError> {
                let new = muster_control::NewIntegration {
                    provider: "okta".into(),
                    name: "main".into(),
                    description: String::new(),
                    tags: Vec::new(),
                    settings: Default::default(),
                    allow_insecure_endpoint: false,
                    interval_seconds: 600,
                };
                let id = muster_control::Integrations(transaction).add(new, 0)?.id;
                for at in 0..KEPT + 50 {
                    Runs(transaction).begin(&id, at)?;
                }
                let kept: i64 =
                    transaction.query_row("SELECT count(*) FROM sync_run", [], |row| row.get(0))?;
                assert_eq!(kept, KEPT);
                assert_eq!(Runs(transaction).last(&id)?.unwrap().started, KEPT + 49);
                Ok(())
            })
            .unwrap();
    }
}
