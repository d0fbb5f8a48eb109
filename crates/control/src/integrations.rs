use std::collections::BTreeMap;

use muster_model::{Integration, IntegrationId, Organisation};
use rand::Rng as _;
use rusqlite::{OptionalExtension as _, Row, Transaction};

use crate::{ControlError, Migration};

pub(crate) const MIGRATION: Migration = Migration {
    component: "integrations",
    steps: &[
        "CREATE TABLE integration (
        id TEXT PRIMARY KEY,
        provider TEXT NOT NULL,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        description TEXT NOT NULL,
        tags TEXT NOT NULL,
        settings TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('enabled', 'disabled', 'deleting')),
        -- Whether the operator allowed this endpoint although it is not public HTTPS.
        insecure INTEGER NOT NULL,
        created INTEGER NOT NULL
    ) STRICT",
        "
    -- How often it is collected, in seconds.
    ALTER TABLE integration ADD COLUMN interval INTEGER NOT NULL DEFAULT 600",
        "
    -- Who its credentials belong to: the vendor's id and name for it.
    ALTER TABLE integration ADD COLUMN organisation TEXT;
    ALTER TABLE integration ADD COLUMN organisation_name TEXT",
    ],
};

const COLUMNS: &str = "id, provider, name, description, tags, settings, state, insecure, interval, created, organisation, organisation_name";

/// How often an integration is collected unless it says otherwise, in seconds.
pub const USUAL_INTERVAL_SECONDS: u32 = 600;

/// What an integration is made of, before it has an id.
#[derive(Debug, Clone)]
pub struct NewIntegration {
    /// `okta`, ...
    pub provider: String,
    /// Must be free.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// Settings, no secrets.
    pub settings: BTreeMap<String, String>,
    /// Whether the operator allowed its endpoint although it is not public HTTPS.
    pub allow_insecure_endpoint: bool,
    /// How often it is collected, in seconds; [`USUAL_INTERVAL_SECONDS`] unless somebody said otherwise.
    pub interval_seconds: u32,
}

/// The table of integrations, inside a transaction.
#[derive(Debug)]
pub struct Integrations<'t>(pub &'t Transaction<'t>);

