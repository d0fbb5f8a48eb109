//! Forgets what is over: sessions, and who was kept from guessing.

use std::time::Duration;

use muster_accounts::Sessions;

use super::next;
use crate::app::App;

const HOURLY: Duration = Duration::from_secs(60 * 60);

pub async fn run(app: App) {
    while next(&app, None, HOURLY).await {
        app.throttle.sweep();
        app.pushing.sweep();
        let now = app.now();
        let swept = app
            .write(move |transaction| Ok(Sessions(transaction).sweep(now)?))
            .await;
        if let Err(problem) = swept {
            tracing::error!(
                detail = problem.detail(),
                "old sessions cannot be forgotten"
            );
        }
    }
}
