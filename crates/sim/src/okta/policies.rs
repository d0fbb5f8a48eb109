//! `/policies`, their rules, and the applications mapped to them.

use serde_json::{Value, json};

use super::application_document;
use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::paging::{self, Limits};
use crate::clock;
use crate::company::policies::{CLASSIC_TYPES, ENGINE_TYPES, WITHHELD_TYPES};
use crate::ids::Kind;

/// `GET /policies?type=…`: the type is required, and a list has no second page.
pub fn list(context: &Context<'_>) -> Answer {
    let company = &context.state.company;
    let wanted = context
        .query
        .get("type")
        .ok_or_else(|| ApiError::invalid("type", "type: The field is required."))?;
    if (company.classic && wanted == "ACCESS_POLICY") || WITHHELD_TYPES.contains(&wanted) {
        return Err(ApiError::feature_missing());
    }
    let known =
        CLASSIC_TYPES.contains(&wanted) || (ENGINE_TYPES.contains(&wanted) && !company.classic);
    if !known {
        return Err(ApiError::invalid(
            "type",
            &format!("type: '{wanted}' is not a policy type of this organization."),
        ));
    }
    let status = context.query.get("status");
    let documents: Vec<Value> = (0..company.policies.len())
        .filter(|p| company.policies[*p].policy_type == wanted)
        .map(|p| document(context, p))
        .filter(|d| status.is_none_or(|s| d["status"] == s))
        .collect();
    let mut reply = Reply::value(&Value::Array(documents));
    reply.link_self = Some(paging::address(context, None, None));
    Ok(reply)
}

/// `GET /policies/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    Ok(Reply::value(&document(context, find(context, id)?)))
}

/// `GET /policies/{id}/rules`: no Link header, as recorded.
pub fn rules(context: &Context<'_>, id: &str) -> Answer {
    let p = find(context, id)?;
    let rules = (0..context.state.company.policies[p].rules.len())
        .map(|r| rule_document(context, p, r))
        .collect();
    Ok(Reply::value(&Value::Array(rules)))
}

/// `GET /policies/{id}/rules/{rule}`
pub fn rule(context: &Context<'_>, id: &str, rule: &str) -> Answer {
    let p = find(context, id)?;
    let company = &context.state.company;
    let r = (0..company.policies[p].rules.len())
        .find(|r| company.policy_rule_id(p, *r).as_str() == rule);
    let kind = if company.policies[p].classic() {
        "PolicyRule"
    } else {
        "RuleEntity"
    };
    Ok(Reply::value(&rule_document(
        context,
        p,
        r.ok_or_else(|| ApiError::not_found(rule, kind))?,
    )))
}

/// `GET /policies/{id}/app`: whole applications, each with a link to its mapping.
pub fn applications(context: &Context<'_>, id: &str) -> Answer {
    let p = find(context, id)?;
    let mapped = mapped(context, p);
    let total = mapped.len();
    let mut reply = paging::numbered(context, Limits(20, 200), mapped.into_iter(), |json, a| {
        let mut document = application_document::document(context, a);
        document["_links"]["policyMapping"] = json!({"href": format!("{}/api/v1/policies/{id}/mappings/{}", context.base, mapping_id(context, p, a))});
        json.value(&document);
    })?;
    reply
        .headers
        .push(("okta-collection-count", total.to_string()));
    Ok(reply)
}

/// `GET /policies/{id}/mappings`: links only.
pub fn mappings(context: &Context<'_>, id: &str) -> Answer {
    let p = find(context, id)?;
    let base = context.base;
    let mappings = mapped(context, p)
        .into_iter()
        .map(|a| {
            let mapping = mapping_id(context, p, a);
            json!({"id": mapping, "_links": {
                "self": {"href": format!("{base}/api/v1/policies/{id}/mappings/{mapping}"), "hints": {"allow": ["GET", "DELETE"]}},
                "application": {"href": format!("{base}/api/v1/apps/{}", context.state.company.ids.application(a))},
                "policy": {"href": format!("{base}/api/v1/policies/{id}")}}})
        })
        .collect();
    Ok(Reply::value(&Value::Array(mappings)))
}

