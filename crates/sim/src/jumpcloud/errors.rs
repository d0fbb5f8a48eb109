//! The vendor's refusals.

use serde_json::json;

/// An answer that is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    pub status: u16,
    pub message: String,
}

impl ApiError {
    /// With a status and a message.
    #[must_use]
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
        }
    }

    /// The caller's mistake, as recorded.
    #[must_use]
    pub fn bad_request(what: &str) -> Self {
        Self::new(400, format!("Bad Request: {what}"))
    }

    /// An identifier that cannot be one, as recorded.
    #[must_use]
    pub fn bad_id(id: &str) -> Self {
        Self::bad_request(&format!("invalid object id \"{id}\""))
    }

    /// There is no such object or path.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    /// No key, or one that is not known.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized")
    }

    /// A key that does not reach this.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(403, "Forbidden")
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        json!({"message": self.message}).to_string().into_bytes()
    }
}
