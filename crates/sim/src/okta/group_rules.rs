//! `/groups/rules`

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::paging::{self, Limits};
use crate::company::rules::Target;
use crate::ids::Kind;
use crate::json::Json;

const LIMITS: Limits = Limits(50, 200);

/// `GET /groups/rules`
pub fn list(context: &Context<'_>) -> Answer {
    let search = context.query.get("search").map(str::to_lowercase);
    let shown = (0..context.state.company.rules.len()).filter(|r| {
        search.as_deref().is_none_or(|s| {
            context.state.company.rules[*r]
                .name
                .to_lowercase()
                .contains(s)
        })
    });
    paging::numbered(context, LIMITS, shown, |json, r| write(context, json, r))
}

/// `GET /groups/rules/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let company = &context.state.company;
    let r = company
        .ids
        .read(Kind::GroupRule, id)
        .map(|r| r as usize)
        .filter(|r| *r < company.rules.len());
    let r = r.ok_or_else(|| ApiError::not_found(id, "PolicyRule"))?;
    let mut json = Json::with_capacity(1024);
    write(context, &mut json, r);
    Ok(Reply::document(json))
}

/// The document of a rule, read back.
pub fn document(context: &Context<'_>, r: usize) -> serde_json::Value {
    let mut json = Json::with_capacity(1024);
    write(context, &mut json, r);
    serde_json::from_slice(&json.into_bytes()).unwrap_or_default()
}

fn write(context: &Context<'_>, json: &mut Json, r: usize) {
    let company = &context.state.company;
    let rule = &company.rules[r];
    let gone = |target: &Target| match target {
        Target::Group(g) => context.state.groups[*g].gone,
        Target::Gone(_) => true,
    };
    let valid = !rule.groups.iter().any(gone);
    // a rule whose target was deleted stops working, and says so
    let status = if valid { rule.status } else { "INVALID" };
    let id = company.ids.id(Kind::GroupRule, r as u64);
    let start = json.len();
    json.raw("{\"type\":\"group_rule\",\"id\":\"")
        .id(&id)
        .raw("\",\"status\":\"")
        .raw(status)
        .raw("\",\"name\":")
        .text(&rule.name);
    json.raw(",\"created\":")
        .time(rule.created)
        .raw(",\"lastUpdated\":")
        .time(rule.last_updated);
    json.raw(",\"conditions\":{\"people\":{\"users\":{\"exclude\":[]},\"groups\":{\"exclude\":[]}},\"expression\":{\"value\":").text(&rule.expression);
    json.raw(",\"type\":\"urn:okta:expression:1.0\"}},\"actions\":{\"assignUserToGroups\":{\"groupIds\":[");
    for (n, target) in rule.groups.iter().enumerate() {
        json.raw(if n > 0 { ",\"" } else { "\"" })
            .id(&company.target_id(*target))
            .raw("\"");
    }
    json.raw("]}},\"allGroupsValid\":")
        .raw(if valid { "true" } else { "false" });
    if context
        .query
        .get("expand")
        .is_some_and(|e| e.contains("groupIdToGroupNameMap"))
    {
        json.raw(",\"_embedded\":{\"groupIdToGroupNameMap\":{");
        let mut first = true;
        for target in rule.groups.iter().filter(|t| !gone(t)) {
            if let Target::Group(g) = target {
                json.raw(if first { "\"" } else { ",\"" })
                    .id(&company.ids.group(*g))
                    .raw("\":")
                    .text(&context.state.groups[*g].group.name);
                first = false;
            }
        }
        json.raw("}}");
    }
    json.raw("}");
    let mut patched: serde_json::Value = serde_json::Value::Null;
    context
        .state
        .patched("okta_group_rule", id.as_str(), &mut patched);
    if !patched.is_null() {
        let mut document: serde_json::Value =
            serde_json::from_slice(&json.since(start)).unwrap_or_default();
        crate::state::merge(&mut document, &patched);
        json.value(&document);
    }
}
