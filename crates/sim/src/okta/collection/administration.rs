//! Who may administer what: assignees and their roles, roles put together by hand, and what they are limited to.

use serde_json::{Value, json};

use super::{Documents, Sheet};
use crate::clock;
use crate::ids::Kind;
use crate::okta::errors::ApiError;
use crate::state::Given;

/// The vendor's own set has a name for an identifier.
const VENDORS_OWN: &str = "WORKFLOWS_IAM_POLICY";

/// `/iam/assignees/users`
pub fn assignees(sheet: &Sheet<'_>) -> Documents {
    let built = sheet.state.administrators().into_iter().map(|i| {
        let id = sheet.state.company.ids.user(i).to_string();
        let document = json!({
            "id": id, "orn": format!("orn:okta:directory:{}:users:{id}", sheet.organization()),
            "_links": {"roles": {"href": sheet.at(&format!("users/{id}/roles"))}, "self": {"href": sheet.at(&format!("users/{id}"))}}});
        (id, document)
    });
    built.collect()
}

/// `/users/{id}/roles`
pub fn roles(sheet: &Sheet<'_>, user: &str) -> Result<Documents, ApiError> {
    let i = sheet
        .state
        .find_person(user)
        .ok_or_else(|| ApiError::not_found(user, "User"))?;
    let built = sheet.state.roles(i).into_iter().map(|(role, given)| {
        let id = sheet.state.role_id(i, &role, given);
        let at = sheet.before(30 + i64::from(i % 300));
        let mut document = json!({
            "id": id, "label": role.label, "type": role.role_type, "status": "ACTIVE", "created": at, "lastUpdated": at,
            "assignmentType": if given == Given::ByGroup { "GROUP" } else { "USER" }, "_links": {"assignee": {"href": sheet.at(&format!("users/{user}"))}}});
        if given == Given::ByGroup {
            document["_links"]["assignee"] = json!({"href": sheet.at(&format!("groups/{}", sheet.state.company.ids.group(crate::company::Company::ROLE_GROUP)))});
        }
        if let Some((role, set)) = role.custom {
            let (role, set) = (sheet.id(Kind::CustomRole, role as u64), set_id(sheet, set));
            document["role"] = json!(role);
            document["resource-set"] = json!(set);
            document["_links"]["role"] = json!({"href": sheet.at(&format!("iam/roles/{role}"))});
            document["_links"]["permissions"] = json!({"href": sheet.at(&format!("iam/roles/{role}/permissions"))});
            document["_links"]["resource-set"] = json!({"href": sheet.at(&format!("iam/resource-sets/{set}"))});
            document["_links"]["member"] = json!({"href": sheet.at(&format!("iam/resource-sets/{set}/bindings/{role}/members/{id}"))});
        }
        (id, document)
    });
    Ok(built.collect())
}

/// `/iam/roles`
pub fn custom_roles(sheet: &Sheet<'_>) -> Documents {
    let built = sheet.state.company.custom_roles().iter().enumerate().map(|(n, (label, description, _))| {
        let id = sheet.id(Kind::CustomRole, n as u64);
        let path = format!("iam/roles/{id}");
        let document = json!({
            "id": id, "label": label, "isCloneable": false, "description": description, "created": sheet.before(400), "lastUpdated": sheet.before(100 + n as i64),
            "_links": {"permissions": {"href": sheet.at(&format!("{path}/permissions"))}, "self": {"href": sheet.at(&path)}}});
        (id, document)
    });
    built.collect()
}

/// A role by its identifier or its label.
fn find_role(sheet: &Sheet<'_>, role: &str) -> Result<usize, ApiError> {
    let all = sheet.state.company.custom_roles();
    (0..all.len())
        .find(|n| sheet.id(Kind::CustomRole, *n as u64) == role || all[*n].0 == role)
        .ok_or_else(|| ApiError::not_found(role, "Role"))
}

/// `/iam/roles/{id}/permissions`
pub fn permissions(sheet: &Sheet<'_>, role: &str) -> Result<Documents, ApiError> {
    let n = find_role(sheet, role)?;
    let built = sheet.state.company.custom_roles()[n].2.iter().map(|label| {
        let conditions = if *label == "okta.users.read" && n == 6 {
            json!({"include": {"okta:ResourceAttribute/User/Profile": ["department", "costCenter"]}})
        } else {
            Value::Null
        };
        let document = json!({
            "label": label, "created": sheet.before(400), "lastUpdated": sheet.before(400), "conditions": conditions,
            "_links": {"role": {"href": sheet.at(&format!("iam/roles/{role}"))}, "self": {"href": sheet.at(&format!("iam/roles/{role}/permissions/{label}"))}}});
        ((*label).to_owned(), document)
    });
    Ok(built.collect())
}

