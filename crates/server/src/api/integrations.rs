//! Connected accounts.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use muster_control::Integrations;
use muster_model::{Integration, IntegrationId, TypeState};
use muster_office::{
    RunRecord, Runs, due,
    request::{Add, Connection, Set, TypeProgress},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    access::Caller,
    app::App,
    job,
    page::{Json, Page},
    problem::{Problem, ProblemDetails},
    reading::{self, Counted},
    time::Time,
};

/// How an integration is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IntegrationState {
    /// Nothing was collected yet.
    New,
    /// It is being collected.
    Running,
    /// Everything that can be had is there.
    Complete,
    /// Something is missing.
    Incomplete,
    /// The last run could not do its work.
    Failing,
    /// It is not collected.
    Disabled,
}

/// A connected account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Integration)]
pub struct IntegrationView {
    /// Never changes.
    pub id: String,
    /// `okta`
    pub provider: String,
    /// Unique.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// As they are stored.
    pub settings: BTreeMap<String, String>,
    /// Whether it is collected.
    pub enabled: bool,
    /// How often.
    pub interval_seconds: u32,
    /// When it was added.
    pub created_at: Time,
    /// Whose it is, as the vendor says.
    pub organisation: Option<String>,
    /// How it is doing.
    pub state: IntegrationState,
    /// Why it is not doing well.
    pub reason: Option<String>,
    /// Resources there are.
    pub resources: u64,
    /// Requests of the last run.
    pub requests: Option<u64>,
    /// The last run that came to its end.
    pub last_run: Option<RunView>,
    /// When it is collected next.
    pub next_run_at: Option<Time>,
    /// How far each type has come, while it is collected.
    pub progress: Option<Vec<ProgressView>>,
}

/// A run that came to its end.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Run)]
pub struct RunView {
    started_at: Time,
    finished_at: Time,
    /// Whether everything that can be had is there.
    complete: bool,
    requests: u64,
    added: u64,
    modified: u64,
    removed: u64,
}

/// How far a type has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TypeProgress)]
pub struct ProgressView {
    /// Which.
    #[serde(rename = "type")]
    resource_type: String,
    /// Resources seen.
    seen: u64,
    /// Changes found.
    changes: u64,
    /// For a type that is listed per parent: parents found.
    parents: Option<u64>,
    /// For a type that is listed per parent: parents listed.
    parents_done: Option<u64>,
    /// Requests sent.
    requests: u64,
    /// How it ended, once it has.
    status: Option<String>,
}

impl From<TypeProgress> for ProgressView {
    fn from(progress: TypeProgress) -> Self {
        Self {
            resource_type: progress.resource_type,
            seen: progress.seen,
            changes: progress.changes,
            parents: progress.parents.map(|(parents, _)| parents),
            parents_done: progress.parents.map(|(_, done)| done),
            requests: progress.requests,
            status: progress.state,
        }
    }
}

/// How far one type can be believed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TypeState)]
pub struct TypeStateView {
    /// Which.
    #[serde(rename = "type")]
    resource_type: String,
    /// `Okta User`
    title: String,
    /// `waiting`, `complete`, `incomplete`, `not_permitted`, `not_available` or `skipped`.
    status: String,
    /// What is missing and why.
    reason: Option<String>,
    /// Resources there are.
    resources: u64,
    /// Whether what is there may be older than the interval says.
    stale: bool,
    /// Since when it has been complete without interruption.
    complete_since: Option<Time>,
    /// When its last listing finished.
    last_complete: Option<Time>,
    /// For a type that is listed per parent: parents there are.
    parents: Option<i64>,
    /// For a type that is listed per parent: parents listed at least once.
    parents_done: Option<i64>,
}

/// A connected account and how far each of its types can be believed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IntegrationDetail)]
pub struct IntegrationDetail {
    #[serde(flatten)]
    integration: IntegrationView,
    /// In the provider's order.
    types: Vec<TypeStateView>,
}

/// What settings and credentials are good for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Connection)]
pub struct ConnectionView {
    /// Whose they are.
    organisation: Option<String>,
    /// What they will not see, a line each.
    unseen: Vec<String>,
}

impl From<Connection> for ConnectionView {
    fn from(connection: Connection) -> Self {
        Self {
            organisation: connection.organisation,
            unseen: connection.unseen,
        }
    }
}

/// Settings and credentials to be tried.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// `okta`
    provider: String,
    /// By the names of the provider's fields.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// By the names of the provider's fields.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    /// Whether the endpoint may be something else than public HTTPS.
    #[serde(default)]
    allow_insecure_endpoints: bool,
}

/// An account to be connected.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewIntegration {
    /// `okta`
    provider: String,
    /// Must be free.
    name: String,
    /// Free text.
    #[serde(default)]
    description: String,
    /// Words to filter by.
    #[serde(default)]
    tags: Vec<String>,
    /// By the names of the provider's fields.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// By the names of the provider's fields.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    /// How often it is collected; every ten minutes unless given.
    interval_seconds: Option<u32>,
    /// Whether the endpoint may be something else than public HTTPS.
    #[serde(default)]
    allow_insecure_endpoints: bool,
}

/// What changes of a connected account. Members that are absent stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationChange {
    name: Option<String>,
    description: Option<String>,
    tags: Option<Vec<String>>,
    /// Those given change; an empty one is taken away.
    #[serde(default)]
    settings: BTreeMap<String, String>,
    /// Those given are replaced.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    interval_seconds: Option<u32>,
    /// Whether it is collected.
    enabled: Option<bool>,
}

