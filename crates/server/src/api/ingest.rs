//! Pushing resources of one's own types.

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use muster_custom::CustomType;
use muster_office::{
    Failure,
    push::{Limits, Receiving},
    request::PushReport,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use utoipa::{IntoParams, ToSchema};

use crate::{
    access::{Caller, times},
    app::App,
    problem::{Problem, ProblemDetails},
};

/// Requests of one key: a burst, then so many a second.
const PER_KEY: Quota = Quota::per_second(times(50)).allow_burst(times(200));
/// Pushes of everything that are on their way at once.
const FULL_AT_ONCE: usize = 4;
/// Bytes that are looked at in one go.
const CHUNK: usize = 1 << 20;
/// A body that stands still so long has broken off.
const STILL: Duration = Duration::from_secs(30);

/// Who may push how much.
pub struct Pushing {
    limiter: DefaultKeyedRateLimiter<String>,
    full: Semaphore,
}

impl Default for Pushing {
    fn default() -> Self {
        Self {
            limiter: RateLimiter::keyed(PER_KEY),
            full: Semaphore::new(FULL_AT_ONCE),
        }
    }
}

impl Pushing {
    /// Forgets who has been quiet.
    pub fn sweep(&self) {
        self.limiter.retain_recent();
    }

    fn check(&self, caller: &Caller) -> Result<(), Problem> {
        self.limiter
            .check_key(&caller.id().to_owned())
            .map_err(|refused| {
                let wait = refused.wait_time_from(DefaultClock::default().now());
                Problem::too_many(
                    "this key pushes too often; push several documents at once, at most 1,000",
                    wait.as_secs() + 1,
                )
            })
    }
}

/// What a push of single resources did.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pushed {
    /// Documents that were sent.
    seen: u64,
    /// Resources that were not there.
    added: u64,
    /// Resources that differ.
    modified: u64,
    /// Resources that are as they were.
    unchanged: u64,
}

/// What a push of everything did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PushedAll {
    /// Documents that were sent.
    seen: u64,
    /// Resources that were not there.
    added: u64,
    /// Resources that differ.
    modified: u64,
    /// Resources that are as they were.
    unchanged: u64,
    /// Resources that were not among the documents, and went.
    removed: u64,
    /// Resources that would have gone, and are held back because they are so many.
    held_back: u64,
    /// Why, and what to do.
    reason: Option<String>,
}

/// How a push of everything is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub struct PushOrder {
    /// Take removals although they are many at once.
    #[serde(default)]
    accept_removals: bool,
}

/// Push some resources: one document, one per line, or an array of at most 1,000
///
/// All of them are taken, or none. What is there already is replaced.
#[utoipa::path(post, path = "/api/ingest/{type}", tag = "custom data", params(("type" = String, Path)),
    request_body(content = Object, content_type = "application/json"),
    responses((status = 200, body = Pushed), (status = 404, body = ProblemDetails), (status = 413, body = ProblemDetails),
        (status = 422, body = ProblemDetails), (status = 429, body = ProblemDetails)))]
pub async fn push(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<Pushed>, Problem> {
    let custom = admitted(&app, &caller, &name)?;
    fits(&headers, Limits::SINGLE)?;
    let receiving = Receiving::in_memory(Arc::clone(&custom));
    let receiving = received(receiving, body).await?;
    let observations = working(move || receiving.observations()).await?;
    let report = app.office.push_single(&custom, observations).await?;
    Ok(axum::Json(Pushed {
        seen: report.seen,
        added: report.added,
        modified: report.modified,
        unchanged: report.unchanged,
    }))
}

/// Push everything there is: one document per line, or an array
///
/// What is not among the documents goes, unless that is suspiciously much. A body that breaks off, or one document that
/// does not fit, changes nothing.
#[utoipa::path(put, path = "/api/ingest/{type}", tag = "custom data", params(("type" = String, Path), PushOrder),
    request_body(content = Object, content_type = "application/x-ndjson"),
    responses((status = 200, body = PushedAll), (status = 404, body = ProblemDetails), (status = 413, body = ProblemDetails),
        (status = 422, body = ProblemDetails), (status = 429, body = ProblemDetails)))]
