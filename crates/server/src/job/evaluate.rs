//! Judges resources by the rules when something moved.

use std::{sync::atomic::Ordering, time::Duration};

use muster_rules::Wanted;
use serde_json::json;

use super::next;
use crate::app::App;

/// Suppressions expire, and rules look at the clock.
const LONGEST: Duration = Duration::from_secs(60);

pub async fn run(app: App) {
    loop {
        let begun = app.now();
        match app.evaluator.evaluate(Wanted::WhatChanged).await {
            Ok(outcome) if outcome.evaluated || outcome.unsuppressed > 0 => {
                app.judged.store(begun, Ordering::Relaxed);
                app.hub.tell(
                    "findings",
                    json!({"opened": outcome.opened + outcome.reopened, "resolved": outcome.resolved}),
                );
                app.signals.alert.notify_one();
            }
            Ok(_) => app.judged.store(begun, Ordering::Relaxed),
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::error!(error = %muster_office::failure::chain(error), "rules cannot be evaluated; trying again");
            }
        }
        if !next(&app, Some(&app.signals.evaluate), LONGEST).await {
            return;
        }
    }
}
