//! Authorization servers: the organisation's own issuers of tokens.

use serde_json::{Value, json};

use super::{Documents, Sheet, status};
use crate::hash::{Purpose, draw};
use crate::ids::{Kind, random_text};
use crate::okta::errors::ApiError;

/// Name, description, audience, whether it is on.
const SERVERS: [(&str, &str, &str, bool); 3] = [
    (
        "default",
        "Default Authorization Server for your Applications",
        "api://default",
        true,
    ),
    (
        "Orders",
        "Tokens for the API of orders",
        "https://orders.acme-industries.example",
        true,
    ),
    (
        "Prototype",
        "Left over from a trial",
        "api://prototype",
        false,
    ),
];
/// What every server has.
const SCOPES: [(&str, &str); 6] = [
    ("openid", "Signals that a request is an OpenID request."),
    (
        "profile",
        "Allows this application to access your profile information.",
    ),
    (
        "email",
        "Allows this application to access your email address.",
    ),
    ("address", "Allows this application to access your address."),
    (
        "phone",
        "Allows this application to access your phone number.",
    ),
    (
        "offline_access",
        "This keeps you signed in to the application.",
    ),
];
/// Name, where it is put, and for which scope.
const CLAIMS: [(&str, &str, &str); 5] = [
    ("sub", "RESOURCE", ""),
    ("name", "IDENTITY", "profile"),
    ("email", "IDENTITY", "email"),
    ("address", "IDENTITY", "address"),
    ("phone_number", "IDENTITY", "phone"),
];

fn find(sheet: &Sheet<'_>, server: &str) -> Result<u64, ApiError> {
    // the vendor also takes the name of the first
    if server == "default" {
        return Ok(0);
    }
    let n = sheet
        .state
        .company
        .ids
        .read(Kind::AuthorizationServer, server);
    n.filter(|n| (*n as usize) < SERVERS.len())
        .ok_or_else(|| ApiError::not_found(server, "AuthorizationServer"))
}

/// `/authorizationServers`
pub fn servers(sheet: &Sheet<'_>) -> Documents {
    let built = SERVERS.iter().enumerate().map(|(n, (name, description, audience, active))| {
        let id = sheet.id(Kind::AuthorizationServer, n as u64);
        let here = if n == 0 { "default" } else { &id };
        let path = format!("authorizationServers/{here}");
        let issuer = format!("{}/oauth2/{here}", sheet.base);
        let mut links = sheet.life(&path, *active);
        for name in ["claims", "policies", "scopes"] {
            links[name] = sheet.link(&format!("{path}/{name}"), &["GET", "POST"]);
        }
        links["keys"] = sheet.link(&format!("{path}/credentials/keys"), &["GET"]);
        links["rotateKey"] = sheet.link(&format!("{path}/credentials/lifecycle/keyRotate"), &["POST"]);
        links["metadata"] = json!([
            {"name": "oauth-authorization-server", "href": format!("{issuer}/.well-known/oauth-authorization-server"), "hints": {"allow": ["GET"]}},
            {"name": "openid-configuration", "href": format!("{issuer}/.well-known/openid-configuration"), "hints": {"allow": ["GET"]}}]);
        let manual = n == 2 && !sheet.state.company.clean;
        let document = json!({
            "id": id, "name": name, "description": description, "audiences": [audience], "issuer": issuer, "issuerMode": "ORG_URL",
            "status": status(*active), "created": sheet.before(900 - 100 * n as i64), "lastUpdated": sheet.before(300 - 50 * n as i64),
            "credentials": {"signing": {
                "rotationMode": if manual { "MANUAL" } else { "AUTO" }, "lastRotated": sheet.before(if manual { 700 } else { 40 }), "nextRotation": sheet.before(-50),
                "kid": random_text(draw(sheet.state.company.seed, Purpose::Secret, n as u64 | 1 << 51), 43)}},
            "default": n == 0, "_links": links});
        (id, document)
    });
    built.collect()
}

fn policies_of(n: u64) -> u64 {
    if n == 1 { 2 } else { 1 }
}

/// `/authorizationServers/{id}/policies`
pub fn policies(sheet: &Sheet<'_>, server: &str) -> Result<Documents, ApiError> {
    let n = find(sheet, server)?;
    let built = (0..policies_of(n)).map(|p| {
        let id = sheet.id(Kind::Policy, 1 << 30 | n << 8 | p);
        let path = format!("authorizationServers/{server}/policies/{id}");
        let mut links = sheet.life(&path, true);
        links["rules"] = sheet.link(&format!("{path}/rules"), &["GET"]);
        let service = service(sheet);
        let clients = if p == 1 { service.map_or_else(|| json!(["ALL_CLIENTS"]), |id| json!([id])) } else { json!(["ALL_CLIENTS"]) };
        let document = json!({
            "type": "OAUTH_AUTHORIZATION_POLICY", "id": id, "status": "ACTIVE", "name": if p == 1 { "Programs" } else { "Default Policy" },
            "description": if p == 1 { "What runs by itself" } else { "Everybody" }, "priority": p + 1, "system": false, "conditions": {"clients": {"include": clients}},
            "created": sheet.before(800), "lastUpdated": sheet.before(200), "_links": links});
        (id, document)
    });
    Ok(built.collect())
}

