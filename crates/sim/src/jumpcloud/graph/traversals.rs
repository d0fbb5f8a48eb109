//! Traversals: what is reached, directly or through something else, with the way there. And the members of groups, which
//! are edges.

use serde_json::Value;

use super::{edge, is_service, near, services_of, sudo, through};
use crate::jumpcloud::api::{Answer, Context};
use crate::jumpcloud::errors::ApiError;
use crate::jumpcloud::ids::Kind;
use crate::jumpcloud::insights::Table;
use crate::jumpcloud::paging::{self, Listing, V2};
use crate::jumpcloud::policies::{self, POLICIES};
use crate::jumpcloud::routes::{application, device, group, person, place, service};
use crate::jumpcloud::services;
use crate::state::State;

/// What a traversal finds, or why it cannot be made.
type Found<'a> = Result<Listing<'a>, ApiError>;

/// What `…/{id}/{what}` reaches.
pub(in crate::jumpcloud) fn reached(context: &Context<'_>, segments: &[&str]) -> Answer {
    let listing = match *segments {
        ["users", id, what] => from_user(context, id, what)?,
        ["usergroups", id, what] => from_user_group(context, id, what)?,
        ["systems", id, what] => from_system(context, id, what)?,
        ["systemgroups", id, what] => from_system_group(context, id, what)?,
        ["policies", id, what] => from_policy(context, id, what)?,
        ["policygroups", id, what] => from_policy_group(context, id, what)?,
        ["applications", id, what] => from_application(context, id, what)?,
        ["commands", id, "systems" | "systemgroups"] => {
            place(context, Kind::Command, id, services::COMMANDS)?;
            Listing::of(Vec::new())
        }
        ["applemdms", id, "devices" | "enrollmentprofiles"] => {
            place(context, Kind::AppleMdm, id, 1)?;
            Listing::of(Vec::new())
        }
        [name, id, what] => from_service(context, name, id, what)?,
        _ => return Err(ApiError::not_found()),
    };
    paging::page(context, V2, listing)
}

fn from_user<'a>(context: &Context<'a>, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let i = person(context, id)?;
    Ok(match what {
        "memberof" => user_groups(
            state,
            state
                .user_groups()
                .filter(|g| state.in_user_group(*g, i))
                .collect(),
        ),
        "systems" => {
            let found = state.devices_of(i);
            Listing::new(found.len(), move |n| {
                let (device, binding) = &found[n];
                near(state, Kind::System, u64::from(*device), sudo(binding))
            })
        }
        "systemgroups" => system_groups(state, &|n| {
            let mut bound = state.groups_on_system_group(n).into_iter();
            bound.any(|g| state.in_user_group(g, i))
        }),
        "applications" => {
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
                let via = (Kind::UserGroup, g as u64);
                through(state, via, Kind::Application, a as u64)
            })
        }
        what => {
            let found = reached_services(context, what, &|g| state.in_user_group(g, i))?;
            let found = found
                .into_iter()
                .map(|(kind, n, g)| through(state, (Kind::UserGroup, g as u64), kind, n));
            Listing::of(found.collect())
        }
    })
}

fn from_user_group<'a>(context: &Context<'a>, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let g = group(context, id)?;
    Ok(match what {
        "members" | "membership" => {
            let tell = if what == "members" { edge } else { near };
            let found = state.user_group_members(g);
            Listing::new(found.len(), move |n| {
                tell(state, Kind::User, u64::from(found[n]), Value::Null)
            })
        }
        "applications" => {
            let found: Vec<usize> = state
                .sso_applications()
                .filter(|a| state.application_user_groups(*a).contains(&g))
                .collect();
            Listing::new(found.len(), move |n| {
                near(state, Kind::Application, found[n] as u64, Value::Null)
            })
        }
        "systemgroups" => system_groups(state, &|n| state.groups_on_system_group(n).contains(&g)),
        "systems" => {
            let bound: Vec<usize> = (0..state.system_group_count())
                .filter(|n| state.groups_on_system_group(*n).contains(&g))
                .collect();
            through_system_groups(state, &bound)
        }
        what => {
            let found = reached_services(context, what, &|other| other == g)?;
            let found = found
                .into_iter()
                .map(|(kind, n, _)| near(state, kind, n, Value::Null));
            Listing::of(found.collect())
        }
    })
}

fn from_system<'a>(context: &Context<'a>, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let device = device(context, id)?;
    let os_group = || {
        let mut groups = 0..3;
        let found = groups.find(|n| state.in_system_group(*n, device));
        found.unwrap_or_default()
    };
    Ok(match what {
        "memberof" => system_groups(state, &|n| state.in_system_group(n, device)),
        "users" => {
            let found = state
                .system_users(device)
                .into_iter()
                .map(|(i, how)| match how {
                    Ok(binding) => near(state, Kind::User, u64::from(i), sudo(&binding)),
                    Err(g) => through(state, (Kind::UserGroup, g as u64), Kind::User, u64::from(i)),
                });
            Listing::of(found.collect())
        }
        "usergroups" => {
            let of = (0..state.system_group_count()).filter(|n| state.in_system_group(*n, device));
            let found = of.flat_map(|n| {
                let via = (Kind::SystemGroup, n as u64);
                let groups = state.groups_on_system_group(n).into_iter();
                groups.map(move |g| through(state, via, Kind::UserGroup, g as u64))
            });
            Listing::of(found.collect())
        }
        "policygroups" => {
            let n = os_group() as u64;
            let via = (Kind::SystemGroup, n);
            Listing::of(vec![through(state, via, Kind::PolicyGroup, n)])
        }
        "policies" => {
            let n = os_group();
            let via = (Kind::SystemGroup, n as u64);
            let found = policies_of(n).map(|p| through(state, via, Kind::Policy, p as u64));
            Listing::of(found.collect())
        }
        "policystatuses" => {
            let rows = state.rows(device, Table::PolicyResults) as usize;
            Listing::new(rows, move |n| state.policy_result(device, n as u32))
        }
        "commands" => Listing::of(Vec::new()),
        _ => return Err(ApiError::not_found()),
    })
}

