//! `/logs`, the System Log. Without `until`, ascending, it is polled: events come in the order they were kept, and there is
//! always a next page, if only an empty one. Otherwise it is a search between two moments, in the order things happened.

use serde_json::{Value, json};

use super::context::{Answer, Context, Query, Reply};
use super::errors::ApiError;
use super::filter::{Allowed, Filter};
use super::paging;
use crate::clock::{self, DAY};
use crate::company::names::CITIES;
use crate::hash::{Purpose, draw, mix};
use crate::hooks::Message;
use crate::ids::{Kind, random_text};
use crate::state::{Actor, Event, EventKind, State};

const FILTER: Allowed = Allowed {
    equal: &[],
    ordered: &[],
    anything: true,
};
const DEFAULT: usize = 100;
const MOST: usize = 1000;

/// `GET /logs`
pub fn list(context: &Context<'_>) -> Answer {
    let query = &context.query;
    let limit = match query.get("limit") {
        None => DEFAULT,
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|n| *n <= MOST)
            .ok_or_else(|| ApiError::invalid("limit", "limit: must be between 0 and 1000"))?,
    };
    if query.get("since").is_some() && query.get("after").is_some() && query.get("until").is_none()
    {
        return Err(ApiError::invalid(
            "after",
            "after: cannot be combined with since",
        ));
    }
    let since = moment(context, "since")?.unwrap_or((context.now - 7 * DAY) * 1000);
    if since < (context.now - 180 * DAY) * 1000 {
        return Err(ApiError::too_far_back());
    }
    let filter = query.get("filter").map(read_filter).transpose()?;
    let q = query.get("q").map(str::to_lowercase);
    let fits = |event: &Value| {
        filter.as_ref().is_none_or(|f| fits(f, event))
            && q.as_deref()
                .is_none_or(|q| event.to_string().to_lowercase().contains(q))
    };
    let descending = query
        .get("sortOrder")
        .is_some_and(|o| o.eq_ignore_ascii_case("DESCENDING"));
    match moment(context, "until")? {
        None if !descending => poll(context, limit, since, &fits),
        until => between(
            context,
            limit,
            since,
            until.unwrap_or(context.now * 1000),
            descending,
            &fits,
        ),
    }
}

fn poll(context: &Context<'_>, limit: usize, since: i64, fits: &dyn Fn(&Value) -> bool) -> Answer {
    let from = match context.query.get("after") {
        Some(_) => {
            let from = paging::place(context)?;
            // What is shifted by one comes twice; where nothing is new, nothing comes.
            let unshifted = from.saturating_add_signed(-context.shift);
            if context.state.events(unshifted).next().is_none() {
                unshifted
            } else {
                from
            }
        }
        None => context.state.events_since(since),
    };
    let mut found = Vec::new();
    let mut next = from;
    for (n, event) in context.state.events(from) {
        if found.len() == limit {
            break;
        }
        next = n + 1;
        let document = document(context, n, event);
        if fits(&document) {
            found.push(document);
        }
    }
    let mut reply = Reply::value(&Value::Array(found));
    let onward = Context {
        query: Query(
            context
                .query
                .0
                .iter()
                .filter(|(n, _)| n != "since")
                .cloned()
                .collect(),
        ),
        path: context.path,
        base: context.base,
        state: context.state,
        now: context.now,
        shift: context.shift,
    };
    reply.link_self = Some(paging::address(
        context,
        context.query.get("after"),
        Some(limit),
    ));
    reply.link_next = Some(paging::address(
        &onward,
        Some(&paging::cursor(context, next)),
        Some(limit),
    ));
    Ok(reply)
}

