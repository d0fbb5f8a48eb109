//! Finds out who made the changes there are.

use std::time::Duration;

use super::next;
use crate::app::App;

/// Changes come while a run is under way, and it tells nobody of each.
const LONGEST: Duration = Duration::from_secs(5);

pub async fn run(app: App) {
    loop {
        if let Err(failure) = app.office.attribute().await {
            tracing::error!(%failure, "it cannot be found out who made changes; trying again");
        }
        if !next(&app, Some(&app.signals.attribute), LONGEST).await {
            return;
        }
    }
}
