//! `/apps/{id}/users`: who has an application, by group or by hand.

use std::ops::ControlFlow;

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::paging::{self, Limits};
use super::user_document::{Shape, UserWriter};
use crate::company::applications::Mode;
use crate::hash::{Purpose, draw_pair};
use crate::ids::random_text;
use crate::json::Json;
use crate::state::Via;

const LIMITS: Limits = Limits(50, 500);

/// `GET /apps/{id}/users`
pub fn list(context: &Context<'_>, id: &str) -> Answer {
    let a = super::applications::find(context, id)?;
    let limit = paging::limit(context, LIMITS)?;
    let from = paging::place(context)?;
    let mut json = Json::with_capacity(limit * 700);
    let (mut count, mut resume, mut more) = (0, 0, false);
    json.raw("[");
    context.state.visit_assigned(a, from, |next, i, via| {
        if count == limit {
            more = true;
            return ControlFlow::Break(());
        }
        if count > 0 {
            json.raw(",");
        }
        write(context, &mut json, a, i, via);
        count += 1;
        resume = next;
        ControlFlow::Continue(())
    });
    json.raw("]");
    let next = more.then(|| paging::cursor(context, resume));
    Ok(paging::page(context, json, limit, next.as_deref()))
}

/// `GET /apps/{id}/users/{user}`
pub fn get(context: &Context<'_>, id: &str, user: &str) -> Answer {
    let a = super::applications::find(context, id)?;
    let found = context
        .state
        .find_person(user)
        .and_then(|i| context.state.assignment(a, i).map(|via| (i, via)));
    let (i, via) = found.ok_or_else(|| ApiError::not_found(user, "User"))?;
    let mut json = Json::with_capacity(1024);
    write(context, &mut json, a, i, via);
    Ok(Reply::document(json))
}

fn write(context: &Context<'_>, json: &mut Json, a: usize, i: u32, via: Via) {
    let state = context.state;
    let company = &state.company;
    let application = &company.applications[a];
    let since = state.assigned_since(a, i, via);
    let chance = draw_pair(
        company.seed,
        Purpose::AppUser,
        a as u64 | 1 << 40,
        u64::from(i),
    );
    let (first, last) = company.shown_name(i);
    let mut address = String::with_capacity(64);
    state.write_address(i, &mut address);
    json.raw("{\"id\":\"")
        .id(&company.ids.user(i))
        .raw("\",\"externalId\":");
    if application.provisioning {
        json.raw("\"").raw(&random_text(chance, 12)).raw("\"");
    } else {
        json.raw("null");
    }
    json.raw(",\"created\":")
        .time(since)
        .raw(",\"lastUpdated\":")
        .time(since);
    json.raw(",\"scope\":\"")
        .raw(if via == Via::Hand { "USER" } else { "GROUP" });
    json.raw("\",\"status\":\"")
        .raw(if company.account_closed(a, i) {
            "DEPROVISIONED"
        } else if application.provisioning {
            "PROVISIONED"
        } else {
            "ACTIVE"
        })
        .raw("\",\"statusChanged\":")
        .time(since);
    json.raw(",\"passwordChanged\":null,\"syncState\":\"");
    if application.provisioning {
        let failed = company.sync_failed(a, i);
        json.raw(if failed { "ERROR" } else { "SYNCHRONIZED" })
            .raw("\",\"lastSync\":")
            .time(since);
    } else {
        json.raw("DISABLED\"");
    }
    json.raw(",\"credentials\":");
    // nothing is signed in to by name where there is only a link, or only a directory's copy
    if matches!(application.mode, Mode::Bookmark | Mode::Own)
        || application.mode == Mode::Directory && chance.is_multiple_of(4)
    {
        json.raw("null");
    } else {
        json.raw("{\"userName\":\"").raw(&address).raw("\"}");
    }
    json.raw(",\"profile\":{");
    match application.mode {
        Mode::Web | Mode::Browser => {
            json.raw("\"given_name\":")
                .text(first)
                .raw(",\"family_name\":")
                .text(last)
                .raw(",\"middle_name\":null,\"locale\":\"en_US\",\"name\":\"");
            json.part(first)
                .raw(" ")
                .part(last)
                .raw("\",\"phone_number\":null,\"email\":\"")
                .raw(&address)
                .raw("\"");
        }
        Mode::Bookmark | Mode::Plugin | Mode::AutoLogin | Mode::Own => {}
        _ => {
            json.raw("\"email\":\"")
                .raw(&address)
                .raw("\",\"firstName\":")
                .text(first)
                .raw(",\"lastName\":")
                .text(last);
            if chance.is_multiple_of(5) {
                json.raw(",\"role\":\"Administrator\",\"licences\":[\"Full\",\"Analytics\"]");
            }
        }
    }
    json.raw("}");
    if context
        .query
        .get("expand")
        .is_some_and(|e| e.contains("user"))
    {
        json.raw(",\"_embedded\":{\"user\":");
        UserWriter::new(state, context.base).write(json, i, Shape::Listed);
        json.raw("}");
    }
    json.raw(",\"_links\":{\"app\":{\"href\":\"")
        .raw(context.base)
        .raw("/api/v1/apps/")
        .id(&company.ids.application(a))
        .raw("\"}");
    if let Via::Group(g) = via {
        json.raw(",\"group\":{\"name\":")
            .text(&state.groups[g].group.name)
            .raw(",\"href\":\"")
            .raw(context.base);
        json.raw("/api/v1/groups/")
            .id(&company.ids.group(g))
            .raw("\"}");
    }
    json.raw(",\"user\":{\"href\":\"")
        .raw(context.base)
        .raw("/api/v1/users/")
        .id(&company.ids.user(i))
        .raw("\"}}}");
}
