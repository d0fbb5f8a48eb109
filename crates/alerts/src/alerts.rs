//! Alerts as they are stored: listed, made, changed, deleted.

use muster_ledger::last_sequence;
use muster_rules::FindingSteps;
use rusqlite::{OptionalExtension as _, Row, Transaction};

use crate::{AlertsError, FieldProblem, Watch, channels::name_problem, identity::new_id};

/// Who wants to be told of what, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Never changes, whatever the name becomes.
    pub id: String,
    /// Unique among alerts.
    pub name: String,
    /// One that is switched off looks at nothing.
    pub enabled: bool,
    /// Ids of the channels that its messages go to.
    pub channels: Vec<String>,
    /// What it watches.
    pub watch: Watch,
    /// When a message of it last arrived somewhere, milliseconds since 1970.
    pub last_sent_at: Option<i64>,
}

/// What an alert is made of, before it has an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// Must be free.
    pub name: String,
    /// Ids of channels; at least one.
    pub channels: Vec<String>,
    /// What it watches.
    pub watch: Watch,
    /// Whether it is switched on.
    pub enabled: bool,
}

/// What is changed of an alert; what is none stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertChange {
    /// Another name.
    pub name: Option<String>,
    /// Switched on or off. One that is switched on begins from now.
    pub enabled: Option<bool>,
    /// Other channels.
    pub channels: Option<Vec<String>>,
    /// Another watch of the same kind.
    pub watch: Option<Watch>,
}

/// The table of alerts, inside a transaction.
#[derive(Debug)]
pub struct Alerts<'t>(pub &'t Transaction<'t>);

const SELECT: &str = "SELECT id, name, kind, watch, enabled,
    (SELECT max(sent) FROM delivery WHERE alert = alert.id) FROM alert WHERE deleted IS NULL";

