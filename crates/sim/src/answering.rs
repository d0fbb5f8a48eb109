//! The way of a request: delay, faults, and then the vendor whose port it came to.

use std::convert::Infallible;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode, header};
use futures::stream;

use crate::control;
use crate::faults::Fault;
use crate::server::Server;
use crate::vendor::Asked;

/// More than this is not read of a request.
const LONGEST_BODY: usize = 1 << 20;

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
    server.stats.request(server.api.endpoint(&path));
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
        .of(server.world.seed, n, &path);
    if faults.contains(&Fault::Timeout) {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST_BODY).await.unwrap_or_default();
    let asked = Asked {
        method: &parts.method,
        path: &path,
        query: parts.uri.query().unwrap_or(""),
        headers: &parts.headers,
        body: &body,
        n,
        faults: &faults,
        over: concurrent > server.concurrency_limit,
    };
    let made = server.api.answer(&server.world, &asked);
    server.stats.answered(made.status, made.body.len());
    Ok(made.send(&server, &parts.headers, faults.contains(&Fault::Cut)))
}

/// An answer before it is put on the wire.
#[derive(Debug)]
pub(crate) struct Made {
    pub status: u16,
    pub body: Vec<u8>,
    pub headers: HeaderMap,
}

/// Adds a header whose value can be one.
pub(crate) fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.append(HeaderName::from_static(name), value);
    }
}

impl Made {
    fn send(mut self, server: &Server, given: &HeaderMap, cut: bool) -> Response<Body> {
        let accepts = given
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
