//! `/api-tokens`: what is known about tokens, never the tokens.

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use crate::clock;
use crate::ids::Kind;

/// `GET /api-tokens`
pub fn list(context: &Context<'_>) -> Answer {
    let count = context.state.company.api_tokens().len();
    let tokens: Vec<Value> = (0..count).map(|n| document(context, n)).collect();
    Ok(Reply::value(&Value::Array(tokens)))
}

/// `GET /api-tokens/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let company = &context.state.company;
    let n = company
        .ids
        .read(Kind::ApiToken, id)
        .filter(|n| (*n as usize) < company.api_tokens().len());
    Ok(Reply::value(&document(
        context,
        n.ok_or_else(|| ApiError::not_found(id, "Token"))? as usize,
    )))
}

fn document(context: &Context<'_>, n: usize) -> Value {
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
