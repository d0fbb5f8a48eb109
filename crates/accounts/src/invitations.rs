use rusqlite::{OptionalExtension as _, Transaction};

use crate::{AccountError, NewUser, PasswordHash, Role, Token, User, Users};

/// How long somebody has to follow their link: a week.
const VALID: i64 = 7 * 24 * 60 * 60 * 1000;

/// Links that set a password, once. Inside a transaction.
#[derive(Debug)]
pub struct Invitations<'t>(pub &'t Transaction<'t>);

impl Invitations<'_> {
    /// The link that makes the first owner. An earlier one stops working. `None` when there is somebody already.
    ///
    /// # Errors
    /// [`AccountError::Control`].
    pub fn for_owner(
        &self,
        random: &mut impl rand::CryptoRng,
    ) -> Result<Option<Token>, AccountError> {
        if !Users(self.0).is_empty()? {
            return Ok(None);
        }
        self.0
            .execute("DELETE FROM invitation WHERE user IS NULL", [])?;
        let token = Token::random(random);
        self.0.execute(
            "INSERT INTO invitation (token_hash, user, expires) VALUES (?1, NULL, NULL)",
            [token.hash().as_slice()],
        )?;
        Ok(Some(token))
    }

    /// Makes the first owner.
    ///
    /// # Errors
    /// [`AccountError::NoInvitation`] when the link is not the one that was printed last, or there is somebody
    /// already; [`AccountError::Invalid`].
    pub fn accept_owner(
        &self,
        token: &Token,
        name: &str,
        email: &str,
        password: &PasswordHash,
        now: i64,
        random: &mut impl rand::CryptoRng,
    ) -> Result<User, AccountError> {
        let used = self.0.execute(
            "DELETE FROM invitation WHERE token_hash = ?1 AND user IS NULL",
            [token.hash().as_slice()],
        )?;
        if used == 0 || !Users(self.0).is_empty()? {
            return Err(AccountError::NoInvitation);
        }
        let owner = NewUser {
            name: name.to_owned(),
            email: email.to_owned(),
            role: Role::Owner,
        };
        let user = Users(self.0).add(&owner, now, random)?;
        Users(self.0).set_password(&user.id, password)?;
        Users(self.0).get(&user.id)
    }

    /// A link for `user`, valid for a week. An earlier one stops working; the password stays until it is used.
    ///
    /// # Errors
    /// [`AccountError::NoUser`].
    pub fn invite(
        &self,
        user: &str,
        now: i64,
        random: &mut impl rand::CryptoRng,
    ) -> Result<Token, AccountError> {
        Users(self.0).get(user)?;
        let token = Token::random(random);
        self.0.execute(
            "INSERT INTO invitation (token_hash, user, expires) VALUES (?1, ?2, ?3)
             ON CONFLICT (user) DO UPDATE SET token_hash = ?1, expires = ?3",
            (token.hash().as_slice(), user, now + VALID),
        )?;
        Ok(token)
    }

    /// Who a link is for.
    ///
    /// # Errors
    /// [`AccountError::NoInvitation`].
    pub fn find(&self, token: &Token, now: i64) -> Result<User, AccountError> {
        let user: Option<String> = self
            .0
            .query_row(
                "SELECT user FROM invitation WHERE token_hash = ?1 AND user IS NOT NULL AND expires > ?2",
                (token.hash().as_slice(), now),
                |row| row.get(0),
            )
            .optional()?;
        let user = user.ok_or(AccountError::NoInvitation)?;
        let user = Users(self.0).get(&user)?;
        if user.disabled {
            return Err(AccountError::NoInvitation);
        }
        Ok(user)
    }

    /// Sets the password of whom a link is for.
    ///
    /// # Errors
    /// [`AccountError::NoInvitation`].
    pub fn accept(
        &self,
        token: &Token,
        password: &PasswordHash,
        now: i64,
    ) -> Result<User, AccountError> {
        let user = self.find(token, now)?;
        self.0.execute(
            "DELETE FROM invitation WHERE token_hash = ?1",
            [token.hash().as_slice()],
        )?;
        Users(self.0).set_password(&user.id, password)?;
        Users(self.0).get(&user.id)
    }
}
