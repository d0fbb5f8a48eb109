//! Groups of people, which follow the company's groups, and groups of devices.

use std::ops::ControlFlow;

use serde_json::{Value, json};

use super::devices::Os;
use super::ids::Kind;
use crate::company::UserType;
use crate::company::groups::{EVERYONE, GroupType, Members};
use crate::company::names::CITIES;
use crate::state::State;

/// The group of devices that services run on; those before it are one per system.
pub const SERVERS: usize = 3;
const OFFICES: usize = SERVERS + 1;

impl State {
    /// Whether a group of the company's is also a group there: all that Okta keeps itself.
    #[must_use]
    pub fn mirrors_group(&self, g: usize) -> bool {
        g == EVERYONE
            || self
                .groups
                .get(g)
                .is_some_and(|group| !group.gone && group.group.group_type == GroupType::Okta)
    }

    /// The groups of people, by the company's number.
    pub fn user_groups(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.groups.len()).filter(|g| self.mirrors_group(*g))
    }

    /// The people in a group who have an account.
    #[must_use]
    pub fn user_group_members(&self, g: usize) -> Vec<u32> {
        if g == EVERYONE {
            return self.lists().accounts.clone();
        }
        let mut members = Vec::new();
        self.visit_members(g, 0, |_, i| {
            if self.has_account(i) {
                members.push(i);
            }
            ControlFlow::Continue(())
        });
        members.sort_unstable();
        members
    }

    /// Whether person `i` is in a group there.
    #[must_use]
    pub fn in_user_group(&self, g: usize, i: u32) -> bool {
        self.has_account(i) && (g == EVERYONE || self.is_member(g, i))
    }

    /// A group of people.
    #[must_use]
    pub fn user_group(&self, g: usize) -> Value {
        let group = &self.groups[g].group;
        let id = self.hex().id(Kind::UserGroup, g as u64);
        let everyone = g == EVERYONE;
        let attributes = if everyone || !g.is_multiple_of(4) {
            Value::Null
        } else {
            json!({"ldapGroups": [{"name": group.name}], "posixGroups": [{"id": 6000 + g, "name": group.name}], "sambaEnabled": false})
        };
        json!({"id": id, "type": "user_group", "name": if everyone { "All Users" } else { &group.name }, "description": group.description.as_deref().unwrap_or(""),
            "email": "", "attributes": attributes, "membershipMethod": "STATIC", "memberSuggestionsNotify": false, "memberQueryExemptions": [],
            "suggestionCounts": {"add": 0, "remove": 0, "total": 0}})
    }

    /// How many groups of devices there are: one per system, the servers, one per office.
    #[must_use]
    pub fn system_group_count(&self) -> usize {
        OFFICES + self.company.plan.cities.len()
    }

    fn system_group_name(n: usize) -> String {
        match n {
            0 => "All Macs".to_owned(),
            1 => "All Windows".to_owned(),
            2 => "All Linux".to_owned(),
            SERVERS => "Servers".to_owned(),
            n => format!("Devices in {}", CITIES[n - OFFICES].0),
        }
    }

    /// Whether a device is in a group.
    #[must_use]
    pub fn in_system_group(&self, n: usize, device: u32) -> bool {
        match n {
            0 => self.device_os(device) == Os::Mac,
            1 => self.device_os(device) == Os::Windows,
            2 => self.device_os(device) == Os::Linux,
            SERVERS => self.company.user_type(device / 2) == UserType::Service,
            n => usize::from(self.company.city(device / 2)) == n - OFFICES,
        }
    }

    /// The devices in a group.
    #[must_use]
    pub fn system_group_members(&self, n: usize) -> Vec<u32> {
        let lists = self.lists();
        lists
            .devices
            .iter()
            .copied()
            .filter(|device| self.in_system_group(n, *device))
            .collect()
    }

    /// A group of devices.
    #[must_use]
    pub fn system_group(&self, n: usize) -> Value {
        json!({"id": self.hex().id(Kind::SystemGroup, n as u64), "type": "system_group", "name": Self::system_group_name(n), "description": "", "email": "",
            "attributes": null, "membershipMethod": "STATIC", "memberSuggestionsNotify": false, "memberQueryExemptions": []})
    }

    /// The groups of people whose members may use the devices of a group: a small project and the servers.
    #[must_use]
    pub fn groups_on_system_group(&self, n: usize) -> Vec<usize> {
        if n != SERVERS {
            return Vec::new();
        }
        let size = |g: usize| match self.groups[g].group.members {
            Members::Chosen(_, size) if size > 0 && self.mirrors_group(g) => Some((size, g)),
            _ => None,
        };
        let smallest = (0..self.groups.len()).filter_map(size).min();
        smallest.map(|(_, g)| g).into_iter().collect()
    }
}
