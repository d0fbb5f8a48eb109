//! The way of a request: delay, faults, permission, limits, and then its endpoint.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State as Shared;
use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header,
};
use futures::stream;

use crate::control;
use crate::faults::Fault;
use crate::hash::{Purpose, draw};
use crate::ids::random_text;
use crate::okta::context::{Context, Query, Reply};
use crate::okta::errors::ApiError;
use crate::okta::rate_limit::Standing;
use crate::okta::{Endpoint, answer, route};
use crate::server::Server;

/// What the cursor of a page that is empty on purpose says.
const NOWHERE: &str = "PGEempty000000000000";

/// Counts a request as being answered while it lives.
struct InFlight<'a>(&'a Server);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Answers one request.
pub(crate) async fn handle(
    Shared(server): Shared<Arc<Server>>,
    request: Request<Body>,
) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().trim_end_matches('/').to_owned();
    if server.control && path.starts_with("/_sim/") {
        return Ok(control::handle(&server, request, &path).await);
    }
    let n = server.requests.fetch_add(1, Ordering::Relaxed) + 1;
    let concurrent = server.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
    let _in_flight = InFlight(&server);
    let (endpoint, _) = route(&path);
    server.stats.request(endpoint);
    let latency = *server
        .latency
        .read()
        .unwrap_or_else(PoisonError::into_inner);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let faults = server
        .faults
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .of(server.seed, n, &path);
    if faults.contains(&Fault::Timeout) {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    let over = concurrent > server.concurrency_limit;
    let made = make(&server, &request, &path, n, &faults, over);
    server.stats.answered(made.status, made.body.len());
    Ok(made.send(&server, n, &request, faults.contains(&Fault::Cut)))
}

/// An answer before it is put on the wire.
struct Made {
    status: u16,
    body: Vec<u8>,
    headers: HeaderMap,
}

fn make(
    server: &Server,
    request: &Request<Body>,
    path: &str,
    n: u64,
    faults: &[Fault],
    over: bool,
) -> Made {
    let (endpoint, segments) = route(path);
    let now = server.clock.now();
    let mut standing = server.buckets.take(endpoint, now);
    let mut headers = HeaderMap::new();
    let given = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok());
    let answered = if over {
        standing = Standing {
            limit: 0,
            remaining: 0,
            reset: now + 5,
            refused: true,
        };
        Err(ApiError::too_many())
    } else if faults.contains(&Fault::TooMany) {
        // soon over, so that a test need not wait for a minute to pass
        standing = Standing {
            remaining: 0,
            reset: now + 1,
            ..standing
        };
        Err(ApiError::too_many())
    } else if faults.iter().any(|f| matches!(f, Fault::Status(_))) {
        Err(ApiError::internal())
    } else {
        server
            .access
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .check(given, endpoint)
            .and_then(|()| {
                if standing.refused {
                    return Err(ApiError::too_many());
                }
                if request.method() != Method::GET && request.method() != Method::HEAD {
                    return Err(ApiError::method());
                }
                look_up(server, request, endpoint, &segments, path, faults, now)
            })
    };
    limit_headers(&mut headers, standing, endpoint);
    let (status, body) = match answered {
        Ok(reply) => {
            link_headers(&mut headers, &reply, draw(server.seed, Purpose::Link, n));
            for (name, value) in reply.headers {
                put(&mut headers, name, &value);
            }
            (200, reply.body)
        }
        Err(error) => {
            if error.code == "E0000011" {
                put(&mut headers, "www-authenticate", "SSWS");
            }
            let status = faults
                .iter()
                .find_map(|f| {
                    if let Fault::Status(s) = f {
                        Some(*s)
                    } else {
                        None
                    }
                })
                .filter(|_| error.status == 500)
                .unwrap_or(error.status);
            (
                status,
                error.body(&random_text(draw(server.seed, Purpose::RequestId, n), 22)),
            )
        }
    };
    Made {
        status,
        body,
        headers,
    }
}

fn look_up(
    server: &Server,
    request: &Request<Body>,
    endpoint: Endpoint,
    segments: &[&str],
    path: &str,
    faults: &[Fault],
    now: i64,
) -> Result<Reply, ApiError> {
    server.catch_up();
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or("localhost");
    let scheme = request
        .headers()
        .get("x-forwarded-proto")
        .and_then(|h| h.to_str().ok())
        .unwrap_or("http");
    let base = format!("{scheme}://{host}");
    let query = Query::read(request.uri().query().unwrap_or(""));
    let state = server.state.read().unwrap_or_else(PoisonError::into_inner);
    let shift = faults
        .iter()
        .map(|f| match f {
            Fault::Shift => -1,
            Fault::Skip => 1,
            _ => 0,
        })
        .sum();
    let context = Context {
        state: &state,
        base: &base,
        path,
        query,
        now,
        shift,
    };
    if faults.contains(&Fault::EmptyPage) && context.query.get("after") == Some(NOWHERE) {
        return Ok(Reply {
            body: b"[]".to_vec(),
            link_self: Some(format!("{base}{path}?after={NOWHERE}")),
            ..Reply::default()
        });
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

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(HeaderName::from_static(name), value);
    }
}

impl Made {
    fn send(
        mut self,
        server: &Server,
        n: u64,
        request: &Request<Body>,
        cut: bool,
    ) -> Response<Body> {
        let accepts = request
            .headers()
            .get(header::ACCEPT_ENCODING)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.contains("gzip"));
        if server.gzip && accepts {
            self.body = stored_gzip(&self.body);
            put(&mut self.headers, "content-encoding", "gzip");
            put(&mut self.headers, "vary", "Accept-Encoding");
        }
        put(&mut self.headers, "content-type", "application/json");
        put(&mut self.headers, "cache-control", "no-cache, no-store");
        put(
            &mut self.headers,
            "x-okta-request-id",
            &random_text(draw(server.seed, Purpose::RequestId, n | 1 << 60), 27),
        );
        let body = if cut {
            put(
                &mut self.headers,
                "content-length",
                &self.body.len().to_string(),
            );
            cut_off(&self.body)
        } else {
            Body::from(self.body)
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response
    }
}

/// The first half of a body, and then the connection is gone.
fn cut_off(body: &[u8]) -> Body {
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    Body::from_stream(stream::iter([
        Ok(half),
        Err(std::io::Error::other("cut on purpose")),
    ]))
}

/// A gzip stream whose blocks are stored as they are.
fn stored_gzip(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + body.len() / 6000 + 32);
    out.extend_from_slice(&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]);
    let mut blocks = body.chunks(0xFFFF).peekable();
    if body.is_empty() {
        out.extend_from_slice(&[1, 0, 0, 0xFF, 0xFF]);
    }
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&checksum(body).to_le_bytes());
    out.extend_from_slice(&(body.len() as u32).to_le_bytes());
    out
}

/// CRC-32 as gzip has it, by a table made at compile time.
fn checksum(body: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0u32; 256];
        let mut n = 0;
        while n < 256 {
            let mut c = n as u32;
            let mut bit = 0;
            while bit < 8 {
                c = if c & 1 == 1 {
                    0xEDB8_8320 ^ (c >> 1)
                } else {
                    c >> 1
                };
                bit += 1;
            }
            table[n] = c;
            n += 1;
        }
        table
    };
    !body.iter().fold(!0u32, |c, byte| {
        TABLE[((c ^ u32::from(*byte)) & 0xFF) as usize] ^ (c >> 8)
    })
}
