use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde::Serialize;

use crate::{AccountError, PasswordHash, Role, token::row_id};

const COLUMNS: &str = "id, name, email, role, password IS NULL, disabled, created, last_seen";

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Never changes.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// What they sign in with; unique, whatever the case.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Whether they have not used their invitation yet.
    pub invited: bool,
    /// Whether they are kept out.
    pub disabled: bool,
    /// Milliseconds since 1970.
    pub created: i64,
    /// Milliseconds since 1970.
    pub last_seen: Option<i64>,
}

/// Somebody to be.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What people call them.
    pub name: String,
    /// What they will sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// The table of users, inside a transaction.
#[derive(Debug)]
pub struct Users<'t>(pub &'t Transaction<'t>);

impl Users<'_> {
    /// All, by name.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn all(&self) -> Result<Vec<User>, AccountError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM user ORDER BY name COLLATE NOCASE, id"
        ))?;
        let users = statement.query_map([], user)?;
        Ok(users.collect::<Result<_, _>>()?)
    }

    /// Whether there is nobody yet.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn is_empty(&self) -> Result<bool, AccountError> {
        Ok(self
            .0
            .query_row("SELECT NOT EXISTS (SELECT 1 FROM user)", [], |row| {
                row.get(0)
            })?)
    }

    /// The one with this id.
    ///
    /// # Errors
    /// [`AccountError::NoUser`].
    pub fn get(&self, id: &str) -> Result<User, AccountError> {
        self.0
            .prepare_cached(&format!("SELECT {COLUMNS} FROM user WHERE id = ?1"))?
            .query_row([id], user)
            .optional()?
            .ok_or(AccountError::NoUser)
    }

    /// Who signs in with this address, and the password to compare. `None` when there is nobody, or they have not used
    /// their invitation, or are kept out.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn credentials(&self, email: &str) -> Result<Option<(User, PasswordHash)>, AccountError> {
        Ok(self
            .0
            .prepare_cached(&format!(
                "SELECT {COLUMNS}, password FROM user
                 WHERE email = ?1 AND password IS NOT NULL AND NOT disabled"
            ))?
            .query_row([email.trim()], |row| {
                Ok((user(row)?, PasswordHash(row.get("password")?)))
            })
            .optional()?)
    }

    /// Adds somebody, without a password. `random` makes the id.
    ///
    /// # Errors
    /// [`AccountError::Invalid`] or [`AccountError::EmailTaken`].
    pub fn add(
        &self,
        new: &NewUser,
        now: i64,
        random: &mut impl rand::CryptoRng,
    ) -> Result<User, AccountError> {
        let (name, email) = (checked_name(&new.name)?, checked_email(&new.email)?);
        let taken: bool = self.0.query_row(
            "SELECT EXISTS (SELECT 1 FROM user WHERE email = ?1)",
            [&email],
            |row| row.get(0),
        )?;
        if taken {
            return Err(AccountError::EmailTaken(email));
        }
        let id = row_id(random);
        self.0.execute(
            "INSERT INTO user (id, name, email, role, created) VALUES (?1, ?2, ?3, ?4, ?5)",
            (&id, name, email, new.role.as_str(), now),
        )?;
        self.get(&id)
    }

    /// Sets what people call them.
    ///
    /// # Errors
    /// [`AccountError::Invalid`].
    pub fn rename(&self, id: &str, name: &str) -> Result<(), AccountError> {
        self.0.execute(
            "UPDATE user SET name = ?2 WHERE id = ?1",
            (id, checked_name(name)?),
        )?;
        Ok(())
    }

    /// Sets the role. `by` is the role of whoever does it.
    ///
    /// # Errors
    /// [`AccountError::AboveYou`] or [`AccountError::LastOwner`].
    pub fn set_role(&self, id: &str, role: Role, by: Role) -> Result<(), AccountError> {
        self.managed(id, by)?;
        if !by.may_manage(role) {
            return Err(AccountError::AboveYou(role));
        }
        self.0.execute(
            "UPDATE user SET role = ?2 WHERE id = ?1",
            (id, role.as_str()),
        )?;
        self.check_owner_left()
    }

    /// Keeps somebody out, or lets them in again. Their sessions end.
    ///
    /// # Errors
    /// [`AccountError::AboveYou`] or [`AccountError::LastOwner`].
    pub fn set_disabled(&self, id: &str, disabled: bool, by: Role) -> Result<(), AccountError> {
        self.managed(id, by)?;
        self.0.execute(
            "UPDATE user SET disabled = ?2 WHERE id = ?1",
            (id, disabled),
        )?;
        self.0
            .execute("DELETE FROM session WHERE user = ?1", [id])?;
        self.check_owner_left()
    }

    /// Sets the password and ends every session, so that whoever knew the old one is out.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn set_password(&self, id: &str, password: &PasswordHash) -> Result<(), AccountError> {
        self.0.execute(
            "UPDATE user SET password = ?2 WHERE id = ?1",
            (id, &password.0),
        )?;
        self.0
            .execute("DELETE FROM session WHERE user = ?1", [id])?;
        Ok(())
    }

    /// Removes somebody, with their sessions and keys.
    ///
    /// # Errors
    /// [`AccountError::AboveYou`] or [`AccountError::LastOwner`].
    pub fn remove(&self, id: &str, by: Role) -> Result<(), AccountError> {
        self.managed(id, by)?;
        self.0.execute("DELETE FROM user WHERE id = ?1", [id])?;
        self.check_owner_left()
    }

    fn managed(&self, id: &str, by: Role) -> Result<(), AccountError> {
        let role = self.get(id)?.role;
        if by.may_manage(role) {
            Ok(())
        } else {
            Err(AccountError::AboveYou(role))
        }
    }

    fn check_owner_left(&self) -> Result<(), AccountError> {
        let left: bool = self.0.query_row(
            "SELECT EXISTS (SELECT 1 FROM user WHERE role = 'owner' AND NOT disabled AND password IS NOT NULL)",
            [],
            |row| row.get(0),
        )?;
        if left {
            Ok(())
        } else {
            Err(AccountError::LastOwner)
        }
    }
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let role: String = row.get(3)?;
    Ok(User {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        // The column's check allows nothing else; who cannot be told may the least.
        role: Role::parse(&role).unwrap_or(Role::User),
        invited: row.get(4)?,
        disabled: row.get(5)?,
        created: row.get(6)?,
        last_seen: row.get(7)?,
    })
}

fn checked_name(typed: &str) -> Result<String, AccountError> {
    let name = typed.trim();
    if name.is_empty() || name.chars().count() > 200 {
        return Err(AccountError::Invalid {
            field: "name",
            reason: "a name has 1 to 200 characters".to_owned(),
        });
    }
    Ok(name.to_owned())
}

fn checked_email(typed: &str) -> Result<String, AccountError> {
    let email = typed.trim();
    let well_formed = email.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if !well_formed
        || email.len() > 254
        || email.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(AccountError::Invalid {
            field: "email",
            reason: "this is no e-mail address".to_owned(),
        });
    }
    Ok(email.to_owned())
}
