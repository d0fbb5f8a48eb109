//! `/_sim/…`: the questions and orders of whoever runs the stand-in. Needs `--control`, no token.

mod devices;
mod orders;
mod patches;

use std::sync::PoisonError;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use self::orders::Order;

use crate::clock;
use crate::faults::Faults;
use crate::hooks::Hook;
use crate::server::Server;
use crate::state::{Actor, ChurnKind, Effects};

/// Answers a request to the control interface.
pub(crate) async fn handle(server: &Server, request: Request<Body>, path: &str) -> Response<Body> {
    let post = request.method() == Method::POST;
    let body = to_bytes(request.into_body(), 16 << 20)
        .await
        .unwrap_or_default();
    let world = &server.world;
    world.catch_up();
    let state = || world.state.read().unwrap_or_else(PoisonError::into_inner);
    let answered = match (path, post) {
        ("/_sim/counts", false) => Ok(server.api.counts(&state(), world.clock.now())),
        ("/_sim/truth", false) => Ok(server.api.truth(&state(), world.clock.now())),
        ("/_sim/stats", false) => Ok(server.stats.to_json()),
        ("/_sim/stats", true) => {
            let before = server.stats.to_json();
            server.stats.reset();
            Ok(before)
        }
        ("/_sim/change", true) => serde_json::from_slice(&body)
            .map_err(|e| format!("the body is not JSON: {e}"))
            .and_then(|orders| change(server, &orders)),
        _ => Err(
            "ask GET /_sim/counts, /_sim/truth or /_sim/stats, or POST /_sim/change or /_sim/stats"
                .to_owned(),
        ),
    };
    let (status, value) = match answered {
        Ok(value) => (StatusCode::OK, value),
        Err(problem) => (StatusCode::BAD_REQUEST, json!({"error": problem})),
    };
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

/// One order, or a list of them, or an object with `operations`. All are read before any is carried out only in so far
/// as the JSON parses; an order that fails leaves those before it done and says so.
fn change(server: &Server, orders: &Value) -> Result<Value, String> {
    let list: Vec<&Value> = match orders {
        Value::Array(list) => list.iter().collect(),
        Value::Object(fields) => match fields.get("operations") {
            Some(Value::Array(list)) => list.iter().collect(),
            _ => vec![orders],
        },
        _ => return Err("give an operation or a list of operations".to_owned()),
    };
    let mut effects = Effects::listed();
    let mut created = Vec::new();
    for (n, order) in list.iter().enumerate() {
        let done = carry_out(server, order, &mut effects, &mut created);
        // other directories hear of it, and may have something to do later
        server
            .world
            .state
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .follow(&mut effects);
        server.world.reconsider();
        done.map_err(|problem| {
            format!("operation {n}: {problem}; those before it were carried out")
        })?;
    }
    Ok(
        json!({"changed": effects.to_json(server.vendor.prefix()), "created": created, "now": clock::text(server.world.clock.now())}),
    )
}

fn carry_out(
    server: &Server,
    order: &Value,
    effects: &mut Effects,
    created: &mut Vec<String>,
) -> Result<(), String> {
    let world = &server.world;
    if let Some(fraction) = order.get("churn").and_then(Value::as_f64) {
        let kinds =
            order
                .get("kinds")
                .and_then(Value::as_array)
                .map_or(Ok(Vec::new()), |words| {
                    words
                        .iter()
                        .map(|w| {
                            w.as_str()
                                .and_then(ChurnKind::read)
                                .ok_or_else(|| format!("{w} is not a kind of change"))
                        })
                        .collect()
                })?;
        let mut state = world.state.write().unwrap_or_else(PoisonError::into_inner);
        state.churn_now(fraction, &kinds, world.clock.now(), effects);
        return Ok(());
    }
    let operation = order
        .get("op")
        .and_then(Value::as_str)
        .ok_or("an operation needs op, or churn")?;
    if behave(server, operation, order)? {
        return Ok(());
    }
    let at = world.clock.now();
    let mut state = world.state.write().unwrap_or_else(PoisonError::into_inner);
    let actor = Actor::Person(state.company.administrator(0));
    let order = Order {
        state: &mut state,
        order,
        effects,
        created,
        actor,
        at,
    };
    order.apply(operation)
}

/// Orders about the server itself; tells whether it was one.
fn behave(server: &Server, operation: &str, order: &Value) -> Result<bool, String> {
    let text = |name: &str| {
        order
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| format!("{operation} needs {name}"))
    };
    match operation {
        "advance" => {
            let by = humantime::parse_duration(text("by")?).map_err(|e| e.to_string())?;
            server
                .world
                .clock
                .advance(i64::try_from(by.as_secs()).unwrap_or(i64::MAX));
            server.world.catch_up();
        }
        "faults" => {
            let texts: Vec<String> = order
                .get("set")
                .and_then(Value::as_array)
                .map(|l| {
                    l.iter()
                        .filter_map(Value::as_str)
                        .map(str::to_owned)
                        .collect()
                })
                .unwrap_or_default();
            let faults = Faults::read(&texts)?;
            server
                .world
                .state
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .event_faults = faults.events;
            *server
                .faults
                .write()
                .unwrap_or_else(PoisonError::into_inner) = faults;
        }
        "latency" => {
            *server
                .latency
                .write()
                .unwrap_or_else(PoisonError::into_inner) =
                humantime::parse_duration(text("value")?).map_err(|e| e.to_string())?
        }
        "rate_limits" => {
            let value = order
                .get("value")
                .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
                .unwrap_or_default();
            server.api.set_limits(&value)?;
        }
        "hook" => {
            let position = {
                let state = server
                    .world
                    .state
                    .read()
                    .unwrap_or_else(PoisonError::into_inner);
                server.api.news_end(&state)
            };
            let header = order.get("header").and_then(Value::as_str);
            let hook = match order.get("url") {
                Some(Value::Null) => None,
                _ => Some(Hook::read(server.vendor, text("url")?, header, position)?),
            };
            *server.hook.lock().unwrap_or_else(PoisonError::into_inner) = hook;
        }
        "token" => server.api.set_token(order)?,
        _ => return Ok(false),
    }
    Ok(true)
}
