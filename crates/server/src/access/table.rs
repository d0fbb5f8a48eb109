//! What each route needs. What is not here is refused, so a new route begins with a line here.

use axum::http::Method;
use muster_accounts::Permission;

/// What a request needs to reach its handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Open to everybody who can reach the server.
    Nothing,
    /// Somebody who is signed in, whoever they are. No key is.
    Session,
    /// Somebody, or a key, who may do this.
    Permission(Permission),
}

const OPEN: Needs = Needs::Nothing;
const SESSION: Needs = Needs::Session;
const READ: Needs = Needs::Permission(Permission::Read);
const QUERY: Needs = Needs::Permission(Permission::Query);
const CONTRIBUTE: Needs = Needs::Permission(Permission::Contribute);
const INTEGRATIONS: Needs = Needs::Permission(Permission::ManageIntegrations);
const PUSH: Needs = Needs::Permission(Permission::Push);
const JUDGE: Needs = Needs::Permission(Permission::Judge);
const ALERTS: Needs = Needs::Permission(Permission::ManageAlerts);
const USERS: Needs = Needs::Permission(Permission::ManageUsers);
const AUDIT: Needs = Needs::Permission(Permission::ReadAudit);

/// Every route: method, path, and what it needs.
pub const ROUTES: &[(&str, &str, Needs)] = &[
    ("GET", "/healthz", OPEN),
    ("GET", "/api/openapi.json", OPEN),
    ("GET", "/api/setup", OPEN),
    ("POST", "/api/setup", OPEN),
    ("GET", "/api/invitations/{token}", OPEN),
    ("POST", "/api/invitations/{token}", OPEN),
    ("POST", "/api/session", OPEN),
    ("GET", "/api/session", SESSION),
    ("DELETE", "/api/session", SESSION),
    ("PUT", "/api/session/password", SESSION),
    ("GET", "/api/users", READ),
    ("POST", "/api/users", USERS),
    ("PATCH", "/api/users/{id}", USERS),
    ("DELETE", "/api/users/{id}", USERS),
    ("POST", "/api/users/{id}/invitation", USERS),
    // Everybody has keys of their own; handlers keep to those unless the caller manages keys.
    ("GET", "/api/keys", SESSION),
    ("POST", "/api/keys", SESSION),
    ("PATCH", "/api/keys/{id}", SESSION),
    ("DELETE", "/api/keys/{id}", SESSION),
    ("GET", "/api/audit", AUDIT),
    ("GET", "/api/providers", READ),
    ("GET", "/api/custom-types", READ),
    ("POST", "/api/custom-types", INTEGRATIONS),
    ("GET", "/api/custom-types/{name}", READ),
    ("PUT", "/api/custom-types/{name}", INTEGRATIONS),
    ("DELETE", "/api/custom-types/{name}", INTEGRATIONS),
    // A key may be bound to a type; the handlers look at that.
    ("POST", "/api/ingest/{type}", PUSH),
    ("PUT", "/api/ingest/{type}", PUSH),
    ("DELETE", "/api/ingest/{type}/{key}", PUSH),
    ("POST", "/api/integrations/test", INTEGRATIONS),
    ("GET", "/api/integrations", READ),
    ("POST", "/api/integrations", INTEGRATIONS),
    ("GET", "/api/integrations/{id}", READ),
    ("PATCH", "/api/integrations/{id}", INTEGRATIONS),
    ("DELETE", "/api/integrations/{id}", INTEGRATIONS),
    ("POST", "/api/integrations/{id}/sync", INTEGRATIONS),
    ("GET", "/api/integrations/{id}/webhook", READ),
    ("POST", "/api/integrations/{id}/webhook", INTEGRATIONS),
    ("DELETE", "/api/integrations/{id}/webhook", INTEGRATIONS),
    // The secret is in the address; the handler compares it.
    ("GET", "/hooks/{integration}/{secret}", OPEN),
    ("POST", "/hooks/{integration}/{secret}", OPEN),
    ("GET", "/api/events", READ),
    ("GET", "/api/overview", READ),
    ("GET", "/api/types", READ),
    ("GET", "/api/resources", READ),
    ("GET", "/api/resource", READ),
    ("GET", "/api/resource/history", READ),
    ("GET", "/api/audit-events", READ),
    ("GET", "/api/audit-events/histogram", READ),
    ("GET", "/api/audit-logs", READ),
    ("GET", "/api/changes", READ),
    ("GET", "/api/catalogue", QUERY),
    ("POST", "/api/query", QUERY),
    ("GET", "/api/queries", QUERY),
    ("GET", "/api/queries/history", QUERY),
    ("POST", "/api/queries", CONTRIBUTE),
    ("PUT", "/api/queries/{id}", CONTRIBUTE),
    ("DELETE", "/api/queries/{id}", CONTRIBUTE),
    ("GET", "/api/rules", READ),
    ("GET", "/api/rules/{id}", READ),
    ("GET", "/api/packs", READ),
    ("GET", "/api/packs/{id}", READ),
    ("GET", "/api/findings", READ),
    ("GET", "/api/findings/{id}", READ),
    ("PATCH", "/api/findings/{id}", JUDGE),
    ("POST", "/api/findings/{id}/comments", CONTRIBUTE),
    ("PUT", "/api/findings/{id}/suppression", JUDGE),
    ("DELETE", "/api/findings/{id}/suppression", JUDGE),
    ("GET", "/api/channel-kinds", READ),
    ("GET", "/api/channels", READ),
    ("POST", "/api/channels", ALERTS),
    ("PATCH", "/api/channels/{id}", ALERTS),
    ("DELETE", "/api/channels/{id}", ALERTS),
    ("POST", "/api/channels/{id}/test", ALERTS),
    ("GET", "/api/alerts", READ),
    ("POST", "/api/alerts", ALERTS),
    ("PATCH", "/api/alerts/{id}", ALERTS),
    ("DELETE", "/api/alerts/{id}", ALERTS),
    ("GET", "/api/deliveries", READ),
    ("GET", "/api/deliveries/{id}", READ),
    ("POST", "/api/deliveries/{id}/retry", ALERTS),
];

/// What a route needs; `None` when there is no such line.
pub fn needs(method: &Method, path: &str) -> Option<Needs> {
    // A question about a page's headers needs what the page needs.
    let method = match method {
        &Method::HEAD => "GET",
        other => other.as_str(),
    };
    ROUTES
        .iter()
        .find(|(known, route, _)| *known == method && *route == path)
        .map(|(_, _, needs)| *needs)
}

/// The methods that a route takes.
pub fn methods(path: &str) -> Vec<&'static str> {
    ROUTES
        .iter()
        .filter(|(_, route, _)| *route == path)
        .map(|(method, _, _)| *method)
        .collect()
}
