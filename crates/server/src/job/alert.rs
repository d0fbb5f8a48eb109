//! Puts what is to be told into the outbox.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use muster_alerts::Filler;
use muster_control::Integrations;
use muster_office::{Office, Runs, label};
use muster_rules::Evaluator;
use serde_json::Value;

use super::next;
use crate::{app::App, problem::Problem};

/// What is gathered is let go in time, signal or not.
const LONGEST: Duration = Duration::from_secs(10);

/// What messages say of rules and types.
pub struct Knowledge {
    pub evaluator: Arc<Evaluator>,
    pub office: Arc<Office>,
}

impl muster_alerts::Knowledge for Knowledge {
    fn why(&self, rule: &str) -> Option<String> {
        let rulebook = self.evaluator.rulebook();
        rulebook.rule(rule).map(|rule| rule.file.why.clone())
    }

    fn type_title(&self, resource_type: &str) -> Option<String> {
        let catalogue = self.office.catalogue();
        let file = catalogue.resource_type(resource_type)?;
        Some(file.resource_type.title.clone())
    }

    fn label(&self, resource_type: &str, _: &str, document: &Value) -> Option<String> {
        let catalogue = self.office.catalogue();
        let file = catalogue.resource_type(resource_type)?;
        label(&file.resource_type, document)
    }
}

pub async fn run(app: App, filler: Arc<Filler>) {
    loop {
        match pass(&app, &filler).await {
            Ok(()) => {}
            Err(problem) => tracing::error!(
                detail = problem.detail(),
                "alerts cannot be prepared; trying again"
            ),
        }
        if !next(&app, Some(&app.signals.alert), LONGEST).await {
            return;
        }
    }
}

async fn pass(app: &App, filler: &Arc<Filler>) -> Result<(), Problem> {
    let (opened, judged) = (app.options.opened, app.judged.load(Ordering::Relaxed));
    let catalogue = app.office.catalogue();
    let first = app
        .read(move |transaction| {
            let mut first = BTreeSet::new();
            for integration in Integrations(transaction).all()? {
                let provider = catalogue.provider(&integration.provider);
                // Single resources that are pushed belong to no run.
                if provider.is_some_and(|provider| provider.pushed)
                    && Runs(transaction).last(&integration.id)?.is_none()
                {
                    continue;
                }
                let finished = Runs(transaction).first_finished(&integration.id)?;
                // What a first run brings belongs to one message, findings included.
                if finished.is_none_or(|finished| finished > opened && finished > judged) {
                    first.insert(integration.id);
                }
            }
            Ok(first)
        })
        .await?;
    let filler = Arc::clone(filler);
    let filled = app.blocking(move |_| Ok(filler.fill(&first)?)).await?;
    if let Some((from, to)) = filled.forgotten {
        tracing::warn!(
            from,
            to,
            "changes were forgotten before alerts had looked at them"
        );
    }
    if !filled.deliveries.is_empty() {
        app.sender.wake();
    }
    Ok(())
}
