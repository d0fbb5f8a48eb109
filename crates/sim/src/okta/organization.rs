//! The organisation: `/org`, what its support may see, its domains, features, user types and API tokens.

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use crate::clock::{self, DAY};
use crate::hash::{Purpose, draw};
use crate::ids::{Kind, random_text};

/// `GET /org`
pub fn get(context: &Context<'_>) -> Answer {
    let company = &context.state.company;
    let base = context.base;
    let mut document = json!({
        "id": company.ids.id(Kind::Organization, 0).as_str(), "subdomain": "acme", "companyName": "Acme Industries", "status": "ACTIVE",
        "expiresAt": null, "created": clock::text(company.founded), "lastUpdated": clock::text(company.epoch - 90 * DAY),
        "website": "https://www.acme-industries.example", "phoneNumber": "+902120000000", "endUserSupportHelpURL": "https://help.acme-industries.example",
        "supportPhoneNumber": "", "address1": "1 Harbour Road", "address2": null, "city": "Istanbul", "state": null, "country": "TR", "postalCode": "34000",
        "_links": {
            "preferences": {"href": format!("{base}/api/v1/org/preferences")},
            "uploadLogo": {"href": format!("{base}/api/v1/org/logo"), "hints": {"allow": ["POST"]}},
            "oktaCommunication": {"href": format!("{base}/api/v1/org/privacy/oktaCommunication")},
            "logo": null,
            "oktaSupport": {"href": format!("{base}/api/v1/org/privacy/oktaSupport")},
            "contacts": {"href": format!("{base}/api/v1/org/contacts")}}});
    context.state.patched(
        "okta_organization",
        company.ids.id(Kind::Organization, 0).as_str(),
        &mut document,
    );
    Ok(Reply::value(&document))
}

/// `GET /org/privacy/oktaSupport`: super administrators only.
pub fn support(context: &Context<'_>) -> Answer {
    let company = &context.state.company;
    let here = format!("{}/api/v1/org/privacy/oktaSupport", context.base);
    let act = |name: &str| json!({"href": format!("{here}/{name}"), "hints": {"allow": ["POST"]}});
    let mut document = if company.clean {
        json!({"support": "DISABLED", "expiration": null, "_links": {"grant": act("grant")}})
    } else {
        json!({"support": "ENABLED", "expiration": clock::text(company.epoch + 300 * DAY), "_links": {"extend": act("extend"), "revoke": act("revoke")}})
    };
    context.state.patched("okta_support", "", &mut document);
    Ok(Reply::value(&document))
}

/// `GET /.well-known/okta-organization`: needs no token.
pub fn well_known(context: &Context<'_>) -> Answer {
    let company = &context.state.company;
    let pipeline = if company.classic { "v1" } else { "idx" };
    Ok(Reply::value(&json!({
        "id": company.ids.id(Kind::Organization, 0).as_str(), "cell": "ok14", "_links": {"organization": {"href": context.base}}, "pipeline": pipeline,
        "settings": {"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false, "pssoEnabled": false,
            "desktopMFAEnabled": false, "itpEnabled": !company.classic}})))
}

/// `GET /domains`: wrapped, and without the DNS records.
pub fn domains(context: &Context<'_>) -> Answer {
    let count = context.state.company.domains().len();
    let domains: Vec<Value> = (0..count)
        .map(|n| domain_document(context, n, false))
        .collect();
    Ok(Reply::value(&json!({"domains": domains})))
}

/// `GET /domains/{id}`
pub fn domain(context: &Context<'_>, id: &str) -> Answer {
    let count = context.state.company.domains().len();
    let n = (0..count)
        .find(|n| domain_id(context, *n) == id)
        .ok_or_else(ApiError::no_domain)?;
    Ok(Reply::value(&domain_document(context, n, true)))
}

fn domain_id(context: &Context<'_>, n: usize) -> String {
    if n == 0 {
        "default".to_owned()
    } else {
        context
            .state
            .company
            .ids
            .id(Kind::Domain, n as u64)
            .to_string()
    }
}

fn domain_document(context: &Context<'_>, n: usize, alone: bool) -> Value {
    let company = &context.state.company;
    let domain = &company.domains()[n];
    let (id, base) = (domain_id(context, n), context.base);
    let brand = company.ids.id(Kind::Brand, n as u64);
    let allow = if n == 0 {
        json!(["GET"])
    } else {
        json!(["GET", "DELETE"])
    };
    let mut document = json!({
        "id": id, "domain": domain.name, "certificateSourceType": domain.certificate, "validationStatus": domain.validation, "brandId": brand.as_str(),
        "_links": {
            "self": {"href": format!("{base}/api/v1/domains/{id}"), "hints": {"allow": allow}},
            "brand": {"href": format!("{base}/api/v1/brands/{brand}"), "hints": {"allow": ["GET", "PUT", "DELETE"]}}}});
    if alone && n > 0 {
        let proof = random_text(draw(company.seed, Purpose::Secret, n as u64 | 1 << 45), 32);
        document["dnsRecords"] = json!([
            {"recordType": "TXT", "fqdn": format!("_oktaverification.{}", domain.name), "values": [proof]},
            {"recordType": "CNAME", "fqdn": domain.name, "values": ["acme.customdomains.okta.example"]}]);
        document["_links"]["verify"] = json!({"href": format!("{base}/api/v1/domains/{id}/verify"), "hints": {"allow": ["POST"]}});
    }
    context.state.patched("okta_domain", &id, &mut document);
    document
}

