//! Rules and what they say.

use std::sync::Arc;

use axum::extract::{Path, State};
use muster_control::Integrations;
use muster_model::{Integration, Severity};
use muster_rules::{Counts, Rule, RuleState, RuleStates};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::App,
    page::Page,
    problem::{Problem, ProblemDetails},
    reading::IntegrationName,
    time::Time,
};

/// Days of activity that are shown.
const DAYS: u32 = 30;

/// How much harm a broken rule invites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Severity)]
pub enum SeverityName {
    /// To be put right now.
    Critical,
    /// To be put right soon.
    High,
    /// To be planned.
    Medium,
    /// To be put right in passing.
    Low,
    /// Worth knowing.
    Info,
}

impl From<Severity> for SeverityName {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical => Self::Critical,
            Severity::High => Self::High,
            Severity::Medium => Self::Medium,
            Severity::Low => Self::Low,
            Severity::Info => Self::Info,
        }
    }
}

impl From<SeverityName> for Severity {
    fn from(severity: SeverityName) -> Self {
        match severity {
            SeverityName::Critical => Self::Critical,
            SeverityName::High => Self::High,
            SeverityName::Medium => Self::Medium,
            SeverityName::Low => Self::Low,
            SeverityName::Info => Self::Info,
        }
    }
}

/// Resources by what a rule says of them.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Counts)]
pub struct CountsView {
    /// They keep it.
    pass: u64,
    /// They break it.
    fail: u64,
    /// They break it, and that is accepted.
    suppressed: u64,
    /// It is not about them.
    not_applicable: u64,
    /// Something it looks at is missing.
    not_evaluated: u64,
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        Self {
            pass: counts.pass,
            fail: counts.fail,
            suppressed: counts.suppressed,
            not_applicable: counts.not_applicable,
            not_evaluated: counts.not_evaluated,
        }
    }
}

/// A rule and what it says.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleSummary {
    /// `OKTA-098`
    pub id: String,
    /// What holds when it is kept.
    pub title: String,
    /// How much harm breaking it invites.
    pub severity: SeverityName,
    /// The provider it came with.
    pub provider: String,
    /// The type whose resources it judges.
    pub judges: String,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// Resources by what it says of them.
    pub counts: CountsView,
    /// Why it was not evaluated, or not for all.
    pub reason: Option<String>,
    /// When it was last evaluated.
    pub evaluated_at: Option<Time>,
}

impl RuleSummary {
    /// A rule with its state.
    pub fn new(rule: &Rule, state: &RuleState) -> Self {
        Self {
            id: rule.file.id.clone(),
            title: rule.file.title.clone(),
            severity: rule.file.severity.into(),
            provider: rule.file.provider.clone(),
            judges: rule.file.judges.clone(),
            tags: rule.file.tags.clone(),
            counts: state.counts.into(),
            reason: state.reason.clone(),
            evaluated_at: state.evaluated_at.map(Time),
        }
    }
}

/// A rule with everything about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleDetail {
    #[serde(flatten)]
    summary: RuleSummary,
    /// Why it matters.
    why: String,
    /// What to do about it, one step each.
    remediation: Vec<String>,
    /// Where frameworks ask for it.
    frameworks: Vec<FrameworkView>,
    /// SQL condition: which resources it is about; all when null.
    applies: Option<String>,
    /// SQL condition: which of those break it.
    breaks: String,
    /// The statement that finds those that break it.
    sql: String,
    /// Every type it reads.
    reads: Vec<String>,
    /// One by one.
    per_integration: Vec<RuleInIntegration>,
    /// The last thirty days.
    activity: Vec<ActivityView>,
    /// The packs it is in.
    packs: Vec<PackName>,
}

/// A framework's control.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Framework)]
pub struct FrameworkView {
    framework: String,
    control: String,
}

/// What a rule says in one integration.
#[derive(Debug, Serialize, ToSchema)]
pub struct RuleInIntegration {
    /// Which.
    integration: IntegrationName,
    /// Resources by what it says of them.
    counts: CountsView,
    /// Why it was not evaluated, or not for all.
    reason: Option<String>,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActivityDay)]
pub struct ActivityView {
    /// `2026-01-31`
    day: String,
    /// Findings opened or opened again.
    opened: u64,
    /// Findings resolved.
    resolved: u64,
}

/// Which pack.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackName {
    id: String,
    title: String,
}

/// Rules, by id
#[utoipa::path(get, path = "/api/rules", tag = "rules", responses((status = 200, body = Page<RuleSummary>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<RuleSummary>>, Problem> {
    let states = app
        .read(|transaction| Ok(RuleStates(transaction).all()?))
        .await?;
    let unjudged = RuleState::default();
    let rulebook = app.rulebook();
    let rules = rulebook.rules().iter().map(|rule| {
        let state = states.get(&rule.file.id).unwrap_or(&unjudged);
        RuleSummary::new(rule, state)
    });
    Ok(axum::Json(Page::whole(rules.collect())))
}

/// One rule with everything about it
#[utoipa::path(get, path = "/api/rules/{id}", tag = "rules", params(("id" = String, Path)),
    responses((status = 200, body = RuleDetail), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<axum::Json<RuleDetail>, Problem> {
    let rule = app
        .rulebook()
        .rule(&id)
        .map(Arc::clone)
        .ok_or_else(|| Problem::not_found(format!("there is no rule {id}")))?;
    Ok(axum::Json(detail(&app, &rule).await?))
}

/// Everything about a rule.
pub async fn detail(app: &App, rule: &Arc<Rule>) -> Result<RuleDetail, Problem> {
    let (id, now) = (rule.file.id.clone(), app.now());
    let (state, activity, integrations) = app
        .read(move |transaction| {
            let states = RuleStates(transaction);
            let integrations: Vec<Integration> = Integrations(transaction).all()?;
            Ok((
                states.of(&id)?,
                states.activity(&id, now, DAYS)?,
                integrations,
            ))
        })
        .await?;
    let rulebook = app.rulebook();
    let packs = rulebook.packs().iter().filter(|pack| {
        let mut rules = pack.controls.iter().flat_map(|control| &control.rules);
        rules.any(|id| *id == rule.file.id)
    });
    Ok(RuleDetail {
        summary: RuleSummary::new(rule, &state),
        why: rule.file.why.clone(),
        remediation: rule.file.remediation.clone(),
        frameworks: rule
            .file
            .frameworks
            .iter()
            .map(|asked| FrameworkView {
                framework: asked.framework.clone(),
                control: asked.control.clone(),
            })
            .collect(),
        applies: rule
            .file
            .applies
            .as_ref()
            .map(|applies| applies.text.clone()),
        breaks: rule.file.breaks.text.clone(),
        sql: rule.sql.clone(),
        reads: rule.reads.clone(),
        per_integration: state
            .integrations
            .into_iter()
            .map(|state| RuleInIntegration {
                integration: IntegrationName::of(&state.integration, &integrations),
                counts: state.counts.into(),
                reason: state.reason,
            })
            .collect(),
        activity: activity
            .into_iter()
            .map(|day| ActivityView {
                day: day.day,
                opened: day.opened,
                resolved: day.resolved,
            })
            .collect(),
        packs: packs
            .map(|pack| PackName {
                id: pack.id.clone(),
                title: pack.title.clone(),
            })
            .collect(),
    })
}
