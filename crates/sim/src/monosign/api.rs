//! MonoSign's side of a request: two headers, an envelope, and five lists.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::ids::Kind;
use crate::answering::Made;
use crate::clock::Seconds;
use crate::faults::Fault;
use crate::hooks::{Manner, Message};
use crate::okta::context::Query;
use crate::state::State;
use crate::vendor::{Api, Asked};
use crate::world::World;

/// What everybody may use: the application's identifier and its key.
pub const CREDENTIALS: (&str, &str) = (
    "5d2c7f10-4a3e-4b6c-9d21-0c1f6e8a7b11",
    "9e8d7c6b-5a49-4838-8271-605f4e3d2c1b",
);
const BASE: &str = "/api/v1.3/";
const DEFAULT: usize = 20;
const MOST: usize = 100;

/// MonoSign, as one port serves it.
#[derive(Debug)]
pub struct MonoSign {
    /// Key → whether it still counts.
    keys: RwLock<HashMap<String, bool>>,
}

impl Default for MonoSign {
    fn default() -> Self {
        Self {
            keys: RwLock::new(HashMap::from([(CREDENTIALS.1.to_owned(), true)])),
        }
    }
}

/// A refusal: status, code, message.
type Refusal = (u16, i32, &'static str);

const LISTS: [&str; 5] = [
    "users",
    "authenticators",
    "passwords",
    "permissions",
    "roles",
];

/// How many rows of a list person `i` has.
fn rows(state: &State, list: &str, i: u32) -> usize {
    match list {
        "authenticators" => state.monosign_authenticators(i).len(),
        "permissions" => state.monosign_permissions(i).len(),
        "roles" => state.monosign_roles(i).len(),
        _ => 1,
    }
}

fn row(state: &State, list: &str, i: u32, n: usize, now: Seconds) -> Value {
    match list {
        "users" => state.monosign_user(i, now),
        "authenticators" => state.monosign_authenticator(i, state.monosign_authenticators(i)[n]),
        "passwords" => state.monosign_password(i),
        "permissions" => state.monosign_permission(i, state.monosign_permissions(i)[n]),
        _ => state.monosign_role(i, state.monosign_roles(i)[n]),
    }
}

fn people(state: &State) -> impl Iterator<Item = u32> + '_ {
    (0..state.population()).filter(|i| state.in_monosign(*i))
}

impl MonoSign {
    fn data(&self, world: &World, asked: &Asked<'_>) -> Result<Value, Refusal> {
        if asked.over || asked.faults.contains(&Fault::TooMany) {
            return Err((429, 429, "Too many requests"));
        }
        if let Some(status) = asked.broken() {
            return Err((status, -1, "Unexpected error"));
        }
        let known = asked.header("monosign-appid") == Some(CREDENTIALS.0)
            && asked.header("monosign-appkey").is_some_and(|key| {
                let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
                keys.get(key) == Some(&true)
            });
        if !known {
            return Err((401, 401, "Application is not authorized"));
        }
        if !matches!(*asked.method, Method::GET | Method::HEAD) {
            return Err((405, 405, "Method is not allowed"));
        }
        let rest = asked
            .path
            .strip_prefix(BASE)
            .ok_or((404, 404, "Not found"))?;
        let segments: Vec<&str> = rest.split('/').collect();
        world.catch_up();
        let now = world.clock.now();
        let state = world.state.read().unwrap_or_else(PoisonError::into_inner);
        match segments.as_slice() {
            [list] if LISTS.contains(list) => page(&state, asked, list, now),
            ["users", id] => {
                let i = person(&state, id)?;
                Ok(state.monosign_user(i, now))
            }
            ["users", id, list] if LISTS.contains(list) && *list != "users" => {
                let i = person(&state, id)?;
                let all = (0..rows(&state, list, i)).map(|n| row(&state, list, i, n, now));
                Ok(all.collect())
            }
            _ => Err((404, 404, "Not found")),
        }
    }
}

fn person(state: &State, id: &str) -> Result<u32, Refusal> {
    state
        .guids()
        .read(Kind::User, id)
        .and_then(|i| u32::try_from(i).ok())
        .filter(|i| state.in_monosign(*i))
        .ok_or((404, 404, "User not found"))
}