/// `GET /features`: super administrators only.
pub fn features(context: &Context<'_>) -> Answer {
    let features: Vec<Value> = (0..context.state.company.features().count())
        .map(|n| feature_document(context, n))
        .collect();
    Ok(Reply::value(&Value::Array(features)))
}

/// `GET /features/{id}`
pub fn feature(context: &Context<'_>, id: &str) -> Answer {
    let n = context
        .state
        .company
        .features()
        .position(|(other, _)| other == id)
        .ok_or_else(|| ApiError::not_found(id, "Feature"))?;
    Ok(Reply::value(&feature_document(context, n)))
}

fn feature_document(context: &Context<'_>, n: usize) -> Value {
    let Some((id, (name, description, stage, on, open))) = context.state.company.features().nth(n)
    else {
        return Value::Null;
    };
    let here = format!("{}/api/v1/features/{id}", context.base);
    let turn = if on { "disable" } else { "enable" };
    let mut document = json!({
        "id": id, "type": "self-service", "status": if on { "ENABLED" } else { "DISABLED" }, "name": name, "description": description,
        "stage": {"value": stage},
        "_links": {
            "self": {"href": here}, "dependents": {"href": format!("{here}/dependents")}, "dependencies": {"href": format!("{here}/dependencies")},
            turn: {"href": format!("{here}/{turn}"), "hints": {"allow": ["POST"]}}}});
    if stage == "BETA" {
        document["stage"]["state"] = json!(if open { "OPEN" } else { "CLOSED" });
    }
    context.state.patched("okta_feature", &id, &mut document);
    document
}

/// `GET /meta/types/user`
pub fn user_types(context: &Context<'_>) -> Answer {
    let types: Vec<Value> = (0..4).map(|n| user_type_document(context, n)).collect();
    Ok(Reply::value(&Value::Array(types)))
}

/// `GET /meta/types/user/{id}`; the default type also answers to `default`.
pub fn user_type(context: &Context<'_>, id: &str) -> Answer {
    let n = if id == "default" {
        Some(0)
    } else {
        context.state.company.ids.read(Kind::UserType, id)
    };
    let n = n
        .filter(|n| *n < 4)
        .ok_or_else(|| ApiError::not_found(id, "UserType"))?;
    Ok(Reply::value(&user_type_document(context, n as usize)))
}

fn user_type_document(context: &Context<'_>, n: usize) -> Value {
    let company = &context.state.company;
    let (name, shown, description) = company.user_types()[n];
    let (id, schema) = (
        company.ids.id(Kind::UserType, n as u64),
        company.ids.id(Kind::Schema, n as u64),
    );
    let by = if n == 0 {
        company.ids.id(Kind::SystemPrincipal, 0)
    } else {
        company.ids.user(company.administrator(n as u64))
    };
    let base = context.base;
    let link = |rel: &str, href: String| json!({"rel": rel, "href": href, "method": "GET"});
    let mut document = json!({
        "id": id.as_str(), "displayName": shown, "name": name, "description": description, "createdBy": by.as_str(), "lastUpdatedBy": by.as_str(),
        "created": clock::text(company.founded + n as i64 * 40 * DAY), "lastUpdated": clock::text(company.founded + n as i64 * 41 * DAY), "default": n == 0,
        "_links": {
            "schema": link("schema", format!("{base}/api/v1/meta/schemas/user/{schema}")),
            "self": link("self", format!("{base}/api/v1/meta/types/user/{id}"))}});
    context
        .state
        .patched("okta_user_type", id.as_str(), &mut document);
    document
}

/// `GET /api-tokens`
pub fn api_tokens(context: &Context<'_>) -> Answer {
    let count = context.state.company.api_tokens().len();
    let tokens: Vec<Value> = (0..count).map(|n| token_document(context, n)).collect();
    Ok(Reply::value(&Value::Array(tokens)))
}

/// `GET /api-tokens/{id}`
pub fn api_token(context: &Context<'_>, id: &str) -> Answer {
    let company = &context.state.company;
    let n = company
        .ids
        .read(Kind::ApiToken, id)
        .filter(|n| (*n as usize) < company.api_tokens().len());
    Ok(Reply::value(&token_document(
        context,
        n.ok_or_else(|| ApiError::not_found(id, "Token"))? as usize,
    )))
}

fn token_document(context: &Context<'_>, n: usize) -> Value {
    let company = &context.state.company;
    let token = &company.api_tokens()[n];
    let (id, owner, base) = (
        company.ids.id(Kind::ApiToken, n as u64),
        company.ids.user(token.owner),
        context.base,
    );
    let network = if token.anywhere {
        json!({"connection": "ANYWHERE"})
    } else {
        json!({"connection": "ZONE", "include": [company.ids.id(Kind::Zone, 1).as_str()]})
    };
    let mut document = json!({
        "id": id.as_str(), "name": token.name, "userId": owner.as_str(), "clientName": "Okta API", "tokenWindow": "P30D", "network": network,
        "expiresAt": clock::text(token.expires), "created": clock::text(token.created), "lastUpdated": clock::text(token.last_updated),
        "_links": {
            "self": {"href": format!("{base}/api/v1/api-tokens/{id}"), "hints": {"allow": ["GET", "DELETE"]}},
            "user": {"href": format!("{base}/api/v1/users/{owner}"), "hints": {"allow": ["GET"]}}}});
    context
        .state
        .patched("okta_api_token", id.as_str(), &mut document);
    document
}
