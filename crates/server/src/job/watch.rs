//! Notices that the register changed, whoever changed it.

use std::time::Duration;

use serde_json::json;

use super::next;
use crate::app::App;

const EVERY: Duration = Duration::from_secs(1);

pub async fn run(app: App) {
    let mut known = None;
    loop {
        let sequence = app.blocking(|app| Ok(app.register.now()?.sequence())).await;
        if let Ok(sequence) = sequence {
            if let Some(before) = known
                && sequence > before
            {
                app.hub.tell(
                    "changes",
                    json!({"sequence": sequence, "count": sequence - before}),
                );
                app.signals.alert.notify_one();
            }
            known = Some(sequence);
        }
        if !next(&app, None, EVERY).await {
            return;
        }
    }
}
