use std::{any::Any, fmt, panic::AssertUnwindSafe, sync::Arc};

use chrono::Utc;
use datafusion::{
    execution::{TaskContext, session_state::SessionState},
    logical_expr::LogicalPlan,
    physical_plan::execute_stream,
};
use futures::{FutureExt, StreamExt};
use muster_model::Principal;
use tokio::{
    runtime::{Builder, Runtime},
    sync::{mpsc, oneshot},
    time::sleep_until,
};

use crate::{
    Description, Function, LimitReached, QueryError, Request, Source,
    cancel::Cancel,
    catalog::Catalog,
    dialect,
    function::described,
    plan::{Planning, base_session, query_error, session_for},
    stream::{Answer, Message, QueryStream},
};

/// Planning recurses as deep as a statement nests.
const STACK: usize = 64 * 1024 * 1024;

/// Batches that may wait for whoever asked.
const WAITING: usize = 2;

/// How queries are run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineOptions {
    /// Threads that work on queries, all queries together.
    pub threads: usize,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            threads: std::thread::available_parallelism().map_or(2, usize::from),
        }
    }
}

/// Answers queries on threads of its own, so that a query that works hard keeps nothing else from running.
pub struct Engine {
    /// `None` only while the engine is dropped.
    workers: Option<Runtime>,
    /// Keeps time when every worker is busy.
    clock: Option<Runtime>,
    base: SessionState,
}

impl fmt::Debug for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Engine")
    }
}

impl Engine {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn new(options: EngineOptions) -> std::io::Result<Self> {
        let workers = Builder::new_multi_thread()
            .worker_threads(options.threads.max(1))
            .thread_name("muster-query")
            .thread_stack_size(STACK)
            .enable_time()
            .build()?;
        let clock = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("muster-query-clock")
            .enable_time()
            .build()?;
        Ok(Self {
            workers: Some(workers),
            clock: Some(clock),
            base: base_session(options.threads.max(1)),
        })
    }

    /// Plans a statement and starts it. Dropping the future or the stream stops it.
    ///
    /// # Errors
    /// [`QueryError`], by what to do about it. A statement that is wrong is refused before anything is read.
    pub async fn query(
        &self,
        principal: &Principal,
        source: Arc<dyn Source>,
        request: Request,
    ) -> Result<QueryStream, QueryError> {
        let (Some(workers), Some(clock)) = (&self.workers, &self.clock) else {
            return Err(QueryError::Cancelled);
        };
        let cancel = Cancel::new(request.limits);
        let (sender, receiver) = mpsc::channel(WAITING);
        let (running, finished) = oneshot::channel::<()>();
        let task = Task {
            base: self.base.clone(),
            catalog: Catalog::new(principal, source),
            request,
            cancel: cancel.clone(),
            sender: sender.clone(),
        };
        let handle = workers.spawn(async move {
            let _running = running;
            task.run().await;
        });
        let abort = handle.abort_handle();
        let deadline = cancel.deadline().into();
        let limits = cancel.limits();
        let stop = abort.clone();
        clock.spawn(async move {
            tokio::select! {
                () = sleep_until(deadline) => {
                    stop.abort();
                    let late = QueryError::Limit(LimitReached::Time(limits.time));
                    let _ = sender.send(Err(late)).await;
                }
                _ = finished => {}
            }
        });
        QueryStream::started(Answer {
            receiver,
            cancel,
            abort,
        })
        .await
    }

    /// What a statement reads and answers. It is planned as [`Engine::query`] plans it, and not run.
    ///
    /// # Errors
    /// As [`Engine::query`].
    pub async fn describe(
        &self,
        principal: &Principal,
        source: Arc<dyn Source>,
        request: Request,
    ) -> Result<Description, QueryError> {
        let Some(workers) = &self.workers else {
            return Err(QueryError::Cancelled);
        };
        let base = self.base.clone();
        let catalog = Catalog::new(principal, source);
        let planned = workers.spawn(async move {
            let limits = request.limits;
            let sql = request.sql.as_str();
            let now = request.now.unwrap_or_else(Utc::now);
            let state = session_for(&base, limits, now)
                .map_err(|error| query_error(error, Some(sql), limits))?;
            let planning = Planning::new(state, catalog, Cancel::new(limits));
            let statement = dialect::rewrite(sql, &request.variables, &planning)?;
            let logical = planning.logical_plan(sql, statement)?;
            read_only(&logical)?;
            planning.physical_plan(sql, &logical).await?;
            Ok(planning.description(Arc::new(logical.schema().as_arrow().clone())))
        });
        match planned.await {
            Ok(described) => described,
            Err(error) if error.is_cancelled() => Err(QueryError::Cancelled),
            Err(error) => Err(QueryError::Internal(match error.try_into_panic() {
                Ok(panic) => panic_message(panic.as_ref()),
                Err(error) => error.to_string(),
            })),
        }
    }

