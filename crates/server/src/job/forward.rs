//! Tells those who watch what the office does, and wakes who follows it.

use std::sync::Arc;

use muster_model::IntegrationId;
use muster_office::Notice;
use muster_rules::Rulebook;
use serde_json::json;
use tokio::sync::broadcast::error::RecvError;

use crate::{
    api::integrations::{ProgressView, view},
    app::App,
};

pub async fn run(app: App) {
    let mut notices = app.office.watch();
    loop {
        let notice = tokio::select! {
            () = app.options.stop.cancelled() => return,
            notice = notices.recv() => notice,
        };
        match notice {
            Ok(Notice::Progress(id, types)) => {
                if app.hub.is_watched() {
                    let types: Vec<ProgressView> =
                        types.into_iter().map(ProgressView::from).collect();
                    app.hub.tell(
                        "progress",
                        json!({"integration": id.as_str(), "types": types}),
                    );
                }
            }
            Ok(Notice::AuditEvents(id)) => {
                app.hub.tell("audit", json!({"integration": id.as_str()}));
                app.signals.attribute.notify_one();
            }
            Ok(Notice::Reread(_)) => {
                app.signals.attribute.notify_one();
                app.signals.evaluate.notify_one();
                app.signals.alert.notify_one();
            }
            Ok(Notice::Types) => {
                app.hub.tell("types", json!({}));
                learn_rules(&app).await;
                app.signals.evaluate.notify_one();
            }
            Ok(Notice::Pushed(id, name)) => {
                app.hub
                    .tell("pushed", json!({"integration": id.as_str(), "type": name}));
                app.signals.alert.notify_one();
                // Judging costs what the register costs: not for data that no rule looks at.
                let judged = app
                    .rulebook()
                    .rules()
                    .iter()
                    .any(|rule| rule.reads.contains(&name));
                if judged {
                    app.signals.evaluate.notify_one();
                }
            }
            Ok(Notice::Begun(id)) => tell_state(&app, &id).await,
            Ok(Notice::Ended(id)) => {
                tell_state(&app, &id).await;
                app.signals.evaluate.notify_one();
                app.signals.alert.notify_one();
                app.signals.attribute.notify_one();
            }
            Ok(Notice::Integrations) => {
                app.hub.tell("integrations", json!({}));
                app.signals.follow.notify_one();
                app.signals.collect.notify_one();
                app.signals.evaluate.notify_one();
            }
            Err(RecvError::Lagged(_)) => {
                // What was missed may have been an end.
                app.signals.evaluate.notify_one();
            }
            Err(RecvError::Closed) => return,
        }
    }
}

/// Rules about types that came, changed or went.
async fn learn_rules(app: &App) {
    match Rulebook::of(&app.engine, &app.office.catalogue()).await {
        Ok(rulebook) => app.evaluator.replace_rulebook(Arc::new(rulebook)),
        Err(problems) => tracing::error!(
            %problems,
            "the rules do not fit the types there are now; those of before are judged"
        ),
    }
}

async fn tell_state(app: &App, id: &IntegrationId) {
    if !app.hub.is_watched() {
        return;
    }
    // One that was deleted meanwhile has nothing to tell.
    if let Ok(view) = view(app, id).await {
        app.hub.tell(
            "sync",
            json!({"integration": view.id, "state": view.state, "reason": view.reason}),
        );
    }
}
