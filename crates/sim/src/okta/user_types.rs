//! `/meta/types/user`

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use crate::clock::{self, DAY};
use crate::ids::Kind;

/// `GET /meta/types/user`
pub fn list(context: &Context<'_>) -> Answer {
    let types: Vec<Value> = (0..4).map(|n| document(context, n)).collect();
    Ok(Reply::value(&Value::Array(types)))
}

/// `GET /meta/types/user/{id}`; the default type also answers to `default`.
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let n = if id == "default" {
        Some(0)
    } else {
        context.state.company.ids.read(Kind::UserType, id)
    };
    let n = n
        .filter(|n| *n < 4)
        .ok_or_else(|| ApiError::not_found(id, "UserType"))?;
    Ok(Reply::value(&document(context, n as usize)))
}

fn document(context: &Context<'_>, n: usize) -> Value {
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
