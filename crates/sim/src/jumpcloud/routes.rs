//! Which path leads where.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::api::{Answer, Context, Reply};
use super::errors::ApiError;
use super::graph::{connections, reached};
use super::ids::{Kind, well_formed};
use super::insights::Table;
use super::paging::{self, APPLE, INSIGHTS, Listing, V1, V2, Wish};
use super::policies::POLICIES;
use super::services::{self, DIRECTORIES, Service};

/// The number behind an identifier in a path.
fn number(context: &Context<'_>, kind: Kind, id: &str) -> Result<u64, ApiError> {
    if !well_formed(id) {
        return Err(ApiError::bad_id(id));
    }
    context
        .state
        .hex()
        .read(kind, id)
        .filter(|_| !context.elsewhere)
        .ok_or_else(ApiError::not_found)
}

pub(super) fn place(
    context: &Context<'_>,
    kind: Kind,
    id: &str,
    count: usize,
) -> Result<usize, ApiError> {
    let n = number(context, kind, id)? as usize;
    (n < count).then_some(n).ok_or_else(ApiError::not_found)
}

pub(super) fn person(context: &Context<'_>, id: &str) -> Result<u32, ApiError> {
    u32::try_from(number(context, Kind::User, id)?)
        .ok()
        .filter(|i| *i < context.state.population() && context.state.has_account(*i))
        .ok_or_else(ApiError::not_found)
}

pub(super) fn device(context: &Context<'_>, id: &str) -> Result<u32, ApiError> {
    u32::try_from(number(context, Kind::System, id)?)
        .ok()
        .filter(|device| context.state.device_exists(*device))
        .ok_or_else(ApiError::not_found)
}

pub(super) fn group(context: &Context<'_>, id: &str) -> Result<usize, ApiError> {
    let g = number(context, Kind::UserGroup, id)? as usize;
    context
        .state
        .mirrors_group(g)
        .then_some(g)
        .ok_or_else(ApiError::not_found)
}

pub(super) fn application(context: &Context<'_>, id: &str) -> Result<usize, ApiError> {
    let a = number(context, Kind::Application, id)? as usize;
    context
        .state
        .mirrors_application(a)
        .then_some(a)
        .ok_or_else(ApiError::not_found)
}

/// The old interface's lists, by the name in the path.
fn v1_listing<'a>(context: &'a Context<'a>, what: &str) -> Result<Listing<'a>, ApiError> {
    let (state, now) = (context.state, context.now);
    if context.elsewhere && what != "organizations" {
        return Ok(Listing::of(Vec::new()));
    }
    Ok(match what {
        "systemusers" => {
            let lists = state.lists();
            Listing::new(lists.accounts.len(), move |n| {
                state.system_user(lists.accounts[n], now)
            })
        }
        "systems" => {
            let lists = state.lists();
            Listing::new(lists.devices.len(), move |n| {
                state.system(lists.devices[n], now)
            })
        }
        "applications" => {
            let found: Vec<usize> = state.sso_applications().collect();
            Listing::new(found.len(), move |n| state.sso_application(found[n]))
        }
        "organizations" => {
            let other = state.hex().id(Kind::Organization, 1);
            let mut found = vec![state.organization_listed()];
            let elsewhere = json!({"_id": other, "id": other, "displayName": "Acme Laboratories", "logoUrl": null, "created": found[0]["created"]});
            match (context.several, context.elsewhere) {
                (_, true) => found = vec![elsewhere],
                (true, false) => found.push(elsewhere),
                (false, false) => {}
            }
            Listing::of(found)
        }
        "commands" => Listing::new(services::COMMANDS, |n| state.command(n)),
        "radiusservers" => Listing::new(services::RADIUS_SERVERS, |n| {
            state.service(Service::RadiusServer(n))
        }),
        "users" => Listing::new(services::ADMINISTRATORS, |n| state.administrator_account(n)),
        _ => return Err(ApiError::not_found()),
    })
}

/// `POST /api/search/…`
pub fn search(context: &Context<'_>, what: &str) -> Answer {
    if !matches!(
        what,
        "systemusers" | "systems" | "organizations" | "commands"
    ) {
        return Err(ApiError::not_found());
    }
    let wish = Wish::read_search(context.body)?;
    paging::page_of(context, V1, &wish, v1_listing(context, what)?)
}

