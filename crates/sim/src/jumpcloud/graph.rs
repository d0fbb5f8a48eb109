//! What hangs together: nodes, the edges between them, and the two ways to ask for them.

mod associations;
mod traversals;

use serde_json::{Value, json};

use super::console::Binding;
use super::ids::Kind;
use super::services::{self, DIRECTORIES, Service};
use crate::state::State;

pub(super) use associations::connections;
pub(super) use traversals::reached;

fn node(state: &State, kind: Kind, n: u64, attributes: Value) -> Value {
    json!({"attributes": attributes, "id": state.hex().id(kind, n), "type": word(kind)})
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "user",
        Kind::System => "system",
        Kind::UserGroup => "user_group",
        Kind::SystemGroup => "system_group",
        Kind::Application => "application",
        Kind::Policy => "policy",
        Kind::PolicyGroup => "policy_group",
        Kind::Command => "command",
        Kind::RadiusServer => "radius_server",
        Kind::GSuite => "g_suite",
        Kind::Office365 => "office_365",
        Kind::LdapServer => "ldap_server",
        _ => "active_directory",
    }
}

/// An edge: what it leads to.
fn edge(state: &State, kind: Kind, n: u64, attributes: Value) -> Value {
    json!({"attributes": attributes, "to": node(state, kind, n, Value::Null)})
}

/// What is reached over one edge.
fn near(state: &State, kind: Kind, n: u64, attributes: Value) -> Value {
    json!({"id": state.hex().id(kind, n), "type": word(kind), "compiledAttributes": attributes, "paths": [[edge(state, kind, n, attributes.clone())]]})
}

/// What is reached through something else.
fn through(state: &State, via: (Kind, u64), kind: Kind, n: u64) -> Value {
    json!({"id": state.hex().id(kind, n), "type": word(kind), "compiledAttributes": null,
        "paths": [[edge(state, via.0, via.1, Value::Null), edge(state, kind, n, Value::Null)]]})
}

fn sudo(binding: &Binding) -> Value {
    if binding.sudo {
        json!({"sudo": {"enabled": true, "withoutPassword": binding.without_password}})
    } else {
        Value::Null
    }
}

/// The identifiers of the services whose groups hold one of these, with the group.
fn services_of(state: &State, groups: &dyn Fn(usize) -> bool) -> Vec<(Kind, u64, usize)> {
    let radius = (0..services::RADIUS_SERVERS)
        .map(|n| (Service::RadiusServer(n), Kind::RadiusServer, n as u64));
    DIRECTORIES
        .iter()
        .map(|(service, kind, ..)| (*service, *kind, 0))
        .chain(radius)
        .filter_map(|(service, kind, n)| {
            let found = state.service_groups(service);
            let g = found.into_iter().find(|g| groups(*g))?;
            Some((kind, n, g))
        })
        .collect()
}

/// Which kinds of service a path or a target names.
fn is_service(kind: Kind, name: &str) -> bool {
    match name {
        "directories" => kind != Kind::RadiusServer,
        "gsuites" | "g_suite" => kind == Kind::GSuite,
        "office365s" | "office_365" => kind == Kind::Office365,
        "ldapservers" | "ldap_server" => kind == Kind::LdapServer,
        "activedirectories" | "active_directory" => kind == Kind::ActiveDirectory,
        "radiusservers" | "radius_server" => kind == Kind::RadiusServer,
        _ => false,
    }
}
