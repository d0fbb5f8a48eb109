//! Okta's side of a request: permission, limits, links, and then its endpoint.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderMap, Method, header};
use serde_json::{Value, json};

use super::access::Access;
use super::context::{Context, Query, Reply};
use super::errors::ApiError;
use super::rate_limit::{Buckets, Limiting, Standing};
use super::service::ServiceApplication;
use super::{Endpoint, answer, logs, route};
use crate::answering::{Made, put};
use crate::clock::Seconds;
use crate::faults::Fault;
use crate::hash::{Purpose, draw};
use crate::hooks::{Manner, Message};
use crate::ids::random_text;
use crate::state::State;
use crate::vendor::{Api, Asked};
use crate::world::World;

/// What the cursor of a page that is empty on purpose says.
const NOWHERE: &str = "PGEempty000000000000";

/// Okta, as one port serves it.
#[derive(Debug)]
pub struct Okta {
    access: RwLock<Access>,
    service: RwLock<ServiceApplication>,
    buckets: Buckets,
}

impl Okta {
    /// With the tokens everybody knows, and full buckets.
    #[must_use]
    pub fn new(limiting: Limiting) -> Self {
        Self {
            access: RwLock::default(),
            service: RwLock::default(),
            buckets: Buckets::new(limiting),
        }
    }

    fn permitted(
        &self,
        world: &World,
        asked: &Asked<'_>,
        endpoint: Endpoint,
        refused: bool,
    ) -> Result<(), ApiError> {
        let given = asked
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|v| v.to_str().ok());
        let bearer = given.and_then(|given| given.strip_prefix("Bearer "));
        match bearer.filter(|_| endpoint != Endpoint::WellKnown) {
            Some(token) => {
                let service = self.service.read().unwrap_or_else(PoisonError::into_inner);
                match service.allows(token, endpoint, world.clock.now()) {
                    Some(true) => {}
                    Some(false) => return Err(ApiError::forbidden()),
                    None => return Err(ApiError::bad_token()),
                }
            }
            None => self
                .access
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .check(given, endpoint)?,
        }
        if refused {
            return Err(ApiError::too_many());
        }
        if *asked.method != Method::GET && *asked.method != Method::HEAD {
            return Err(ApiError::method());
        }
        world.catch_up();
        Ok(())
    }

    /// A token for the service application; refusals are those of OAuth, not of the management API.
    fn token(&self, world: &World, asked: &Asked<'_>, now: Seconds) -> Made {
        let token = random_text(draw(world.seed, Purpose::RequestId, asked.n | 1 << 58), 60);
        let audience = format!("{}{}", asked.base(), asked.path);
        let mut service = self.service.write().unwrap_or_else(PoisonError::into_inner);
        let (status, body) = match service.exchange(asked.body, &audience, now, token) {
            Ok(token) => (200, token),
            Err((status, error, description)) => (
                status,
                json!({"error": error, "error_description": description}),
            ),
        };
        Made {
            status,
            body: body.to_string().into_bytes(),
            headers: HeaderMap::new(),
        }
    }
}

