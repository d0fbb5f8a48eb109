//! What is told about, and to whom.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use muster_alerts::{
    Alert, AlertChange as Change, Alerts, ChangeWatch, FindingStepKind, FindingWatch,
    NewAlert as New, Watch,
};
use muster_model::{ChangeKind, IntegrationId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{changes::ChangeKindName, rules::SeverityName};
use crate::{
    access::Caller,
    app::App,
    page::{Json, Page},
    problem::{Problem, ProblemDetails},
    time::Time,
};

/// What an alert watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Findings.
    Finding,
    /// Changes of resources.
    Change,
}

/// A step of a finding that can be told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WatchedStep {
    Opened,
    Reopened,
    Resolved,
}

/// Which findings. An empty list means all.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WatchedFindings {
    /// Of rules at least this severe.
    minimum_severity: SeverityName,
    /// Of these rules, by id.
    #[serde(default)]
    rules: Vec<String>,
    /// In these integrations, by id.
    #[serde(default)]
    integrations: Vec<String>,
    /// These steps.
    #[serde(default)]
    steps: Vec<WatchedStep>,
}

/// Which changes. An empty list means all.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct WatchedChanges {
    /// Of these types.
    #[serde(default)]
    types: Vec<String>,
    /// In these integrations, by id.
    #[serde(default)]
    integrations: Vec<String>,
    /// These kinds.
    #[serde(default)]
    kinds: Vec<ChangeKindName>,
    /// Where a modified resource differs: these paths or ones below them.
    #[serde(default)]
    fields: Vec<String>,
}

/// What is told about, and to whom.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Alert)]
pub struct AlertView {
    id: String,
    name: String,
    kind: AlertKind,
    enabled: bool,
    /// Ids of channels.
    channels: Vec<String>,
    /// Of kind `finding`.
    findings: Option<WatchedFindings>,
    /// Of kind `change`.
    changes: Option<WatchedChanges>,
    last_sent_at: Option<Time>,
}

/// An alert to be.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewAlert {
    name: String,
    kind: AlertKind,
    /// Ids of channels.
    channels: Vec<String>,
    /// For kind `finding`.
    findings: Option<WatchedFindings>,
    /// For kind `change`.
    changes: Option<WatchedChanges>,
    /// True unless given.
    enabled: Option<bool>,
}

/// What changes of an alert. Members that are absent stay as they are.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AlertChange {
    name: Option<String>,
    enabled: Option<bool>,
    channels: Option<Vec<String>>,
    findings: Option<WatchedFindings>,
    changes: Option<WatchedChanges>,
}

/// Alerts, by name
#[utoipa::path(get, path = "/api/alerts", tag = "alerts", responses((status = 200, body = Page<AlertView>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<AlertView>>, Problem> {
    let alerts = app
        .read(|transaction| Ok(Alerts(transaction).list()?))
        .await?;
    Ok(axum::Json(Page::whole(
        alerts.into_iter().map(AlertView::from).collect(),
    )))
}

/// Make an alert; it tells of what happens from now on
#[utoipa::path(post, path = "/api/alerts", tag = "alerts", request_body = NewAlert,
    responses((status = 200, body = AlertView), (status = 422, body = ProblemDetails)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewAlert>,
) -> Result<axum::Json<AlertView>, Problem> {
    let watch = match (new.kind, new.findings, new.changes) {
        (AlertKind::Finding, Some(findings), None) => Watch::Finding(findings.understood()?),
        (AlertKind::Change, None, Some(changes)) => Watch::Change(changes.understood()?),
        (AlertKind::Finding, ..) => {
            return Err(Problem::invalid_field(
                "findings",
                "say which findings it is about",
            ));
        }
        (AlertKind::Change, ..) => {
            return Err(Problem::invalid_field(
                "changes",
                "say which changes it is about",
            ));
        }
    };
    let new = New {
        name: new.name,
        channels: new.channels,
        watch,
        enabled: new.enabled.unwrap_or(true),
    };
    let now = app.now();
    let alert = app
        .write(move |transaction| {
            let alert = Alerts(transaction).create(new, now)?;
            let detail = json!({"kind": alert.watch.kind()});
            caller.note(
                transaction,
                "alert.add",
                Some(&alert.name),
                Some(detail),
                now,
            )?;
            Ok(alert)
        })
        .await?;
    Ok(axum::Json(alert.into()))
}

