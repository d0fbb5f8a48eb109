use rusqlite::{OptionalExtension as _, Transaction};

use crate::{AccountError, Token, User, Users};

const HOUR: i64 = 60 * 60 * 1000;
/// Without a request for this long, a session is over.
const IDLE: i64 = 12 * HOUR;
/// However busy, a session is over after this.
const LONGEST: i64 = 7 * 24 * HOUR;
/// How exactly it is noted when a session was last used: not every request writes.
const NOTED: i64 = 60 * 1000;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    /// Who.
    pub user: User,
    /// Whether it is worth noting that the session was used; see [`Sessions::seen`].
    pub stale: bool,
}

/// The table of sessions, inside a transaction.
#[derive(Debug)]
pub struct Sessions<'t>(pub &'t Transaction<'t>);

impl Sessions<'_> {
    /// Signs `user` in.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn begin(
        &self,
        user: &str,
        now: i64,
        random: &mut impl rand::CryptoRng,
    ) -> Result<Token, AccountError> {
        let token = Token::random(random);
        self.0.execute(
            "INSERT INTO session (token_hash, user, created, last_seen) VALUES (?1, ?2, ?3, ?3)",
            (token.hash().as_slice(), user, now),
        )?;
        self.0
            .execute("UPDATE user SET last_seen = ?2 WHERE id = ?1", (user, now))?;
        Ok(token)
    }

    /// Whose session this is. `None` when it is over, or its user is kept out.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn find(&self, token: &Token, now: i64) -> Result<Option<Session>, AccountError> {
        let found: Option<(String, i64)> = self
            .0
            .prepare_cached(
                "SELECT user, last_seen FROM session
                 WHERE token_hash = ?1 AND last_seen > ?2 AND created > ?3",
            )?
            .query_row(
                (token.hash().as_slice(), now - IDLE, now - LONGEST),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let Some((user, last_seen)) = found else {
            return Ok(None);
        };
        let user = Users(self.0).get(&user)?;
        Ok((!user.disabled).then_some(Session {
            user,
            stale: now - last_seen > NOTED,
        }))
    }

    /// Notes that a session is in use.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn seen(&self, token: &Token, user: &str, now: i64) -> Result<(), AccountError> {
        self.0.execute(
            "UPDATE session SET last_seen = ?2 WHERE token_hash = ?1",
            (token.hash().as_slice(), now),
        )?;
        self.0
            .execute("UPDATE user SET last_seen = ?2 WHERE id = ?1", (user, now))?;
        Ok(())
    }

    /// Signs out.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn end(&self, token: &Token) -> Result<(), AccountError> {
        self.0.execute(
            "DELETE FROM session WHERE token_hash = ?1",
            [token.hash().as_slice()],
        )?;
        Ok(())
    }

    /// Forgets sessions that are over; says how many.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn sweep(&self, now: i64) -> Result<usize, AccountError> {
        Ok(self.0.execute(
            "DELETE FROM session WHERE last_seen <= ?1 OR created <= ?2",
            (now - IDLE, now - LONGEST),
        )?)
    }
}
