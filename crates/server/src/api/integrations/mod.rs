//! Connected accounts.

mod order;
mod view;
pub mod webhook;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use muster_control::Integrations;
use muster_model::{Integration, IntegrationId};
use muster_office::request::{Add, Set};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

pub use self::{
    order::{Confirmation, IntegrationChange, NewIntegration, SyncOrder, Trial},
    view::{
        ConnectionView, IntegrationDetail, IntegrationState, IntegrationView, ProgressView, types,
        view, views,
    },
};
use crate::{
    access::Caller,
    app::App,
    job,
    page::{Json, Page},
    problem::{Problem, ProblemDetails},
    reading,
};

/// A new integration, and what its credentials are good for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedIntegration {
    integration: IntegrationView,
    connection: ConnectionView,
}

/// Try settings and credentials; nothing is saved
#[utoipa::path(post, path = "/api/integrations/test", tag = "integrations", request_body = Trial,
    responses((status = 200, body = ConnectionView), (status = 422, body = ProblemDetails)))]
pub async fn try_out(
    State(app): State<App>,
    Json(trial): Json<Trial>,
) -> Result<axum::Json<ConnectionView>, Problem> {
    let connection = app
        .office
        .try_connection(
            &trial.provider,
            &trial.settings,
            &trial.secrets,
            trial.allow_insecure_endpoints,
        )
        .await?;
    Ok(axum::Json(connection.into()))
}

/// Connected accounts, by name
#[utoipa::path(get, path = "/api/integrations", tag = "integrations", responses((status = 200, body = Page<IntegrationView>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<IntegrationView>>, Problem> {
    Ok(axum::Json(Page::whole(views(&app).await?)))
}

/// Connect an account, once its credentials were tried; its first collection begins at once
#[utoipa::path(post, path = "/api/integrations", tag = "integrations", request_body = NewIntegration,
    responses((status = 200, body = AddedIntegration), (status = 422, body = ProblemDetails)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewIntegration>,
) -> Result<axum::Json<AddedIntegration>, Problem> {
    let (integration, connection) = app
        .office
        .add(Add {
            provider: new.provider,
            name: new.name,
            description: new.description,
            tags: new.tags,
            settings: new.settings,
            secrets: new.secrets,
            allow_insecure_endpoints: new.allow_insecure_endpoints,
            interval_seconds: new.interval_seconds,
        })
        .await?;
    let detail = json!({"provider": integration.provider, "settings": integration.settings});
    note(
        &app,
        caller,
        "integration.add",
        &integration.name,
        Some(detail),
    )
    .await?;
    app.signals.collect.notify_one();
    Ok(axum::Json(AddedIntegration {
        integration: view(&app, &integration.id).await?,
        connection: connection.into(),
    }))
}

/// One connected account, and how far each of its types can be believed
#[utoipa::path(get, path = "/api/integrations/{id}", tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = IntegrationDetail), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<axum::Json<IntegrationDetail>, Problem> {
    let id = reading::integration_id(&id)?;
    let integration = view(&app, &id).await?;
    let types = app.blocking(move |app| types(app, &id)).await?;
    Ok(axum::Json(IntegrationDetail { integration, types }))
}

/// Change a connected account; another connection is tried before it is saved
#[utoipa::path(patch, path = "/api/integrations/{id}", tag = "integrations", params(("id" = String, Path)),
    request_body = IntegrationChange,
    responses((status = 200, body = IntegrationView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<IntegrationChange>,
) -> Result<axum::Json<IntegrationView>, Problem> {
    let id = reading::integration_id(&id)?;
    let before = find(&app, &id).await?;
    let replaced: Vec<String> = change.secrets.keys().cloned().collect();
    let (after, _) = app
        .office
        .set(Set {
            name: before.name.clone(),
            new_name: change.name,
            description: change.description,
            tags: change.tags,
            interval_seconds: change.interval_seconds,
            settings: change.settings,
            secrets: change.secrets,
            allow_insecure_endpoints: false,
        })
        .await?;
    if let Some(enabled) = change.enabled {
        app.office.set_enabled(&after.name, enabled)?;
    }
    let detail = json!({
        "name": after.name, "description": after.description, "tags": after.tags, "settings": after.settings,
        "intervalSeconds": after.interval_seconds, "enabled": change.enabled.unwrap_or(after.enabled),
        "credentialsReplaced": replaced,
    });
    note(
        &app,
        caller,
        "integration.change",
        &before.name,
        Some(detail),
    )
    .await?;
    app.signals.collect.notify_one();
    Ok(axum::Json(view(&app, &id).await?))
}

/// Remove an account and everything that was collected for it, for good
#[utoipa::path(delete, path = "/api/integrations/{id}", tag = "integrations", params(("id" = String, Path)),
    request_body = Confirmation,
    responses((status = 204), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(confirmation): Json<Confirmation>,
) -> Result<StatusCode, Problem> {
    let integration = find(&app, &reading::integration_id(&id)?).await?;
    if confirmation.confirm.trim() != integration.name {
        return Err(Problem::invalid_field(
            "confirm",
            format!("type the name, {}, exactly", integration.name),
        ));
    }
    note(&app, caller, "integration.delete", &integration.name, None).await?;
    app.office.delete(&integration.name).await?;
    app.signals.evaluate.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// Collect now
#[utoipa::path(post, path = "/api/integrations/{id}/sync", tag = "integrations", params(("id" = String, Path)),
    request_body = SyncOrder,
    responses((status = 202), (status = 404, body = ProblemDetails), (status = 409, body = ProblemDetails)))]
pub async fn sync(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(order): Json<SyncOrder>,
) -> Result<StatusCode, Problem> {
    let integration = find(&app, &reading::integration_id(&id)?).await?;
    if !integration.enabled {
        return Err(Problem::conflict(format!(
            "{} is disabled; enable it first",
            integration.name
        )));
    }
    if app.office.is_pushed(&integration) {
        return Err(Problem::invalid(format!(
            "nothing is asked for {}: its resources are pushed",
            integration.name
        )));
    }
    if app.office.collecting(&integration.id).is_some() {
        return Err(Problem::conflict(format!(
            "{} is being collected already",
            integration.name
        )));
    }
    let detail = json!({"full": order.full, "acceptRemovals": order.accept_removals});
    note(
        &app,
        caller,
        "integration.sync",
        &integration.name,
        Some(detail),
    )
    .await?;
    job::collect::begin(&app, integration, order.full, order.accept_removals);
    Ok(StatusCode::ACCEPTED)
}

async fn note(
    app: &App,
    caller: Caller,
    action: &'static str,
    target: &str,
    detail: Option<serde_json::Value>,
) -> Result<(), Problem> {
    let (target, now) = (target.to_owned(), app.now());
    app.write(move |transaction| caller.note(transaction, action, Some(&target), detail, now))
        .await
}

async fn find(app: &App, id: &IntegrationId) -> Result<Integration, Problem> {
    let id = id.clone();
    app.read(move |transaction| Ok(Integrations(transaction).with_id(&id)?))
        .await
}
