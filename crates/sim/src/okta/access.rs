//! Who may ask for what.

use std::collections::HashMap;

use serde_json::Value;

use super::Endpoint;
use super::errors::ApiError;

/// The role behind a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Sees everything.
    SuperAdministrator,
    /// Does not see features and what the vendor's support was granted.
    ReadOnly,
}

#[derive(Debug, Clone)]
struct Token {
    role: Role,
    revoked: bool,
    /// Names of endpoints that are refused although the role would reach them.
    denied: Vec<String>,
}

/// The tokens that are accepted.
#[derive(Debug)]
pub struct Access {
    tokens: HashMap<String, Token>,
}

impl Default for Access {
    fn default() -> Self {
        let token = |role| Token {
            role,
            revoked: false,
            denied: Vec::new(),
        };
        Self {
            tokens: HashMap::from([
                (
                    "sim-super-admin".to_owned(),
                    token(Role::SuperAdministrator),
                ),
                ("sim-read-only".to_owned(), token(Role::ReadOnly)),
            ]),
        }
    }
}

impl Access {
    /// Whether the caller may use an endpoint; `authorization` is the header's value.
    pub fn check(&self, authorization: Option<&str>, endpoint: Endpoint) -> Result<(), ApiError> {
        if endpoint == Endpoint::WellKnown {
            return Ok(());
        }
        let given = authorization
            .map(str::trim)
            .filter(|a| !a.is_empty())
            .ok_or_else(ApiError::no_session)?;
        // the vendor's own Python SDK puts no space between the two, and is understood
        let scheme = given
            .get(..4)
            .filter(|s| s.eq_ignore_ascii_case("SSWS"))
            .ok_or_else(ApiError::bad_token)?;
        let token = given[scheme.len()..].trim_start();
        if token.is_empty() {
            return Err(ApiError::no_session());
        }
        let token = self
            .tokens
            .get(token)
            .filter(|t| !t.revoked)
            .ok_or_else(ApiError::bad_token)?;
        let beyond = token.role == Role::ReadOnly
            && matches!(
                endpoint,
                Endpoint::Features | Endpoint::Feature | Endpoint::OrgSupport
            );
        if beyond || token.denied.iter().any(|name| name == endpoint.name()) {
            return Err(ApiError::forbidden());
        }
        Ok(())
    }

    /// Adds a token or changes what one may do: `token`, and optionally `role`, `deny`, `revoked`.
    pub fn set(&mut self, order: &Value) -> Result<(), String> {
        let role = match order.get("role").and_then(Value::as_str) {
            None => None,
            Some("super-admin") => Some(Role::SuperAdministrator),
            Some("read-only") => Some(Role::ReadOnly),
            Some(other) => {
                return Err(format!(
                    "'{other}' is not a role; give super-admin or read-only"
                ));
            }
        };
        let token = order
            .get("token")
            .and_then(Value::as_str)
            .ok_or("token needs token")?;
        let entry = self.tokens.entry(token.to_owned()).or_insert(Token {
            role: Role::SuperAdministrator,
            revoked: false,
            denied: Vec::new(),
        });
        entry.role = role.unwrap_or(entry.role);
        if let Some(revoked) = order.get("revoked").and_then(Value::as_bool) {
            entry.revoked = revoked;
        }
        if let Some(denied) = order.get("deny").and_then(Value::as_array) {
            entry.denied = denied
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
        }
        Ok(())
    }
}
