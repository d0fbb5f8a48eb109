//! JumpCloud's side of a request: who asks for which organisation, and then the endpoint.

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderMap, Method};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::access::{Access, SERVICE_ACCOUNT, TOKEN_SECONDS};
use super::errors::ApiError;
use super::ids::{Kind, well_formed};
use super::{insights_log, routes};
use crate::answering::{Made, put};
use crate::clock::Seconds;
use crate::faults::Fault;
use crate::hooks::{Manner, Message};
use crate::okta::context::Query;
use crate::state::State;
use crate::vendor::{Api, Asked};
use crate::world::World;

/// JumpCloud, as one port serves it: console, Directory Insights and tokens, which the vendor has on three hosts.
#[derive(Debug, Default)]
pub struct JumpCloud {
    access: RwLock<Access>,
}

/// One request.
#[derive(Debug)]
pub struct Context<'a> {
    pub state: &'a State,
    pub base: &'a str,
    pub path: &'a str,
    pub query: Query,
    pub body: &'a [u8],
    pub now: Seconds,
    /// How many items a page after the first is off by.
    pub shift: i64,
    /// Whether pages after the first come empty, although the total says that there is more.
    pub empty_page: bool,
    /// Whether a list has a link that leads nowhere.
    pub misleading_link: bool,
    /// Whether no header tells how long a list is.
    pub no_total: bool,
    /// Whether a place to go on at is not known any more.
    pub forget_cursor: bool,
    /// Whether the caller reaches several organisations.
    pub several: bool,
    /// Whether it is the other organisation that is asked about, in which there is nothing.
    pub elsewhere: bool,
}

/// What a handler answers.
#[derive(Debug, Default)]
pub struct Reply {
    pub body: Vec<u8>,
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A document.
    #[must_use]
    pub fn value(value: &Value) -> Self {
        Self {
            // a tree of values cannot fail to be written
            body: serde_json::to_vec(value).unwrap_or_default(),
            headers: Vec::new(),
        }
    }
}

/// What every handler returns.
pub type Answer = Result<Reply, ApiError>;

impl JumpCloud {
    fn reply(&self, world: &World, asked: &Asked<'_>) -> Answer {
        if asked.over || asked.faults.contains(&Fault::TooMany) {
            return Err(ApiError::new(429, "Too Many Requests"));
        }
        if let Some(status) = asked.broken() {
            return Err(ApiError::new(status, "Service Unavailable"));
        }
        let now = world.clock.now();
        if asked.path == "/oauth2/token" {
            return self.token(world, asked, now);
        }
        let endpoint = self.endpoint(asked.path);
        let key = asked.header("x-api-key").map(str::to_owned).or_else(|| {
            let given = asked.header("authorization")?;
            let (scheme, token) = given.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then(|| token.trim().to_owned())
        });
        world.catch_up();
        let state = world.state.read().unwrap_or_else(PoisonError::into_inner);
        let organizations = [
            state.organization_id(),
            state.hex().id(Kind::Organization, 1),
        ];
        let (elsewhere, several) = {
            let access = self.access.read().unwrap_or_else(PoisonError::into_inner);
            let elsewhere = access.check(
                key.as_deref(),
                asked.header("x-org-id"),
                &organizations,
                &endpoint,
                now,
            )?;
            (elsewhere, access.several(key.as_deref()))
        };
        let context = Context {
            state: &state,
            base: &asked.base(),
            path: asked.path,
            query: Query::read(asked.query),
            body: asked.body,
            now,
            shift: asked.shift(),
            empty_page: asked.faults.contains(&Fault::EmptyPage),
            misleading_link: asked.faults.contains(&Fault::MisleadingLink),
            no_total: asked.faults.contains(&Fault::NoTotal),
            forget_cursor: asked.faults.contains(&Fault::ForgetCursor),
            several,
            elsewhere,
        };
        let post = *asked.method == Method::POST;
        if let Some(rest) = asked.path.strip_prefix("/insights/directory/v1/") {
            return if post {
                insights_log::answer(&context, rest)
            } else {
                Err(ApiError::new(405, "Method Not Allowed"))
            };
        }
        let segments: Vec<&str> = asked.path.split('/').filter(|s| !s.is_empty()).collect();
        match segments.as_slice() {
            ["api", "search", what] if post => routes::search(&context, what),
            _ if !matches!(*asked.method, Method::GET | Method::HEAD) => {
                Err(ApiError::new(405, "Method Not Allowed"))
            }
            ["api", "v2", "systeminsights", rest @ ..] => routes::insights(&context, rest),
            ["api", "v2", rest @ ..] => routes::v2(&context, rest),
            ["api", rest @ ..] => routes::v1(&context, rest),
            _ => Err(ApiError::not_found()),
        }
    }