impl Api for Okta {
    fn endpoint(&self, path: &str) -> Cow<'static, str> {
        Cow::Borrowed(route(path).0.name())
    }

    fn answer(&self, world: &World, asked: &Asked<'_>) -> Made {
        let (endpoint, segments) = route(asked.path);
        let now = world.clock.now();
        if asked.path == "/oauth2/v1/token" && *asked.method == Method::POST {
            return self.token(world, asked, now);
        }
        let mut standing = self.buckets.take(endpoint, now);
        let mut headers = HeaderMap::new();
        let answered = if asked.over {
            standing = Standing {
                limit: 0,
                remaining: 0,
                reset: now + 5,
                refused: true,
            };
            Err(ApiError::too_many())
        } else if asked.faults.contains(&Fault::TooMany) {
            // soon over, so that a test need not wait for a minute to pass
            standing = Standing {
                remaining: 0,
                reset: now + 1,
                ..standing
            };
            Err(ApiError::too_many())
        } else if asked.broken().is_some() {
            Err(ApiError::internal())
        } else {
            self.permitted(world, asked, endpoint, standing.refused)
                .and_then(|()| look_up(world, asked, endpoint, &segments, now))
        };
        limit_headers(&mut headers, standing, endpoint);
        put(
            &mut headers,
            "x-okta-request-id",
            &random_text(draw(world.seed, Purpose::RequestId, asked.n | 1 << 60), 27),
        );
        let (status, body) = match answered {
            Ok(reply) => {
                link_headers(
                    &mut headers,
                    &reply,
                    draw(world.seed, Purpose::Link, asked.n),
                );
                for (name, value) in reply.headers {
                    put(&mut headers, name, &value);
                }
                (200, reply.body)
            }
            Err(error) => {
                if error.code == "E0000011" {
                    put(&mut headers, "www-authenticate", "SSWS");
                }
                let status = asked
                    .broken()
                    .filter(|_| error.status == 500)
                    .unwrap_or(error.status);
                (
                    status,
                    error.body(&random_text(
                        draw(world.seed, Purpose::RequestId, asked.n),
                        22,
                    )),
                )
            }
        };
        Made {
            status,
            body,
            headers,
        }
    }

    fn counts(&self, state: &State, _now: Seconds) -> Value {
        json!(state.counts())
    }

    fn truth(&self, state: &State, now: Seconds) -> Value {
        crate::truth::truth(state, now)
    }

    fn set_token(&self, order: &Value) -> Result<(), String> {
        if order["token"] == "service" {
            self.service
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .set(order);
            return Ok(());
        }
        self.access
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .set(order)
    }

    fn manner(&self) -> Manner {
        Manner {
            verify: true,
            tries: 2,
            patience: Duration::from_secs(3),
            again: |status| status >= 500,
            twice: true,
        }
    }

    fn news_end(&self, state: &State) -> u64 {
        state.events_end()
    }

    fn message(&self, state: &State, from: u64, base: &str) -> Option<Message> {
        logs::hooked(state, from, base)
    }

    fn set_limits(&self, value: &str) -> Result<(), String> {
        self.buckets
            .set(Limiting::read(value).ok_or("value is off, vendor or a number")?);
        Ok(())
    }
}

fn look_up(
    world: &World,
    asked: &Asked<'_>,
    endpoint: Endpoint,
    segments: &[&str],
    now: i64,
) -> Result<Reply, ApiError> {
    let base = asked.base();
    let (path, faults) = (asked.path, asked.faults);
    let state = world.state.read().unwrap_or_else(PoisonError::into_inner);
    let context = Context {
        state: &state,
        base: &base,
        path,
        query: Query::read(asked.query),
        now,
        shift: asked.shift(),
    };
    if faults.contains(&Fault::EmptyPage) && context.query.get("after") == Some(NOWHERE) {
        return Ok(Reply {
            body: b"[]".to_vec(),
            link_self: Some(format!("{base}{path}?after={NOWHERE}")),
            ..Reply::default()
        });
    }
    if faults.contains(&Fault::ForgetCursor) && context.query.get("after").is_some() {
        return Err(ApiError::bad_cursor());
    }
    let mut reply = answer(&context, endpoint, segments)?;
    if faults.contains(&Fault::RepeatNext) && reply.link_next.is_some() {
        reply.link_next.clone_from(&reply.link_self);
    }
    if faults.contains(&Fault::EmptyPage) && reply.link_next.is_none() && reply.link_self.is_some()
    {
        reply.link_next = Some(format!("{base}{path}?after={NOWHERE}"));
    }
    Ok(reply)
}

fn limit_headers(headers: &mut HeaderMap, standing: Standing, endpoint: Endpoint) {
    if endpoint == Endpoint::WellKnown {
        return;
    }
    put(headers, "x-rate-limit-limit", &standing.limit.to_string());
    put(
        headers,
        "x-rate-limit-remaining",
        &standing.remaining.to_string(),
    );
    put(headers, "x-rate-limit-reset", &standing.reset.to_string());
}

/// Both links in one header line or in two: both forms are recorded.
fn link_headers(headers: &mut HeaderMap, reply: &Reply, chance: u64) {
    let own = reply
        .link_self
        .as_ref()
        .map(|address| format!("<{address}>; rel=\"self\""));
    let next = reply
        .link_next
        .as_ref()
        .map(|address| format!("<{address}>; rel=\"next\""));
    match (own, next) {
        (Some(own), Some(next)) if chance.is_multiple_of(2) => {
            put(headers, "link", &format!("{own}, {next}"))
        }
        (own, next) => {
            for line in [own, next].into_iter().flatten() {
                put(headers, "link", &line);
            }
        }
    }
}