impl Integrations<'_> {
    /// All that are not being deleted, by name.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn all(&self) -> Result<Vec<Integration>, ControlError> {
        self.select("state != 'deleting'")
    }

    /// Those whose deletion was begun and has not finished.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn being_deleted(&self) -> Result<Vec<Integration>, ControlError> {
        self.select("state = 'deleting'")
    }

    /// When the first of them was added, milliseconds since 1970; 0 when there is none.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn began(&self) -> Result<i64, ControlError> {
        let began = "SELECT coalesce(min(created), 0) FROM integration WHERE state != 'deleting'";
        Ok(self.0.query_row(began, [], |row| row.get(0))?)
    }

    /// The one with this id.
    ///
    /// # Errors
    /// [`ControlError::NoIntegration`].
    pub fn with_id(&self, id: &IntegrationId) -> Result<Integration, ControlError> {
        let sql =
            format!("SELECT {COLUMNS} FROM integration WHERE state != 'deleting' AND id = ?1");
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement
            .query_row([id.as_str()], |row| Ok(read(row)))
            .optional()?;
        found
            .transpose()?
            .ok_or_else(|| ControlError::NoIntegration {
                name: id.to_string(),
                known: Vec::new(),
            })
    }

    /// The one of this name, ignoring case.
    ///
    /// # Errors
    /// [`ControlError::NoIntegration`], with the names there are.
    pub fn named(&self, name: &str) -> Result<Integration, ControlError> {
        let all = self.all()?;
        match all
            .iter()
            .find(|integration| integration.name.eq_ignore_ascii_case(name))
        {
            Some(integration) => Ok(integration.clone()),
            None => Err(ControlError::NoIntegration {
                name: name.to_owned(),
                known: all
                    .into_iter()
                    .map(|integration| integration.name)
                    .collect(),
            }),
        }
    }

    /// Adds one, enabled, with an id of its own.
    ///
    /// # Errors
    /// [`ControlError::NameTaken`].
    pub fn add(
        &self,
        new: NewIntegration,
        now_milliseconds: i64,
    ) -> Result<Integration, ControlError> {
        let taken: Option<i64> = self
            .0
            .query_row(
                "SELECT 1 FROM integration WHERE name = ?1",
                [&new.name],
                |row| row.get(0),
            )
            .optional()?;
        if taken.is_some() {
            return Err(ControlError::NameTaken(new.name));
        }
        let integration = Integration {
            id: IntegrationId::from_random(rand::rng().random()),
            provider: new.provider,
            name: new.name,
            description: new.description,
            tags: new.tags,
            settings: new.settings,
            enabled: true,
            allow_insecure_endpoint: new.allow_insecure_endpoint,
            interval_seconds: new.interval_seconds,
            created: now_milliseconds,
            organisation: None,
        };
        self.0.execute(
            "INSERT INTO integration (id, provider, name, description, tags, settings, state, created, insecure, interval)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'enabled', ?7, ?8, ?9)",
            (
                integration.id.as_str(),
                &integration.provider,
                &integration.name,
                &integration.description,
                to_json(&integration.tags)?,
                to_json(&integration.settings)?,
                now_milliseconds,
                integration.allow_insecure_endpoint,
                integration.interval_seconds,
            ),
        )?;
        Ok(integration)
    }

    /// Stores what can change of an integration: name, description, tags, settings, interval, and whether its endpoint
    /// may be something else than public HTTPS.
    ///
    /// # Errors
    /// [`ControlError::NameTaken`] when another has the name.
    pub fn update(&self, changed: &Integration) -> Result<(), ControlError> {
        let taken: Option<i64> = self
            .0
            .query_row(
                "SELECT 1 FROM integration WHERE name = ?1 AND id != ?2",
                (&changed.name, changed.id.as_str()),
                |row| row.get(0),
            )
            .optional()?;
        if taken.is_some() {
            return Err(ControlError::NameTaken(changed.name.clone()));
        }
        self.0.execute(
            "UPDATE integration SET name = ?2, description = ?3, tags = ?4, settings = ?5, insecure = ?6,
                 interval = ?7 WHERE id = ?1",
            (
                changed.id.as_str(),
                &changed.name,
                &changed.description,
                to_json(&changed.tags)?,
                to_json(&changed.settings)?,
                changed.allow_insecure_endpoint,
                changed.interval_seconds,
            ),
        )?;
        Ok(())
    }

    /// Turns collecting on or off.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn set_enabled(&self, id: &IntegrationId, enabled: bool) -> Result<(), ControlError> {
        self.set_state(id, if enabled { "enabled" } else { "disabled" })
    }

    /// Begins deletion: from here on it is gone for every reader, and deletion goes on after a restart.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn begin_deletion(&self, id: &IntegrationId) -> Result<(), ControlError> {
        // The name is free at once; the id keeps what is left to delete together.
        self.0.execute(
            "UPDATE integration SET state = 'deleting', name = 'deleting ' || id, description = '',
                 tags = '[]', settings = '{}' WHERE id = ?1",
            [id.as_str()],
        )?;
        self.0
            .execute("DELETE FROM secret WHERE integration = ?1", [id.as_str()])?;
        Ok(())
    }

    /// Ends deletion: nothing is left.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn finish_deletion(&self, id: &IntegrationId) -> Result<(), ControlError> {
        self.0
            .execute("DELETE FROM integration WHERE id = ?1", [id.as_str()])?;
        Ok(())
    }

    /// Notes who an integration's credentials belong to. Who they belonged to before is never replaced; that one's id
    /// is given.
    ///
    /// # Errors
    /// Those of the database.
    pub fn belongs_to(
        &self,
        integration: &IntegrationId,
        organisation: &Organisation,
    ) -> rusqlite::Result<String> {
        self.0.query_row(
            "UPDATE integration SET organisation = coalesce(organisation, ?2),
                 organisation_name = CASE WHEN coalesce(organisation, ?2) = ?2 THEN coalesce(?3, organisation_name)
                     ELSE organisation_name END
             WHERE id = ?1 RETURNING organisation",
            (integration.as_str(), &organisation.id, &organisation.name),
            |row| row.get(0),
        )
    }

    fn set_state(&self, id: &IntegrationId, state: &str) -> Result<(), ControlError> {
        self.0.execute(
            "UPDATE integration SET state = ?2 WHERE id = ?1",
            (id.as_str(), state),
        )?;
        Ok(())
    }

    fn select(&self, condition: &str) -> Result<Vec<Integration>, ControlError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM integration WHERE {condition} ORDER BY name"
        ))?;
        let rows = statement.query_map([], |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }
}

