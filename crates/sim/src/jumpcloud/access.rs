//! Who may ask: keys of administrators, keys that reach several organisations, and service accounts.

use std::collections::HashMap;

use serde_json::Value;

use super::errors::ApiError;
use crate::clock::Seconds;
use crate::ids::random_text;

/// How long a service account's token lasts.
pub const TOKEN_SECONDS: Seconds = 3600;
/// The service account everybody knows.
pub const SERVICE_ACCOUNT: (&str, &str) = ("sim-client", "sim-client-secret");

#[derive(Debug, Clone, Default)]
struct Key {
    /// Reaches several organisations, so that one must be named.
    several: bool,
    revoked: bool,
    /// Names of endpoints that are refused.
    denied: Vec<String>,
    /// When it runs out.
    until: Option<Seconds>,
}

/// The keys that are accepted.
#[derive(Debug)]
pub struct Access {
    keys: HashMap<String, Key>,
    given: u64,
}

impl Default for Access {
    fn default() -> Self {
        let several = Key {
            several: true,
            ..Key::default()
        };
        Self {
            keys: HashMap::from([
                // a key of an administrator who only reads, as everybody is told to make
                ("sim-read-only".to_owned(), Key::default()),
                ("sim-api-key".to_owned(), Key::default()),
                ("sim-multi-tenant-key".to_owned(), several),
            ]),
            given: 0,
        }
    }
}

impl Access {
    /// Whether a caller may use an endpoint, and whether for another organisation than the company, which is empty.
    pub fn check(
        &self,
        key: Option<&str>,
        wanted: Option<&str>,
        organizations: &[String; 2],
        endpoint: &str,
        now: Seconds,
    ) -> Result<bool, ApiError> {
        let key = key
            .and_then(|key| self.keys.get(key))
            .filter(|key| !key.revoked && key.until.is_none_or(|until| now < until))
            .ok_or_else(ApiError::unauthorized)?;
        if key.denied.iter().any(|name| name == endpoint) {
            return Err(ApiError::forbidden());
        }
        match wanted {
            // the list of organisations is how one learns their identifiers
            None if key.several && endpoint != "organizations" => Err(ApiError::bad_request(
                "x-org-id is required for an administrator of several organizations",
            )),
            None => Ok(false),
            Some(id) if id == organizations[0] => Ok(false),
            Some(id) if key.several && id == organizations[1] => Ok(true),
            Some(_) => Err(ApiError::unauthorized()),
        }
    }

    /// Whether a key reaches several organisations.
    #[must_use]
    pub fn several(&self, key: Option<&str>) -> bool {
        key.and_then(|key| self.keys.get(key))
            .is_some_and(|key| key.several)
    }

    /// A token for a service account.
    pub fn grant(&mut self, seed: u64, now: Seconds) -> String {
        self.given += 1;
        let token = random_text(seed ^ self.given ^ 0xA11CE, 48);
        let key = Key {
            until: Some(now + TOKEN_SECONDS),
            ..Key::default()
        };
        self.keys.insert(token.clone(), key);
        token
    }

    /// Adds a key or changes what one may do: `token`, and optionally `deny`, `revoked`, `several`. Without `token` but with
    /// `revoked`, every token of a service account ends.
    pub fn set(&mut self, order: &Value) -> Result<(), String> {
        let revoked = order.get("revoked").and_then(Value::as_bool);
        let Some(token) = order.get("token").and_then(Value::as_str) else {
            if revoked == Some(true) {
                self.keys.retain(|_, key| key.until.is_none());
                return Ok(());
            }
            return Err("token needs token".to_owned());
        };
        let key = self.keys.entry(token.to_owned()).or_default();
        key.revoked = revoked.unwrap_or(key.revoked);
        key.several = order
            .get("several")
            .and_then(Value::as_bool)
            .unwrap_or(key.several);
        if let Some(denied) = order.get("deny").and_then(Value::as_array) {
            key.denied = denied
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
        }
        Ok(())
    }
}
