//! Associations: what is bound to what by one edge.

use serde_json::Value;

use super::{edge, is_service, services_of, sudo};
use crate::jumpcloud::api::Context;
use crate::jumpcloud::errors::ApiError;
use crate::jumpcloud::ids::{Kind, well_formed};
use crate::jumpcloud::policies::POLICIES;
use crate::jumpcloud::routes::{application, device, group, person, place, service};
use crate::jumpcloud::services;

/// `…/associations?targets=`: direct edges.
pub(in crate::jumpcloud) fn connections(
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
