//! Packs, and how far they are kept.

use axum::extract::{Path, State};
use muster_rules::{ControlVerdict, Pack, PackReport, RuleState, RuleStates};
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{RuleSummary, SeverityName};
use crate::{
    app::App,
    page::Page,
    problem::{Problem, ProblemDetails},
};

/// A pack and how far it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pack)]
pub struct PackView {
    /// The file's name.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it is and who asks for it.
    pub description: String,
    /// Its own version.
    pub version: String,
    /// Controls that pass among those that pass or fail, 0 to 1; null when nothing was judged.
    pub score: Option<f64>,
    /// Controls by verdict.
    pub controls: TallyView,
}

/// Controls by verdict.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ControlTally)]
pub struct TallyView {
    pass: u64,
    fail: u64,
    not_evaluated: u64,
    not_applicable: u64,
    /// What is collected does not tell.
    not_decided: u64,
}

/// A pack with its controls.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PackDetail {
    #[serde(flatten)]
    pack: PackView,
    /// In the pack's order.
    control_list: Vec<ControlView>,
}

/// One thing a pack asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Control)]
pub struct ControlView {
    /// Its name in the framework.
    id: String,
    /// What is asked for.
    title: String,
    /// How much the framework makes of it.
    severity: SeverityName,
    /// Rules that decide it.
    rules: Vec<RuleSummary>,
    /// What is said of it.
    verdict: VerdictName,
}

/// What can be said of a control.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ControlVerdict)]
pub enum VerdictName {
    /// Kept.
    Pass,
    /// Broken somewhere.
    Fail,
    /// About nothing that is there.
    NotApplicable,
    /// Something is missing.
    NotEvaluated,
    /// What is collected does not tell.
    NotDecided,
}

impl From<ControlVerdict> for VerdictName {
    fn from(verdict: ControlVerdict) -> Self {
        match verdict {
            ControlVerdict::Pass => Self::Pass,
            ControlVerdict::Fail => Self::Fail,
            ControlVerdict::NotApplicable => Self::NotApplicable,
            ControlVerdict::NotEvaluated => Self::NotEvaluated,
            ControlVerdict::NotDecided => Self::NotDecided,
        }
    }
}

/// Packs and their scores
#[utoipa::path(get, path = "/api/packs", tag = "rules", responses((status = 200, body = Page<PackView>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<PackView>>, Problem> {
    Ok(axum::Json(Page::whole(views(&app).await?)))
}

/// One pack with its controls
#[utoipa::path(get, path = "/api/packs/{id}", tag = "rules", params(("id" = String, Path)),
    responses((status = 200, body = PackDetail), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<axum::Json<PackDetail>, Problem> {
    let pack = app
        .rulebook()
        .pack(&id)
        .cloned()
        .ok_or_else(|| Problem::not_found(format!("there is no pack {id}")))?;
    let asked = pack.clone();
    let (report, states) = app
        .read(move |transaction| {
            let states = RuleStates(transaction);
            Ok((states.pack(&asked)?, states.all()?))
        })
        .await?;
    let unjudged = RuleState::default();
    let rulebook = app.rulebook();
    let controls = pack.controls.iter().zip(&report.controls);
    let control_list = controls
        .map(|(control, said)| ControlView {
            id: control.id.clone(),
            title: control.title.clone(),
            severity: control.severity.into(),
            rules: control
                .rules
                .iter()
                .filter_map(|id| rulebook.rule(id))
                .map(|rule| {
                    let state = states.get(&rule.file.id).unwrap_or(&unjudged);
                    RuleSummary::new(rule, state)
                })
                .collect(),
            verdict: said.verdict.into(),
        })
        .collect();
    Ok(axum::Json(PackDetail {
        pack: view(&pack, &report),
        control_list,
    }))
}

/// Every pack as the interface shows it.
pub async fn views(app: &App) -> Result<Vec<PackView>, Problem> {
    app.blocking(|app| {
        app.database.read(|transaction| {
            let rulebook = app.rulebook();
            let packs = rulebook.packs().iter();
            packs
                .map(|pack| Ok(view(pack, &RuleStates(transaction).pack(pack)?)))
                .collect()
        })
    })
    .await
}

fn view(pack: &Pack, report: &PackReport) -> PackView {
    PackView {
        id: pack.id.clone(),
        title: pack.title.clone(),
        description: pack.description.clone(),
        version: pack.version.clone(),
        score: report.score,
        controls: TallyView {
            pass: report.tally.pass,
            fail: report.tally.fail,
            not_evaluated: report.tally.not_evaluated,
            not_applicable: report.tally.not_applicable,
            not_decided: report.tally.not_decided,
        },
    }
}
