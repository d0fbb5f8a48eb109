//! What happens without anybody asking. One job per file: woken by a signal or by time, told nothing, idempotent; what
//! fails is logged and tried again at the next waking.

pub mod alert;
mod attribute;
pub mod collect;
mod evaluate;
mod follow;
mod forward;
mod keep;
mod receive;
mod reread;
mod sweep;
mod watch;

use std::{sync::Arc, time::Duration};

use muster_alerts::Filler;
use muster_control::Control;
use tokio::sync::Notify;
use tokio_util::task::TaskTracker;

use crate::{app::App, inbox::Writer};

/// Starts all of them; they end with the options' token.
pub fn start(jobs: &TaskTracker, app: &App, filler: Filler, keeping: (Writer, Control)) {
    jobs.spawn(collect::run(Arc::clone(app)));
    jobs.spawn(evaluate::run(Arc::clone(app)));
    jobs.spawn(alert::run(Arc::clone(app), Arc::new(filler)));
    let (sender, stop) = (Arc::clone(&app.sender), app.options.stop.clone());
    jobs.spawn(async move { sender.run(stop.cancelled()).await });
    jobs.spawn(keep::run(Arc::clone(app), keeping.0, keeping.1));
    jobs.spawn(receive::run(Arc::clone(app)));
    jobs.spawn(reread::run(Arc::clone(app)));
    jobs.spawn(follow::run(Arc::clone(app)));
    jobs.spawn(attribute::run(Arc::clone(app)));
    jobs.spawn(forward::run(Arc::clone(app)));
    jobs.spawn(sweep::run(Arc::clone(app)));
    jobs.spawn(watch::run(Arc::clone(app)));
}

/// Waits for the signal or so long; `false` when the server ends.
async fn next(app: &App, signal: Option<&Notify>, longest: Duration) -> bool {
    let signalled = async {
        match signal {
            Some(signal) => signal.notified().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = app.options.stop.cancelled() => false,
        () = signalled => true,
        () = tokio::time::sleep(longest) => true,
    }
}
