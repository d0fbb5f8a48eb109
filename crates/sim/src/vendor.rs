//! What the stand-ins have in common: each is a vendor's API over the one company.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, header};
use serde_json::Value;

use crate::answering::Made;
use crate::clock::Seconds;
use crate::faults::Fault;
use crate::hooks::{Manner, Message};
use crate::jumpcloud;
use crate::monosign;
use crate::okta;
use crate::options::Settings;
use crate::state::State;
use crate::world::World;

/// The vendors that there is a stand-in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Okta's management API.
    Okta,
    /// JumpCloud's console, both generations of its API, and Directory Insights.
    JumpCloud,
    /// MonoSign, as far as its interface is known.
    MonoSign,
}

impl Vendor {
    /// Every vendor, in the order of their ports.
    pub const ALL: [Self; 3] = [Self::Okta, Self::JumpCloud, Self::MonoSign];

    /// How the vendor writes its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Okta => "Okta",
            Self::JumpCloud => "JumpCloud",
            Self::MonoSign => "MonoSign",
        }
    }

    /// How its resource types begin.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Okta => "okta_",
            Self::JumpCloud => "jumpcloud_",
            Self::MonoSign => "monosign_",
        }
    }

    /// The port it listens on if nothing else is asked for.
    #[must_use]
    pub fn port(self) -> u16 {
        match self {
            Self::Okta => 8410,
            Self::JumpCloud => 8411,
            Self::MonoSign => 8412,
        }
    }

    /// What lets a caller in, in a sentence.
    #[must_use]
    pub fn credentials(self) -> String {
        match self {
            Self::Okta => "API tokens: sim-super-admin, sim-read-only.".to_owned(),
            Self::JumpCloud => {
                "API keys: sim-api-key, and sim-multi-tenant-key with x-org-id. Service account: sim-client, sim-client-secret.".to_owned()
            }
            Self::MonoSign => {
                let (id, key) = monosign::CREDENTIALS;
                format!("MonoSign-AppId: {id}. MonoSign-AppKey: {key}.")
            }
        }
    }

    pub(crate) fn api(self, settings: &Settings) -> Box<dyn Api> {
        match self {
            Self::Okta => Box::new(okta::Okta::new(settings.limiting)),
            Self::JumpCloud => Box::new(jumpcloud::JumpCloud::default()),
            Self::MonoSign => Box::new(monosign::MonoSign::default()),
        }
    }
}

/// A vendor's API.
pub(crate) trait Api: std::fmt::Debug + Send + Sync {
    /// The endpoint a path leads to, as statistics name it.
    fn endpoint(&self, path: &str) -> Cow<'static, str>;

    /// Answers a request.
    fn answer(&self, world: &World, asked: &Asked<'_>) -> Made;

    /// Resource type → how many an independent crawl finds.
    fn counts(&self, state: &State, now: Seconds) -> Value;

    /// Check → which resources are weak.
    fn truth(&self, state: &State, now: Seconds) -> Value;

    /// Adds what lets a caller in, or changes what it may do.
    fn set_token(&self, order: &Value) -> Result<(), String>;

    /// How it tells others what happens.
    fn manner(&self) -> Manner;

    /// The number that the next event to be told will have.
    fn news_end(&self, state: &State) -> u64;

    /// The next message about what happened from event number `from` on; `base` is where the vendor is reached.
    fn message(&self, state: &State, from: u64, base: &str) -> Option<Message>;

    /// Changes how many requests are let through.
    fn set_limits(&self, value: &str) -> Result<(), String>;
}

/// One request, read whole.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub method: &'a Method,
    /// Without a slash at the end.
    pub path: &'a str,
    /// What follows the question mark.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a Bytes,
    /// The number of the request, counted from one.
    pub n: u64,
    /// What is to go wrong.
    pub faults: &'a [Fault],
    /// Whether too many are being answered already.
    pub over: bool,
}

impl Asked<'_> {
    /// A header as text.
    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Scheme and host as the caller addressed us.
    pub fn base(&self) -> String {
        let host = self.header(header::HOST).unwrap_or("localhost");
        let scheme = self.header("x-forwarded-proto").unwrap_or("http");
        format!("{scheme}://{host}")
    }

    /// The status of an error of the vendor's that is asked for.
    pub fn broken(&self) -> Option<u16> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::Status(status) => Some(*status),
            _ => None,
        })
    }

    /// By how much a page after the first is off.
    pub fn shift(&self) -> i64 {
        self.faults
            .iter()
            .map(|fault| match fault {
                Fault::Shift => -1,
                Fault::Skip => 1,
                _ => 0,
            })
            .sum()
    }
}
