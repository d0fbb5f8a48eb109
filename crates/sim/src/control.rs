//! `/_sim/…`: the questions and orders of whoever runs the stand-in. Needs `--control`, no token.

use std::sync::PoisonError;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::clock;
use crate::company::people::Status;
use crate::faults::Faults;
use crate::okta::rate_limit::Limiting;
use crate::server::Server;
use crate::state::changes::Edit;
use crate::state::{Actor, ChurnKind, Effects, State};
use crate::truth;

/// Answers a request to the control interface.
pub(crate) async fn handle(server: &Server, request: Request<Body>, path: &str) -> Response<Body> {
    let post = request.method() == Method::POST;
    let body = to_bytes(request.into_body(), 16 << 20)
        .await
        .unwrap_or_default();
    server.catch_up();
    let state = || server.state.read().unwrap_or_else(PoisonError::into_inner);
    let answered = match (path, post) {
        ("/_sim/counts", false) => Ok(json!(state().counts())),
        ("/_sim/truth", false) => Ok(truth::truth(&state(), server.clock.now())),
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
        carry_out(server, order, &mut effects, &mut created).map_err(|problem| {
            format!("operation {n}: {problem}; those before it were carried out")
        })?;
    }
    Ok(
        json!({"changed": effects.to_json(), "created": created, "now": clock::text(server.clock.now())}),
    )
}

fn carry_out(
    server: &Server,
    order: &Value,
    effects: &mut Effects,
    created: &mut Vec<String>,
) -> Result<(), String> {
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
        let mut state = server.state.write().unwrap_or_else(PoisonError::into_inner);
        state.churn_now(fraction, &kinds, server.clock.now(), effects);
        return Ok(());
    }
    let operation = order
        .get("op")
        .and_then(Value::as_str)
        .ok_or("an operation needs op, or churn")?;
    if behave(server, operation, order)? {
        return Ok(());
    }
    let at = server.clock.now();
    let mut state = server.state.write().unwrap_or_else(PoisonError::into_inner);
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
                .clock
                .advance(i64::try_from(by.as_secs()).unwrap_or(i64::MAX));
            server.catch_up();
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
            *server
                .faults
                .write()
                .unwrap_or_else(PoisonError::into_inner) = Faults::read(&texts)?;
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
            server
                .buckets
                .set(Limiting::read(&value).ok_or("value is off, vendor or a number")?);
        }
        "token" => {
            let role = match order.get("role").and_then(Value::as_str) {
                None => None,
                Some("super-admin") => Some(crate::access::Role::SuperAdministrator),
                Some("read-only") => Some(crate::access::Role::ReadOnly),
                Some(other) => {
                    return Err(format!(
                        "'{other}' is not a role; give super-admin or read-only"
                    ));
                }
            };
            let denied = order.get("deny").and_then(Value::as_array).map(|l| {
                l.iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            });
            server
                .access
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .set(
                    text("token")?,
                    role,
                    denied,
                    order.get("revoked").and_then(Value::as_bool),
                );
        }
        _ => return Ok(false),
    }
    Ok(true)
}

struct Order<'a> {
    state: &'a mut State,
    order: &'a Value,
    effects: &'a mut Effects,
    created: &'a mut Vec<String>,
    actor: Actor,
    at: i64,
}