/// `/api/…`
pub fn v1(context: &Context<'_>, segments: &[&str]) -> Answer {
    let (state, now) = (context.state, context.now);
    Ok(Reply::value(&match *segments {
        [what] => return paging::page(context, V1, v1_listing(context, what)?),
        ["systemusers", id] => state.system_user(person(context, id)?, now),
        ["systemusers", id, "sshkeys"] => {
            state.system_user(person(context, id)?, now)["ssh_keys"].take()
        }
        ["systems", id] => state.system(device(context, id)?, now),
        ["applications", id] => state.sso_application(application(context, id)?),
        ["organizations", id] => {
            place(context, Kind::Organization, id, 1)?;
            state.organization_with_settings()
        }
        ["commands", id] => {
            state.command_with_details(place(context, Kind::Command, id, services::COMMANDS)?)
        }
        ["radiusservers", id] => state.service(Service::RadiusServer(place(
            context,
            Kind::RadiusServer,
            id,
            services::RADIUS_SERVERS,
        )?)),
        ["users", id] => state.administrator_account(place(
            context,
            Kind::Administrator,
            id,
            services::ADMINISTRATORS,
        )?),
        _ => return Err(ApiError::not_found()),
    }))
}

/// `/api/v2/systeminsights/…`: a table whole, or of one device.
pub fn insights(context: &Context<'_>, segments: &[&str]) -> Answer {
    let (of, name) = match *segments {
        [name] => (None, name),
        [id, name] => (Some(device(context, id)?), name),
        _ => return Err(ApiError::not_found()),
    };
    let table = Table::read(name).ok_or_else(ApiError::not_found)?;
    table_page(context, table, of, INSIGHTS)
}

/// Rows follow the order of devices; other keys after the device's sort within it.
fn table_page(
    context: &Context<'_>,
    table: Table,
    of: Option<u32>,
    manner: paging::Manner,
) -> Answer {
    let (state, now) = (context.state, context.now);
    let mut wish = Wish::read(context);
    let mut only = of;
    if let Some(n) = wish
        .filter
        .iter()
        .position(|f| f.starts_with("system_id:eq:"))
    {
        let filter = wish.filter.remove(n);
        only = Some(device(context, &filter["system_id:eq:".len()..])?);
    }
    if context.elsewhere {
        return paging::page_of(context, manner, &wish, Listing::of(Vec::new()));
    }
    if let Some(device) = only {
        let rows = (0..state.rows(device, table)).map(|n| state.row(table, device, n, now));
        return paging::page_of(context, manner, &wish, Listing::of(rows.collect()));
    }
    let lists = state.lists();
    let total = lists.total(state, table);
    let within: Vec<String> = match wish.sort.split_first() {
        Some((first, rest)) if first == "system_id" => rest.to_vec(),
        _ => Vec::new(),
    };
    if within.is_empty() {
        let listing = Listing::new(total, move |place| {
            let (device, n) = lists.at(state, table, place);
            state.row(table, device, n, now)
        });
        return paging::page_of(context, manner, &wish, listing);
    }
    wish.sort.truncate(1);
    let last: RefCell<(Option<u32>, Vec<Value>)> = RefCell::default();
    let listing = Listing::new(total, move |place| {
        let (device, n) = lists.at(state, table, place);
        let mut last = last.borrow_mut();
        if last.0 != Some(device) {
            let mut rows: Vec<Value> = (0..state.rows(device, table))
                .map(|n| state.row(table, device, n, now))
                .collect();
            paging::sort(&mut rows, &within);
            *last = (Some(device), rows);
        }
        last.1[n as usize].clone()
    });
    paging::page_of(context, manner, &wish, listing)
}

/// `/api/v2/…`
pub fn v2(context: &Context<'_>, segments: &[&str]) -> Answer {
    let state = context.state;
    if let [what] = *segments {
        return v2_list(context, what);
    }
    if *segments == ["authn", "policies"] {
        let count = if context.elsewhere {
            0
        } else {
            services::AUTHN_POLICIES
        };
        return paging::page(context, V2, Listing::new(count, |n| state.authn_policy(n)));
    }
    if let Some(document) = v2_single(context, segments)? {
        return Ok(Reply::value(&document));
    }
    if let [.., "associations"] = *segments {
        let target = context
            .query
            .get("targets")
            .ok_or_else(|| ApiError::bad_request("targets is required"))?
            .to_owned();
        let edges = connections(context, &segments[..segments.len() - 1], &target)?;
        return paging::page(context, V2, Listing::of(edges));
    }
    reached(context, segments)
}

