//! `/mappings`: the list never carries properties, the single mapping always does.

use serde_json::{Map, Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::paging::{self, Limits};
use crate::company::mappings::Mapping;
use crate::ids::Kind;

/// `GET /mappings`
pub fn list(context: &Context<'_>) -> Answer {
    let there = |name: &str| -> Result<Option<String>, ApiError> {
        let Some(id) = context.query.get(name) else {
            return Ok(None);
        };
        let known = context.state.find_application(id).is_some()
            || context.state.company.ids.read(Kind::UserType, id).is_some();
        if known {
            Ok(Some(id.to_owned()))
        } else {
            Err(ApiError::not_found(id, "AppInstance"))
        }
    };
    let (source, target) = (there("sourceId")?, there("targetId")?);
    let shown = context
        .state
        .company
        .mappings()
        .filter(|m| !context.state.applications[m.application].gone)
        .map(|m| document(context, m))
        .filter(|d| {
            source.as_deref().is_none_or(|id| d["source"]["id"] == id)
                && target.as_deref().is_none_or(|id| d["target"]["id"] == id)
        });
    paging::numbered(context, Limits(20, 200), shown, |json, document| {
        json.value(&document);
    })
}

/// `GET /mappings/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let company = &context.state.company;
    let found = company
        .mappings()
        .find(|m| company.ids.id(Kind::ProfileMapping, m.number()).as_str() == id);
    let mapping = found.ok_or_else(|| ApiError::not_found(id, "ProfileMapping"))?;
    let mut document = document(context, mapping);
    let properties: Map<String, Value> = mapping
        .properties(company.applications[mapping.application].mode)
        .into_iter()
        .map(|(name, expression, push)| {
            (
                name.to_owned(),
                json!({"expression": expression, "pushStatus": push}),
            )
        })
        .collect();
    document["properties"] = Value::Object(properties);
    context
        .state
        .patched("okta_profile_mapping", id, &mut document);
    Ok(Reply::value(&document))
}

fn document(context: &Context<'_>, mapping: Mapping) -> Value {
    let company = &context.state.company;
    let base = context.base;
    let id = company.ids.id(Kind::ProfileMapping, mapping.number());
    let application = company.ids.application(mapping.application);
    let (user_type, schema) = (
        company.ids.id(Kind::UserType, 0),
        company.ids.id(Kind::Schema, 0),
    );
    let person = json!({"id": user_type.as_str(), "name": "user", "type": "user", "_links": {
        "self": {"href": format!("{base}/api/v1/meta/types/user/{user_type}")},
        "schema": {"href": format!("{base}/api/v1/meta/schemas/user/{schema}")}}});
    let account = json!({"id": application.as_str(), "name": company.applications[mapping.application].name, "type": "appuser", "_links": {
        "self": {"href": format!("{base}/api/v1/apps/{application}")},
        "schema": {"href": format!("{base}/api/v1/meta/schemas/apps/{application}/default")}}});
    let (source, target) = if mapping.outward {
        (person, account)
    } else {
        (account, person)
    };
    json!({"id": id.as_str(), "source": source, "target": target, "_links": {"self": {"href": format!("{base}/api/v1/mappings/{id}")}}})
}
