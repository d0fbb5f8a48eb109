//! Which path leads where.

use std::cell::RefCell;

use serde_json::{Value, json};

use super::api::{Answer, Context, Reply};
use super::console::Binding;
use super::errors::ApiError;
use super::ids::{Kind, well_formed};
use super::insights::Table;
use super::paging::{self, APPLE, INSIGHTS, Listing, V1, V2, Wish};
use super::policies::{self, POLICIES};
use super::services::{self, DIRECTORIES, Service};
use crate::state::State;

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

fn place(context: &Context<'_>, kind: Kind, id: &str, count: usize) -> Result<usize, ApiError> {
    let n = number(context, kind, id)? as usize;
    (n < count).then_some(n).ok_or_else(ApiError::not_found)
}

fn person(context: &Context<'_>, id: &str) -> Result<u32, ApiError> {
    u32::try_from(number(context, Kind::User, id)?)
        .ok()
        .filter(|i| *i < context.state.population() && context.state.has_account(*i))
        .ok_or_else(ApiError::not_found)
}

fn device(context: &Context<'_>, id: &str) -> Result<u32, ApiError> {
    u32::try_from(number(context, Kind::System, id)?)
        .ok()
        .filter(|device| context.state.device_exists(*device))
        .ok_or_else(ApiError::not_found)
}

fn group(context: &Context<'_>, id: &str) -> Result<usize, ApiError> {
    let g = number(context, Kind::UserGroup, id)? as usize;
    context
        .state
        .mirrors_group(g)
        .then_some(g)
        .ok_or_else(ApiError::not_found)
}

