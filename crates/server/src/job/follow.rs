//! Follows the vendors' own logs, and moves what was read to the archive.

use std::time::Duration;

use muster_control::Integrations;
use muster_model::Integration;

use super::next;
use crate::app::App;

/// From one round of every log to the next.
const EVERY: Duration = Duration::from_secs(30);

pub async fn run(app: App) {
    loop {
        let integrations = app
            .read(move |transaction| Ok(Integrations(transaction).all()?))
            .await;
        match integrations {
            Ok(all) => {
                let rounds = all
                    .into_iter()
                    .filter(|integration| integration.enabled)
                    .map(|integration| follow(&app, integration));
                tokio::select! {
                    () = app.options.stop.cancelled() => return,
                    _ = futures::future::join_all(rounds) => {}
                }
            }
            Err(problem) => tracing::error!(
                detail = problem.detail(),
                "it cannot be read whose logs are to be followed"
            ),
        }
        if let Err(failure) = app.office.keep_events(false).await {
            tracing::warn!(%failure, "events cannot go to the archive yet");
        }
        if !next(&app, Some(&app.signals.follow), EVERY).await {
            return;
        }
    }
}

async fn follow(app: &App, integration: Integration) {
    if let Err(failure) = app.office.follow(&integration, false).await {
        tracing::warn!(integration = integration.name, %failure, "its log cannot be followed");
    }
}