    /// A service account's token, for its name and secret in the header or in the form.
    fn token(&self, world: &World, asked: &Asked<'_>, now: Seconds) -> Answer {
        if *asked.method != Method::POST {
            return Err(ApiError::new(405, "Method Not Allowed"));
        }
        let form = Query::read(std::str::from_utf8(asked.body).unwrap_or_default());
        let basic = asked
            .header("authorization")
            .and_then(|value| value.strip_prefix("Basic "))
            .and_then(|text| BASE64_STANDARD.decode(text).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|pair| {
                let (id, secret) = pair.split_once(':')?;
                let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
                Some((plain(id), plain(secret)))
            });
        let given = basic.or_else(|| {
            Some((
                form.get("client_id")?.to_owned(),
                form.get("client_secret")?.to_owned(),
            ))
        });
        if form.get("grant_type") != Some("client_credentials") {
            return Err(ApiError::new(400, "unsupported_grant_type"));
        }
        if given
            .as_ref()
            .map(|(id, secret)| (id.as_str(), secret.as_str()))
            != Some(SERVICE_ACCOUNT)
        {
            return Err(ApiError::new(401, "invalid_client"));
        }
        let token = self
            .access
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .grant(world.seed, now);
        Ok(Reply::value(
            &json!({"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS, "scope": form.get("scope").unwrap_or("api")}),
        ))
    }
}

impl Api for JumpCloud {
    fn endpoint(&self, path: &str) -> Cow<'static, str> {
        let path = path.strip_prefix("/api/").unwrap_or(path).trim_matches('/');
        let named: Vec<&str> = path
            .split('/')
            .map(|segment| {
                if well_formed(segment) {
                    "{id}"
                } else {
                    segment
                }
            })
            .collect();
        Cow::Owned(named.join("/"))
    }

    fn answer(&self, world: &World, asked: &Asked<'_>) -> Made {
        let mut headers = HeaderMap::new();
        let (status, body) = match self.reply(world, asked) {
            Ok(reply) => {
                for (name, value) in reply.headers {
                    put(&mut headers, name, &value);
                }
                (200, reply.body)
            }
            Err(error) => (error.status, error.body()),
        };
        Made {
            status,
            body,
            headers,
        }
    }

    fn counts(&self, state: &State, _now: Seconds) -> Value {
        json!(state.jumpcloud_counts())
    }

    fn truth(&self, state: &State, now: Seconds) -> Value {
        super::truth::truth(state, now)
    }

    fn set_token(&self, order: &Value) -> Result<(), String> {
        self.access
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .set(order)
    }

    fn manner(&self) -> Manner {
        Manner {
            verify: false,
            tries: 4,
            patience: Duration::from_secs(5),
            again: |status| status >= 500 || matches!(status, 408 | 429),
            twice: true,
        }
    }

    fn news_end(&self, state: &State) -> u64 {
        state.insights_end()
    }

    fn message(&self, state: &State, from: u64, _base: &str) -> Option<Message> {
        state.insights(from).next().map(|(n, event)| Message {
            body: state.insight(n, event),
            next: n + 1,
        })
    }

    fn set_limits(&self, _value: &str) -> Result<(), String> {
        Err(
            "this vendor documents no limits; ask for a fault 429 or for --concurrency-limit"
                .to_owned(),
        )
    }
}
