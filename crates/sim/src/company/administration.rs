//! Who administers the organisation: roles given by name, a role given to a group, and roles put together by hand.

use super::Company;
use super::groups::ADMINISTRATORS;
use crate::hash::{Purpose, draw};

/// A role as it is given to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// The vendor's name of the type, and what people call it.
    pub role_type: &'static str,
    pub label: &'static str,
    /// For a role put together by hand: its place among those, and the place of the resource set it is limited to.
    pub custom: Option<(usize, usize)>,
}

const fn standard(role_type: &'static str, label: &'static str) -> Role {
    Role {
        role_type,
        label,
        custom: None,
    }
}

const SUPER: Role = standard("SUPER_ADMIN", "Super Administrator");
const READ_ONLY: Role = standard("READ_ONLY_ADMIN", "Read-Only Administrator");
const HELP_DESK: Role = standard("HELP_DESK_ADMIN", "Help Desk Administrator");
const ORGANIZATION: Role = standard("ORG_ADMIN", "Organizational Administrator");
const DESK: Role = Role {
    role_type: "CUSTOM",
    label: "Service desk",
    custom: Some((0, 1)),
};
/// What the administrators' group gives its members.
pub const OF_THE_GROUP: Role = standard("APP_ADMIN", "Application Administrator");

/// A role put together by hand: name, description, rights.
pub type CustomRole = (&'static str, &'static str, &'static [&'static str]);

const CUSTOM_ROLES: [CustomRole; 7] = [
    (
        "Service desk",
        "Unlocks accounts and resets factors",
        &[
            "okta.users.read",
            "okta.users.credentials.manage",
            "okta.users.lifecycle.unlock",
        ],
    ),
    (
        "Application owner",
        "Looks after applications and who has them",
        &[
            "okta.apps.read",
            "okta.apps.assignment.manage",
            "okta.groups.read",
        ],
    ),
    (
        "Group keeper",
        "Keeps groups and their members",
        &[
            "okta.groups.manage",
            "okta.groups.members.manage",
            "okta.users.read",
        ],
    ),
    (
        "Auditor",
        "Reads everything that is reviewed once a year",
        &[
            "okta.users.read",
            "okta.groups.read",
            "okta.apps.read",
            "okta.policies.read",
        ],
    ),
    (
        "Onboarding",
        "Creates accounts before the first day",
        &["okta.users.create", "okta.users.lifecycle.activate"],
    ),
    (
        "Directory engineer",
        "Runs the agents and imports",
        &["okta.directories.read", "okta.directories.manage"],
    ),
    ("Reporting", "Nothing but reports", &["okta.users.read"]),
];

/// A set of resources: name, description.
pub type ResourceSet = (&'static str, &'static str);

const RESOURCE_SETS: [ResourceSet; 6] = [
    ("Workflows Resource Set", "What workflows may touch"),
    ("Everybody", "All people"),
    ("Departments", "The groups of departments"),
    ("Company applications", "Applications made here"),
    ("Partners", "People of partner companies"),
    ("Everything", "All people, groups and applications"),
];

impl Company {
    /// Roles the organisation put together by hand.
    #[must_use]
    pub fn custom_roles(&self) -> &'static [CustomRole] {
        &CUSTOM_ROLES
    }

    /// Sets of resources; the first is the vendor's own.
    #[must_use]
    pub fn resource_sets(&self) -> &'static [ResourceSet] {
        &RESOURCE_SETS
    }

    /// Which roles are given over which sets: place of the set, place of the role, and whether also to a group.
    #[must_use]
    pub fn bindings(&self) -> &'static [(usize, usize, bool)] {
        &[
            (1, 0, true),
            (2, 2, true),
            (3, 1, false),
            (4, 4, false),
            (5, 3, false),
            (5, 6, true),
        ]
    }

    /// The roles given to person `i` by name. In a company with weaknesses too many hold the highest one.
    #[must_use]
    pub fn roles_by_name(&self, i: u32) -> Vec<Role> {
        let mut roles = Vec::new();
        for (n, role) in [SUPER, READ_ONLY, DESK, HELP_DESK].into_iter().enumerate() {
            if self.administrator(n as u64) == i {
                roles.push(role);
            }
        }
        if !self.clean {
            match i {
                4 => roles.push(ORGANIZATION),
                5..=7 => roles.push(SUPER),
                _ => {}
            }
        }
        roles
    }

    /// Nobody from this index on has a role by name.
    pub const ROLES_BY_NAME_END: u32 = 8;

    /// The group whose members all hold [`OF_THE_GROUP`].
    pub const ROLE_GROUP: usize = ADMINISTRATORS;
}

impl Company {
    /// The person who answers for group `g`.
    #[must_use]
    pub fn group_owner(&self, g: usize) -> u32 {
        (draw(self.seed, Purpose::GroupTimes, g as u64 | 1 << 55) % u64::from(self.plan.users))
            as u32
    }
}
