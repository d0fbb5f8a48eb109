//! Collects every integration when it is due.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use muster_control::Integrations;
use muster_model::{Integration, IntegrationId};
use muster_office::{Runs, due, request::Sync as Order};
use tokio::{
    runtime::Handle,
    sync::{Semaphore, mpsc},
};
use tokio_util::task::TaskTracker;

use super::next;
use crate::{app::App, problem::Problem};

/// Integrations that are collected at once; the others wait their turn.
const AT_ONCE: usize = 4;
/// However far away the next one is due: somebody may have changed something without telling.
const LONGEST: Duration = Duration::from_secs(60);
/// Never busier than this.
const SHORTEST: Duration = Duration::from_millis(200);

/// What is being collected by this server.
#[derive(Debug)]
pub struct Schedule {
    under_way: Mutex<HashSet<IntegrationId>>,
    room: Semaphore,
    tasks: TaskTracker,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            under_way: Mutex::default(),
            room: Semaphore::new(AT_ONCE),
            tasks: TaskTracker::new(),
        }
    }
}

pub async fn run(app: App) {
    loop {
        let wait = match pass(&app).await {
            Ok(wait) => wait,
            Err(problem) => {
                tracing::error!(
                    detail = problem.detail(),
                    "what is due cannot be read; trying again"
                );
                LONGEST
            }
        };
        if !next(
            &app,
            Some(&app.signals.collect),
            wait.clamp(SHORTEST, LONGEST),
        )
        .await
        {
            // Runs are cut off where they are; the next process goes on there, and only once these have let go.
            app.schedule.tasks.close();
            app.schedule.tasks.wait().await;
            return;
        }
    }
}

/// Begins what is due; says how long until the next is.
async fn pass(app: &App) -> Result<Duration, Problem> {
    let opened = app.options.opened;
    let all = app
        .read(move |transaction| {
            Integrations(transaction)
                .all()?
                .into_iter()
                .map(|integration| {
                    let last = Runs(transaction).last(&integration.id)?;
                    let due = due(&integration, last.as_ref(), opened);
                    Ok((integration, due))
                })
                .collect::<Result<Vec<_>, Problem>>()
        })
        .await?;
    let now = app.now();
    let mut wait = LONGEST;
    for (integration, due) in all {
        let rests = is_under_way(app, &integration.id) || app.office.is_pushed(&integration);
        let Some(due) = due.filter(|_| !rests) else {
            continue;
        };
        if due <= now {
            begin(app, integration, false, Vec::new());
        } else {
            let left = u64::try_from(due - now).unwrap_or(0);
            wait = wait.min(Duration::from_millis(left));
        }
    }
    Ok(wait)
}

fn is_under_way(app: &App, id: &IntegrationId) -> bool {
    app.schedule
        .under_way
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(id)
}

/// Collects an integration, unless that is under way.
pub fn begin(app: &App, integration: Integration, full: bool, accept_removals: Vec<String>) {
    let id = integration.id.clone();
    let is_new = app
        .schedule
        .under_way
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(id.clone());
    if !is_new {
        return;
    }
    let (app, tasks) = (Arc::clone(app), app.schedule.tasks.clone());
    let runtime = Handle::current();
    // On a thread of its own: hashing pages keeps nobody waiting who looks at one.
    tasks.spawn_blocking(move || {
        let stop = app.options.stop.clone();
        runtime.block_on(async {
            tokio::select! {
                () = stop.cancelled() => {}
                () = collect(&app, integration, full, accept_removals) => {}
            }
        });
        app.schedule
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&id);
        app.signals.collect.notify_one();
    });
}

async fn collect(app: &App, integration: Integration, full: bool, accept_removals: Vec<String>) {
    let Ok(_room) = app.schedule.room.acquire().await else {
        return;
    };
    // Progress is told through the office's notices.
    let (events, _) = mpsc::unbounded_channel();
    let order = Order {
        names: vec![integration.name.clone()],
        full,
        types: None,
        accept_removals,
        allow_insecure_endpoints: false,
    };
    match app.office.sync(order, &events).await {
        Ok(_) => tracing::info!(integration = integration.name, "collected"),
        Err(failure) => {
            tracing::warn!(integration = integration.name, %failure, "could not be collected");
        }
    }
}
