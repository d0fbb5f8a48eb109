//! Channels as they are stored: listed, made, changed, deleted.

use std::collections::BTreeMap;

use muster_control::SecretKey;
use rusqlite::{OptionalExtension as _, Row, Transaction};
use zeroize::Zeroizing;

use crate::{
    AlertsError, Deliveries, FieldProblem,
    channel::{self, ChannelKind, Entered},
    delivery::Delivery,
    identity::new_id,
};

/// Longer names are of no use on a screen.
pub(crate) const LONGEST_NAME: usize = 100;

/// A place that messages go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Never changes, whatever the name becomes.
    pub id: String,
    /// `webhook`, `slack`, `email`.
    pub kind: String,
    /// Unique among channels.
    pub name: String,
    /// What was entered, without the secrets.
    pub settings: BTreeMap<String, String>,
    /// Names of the secrets that are there.
    pub secrets_set: Vec<String>,
    /// Nothing goes to a channel that is switched off, and nothing is gathered for it.
    pub enabled: bool,
    /// Whether somebody allowed an endpoint that is not public, or not encrypted.
    pub allow_insecure_endpoint: bool,
    /// The newest delivery to it.
    pub last_delivery: Option<Delivery>,
}

/// What a channel is made of, before it has an id.
#[derive(Debug, Clone, Default)]
pub struct NewChannel {
    /// `webhook`, `slack`, `email`.
    pub kind: String,
    /// Must be free.
    pub name: String,
    /// What may be shown.
    pub settings: BTreeMap<String, String>,
    /// What may not.
    pub secrets: BTreeMap<String, Zeroizing<String>>,
    /// Whether its endpoint may be something else than public and encrypted.
    pub allow_insecure_endpoint: bool,
}

/// What is changed of a channel; what is none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ChannelChange {
    /// Another name.
    pub name: Option<String>,
    /// All settings anew.
    pub settings: Option<BTreeMap<String, String>>,
    /// Secrets to replace; an empty one is taken away.
    pub secrets: BTreeMap<String, Zeroizing<String>>,
    /// Switched on or off.
    pub enabled: Option<bool>,
    /// Whether its endpoint may be something else than public and encrypted.
    pub allow_insecure_endpoint: Option<bool>,
}

/// The table of channels, inside a transaction.
#[derive(Debug)]
pub struct Channels<'t>(pub &'t Transaction<'t>);

const COLUMNS: &str = "id, kind, name, settings, enabled, insecure";

