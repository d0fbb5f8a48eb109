use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::{AccountError, Permission, Role, Token, token::row_id};

/// How a key begins, so that a scanner for lost secrets can know it.
const PREFIX: &str = "muster_";
/// How exactly it is noted when a key was last used.
const NOTED: i64 = 60 * 1000;
const COLUMNS: &str = "k.id, k.name, k.scope, k.user, u.name, k.created, k.expires, k.last_used, k.disabled, k.resource_type";

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Questions in SQL, and what there is to ask about.
    Query,
    /// Everything that changes nothing.
    Read,
    /// Pushing resources of one's own types, and nothing else.
    Ingest,
    /// What an administrator may.
    Manage,
}

impl Scope {
    /// All there are, the least first.
    pub const ALL: [Self; 4] = [Self::Query, Self::Read, Self::Ingest, Self::Manage];

    /// The word used on disk and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Read => "read",
            Self::Ingest => "ingest",
            Self::Manage => "manage",
        }
    }

    /// The scope of this name, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// Whether a key of this scope may do it. Users and keys are managed by people.
    pub fn may(self, permission: Permission) -> bool {
        match self {
            Self::Query => permission == Permission::Query,
            Self::Read => matches!(permission, Permission::Query | Permission::Read),
            Self::Ingest => permission == Permission::Push,
            Self::Manage => !matches!(permission, Permission::ManageUsers | Permission::ManageKeys),
        }
    }
}

/// A key, without what opens anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Never changes; the part of the key that may be shown.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it is good for.
    pub scope: Scope,
    /// Id and name of whose it is; `None` when it was made on the command line.
    pub user: Option<(String, String)>,
    /// Milliseconds since 1970.
    pub created: i64,
    /// Milliseconds since 1970; never when `None`.
    pub expires: Option<i64>,
    /// Milliseconds since 1970, to the minute.
    pub last_used: Option<i64>,
    /// Whether it is switched off.
    pub disabled: bool,
    /// The only type it may push; any where there is none.
    pub resource_type: Option<String>,
}

impl ApiKey {
    /// How it begins; the rest is known to whoever has it.
    pub fn prefix(&self) -> String {
        format!("{PREFIX}{}", self.id)
    }
}

/// A key to be.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// What it is good for.
    pub scope: Scope,
    /// Whose it is.
    pub user: Option<String>,
    /// Milliseconds since 1970.
    pub expires: Option<i64>,
    /// The only type it may push; for keys that push and do nothing else.
    pub resource_type: Option<String>,
}

/// The table of keys, inside a transaction.
#[derive(Debug)]
pub struct ApiKeys<'t>(pub &'t Transaction<'t>);

