//! The types there are, in the control file, and full pushes that are on their way into the ledger.

use muster_control::{ControlError, Migration};
use muster_model::IntegrationId;
use rusqlite::{OptionalExtension as _, Row, Transaction};

use crate::Definition;

/// What [`muster_control::Control::open`] needs to know of this crate.
pub const MIGRATION: Migration = Migration {
    component: "custom",
    steps: &["
        -- Types of one's own. Times are milliseconds since 1970.
        CREATE TABLE custom_type (
            name TEXT PRIMARY KEY,
            integration TEXT NOT NULL,
            -- As it was written, in JSON.
            definition TEXT NOT NULL,
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL,
            -- Set from the moment its resources begin to go.
            deleting INTEGER NOT NULL DEFAULT 0
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX custom_type_of ON custom_type (integration);
        -- Moves with every change of a type, so that who keeps them knows when to look.
        CREATE TABLE custom_generation (
            only INTEGER PRIMARY KEY CHECK (only = 0),
            generation INTEGER NOT NULL
        ) STRICT;
        INSERT INTO custom_generation VALUES (0, 1);
        -- Pushes that are wholly on disk and not wholly in the ledger: a process that is killed goes on with them.
        CREATE TABLE custom_push (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            resource_type TEXT NOT NULL,
            -- The name of the file with the documents.
            file TEXT NOT NULL,
            -- Whether it is everything there is, and whether its removals are taken however many.
            everything INTEGER NOT NULL,
            accept_removals INTEGER NOT NULL
        ) STRICT;
    "],
};

/// Why something about types is not done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no type of this name.
    #[error("there is no custom type `{0}`; `muster type list` shows those there are")]
    NoType(String),
    /// The control file said no.
    #[error(transparent)]
    Control(#[from] ControlError),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Control(error.into())
    }
}

/// A type as it is kept.
#[derive(Debug, Clone)]
pub struct StoredType {
    /// As it was written.
    pub definition: Definition,
    /// Whose its resources are.
    pub integration: IntegrationId,
    /// When it was added, milliseconds since 1970.
    pub created: i64,
    /// When it was last changed, milliseconds since 1970.
    pub changed: i64,
}

/// The table of types, inside a transaction.
#[derive(Debug)]
pub struct CustomTypes<'t>(pub &'t Transaction<'t>);

const COLUMNS: &str = "definition, integration, created, changed";

impl CustomTypes<'_> {
    /// All that are not being deleted, by name.
    ///
    /// # Errors
    /// [`StoreError::Control`].
    pub fn all(&self) -> Result<Vec<StoredType>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM custom_type WHERE NOT deleting ORDER BY name");
        let mut statement = self.0.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| Ok(read(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Those whose deletion was begun and has not finished: name and integration.
    ///
    /// # Errors
    /// [`StoreError::Control`].
    pub fn being_deleted(&self) -> Result<Vec<(String, IntegrationId)>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT name, integration FROM custom_type WHERE deleting")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
        rows.map(|row| {
            let (name, integration) = row?;
            Ok((name, id(&integration)?))
        })
        .collect()
    }

    /// The one of this name.
    ///
    /// # Errors
    /// [`StoreError::NoType`].
    pub fn named(&self, name: &str) -> Result<StoredType, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM custom_type WHERE name = ?1 AND NOT deleting");
        self.0
            .prepare_cached(&sql)?
            .query_row([name], |row| Ok(read(row)))
            .optional()?
            .unwrap_or_else(|| Err(StoreError::NoType(name.to_owned())))
    }

    /// Whether the name is taken, also by one that is being deleted.
    ///
    /// # Errors
    /// [`StoreError::Control`].
    pub fn is_taken(&self, name: &str) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM custom_type WHERE name = ?1)";
        Ok(self.0.query_row(sql, [name], |row| row.get(0))?)
    }

    /// Adds one; the name is free.
    ///
    /// # Errors
    /// [`StoreError::Control`].
    pub fn add(
        &self,
        definition: &Definition,
        integration: &IntegrationId,
        now: i64,
    ) -> Result<(), StoreError> {
        self.0.execute(
            "INSERT INTO custom_type (name, integration, definition, created, changed) VALUES (?1, ?2, ?3, ?4, ?4)",
            (&definition.name, integration.as_str(), written(definition)?, now),
        )?;
        self.moved()
    }

    /// Replaces what is written of one.
    ///
    /// # Errors
    /// [`StoreError::NoType`].
    pub fn update(&self, definition: &Definition, now: i64) -> Result<(), StoreError> {
        let changed = self.0.execute(
            "UPDATE custom_type SET definition = ?2, changed = ?3 WHERE name = ?1 AND NOT deleting",
            (&definition.name, written(definition)?, now),
        )?;
        if changed == 0 {
            return Err(StoreError::NoType(definition.name.clone()));
        }
        self.moved()
    }

    /// Begins a deletion: from here on nobody sees the type, and the deletion goes on after a restart.
    ///
    /// # Errors
    /// [`StoreError::NoType`].
    pub fn begin_deletion(&self, name: &str) -> Result<(), StoreError> {
        let sql = "UPDATE custom_type SET deleting = 1 WHERE name = ?1 AND NOT deleting";
        if self.0.execute(sql, [name])? == 0 {
            return Err(StoreError::NoType(name.to_owned()));
        }
        self.moved()
    }

    /// Ends a deletion: the name is free again.
    ///
    /// # Errors
    /// [`StoreError::Control`].
    pub fn finish_deletion(&self, name: &str) -> Result<(), StoreError> {
        self.0.execute(
            "DELETE FROM custom_type WHERE name = ?1 AND deleting",
            [name],
        )?;
        self.moved()
    }

    /// Takes away every type of an integration.
    ///
    /// # Errors
    /// [`StoreError::Control`].
    pub fn forget(&self, integration: &IntegrationId) -> Result<(), StoreError> {
        self.0.execute(
            "DELETE FROM custom_push WHERE resource_type IN (SELECT name FROM custom_type WHERE integration = ?1)",
            [integration.as_str()],
        )?;
        self.0.execute(
            "DELETE FROM custom_type WHERE integration = ?1",
            [integration.as_str()],
        )?;
        self.moved()
    }

    /// Another number whenever a type is added, changed or deleted; 0 in a folder from before there were any.
    ///
    /// # Errors
    /// [`StoreError::Control`].
    pub fn generation(&self) -> Result<i64, StoreError> {
        let there: bool = self
            .0
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'custom_generation')",
            )?
            .query_row([], |row| row.get(0))?;
        if !there {
            return Ok(0);
        }
        Ok(self
            .0
            .prepare_cached("SELECT generation FROM custom_generation")?
            .query_row([], |row| row.get(0))?)
    }

    fn moved(&self) -> Result<(), StoreError> {
        self.0.execute(
            "UPDATE custom_generation SET generation = generation + 1",
            [],
        )?;
        Ok(())
    }
}

