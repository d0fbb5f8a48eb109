//! Findings, and what people do about them.

use axum::extract::{Path, Query, State};
use muster_accounts::Users;
use muster_control::Integrations;
use muster_model::{Integration, IntegrationId, Severity};
use muster_rules::{
    Finding, FindingFilter as Filter, FindingSort, FindingStatus, FindingStatusFilter, Findings,
    Person, Step, StepKind,
};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use super::{
    given,
    rules::{RuleDetail, SeverityName, detail},
    several,
};
use crate::{
    access::Caller,
    app::App,
    page::{Json, Page, PageQuery},
    problem::{Problem, ProblemDetails},
    reading::IntegrationName,
    time::Time,
};

/// Whether a resource breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FindingStatus)]
pub enum StatusName {
    /// It does.
    Open,
    /// It does, and that is accepted for now.
    Suppressed,
    /// It did.
    Resolved,
}

/// Somebody.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Person)]
pub struct PersonView {
    id: String,
    name: String,
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
        }
    }
}

/// A rule as a finding names it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RuleName)]
pub struct RuleNameView {
    id: String,
    title: String,
    severity: SeverityName,
}

/// Why a finding is held under.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Suppression)]
pub struct SuppressionView {
    /// In words.
    reason: String,
    /// When it ends; never when null.
    until: Option<Time>,
    /// Who said so.
    by: PersonView,
    /// When.
    at: Time,
}

/// One resource that breaks one rule, or did.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Finding)]
pub struct FindingView {
    id: String,
    rule: RuleNameView,
    integration: IntegrationName,
    resource_type: String,
    key: String,
    /// The name a person knows the resource by.
    label: String,
    status: StatusName,
    opened_at: Time,
    changed_at: Time,
    /// What the rule shows of the resource.
    #[schema(value_type = Object)]
    evidence: Map<String, Value>,
    assignee: Option<PersonView>,
    due_at: Option<Time>,
    suppression: Option<SuppressionView>,
}

impl FindingView {
    /// A finding as the interface shows it.
    pub fn new(finding: Finding, integrations: &[Integration]) -> Self {
        Self {
            integration: IntegrationName::of(&finding.integration, integrations),
            id: finding.id,
            rule: RuleNameView {
                id: finding.rule.id,
                title: finding.rule.title,
                severity: finding.rule.severity.into(),
            },
            resource_type: finding.resource_type,
            key: finding.key,
            label: finding.label,
            status: match finding.status {
                FindingStatus::Open => StatusName::Open,
                FindingStatus::Suppressed => StatusName::Suppressed,
                FindingStatus::Resolved => StatusName::Resolved,
            },
            opened_at: Time(finding.opened_at),
            changed_at: Time(finding.changed_at),
            evidence: finding.evidence,
            assignee: finding.assignee.map(PersonView::from),
            due_at: finding.due_at.map(Time),
            suppression: finding.suppression.map(|suppression| SuppressionView {
                reason: suppression.reason,
                until: suppression.until.map(Time),
                by: suppression.by.into(),
                at: Time(suppression.at),
            }),
        }
    }
}

/// Something that happened to a finding.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepView {
    at: Time,
    /// `opened`, `resolved`, `reopened`, `suppressed`, `unsuppressed`, `assigned`, `due` or `comment`.
    kind: StepName,
    /// Who; null when Muster itself.
    by: Option<String>,
    /// Why, in words.
    cause: Option<String>,
    /// What was said.
    text: Option<String>,
}

/// What can happen to a finding.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StepKind)]
pub enum StepName {
    Opened,
    Resolved,
    Reopened,
    Suppressed,
    Unsuppressed,
    Assigned,
    Due,
    Comment,
}

impl From<StepKind> for StepName {
    fn from(kind: StepKind) -> Self {
        match kind {
            StepKind::Opened => Self::Opened,
            StepKind::Resolved => Self::Resolved,
            StepKind::Reopened => Self::Reopened,
            StepKind::Suppressed => Self::Suppressed,
            StepKind::Unsuppressed => Self::Unsuppressed,
            StepKind::Assigned => Self::Assigned,
            StepKind::Due => Self::Due,
            StepKind::Comment => Self::Comment,
        }
    }
}

impl From<Step> for StepView {
    fn from(step: Step) -> Self {
        Self {
            at: Time(step.at),
            kind: step.kind.into(),
            by: step.by.map(|person| person.name),
            cause: step.cause,
            text: step.text,
        }
    }
}