/// A new integration, and what its credentials are good for.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedIntegration {
    integration: IntegrationView,
    connection: ConnectionView,
}

/// The name once more, so that nothing is deleted by accident.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Confirmation {
    /// The integration's name.
    confirm: String,
}

/// How to collect.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncOrder {
    /// List everything, also what did not move.
    full: bool,
    /// Types whose removals are taken however many they are.
    accept_removals: Vec<String>,
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

async fn view(app: &App, id: &IntegrationId) -> Result<IntegrationView, Problem> {
    let id = id.to_string();
    let views = views(app).await?;
    views
        .into_iter()
        .find(|view| view.id == id)
        .ok_or_else(|| Problem::not_found("there is no such integration"))
}

/// What is stored of each integration.
struct Stored {
    integration: Integration,
    organisation: Option<String>,
    last: Option<RunRecord>,
    finished: Option<RunRecord>,
}

/// All integrations as the interface shows them.
pub async fn views(app: &App) -> Result<Vec<IntegrationView>, Problem> {
    app.blocking(|app| {
        let counted = app.counts.now(app)?;
        let (stored, states) = app.database.read(|transaction| {
            let stored = Integrations(transaction)
                .all()?
                .into_iter()
                .map(|integration| {
                    let runs = Runs(transaction);
                    let known = muster_collect::known_organisation(transaction, &integration.id)?;
                    Ok(Stored {
                        organisation: known.map(|known| known.name.unwrap_or(known.id)),
                        last: runs.last(&integration.id)?,
                        finished: runs.last_finished(&integration.id)?,
                        integration,
                    })
                })
                .collect::<Result<Vec<_>, Problem>>()?;
            Ok::<_, Problem>((stored, muster_collect::states(transaction)?))
        })?;
        Ok(stored
            .into_iter()
            .map(|stored| shown(app, stored, &states, &counted))
            .collect())
    })
    .await
}

fn shown(app: &App, stored: Stored, states: &[TypeState], counted: &Counted) -> IntegrationView {
    let Stored {
        integration,
        organisation,
        last,
        finished,
    } = stored;
    let collecting = app.office.collecting(&integration.id);
    let missing: Vec<&TypeState> = states
        .iter()
        .filter(|state| {
            state.integration == integration.id
                && state.status == muster_model::TypeStatus::Incomplete
        })
        .collect();
    let (state, reason) = match &finished {
        _ if !integration.enabled => (IntegrationState::Disabled, None),
        _ if collecting.is_some() => (IntegrationState::Running, None),
        None => (IntegrationState::New, None),
        Some(run) if run.reason.is_some() => (IntegrationState::Failing, run.reason.clone()),
        Some(run) if run.complete && missing.is_empty() => (IntegrationState::Complete, None),
        Some(_) => {
            let reasons: Vec<String> = missing
                .iter()
                .map(|state| match &state.reason {
                    Some(reason) => format!("{}: {reason}", state.resource_type),
                    None => state.resource_type.clone(),
                })
                .collect();
            let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
            (IntegrationState::Incomplete, reason)
        }
    };
    let resources = counted
        .iter()
        .filter(|((id, _), _)| *id == integration.id)
        .map(|(_, count)| count)
        .sum();
    let next = due(&integration, last.as_ref(), app.options.opened);
    IntegrationView {
        id: integration.id.to_string(),
        provider: integration.provider,
        name: integration.name,
        description: integration.description,
        tags: integration.tags,
        settings: integration.settings,
        enabled: integration.enabled,
        interval_seconds: integration.interval_seconds,
        created_at: Time(integration.created),
        organisation,
        state,
        reason,
        resources,
        requests: finished.as_ref().map(|run| run.requests),
        last_run: finished.and_then(|run| {
            Some(RunView {
                started_at: Time(run.started),
                finished_at: Time(run.finished?),
                complete: run.complete,
                requests: run.requests,
                added: run.added,
                modified: run.modified,
                removed: run.removed,
            })
        }),
        next_run_at: next.filter(|_| collecting.is_none()).map(Time),
        progress: collecting.map(|collecting| {
            collecting
                .types
                .into_iter()
                .map(ProgressView::from)
                .collect()
        }),
    }
}

fn types(app: &App, id: &IntegrationId) -> Result<Vec<TypeStateView>, Problem> {
    let counted = app.counts.now(app)?;
    let (integration, states) = app.database.read(|transaction| {
        let integration = Integrations(transaction).with_id(id)?;
        Ok::<_, Problem>((integration, muster_collect::states(transaction)?))
    })?;
    let Some(provider) = app.office.catalogue().provider(&integration.provider) else {
        return Ok(Vec::new());
    };
    let shown = provider.resources.iter().map(|file| {
        let resource_type = Arc::clone(&file.resource_type);
        let state = states
            .iter()
            .find(|state| state.integration == *id && state.resource_type == resource_type.name);
        TypeStateView {
            status: state
                .map_or("waiting", |state| state.status.as_str())
                .to_owned(),
            reason: state.and_then(|state| state.reason.clone()),
            resources: counted
                .get(&(id.clone(), resource_type.name.clone()))
                .copied()
                .unwrap_or(0),
            stale: state.is_some_and(|state| state.stale),
            complete_since: state.and_then(|state| state.complete_since).map(Time),
            last_complete: state.and_then(|state| state.last_complete).map(Time),
            parents: state.and_then(|state| state.parents),
            parents_done: state.and_then(|state| state.parents_done),
            resource_type: resource_type.name.clone(),
            title: resource_type.title.clone(),
        }
    });
    Ok(shown.collect())
}
