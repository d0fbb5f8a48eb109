use std::{collections::BTreeMap, env, fmt, fs, io::Write as _, os::unix::fs::OpenOptionsExt as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    AeadCore as _, KeyInit as _, XChaCha20Poly1305,
    aead::{Aead as _, OsRng, Payload},
};
use muster_model::IntegrationId;
use rusqlite::Transaction;
use zeroize::Zeroizing;

use crate::{ControlError, Folder, Migration};

pub(crate) const MIGRATION: Migration = Migration {
    component: "secrets",
    steps: &["CREATE TABLE secret (
        integration TEXT NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (integration, name)
    ) STRICT"],
};

const NONCE_BYTES: usize = 24;

/// The key that seals credentials. Comes from `MUSTER_KEY` (32 bytes, base64) or from the folder's `key` file,
/// which is made on first use; never from the database.
#[derive(Clone)]
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretKey([redacted])")
    }
}

impl SecretKey {
    /// The key of `folder`; made if there is none yet.
    ///
    /// # Errors
    /// [`ControlError::BadKey`] when the variable or the file does not hold 32 bytes in base64.
    pub fn of(folder: &Folder) -> Result<Self, ControlError> {
        if let Ok(text) = env::var("MUSTER_KEY") {
            return Self::from_base64(&Zeroizing::new(text), "MUSTER_KEY");
        }
        let path = folder.key();
        if !path.exists() {
            Self::create(folder)?;
        }
        let text = Zeroizing::new(fs::read_to_string(&path).map_err(ControlError::file(&path))?);
        Self::from_base64(&text, &path.display().to_string())
    }

    fn create(folder: &Folder) -> Result<(), ControlError> {
        folder.create()?;
        let path = folder.key();
        let fresh = path.with_extension("new");
        let text = Zeroizing::new(STANDARD.encode(XChaCha20Poly1305::generate_key(&mut OsRng)));
        let mut file = fs::File::options()
            .create(true)
            .truncate(true)
            .write(true)
            .mode(0o600)
            .open(&fresh)
            .map_err(ControlError::file(&fresh))?;
        file.write_all(text.as_bytes())
            .map_err(ControlError::file(&fresh))?;
        file.sync_all().map_err(ControlError::file(&fresh))?;
        fs::rename(&fresh, &path).map_err(ControlError::file(&path))?;
        Ok(())
    }

    fn from_base64(text: &str, source: &str) -> Result<Self, ControlError> {
        let bytes = Zeroizing::new(STANDARD.decode(text.trim()).unwrap_or_default());
        <[u8; 32]>::try_from(bytes.as_slice()).map(|key| Self(Zeroizing::new(key))).map_err(|_| {
            ControlError::BadKey(format!(
                "{source} must hold 32 bytes in base64; `openssl rand -base64 32` makes such a key"
            ))
        })
    }

    /// Seals a value. `context` says whose and which it is; it opens with the same context only, so that one value
    /// cannot be put in another's place.
    ///
    /// # Errors
    /// [`ControlError::WrongKey`] when the value is too large to be sealed.
    pub fn seal(&self, context: &str, value: &str) -> Result<Vec<u8>, ControlError> {
        let cipher = XChaCha20Poly1305::new(self.0.as_slice().into());
        let nonce = XChaCha20Poly1305::generate_nonce(&mut OsRng);
        let sealed = cipher
            .encrypt(
                &nonce,
                Payload {
                    msg: value.as_bytes(),
                    aad: context.as_bytes(),
                },
            )
            .map_err(|_| ControlError::WrongKey)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`SecretKey::seal`] gave.
    ///
    /// # Errors
    /// [`ControlError::WrongKey`] when it was sealed with another key or for another context.
    pub fn open(&self, context: &str, stored: &[u8]) -> Result<Zeroizing<String>, ControlError> {
        let cipher = XChaCha20Poly1305::new(self.0.as_slice().into());
        let (nonce, sealed) = stored
            .split_at_checked(NONCE_BYTES)
            .ok_or(ControlError::WrongKey)?;
        let opened = cipher
            .decrypt(
                nonce.into(),
                Payload {
                    msg: sealed,
                    aad: context.as_bytes(),
                },
            )
            .map_err(|_| ControlError::WrongKey)?;
        let text = String::from_utf8(opened).map_err(|_| ControlError::WrongKey)?;
        Ok(Zeroizing::new(text))
    }
}