/// Some program among the applications.
fn service(sheet: &Sheet<'_>) -> Option<String> {
    let state = sheet.state;
    let found = (0..state.company.applications.len()).find(|a| {
        state.company.applications[*a].mode == crate::company::applications::Mode::Service
    })?;
    Some(state.company.ids.application(found).to_string())
}

/// `/authorizationServers/{id}/policies/{policy}/rules`
pub fn rules(sheet: &Sheet<'_>, server: &str, policy: &str) -> Result<Documents, ApiError> {
    let n = find(sheet, server)?;
    let p = (0..policies_of(n))
        .find(|p| sheet.id(Kind::Policy, 1 << 30 | n << 8 | p) == policy)
        .ok_or_else(|| ApiError::not_found(policy, "Policy"))?;
    let id = sheet.id(Kind::PolicyRule, 1 << 30 | n << 8 | p);
    let path = format!("authorizationServers/{server}/policies/{policy}/rules/{id}");
    let clean = sheet.state.company.clean;
    let grants = if p == 1 {
        json!(["client_credentials"])
    } else if clean {
        json!(["authorization_code"])
    } else {
        json!(["implicit", "password", "authorization_code"])
    };
    let document = json!({
        "id": id, "status": "ACTIVE", "name": if p == 1 { "Programs only" } else { "Default Policy Rule" }, "priority": 1,
        "created": sheet.before(800), "lastUpdated": sheet.before(190), "system": false,
        "conditions": {"people": {"users": {"include": [], "exclude": []}, "groups": {"include": [sheet.state.company.ids.group(0).as_str()]}},
            "grantTypes": {"include": grants}, "scopes": {"include": ["*"]}},
        "actions": {"token": {"accessTokenLifetimeMinutes": if clean { 60 } else { 1440 }, "refreshTokenLifetimeMinutes": 0, "refreshTokenWindowMinutes": 10080}},
        "_links": sheet.life(&path, true), "type": "RESOURCE_ACCESS"});
    Ok(vec![(id, document)])
}

/// `/authorizationServers/{id}/scopes`
pub fn scopes(sheet: &Sheet<'_>, server: &str) -> Result<Documents, ApiError> {
    let n = find(sheet, server)?;
    let own = [
        ("orders.read", "Reads orders"),
        ("orders.write", "Changes orders"),
    ];
    let all = SCOPES
        .iter()
        .map(|scope| (scope, true))
        .chain(own.iter().filter(|_| n == 1).map(|scope| (scope, false)));
    let built = all.enumerate().map(|(s, ((name, description), system))| {
        let id = sheet.id(Kind::Scope, n << 8 | s as u64);
        let document = json!({
            "id": id, "name": name, "displayName": name, "description": description, "system": system, "metadataPublish": if system { "ALL_CLIENTS" } else { "NO_CLIENTS" },
            "consent": "IMPLICIT", "optional": false, "default": false,
            "_links": {"self": sheet.link(&format!("authorizationServers/{server}/scopes/{id}"), &["GET", "PUT", "DELETE"])}});
        (id, document)
    });
    Ok(built.collect())
}

/// `/authorizationServers/{id}/claims`
pub fn claims(sheet: &Sheet<'_>, server: &str) -> Result<Documents, ApiError> {
    let n = find(sheet, server)?;
    let claim = |c: u64,
                 name: &str,
                 kind: &str,
                 scopes: Value,
                 value: Option<&str>,
                 system: bool| {
        let id = sheet.id(Kind::Claim, n << 8 | c);
        let mut document = json!({
            "id": id, "name": name, "status": "ACTIVE", "claimType": kind, "valueType": if system && value.is_none() { "SYSTEM" } else { "EXPRESSION" },
            "conditions": {"scopes": scopes}, "system": system, "alwaysIncludeInToken": true,
            "_links": {"self": sheet.link(&format!("authorizationServers/{server}/claims/{id}"), &["GET", "PUT", "DELETE"])}});
        if let Some(value) = value {
            document["value"] = json!(value);
        }
        (id, document)
    };
    let mut found: Documents = CLAIMS
        .iter()
        .enumerate()
        .map(|(c, (name, kind, scope))| {
            let scopes = if scope.is_empty() {
                json!([])
            } else {
                json!([scope])
            };
            let value = (c == 0).then_some("(appuser != null) ? appuser.userName : app.clientId");
            claim(c as u64, name, kind, scopes, value, true)
        })
        .collect();
    if n == 1 {
        found.push(claim(
            100,
            "department",
            "RESOURCE",
            json!([]),
            Some("user.department"),
            false,
        ));
    }
    Ok(found)
}
