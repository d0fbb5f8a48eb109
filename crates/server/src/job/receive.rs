//! Looks at the messages that vendors sent, in their order.

use std::time::Duration;

use muster_control::Integrations;
use muster_model::IntegrationId;

use super::next;
use crate::app::App;

/// However nobody calls: what failed is tried again.
const LONGEST: Duration = Duration::from_secs(10);

pub async fn run(app: App) {
    loop {
        for integration in app.inbox.of_whom() {
            loop {
                let wanted = integration.clone();
                let batch = app
                    .blocking(move |app| Ok(app.office.take_receipts(&wanted)))
                    .await;
                match batch {
                    Ok(Ok(Some(batch))) => {
                        let looked_at = (batch.receipts, batch.bytes);
                        app.inbox.looked_at(&integration, Some(looked_at));
                    }
                    Ok(Ok(None)) => break,
                    Ok(Err(failure)) => {
                        tracing::warn!(%failure, "messages of a webhook cannot be looked at yet");
                        if is_gone(&app, &integration).await {
                            app.inbox.looked_at(&integration, None);
                        }
                        break;
                    }
                    Err(_) => break,
                }
                if app.options.stop.is_cancelled() {
                    return;
                }
            }
        }
        if !next(&app, Some(app.inbox.arrived()), LONGEST).await {
            return;
        }
    }
}

async fn is_gone(app: &App, integration: &IntegrationId) -> bool {
    let wanted = integration.clone();
    app.read(move |transaction| Ok(Integrations(transaction).with_id(&wanted).is_err()))
        .await
        .unwrap_or(false)
}