pub async fn replace(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Query(order): Query<PushOrder>,
    headers: HeaderMap,
    body: Body,
) -> Result<axum::Json<PushedAll>, Problem> {
    let custom = admitted(&app, &caller, &name)?;
    fits(&headers, Limits::EVERYTHING)?;
    let Ok(_room) = app.pushing.full.try_acquire() else {
        return Err(Problem::busy(
            "several pushes of everything are on their way; try again",
            5,
        ));
    };
    let (of, folder) = (Arc::clone(&custom), app.office.folder().clone());
    let receiving = working(move || Receiving::in_file(of, &folder)).await?;
    let receiving = received(receiving, body).await?;
    let spooled = working(move || receiving.spooled()).await?;
    let office = Arc::clone(&app.office);
    // Who pushed may go away; what has begun comes to its end.
    let committing = tokio::spawn(async move {
        office
            .push_spooled(&custom, &spooled, true, order.accept_removals)
            .await
    });
    let report = committing
        .await
        .map_err(|error| Problem::internal(&error))??;
    let PushReport {
        seen,
        added,
        modified,
        unchanged,
        removed,
        held_back,
        reason,
    } = report;
    Ok(axum::Json(PushedAll {
        seen,
        added,
        modified,
        unchanged,
        removed,
        held_back,
        reason,
    }))
}

/// Take away one resource; nothing happens where there is none
#[utoipa::path(delete, path = "/api/ingest/{type}/{key}", tag = "custom data",
    params(("type" = String, Path), ("key" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails), (status = 429, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path((name, key)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let custom = admitted(&app, &caller, &name)?;
    app.office.remove_pushed(&custom, key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The type, if the caller may push it now.
fn admitted(app: &App, caller: &Caller, name: &str) -> Result<Arc<CustomType>, Problem> {
    if let Some(bound) = caller.bound_to()
        && bound != name
    {
        return Err(Problem::forbidden(format!(
            "this key pushes `{bound}` alone; make one for `{name}`"
        )));
    }
    app.pushing.check(caller)?;
    app.office
        .custom_type(name)
        .map_err(|failure| Problem::not_found(failure.to_string()))
}

/// A body that says how long it is, and is too long, is not read.
fn fits(headers: &HeaderMap, limits: Limits) -> Result<(), Problem> {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(length) if length > limits.bytes => Err(Problem::too_large(format!(
            "the body is longer than {} bytes; push it in parts",
            limits.bytes
        ))),
        _ => Ok(()),
    }
}

/// Reads a body to its end. What is wrong with it is told once it has been read, so that whoever sends it reads the answer.
async fn received(receiving: Receiving, body: Body) -> Result<Receiving, Problem> {
    let mut stream = body.into_data_stream();
    let mut kept = Ok(receiving);
    let mut chunk = BytesMut::new();
    loop {
        let next = tokio::time::timeout(STILL, stream.next()).await;
        let broken_off = || Problem::malformed("the body broke off; nothing was changed");
        let piece: Option<Bytes> = match next {
            Ok(Some(Ok(piece))) => Some(piece),
            Ok(None) => None,
            Ok(Some(Err(_))) | Err(_) => return Err(broken_off()),
        };
        let is_last = piece.is_none();
        if let Some(piece) = piece
            && kept.is_ok()
        {
            chunk.extend_from_slice(&piece);
        }
        if chunk.len() >= CHUNK || (is_last && !chunk.is_empty()) {
            let bytes = chunk.split().freeze();
            kept = match kept {
                Ok(mut receiving) => {
                    working(move || receiving.feed(&bytes).map(|()| receiving)).await
                }
                Err(problem) => Err(problem),
            };
            // There is no end to a body that is longer than allowed.
            if kept.as_ref().is_err_and(Problem::is_too_large) {
                break;
            }
        }
        if is_last {
            break;
        }
    }
    kept
}

/// Does something that works for long, off the threads that serve.
async fn working<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Problem::internal(&error))?;
    Ok(done?)
}