fn application(context: &Context<'_>, id: &str) -> Result<usize, ApiError> {
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
fn service(context: &Context<'_>, name: &str, id: &str) -> Result<Option<Service>, ApiError> {
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

fn node(state: &State, kind: Kind, n: u64, attributes: Value) -> Value {
    json!({"attributes": attributes, "id": state.hex().id(kind, n), "type": word(kind)})
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "user",
        Kind::System => "system",
        Kind::UserGroup => "user_group",
        Kind::SystemGroup => "system_group",
        Kind::Application => "application",
        Kind::Policy => "policy",
        Kind::PolicyGroup => "policy_group",
        Kind::Command => "command",
        Kind::RadiusServer => "radius_server",
        Kind::GSuite => "g_suite",
        Kind::Office365 => "office_365",
        Kind::LdapServer => "ldap_server",
        _ => "active_directory",
    }
}

/// An edge: what it leads to.
fn edge(state: &State, kind: Kind, n: u64, attributes: Value) -> Value {
    json!({"attributes": attributes, "to": node(state, kind, n, Value::Null)})
}

/// What is reached over one edge.
fn near(state: &State, kind: Kind, n: u64, attributes: Value) -> Value {
    json!({"id": state.hex().id(kind, n), "type": word(kind), "compiledAttributes": attributes, "paths": [[edge(state, kind, n, attributes.clone())]]})
}

/// What is reached through something else.
fn through(state: &State, via: (Kind, u64), kind: Kind, n: u64) -> Value {
    json!({"id": state.hex().id(kind, n), "type": word(kind), "compiledAttributes": null,
        "paths": [[edge(state, via.0, via.1, Value::Null), edge(state, kind, n, Value::Null)]]})
}

fn sudo(binding: &Binding) -> Value {
    if binding.sudo {
        json!({"sudo": {"enabled": true, "withoutPassword": binding.without_password}})
    } else {
        Value::Null
    }
}

/// The identifiers of the services whose groups hold one of these, with the group.
fn services_of(state: &State, groups: &dyn Fn(usize) -> bool) -> Vec<(Kind, u64, usize)> {
    let radius = (0..services::RADIUS_SERVERS)
        .map(|n| (Service::RadiusServer(n), Kind::RadiusServer, n as u64));
    DIRECTORIES
        .iter()
        .map(|(service, kind, ..)| (*service, *kind, 0))
        .chain(radius)
        .filter_map(|(service, kind, n)| {
            let found = state.service_groups(service);
            let g = found.into_iter().find(|g| groups(*g))?;
            Some((kind, n, g))
        })
        .collect()
}

/// Which kinds of service a path or a target names.
fn is_service(kind: Kind, name: &str) -> bool {
    match name {
        "directories" => kind != Kind::RadiusServer,
        "gsuites" | "g_suite" => kind == Kind::GSuite,
        "office365s" | "office_365" => kind == Kind::Office365,
        "ldapservers" | "ldap_server" => kind == Kind::LdapServer,
        "activedirectories" | "active_directory" => kind == Kind::ActiveDirectory,
        "radiusservers" | "radius_server" => kind == Kind::RadiusServer,
        _ => false,
    }
}

/// `…/associations?targets=`: direct edges.
fn connections(
    context: &Context<'_>,
    segments: &[&str],
    target: &str,
) -> Result<Vec<Value>, ApiError> {
    let state = context.state;
    let wrong = || ApiError::bad_request(&format!("invalid target \"{target}\""));
    let groups = |found: Vec<usize>| -> Vec<Value> {
        found
            .into_iter()
            .map(|g| edge(state, Kind::UserGroup, g as u64, Value::Null))
            .collect()
    };
    let system_groups = |fits: &dyn Fn(usize) -> bool| -> Vec<Value> {
        (0..state.system_group_count())
            .filter(|n| fits(*n))
            .map(|n| edge(state, Kind::SystemGroup, n as u64, Value::Null))
            .collect()
    };
    Ok(match (segments, target) {
        (["users", id], "system") => {
            let found = state.devices_of(person(context, id)?);
            found
                .iter()
                .map(|(device, binding)| {
                    edge(state, Kind::System, u64::from(*device), sudo(binding))
                })
                .collect()
        }
        (
            ["users", id],
            "active_directory"
            | "application"
            | "g_suite"
            | "idp_routing_policy"
            | "ldap_server"
            | "office_365"
            | "password_manager_item"
            | "radius_server"
            | "system_group",
        ) => {
            person(context, id)?;
            Vec::new()
        }
        (["systems", id], "user") => {
            let found = state.bindings(device(context, id)?);
            found
                .iter()
                .map(|binding| edge(state, Kind::User, u64::from(binding.person), sudo(binding)))
                .collect()
        }
        (["systems", id], "command" | "policy" | "policy_group" | "user_group") => {
            device(context, id)?;
            Vec::new()
        }
        (["usergroups", id], "application") => {
            let g = group(context, id)?;
            state
                .sso_applications()
                .filter(|a| state.application_user_groups(*a).contains(&g))
                .map(|a| edge(state, Kind::Application, a as u64, Value::Null))
                .collect()
        }
        (["usergroups", id], "system_group") => {
            let g = group(context, id)?;
            system_groups(&|n| state.groups_on_system_group(n).contains(&g))
        }
        (
            ["usergroups", id],
            "active_directory" | "g_suite" | "ldap_server" | "office_365" | "radius_server",
        ) => {
            let g = group(context, id)?;
            services_of(state, &|found| found == g)
                .into_iter()
                .filter(|(kind, ..)| is_service(*kind, target))
                .map(|(kind, n, _)| edge(state, kind, n, Value::Null))
                .collect()
        }
        (["usergroups", id], "idp_routing_policy" | "password_manager_item" | "system") => {
            group(context, id)?;
            Vec::new()
        }
        (["systemgroups", id], _) => {
            let n = place(context, Kind::SystemGroup, id, state.system_group_count())?;
            match target {
                "user_group" => groups(state.groups_on_system_group(n)),
                "policy_group" if n < 3 => {
                    vec![edge(state, Kind::PolicyGroup, n as u64, Value::Null)]
                }
                "command" | "policy" | "policy_group" | "user" => Vec::new(),
                _ => return Err(wrong()),
            }
        }
        (["policygroups", id], "system_group") => {
            let n = place(context, Kind::PolicyGroup, id, 3)?;
            system_groups(&|other| other == n)
        }
        (["policies", id], "system" | "system_group") => {
            place(context, Kind::Policy, id, POLICIES.len())?;
            Vec::new()
        }
        (["policygroups", id], "system") => {
            place(context, Kind::PolicyGroup, id, 3)?;
            Vec::new()
        }
        (["commands", id], "system" | "system_group") => {
            place(context, Kind::Command, id, services::COMMANDS)?;
            Vec::new()
        }
        (["applications", id], "user_group") => {
            groups(state.application_user_groups(application(context, id)?))
        }
        (["applications", id], "user") => {
            application(context, id)?;
            Vec::new()
        }
        ([name, id], "user_group" | "user") => match service(context, name, id)? {
            Some(service) if target == "user_group" => groups(state.service_groups(service)),
            Some(_) => Vec::new(),
            None => return Err(ApiError::not_found()),
        },
        ([_, id], _) if well_formed(id) => return Err(wrong()),
        _ => return Err(ApiError::not_found()),
    })
}

/// Traversals: direct and indirect, with the way there. And the members of groups, which are edges.
fn reached(context: &Context<'_>, segments: &[&str]) -> Answer {
    let state = context.state;
    let people = |found: Vec<(u32, usize)>| {
        Listing::new(found.len(), move |n| {
            let (i, g) = found[n];
            through(state, (Kind::UserGroup, g as u64), Kind::User, u64::from(i))
        })
    };
    let groups = |found: Vec<usize>| {
        Listing::new(found.len(), move |n| {
            near(state, Kind::UserGroup, found[n] as u64, Value::Null)
        })
    };
    let system_groups = |fits: &dyn Fn(usize) -> bool| {
        let found = (0..state.system_group_count()).filter(|n| fits(*n));
        Listing::of(
            found
                .map(|n| near(state, Kind::SystemGroup, n as u64, Value::Null))
                .collect(),
        )
    };
    let listing = match *segments {
        ["users", id, "memberof"] => {
            let i = person(context, id)?;
            groups(
                state
                    .user_groups()
                    .filter(|g| state.in_user_group(*g, i))
                    .collect(),
            )
        }
        ["users", id, "systems"] => {
            let found = state.devices_of(person(context, id)?);
            Listing::new(found.len(), move |n| {
                near(
                    state,
                    Kind::System,
                    u64::from(found[n].0),
                    sudo(&found[n].1),
                )
            })
        }
        ["users", id, "systemgroups"] => {
            let i = person(context, id)?;
            system_groups(&|n| {
                state
                    .groups_on_system_group(n)
                    .iter()
                    .any(|g| state.in_user_group(*g, i))
            })
        }
        ["users", id, "applications"] => {
            let i = person(context, id)?;
            let found: Vec<(usize, usize)> = state
                .sso_applications()
                .filter_map(|a| {
                    let groups = state.application_user_groups(a);
                    let g = groups.into_iter().find(|g| state.in_user_group(*g, i))?;
                    Some((a, g))
                })
                .collect();
            Listing::new(found.len(), move |n| {
                let (a, g) = found[n];
                through(
                    state,
                    (Kind::UserGroup, g as u64),
                    Kind::Application,
                    a as u64,
                )
            })
        }
        [
            "users",
            id,
            what @ ("directories" | "gsuites" | "office365s" | "ldapservers" | "activedirectories"
            | "radiusservers"),
        ] => {
            let i = person(context, id)?;
            let found = services_of(state, &|g| state.in_user_group(g, i));
            let found = found
                .into_iter()
                .filter(|(kind, ..)| is_service(*kind, what));
            Listing::of(
                found
                    .map(|(kind, n, g)| through(state, (Kind::UserGroup, g as u64), kind, n))
                    .collect(),
            )
        }
        [
            "usergroups",
            id,
            what @ ("directories" | "gsuites" | "office365s" | "ldapservers" | "activedirectories"
            | "radiusservers"),
        ] => {
            let g = group(context, id)?;
            let found = services_of(state, &|other| other == g);
            let found = found
                .into_iter()
                .filter(|(kind, ..)| is_service(*kind, what));
            Listing::of(
                found
                    .map(|(kind, n, _)| near(state, kind, n, Value::Null))
                    .collect(),
            )
        }
        ["usergroups", id, "members"] => {
            let found = state.user_group_members(group(context, id)?);
            Listing::new(found.len(), move |n| {
                edge(state, Kind::User, u64::from(found[n]), Value::Null)
            })
        }
        ["usergroups", id, "membership"] => {
            let found = state.user_group_members(group(context, id)?);
            Listing::new(found.len(), move |n| {
                near(state, Kind::User, u64::from(found[n]), Value::Null)
            })
        }
        ["usergroups", id, "applications"] => {
            let g = group(context, id)?;
            let found: Vec<usize> = state
                .sso_applications()
                .filter(|a| state.application_user_groups(*a).contains(&g))
                .collect();
            Listing::new(found.len(), move |n| {
                near(state, Kind::Application, found[n] as u64, Value::Null)
            })
        }
        ["usergroups", id, "systemgroups"] => {
            let g = group(context, id)?;
            system_groups(&|n| state.groups_on_system_group(n).contains(&g))
        }
        ["usergroups", id, "systems"] => {
            let g = group(context, id)?;
            let bound: Vec<usize> = (0..state.system_group_count())
                .filter(|n| state.groups_on_system_group(*n).contains(&g))
                .collect();
            through_system_groups(state, &bound)
        }
        ["systemgroups", id, "members" | "membership"] => {
            let n = place(context, Kind::SystemGroup, id, state.system_group_count())?;
            let found = state.system_group_members(n);
            let edges = segments[2] == "members";
            Listing::new(found.len(), move |n| {
                let device = u64::from(found[n]);
                if edges {
                    edge(state, Kind::System, device, Value::Null)
                } else {
                    near(state, Kind::System, device, Value::Null)
                }
            })
        }
        ["systemgroups", id, what] => {
            let n = place(context, Kind::SystemGroup, id, state.system_group_count())?;
            match what {
                "usergroups" => groups(state.groups_on_system_group(n)),
                "users" => people(state.people_through(&state.groups_on_system_group(n))),
                "policygroups" if n < 3 => {
                    Listing::of(vec![near(state, Kind::PolicyGroup, n as u64, Value::Null)])
                }
                "policies" if n < 3 => Listing::of(
                    (0..POLICIES.len())
                        .filter(|p| policies::group_of(*p) == n)
                        .map(|p| {
                            through(state, (Kind::PolicyGroup, n as u64), Kind::Policy, p as u64)
                        })
                        .collect(),
                ),
                "policygroups" | "policies" | "commands" => Listing::of(Vec::new()),
                _ => return Err(ApiError::not_found()),
            }
        }
        ["systems", id, "memberof"] => {
            let device = device(context, id)?;
            system_groups(&|n| state.in_system_group(n, device))
        }
        ["systems", id, "users"] => {
            let device = device(context, id)?;
            let found = state
                .system_users(device)
                .into_iter()
                .map(|(i, how)| match how {
                    Ok(binding) => near(state, Kind::User, u64::from(i), sudo(&binding)),
                    Err(g) => through(state, (Kind::UserGroup, g as u64), Kind::User, u64::from(i)),
                });
            Listing::of(found.collect())
        }
        [
            "systems",
            id,
            what @ ("usergroups" | "policies" | "policygroups" | "commands"),
        ] => {
            let device = device(context, id)?;
            let os_group = (0..3)
                .find(|n| state.in_system_group(*n, device))
                .unwrap_or_default();
            let via = (Kind::SystemGroup, os_group as u64);
            match what {
                "usergroups" => {
                    let of = (0..state.system_group_count())
                        .filter(|n| state.in_system_group(*n, device));
                    let found = of.flat_map(|n| {
                        state
                            .groups_on_system_group(n)
                            .into_iter()
                            .map(move |g| (n, g))
                    });
                    Listing::of(
                        found
                            .map(|(n, g)| {
                                through(
                                    state,
                                    (Kind::SystemGroup, n as u64),
                                    Kind::UserGroup,
                                    g as u64,
                                )
                            })
                            .collect(),
                    )
                }
                "policygroups" => Listing::of(vec![through(
                    state,
                    via,
                    Kind::PolicyGroup,
                    os_group as u64,
                )]),
                "policies" => Listing::of(
                    (0..POLICIES.len())
                        .filter(|p| policies::group_of(*p) == os_group)
                        .map(|p| through(state, via, Kind::Policy, p as u64))
                        .collect(),
                ),
                _ => Listing::of(Vec::new()),
            }
        }
        ["systems", id, "policystatuses"] => {
            let device = device(context, id)?;
            Listing::new(
                state.rows(device, Table::PolicyResults) as usize,
                move |n| state.policy_result(device, n as u32),
            )
        }
        ["policies", id, "policyresults" | "policystatuses"] => {
            let p = place(context, Kind::Policy, id, POLICIES.len())?;
            let row = policies::of_os(POLICIES[p].0)
                .position(|other| other == p)
                .unwrap_or_default();
            let found = state.system_group_members(policies::group_of(p));
            Listing::new(found.len(), move |n| {
                state.policy_result(found[n], row as u32)
            })
        }
        ["policies", id, "systemgroups"] => {
            let p = place(context, Kind::Policy, id, POLICIES.len())?;
            let via = (Kind::PolicyGroup, policies::group_of(p) as u64);
            Listing::of(vec![through(state, via, Kind::SystemGroup, via.1)])
        }
        ["policies", id, "memberof"] => {
            let p = place(context, Kind::Policy, id, POLICIES.len())?;
            Listing::of(vec![near(
                state,
                Kind::PolicyGroup,
                policies::group_of(p) as u64,
                Value::Null,
            )])
        }
        ["policies", id, "systems"] => {
            let p = place(context, Kind::Policy, id, POLICIES.len())?;
            through_system_groups(state, &[policies::group_of(p)])
        }
        ["policygroups", id, what] => {
            let n = place(context, Kind::PolicyGroup, id, 3)?;
            let members: Vec<usize> = (0..POLICIES.len())
                .filter(|p| policies::group_of(*p) == n)
                .collect();
            match what {
                "members" => Listing::of(
                    members
                        .iter()
                        .map(|p| edge(state, Kind::Policy, *p as u64, Value::Null))
                        .collect(),
                ),
                "membership" => Listing::of(
                    members
                        .iter()
                        .map(|p| near(state, Kind::Policy, *p as u64, Value::Null))
                        .collect(),
                ),
                "systemgroups" => system_groups(&|other| other == n),
                "systems" => through_system_groups(state, &[n]),
                _ => return Err(ApiError::not_found()),
            }
        }
        ["applications", id, "usergroups"] => {
            groups(state.application_user_groups(application(context, id)?))
        }
        ["applications", id, "users"] => {
            let found = state.application_user_groups(application(context, id)?);
            people(state.people_through(&found))
        }
        ["commands", id, "systems" | "systemgroups"] => {
            place(context, Kind::Command, id, services::COMMANDS)?;
            Listing::of(Vec::new())
        }
        ["applemdms", id, "devices" | "enrollmentprofiles"] => {
            place(context, Kind::AppleMdm, id, 1)?;
            Listing::of(Vec::new())
        }
        [name, id, what @ ("users" | "usergroups")] => match service(context, name, id)? {
            Some(service) if what == "users" => {
                people(state.people_through(&state.service_groups(service)))
            }
            Some(service) => groups(state.service_groups(service)),
            None => return Err(ApiError::not_found()),
        },
        _ => return Err(ApiError::not_found()),
    };
    paging::page(context, V2, listing)
}

fn through_system_groups<'a>(state: &'a State, groups: &[usize]) -> Listing<'a> {
    let mut found: Vec<(u32, usize)> = Vec::new();
    for n in groups {
        for device in state.system_group_members(*n) {
            if !found.iter().any(|(other, _)| *other == device) {
                found.push((device, *n));
            }
        }
    }
    Listing::new(found.len(), move |n| {
        let (device, group) = found[n];
        through(
            state,
            (Kind::SystemGroup, group as u64),
            Kind::System,
            u64::from(device),
        )
    })
}