impl Channels<'_> {
    /// All there are, by name, each with its newest delivery.
    ///
    /// # Errors
    /// The control file's.
    pub fn list(&self) -> Result<Vec<Channel>, AlertsError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM channel WHERE deleted IS NULL ORDER BY name"
        ))?;
        let mut rows = statement.query([])?;
        let mut channels = Vec::new();
        while let Some(row) = rows.next()? {
            channels.push(self.read(row)?);
        }
        Ok(channels)
    }

    /// The one with this id.
    ///
    /// # Errors
    /// [`AlertsError::NoChannel`].
    pub fn find(&self, id: &str) -> Result<Channel, AlertsError> {
        self.only("id = ?1", id)
    }

    /// The one of this name, ignoring case.
    ///
    /// # Errors
    /// [`AlertsError::NoChannel`].
    pub fn named(&self, name: &str) -> Result<Channel, AlertsError> {
        self.only("name = ?1", name)
    }

    fn only(&self, condition: &str, value: &str) -> Result<Channel, AlertsError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM channel WHERE deleted IS NULL AND {condition}"
        ))?;
        let mut rows = statement.query([value])?;
        match rows.next()? {
            Some(row) => self.read(row),
            None => Err(AlertsError::NoChannel(value.to_owned())),
        }
    }

    /// Adds one, switched on. Its secrets are sealed with `key`.
    ///
    /// # Errors
    /// [`AlertsError::Invalid`] with every field that is wrong; [`AlertsError::NameTaken`].
    pub fn create(
        &self,
        key: &SecretKey,
        new: NewChannel,
        now: i64,
    ) -> Result<Channel, AlertsError> {
        let id = new_id();
        let kind = channel::kind(&new.kind).ok_or_else(|| {
            AlertsError::Invalid(vec![FieldProblem::new("kind", kinds_there_are())])
        })?;
        let secrets = without_empty(new.secrets);
        self.check(
            kind,
            &id,
            &new.name,
            &Entered {
                settings: &new.settings,
                secrets: &secrets,
                allow_insecure_endpoint: new.allow_insecure_endpoint,
            },
        )?;
        self.0.execute(
            "INSERT INTO channel (id, kind, name, settings, enabled, insecure, created)
             VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6)",
            (
                &id,
                &new.kind,
                new.name.trim(),
                to_json(&new.settings)?,
                new.allow_insecure_endpoint,
                now,
            ),
        )?;
        self.seal(key, &id, &secrets)?;
        self.find(&id)
    }

    /// Changes one. What it becomes is checked whole, with the secrets that stay.
    ///
    /// # Errors
    /// [`AlertsError::NoChannel`], [`AlertsError::Invalid`], [`AlertsError::NameTaken`].
    pub fn update(
        &self,
        key: &SecretKey,
        id: &str,
        change: ChannelChange,
    ) -> Result<Channel, AlertsError> {
        let known = self.find(id)?;
        let kind = channel::kind(&known.kind)
            .ok_or_else(|| AlertsError::Corrupt(format!("channel kind `{}`", known.kind)))?;
        let name = change.name.unwrap_or(known.name);
        let settings = change.settings.unwrap_or(known.settings);
        let insecure = change
            .allow_insecure_endpoint
            .unwrap_or(known.allow_insecure_endpoint);
        let enabled = change.enabled.unwrap_or(known.enabled);
        // Where the key was lost, secrets can be entered again, all of them.
        let mut secrets = match self.secrets(key, id) {
            Ok(secrets) => secrets,
            Err(_) if !change.secrets.is_empty() => BTreeMap::new(),
            Err(error) => return Err(error),
        };
        secrets.extend(change.secrets);
        let secrets = without_empty(secrets);
        let entered = Entered {
            settings: &settings,
            secrets: &secrets,
            allow_insecure_endpoint: insecure,
        };
        self.check(kind, id, &name, &entered)?;
        // What made it wait may be what was changed.
        self.0.execute(
            "UPDATE channel SET name = ?2, settings = ?3, enabled = ?4, insecure = ?5, not_before = 0 WHERE id = ?1",
            (id, name.trim(), to_json(&settings)?, enabled, insecure),
        )?;
        self.0
            .execute("DELETE FROM channel_secret WHERE channel = ?1", [id])?;
        self.seal(key, id, &secrets)?;
        self.find(id)
    }

    /// Deletes one. The history of what was sent to it stays; what waits for it is given up.
    ///
    /// # Errors
    /// [`AlertsError::NoChannel`]; [`AlertsError::InUse`] while an alert names it.
    pub fn delete(&self, id: &str, now: i64) -> Result<(), AlertsError> {
        let channel = self.find(id)?;
        let mut statement = self.0.prepare_cached(
            "SELECT name FROM alert JOIN alert_channel ON alert = id
             WHERE channel = ?1 AND deleted IS NULL ORDER BY name",
        )?;
        let alerts: Vec<String> = statement
            .query_map([id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        if !alerts.is_empty() {
            return Err(AlertsError::InUse {
                channel: channel.name,
                alerts,
            });
        }
        self.0.execute(
            "UPDATE channel SET deleted = ?2, settings = '{}', enabled = 0 WHERE id = ?1",
            (id, now),
        )?;
        self.0
            .execute("DELETE FROM channel_secret WHERE channel = ?1", [id])?;
        self.0.execute(
            "UPDATE delivery SET status = 'dead', next_attempt = NULL, closed = 1,
                 last_error = 'the channel was deleted before it could be sent'
             WHERE channel = ?1 AND status IN ('waiting', 'failed')",
            [id],
        )?;
        Ok(())
    }

    /// The secrets of a channel, opened.
    pub(crate) fn secrets(
        &self,
        key: &SecretKey,
        id: &str,
    ) -> Result<BTreeMap<String, Zeroizing<String>>, AlertsError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT name, sealed FROM channel_secret WHERE channel = ?1")?;
        let mut rows = statement.query([id])?;
        let mut secrets = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let sealed: Vec<u8> = row.get(1)?;
            let opened = key.open(&context(id, &name), &sealed).map_err(|_| {
                AlertsError::Refused(
                    "the channel's secrets cannot be opened with this key; restore the folder's `key` file, set \
                     MUSTER_KEY to the key they were stored with, or enter them again"
                        .to_owned(),
                )
            })?;
            secrets.insert(name, opened);
        }
        Ok(secrets)
    }

    fn seal(
        &self,
        key: &SecretKey,
        id: &str,
        secrets: &BTreeMap<String, Zeroizing<String>>,
    ) -> Result<(), AlertsError> {
        for (name, value) in secrets {
            let sealed = key.seal(&context(id, name), value)?;
            self.0.execute(
                "INSERT INTO channel_secret (channel, name, sealed) VALUES (?1, ?2, ?3)",
                (id, name, sealed),
            )?;
        }
        Ok(())
    }

    fn check(
        &self,
        kind: &dyn ChannelKind,
        id: &str,
        name: &str,
        entered: &Entered<'_>,
    ) -> Result<(), AlertsError> {
        let mut problems: Vec<FieldProblem> = name_problem(name).into_iter().collect();
        problems.extend(channel::problems(kind, entered));
        if !problems.is_empty() {
            return Err(AlertsError::Invalid(problems));
        }
        let taken: Option<i64> = self
            .0
            .query_row(
                "SELECT 1 FROM channel WHERE name = ?1 AND id != ?2 AND deleted IS NULL",
                (name.trim(), id),
                |row| row.get(0),
            )
            .optional()?;
        match taken {
            Some(_) => Err(AlertsError::NameTaken(name.trim().to_owned())),
            None => Ok(()),
        }
    }

    fn read(&self, row: &Row<'_>) -> Result<Channel, AlertsError> {
        let id: String = row.get(0)?;
        let settings: String = row.get(3)?;
        let mut names = self
            .0
            .prepare_cached("SELECT name FROM channel_secret WHERE channel = ?1 ORDER BY name")?;
        let secrets_set = names
            .query_map([&id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(Channel {
            kind: row.get(1)?,
            name: row.get(2)?,
            settings: from_json(&settings)?,
            secrets_set,
            enabled: row.get(4)?,
            allow_insecure_endpoint: row.get(5)?,
            last_delivery: Deliveries(self.0).last_to(&id)?,
            id,
        })
    }
}

/// What binds a sealed value to its channel and name. An integration's id is followed by its secret's name alone, so
/// neither opens in the other's place.
fn context(channel: &str, name: &str) -> String {
    format!("channel/{channel}/{name}")
}

fn without_empty(
    mut secrets: BTreeMap<String, Zeroizing<String>>,
) -> BTreeMap<String, Zeroizing<String>> {
    secrets.retain(|_, value| !value.trim().is_empty());
    secrets
}

fn kinds_there_are() -> String {
    let kinds: Vec<String> = channel::all()
        .iter()
        .map(|kind| format!("`{}`", kind.form().kind))
        .collect();
    format!("this is one of {}", kinds.join(", "))
}

/// What is wrong with a name.
pub(crate) fn name_problem(name: &str) -> Option<FieldProblem> {
    let name = name.trim();
    let wrong = if name.is_empty() {
        "this is needed"
    } else if name.chars().count() > LONGEST_NAME {
        "it is too long; use at most 100 characters"
    } else if name.chars().any(char::is_control) {
        "it has characters that cannot be seen; leave them out"
    } else {
        return None;
    };
    Some(FieldProblem::new("name", wrong))
}

pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<String, AlertsError> {
    serde_json::to_string(value).map_err(|error| AlertsError::Corrupt(error.to_string()))
}

pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, AlertsError> {
    serde_json::from_str(text).map_err(|error| AlertsError::Corrupt(error.to_string()))
}