/// Change an alert; switched on again, it tells of what happens from then on
#[utoipa::path(patch, path = "/api/alerts/{id}", tag = "alerts", params(("id" = String, Path)), request_body = AlertChange,
    responses((status = 200, body = AlertView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<AlertChange>,
) -> Result<axum::Json<AlertView>, Problem> {
    let watch = match (change.findings, change.changes) {
        (Some(findings), None) => Some(Watch::Finding(findings.understood()?)),
        (None, Some(changes)) => Some(Watch::Change(changes.understood()?)),
        (None, None) => None,
        (Some(_), Some(_)) => {
            return Err(Problem::invalid(
                "an alert is about findings or about changes, not both",
            ));
        }
    };
    let change = Change {
        name: change.name,
        enabled: change.enabled,
        channels: change.channels,
        watch,
    };
    let now = app.now();
    let alert = app
        .write(move |transaction| {
            let alert = Alerts(transaction).update(&id, change)?;
            let detail = json!({"enabled": alert.enabled});
            caller.note(
                transaction,
                "alert.change",
                Some(&alert.name),
                Some(detail),
                now,
            )?;
            Ok(alert)
        })
        .await?;
    Ok(axum::Json(alert.into()))
}

/// Remove an alert; what it has to send already is sent
#[utoipa::path(delete, path = "/api/alerts/{id}", tag = "alerts", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let now = app.now();
    app.write(move |transaction| {
        let alert = Alerts(transaction).find(&id)?;
        Alerts(transaction).delete(&id, now)?;
        caller.note(transaction, "alert.remove", Some(&alert.name), None, now)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        let (kind, findings, changes) = match alert.watch {
            Watch::Finding(watch) => (AlertKind::Finding, Some(watch.into()), None),
            Watch::Change(watch) => (AlertKind::Change, None, Some(watch.into())),
        };
        Self {
            id: alert.id,
            name: alert.name,
            kind,
            enabled: alert.enabled,
            channels: alert.channels,
            findings,
            changes,
            last_sent_at: alert.last_sent_at.map(Time),
        }
    }
}

impl From<FindingWatch> for WatchedFindings {
    fn from(watch: FindingWatch) -> Self {
        Self {
            minimum_severity: watch.minimum_severity.into(),
            rules: watch.rules,
            integrations: watch.integrations.iter().map(ToString::to_string).collect(),
            steps: watch
                .steps
                .into_iter()
                .map(|step| match step {
                    FindingStepKind::Opened => WatchedStep::Opened,
                    FindingStepKind::Reopened => WatchedStep::Reopened,
                    FindingStepKind::Resolved => WatchedStep::Resolved,
                })
                .collect(),
        }
    }
}

impl WatchedFindings {
    fn understood(self) -> Result<FindingWatch, Problem> {
        Ok(FindingWatch {
            minimum_severity: self.minimum_severity.into(),
            rules: self.rules,
            integrations: ids(&self.integrations)?,
            steps: self
                .steps
                .into_iter()
                .map(|step| match step {
                    WatchedStep::Opened => FindingStepKind::Opened,
                    WatchedStep::Reopened => FindingStepKind::Reopened,
                    WatchedStep::Resolved => FindingStepKind::Resolved,
                })
                .collect(),
        })
    }
}

impl From<ChangeWatch> for WatchedChanges {
    fn from(watch: ChangeWatch) -> Self {
        Self {
            types: watch.types,
            integrations: watch.integrations.iter().map(ToString::to_string).collect(),
            kinds: watch
                .kinds
                .into_iter()
                .filter_map(ChangeKindName::of)
                .collect(),
            fields: watch.fields,
        }
    }
}

impl WatchedChanges {
    fn understood(self) -> Result<ChangeWatch, Problem> {
        Ok(ChangeWatch {
            types: self.types,
            integrations: ids(&self.integrations)?,
            kinds: self
                .kinds
                .into_iter()
                .map(|kind| match kind {
                    ChangeKindName::Added => ChangeKind::Added,
                    ChangeKindName::Modified => ChangeKind::Modified,
                    ChangeKindName::Removed => ChangeKind::Removed,
                })
                .collect(),
            fields: self.fields,
        })
    }
}

fn ids(texts: &[String]) -> Result<Vec<IntegrationId>, Problem> {
    texts
        .iter()
        .map(|text| {
            IntegrationId::parse(text).ok_or_else(|| {
                Problem::invalid_field(
                    "integrations",
                    format!("`{text}` is the id of no integration"),
                )
            })
        })
        .collect()
}