fn from_system_group<'a>(context: &Context<'a>, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let n = place(context, Kind::SystemGroup, id, state.system_group_count())?;
    // The first three are of an operating system each, and have its policies.
    let has_policies = n < 3;
    let via = (Kind::PolicyGroup, n as u64);
    Ok(match what {
        "members" | "membership" => {
            let tell = if what == "members" { edge } else { near };
            let found = state.system_group_members(n);
            Listing::new(found.len(), move |n| {
                tell(state, Kind::System, u64::from(found[n]), Value::Null)
            })
        }
        "usergroups" => user_groups(state, state.groups_on_system_group(n)),
        "users" => people(
            state,
            state.people_through(&state.groups_on_system_group(n)),
        ),
        "policygroups" if has_policies => {
            Listing::of(vec![near(state, Kind::PolicyGroup, via.1, Value::Null)])
        }
        "policies" if has_policies => {
            let found = policies_of(n).map(|p| through(state, via, Kind::Policy, p as u64));
            Listing::of(found.collect())
        }
        "policygroups" | "policies" | "commands" => Listing::of(Vec::new()),
        _ => return Err(ApiError::not_found()),
    })
}

fn from_policy<'a>(context: &Context<'a>, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let p = place(context, Kind::Policy, id, POLICIES.len())?;
    let of = policies::group_of(p);
    let via = (Kind::PolicyGroup, of as u64);
    Ok(match what {
        "policyresults" | "policystatuses" => {
            let row = policies::of_os(POLICIES[p].0)
                .position(|other| other == p)
                .unwrap_or_default();
            let found = state.system_group_members(of);
            Listing::new(found.len(), move |n| {
                state.policy_result(found[n], row as u32)
            })
        }
        "systemgroups" => Listing::of(vec![through(state, via, Kind::SystemGroup, via.1)]),
        "memberof" => Listing::of(vec![near(state, Kind::PolicyGroup, via.1, Value::Null)]),
        "systems" => through_system_groups(state, &[of]),
        _ => return Err(ApiError::not_found()),
    })
}

fn from_policy_group<'a>(context: &Context<'a>, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let n = place(context, Kind::PolicyGroup, id, 3)?;
    Ok(match what {
        "members" | "membership" => {
            let tell = if what == "members" { edge } else { near };
            let found = policies_of(n).map(|p| tell(state, Kind::Policy, p as u64, Value::Null));
            Listing::of(found.collect())
        }
        "systemgroups" => system_groups(state, &|other| other == n),
        "systems" => through_system_groups(state, &[n]),
        _ => return Err(ApiError::not_found()),
    })
}

fn from_application<'a>(context: &Context<'a>, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let found = state.application_user_groups(application(context, id)?);
    Ok(match what {
        "usergroups" => user_groups(state, found),
        "users" => people(state, state.people_through(&found)),
        _ => return Err(ApiError::not_found()),
    })
}

fn from_service<'a>(context: &Context<'a>, name: &str, id: &str, what: &str) -> Found<'a> {
    let state = context.state;
    let found = service(context, name, id)?.ok_or_else(ApiError::not_found)?;
    let groups = state.service_groups(found);
    Ok(match what {
        "usergroups" => user_groups(state, groups),
        "users" => people(state, state.people_through(&groups)),
        _ => return Err(ApiError::not_found()),
    })
}

/// The services that a path names and that some of these groups are bound to, each with such a group.
fn reached_services(
    context: &Context<'_>,
    what: &str,
    groups: &dyn Fn(usize) -> bool,
) -> Result<Vec<(Kind, u64, usize)>, ApiError> {
    const PATHS: [&str; 6] = [
        "directories",
        "gsuites",
        "office365s",
        "ldapservers",
        "activedirectories",
        "radiusservers",
    ];
    if !PATHS.contains(&what) {
        return Err(ApiError::not_found());
    }
    let mut found = services_of(context.state, groups);
    found.retain(|(kind, ..)| is_service(*kind, what));
    Ok(found)
}

/// The policies of an operating system's group.
fn policies_of(group: usize) -> impl Iterator<Item = usize> {
    (0..POLICIES.len()).filter(move |p| policies::group_of(*p) == group)
}

/// People, each through a group.
fn people(state: &State, found: Vec<(u32, usize)>) -> Listing<'_> {
    Listing::new(found.len(), move |n| {
        let (i, g) = found[n];
        through(state, (Kind::UserGroup, g as u64), Kind::User, u64::from(i))
    })
}

fn user_groups(state: &State, found: Vec<usize>) -> Listing<'_> {
    Listing::new(found.len(), move |n| {
        near(state, Kind::UserGroup, found[n] as u64, Value::Null)
    })
}

fn system_groups<'a>(state: &'a State, fits: &dyn Fn(usize) -> bool) -> Listing<'a> {
    let found = (0..state.system_group_count()).filter(|n| fits(*n));
    let found = found.map(|n| near(state, Kind::SystemGroup, n as u64, Value::Null));
    Listing::of(found.collect())
}

/// Devices, each through the first of these groups that it is in.
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
        let via = (Kind::SystemGroup, group as u64);
        through(state, via, Kind::System, u64::from(device))
    })
}