fn mapping_id(context: &Context<'_>, p: usize, a: usize) -> String {
    context
        .state
        .company
        .ids
        .id(Kind::PolicyMapping, (p as u64) << 24 | a as u64)
        .to_string()
}

/// The applications of a policy; policies of the older types have none.
fn mapped(context: &Context<'_>, p: usize) -> Vec<usize> {
    let company = &context.state.company;
    if !company.policies[p].guards_applications() {
        return Vec::new();
    }
    let there = |a: &usize| {
        !context.state.applications[*a].gone
            && [company.access_policy(*a), company.enrollment_policy(*a)].contains(&Some(p))
    };
    (0..context.state.applications.len())
        .filter(there)
        .collect()
}

fn find(context: &Context<'_>, id: &str) -> Result<usize, ApiError> {
    let company = &context.state.company;
    let kind = if id.starts_with("rst") {
        "RuleSetEntity"
    } else {
        "Policy"
    };
    (0..company.policies.len())
        .find(|p| company.policy_id(*p).as_str() == id)
        .ok_or_else(|| ApiError::not_found(id, kind))
}

/// The document of a policy.
pub fn document(context: &Context<'_>, p: usize) -> Value {
    let company = &context.state.company;
    let policy = &company.policies[p];
    let id = company.policy_id(p);
    let here = format!("{}/api/v1/policies/{id}", context.base);
    let mut document = json!({
        "id": id.as_str(), "status": if policy.active { "ACTIVE" } else { "INACTIVE" }, "name": policy.name, "priority": policy.priority,
        "system": policy.system, "conditions": policy.conditions, "created": clock::text(policy.created),
        "lastUpdated": clock::text(policy.last_updated), "type": policy.policy_type, "_links": links(&here, policy.system, policy.active)});
    document["_links"]["rules"] =
        json!({"href": format!("{here}/rules"), "hints": {"allow": ["GET", "POST"]}});
    if let Some(description) = policy.description {
        document["description"] = json!(description);
    }
    if let Some(settings) = &policy.settings {
        document["settings"] = settings.clone();
    }
    if policy.policy_type == "ACCESS_POLICY" {
        document["_embedded"] = json!({"resourceType": "APP"});
    }
    if !policy.system {
        document["_links"]["mappings"] =
            json!({"href": format!("{here}/mappings"), "hints": {"allow": ["GET", "POST"]}});
    }
    context
        .state
        .patched("okta_policy", id.as_str(), &mut document);
    document
}

/// The document of a rule.
pub fn rule_document(context: &Context<'_>, p: usize, r: usize) -> Value {
    let company = &context.state.company;
    let (policy, rule) = (&company.policies[p], &company.policies[p].rules[r]);
    let (policy_id, id) = (company.policy_id(p), company.policy_rule_id(p, r));
    let here = format!("{}/api/v1/policies/{policy_id}/rules/{id}", context.base);
    let at = |at| rule.dated().then(|| clock::text(at));
    let mut document = json!({
        "id": id.as_str(), "status": if rule.active { "ACTIVE" } else { "INACTIVE" }, "name": rule.name, "priority": rule.priority,
        "created": at(policy.created), "lastUpdated": at(policy.last_updated), "system": rule.system, "conditions": rule.conditions,
        "actions": rule.actions, "_links": links(&here, rule.system, rule.active), "type": rule.rule_type});
    context.state.patched(
        "okta_policy_rule",
        &format!("{policy_id}/{id}"),
        &mut document,
    );
    document
}

fn links(here: &str, system: bool, active: bool) -> Value {
    let allow = if system {
        json!(["GET", "PUT"])
    } else {
        json!(["GET", "PUT", "DELETE"])
    };
    let mut links = json!({"self": {"href": here, "hints": {"allow": allow}}});
    if !system {
        let turn = if active { "deactivate" } else { "activate" };
        links[turn] =
            json!({"href": format!("{here}/lifecycle/{turn}"), "hints": {"allow": ["POST"]}});
    }
    links
}