    /// The functions a statement may use, by name.
    pub fn functions(&self) -> Vec<Function> {
        described(&self.base)
    }

    /// [`Engine::query`] for callers outside an async runtime.
    ///
    /// # Errors
    /// As [`Engine::query`].
    pub fn query_blocking(
        &self,
        principal: &Principal,
        source: Arc<dyn Source>,
        request: Request,
    ) -> Result<QueryStream, QueryError> {
        futures::executor::block_on(self.query(principal, source, request))
    }
}

impl Drop for Engine {
    /// Running queries stop by themselves: whoever reads them sees an error.
    fn drop(&mut self) {
        for runtime in [self.workers.take(), self.clock.take()]
            .into_iter()
            .flatten()
        {
            runtime.shutdown_background();
        }
    }
}

/// One query, from its text to its last row.
struct Task {
    base: SessionState,
    catalog: Catalog,
    request: Request,
    cancel: Cancel,
    sender: mpsc::Sender<Result<Message, QueryError>>,
}

impl Task {
    async fn run(self) {
        let sender = self.sender.clone();
        let last = match AssertUnwindSafe(self.answer()).catch_unwind().await {
            Ok(Ok(truncated)) => Ok(Message::Done { truncated }),
            Ok(Err(error)) => Err(error),
            Err(panic) => Err(QueryError::Internal(panic_message(panic.as_ref()))),
        };
        // Nobody listens any more: nothing is lost.
        let _ = sender.send(last).await;
    }

    /// Sends every batch; says whether rows were cut off.
    async fn answer(self) -> Result<bool, QueryError> {
        let limits = self.request.limits;
        let sql = self.request.sql.as_str();
        let failed = |error| query_error(error, Some(sql), limits);
        let now = self.request.now.unwrap_or_else(Utc::now);
        let state = session_for(&self.base, limits, now).map_err(failed)?;
        let planning = Planning::new(state, self.catalog, self.cancel.clone());
        let statement = dialect::rewrite(sql, &self.request.variables, &planning)?;
        let logical = planning.logical_plan(sql, statement)?;
        read_only(&logical)?;
        self.cancel.check().map_err(failed)?;
        let physical = planning.physical_plan(sql, &logical).await?;
        let schema = Arc::new(logical.schema().as_arrow().clone());
        let context = Arc::new(TaskContext::from(planning.state()));
        let mut batches = execute_stream(physical, context).map_err(failed)?;
        if self
            .sender
            .send(Ok(Message::Schema(Arc::clone(&schema))))
            .await
            .is_err()
        {
            return Err(QueryError::Cancelled);
        }
        let mut left = usize::try_from(limits.rows).unwrap_or(usize::MAX);
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(failed)?;
            if batch.num_rows() == 0 {
                continue;
            }
            if left == 0 {
                return Ok(true);
            }
            let rows = batch.num_rows().min(left);
            left -= rows;
            let cut = rows < batch.num_rows();
            let batch = match cut {
                true => batch.slice(0, rows),
                false => batch,
            };
            if self.sender.send(Ok(Message::Batch(batch))).await.is_err() {
                return Err(QueryError::Cancelled);
            }
            if cut {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "it panicked".to_owned())
}

/// Nothing but reading has a plan here; whatever slips through the dialect stops at this.
fn read_only(plan: &LogicalPlan) -> Result<(), QueryError> {
    match plan {
        LogicalPlan::Dml(_)
        | LogicalPlan::Ddl(_)
        | LogicalPlan::Copy(_)
        | LogicalPlan::Statement(_) => Err(QueryError::Internal(
            "a plan that writes got through the dialect".to_owned(),
        )),
        _ => Ok(()),
    }
}
