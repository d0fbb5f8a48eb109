//! Where a vendor sends what happens: made, shown, ended.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
};
use muster_office::MadeWebhook;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::Caller,
    app::App,
    problem::{Problem, ProblemDetails},
    reading,
    time::Time,
};

/// How an integration's webhook is doing.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Webhook)]
pub struct WebhookView {
    /// Whether there is one.
    active: bool,
    /// When it was made.
    created_at: Option<Time>,
    /// When the last message came.
    last_received_at: Option<Time>,
    /// Messages that came.
    received: i64,
    /// Messages that were not looked at yet.
    waiting: i64,
    /// Messages, and events in them, that were not understood.
    not_understood: i64,
}

/// A new webhook; its secrets are told this once.
#[derive(Serialize, ToSchema)]
#[schema(as = MadeWebhook)]
pub struct MadeWebhookView {
    /// Where the vendor is to send to.
    url: String,
    /// What it is to send along, where it can.
    header: Option<HookHeaderView>,
    /// What to do at the vendor, one step each.
    steps: Vec<String>,
}

/// A header with a secret in it.
#[derive(Serialize, ToSchema)]
#[schema(as = HookHeader)]
pub struct HookHeaderView {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

impl From<MadeWebhook> for MadeWebhookView {
    fn from(made: MadeWebhook) -> Self {
        Self {
            url: made.url,
            header: made.header.map(|header| HookHeaderView {
                name: header.name,
                value: header.value,
            }),
            steps: made.steps,
        }
    }
}

/// How the webhook of an account is doing
#[utoipa::path(get, path = "/api/integrations/{id}/webhook", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = WebhookView), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<axum::Json<WebhookView>, Problem> {
    let integration = super::find(&app, &reading::integration_id(&id)?).await?;
    let state = app
        .read(move |transaction| Ok(muster_collect::webhook_state(transaction, &integration.id)?))
        .await?;
    let view = state.map_or_else(WebhookView::default, |state| WebhookView {
        active: true,
        created_at: Some(Time(state.created)),
        last_received_at: state.last_received.map(Time),
        received: state.received,
        waiting: state.waiting,
        not_understood: state.not_understood,
    });
    Ok(axum::Json(view))
}

/// Make a webhook; one that there was ends. Its address and secrets are told this once
#[utoipa::path(post, path = "/api/integrations/{id}/webhook", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = MadeWebhookView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn make(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<axum::Json<MadeWebhookView>, Problem> {
    let integration = super::find(&app, &reading::integration_id(&id)?).await?;
    let base = base(&app, &headers);
    let made = app
        .blocking(move |app| {
            Ok(app
                .office
                .make_webhook(&integration.id, &base, &caller.author())?)
        })
        .await?;
    Ok(axum::Json(made.into()))
}

/// End the webhook of an account
#[utoipa::path(delete, path = "/api/integrations/{id}/webhook", tag = "integrations", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let integration = super::find(&app, &reading::integration_id(&id)?).await?;
    let removed = app
        .blocking(move |app| {
            Ok(app
                .office
                .remove_webhook(&integration.id, &caller.author())?)
        })
        .await?;
    match removed {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found("there is no webhook")),
    }
}

/// Where people reach the server: as configured, otherwise as this request did.
fn base(app: &App, headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .filter(|host| {
            host.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
        });
    match (&app.options.public_url, host) {
        (None, Some(host)) => format!("http://{host}"),
        _ => app.options.base(),
    }
}
