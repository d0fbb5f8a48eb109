//! The record of who did what.

use axum::extract::{Query, State};
use muster_accounts::{Audit, AuditEntry};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::App,
    page::{Page, PageQuery, number_cursor},
    problem::Problem,
    time::Time,
};

/// Something that somebody did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct AuditView {
    /// Grows with time.
    id: i64,
    /// When.
    at: Time,
    /// Who, as they were called then.
    actor: String,
    /// What: `integration.add`, `finding.suppress`, ...
    action: String,
    /// To what, as it was called then.
    target: Option<String>,
    /// The rest.
    #[schema(value_type = Option<Object>)]
    detail: Option<Value>,
    /// From where.
    address: Option<String>,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id,
            at: Time(entry.at),
            actor: entry.actor,
            action: entry.action,
            target: entry.target,
            detail: entry.detail,
            address: entry.address,
        }
    }
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Part of the name of who did it.
    actor: Option<String>,
}

/// Who did what, newest first
#[utoipa::path(get, path = "/api/audit", tag = "audit", params(AuditFilter, PageQuery),
    responses((status = 200, body = Page<AuditView>)))]
pub async fn list(
    State(app): State<App>,
    Query(filter): Query<AuditFilter>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Page<AuditView>>, Problem> {
    let (before, limit) = (page.number()?, page.limit() as usize);
    let mut entries = app
        .read(move |transaction| {
            Ok(Audit(transaction).page(before, filter.actor.as_deref(), limit + 1)?)
        })
        .await?;
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries
        .last()
        .filter(|_| more)
        .map(|entry| number_cursor(entry.id));
    Ok(axum::Json(Page {
        items: entries.into_iter().map(AuditView::from).collect(),
        next,
        total: None,
    }))
}