fn between(
    context: &Context<'_>,
    limit: usize,
    since: i64,
    until: i64,
    descending: bool,
    fits: &dyn Fn(&Value) -> bool,
) -> Answer {
    let mut found: Vec<(u64, &Event)> = context
        .state
        .events(0)
        .filter(|(_, e)| e.published >= since && e.published < until)
        .collect();
    found.sort_by_key(|(n, e)| (e.published, *n));
    if descending {
        found.reverse();
    }
    let documents = found
        .into_iter()
        .map(|(n, e)| document(context, n, e))
        .filter(|d| fits(d));
    let from = paging::place(context)? as usize;
    let mut page: Vec<Value> = documents.skip(from).take(limit + 1).collect();
    let more = page.len() > limit;
    page.truncate(limit);
    let mut reply = Reply::value(&Value::Array(page));
    reply.link_self = Some(paging::address(
        context,
        context.query.get("after"),
        Some(limit),
    ));
    if more && limit > 0 {
        let onward = paging::cursor(context, (from + limit) as u64);
        reply.link_next = Some(paging::address(context, Some(&onward), Some(limit)));
    }
    Ok(reply)
}

fn moment(context: &Context<'_>, name: &str) -> Result<Option<i64>, ApiError> {
    context
        .query
        .get(name)
        .map(|text| {
            clock::parse_millis(text)
                .ok_or_else(|| ApiError::invalid(name, &format!("{name}: not a date")))
        })
        .transpose()
}

fn read_filter(text: &str) -> Result<Filter, ApiError> {
    if text.contains("published") {
        return Err(ApiError::bad_search(
            "published cannot be filtered; use since and until",
        ));
    }
    Filter::read(text, FILTER)
}

/// An event fits if it does with any of its targets.
fn fits(filter: &Filter, event: &Value) -> bool {
    let targets = event["target"].as_array().map_or(1, |t| t.len().max(1));
    (0..targets).any(|n| {
        filter.fits(&mut |path| {
            let pointer = match path.strip_prefix("target.") {
                Some(rest) => format!("/target/{n}/{}", rest.replace('.', "/")),
                None => format!("/{}", path.replace('.', "/")),
            };
            event
                .pointer(&pointer)
                .filter(|v| !v.is_null())
                .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
        })
    })
}

/// As many events as go into one message to an event hook.
const TOGETHER: usize = 10;

/// What an event hook is sent about the events from number `from` on. They are not always in their order.
pub fn hooked(state: &State, from: u64, base: &str) -> Option<Message> {
    let context = Context {
        state,
        base,
        path: "",
        query: Query::default(),
        now: 0,
        shift: 0,
    };
    let mut next = from;
    let mut events: Vec<Value> = state
        .events(from)
        .take(TOGETHER)
        .map(|(n, event)| {
            next = n + 1;
            document(&context, n, event)
        })
        .collect();
    let last = state.events(from).take(TOGETHER).last()?.1.kept;
    let chance = draw(state.company.seed, Purpose::Event, from | 1 << 46);
    if chance.is_multiple_of(4) {
        events.reverse();
    }
    let ids = &state.company.ids;
    let body = json!({
        "eventType": "com.okta.event_hook", "eventTypeVersion": "1.0", "cloudEventsVersion": "0.1", "contentType": "application/json",
        "source": format!("{base}/api/v1/eventHooks/{}", ids.id(Kind::EventHook, 0)),
        "eventId": format!("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", chance >> 32, chance >> 16 & 0xFFFF, chance & 0xFFF, chance >> 4 & 0xFFF, mix(chance) & 0xFFFF_FFFF_FFFF),
        "eventTime": String::from_utf8_lossy(&clock::format_millis(last + 700)), "data": {"events": events}});
    Some(Message { body, next })
}