fn set_id(sheet: &Sheet<'_>, n: usize) -> String {
    if n == 0 {
        VENDORS_OWN.to_owned()
    } else {
        sheet.id(Kind::ResourceSet, n as u64)
    }
}

fn find_set(sheet: &Sheet<'_>, set: &str) -> Result<usize, ApiError> {
    let all = sheet.state.company.resource_sets();
    (0..all.len())
        .find(|n| set_id(sheet, *n) == set || all[*n].0 == set)
        .ok_or_else(|| ApiError::not_found(set, "ResourceSet"))
}

/// `/iam/resource-sets`: the vendor's own has no dates.
pub fn resource_sets(sheet: &Sheet<'_>) -> Documents {
    let built = sheet.state.company.resource_sets().iter().enumerate().map(|(n, (label, description))| {
        let id = set_id(sheet, n);
        let path = format!("iam/resource-sets/{id}");
        let mut document = json!({
            "id": id, "label": label, "description": description,
            "_links": {"bindings": {"href": sheet.at(&format!("{path}/bindings"))}, "self": {"href": sheet.at(&path)}, "resources": {"href": sheet.at(&format!("{path}/resources"))}}});
        if n > 0 {
            document["created"] = json!(sheet.before(350));
            document["lastUpdated"] = json!(sheet.before(80 + n as i64));
        }
        (id, document)
    });
    built.collect()
}

/// `/iam/resource-sets/{id}/resources`
pub fn resources(sheet: &Sheet<'_>, set: &str) -> Result<Documents, ApiError> {
    let n = find_set(sheet, set)?;
    let organization = sheet.organization();
    let users = ("directory", "users".to_owned());
    let groups = ("directory", "groups".to_owned());
    let named: Vec<(&str, String)> = match n {
        0 => Vec::new(),
        1 => vec![users],
        2 => (2..6usize.min(sheet.state.groups.len()))
            .map(|g| {
                (
                    "directory",
                    format!("groups:{}", sheet.state.company.ids.group(g)),
                )
            })
            .collect(),
        3 => vec![("idp", "apps".to_owned())],
        4 => vec![groups],
        _ => vec![users, groups, ("idp", "apps".to_owned())],
    };
    let built = named.into_iter().enumerate().map(|(r, (service, what))| {
        let id = sheet.id(Kind::ResourceSetResource, (n << 8 | r) as u64);
        let at = sheet.before(340);
        let document = json!({
            "id": id, "orn": format!("orn:okta:{service}:{organization}:{what}"), "created": at, "lastUpdated": at,
            "_links": {"self": {"href": sheet.at(&what.replace(':', "/"))}, "resource": {"href": sheet.at(&format!("iam/resource-sets/{set}/resources/{id}"))}}});
        (id, document)
    });
    Ok(built.collect())
}

/// `/iam/resource-sets/{id}/bindings`
pub fn bindings(sheet: &Sheet<'_>, set: &str) -> Result<Documents, ApiError> {
    let n = find_set(sheet, set)?;
    let bound = sheet
        .state
        .company
        .bindings()
        .iter()
        .filter(|(s, _, _)| *s == n);
    let built = bound.map(|(_, role, _)| {
        let id = sheet.id(Kind::CustomRole, *role as u64);
        let here = sheet.at(&format!("iam/resource-sets/{set}/bindings/{id}"));
        let document = json!({"id": id, "_links": {"self": {"href": here}, "members": {"href": format!("{here}/members")}}});
        (id, document)
    });
    Ok(built.collect())
}

/// `/iam/resource-sets/{id}/bindings/{role}/members`: whom it is stands in the link alone.
pub fn members(sheet: &Sheet<'_>, set: &str, role: &str) -> Result<Documents, ApiError> {
    let (n, r) = (find_set(sheet, set)?, find_role(sheet, role)?);
    let company = &sheet.state.company;
    let (_, _, group) = company
        .bindings()
        .iter()
        .find(|(s, bound, _)| (*s, *bound) == (n, r))
        .ok_or_else(|| ApiError::not_found(role, "Binding"))?;
    let mut addresses = vec![format!("users/{}", sheet.administrator(2))];
    if *group {
        addresses.push(format!("groups/{}", company.ids.group(2)));
    }
    let at = clock::text((company.epoch - 320 * clock::DAY) / clock::DAY * clock::DAY);
    let built = addresses.into_iter().enumerate().map(|(m, address)| {
        let id = sheet.id(Kind::ResourceSetMember, ((n << 8 | r) << 8 | m) as u64);
        (id.clone(), json!({"id": id, "created": at, "lastUpdated": at, "_links": {"self": {"href": sheet.at(&address)}}}))
    });
    Ok(built.collect())
}
