//! What is tied to a person besides memberships, assignments and factors: devices and administrators' roles.

use std::collections::{BTreeMap, BTreeSet};

use super::State;
use super::effects::{Effect, Effects};
use crate::company::Company;
use crate::company::accounts::Status;
use crate::company::administration::{OF_THE_GROUP, Role};
use crate::company::devices::Device;
use crate::ids::{Kind, encoded};

/// How a role came to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    ByName,
    ByGroup,
}

/// Type and key → what would make it another one.
pub(super) type Belongings = BTreeMap<(&'static str, String), &'static str>;

impl State {
    /// The roles of person `i` now; who is deprovisioned or deleted has none.
    #[must_use]
    pub fn roles(&self, i: u32) -> Vec<(Role, Given)> {
        if !self.exists(i) || self.status(i) == Status::Deprovisioned {
            return Vec::new();
        }
        let mut roles: Vec<_> = self
            .company
            .roles_by_name(i)
            .into_iter()
            .map(|role| (role, Given::ByName))
            .collect();
        if !self.groups[Company::ROLE_GROUP].gone && self.is_member(Company::ROLE_GROUP, i) {
            roles.push((OF_THE_GROUP, Given::ByGroup));
        }
        roles
    }

    /// The identifier of a role as it is given: the type's name in base 32 for the vendor's own given by name, and so the
    /// same for everybody.
    #[must_use]
    pub fn role_id(&self, i: u32, role: &Role, given: Given) -> String {
        if role.custom.is_none() && given == Given::ByName {
            encoded(role.role_type)
        } else {
            let number = u64::from(i) * 2 + u64::from(given == Given::ByGroup);
            self.company
                .ids
                .id(Kind::RoleAssignment, number)
                .to_string()
        }
    }

    /// Everybody who holds a role, by index.
    #[must_use]
    pub fn administrators(&self) -> BTreeSet<u32> {
        let mut found: BTreeSet<u32> =
            (0..Company::ROLES_BY_NAME_END.min(self.population())).collect();
        self.visit_members(Company::ROLE_GROUP, 0, |_, i| {
            found.insert(i);
            std::ops::ControlFlow::Continue(())
        });
        found.retain(|i| !self.roles(*i).is_empty());
        found
    }

    /// The status of a device now: it goes with its owner's account.
    #[must_use]
    pub fn device_status(&self, device: &Device) -> &'static str {
        if !self.exists(device.owner) || self.status(device.owner) == Status::Deprovisioned {
            "DEACTIVATED"
        } else if device.suspended {
            "SUSPENDED"
        } else {
            "ACTIVE"
        }
    }

    /// Who uses a device now.
    #[must_use]
    pub fn device_users(&self, device: &Device) -> Vec<u32> {
        [Some(device.owner), self.company.second_user(device)]
            .into_iter()
            .flatten()
            .filter(|i| self.exists(*i))
            .collect()
    }

    /// What belongs to person `i`, if anybody wants to know.
    pub(super) fn belongings(&self, i: u32, effects: &Effects) -> Belongings {
        let mut found = Belongings::new();
        if !effects.are_listed() {
            return found;
        }
        let user = || self.company.ids.user(i);
        for (role, given) in self.roles(i) {
            found.insert(("okta_administrator", user().to_string()), "");
            let id = self.role_id(i, &role, given);
            found.insert(("okta_administrator_role", format!("{}/{id}", user())), "");
        }
        // a device of the next one may be used by this one as well
        for owner in [i, i + 1] {
            for device in self.company.devices(owner).into_iter().flatten() {
                let there = owner < self.population();
                let id = self.company.device_id(owner, device.slot);
                if there && owner == i {
                    found.insert(("okta_device", id.to_string()), self.device_status(&device));
                }
                if there && self.device_users(&device).contains(&i) {
                    found.insert(("okta_device_user", format!("{id}/{}", user())), "");
                }
            }
        }
        for g in (0..self.groups.len()).filter(|g| self.owner_of(*g) == Some(Owner::Person(i))) {
            let id = self.company.ids.group(g);
            found.insert(("okta_group_owner", format!("{id}/{}", user())), "");
        }
        found
    }

    /// Notes how what belongs to person `i` differs from what did.
    pub(super) fn note_belongings(&self, i: u32, before: &Belongings, effects: &mut Effects) {
        let after = self.belongings(i, effects);
        for ((kind, key), state) in before {
            match after.get(&(*kind, key.clone())) {
                None => effects.note(kind, Effect::Removed, || key.clone()),
                Some(now) if now != state => effects.note(kind, Effect::Modified, || key.clone()),
                Some(_) => {}
            }
        }
        for (kind, key) in after.keys().filter(|found| !before.contains_key(*found)) {
            effects.note(kind, Effect::Added, || key.clone());
        }
    }
}

/// Who answers for a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Person(u32),
    Group(usize),
}

impl State {
    /// Who answers for group `g`: somebody or some group for every third of those that the company was founded with.
    #[must_use]
    pub fn owner_of(&self, g: usize) -> Option<Owner> {
        let group = self.groups.get(g).filter(|group| !group.gone)?;
        if g < 2 || g % 3 != 2 || group.group.created > self.company.epoch {
            return None;
        }
        if g % 9 == 8 && !self.groups[Company::ROLE_GROUP].gone {
            return Some(Owner::Group(Company::ROLE_GROUP));
        }
        let owner = self.company.group_owner(g);
        self.exists(owner).then_some(Owner::Person(owner))
    }

    /// The identifier of whoever answers for a group.
    #[must_use]
    pub fn owner_id(&self, owner: Owner) -> String {
        match owner {
            Owner::Person(i) => self.company.ids.user(i).to_string(),
            Owner::Group(g) => self.company.ids.group(g).to_string(),
        }
    }
}