/// A finding with everything about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingDetail {
    #[serde(flatten)]
    finding: FindingView,
    /// Oldest first.
    steps: Vec<StepView>,
    /// The rule with everything about it; null when it is gone.
    about: Option<RuleDetail>,
}

/// Which findings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindingFilter {
    /// `open` unless given, `resolved`, `suppressed` or `all`.
    status: Option<String>,
    /// Severities, separated by commas.
    severity: Option<String>,
    /// Ids of rules, separated by commas.
    rule: Option<String>,
    /// Ids of integrations, separated by commas.
    integration: Option<String>,
    /// Of resources of this type.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    resource_type: Option<String>,
    /// Of the resource with this key.
    key: Option<String>,
    /// In the hands of the user with this id.
    assignee: Option<String>,
    /// Words in the resource's label or the rule's title.
    q: Option<String>,
    /// `-severity` unless given, `-openedAt`, `openedAt` or `-changedAt`.
    sort: Option<String>,
}

/// What changes of a finding. Members that are absent stay as they are, null takes them away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingChange {
    /// The id of a user.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    assignee: Option<Option<String>>,
    /// By when it is to be put right.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, format = DateTime)]
    due_at: Option<Option<Time>>,
}

/// Something to be said.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Comment {
    text: String,
}

/// Why a finding is to be held under.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewSuppression)]
pub struct SuppressionBody {
    /// In words.
    reason: String,
    /// When it ends; never when null.
    until: Option<Time>,
}

/// Why a finding is not to be held under any more.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Reason {
    reason: String,
}

/// Findings, the worst first
#[utoipa::path(get, path = "/api/findings", tag = "findings", params(FindingFilter, PageQuery),
    responses((status = 200, body = Page<FindingView>), (status = 400, body = ProblemDetails)))]