fn document(context: &Context<'_>, n: u64, event: &Event) -> Value {
    let company = &context.state.company;
    let (event_type, legacy, message) = event.kind.words();
    let chance = draw(company.seed, Purpose::Event, n | 1 << 40);
    let person = |i: u32| {
        let (first, last) = company.shown_name(i);
        let mut address = String::new();
        context.state.write_address(i, &mut address);
        json!({"id": company.ids.user(i).as_str(), "type": "User", "alternateId": address, "displayName": format!("{first} {last}"), "detailEntry": null})
    };
    let actor = match event.actor {
        Actor::Person(i) => person(i),
        Actor::System => {
            json!({"id": company.ids.id(Kind::SystemPrincipal, 0).as_str(), "type": "SystemPrincipal", "alternateId": "system@okta.com", "displayName": "Okta System", "detailEntry": null})
        }
    };
    let mut targets = Vec::new();
    // now and then somebody who signs in is only the actor
    let untold = event.kind == EventKind::SessionStart && chance.is_multiple_of(9);
    if let Some(i) = event.user.filter(|_| !untold) {
        targets.push(person(i));
    }
    if let Some(g) = event.group {
        let name = &context.state.groups[g as usize].group.name;
        targets.push(json!({"id": company.ids.group(g as usize).as_str(), "type": "UserGroup", "alternateId": "unknown", "displayName": name, "detailEntry": null}));
    }
    if let Some(a) = event.application {
        let label = &context.state.applications[a as usize].label;
        targets.push(json!({"id": company.ids.application(a as usize).as_str(), "type": "AppInstance", "alternateId": label, "displayName": company.applications[a as usize].name, "detailEntry": null}));
    }
    if let Some(p) = event.policy {
        let p = usize::from(p);
        targets.push(json!({"id": company.policy_id(p).as_str(), "type": "PolicyEntity", "alternateId": "unknown", "displayName": company.policies[p].name, "detailEntry": {"policyType": company.policies[p].policy_type}}));
    }
    let by_system = event.actor == Actor::System;
    let (city, country, ..) = CITIES[(chance % 20) as usize];
    let place = json!({"city": city, "state": city, "country": country, "postalCode": null, "geolocation": {"lat": (chance % 60) as f64, "lon": (chance >> 8) as f64 % 90.0}});
    let ip = format!("203.0.113.{}", chance % 250 + 1);
    let high = mix(chance);
    let sparse = context.state.is_sparse(chance);
    let mut published = clock::format_millis(event.published).to_vec();
    if sparse {
        published.truncate("2026-01-02T03:04:05".len());
        published.push(b'Z');
        targets.clear();
    }
    json!({
        "uuid": format!("{:08x}-{:04x}-11f0-{:04x}-{:012x}", high >> 32, high >> 16 & 0xFFFF, 0x8000 | high & 0x3FFF, chance & 0xFFFF_FFFF_FFFF),
        "published": String::from_utf8_lossy(&published),
        "eventType": event_type, "legacyEventType": legacy, "displayMessage": message, "version": "0", "severity": "INFO",
        "actor": actor, "target": if targets.is_empty() { Value::Null } else { Value::Array(targets) },
        "client": {
            "id": null, "zone": "null", "device": if by_system { "Unknown" } else { "Computer" }, "ipAddress": ip,
            "userAgent": if by_system { json!({"os": "Unknown", "browser": "UNKNOWN", "rawUserAgent": "Okta-Integrations"}) } else { json!({"os": "Mac OS X", "browser": "CHROME", "rawUserAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0.0.0"}) },
            "geographicalContext": if by_system { Value::Null } else { place.clone() }},
        "device": null,
        "outcome": if sparse { Value::Null } else { json!({"result": "SUCCESS", "reason": null}) },
        "request": {"ipChain": if by_system { json!([]) } else { json!([{"ip": ip, "source": null, "version": "V4", "geographicalContext": place}]) }},
        "transaction": {"id": random_text(chance, 27), "type": if by_system { "JOB" } else { "WEB" }, "detail": {}},
        "securityContext": {"isp": null, "asOrg": null, "domain": null, "isProxy": null, "asNumber": null},
        "authenticationContext": {
            "issuer": null, "interface": null, "credentialType": null, "externalSessionId": random_text(chance ^ 1, 22),
            "authenticationStep": 0, "credentialProvider": null, "authenticationProvider": null},
        "debugContext": {"debugData": {"requestUri": "/api/v1/"}}})
}