/// Sealed credentials, inside a transaction. Each value is bound to its integration and name, so that one cannot
/// be put in another's place.
#[derive(Debug)]
pub struct Secrets<'t>(pub &'t Transaction<'t>);

impl Secrets<'_> {
    /// Seals and stores one value.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn put(
        &self,
        key: &SecretKey,
        integration: &IntegrationId,
        name: &str,
        value: &str,
    ) -> Result<(), ControlError> {
        let stored = key.seal(&context(integration, name), value)?;
        self.0.execute(
            "INSERT INTO secret (integration, name, sealed) VALUES (?1, ?2, ?3)
             ON CONFLICT (integration, name) DO UPDATE SET sealed = ?3",
            (integration.as_str(), name, stored),
        )?;
        Ok(())
    }

    /// Takes one value away; nothing happens where there is none.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn remove(&self, integration: &IntegrationId, name: &str) -> Result<(), ControlError> {
        self.0.execute(
            "DELETE FROM secret WHERE integration = ?1 AND name = ?2",
            (integration.as_str(), name),
        )?;
        Ok(())
    }

    /// The names of the values of one integration; nothing is opened.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn names(&self, integration: &IntegrationId) -> Result<Vec<String>, ControlError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT name FROM secret WHERE integration = ?1 ORDER BY name")?;
        let names = statement.query_map([integration.as_str()], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// All values of one integration as they are stored: the same for as long as none is put again or taken away.
    ///
    /// # Errors
    /// [`ControlError::Database`].
    pub fn sealed(
        &self,
        integration: &IntegrationId,
    ) -> Result<Vec<(String, Vec<u8>)>, ControlError> {
        let mut statement = self.0.prepare_cached(
            "SELECT name, sealed FROM secret WHERE integration = ?1 ORDER BY name",
        )?;
        let values =
            statement.query_map([integration.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(values.collect::<Result<_, _>>()?)
    }

    /// All values of one integration, opened.
    ///
    /// # Errors
    /// [`ControlError::WrongKey`] when the key is not the one they were sealed with.
    pub fn open(
        &self,
        key: &SecretKey,
        integration: &IntegrationId,
    ) -> Result<BTreeMap<String, Zeroizing<String>>, ControlError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT name, sealed FROM secret WHERE integration = ?1")?;
        let mut rows = statement.query([integration.as_str()])?;
        let mut values = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            let stored: Vec<u8> = row.get(1)?;
            let value = key.open(&context(integration, &name), &stored)?;
            values.insert(name, value);
        }
        Ok(values)
    }
}

fn context(integration: &IntegrationId, name: &str) -> String {
    format!("{integration}/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Control, Integrations, NewIntegration};

    #[test]
    fn a_secret_opens_with_its_key_only_and_is_not_on_disk_in_clear() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::new(place.path());
        let mut control = Control::open(&folder, &[]).unwrap();
        let key = SecretKey::of(&folder).unwrap();
        let id = control
            .write(|transaction| -> Result<_, ControlError> {
                let new = NewIntegration {
                    provider: "okta".into(),
                    name: "main".into(),
                    description: String::new(),
                    tags: vec![],
                    settings: BTreeMap::new(),
                    allow_insecure_endpoint: false,
                    interval_seconds: 600,
                };
                let id = Integrations(transaction).add(new, 0)?.id;
                Secrets(transaction).put(&key, &id, "api_token", "correct-horse-battery")?;
                Ok(id)
            })
            .unwrap();
        let other = SecretKey(Zeroizing::new([7; 32]));
        control
            .read(|transaction| -> Result<_, ControlError> {
                let opened = Secrets(transaction).open(&key, &id)?;
                assert_eq!(opened["api_token"].as_str(), "correct-horse-battery");
                assert!(matches!(
                    Secrets(transaction).open(&other, &id),
                    Err(ControlError::WrongKey)
                ));
                Ok(())
            })
            .unwrap();
        for entry in fs::read_dir(place.path()).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap_or_default();
            assert!(!bytes.windows(13).any(|window| window == b"correct-horse"));
        }
        assert_eq!(format!("{key:?}"), "SecretKey([redacted])");
    }
}
