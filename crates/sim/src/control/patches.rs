//! What a patch is for and what it sets: documents are found by key or by name, fields by path.

use serde_json::{Map, Value};

use crate::ids::Kind;
use crate::okta::collection::Collection;
use crate::state::State;

/// What can be patched: documents that are built whole.
const TYPES: [&str; 12] = [
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
    "okta_device",
];

/// The type an order names.
pub(super) fn resource_type(wanted: &str) -> Result<&'static str, String> {
    let collections = Collection::ALL.map(Collection::resource_type);
    let all = || TYPES.into_iter().chain(collections);
    all().find(|t| *t == wanted).ok_or_else(|| {
        let all: Vec<&str> = all().collect();
        format!("'{wanted}' cannot be patched; one of {}", all.join(", "))
    })
}

/// The key of what an order is about: as given, or of what has the name.
pub(super) fn key(state: &State, resource_type: &str, order: &Value) -> Result<String, String> {
    let text = |name: &str| order.get(name).and_then(Value::as_str);
    if let Some(key) = text("key") {
        return Ok(key.to_owned());
    }
    let company = &state.company;
    // there is one of each
    match resource_type {
        "okta_support" => return Ok(String::new()),
        "okta_organization" => return Ok(company.ids.id(Kind::Organization, 0).to_string()),
        _ => {}
    }
    let name = text("name").ok_or("patch needs key or name")?;
    let is = |wanted: Option<&str>, found: &str| wanted.is_none_or(|w| w == found);
    let policies = || {
        company
            .policies
            .iter()
            .enumerate()
            .filter(|(_, p)| is(text("policyType"), p.policy_type))
    };
    let found: Vec<String> = match resource_type {
        "okta_application" => (0..state.applications.len())
            .filter(|a| !state.applications[*a].gone && state.applications[*a].label == name)
            .map(|a| company.ids.application(a).to_string())
            .collect(),
        "okta_group_rule" => (0..company.rules.len())
            .filter(|r| company.rules[*r].name == name)
            .map(|r| company.ids.id(Kind::GroupRule, r as u64).to_string())
            .collect(),
        "okta_domain" => (0..company.domains().len())
            .filter(|d| company.domains()[*d].name == name)
            .map(|d| company.domain_id(d))
            .collect(),
        "okta_policy" => policies()
            .filter(|(_, policy)| policy.name == name)
            .map(|(p, _)| company.policy_id(p).to_string())
            .collect(),
        "okta_policy_rule" => policies()
            .filter(|(_, policy)| is(text("policy"), &policy.name))
            .flat_map(|(p, policy)| {
                let rules = policy.rules.iter().enumerate();
                rules
                    .filter(|(_, rule)| rule.name == name)
                    .map(move |(r, _)| {
                        format!("{}/{}", company.policy_id(p), company.policy_rule_id(p, r))
                    })
            })
            .collect(),
        _ => return Err(format!("{resource_type} is named by key")),
    };
    match <[String; 1]>::try_from(found) {
        Ok([key]) => Ok(key),
        Err(found) => Err(format!(
            "{} of type {resource_type} are called '{name}'; policyType and policy tell policies and rules apart",
            found.len()
        )),
    }
}

/// Fields with paths for names, such as `settings.password.age.maxAgeDays`, become objects in objects.
pub(super) fn nested(fields: &Map<String, Value>) -> Value {
    let mut whole = Value::Object(Map::new());
    for (path, value) in fields {
        let mut inner = value.clone();
        for name in path.rsplit('.') {
            inner = Value::Object(Map::from_iter([(name.to_owned(), inner)]));
        }
        crate::state::overlay(&mut whole, inner);
    }
    whole
}
