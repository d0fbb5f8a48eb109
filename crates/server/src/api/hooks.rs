//! Where vendors send what happens: no session, no key, but an address that nobody can guess.

use axum::{
    body::to_bytes,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
};
use muster_collect::Receipt;
use muster_model::IntegrationId;
use muster_office::Addressed;
use muster_provider::AuditLog;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use std::sync::Arc;

use crate::{
    app::App,
    problem::{Problem, ProblemDetails},
};

/// No message is longer.
const LONGEST: usize = 1 << 20;

/// Take a vendor's message; it is on disk when this is answered, and looked at afterwards
#[utoipa::path(post, path = "/hooks/{integration}/{secret}", tag = "hooks",
    params(("integration" = String, Path), ("secret" = String, Path)), security(()),
    request_body(content = Object, description = "The message as the vendor sends it", content_type = "application/json"),
    responses((status = 204), (status = 400, body = ProblemDetails), (status = 404, body = ProblemDetails),
        (status = 410, body = ProblemDetails), (status = 413, body = ProblemDetails), (status = 429, body = ProblemDetails),
        (status = 503, body = ProblemDetails)))]
pub async fn receive(
    State(app): State<App>,
    Path((integration, secret)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let (integration, log) = find(&app, &integration, &secret)?;
    let (parts, body) = request.into_parts();
    let accompanied = log
        .webhook
        .as_ref()
        .and_then(|webhook| header(&parts.headers, webhook.header.as_deref()));
    if !app.office.is_accompanied(&integration, accompanied) {
        return Err(nobody());
    }
    let body = to_bytes(body, LONGEST)
        .await
        .map_err(|_| Problem::too_large("a message has at most 1 MiB"))?;
    if serde_json::from_slice::<IgnoredAny>(&body).is_err() {
        return Err(Problem::malformed("a message is JSON"));
    }
    let receipt = Receipt {
        integration,
        received: app.now(),
        body: body.into(),
    };
    app.inbox.put(receipt).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Answer a vendor that asks whether it may send here
#[utoipa::path(get, path = "/hooks/{integration}/{secret}", tag = "hooks",
    params(("integration" = String, Path), ("secret" = String, Path)), security(()),
    responses((status = 200, description = "What the vendor asked with", body = Object), (status = 404, body = ProblemDetails),
        (status = 410, body = ProblemDetails)))]
pub async fn verify(
    State(app): State<App>,
    Path((integration, secret)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<axum::Json<Value>, Problem> {
    let (_, log) = find(&app, &integration, &secret)?;
    let challenge = log
        .webhook
        .as_ref()
        .and_then(|webhook| webhook.challenge.as_ref());
    let answer = challenge.and_then(|challenge| {
        let asked = header(&headers, Some(&challenge.header))?;
        Some((challenge.member.clone(), Value::from(asked)))
    });
    let Some(answer) = answer else {
        return Err(Problem::malformed(
            "this address takes messages by POST; it answers no other question than the vendor's own",
        ));
    };
    Ok(axum::Json(Value::Object(Map::from_iter([answer]))))
}

/// Whose the address is. That it is wrong, that the integration is unknown or being deleted: all the same answer.
fn find(
    app: &App,
    integration: &str,
    secret: &str,
) -> Result<(IntegrationId, Arc<AuditLog>), Problem> {
    let id = match app.office.addressed(integration, secret) {
        Addressed::To(id) => id,
        Addressed::Nobody => return Err(nobody()),
        Addressed::Disabled => {
            return Err(Problem::gone(
                "the integration is disabled, so nothing is taken for it",
            ));
        }
    };
    let log = app.office.hook_log(&id).ok_or_else(nobody)?;
    Ok((id, log))
}

fn nobody() -> Problem {
    Problem::not_found("there is no such address")
}

fn header<'h>(headers: &'h HeaderMap, name: Option<&str>) -> Option<&'h str> {
    headers.get(name?)?.to_str().ok()
}
