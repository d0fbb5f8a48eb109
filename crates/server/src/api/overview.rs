//! Everything at a glance.

use std::collections::BTreeMap;

use axum::extract::State;
use muster_control::Integrations;
use muster_model::Severity;
use muster_office::Runs;
use muster_rules::{FindingFilter, FindingSort, Findings, TrendDay};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    changes::{ChangeView, Wanted, newest},
    findings::FindingView,
    integrations::{IntegrationState, views},
    packs,
};
use crate::{app::App, problem::Problem, time::Time};

/// Days of the trend.
const DAYS: u32 = 30;
/// Milliseconds of a day.
const DAY: i64 = 86_400_000;
/// Findings and changes that are shown.
const LATEST: usize = 8;

/// Everything at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// By name.
    integrations: Vec<IntegrationLine>,
    /// Resources there are.
    resources: u64,
    /// Open findings.
    findings: OpenFindings,
    /// The last thirty days since there is an integration, today last.
    trend: Vec<TrendView>,
    /// With their scores.
    packs: Vec<PackLine>,
    /// Those with resources, the most first.
    types: Vec<TypeLine>,
    /// The latest first.
    recent_findings: Vec<FindingView>,
    /// The latest first.
    recent_changes: Vec<ChangeView>,
    /// What runs that ended since midnight UTC found.
    changes_today: ChangeCounts,
}

/// Changes by kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangeCounts {
    added: u64,
    modified: u64,
    removed: u64,
}

/// An integration in a line.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationLine {
    id: String,
    name: String,
    provider: String,
    state: IntegrationState,
    reason: Option<String>,
    resources: u64,
    next_run_at: Option<Time>,
}

/// Open findings by severity.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenFindings {
    critical: u64,
    high: u64,
    medium: u64,
    low: u64,
    info: u64,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TrendDay)]
pub struct TrendView {
    /// `2026-01-31`
    day: String,
    /// Open at its end.
    open: u64,
    /// Opened or opened again on it.
    opened: u64,
    /// Resolved on it.
    resolved: u64,
}

/// A pack in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackLine {
    id: String,
    title: String,
    score: Option<f64>,
}

/// A type in a line.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeLine {
    name: String,
    title: String,
    resources: u64,
}

/// Everything at a glance
#[utoipa::path(get, path = "/api/overview", tag = "overview", responses((status = 200, body = Overview)))]
pub async fn show(State(app): State<App>) -> Result<axum::Json<Overview>, Problem> {
    let integrations = views(&app).await?;
    let packs = packs::views(&app).await?;
    let now = app.now();
    let (open, trend, recent, known, today, changes, types) = app
        .blocking(move |app| {
            let (open, trend, recent, known, today) = app.database.read(|transaction| {
                let findings = Findings(transaction);
                let latest = findings.list(
                    &FindingFilter::default(),
                    FindingSort::OpenedDescending,
                    None,
                    LATEST as u32,
                )?;
                Ok::<_, Problem>((
                    findings.open_by_severity()?,
                    findings.trend(now, DAYS)?,
                    latest.items,
                    Integrations(transaction).all()?,
                    Runs(transaction).found_since(now - now.rem_euclid(DAY))?,
                ))
            })?;
            let changes = newest(app, &Wanted::all(), None, LATEST)?.items;
            Ok((open, trend, recent, known, today, changes, types(app)?))
        })
        .await?;
    let [added, modified, removed] = today;
    // Before the first integration there was nothing to find, which is not the same as finding nothing.
    let began = known.iter().map(|known| known.created).min().unwrap_or(now);
    let began: String = Time(began).text().chars().take(10).collect();
    let count = |severity| open.get(&severity).copied().unwrap_or(0);
    Ok(axum::Json(Overview {
        resources: integrations
            .iter()
            .map(|integration| integration.resources)
            .sum(),
        integrations: integrations
            .into_iter()
            .map(|view| IntegrationLine {
                id: view.id,
                name: view.name,
                provider: view.provider,
                state: view.state,
                reason: view.reason,
                resources: view.resources,
                next_run_at: view.next_run_at,
            })
            .collect(),
        findings: OpenFindings {
            critical: count(Severity::Critical),
            high: count(Severity::High),
            medium: count(Severity::Medium),
            low: count(Severity::Low),
            info: count(Severity::Info),
        },
        trend: trend
            .into_iter()
            .filter(|day| day.day >= began)
            .map(TrendView::from)
            .collect(),
        packs: packs
            .into_iter()
            .map(|pack| PackLine {
                id: pack.id,
                title: pack.title,
                score: pack.score,
            })
            .collect(),
        types,
        recent_findings: recent
            .into_iter()
            .map(|finding| FindingView::new(finding, &known))
            .collect(),
        recent_changes: changes,
        changes_today: ChangeCounts {
            added,
            modified,
            removed,
        },
    }))
}

impl From<TrendDay> for TrendView {
    fn from(day: TrendDay) -> Self {
        Self {
            day: day.day,
            open: day.open,
            opened: day.opened,
            resolved: day.resolved,
        }
    }
}

fn types(app: &App) -> Result<Vec<TypeLine>, Problem> {
    let counted = app.counts.now(app)?;
    let mut by_type: BTreeMap<&str, u64> = BTreeMap::new();
    for ((_, resource_type), count) in counted.iter() {
        *by_type.entry(resource_type).or_default() += count;
    }
    let mut lines: Vec<TypeLine> = app
        .office
        .catalogue()
        .resource_types()
        .filter_map(|file| {
            let name = &file.resource_type.name;
            let resources = by_type
                .get(name.as_str())
                .copied()
                .filter(|count| *count > 0)?;
            Some(TypeLine {
                name: name.clone(),
                title: file.resource_type.title.clone(),
                resources,
            })
        })
        .collect();
    lines.sort_by(|left, right| {
        right
            .resources
            .cmp(&left.resources)
            .then(left.name.cmp(&right.name))
    });
    Ok(lines)
}
