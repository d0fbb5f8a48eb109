//! Errors as RFC 9457 problem details. The only place where an error becomes a status.

use axum::{
    Json,
    extract::rejection::{JsonRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use muster_accounts::AccountError;
use muster_alerts::AlertsError;
use muster_control::ControlError;
use muster_custom::StoreError;
use muster_office::{Failure, failure::chain};
use muster_query::{QueryError, SourceError};
use muster_rules::RulesError;
use serde::Serialize;
use utoipa::ToSchema;

/// Why there is no answer.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<ProblemDetails>);

/// Why there is no answer, as RFC 9457 says it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Problem)]
pub struct ProblemDetails {
    /// Which kind of problem: `/problems/not-found`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong and what to do.
    pub detail: String,
    /// What is wrong with which member of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// What does not fit in what was sent, at most 20 of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<MisfitView>,
    /// Where in a statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// After how many seconds to try again.
    #[serde(skip)]
    pub retry_after: Option<u64>,
    /// What may be done instead of what may not.
    #[serde(skip)]
    pub allow: Option<String>,
}

/// What is wrong with one member of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The member.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

/// Something in what was sent that does not fit.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Misfit)]
pub struct MisfitView {
    /// In which document, from 1, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<u64>,
    /// Where, as a JSON pointer; empty for the whole.
    pub pointer: String,
    /// In words. The value is never repeated.
    pub message: String,
}

/// Where in a statement. Offset and length count UTF-16 code units, as editors in browsers do.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// From the start of the statement.
    pub offset: usize,
    /// Of the word.
    pub length: usize,
}

impl Problem {
    fn new(status: StatusCode, slug: &str, title: &str, detail: impl Into<String>) -> Self {
        Self(Box::new(ProblemDetails {
            kind: format!("/problems/{slug}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            mistakes: Vec::new(),
            place: None,
            help: None,
            retry_after: None,
            allow: None,
        }))
    }

    /// What is wrong and what to do.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    fn with(mut self, change: impl FnOnce(&mut ProblemDetails)) -> Self {
        change(&mut self.0);
        self
    }

    /// 401
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "Not signed in",
            detail,
        )
    }

    /// 403
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not permitted", detail)
    }

    /// 405, with the methods there are.
    pub fn method_not_allowed(methods: &[&str]) -> Self {
        let methods = methods.join(", ");
        let detail = format!("this address takes {methods}");
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "Not possible here",
            detail,
        )
        .with(|details| details.allow = Some(methods))
    }

    /// 404
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// 409
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "conflict",
            "Not possible as things are",
            detail,
        )
    }

    /// 422
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "invalid",
            "This cannot be used",
            detail,
        )
    }

    /// 422, because of one member of the request.
    pub fn invalid_field(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let error = FieldProblem {
            field: field.to_owned(),
            message: message.clone(),
        };
        Self::invalid(message).with(|details| details.errors.push(error))
    }

    /// 400
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            "The request cannot be read",
            detail,
        )
    }

    /// 429
    pub fn too_many(detail: impl Into<String>, seconds: u64) -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            "Too many requests",
            detail,
        )
        .with(|details| details.retry_after = Some(seconds))
    }

    /// 410
    pub fn gone(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, "gone", "Not here any more", detail)
    }

    /// 413
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "The request is too large",
            detail,
        )
    }

    /// Whether what was sent is too large.
    pub fn is_too_large(&self) -> bool {
        self.0.status == StatusCode::PAYLOAD_TOO_LARGE.as_u16()
    }

    /// 503
    pub fn busy(detail: impl Into<String>, seconds: u64) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Not at the moment",
            detail,
        )
        .with(|details| details.retry_after = Some(seconds))
    }

    /// 500; what happened is logged, not told.
    pub fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(error = %chain(error), "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Muster failed",
            "this should not happen; the server's log says what did",
        )
    }

    /// What went wrong with a statement.
    pub fn query(error: &QueryError, sql: &str) -> Self {
        match error {
            QueryError::Sql(error) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "sql",
                "The statement cannot be run",
                error.message.clone(),
            )
            .with(|details| {
                details.place = error.place.map(|place| utf16(sql, place));
                details.help = error.help.clone();
            }),
            QueryError::Limit(limit) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "limit",
                "The statement needs more than it may",
                limit.to_string(),
            ),
            QueryError::Cancelled => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "cancelled",
                "Cancelled",
                "the query was cancelled",
            ),
            QueryError::Source(_) | QueryError::Internal(_) => Self::internal(error),
        }
    }
}

