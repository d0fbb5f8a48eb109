//! The vendor's refusals.

use serde_json::json;

/// An answer that is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    pub status: u16,
    pub code: &'static str,
    pub summary: String,
    pub causes: Vec<String>,
}

impl ApiError {
    fn new(status: u16, code: &'static str, summary: impl Into<String>) -> Self {
        Self {
            status,
            code,
            summary: summary.into(),
            causes: Vec::new(),
        }
    }

    fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// There is no such object; `kind` is the vendor's internal name for it.
    #[must_use]
    pub fn not_found(what: &str, kind: &str) -> Self {
        Self::new(
            404,
            "E0000007",
            format!("Not found: Resource not found: {what} ({kind})"),
        )
    }

    /// No such path.
    #[must_use]
    pub fn no_endpoint() -> Self {
        Self::new(
            404,
            "E0000022",
            "The endpoint does not support the provided HTTP method",
        )
    }

    /// Only reading is simulated.
    #[must_use]
    pub fn method() -> Self {
        Self::new(
            405,
            "E0000022",
            "The endpoint does not support the provided HTTP method",
        )
    }

    /// A token that is wrong, expired or revoked.
    #[must_use]
    pub fn bad_token() -> Self {
        Self::new(401, "E0000011", "Invalid token provided")
    }

    /// No token at all.
    #[must_use]
    pub fn no_session() -> Self {
        Self::new(403, "E0000005", "Invalid session")
    }

    /// The administrator's role does not reach this.
    #[must_use]
    pub fn forbidden() -> Self {
        Self::new(
            403,
            "E0000006",
            "You do not have permission to perform the requested action",
        )
    }

    /// The organisation does not have this: 401, and yet nothing is wrong with the token.
    #[must_use]
    pub fn feature_missing() -> Self {
        Self::new(
            401,
            "E0000015",
            "You do not have permission to access the feature you are requesting",
        )
    }

    /// A parameter is wrong.
    #[must_use]
    pub fn invalid(what: &str, cause: &str) -> Self {
        Self::new(400, "E0000001", format!("Api validation failed: {what}")).because(cause)
    }

    /// A cursor that this list never gave out.
    #[must_use]
    pub fn bad_cursor() -> Self {
        Self::new(400, "E0000029", "Invalid paging request.").because("Invalid cursor.")
    }

    /// The same, in lists that are searched.
    #[must_use]
    pub fn bad_search_cursor() -> Self {
        Self::bad_search("Invalid cursor.")
    }

    /// A filter or search that cannot be read, or that asks for too much.
    #[must_use]
    pub fn bad_search(cause: &str) -> Self {
        Self::new(400, "E0000031", "Invalid search criteria.").because(cause)
    }

    /// A System Log query from too far back.
    #[must_use]
    pub fn too_far_back() -> Self {
        let cause =
            "Invalid parameter: The since parameter is over 180 days prior to the current day.";
        Self::new(400, "E0000053", cause).because(cause)
    }

    /// A domain that is not there has a code of its own.
    #[must_use]
    pub fn no_domain() -> Self {
        Self::new(404, "E0000163", "Domain ID not found.")
            .because("Could not find custom domain with the given id.")
    }

    /// Too many requests.
    #[must_use]
    pub fn too_many() -> Self {
        Self::new(
            429,
            "E0000047",
            "API call exceeded rate limit due to too many requests.",
        )
    }

    /// Something broke.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(500, "E0000009", "Internal Server Error")
    }

    /// The body the vendor sends.
    #[must_use]
    pub fn body(&self, error_id: &str) -> Vec<u8> {
        let causes: Vec<_> = self
            .causes
            .iter()
            .map(|cause| json!({"errorSummary": cause}))
            .collect();
        json!({
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": format!("oae{error_id}"),
            "errorCauses": causes,
        })
        .to_string()
        .into_bytes()
    }
}
