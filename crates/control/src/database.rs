use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::{ControlError, Folder, folder::owner_only, integrations, secrets};

/// The folder's format. Raised when an older version could no longer read what a newer one writes.
const FORMAT: i64 = 1;

/// One step in the life of a component's tables: run once, in order, never edited afterwards.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The crate that owns the tables.
    pub component: &'static str,
    /// Its steps so far; a release only ever appends.
    pub steps: &'static [&'static str],
}

/// A connection to the control file. Cheap enough to open one per thread.
#[derive(Debug)]
pub struct Control {
    connection: Connection,
}

impl Control {
    /// Opens the control file for writing, made and migrated as needed. The caller holds the folder's
    /// [`Lock`](crate::Lock).
    ///
    /// # Errors
    /// [`ControlError::NewerFormat`] for a folder from a later version; nothing is changed then.
    pub fn open(folder: &Folder, migrations: &[Migration]) -> Result<Self, ControlError> {
        folder.create()?;
        let path = folder.database();
        let connection = Connection::open(&path)?;
        owner_only(&path)?;
        configure(&connection)?;
        let mut control = Self { connection };
        control.check_format()?;
        control.migrate(migrations)?;
        Ok(control)
    }

    /// Opens the control file for reading. Needs no lock and changes nothing.
    ///
    /// # Errors
    /// [`ControlError::NoFolder`] when there is none.
    pub fn open_reader(folder: &Folder) -> Result<Self, ControlError> {
        let path = folder.database();
        if !path.is_file() {
            return Err(ControlError::NoFolder(folder.root().to_owned()));
        }
        let connection = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        configure(&connection)?;
        connection.pragma_update(None, "query_only", true)?;
        let control = Self { connection };
        control.check_format()?;
        Ok(control)
    }

    /// Lends a write transaction; it is committed when `work` succeeds and undone when it does not.
    ///
    /// # Errors
    /// Those of `work`, or of the commit.
    pub fn write<T, E: From<ControlError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(ControlError::from)?;
        let value = work(&transaction)?;
        transaction.commit().map_err(ControlError::from)?;
        Ok(value)
    }

    /// Lends a read transaction: everything read inside is of one moment.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn read<T, E: From<ControlError>>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let transaction = self.connection.transaction().map_err(ControlError::from)?;
        let value = work(&transaction)?;
        transaction.finish().map_err(ControlError::from)?;
        Ok(value)
    }

    fn check_format(&self) -> Result<(), ControlError> {
        let found: i64 = self
            .connection
            .pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > FORMAT {
            Err(ControlError::NewerFormat {
                found,
                known: FORMAT,
            })
        } else {
            Ok(())
        }
    }

    fn migrate(&mut self, migrations: &[Migration]) -> Result<(), ControlError> {
        let own = [integrations::MIGRATION, secrets::MIGRATION];
        self.write(|transaction| {
            transaction.execute_batch(
                "CREATE TABLE IF NOT EXISTS migration (
                     component TEXT PRIMARY KEY, steps INTEGER NOT NULL
                 ) STRICT",
            )?;
            for migration in own.iter().chain(migrations) {
                apply(transaction, migration)?;
            }
            transaction.pragma_update(None, "user_version", FORMAT)?;
            Ok(())
        })
    }
}

fn configure(connection: &Connection) -> Result<(), ControlError> {
    connection.busy_timeout(Duration::from_secs(30))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    Ok(())
}

fn apply(transaction: &Transaction<'_>, migration: &Migration) -> Result<(), ControlError> {
    let done: i64 = transaction
        .query_row(
            "SELECT steps FROM migration WHERE component = ?1",
            [migration.component],
            |row| row.get(0),
        )
        .or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok(0),
            other => Err(other),
        })?;
    let known = i64::try_from(migration.steps.len()).unwrap_or(i64::MAX);
    if done > known {
        return Err(ControlError::NewerFormat { found: done, known });
    }
    for step in migration
        .steps
        .iter()
        .skip(usize::try_from(done).unwrap_or(0))
    {
        transaction.execute_batch(step)?;
    }
    transaction.execute(
        "INSERT INTO migration (component, steps) VALUES (?1, ?2)
         ON CONFLICT (component) DO UPDATE SET steps = ?2",
        (migration.component, known),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATER: Migration = Migration {
        component: "test",
        steps: &["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"],
    };

    #[test]
    fn a_step_runs_once_and_later_steps_follow() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        let first = Migration {
            component: "test",
            steps: &LATER.steps[..1],
        };
        drop(Control::open(&folder, &[first]).unwrap());
        drop(Control::open(&folder, &[LATER]).unwrap());
        let mut control = Control::open(&folder, &[LATER]).unwrap();
        control
            .write(|transaction| -> Result<(), ControlError> {
                transaction.execute("INSERT INTO a (x, y) VALUES (1, 2)", [])?;
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn a_folder_from_a_newer_version_is_refused_unchanged() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        let control = Control::open(&folder, &[]).unwrap();
        control
            .connection
            .pragma_update(None, "user_version", FORMAT + 1)
            .unwrap();
        drop(control);
        assert!(matches!(
            Control::open(&folder, &[]),
            Err(ControlError::NewerFormat { .. })
        ));
        assert!(matches!(
            Control::open_reader(&folder),
            Err(ControlError::NewerFormat { .. })
        ));
    }

    #[test]
    fn a_failed_write_changes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let mut control = Control::open(&Folder::new(place.path()), &[LATER]).unwrap();
        let failed: Result<(), ControlError> = control.write(|transaction| {
            transaction.execute("INSERT INTO a (x) VALUES (1)", [])?;
            Err(ControlError::Locked)
        });
        assert!(failed.is_err());
        let rows: i64 = control
            .read(|transaction| -> Result<i64, ControlError> {
                Ok(transaction.query_row("SELECT count(*) FROM a", [], |row| row.get(0))?)
            })
            .unwrap();
        assert_eq!(rows, 0);
    }

    #[test]
    fn a_reader_of_nothing_makes_nothing() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path().join("absent"));
        assert!(matches!(
            Control::open_reader(&folder),
            Err(ControlError::NoFolder(_))
        ));
        assert!(!folder.root().exists());
    }
}