fn read(row: &Row<'_>) -> Result<Integration, ControlError> {
    let id: String = row.get(0)?;
    let tags: String = row.get(4)?;
    let settings: String = row.get(5)?;
    let state: String = row.get(6)?;
    Ok(Integration {
        id: IntegrationId::parse(&id)
            .ok_or_else(|| ControlError::Corrupt(format!("integration id `{id}`")))?,
        provider: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        tags: from_json(&tags)?,
        settings: from_json(&settings)?,
        enabled: state == "enabled",
        allow_insecure_endpoint: row.get(7)?,
        interval_seconds: row.get(8)?,
        created: row.get(9)?,
        organisation: match row.get(10)? {
            Some(id) => Some(Organisation {
                id,
                name: row.get(11)?,
            }),
            None => None,
        },
    })
}

fn to_json(value: &impl serde::Serialize) -> Result<String, ControlError> {
    serde_json::to_string(value).map_err(|error| ControlError::Corrupt(error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, ControlError> {
    serde_json::from_str(text).map_err(|error| ControlError::Corrupt(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Control, Folder};

    fn new(name: &str) -> NewIntegration {
        NewIntegration {
            provider: "okta".into(),
            name: name.into(),
            description: String::new(),
            tags: vec!["prod".into()],
            settings: BTreeMap::from([("domain".into(), "example.okta.com".into())]),
            allow_insecure_endpoint: false,
            interval_seconds: USUAL_INTERVAL_SECONDS,
        }
    }

    #[test]
    fn a_name_is_taken_whatever_its_case() {
        let place = tempfile::tempdir().unwrap();
        let mut control = Control::open(&Folder::new(place.path()), &[]).unwrap();
        control
            .write(|transaction| -> Result<(), ControlError> {
                let integrations = Integrations(transaction);
                let added = integrations.add(new("Main"), 0)?;
                assert_eq!(integrations.named("main")?, added);
                assert!(matches!(
                    integrations.add(new("MAIN"), 0),
                    Err(ControlError::NameTaken(_))
                ));
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn an_update_changes_one_and_takes_nobodys_name() {
        let place = tempfile::tempdir().unwrap();
        let mut control = Control::open(&Folder::new(place.path()), &[]).unwrap();
        control
            .write(|transaction| -> Result<(), ControlError> {
                let integrations = Integrations(transaction);
                let mut first = integrations.add(new("first"), 0)?;
                let second = integrations.add(new("second"), 0)?;
                first.name = "FIRST".into();
                first
                    .settings
                    .insert("domain".into(), "login.example.com".into());
                integrations.update(&first)?;
                assert_eq!(integrations.all()?, [first.clone(), second]);
                first.name = "Second".into();
                assert!(matches!(
                    integrations.update(&first),
                    Err(ControlError::NameTaken(_))
                ));
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_deleted_name_is_free_at_once_and_what_is_left_can_be_found() {
        let place = tempfile::tempdir().unwrap();
        let mut control = Control::open(&Folder::new(place.path()), &[]).unwrap();
        control
            .write(|transaction| -> Result<(), ControlError> {
                let integrations = Integrations(transaction);
                let first = integrations.add(new("main"), 0)?;
                integrations.begin_deletion(&first.id)?;
                assert!(integrations.all()?.is_empty());
                integrations.add(new("main"), 0)?;
                assert_eq!(integrations.being_deleted()?[0].id, first.id);
                integrations.finish_deletion(&first.id)?;
                assert!(integrations.being_deleted()?.is_empty());
                Ok(())
            })
            .unwrap();
    }
}