/// A push that is wholly on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPush {
    /// Its row.
    pub id: i64,
    /// Of which type.
    pub resource_type: String,
    /// The name of the file with the documents.
    pub file: String,
    /// Whether it is everything there is.
    pub everything: bool,
    /// Whether its removals are taken however many.
    pub accept_removals: bool,
}

/// The table of pushes, inside a transaction.
#[derive(Debug)]
pub struct Pushes<'t>(pub &'t Transaction<'t>);

impl Pushes<'_> {
    /// Those that have begun, in that order.
    ///
    /// # Errors
    /// Those of the database.
    pub fn all(&self) -> rusqlite::Result<Vec<PendingPush>> {
        let mut statement = self.0.prepare_cached(
            "SELECT id, resource_type, file, everything, accept_removals FROM custom_push ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(PendingPush {
                id: row.get(0)?,
                resource_type: row.get(1)?,
                file: row.get(2)?,
                everything: row.get(3)?,
                accept_removals: row.get(4)?,
            })
        })?;
        rows.collect()
    }

    /// Notes that a push is wholly on disk; from here on it is done, whatever happens. Its id is given.
    ///
    /// # Errors
    /// Those of the database.
    pub fn begin(&self, push: &PendingPush) -> rusqlite::Result<i64> {
        self.0.query_row(
            "INSERT INTO custom_push (resource_type, file, everything, accept_removals) VALUES (?1, ?2, ?3, ?4)
             RETURNING id",
            (&push.resource_type, &push.file, push.everything, push.accept_removals),
            |row| row.get(0),
        )
    }

    /// Notes that a push is wholly in the ledger.
    ///
    /// # Errors
    /// Those of the database.
    pub fn end(&self, id: i64) -> rusqlite::Result<()> {
        self.0
            .execute("DELETE FROM custom_push WHERE id = ?1", [id])?;
        Ok(())
    }

    /// Takes away the pushes of a type.
    ///
    /// # Errors
    /// Those of the database.
    pub fn forget(&self, resource_type: &str) -> rusqlite::Result<()> {
        self.0.execute(
            "DELETE FROM custom_push WHERE resource_type = ?1",
            [resource_type],
        )?;
        Ok(())
    }
}

fn read(row: &Row<'_>) -> Result<StoredType, StoreError> {
    let definition: String = row.get(0)?;
    let integration: String = row.get(1)?;
    Ok(StoredType {
        definition: serde_json::from_str(&definition)
            .map_err(|error| ControlError::Corrupt(format!("a custom type: {error}")))?,
        integration: id(&integration)?,
        created: row.get(2)?,
        changed: row.get(3)?,
    })
}

fn id(text: &str) -> Result<IntegrationId, StoreError> {
    IntegrationId::parse(text)
        .ok_or_else(|| ControlError::Corrupt(format!("integration id `{text}`")).into())
}

fn written(definition: &Definition) -> Result<String, StoreError> {
    serde_json::to_string(definition)
        .map_err(|error| ControlError::Corrupt(error.to_string()).into())
}
