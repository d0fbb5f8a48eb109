//! Reads again what events name, as soon as they are there.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use muster_collect::Extent;
use muster_control::Integrations;
use muster_model::IntegrationId;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::{app::App, problem::Problem};

/// However nobody calls.
const LONGEST: Duration = Duration::from_secs(60);
/// What could not even begin is not tried again sooner.
const PAUSE: Duration = Duration::from_secs(10);

/// The lanes that are under way.
type UnderWay = Arc<Mutex<HashSet<(IntegrationId, Extent)>>>;

pub async fn run(app: App) {
    app.office.rereads_by_itself();
    let under_way = UnderWay::default();
    let tasks = TaskTracker::new();
    loop {
        let wait = match pass(&app, &under_way, &tasks).await {
            Ok(wait) => wait,
            Err(problem) => {
                tracing::error!(
                    detail = problem.detail(),
                    "what is to be read again is not known; trying again"
                );
                LONGEST
            }
        };
        let asked = app.office.asked_again();
        let asked_or_due = async {
            tokio::select! {
                () = asked.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        };
        tokio::select! {
            () = app.options.stop.cancelled() => break,
            () = asked_or_due => {}
        }
    }
    // What is under way is cut off; it is still to be read.
    tasks.close();
    tasks.wait().await;
}

/// Begins what is due; says how long until the next is.
async fn pass(app: &App, under_way: &UnderWay, tasks: &TaskTracker) -> Result<Duration, Problem> {
    let due = app
        .read(|transaction| {
            let mut due = Vec::new();
            for integration in Integrations(transaction).all()? {
                if integration.enabled {
                    for (extent, first) in muster_collect::rereads_due(transaction, &integration)? {
                        due.push((integration.clone(), extent, first));
                    }
                }
            }
            Ok(due)
        })
        .await?;
    let now = muster_office::now_milliseconds();
    let mut wait = LONGEST;
    for (integration, extent, first) in due {
        if first > now {
            let left = u64::try_from(first - now).unwrap_or(0);
            wait = wait.min(Duration::from_millis(left));
            continue;
        }
        let lane = (integration.id.clone(), extent);
        let is_new = lanes(under_way).insert(lane.clone());
        if !is_new {
            app.office.wake(&integration.id);
            continue;
        }
        let (app, under_way) = (Arc::clone(app), Arc::clone(under_way));
        let runtime = Handle::current();
        // On a thread of its own: comparing documents keeps nobody waiting who looks at a page.
        tasks.spawn_blocking(move || {
            let stop = app.options.stop.clone();
            runtime.block_on(async {
                tokio::select! {
                    () = stop.cancelled() => {}
                    result = app.office.reread(&lane.0, lane.1, false) => {
                        if let Err(failure) = result {
                            tracing::warn!(integration = integration.name, %failure, "could not be read again; trying again");
                            tokio::time::sleep(PAUSE).await;
                        }
                    }
                }
            });
            lanes(&under_way).remove(&lane);
            app.office.asked_again().notify_one();
        });
    }
    Ok(wait)
}

fn lanes(under_way: &UnderWay) -> std::sync::MutexGuard<'_, HashSet<(IntegrationId, Extent)>> {
    under_way.lock().unwrap_or_else(PoisonError::into_inner)
}