fn v2_list(context: &Context<'_>, what: &str) -> Answer {
    let (state, now) = (context.state, context.now);
    let count = |n: usize| if context.elsewhere { 0 } else { n };
    let listing = match what {
        "usergroups" => {
            let found: Vec<usize> = state.user_groups().collect();
            Listing::new(count(found.len()), move |n| state.user_group(found[n]))
        }
        "systemgroups" => {
            Listing::new(count(state.system_group_count()), |n| state.system_group(n))
        }
        "policies" => Listing::new(count(POLICIES.len()), |n| state.policy(n)),
        "policygroups" => Listing::new(count(3), |n| state.policy_group(n)),
        "policyresults" => return table_page(context, Table::PolicyResults, None, V2),
        "iplists" => Listing::new(count(services::IP_LISTS), |n| state.ip_list(n)),
        "applemdms" => {
            let listing = Listing::new(count(1), |_| state.apple_mdm(now));
            return paging::page(context, APPLE, listing);
        }
        "directories" => Listing::new(count(DIRECTORIES.len()), |n| state.directory(n)),
        // the two that the vendor lists nowhere but among the directories
        "gsuites" => Listing::new(count(1), |_| state.service(Service::GSuite)),
        "office365s" => Listing::new(count(1), |_| state.service(Service::Office365)),
        "ldapservers" => Listing::new(count(1), |_| state.service(Service::LdapServer)),
        "activedirectories" => Listing::new(count(1), |_| state.service(Service::ActiveDirectory)),
        "radiusservers" => Listing::new(count(services::RADIUS_SERVERS), |n| {
            state.service(Service::RadiusServer(n))
        }),
        _ => return Err(ApiError::not_found()),
    };
    paging::page(context, V2, listing)
}

/// The services by the name in a path.
pub(super) fn service(
    context: &Context<'_>,
    name: &str,
    id: &str,
) -> Result<Option<Service>, ApiError> {
    let (kind, service) = match name {
        "gsuites" => (Kind::GSuite, Service::GSuite),
        "office365s" => (Kind::Office365, Service::Office365),
        "ldapservers" => (Kind::LdapServer, Service::LdapServer),
        "activedirectories" => (Kind::ActiveDirectory, Service::ActiveDirectory),
        "radiusservers" => {
            let n = place(context, Kind::RadiusServer, id, services::RADIUS_SERVERS)?;
            return Ok(Some(Service::RadiusServer(n)));
        }
        _ => return Ok(None),
    };
    place(context, kind, id, 1)?;
    Ok(Some(service))
}

fn v2_single(context: &Context<'_>, segments: &[&str]) -> Result<Option<Value>, ApiError> {
    let (state, now) = (context.state, context.now);
    Ok(Some(match *segments {
        ["usergroups", id] => state.user_group(group(context, id)?),
        ["systemgroups", id] => state.system_group(place(
            context,
            Kind::SystemGroup,
            id,
            state.system_group_count(),
        )?),
        ["policies", id] => {
            state.policy_with_details(place(context, Kind::Policy, id, POLICIES.len())?)
        }
        ["policygroups", id] => state.policy_group(place(context, Kind::PolicyGroup, id, 3)?),
        ["policyresults", id] => {
            let n = number(context, Kind::PolicyResult, id)?;
            let (device, row) = ((n / 16) as u32, (n % 16) as u32);
            if !state.device_exists(device) || row >= state.rows(device, Table::PolicyResults) {
                return Err(ApiError::not_found());
            }
            state.policy_result(device, row)
        }
        ["authn", "policies", id] => state.authn_policy(place(
            context,
            Kind::AuthnPolicy,
            id,
            services::AUTHN_POLICIES,
        )?),
        ["iplists", id] => state.ip_list(place(context, Kind::IpList, id, services::IP_LISTS)?),
        ["applemdms", id] => {
            place(context, Kind::AppleMdm, id, 1)?;
            state.apple_mdm(now)
        }
        [name, id] => match service(context, name, id)? {
            Some(service) => state.service(service),
            None => return Err(ApiError::not_found()),
        },
        _ => return Ok(None),
    }))
}
