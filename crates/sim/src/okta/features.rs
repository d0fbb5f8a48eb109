//! `/features`: super administrators only.

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;

/// `GET /features`
pub fn list(context: &Context<'_>) -> Answer {
    let features: Vec<Value> = (0..context.state.company.features().count())
        .map(|n| document(context, n))
        .collect();
    Ok(Reply::value(&Value::Array(features)))
}

/// `GET /features/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let n = context
        .state
        .company
        .features()
        .position(|(other, _)| other == id)
        .ok_or_else(|| ApiError::not_found(id, "Feature"))?;
    Ok(Reply::value(&document(context, n)))
}

fn document(context: &Context<'_>, n: usize) -> Value {
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