impl ApiKeys<'_> {
    /// All, or those of one user; newest first.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn all(&self, of: Option<&str>) -> Result<Vec<ApiKey>, AccountError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM api_key k LEFT JOIN user u ON u.id = k.user
             WHERE ?1 IS NULL OR k.user = ?1 ORDER BY k.created DESC, k.id"
        ))?;
        let keys = statement.query_map([of], key)?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// The one with this id.
    ///
    /// # Errors
    /// [`AccountError::NoKey`].
    pub fn get(&self, id: &str) -> Result<ApiKey, AccountError> {
        self.0
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM api_key k LEFT JOIN user u ON u.id = k.user WHERE k.id = ?1"
            ))?
            .query_row([id], key)
            .optional()?
            .ok_or(AccountError::NoKey)
    }

    /// Makes a key. What comes back with it is the key itself, to be shown once.
    ///
    /// # Errors
    /// [`AccountError::Invalid`].
    pub fn add(
        &self,
        new: &NewApiKey,
        now: i64,
        random: &mut impl rand::CryptoRng,
    ) -> Result<(ApiKey, Token), AccountError> {
        let name = new.name.trim();
        let refuse = |field, reason: &str| {
            Err(AccountError::Invalid {
                field,
                reason: reason.to_owned(),
            })
        };
        if name.is_empty() || name.chars().count() > 200 {
            return refuse("name", "a key's name has 1 to 200 characters");
        }
        if new.expires.is_some_and(|expires| expires <= now) {
            return refuse("expiresAt", "a key expires in the future");
        }
        if new.resource_type.is_some() && new.scope != Scope::Ingest {
            return refuse(
                "resourceType",
                "only a key of the scope `ingest` can be bound to a type",
            );
        }
        let id = row_id(random);
        let key = Token::presented(format!("{PREFIX}{id}.{}", Token::random(random).as_str()));
        self.0.execute(
            "INSERT INTO api_key (id, name, scope, secret_hash, user, created, expires, resource_type)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (
                &id,
                name,
                new.scope.as_str(),
                key.hash().as_slice(),
                &new.user,
                now,
                new.expires,
                &new.resource_type,
            ),
        )?;
        Ok((self.get(&id)?, key))
    }

    /// The key somebody presents. `None` when there is no such key, it has expired or is switched off, or its user
    /// is kept out or may not do any more what the key is for. Compared in constant time. The flag says whether it is
    /// worth noting that it was used.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn find(
        &self,
        presented: &Token,
        now: i64,
    ) -> Result<Option<(ApiKey, bool)>, AccountError> {
        let id = presented
            .as_str()
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split_once('.'))
            .map(|(id, _)| id);
        let Some(id) = id else { return Ok(None) };
        let found = self
            .0
            .prepare_cached(&format!(
                "SELECT {COLUMNS}, k.secret_hash, u.disabled, u.role FROM api_key k LEFT JOIN user u ON u.id = k.user
                 WHERE k.id = ?1"
            ))?
            .query_row([id], |row| {
                let stored: Vec<u8> = row.get("secret_hash")?;
                let kept_out: Option<bool> = row.get(11)?;
                let role: Option<String> = row.get("role")?;
                Ok((key(row)?, stored, kept_out.unwrap_or(false), role))
            })
            .optional()?;
        let Some((key, stored, kept_out, role)) = found else {
            return Ok(None);
        };
        let fits = <[u8; 32]>::try_from(stored)
            .is_ok_and(|stored| blake3::Hash::from(stored) == blake3::Hash::from(presented.hash()));
        let expired = key.expires.is_some_and(|expires| expires <= now);
        let lowered = matches!(key.scope, Scope::Manage | Scope::Ingest)
            && role
                .and_then(|role| Role::parse(&role))
                .is_some_and(|role| role < Role::Admin);
        let stale = key.last_used.is_none_or(|used| now - used > NOTED);
        Ok((fits && !expired && !key.disabled && !kept_out && !lowered).then_some((key, stale)))
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn used(&self, id: &str, now: i64) -> Result<(), AccountError> {
        self.0
            .execute("UPDATE api_key SET last_used = ?2 WHERE id = ?1", (id, now))?;
        Ok(())
    }

    /// Switches a key off or on.
    ///
    /// # Errors
    /// [`AccountError::NoKey`].
    pub fn set_disabled(&self, id: &str, disabled: bool) -> Result<ApiKey, AccountError> {
        self.0.execute(
            "UPDATE api_key SET disabled = ?2 WHERE id = ?1",
            (id, disabled),
        )?;
        self.get(id)
    }

    /// Removes a key.
    ///
    /// # Errors
    /// [`AccountError::NoKey`].
    pub fn remove(&self, id: &str) -> Result<(), AccountError> {
        match self.0.execute("DELETE FROM api_key WHERE id = ?1", [id])? {
            0 => Err(AccountError::NoKey),
            _ => Ok(()),
        }
    }
}

fn key(row: &Row<'_>) -> rusqlite::Result<ApiKey> {
    let scope: String = row.get(2)?;
    let (user, name): (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
    Ok(ApiKey {
        id: row.get(0)?,
        name: row.get(1)?,
        // The column's check allows nothing else; what cannot be told is good for the least.
        scope: Scope::parse(&scope).unwrap_or(Scope::Query),
        user: user.zip(name),
        created: row.get(5)?,
        expires: row.get(6)?,
        last_used: row.get(7)?,
        disabled: row.get(8)?,
        resource_type: row.get(9)?,
    })
}