/// Pages are counted from one.
fn page(state: &State, asked: &Asked<'_>, list: &str, now: Seconds) -> Result<Value, Refusal> {
    let query = Query::read(asked.query);
    let number = |name: &str, default: usize| {
        query.get(name).map_or(Ok(default), |text| {
            text.parse().ok().filter(|n| *n > 0).ok_or((
                400,
                400,
                "page and pageSize are numbers from 1",
            ))
        })
    };
    let (page, size) = (number("page", 1)?, number("pageSize", DEFAULT)?.min(MOST));
    let mut skip = (page - 1).saturating_mul(size);
    if page > 1 {
        if asked.faults.contains(&Fault::EmptyPage) {
            return Ok(json!([]));
        }
        skip = skip.saturating_add_signed(asked.shift() as isize);
    }
    let mut found = Vec::new();
    for i in people(state) {
        let count = rows(state, list, i);
        if skip >= count {
            skip -= count;
            continue;
        }
        for n in skip..count {
            found.push(row(state, list, i, n, now));
            if found.len() == size {
                return Ok(found.into());
            }
        }
        skip = 0;
    }
    Ok(found.into())
}

impl Api for MonoSign {
    fn endpoint(&self, path: &str) -> Cow<'static, str> {
        let rest = path.strip_prefix(BASE).unwrap_or("unknown");
        let named: Vec<&str> = rest
            .split('/')
            .map(|part| if part.len() == 36 { "{id}" } else { part })
            .collect();
        Cow::Owned(named.join("/"))
    }

    fn answer(&self, world: &World, asked: &Asked<'_>) -> Made {
        let (status, body) = match self.data(world, asked) {
            Ok(data) => (200, json!({"Data": data, "Code": 1, "Success": true})),
            Err((status, code, message)) => (
                status,
                json!({"Data": null, "Code": code, "Success": false, "Message": message}),
            ),
        };
        Made {
            status,
            // a tree of values cannot fail to be written
            body: serde_json::to_vec(&body).unwrap_or_default(),
            headers: HeaderMap::new(),
        }
    }

    fn counts(&self, state: &State, _now: Seconds) -> Value {
        let names = [
            "monosign_user",
            "monosign_user_authenticator",
            "monosign_user_password",
            "monosign_user_permission",
            "monosign_user_role",
        ];
        names
            .into_iter()
            .zip(LISTS)
            .map(|(name, list)| {
                let count: usize = people(state).map(|i| rows(state, list, i)).sum();
                (name.to_owned(), json!(count))
            })
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn truth(&self, state: &State, _now: Seconds) -> Value {
        let guids = state.guids();
        let keys: Vec<String> = people(state)
            .filter(|i| state.works(*i) && state.monosign_authenticators(*i).is_empty())
            .map(|i| guids.id(Kind::User, u64::from(i)))
            .collect();
        json!({"active user without an authenticator": {"count": keys.len(), "keys": keys}})
    }

    fn set_token(&self, order: &Value) -> Result<(), String> {
        let token = order
            .get("token")
            .and_then(Value::as_str)
            .ok_or("token needs token")?;
        let revoked = order.get("revoked").and_then(Value::as_bool) == Some(true);
        self.keys
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(token.to_owned(), !revoked);
        Ok(())
    }

    fn manner(&self) -> Manner {
        Manner {
            verify: false,
            tries: 8,
            patience: Duration::from_secs(5),
            again: |_| true,
            twice: false,
        }
    }

    fn news_end(&self, state: &State) -> u64 {
        state.events_end()
    }

    fn message(&self, state: &State, from: u64, _base: &str) -> Option<Message> {
        let mut told = state
            .events(from)
            .filter_map(|(n, event)| Some((n, state.monosign_event(n, event)?)));
        told.next().map(|(n, body)| Message { body, next: n + 1 })
    }

    fn set_limits(&self, _value: &str) -> Result<(), String> {
        Err(
            "this vendor documents no limits; ask for a fault 429 or for --concurrency-limit"
                .to_owned(),
        )
    }
}