pub async fn list(
    State(app): State<App>,
    Query(filter): Query<FindingFilter>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Page<FindingView>>, Problem> {
    let sort = match filter.sort.as_deref().unwrap_or("-severity") {
        "-severity" => FindingSort::SeverityDescending,
        "-openedAt" => FindingSort::OpenedDescending,
        "openedAt" => FindingSort::OpenedAscending,
        "-changedAt" => FindingSort::ChangedDescending,
        other => {
            return Err(Problem::malformed(format!(
                "findings cannot be sorted by `{other}`; write -severity, -openedAt, openedAt or -changedAt"
            )));
        }
    };
    let filter = understood(filter)?;
    let (cursor, limit) = (page.cursor.clone(), page.limit());
    let (found, integrations) = app
        .read(move |transaction| {
            let found = Findings(transaction).list(&filter, sort, cursor.as_deref(), limit)?;
            Ok((found, Integrations(transaction).all()?))
        })
        .await?;
    Ok(axum::Json(Page {
        items: found
            .items
            .into_iter()
            .map(|finding| FindingView::new(finding, &integrations))
            .collect(),
        next: found.next,
        total: Some(found.total),
    }))
}

/// One finding, its history and its rule
#[utoipa::path(get, path = "/api/findings/{id}", tag = "findings", params(("id" = String, Path)),
    responses((status = 200, body = FindingDetail), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<axum::Json<FindingDetail>, Problem> {
    let (finding, steps, integrations) = app
        .read(move |transaction| {
            let findings = Findings(transaction);
            let integrations = Integrations(transaction).all()?;
            Ok((findings.find(&id)?, findings.steps(&id)?, integrations))
        })
        .await?;
    let about = match app.rulebook().rule(&finding.rule.id) {
        Some(rule) => Some(detail(&app, rule).await?),
        None => None,
    };
    Ok(axum::Json(FindingDetail {
        finding: FindingView::new(finding, &integrations),
        steps: steps.into_iter().map(StepView::from).collect(),
        about,
    }))
}

/// Assign a finding, or say by when it is to be put right
#[utoipa::path(patch, path = "/api/findings/{id}", tag = "findings", params(("id" = String, Path)), request_body = FindingChange,
    responses((status = 200, body = FindingView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<FindingChange>,
) -> Result<axum::Json<FindingView>, Problem> {
    act(
        app,
        caller,
        id,
        "finding.change",
        move |transaction, id, by, now| {
            let mut detail = Map::new();
            if let Some(assignee) = change.assignee {
                let person = match assignee {
                    None => None,
                    Some(user) => {
                        let user = Users(transaction).get(&user).map_err(|_| {
                            Problem::invalid_field("assignee", "there is no such user")
                        })?;
                        Some(Person {
                            id: user.id,
                            name: user.name,
                        })
                    }
                };
                detail.insert(
                    "assignee".to_owned(),
                    json!(person.as_ref().map(|person| &person.name)),
                );
                Findings(transaction).assign(id, person.as_ref(), by, now)?;
            }
            if let Some(due) = change.due_at {
                detail.insert("dueAt".to_owned(), json!(due));
                Findings(transaction).set_due(id, due.map(|due| due.0), by, now)?;
            }
            Ok(Value::Object(detail))
        },
    )
    .await
}

/// Say something about a finding
#[utoipa::path(post, path = "/api/findings/{id}/comments", tag = "findings", params(("id" = String, Path)), request_body = Comment,
    responses((status = 200, body = FindingView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn comment(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(comment): Json<Comment>,
) -> Result<axum::Json<FindingView>, Problem> {
    act(
        app,
        caller,
        id,
        "finding.comment",
        move |transaction, id, by, now| {
            Findings(transaction).comment(id, &comment.text, by, now)?;
            Ok(Value::Null)
        },
    )
    .await
}

/// Hold a finding under, with a reason
#[utoipa::path(put, path = "/api/findings/{id}/suppression", tag = "findings", params(("id" = String, Path)),
    request_body = SuppressionBody,
    responses((status = 200, body = FindingView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn suppress(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<SuppressionBody>,
) -> Result<axum::Json<FindingView>, Problem> {
    act(
        app,
        caller,
        id,
        "finding.suppress",
        move |transaction, id, by, now| {
            let until = body.until.map(|until| until.0);
            Findings(transaction).suppress(id, &body.reason, until, by, now)?;
            Ok(json!({"reason": body.reason, "until": body.until}))
        },
    )
    .await
}

/// Hold a finding under no more
#[utoipa::path(delete, path = "/api/findings/{id}/suppression", tag = "findings", params(("id" = String, Path)),
    request_body = Reason,
    responses((status = 200, body = FindingView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn unsuppress(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<Reason>,
) -> Result<axum::Json<FindingView>, Problem> {
    act(
        app,
        caller,
        id,
        "finding.unsuppress",
        move |transaction, id, by, now| {
            Findings(transaction).unsuppress(id, &body.reason, by, now)?;
            Ok(json!({"reason": body.reason}))
        },
    )
    .await
}

/// Does something about a finding, notes who did it, and tells everybody.
async fn act(
    app: App,
    caller: Caller,
    id: String,
    action: &'static str,
    work: impl FnOnce(&Transaction<'_>, &str, &Person, i64) -> Result<Value, Problem> + Send + 'static,
) -> Result<axum::Json<FindingView>, Problem> {
    let now = app.now();
    let (finding, integrations) = app
        .write(move |transaction| {
            let detail = work(transaction, &id, &caller.person(), now)?;
            let finding = Findings(transaction).find(&id)?;
            let target = format!("{} {}", finding.rule.id, finding.label);
            let detail = (!detail.is_null()).then_some(detail);
            caller.note(transaction, action, Some(&target), detail, now)?;
            Ok((finding, Integrations(transaction).all()?))
        })
        .await?;
    app.hub
        .tell("findings", json!({"opened": 0, "resolved": 0}));
    app.signals.alert.notify_one();
    Ok(axum::Json(FindingView::new(finding, &integrations)))
}

fn understood(filter: FindingFilter) -> Result<Filter, Problem> {
    let status = match filter.status.as_deref().unwrap_or("open") {
        "open" => FindingStatusFilter::Open,
        "resolved" => FindingStatusFilter::Resolved,
        "suppressed" => FindingStatusFilter::Suppressed,
        "all" => FindingStatusFilter::All,
        other => {
            return Err(Problem::malformed(format!(
                "`{other}` is no status; write open, resolved, suppressed or all"
            )));
        }
    };
    let severity = several(&filter.severity)
        .iter()
        .map(|word| {
            Severity::parse(word)
                .ok_or_else(|| Problem::malformed(format!("`{word}` is no severity")))
        })
        .collect::<Result<_, _>>()?;
    Ok(Filter {
        status,
        severity,
        rule: several(&filter.rule),
        integration: several(&filter.integration)
            .iter()
            .filter_map(|id| IntegrationId::parse(id))
            .collect(),
        resource_type: filter.resource_type.filter(|text| !text.is_empty()),
        key: filter.key.filter(|text| !text.is_empty()),
        assignee: filter.assignee.filter(|text| !text.is_empty()),
        q: filter.q.filter(|text| !text.trim().is_empty()),
    })
}