impl Alerts<'_> {
    /// All there are, by name.
    ///
    /// # Errors
    /// The control file's.
    pub fn list(&self) -> Result<Vec<Alert>, AlertsError> {
        let mut statement = self.0.prepare_cached(&format!("{SELECT} ORDER BY name"))?;
        let mut rows = statement.query([])?;
        let mut alerts = Vec::new();
        while let Some(row) = rows.next()? {
            alerts.push(self.read(row)?);
        }
        Ok(alerts)
    }

    /// The one with this id.
    ///
    /// # Errors
    /// [`AlertsError::NoAlert`].
    pub fn find(&self, id: &str) -> Result<Alert, AlertsError> {
        let mut statement = self.0.prepare_cached(&format!("{SELECT} AND id = ?1"))?;
        let mut rows = statement.query([id])?;
        match rows.next()? {
            Some(row) => self.read(row),
            None => Err(AlertsError::NoAlert(id.to_owned())),
        }
    }

    /// Adds one. It begins from now: nothing that has happened is told.
    ///
    /// # Errors
    /// [`AlertsError::Invalid`], [`AlertsError::NameTaken`].
    pub fn create(&self, new: NewAlert, now: i64) -> Result<Alert, AlertsError> {
        let id = new_id();
        self.check(&id, &new.name, &new.channels, &new.watch)?;
        let (step, sequence) = self.positions()?;
        self.0.execute(
            "INSERT INTO alert (id, name, kind, watch, enabled, since_step, since_sequence, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                &id,
                new.name.trim(),
                new.watch.kind(),
                text_of(&new.watch)?,
                new.enabled,
                step,
                sequence,
                now,
            ),
        )?;
        self.name_channels(&id, &new.channels)?;
        self.find(&id)
    }

    /// Changes one.
    ///
    /// # Errors
    /// [`AlertsError::NoAlert`], [`AlertsError::Invalid`], [`AlertsError::NameTaken`].
    pub fn update(&self, id: &str, change: AlertChange) -> Result<Alert, AlertsError> {
        let known = self.find(id)?;
        let name = change.name.unwrap_or(known.name);
        let channels = change.channels.unwrap_or(known.channels);
        let watch = match change.watch {
            Some(watch) if watch.kind() != known.watch.kind() => {
                let message = format!(
                    "this alert watches {}s; make another one for {}s",
                    known.watch.kind(),
                    watch.kind()
                );
                return Err(AlertsError::Invalid(vec![FieldProblem::new(
                    "kind", message,
                )]));
            }
            Some(watch) => watch,
            None => known.watch,
        };
        self.check(id, &name, &channels, &watch)?;
        let enabled = change.enabled.unwrap_or(known.enabled);
        self.0.execute(
            "UPDATE alert SET name = ?2, watch = ?3, enabled = ?4 WHERE id = ?1",
            (id, name.trim(), text_of(&watch)?, enabled),
        )?;
        if enabled && !known.enabled {
            let (step, sequence) = self.positions()?;
            self.0.execute(
                "UPDATE alert SET since_step = ?2, since_sequence = ?3 WHERE id = ?1",
                (id, step, sequence),
            )?;
        }
        self.0
            .execute("DELETE FROM alert_channel WHERE alert = ?1", [id])?;
        self.name_channels(id, &channels)?;
        self.find(id)
    }

    /// Deletes one. What it has caused already is still sent, and stays in the history.
    ///
    /// # Errors
    /// [`AlertsError::NoAlert`].
    pub fn delete(&self, id: &str, now: i64) -> Result<(), AlertsError> {
        self.find(id)?;
        self.0.execute(
            "UPDATE alert SET deleted = ?2, enabled = 0 WHERE id = ?1",
            (id, now),
        )?;
        self.0
            .execute("DELETE FROM alert_channel WHERE alert = ?1", [id])?;
        Ok(())
    }

    /// The newest step and the newest change there are.
    fn positions(&self) -> Result<(i64, i64), AlertsError> {
        let step = FindingSteps(self.0).last()?;
        let sequence = last_sequence(self.0)?;
        Ok((stored(step), stored(sequence)))
    }

    fn name_channels(&self, id: &str, channels: &[String]) -> Result<(), AlertsError> {
        for channel in channels {
            self.0.execute(
                "INSERT OR IGNORE INTO alert_channel (alert, channel) VALUES (?1, ?2)",
                (id, channel),
            )?;
        }
        Ok(())
    }

    fn check(
        &self,
        id: &str,
        name: &str,
        channels: &[String],
        watch: &Watch,
    ) -> Result<(), AlertsError> {
        let mut problems: Vec<FieldProblem> = name_problem(name).into_iter().collect();
        if channels.is_empty() {
            problems.push(FieldProblem::new(
                "channels",
                "choose at least one; make a channel first if there is none",
            ));
        }
        for channel in channels {
            let there: bool = self.0.query_row(
                "SELECT EXISTS (SELECT 1 FROM channel WHERE id = ?1 AND deleted IS NULL)",
                [channel],
                |row| row.get(0),
            )?;
            if !there {
                problems.push(FieldProblem::new(
                    "channels",
                    format!("there is no channel `{channel}`; choose another"),
                ));
            }
        }
        problems.extend(watch.problems());
        if !problems.is_empty() {
            return Err(AlertsError::Invalid(problems));
        }
        let taken: Option<i64> = self
            .0
            .query_row(
                "SELECT 1 FROM alert WHERE name = ?1 AND id != ?2 AND deleted IS NULL",
                (name.trim(), id),
                |row| row.get(0),
            )
            .optional()?;
        match taken {
            Some(_) => Err(AlertsError::NameTaken(name.trim().to_owned())),
            None => Ok(()),
        }
    }

    fn read(&self, row: &Row<'_>) -> Result<Alert, AlertsError> {
        let id: String = row.get(0)?;
        let kind: String = row.get(2)?;
        let watch: String = row.get(3)?;
        let mut channels = self.0.prepare_cached(
            "SELECT channel.id FROM alert_channel JOIN channel ON channel = channel.id
             WHERE alert = ?1 ORDER BY channel.name",
        )?;
        let channels = channels
            .query_map([&id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Alert {
            name: row.get(1)?,
            watch: Watch::parse(&kind, &watch)
                .map_err(|error| AlertsError::Corrupt(error.to_string()))?,
            enabled: row.get(4)?,
            last_sent_at: row.get(5)?,
            channels,
            id,
        })
    }
}

fn text_of(watch: &Watch) -> Result<String, AlertsError> {
    watch
        .to_text()
        .map_err(|error| AlertsError::Corrupt(error.to_string()))
}

/// A number as SQLite keeps it.
pub(crate) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
