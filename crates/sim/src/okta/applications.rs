//! `/apps` and the groups assigned to an application.

use super::application_document::document;
use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::filter::{Allowed, Filter};
use super::paging::{self, Limits};
use crate::json::Json;

const LIMITS: Limits = Limits(20, 200);
const FILTER: Allowed = Allowed {
    equal: &[
        "id",
        "status",
        "name",
        "credentials.signing.kid",
        "settings.slo.enabled",
    ],
    ordered: &[],
    anything: false,
};

/// `GET /apps`. The cursor is the last application's identifier.
pub fn list(context: &Context<'_>) -> Answer {
    let state = context.state;
    let filter = context
        .query
        .get("filter")
        .map(|f| Filter::read(f, FILTER))
        .transpose()?;
    let q = context.query.get("q").map(str::to_lowercase);
    let limit = paging::limit(context, LIMITS)?;
    let first = match context.query.get("after") {
        None => 0,
        Some(after) => context.shifted(
            state
                .company
                .ids
                .read(crate::ids::Kind::Application, after)
                .ok_or_else(ApiError::bad_cursor)?
                + 1,
        ) as usize,
    };
    let fits = |a: &usize| {
        let (founded, now) = (&state.company.applications[*a], &state.applications[*a]);
        !now.gone
            && q.as_deref().is_none_or(|q| {
                now.label.to_lowercase().starts_with(q) || founded.name.starts_with(q)
            })
            && filter.as_ref().is_none_or(|f| {
                f.fits(&mut |path| match path {
                    "id" => Some(state.company.ids.application(*a).to_string()),
                    "status" => Some(if now.active { "ACTIVE" } else { "INACTIVE" }.to_owned()),
                    "name" => Some(founded.name.clone()),
                    "credentials.signing.kid" => {
                        document(context, *a)["credentials"]["signing"]["kid"]
                            .as_str()
                            .map(str::to_owned)
                    }
                    _ => None,
                })
            })
    };
    let mut shown = (first..state.applications.len()).filter(fits);
    let mut json = Json::with_capacity(limit * 3000);
    let mut last = None;
    json.raw("[");
    for a in shown.by_ref().take(limit) {
        if last.is_some() {
            json.raw(",");
        }
        json.value(&document(context, a));
        last = Some(a);
    }
    json.raw("]");
    let next = shown
        .next()
        .and(last)
        .map(|a| state.company.ids.application(a).to_string());
    Ok(paging::page(context, json, limit, next.as_deref()))
}

/// `GET /apps/{id}`
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    Ok(Reply::value(&document(context, find(context, id)?)))
}

/// The application a path names.
pub fn find(context: &Context<'_>, id: &str) -> Result<usize, ApiError> {
    context
        .state
        .find_application(id)
        .ok_or_else(|| ApiError::not_found(id, "AppInstance"))
}

/// `GET /apps/{id}/groups`
pub fn groups(context: &Context<'_>, id: &str) -> Answer {
    let a = find(context, id)?;
    if context
        .query
        .get("limit")
        .and_then(|l| l.parse::<i64>().ok())
        .is_some_and(|l| (0..20).contains(&l))
    {
        return Err(ApiError::invalid(
            "limit",
            "limit: must be between 20 and 200",
        ));
    }
    let groups = context.state.applications[a].groups.iter().enumerate();
    paging::numbered(context, LIMITS, groups, |json, (priority, (g, since))| {
        write_group(context, json, a, priority, *g, *since)
    })
}

/// `GET /apps/{id}/groups/{group}`
pub fn group(context: &Context<'_>, id: &str, group: &str) -> Answer {
    let a = find(context, id)?;
    let g = context.state.find_group(group);
    let found = context.state.applications[a]
        .groups
        .iter()
        .enumerate()
        .find(|(_, (other, _))| Some(*other) == g);
    let (priority, (g, since)) =
        found.ok_or_else(|| ApiError::not_found(group, "GroupAssignment"))?;
    let mut json = Json::with_capacity(512);
    write_group(context, &mut json, a, priority, *g, *since);
    Ok(Reply::document(json))
}

fn write_group(
    context: &Context<'_>,
    json: &mut Json,
    a: usize,
    priority: usize,
    g: usize,
    since: i64,
) {
    let ids = &context.state.company.ids;
    let (application, group) = (ids.application(a), ids.group(g));
    json.raw("{\"id\":\"")
        .id(&group)
        .raw("\",\"lastUpdated\":")
        .time(since)
        .raw(",\"priority\":")
        .number(priority as u64)
        .raw(",\"profile\":{}");
    if context
        .query
        .get("expand")
        .is_some_and(|e| e.contains("group"))
    {
        json.raw(",\"_embedded\":{\"group\":");
        super::groups::write(context, json, g, false);
        json.raw("}");
    }
    json.raw(",\"_links\":{\"app\":{\"href\":\"")
        .raw(context.base)
        .raw("/api/v1/apps/")
        .id(&application);
    json.raw("\"},\"self\":{\"href\":\"")
        .raw(context.base)
        .raw("/api/v1/apps/")
        .id(&application)
        .raw("/groups/")
        .id(&group);
    json.raw("\"},\"group\":{\"href\":\"")
        .raw(context.base)
        .raw("/api/v1/groups/")
        .id(&group)
        .raw("\"}}}");
}
