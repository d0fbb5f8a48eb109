use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::{PasswordHash as Parsed, SaltString},
};
use rand::Rng as _;

use crate::AccountError;

/// Shorter ones can be guessed.
const SHORTEST: usize = 12;
/// Longer ones only cost time.
const LONGEST: usize = 1024;

/// A password somebody typed.
#[derive(Clone)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Password([redacted])")
    }
}

/// A password as it is stored. Making and checking one takes tens of milliseconds on purpose: do neither inside a
/// transaction, nor on a thread that serves others.
#[derive(Clone)]
pub struct PasswordHash(pub(crate) String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("PasswordHash([redacted])")
    }
}

impl Password {
    /// As typed; checked when it is to become somebody's.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Makes it storable. Length is all that is asked of a password, as NIST SP 800-63B advises.
    ///
    /// # Errors
    /// [`AccountError::Invalid`] when it is too short or too long.
    pub fn hash(&self, random: &mut impl rand::CryptoRng) -> Result<PasswordHash, AccountError> {
        let length = self.0.chars().count();
        let refuse = |reason: String| {
            Err(AccountError::Invalid {
                field: "password",
                reason,
            })
        };
        if length < SHORTEST {
            return refuse(format!(
                "a password has at least {SHORTEST} characters; a few words in a row are good"
            ));
        }
        if length > LONGEST {
            return refuse(format!("a password has at most {LONGEST} characters"));
        }
        let salt: [u8; 16] = random.random();
        let hashed = SaltString::encode_b64(&salt).and_then(|salt| {
            argon2id()
                .hash_password(self.0.as_bytes(), &salt)
                .map(|hash| hash.to_string())
        });
        match hashed {
            Ok(hash) => Ok(PasswordHash(hash)),
            Err(error) => refuse(format!("this password cannot be stored: {error}")),
        }
    }
}

impl PasswordHash {
    /// Whether this is the hash of `password`.
    pub fn fits(&self, password: &Password) -> bool {
        Parsed::new(&self.0).is_ok_and(|parsed| {
            argon2id()
                .verify_password(password.0.as_bytes(), &parsed)
                .is_ok()
        })
    }

    /// The hash of nobody's password. Checked against it, an address that is not known takes as long as one that is.
    pub fn of_nobody() -> Self {
        Self(
            "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGF0IGFsbA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
                .to_owned(),
        )
    }
}

/// 19 MiB, two passes, one lane: what OWASP's password storage page recommends first.
fn argon2id() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_asks_for_the_same_work() {
        let work = |hash: &PasswordHash| {
            let parsed = Parsed::new(&hash.0).unwrap();
            let salt = parsed.salt.unwrap().as_str().len();
            let output = parsed.hash.unwrap().len();
            (parsed.params.to_string(), parsed.version, salt, output)
        };
        let somebody = Password::new("correct horse battery")
            .hash(&mut rand::rng())
            .unwrap();
        let (somebody, nobody) = (work(&somebody), work(&PasswordHash::of_nobody()));
        assert_eq!(
            (&somebody.0, somebody.1, somebody.3),
            (&nobody.0, nobody.1, nobody.3)
        );
    }
}
