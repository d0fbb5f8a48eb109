//! Telling others: what happens is sent to an address, as each vendor sends it.

use std::convert::Infallible;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Uri};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

use crate::error::SimError;
use crate::hash::{Purpose, draw};
use crate::ids::random_text;
use crate::server::Server;
use crate::vendor::Vendor;

/// How often somebody looks whether there is something to tell.
const EVERY: Duration = Duration::from_millis(100);
/// No more than this is read of an answer.
const LONGEST_ANSWER: usize = 64 << 10;

/// Where to send what happens.
#[derive(Debug, Clone)]
pub(crate) struct Hook {
    url: Uri,
    header: Option<(String, String)>,
    /// Whether the address said that it wants to be told.
    verified: bool,
    /// The number of the first event that was not sent yet.
    position: u64,
}

impl Hook {
    /// Reads an address, in which `{vendor}` stands for the vendor's name in small letters, and `NAME:VALUE`.
    pub fn read(
        vendor: Vendor,
        url: &str,
        header: Option<&str>,
        position: u64,
    ) -> Result<Self, String> {
        let url: Uri = url
            .replace("{vendor}", &vendor.name().to_lowercase())
            .parse()
            .map_err(|_| format!("'{url}' is not an address"))?;
        if url.scheme_str() != Some("http") || url.host().is_none() {
            return Err("a hook's address begins with http://".to_owned());
        }
        let header = header
            .map(|text| {
                let (name, value) = text
                    .split_once(':')
                    .ok_or("a hook's header is NAME:VALUE")?;
                Ok::<_, String>((name.trim().to_owned(), value.trim().to_owned()))
            })
            .transpose()?;
        Ok(Self {
            url,
            header,
            verified: false,
            position,
        })
    }

    /// The same for the command line.
    pub fn option(
        vendor: Vendor,
        url: Option<&str>,
        header: Option<&str>,
        position: u64,
    ) -> Result<Option<Self>, SimError> {
        url.map(|url| Self::read(vendor, url, header, position))
            .transpose()
            .map_err(|problem| SimError::option("--hook", problem))
    }
}

/// How a vendor sends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// Whether the address is asked first whether it wants to be told.
    pub verify: bool,
    /// How often one message is sent at most.
    pub tries: u32,
    /// How long an answer is waited for.
    pub patience: Duration,
    /// Whether a message that was refused with this status is sent again.
    pub again: fn(u16) -> bool,
    /// Whether messages may come twice.
    pub twice: bool,
}

/// One message: its body, and the number of the event after the last in it.
#[derive(Debug)]
pub(crate) struct Message {
    pub body: Value,
    pub next: u64,
}

type Http = Client<HttpConnector, Body>;

/// Sends what happens until it is dropped.
pub(crate) async fn deliver(server: Arc<Server>, base: String) -> Infallible {
    let http: Http = Client::builder(TokioExecutor::new()).build_http();
    let manner = server.api.manner();
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(hook) = current(&server) else {
            continue;
        };
        if manner.verify && !hook.verified {
            if verify(&http, &hook, server.world.seed, manner.patience).await {
                update(&server, &hook, |hook| hook.verified = true);
            }
            continue;
        }
        server.world.catch_up();
        let message = {
            let state = server
                .world
                .state
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            server.api.message(&state, hook.position, &base)
        };
        let Some(message) = message else {
            continue;
        };
        let body = message.body.to_string();
        let arrived = send(&http, &hook, &body, manner).await;
        server.stats.told(arrived);
        let chance = draw(server.world.seed, Purpose::Link, message.next | 1 << 45);
        if arrived && manner.twice && chance.is_multiple_of(9) {
            server.stats.told(send(&http, &hook, &body, manner).await);
        }
        update(&server, &hook, |hook| hook.position = message.next);
    }
}

fn current(server: &Server) -> Option<Hook> {
    server
        .hook
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clone()
}

/// Changes the hook, unless it was replaced meanwhile.
fn update(server: &Server, known: &Hook, change: impl FnOnce(&mut Hook)) {
    let mut hook = server.hook.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(hook) = hook
        .as_mut()
        .filter(|hook| hook.url == known.url && hook.position == known.position)
    {
        change(hook);
    }
}

fn request(hook: &Hook, method: Method) -> axum::http::request::Builder {
    let mut request = Request::builder().method(method).uri(hook.url.clone());
    if let Some((name, value)) = &hook.header {
        request = request.header(name, value);
    }
    request
}

/// The address has to give back what it is asked with.
async fn verify(http: &Http, hook: &Hook, seed: u64, patience: Duration) -> bool {
    let challenge = random_text(seed ^ hook.position ^ 0xC4A1, 40);
    let request = request(hook, Method::GET)
        .header("x-okta-verification-challenge", &challenge)
        .body(Body::empty());
    let Ok(request) = request else {
        return false;
    };
    let Ok(Ok(answer)) = tokio::time::timeout(patience, http.request(request)).await else {
        return false;
    };
    if !answer.status().is_success() {
        return false;
    }
    let body = to_bytes(Body::new(answer.into_body()), LONGEST_ANSWER)
        .await
        .unwrap_or_default();
    serde_json::from_slice::<Value>(&body)
        .is_ok_and(|answer| answer["verification"] == challenge.as_str())
}

/// Sends one message as often as the vendor would; tells whether it arrived.
async fn send(http: &Http, hook: &Hook, body: &str, manner: Manner) -> bool {
    for attempt in 0..manner.tries {
        if attempt > 0 {
            tokio::time::sleep(EVERY * 2u32.pow(attempt.min(6))).await;
        }
        let request = request(hook, Method::POST)
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()));
        let Ok(request) = request else {
            return false;
        };
        match tokio::time::timeout(manner.patience, http.request(request)).await {
            Ok(Ok(answer)) if answer.status().is_success() => return true,
            Ok(Ok(answer)) if !(manner.again)(answer.status().as_u16()) => return false,
            // refused for now, no connection, or no answer in time
            _ => {}
        }
    }
    false
}
