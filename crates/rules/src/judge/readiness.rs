//! Whether what a rule reads can be believed.

use muster_model::{IntegrationId, TypeState, TypeStatus};

use super::World;
use crate::rule::Rule;

/// Whether a rule can be judged in an integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Readiness {
    /// It can.
    Ready {
        /// Only children of parents whose listing has finished.
        by_parent: bool,
        /// Why some of it may not be, in words.
        note: Option<String>,
    },
    /// It cannot, in words.
    NotEvaluated(String),
    /// The organisation does not have what it is about, in words.
    NotApplicable(String),
}

pub(crate) fn readiness(rule: &Rule, world: &World, integration: &IntegrationId) -> Readiness {
    let state = |name: &str| world.state(integration, name);
    let nothing = !world
        .states()
        .iter()
        .any(|state| state.integration == *integration && state.last_complete.is_some());
    if nothing {
        return Readiness::NotEvaluated("nothing has been collected completely yet".to_owned());
    }
    let judged = &rule.judged.name;
    let judged_by_parent = rule.judged.parent.is_some()
        && state(judged).is_some_and(|state| state.status == TypeStatus::Incomplete);
    let mut wanted: Vec<&str> = rule.whole.iter().map(String::as_str).collect();
    if judged_by_parent {
        wanted.retain(|name| name != judged);
    }
    // Where a parent is missing, so are its children.
    let above: Vec<&str> = wanted
        .iter()
        .filter_map(|name| world.resource_type(name)?.parent.as_ref())
        .map(|parent| parent.resource_type.as_str())
        .collect();
    let mut missing = None;
    for name in wanted.iter().chain(&above) {
        match judgement(name, state(name)) {
            Believed::Yes => {}
            Believed::Absent(reason) => return Readiness::NotApplicable(reason),
            Believed::No(reason) | Believed::PerhapsByRow(reason) => {
                missing.get_or_insert(reason);
            }
        }
    }
    let mut note = None;
    for name in &rule.by_row {
        match judgement(name, state(name)) {
            Believed::Yes => {}
            Believed::Absent(reason) => return Readiness::NotApplicable(reason),
            Believed::No(reason) => {
                missing.get_or_insert(reason);
            }
            Believed::PerhapsByRow(reason) => {
                note.get_or_insert(reason);
            }
        }
    }
    if let Some(reason) = missing {
        return Readiness::NotEvaluated(reason);
    }
    if judged_by_parent && let Believed::PerhapsByRow(reason) = judgement(judged, state(judged)) {
        note.get_or_insert(reason);
    }
    Readiness::Ready {
        by_parent: judged_by_parent,
        note,
    }
}

/// How far a type can be believed; why not, in words.
enum Believed {
    Yes,
    /// Parts of it are there and can be told from those that are not.
    PerhapsByRow(String),
    No(String),
    /// The organisation does not have it.
    Absent(String),
}

fn judgement(name: &str, state: Option<&TypeState>) -> Believed {
    let Some(state) = state else {
        return Believed::PerhapsByRow(format!("{name} has not been listed yet"));
    };
    let because = |text: &str| match &state.reason {
        Some(reason) => format!("{text}: {reason}"),
        None => text.to_owned(),
    };
    match state.status {
        TypeStatus::Complete if !state.stale => Believed::Yes,
        TypeStatus::Complete => Believed::No(because(&format!("{name} may be out of date"))),
        TypeStatus::Incomplete => Believed::PerhapsByRow(because(&format!("{name} is incomplete"))),
        TypeStatus::NotPermitted => Believed::No(because(&format!(
            "the integration's credentials may not read {name}"
        ))),
        TypeStatus::NotAvailable => {
            Believed::Absent(because(&format!("the organisation does not have {name}")))
        }
        TypeStatus::Skipped => {
            Believed::No(format!("the integration was told not to collect {name}"))
        }
    }
}
