//! What hangs together: associations, and what reaches what.

use super::api::{Answer, Context};
use super::console::Binding;
use super::errors::ApiError;
use super::ids::{Kind, well_formed};
use super::insights::Table;
use super::paging::{self, Listing, V2};
use super::policies::{self, POLICIES};
use super::routes::{application, device, group, person, place, service};
use super::services::{self, DIRECTORIES, Service};
use crate::state::State;
use serde_json::{Value, json};

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
pub(super) fn connections(
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
pub(super) fn reached(context: &Context<'_>, segments: &[&str]) -> Answer {
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
