//! How connected accounts are shown.

use std::{collections::BTreeMap, sync::Arc};

use muster_control::{Integrations, Secrets};
use muster_model::{Integration, IntegrationId, TypeState, TypeStatus};
use muster_office::{
    RunRecord, Runs, due,
    request::{Connection, TypeProgress},
};
use rusqlite::Transaction;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{app::App, problem::Problem, reading::Counted, time::Time};

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

/// How far a type can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TypeStatus)]
pub enum TypeStatusName {
    /// It was not listed yet.
    Waiting,
    /// Every listing has finished.
    Complete,
    /// Something is missing; what is there stays.
    Incomplete,
    /// The credentials may not read it.
    NotPermitted,
    /// The organisation does not have it.
    NotAvailable,
    /// It is not to be collected.
    Skipped,
}

impl From<TypeStatus> for TypeStatusName {
    fn from(status: TypeStatus) -> Self {
        match status {
            TypeStatus::Complete => Self::Complete,
            TypeStatus::Incomplete => Self::Incomplete,
            TypeStatus::NotPermitted => Self::NotPermitted,
            TypeStatus::NotAvailable => Self::NotAvailable,
            TypeStatus::Skipped => Self::Skipped,
        }
    }
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
    /// Which of the provider's ways to authenticate it uses.
    pub authentication: Option<String>,
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
    status: Option<TypeStatusName>,
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
            status: progress.state.map(TypeStatusName::from),
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
    /// How far it can be believed.
    status: TypeStatusName,
    /// What is missing and why.
    reason: Option<String>,
    /// Whether removals are held back until they are accepted.
    held_back: bool,
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
    pub integration: IntegrationView,
    /// In the provider's order.
    pub types: Vec<TypeStateView>,
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

/// What is stored of each integration.
struct Stored {
    integration: Integration,
    last: Option<RunRecord>,
    finished: Option<RunRecord>,
    secrets: Vec<String>,
}

impl Stored {
    fn of(transaction: &Transaction<'_>, integration: Integration) -> Result<Self, Problem> {
        let runs = Runs(transaction);
        Ok(Self {
            last: runs.last(&integration.id)?,
            finished: runs.last_finished(&integration.id)?,
            secrets: Secrets(transaction).names(&integration.id)?,
            integration,
        })
    }
}

/// One integration as the interface shows it.
pub async fn view(app: &App, id: &IntegrationId) -> Result<IntegrationView, Problem> {
    let id = id.clone();
    app.blocking(move |app| {
        let counted = app.counts.now(app)?;
        let (stored, states) = app.database.read(|transaction| {
            let integration = Integrations(transaction).with_id(&id)?;
            let states = muster_collect::states(transaction)?;
            Ok::<_, Problem>((Stored::of(transaction, integration)?, states))
        })?;
        Ok(shown(app, stored, &states, &counted))
    })
    .await
}

/// All integrations as the interface shows them.
pub async fn views(app: &App) -> Result<Vec<IntegrationView>, Problem> {
    app.blocking(|app| {
        let counted = app.counts.now(app)?;
        let (stored, states) = app.database.read(|transaction| {
            let stored = Integrations(transaction)
                .all()?
                .into_iter()
                .map(|integration| Stored::of(transaction, integration))
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
        last,
        finished,
        secrets,
    } = stored;
    let catalogue = app.office.catalogue();
    let provider = catalogue.provider(&integration.provider);
    let pushed = provider.is_some_and(|provider| provider.pushed);
    let way = provider.and_then(|provider| provider.way_of(&secrets));
    let collecting = app.office.collecting(&integration.id);
    let missing: Vec<&TypeState> = states
        .iter()
        .filter(|state| {
            state.integration == integration.id && state.status == TypeStatus::Incomplete
        })
        .collect();
    let own = || {
        states
            .iter()
            .filter(|known| known.integration == integration.id)
    };
    let (state, reason) = match &finished {
        _ if !integration.enabled => (IntegrationState::Disabled, None),
        _ if collecting.is_some() => (IntegrationState::Running, None),
        None if !pushed || own().next().is_none() => (IntegrationState::New, None),
        Some(run) if run.reason.is_some() => (IntegrationState::Failing, run.reason.clone()),
        Some(run) if run.complete && missing.is_empty() => (IntegrationState::Complete, None),
        // Where resources are pushed, what came of it counts, not runs.
        None if missing.is_empty() => (IntegrationState::Complete, None),
        _ => {
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
    let next = due(&integration, last.as_ref(), app.options.opened).filter(|_| !pushed);
    IntegrationView {
        id: integration.id.to_string(),
        provider: integration.provider,
        name: integration.name,
        description: integration.description,
        tags: integration.tags,
        settings: integration.settings,
        authentication: way.map(|way| way.name().to_owned()),
        enabled: integration.enabled,
        interval_seconds: integration.interval_seconds,
        created_at: Time(integration.created),
        organisation: integration
            .organisation
            .map(|known| known.name.unwrap_or(known.id)),
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

/// How far each type of an integration can be believed. Reads files: not on a thread that serves.
pub fn types(app: &App, id: &IntegrationId) -> Result<Vec<TypeStateView>, Problem> {
    let counted = app.counts.now(app)?;
    let (integration, states) = app.database.read(|transaction| {
        let integration = Integrations(transaction).with_id(id)?;
        Ok::<_, Problem>((integration, muster_collect::states(transaction)?))
    })?;
    let catalogue = app.office.catalogue();
    let Some(provider) = catalogue.provider(&integration.provider) else {
        return Ok(Vec::new());
    };
    // A type of one's own belongs to one integration.
    let is_own = |name: &str| {
        let known = |state: &TypeState| state.integration == *id && state.resource_type == name;
        !provider.pushed || states.iter().any(known)
    };
    let files = provider.resources.iter();
    let shown = files.filter(|file| is_own(file.name())).map(|file| {
        let resource_type = Arc::clone(&file.resource_type);
        let state = states
            .iter()
            .find(|state| state.integration == *id && state.resource_type == resource_type.name);
        TypeStateView {
            status: state.map_or(TypeStatusName::Waiting, |state| state.status.into()),
            held_back: state.is_some_and(|state| state.held_back),
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