fn utf16(sql: &str, place: muster_query::Place) -> Place {
    let units = |text: Option<&str>| text.map_or(0, |text| text.encode_utf16().count());
    Place {
        line: place.line,
        column: place.column,
        offset: units(sql.get(..place.offset)),
        length: units(sql.get(place.offset..place.offset + place.length)),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.0.retry_after;
        let allow = self
            .0
            .allow
            .as_deref()
            .and_then(|methods| methods.parse().ok());
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = allow {
            headers.insert(header::ALLOW, methods);
        }
        response
    }
}

impl From<ControlError> for Problem {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::NoIntegration { .. } => Self::not_found("there is no such integration"),
            ControlError::NameTaken(_) => Self::invalid_field("name", error.to_string()),
            ControlError::WrongKey | ControlError::BadKey(_) => Self::conflict(error.to_string()),
            other => Self::internal(&other),
        }
    }
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal(&error)
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match &error {
            AccountError::Invalid { field, reason } => Self::invalid_field(field, reason.clone()),
            AccountError::EmailTaken(_) => Self::invalid_field("email", error.to_string()),
            AccountError::NoUser | AccountError::NoKey | AccountError::NoInvitation => {
                Self::not_found(error.to_string())
            }
            AccountError::WrongPassword => Self::unauthenticated(error.to_string()),
            AccountError::LastOwner => Self::conflict(error.to_string()),
            AccountError::AboveYou(_) => Self::forbidden(error.to_string()),
            AccountError::Control(_) => Self::internal(&error),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoType(_) => Self::not_found(error.to_string()),
            StoreError::Control(error) => error.into(),
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Usage(detail) => Self::invalid(detail),
            Failure::Incomplete(detail) => Self::conflict(detail),
            Failure::TooLarge(detail) => Self::too_large(detail),
            Failure::Misfits { detail, misfits } => Self::invalid(detail).with(|details| {
                let shown = misfits.into_iter().map(|misfit| MisfitView {
                    document: misfit.document,
                    pointer: misfit.pointer,
                    message: misfit.message,
                });
                details.mistakes = shown.collect();
            }),
            Failure::Unable(_) => Self::internal(&failure),
        }
    }
}

impl From<RulesError> for Problem {
    fn from(error: RulesError) -> Self {
        match error {
            RulesError::NoFinding(_) => Self::not_found("there is no such finding"),
            RulesError::Refused(detail) => Self::invalid(detail),
            RulesError::BadCursor => {
                Self::malformed("the cursor is not one of ours; begin with the first page")
            }
            other => Self::internal(&other),
        }
    }
}

impl From<AlertsError> for Problem {
    fn from(error: AlertsError) -> Self {
        match error {
            AlertsError::NoChannel(_) | AlertsError::NoAlert(_) | AlertsError::NoDelivery(_) => {
                Self::not_found(error.to_string())
            }
            AlertsError::NameTaken(_) => Self::invalid_field("name", error.to_string()),
            AlertsError::InUse { .. } | AlertsError::Refused(_) => {
                Self::conflict(error.to_string())
            }
            AlertsError::Invalid(problems) => {
                let errors: Vec<FieldProblem> = problems
                    .into_iter()
                    .map(|problem| FieldProblem {
                        field: problem.field,
                        message: problem.message,
                    })
                    .collect();
                let sentences: Vec<&str> =
                    errors.iter().map(|error| error.message.as_str()).collect();
                Self::invalid(sentences.join("; ")).with(|details| details.errors = errors)
            }
            AlertsError::BadCursor => {
                Self::malformed("the cursor is not one of ours; begin with the first page")
            }
            other => Self::internal(&other),
        }
    }
}

impl From<SourceError> for Problem {
    fn from(error: SourceError) -> Self {
        Self::internal(&error)
    }
}

impl From<muster_ledger::LedgerError> for Problem {
    fn from(error: muster_ledger::LedgerError) -> Self {
        Self::internal(&error)
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::JsonDataError(error) => Self::invalid(error.body_text()),
            other => Self::malformed(other.body_text()),
        }
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::malformed(rejection.body_text())
    }
}