impl Order<'_> {
    fn apply(mut self, operation: &str) -> Result<(), String> {
        let (actor, at) = (self.actor, self.at);
        match operation {
            "update_user" => {
                let i = self.person()?;
                let fields = self
                    .order
                    .get("profile")
                    .and_then(Value::as_object)
                    .cloned()
                    .ok_or("update_user needs profile")?;
                self.state
                    .edit(i, Edit::Fields(fields), actor, at, self.effects);
            }
            "sign_in" => {
                let i = self.person()?;
                self.state.sign_in(i, at, self.effects);
            }
            "set_status" => {
                let i = self.person()?;
                let status = self.status()?.ok_or("set_status needs status")?;
                self.state.set_status(i, status, actor, at, self.effects);
            }
            "add_user" => {
                let status = self.status()?.unwrap_or(Status::Active);
                let i = self.state.join(status, at, actor, self.effects);
                if let Some(fields) = self.order.get("profile").and_then(Value::as_object) {
                    self.state
                        .edit(i, Edit::Fields(fields.clone()), actor, at, self.effects);
                }
                self.created
                    .push(self.state.company.ids.user(i).to_string());
            }
            "remove_user" => {
                let i = self.person()?;
                self.state.delete_person(i, actor, at, self.effects);
            }
            "reset_factors" => {
                let i = self.person()?;
                self.state.reset_factors(i, actor, at, self.effects);
            }
            "add_member" | "remove_member" => {
                let (g, i) = (self.group()?, self.person()?);
                self.state
                    .set_member(g, i, operation == "add_member", actor, at, self.effects);
            }
            "lie" => self.lie()?,
            "add_group" => {
                let name = self.text("name")?.to_owned();
                let g = self.state.add_group(name, actor, at, self.effects);
                self.created
                    .push(self.state.company.ids.group(g).to_string());
            }
            "rename_group" => {
                let (g, name) = (self.group()?, self.text("name")?.to_owned());
                self.state.rename_group(g, name, actor, at, self.effects);
            }
            "remove_group" => {
                let g = self.group()?;
                self.state.delete_group(g, actor, at, self.effects);
            }
            "assign_app" | "unassign_app" => {
                let a = self.application()?;
                let assigned = operation == "assign_app";
                if self.order.get("group").is_some() {
                    let g = self.group()?;
                    self.state
                        .assign_group(a, g, assigned, actor, at, self.effects);
                } else {
                    let i = self.person()?;
                    self.state.assign(a, i, assigned, actor, at, self.effects);
                }
            }
            "update_app" => {
                let a = self.application()?;
                let label = self
                    .order
                    .get("label")
                    .and_then(Value::as_str)
                    .map(str::to_owned);
                let active = self
                    .order
                    .get("status")
                    .and_then(Value::as_str)
                    .map(|s| s == "ACTIVE");
                self.state
                    .update_application(a, label, active, actor, at, self.effects);
            }
            "remove_app" => {
                let a = self.application()?;
                self.state.delete_application(a, actor, at, self.effects);
            }
            "patch" => self.patch()?,
            _ => return Err(format!("'{operation}' is not an operation")),
        }
        Ok(())
    }

    /// Changes members behind the marker's back.
    fn lie(&mut self) -> Result<(), String> {
        let g = self.group()?;
        for (name, member) in [("add", true), ("remove", false)] {
            for user in self
                .order
                .get(name)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let i = find_person(self.state, user)?;
                self.state
                    .lie_about_member(g, i, member, self.at, self.effects);
            }
        }
        Ok(())
    }

    fn patch(&mut self) -> Result<(), String> {
        const TYPES: [&str; 11] = [
            "okta_application",
            "okta_group_rule",
            "okta_policy",
            "okta_policy_rule",
            "okta_profile_mapping",
            "okta_domain",
            "okta_feature",
            "okta_organization",
            "okta_support",
            "okta_user_type",
            "okta_api_token",
        ];
        let wanted = self.text("type")?;
        let resource_type = TYPES
            .into_iter()
            .find(|t| *t == wanted)
            .ok_or_else(|| format!("'{wanted}' cannot be patched; one of {}", TYPES.join(", ")))?;
        let key = self
            .order
            .get("key")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned();
        let mut fields = self.order.get("set").cloned().ok_or("patch needs set")?;
        // most documents tell when they were changed
        if !matches!(
            resource_type,
            "okta_support" | "okta_profile_mapping" | "okta_domain" | "okta_feature"
        ) && let Some(fields) = fields.as_object_mut()
        {
            fields
                .entry("lastUpdated")
                .or_insert_with(|| clock::text(self.at).into());
        }
        self.state.patch(
            resource_type,
            &key,
            fields,
            self.actor,
            self.at,
            self.effects,
        );
        Ok(())
    }

    fn text(&self, name: &str) -> Result<&str, String> {
        self.order
            .get(name)
            .and_then(Value::as_str)
            .ok_or_else(|| format!("{name} is missing"))
    }

    fn status(&self) -> Result<Option<Status>, String> {
        self.order
            .get("status")
            .and_then(Value::as_str)
            .map(|word| Status::read(word).ok_or_else(|| format!("'{word}' is not a status")))
            .transpose()
    }

    fn person(&self) -> Result<u32, String> {
        find_person(self.state, self.order.get("user").ok_or("user is missing")?)
    }

    fn group(&self) -> Result<usize, String> {
        match self.order.get("group").ok_or("group is missing")? {
            Value::Number(n) => n
                .as_u64()
                .map(|n| n as usize)
                .filter(|g| self.state.groups.get(*g).is_some_and(|g| !g.gone)),
            Value::String(id) => self.state.find_group(id).or_else(|| {
                self.state
                    .groups
                    .iter()
                    .position(|g| !g.gone && g.group.name == *id)
            }),
            _ => None,
        }
        .ok_or_else(|| "there is no such group".to_owned())
    }

    fn application(&self) -> Result<usize, String> {
        match self.order.get("app").ok_or("app is missing")? {
            Value::Number(n) => n
                .as_u64()
                .map(|n| n as usize)
                .filter(|a| self.state.applications.get(*a).is_some_and(|a| !a.gone)),
            Value::String(id) => self.state.find_application(id).or_else(|| {
                self.state
                    .applications
                    .iter()
                    .position(|a| !a.gone && a.label == *id)
            }),
            _ => None,
        }
        .ok_or_else(|| "there is no such application".to_owned())
    }
}

/// A person by identifier, login or index.
fn find_person(state: &State, user: &Value) -> Result<u32, String> {
    match user {
        Value::Number(n) => n
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|i| state.exists(*i)),
        Value::String(id) => state.find_person(id).or_else(|| {
            let mut login = String::new();
            (0..state.population())
                .filter(|i| state.exists(*i))
                .find(|i| {
                    login.clear();
                    state.write_address(*i, &mut login);
                    login == *id
                })
        }),
        _ => None,
    }
    .ok_or_else(|| format!("there is no user {user}"))
}
