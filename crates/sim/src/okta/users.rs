//! `/users`: the plain list leaves out people who were deprovisioned; a filter or search includes them.

use super::context::{Answer, Context};
use super::errors::ApiError;
use super::filter::{Allowed, Filter};
use super::paging::{self, Limits};
use super::user_document::{Shape, UserWriter};
use crate::company::accounts::Status;
use crate::json::Json;
use crate::state::State;

const LIMITS: Limits = Limits(200, 200);
const WITH_Q: Limits = Limits(10, 200);
const FILTER: Allowed = Allowed {
    equal: &[
        "status",
        "id",
        "profile.login",
        "profile.email",
        "profile.firstName",
        "profile.lastName",
    ],
    ordered: &["lastUpdated"],
    anything: false,
};
const SEARCH: Allowed = Allowed {
    equal: &[],
    ordered: &[],
    anything: true,
};

/// Which people a list shows.
enum Which {
    NotDeprovisioned,
    Matching(Filter),
    Called(String),
}

/// `GET /users`
pub fn list(context: &Context<'_>) -> Answer {
    let state = context.state;
    let (which, limits) = which(context)?;
    let limit = paging::limit(context, limits)?;
    let mut json = Json::with_capacity(limit * 1300);
    let mut writer = UserWriter::new(state, context.base);
    let mut last = None;
    let mut count = 0;
    json.raw("[");
    for i in after(context)?..state.population() {
        if !state.exists(i) || !shown(state, context.base, &which, i) {
            continue;
        }
        if count > 0 {
            json.raw(",");
        }
        writer.write(&mut json, i, Shape::Listed);
        last = Some(i);
        count += 1;
        if count == limit {
            break;
        }
    }
    json.raw("]");
    // a full page has a next one, even if that turns out to be empty
    let next = last
        .filter(|_| count == limit)
        .map(|i| format!("200{}", &state.company.ids.user(i).as_str()[2..]));
    Ok(paging::page(context, json, limit, next.as_deref()))
}

fn which(context: &Context<'_>) -> Result<(Which, Limits), ApiError> {
    let query = &context.query;
    Ok(
        match (query.get("search"), query.get("filter"), query.get("q")) {
            (Some(search), _, _) => (Which::Matching(Filter::read(search, SEARCH)?), LIMITS),
            (None, Some(filter), _) => (Which::Matching(Filter::read(filter, FILTER)?), LIMITS),
            (None, None, Some(q)) => (Which::Called(q.to_lowercase()), WITH_Q),
            (None, None, None) => (Which::NotDeprovisioned, LIMITS),
        },
    )
}

/// The cursor is the last person's identifier behind a digit.
fn after(context: &Context<'_>) -> Result<u32, ApiError> {
    let Some(after) = context.query.get("after") else {
        return Ok(0);
    };
    let id = after
        .strip_prefix("200")
        .map(|rest| format!("00{rest}"))
        .ok_or_else(ApiError::bad_search_cursor)?;
    let i = context
        .state
        .company
        .ids
        .read(crate::ids::Kind::User, &id)
        .ok_or_else(ApiError::bad_search_cursor)?;
    Ok(context.shifted(i + 1) as u32)
}

fn shown(state: &State, base: &str, which: &Which, i: u32) -> bool {
    match which {
        Which::NotDeprovisioned => state.status(i) != Status::Deprovisioned,
        Which::Called(q) => {
            let (first, last) = state.company.shown_name(i);
            let mut address = String::new();
            state.write_address(i, &mut address);
            state.status(i) != Status::Deprovisioned
                && [first.to_lowercase(), last.to_lowercase(), address]
                    .iter()
                    .any(|text| text.starts_with(q))
        }
        Which::Matching(filter) => {
            let mut document = None;
            filter.fits(&mut |path| match path {
                "status" => Some(state.status(i).as_str().to_owned()),
                "id" => Some(state.company.ids.user(i).to_string()),
                "lastUpdated" => Some(crate::clock::text(state.person(i).times.last_updated)),
                _ => {
                    let document = document.get_or_insert_with(|| whole(state, base, i));
                    text_at(document, path)
                }
            })
        }
    }
}

fn whole(state: &State, base: &str, i: u32) -> serde_json::Value {
    let mut json = Json::with_capacity(2048);
    UserWriter::new(state, base).write(&mut json, i, Shape::Listed);
    serde_json::from_slice(&json.into_bytes()).unwrap_or_default()
}

fn text_at(document: &serde_json::Value, path: &str) -> Option<String> {
    let found = path
        .split('.')
        .try_fold(document, |value, name| value.get(name))?;
    match found {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// `GET /users/{id}`, by identifier or login.
pub fn get(context: &Context<'_>, id: &str) -> Answer {
    let i = find(context, id)?;
    let mut json = Json::with_capacity(4096);
    UserWriter::new(context.state, context.base).write(&mut json, i, Shape::Alone);
    Ok(super::context::Reply::document(json))
}

/// The person a path names.
pub fn find(context: &Context<'_>, id: &str) -> Result<u32, ApiError> {
    let by_login = || {
        let login = id.contains('@').then_some(id)?;
        let mut address = String::new();
        (0..context.state.population())
            .filter(|i| context.state.exists(*i))
            .find(|i| {
                address.clear();
                context.state.write_address(*i, &mut address);
                address == login
            })
    };
    context
        .state
        .find_person(id)
        .or_else(by_login)
        .ok_or_else(|| ApiError::not_found(id, "User"))
}

/// `GET /users/{id}/groups`
pub fn groups(context: &Context<'_>, id: &str) -> Answer {
    let i = find(context, id)?;
    paging::numbered(context, LIMITS, context.state.groups_of(i), |json, g| {
        super::groups::write(context, json, g, false)
    })
}
