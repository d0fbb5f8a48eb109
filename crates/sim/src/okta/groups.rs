//! `/groups` and `/groups/{id}/users`.

use std::ops::ControlFlow;

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::filter::{Allowed, Filter};
use super::paging::{self, Limits};
use super::user_document::{Shape, UserWriter};
use crate::company::groups::GroupType;
use crate::json::Json;

const LIMITS: Limits = Limits(10_000, 10_000);
/// Members: a thousand unless asked, as recorded; not more.
const MEMBERS: Limits = Limits(1000, 1000);
const FILTER: Allowed = Allowed {
    equal: &["id", "type"],
    ordered: &["lastUpdated", "lastMembershipUpdated"],
    anything: false,
};
const SEARCH: Allowed = Allowed {
    equal: &[],
    ordered: &[],
    anything: true,
};

/// `GET /groups`
pub fn list(context: &Context<'_>) -> Answer {
    let state = context.state;
    let filter = match (context.query.get("search"), context.query.get("filter")) {
        (Some(search), _) => Some(Filter::read(search, SEARCH)?),
        (None, Some(filter)) => Some(Filter::read(filter, FILTER)?),
        (None, None) => None,
    };
    let q = context.query.get("q").map(str::to_lowercase);
    let stats = context
        .query
        .get("expand")
        .is_some_and(|e| e.contains("stats"));
    let shown = (0..state.groups.len())
        .filter(|g| !state.groups[*g].gone && fits(context, *g, filter.as_ref(), q.as_deref()));
    paging::numbered(context, LIMITS, shown, |json, g| {
        write(context, json, g, stats)
    })
}

fn fits(context: &Context<'_>, g: usize, filter: Option<&Filter>, q: Option<&str>) -> bool {
    let group = &context.state.groups[g].group;
    q.is_none_or(|q| group.name.to_lowercase().starts_with(q))
        && filter.is_none_or(|f| {
            f.fits(&mut |path| {
                Some(match path {
                    "id" => context.state.company.ids.group(g).to_string(),
                    "type" => group.group_type.as_str().to_owned(),
                    "profile.name" => group.name.clone(),
                    "created" => crate::clock::text(group.created),
                    "lastUpdated" => crate::clock::text(group.last_updated),
                    "lastMembershipUpdated" => crate::clock::text(group.membership_updated),
                    _ => return None,
                })
            })
        })
}

/// `GET /groups/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let g = find(context, id)?;
    let mut json = Json::with_capacity(2048);
    write(
        context,
        &mut json,
        g,
        context
            .query
            .get("expand")
            .is_some_and(|e| e.contains("stats")),
    );
    Ok(Reply::document(json))
}

fn find(context: &Context<'_>, id: &str) -> Result<usize, ApiError> {
    context
        .state
        .find_group(id)
        .ok_or_else(|| ApiError::not_found(id, "UserGroup"))
}

/// Writes one group.
pub fn write(context: &Context<'_>, json: &mut Json, g: usize, stats: bool) {
    let state = context.state;
    let group = &state.groups[g].group;
    let id = state.company.ids.group(g);
    let from_directory = group.group_type == GroupType::App;
    json.raw("{\"id\":\"")
        .id(&id)
        .raw("\",\"created\":")
        .time(group.created)
        .raw(",\"lastUpdated\":")
        .time(group.last_updated);
    json.raw(",\"lastMembershipUpdated\":")
        .time(group.membership_updated)
        .raw(",\"objectClass\":[\"");
    json.raw(if from_directory {
        "okta:windows_security_principal"
    } else {
        "okta:user_group"
    });
    json.raw("\"],\"type\":\"")
        .raw(group.group_type.as_str())
        .raw("\",\"profile\":{\"name\":")
        .text(&group.name);
    json.raw(",\"description\":")
        .text_or_null(group.description.as_deref());
    if from_directory {
        write_directory_profile(json, g, &group.name, &state.company.domain);
    }
    json.raw("}");
    if from_directory {
        json.raw(",\"source\":{\"id\":\"")
            .id(&state.company.ids.application(state.company.directory()))
            .raw("\"}");
    }
    if stats {
        let users = state.member_count(g);
        json.raw(",\"_embedded\":{\"stats\":{\"usersCount\":")
            .number(users)
            .raw(",\"appsCount\":")
            .number(state.groups[g].applications.len() as u64);
        json.raw(",\"groupPushMappingsCount\":0,\"hasAdminPrivilege\":")
            .raw(if g == crate::company::groups::ADMINISTRATORS {
                "true"
            } else {
                "false"
            })
            .raw("}}");
    }
    let address = |json: &mut Json, name: &str, path: &str| {
        json.raw(",\"")
            .raw(name)
            .raw("\":{\"href\":\"")
            .raw(context.base)
            .raw("/api/v1/groups/")
            .id(&id)
            .raw(path)
            .raw("\"}");
    };
    json.raw(",\"_links\":{\"logo\":[{\"name\":\"medium\",\"href\":\"https://static.example/groups/okta-medium.png\",\"type\":\"image/png\"},");
    json.raw("{\"name\":\"large\",\"href\":\"https://static.example/groups/okta-large.png\",\"type\":\"image/png\"}]");
    if from_directory {
        json.raw(",\"source\":{\"href\":\"")
            .raw(context.base)
            .raw("/api/v1/apps/")
            .id(&state.company.ids.application(state.company.directory()))
            .raw("\"}");
    }
    address(json, "users", "/users");
    address(json, "apps", "/apps");
    json.raw("}}");
}

fn write_directory_profile(json: &mut Json, g: usize, name: &str, domain: &str) {
    json.raw(",\"groupType\":\"Security\",\"groupScope\":\"Global\",\"samAccountName\":")
        .text(name);
    json.raw(",\"objectSid\":\"S-1-5-21-717800001-685200002-709180003-")
        .number(1100 + g as u64)
        .raw("\",\"dn\":\"CN=")
        .part(name);
    json.raw(",OU=Groups,DC=corp,DC=")
        .part(&domain.replace('.', ",DC="))
        .raw("\",\"windowsDomainQualifiedName\":\"CORP\\\\")
        .part(name);
    json.raw("\",\"externalId\":\"")
        .number(7_000_000 + g as u64)
        .raw("\"");
}

/// `GET /groups/{id}/users`: whole people, deprovisioned ones too.
pub fn members(context: &Context<'_>, id: &str) -> Answer {
    let state = context.state;
    let g = find(context, id)?;
    let limit = paging::limit(context, MEMBERS)?;
    let from = paging::place(context)?;
    let mut json = Json::with_capacity(limit.min(200) * 1300);
    let mut writer = UserWriter::new(state, context.base);
    let (mut count, mut resume, mut more) = (0, 0, false);
    json.raw("[");
    state.visit_members(g, from, |next, i| {
        if count == limit {
            more = true;
            return ControlFlow::Break(());
        }
        if count > 0 {
            json.raw(",");
        }
        writer.write(&mut json, i, Shape::Listed);
        count += 1;
        resume = next;
        ControlFlow::Continue(())
    });
    json.raw("]");
    let next = more.then(|| paging::cursor(context, resume));
    Ok(paging::page(context, json, limit, next.as_deref()))
}

/// `GET /groups/{id}/apps`
pub fn applications(context: &Context<'_>, id: &str) -> Answer {
    let g = find(context, id)?;
    let applications = context.state.groups[g].applications.iter().copied();
    paging::numbered(context, Limits(20, 200), applications, |json, a| {
        json.value(&super::application_document::document(context, a));
    })
}
