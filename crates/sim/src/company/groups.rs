//! Groups and who was in them at the epoch.

use super::names::{CITIES, DEPARTMENTS};
use super::plan::by_rank;
use super::{Company, catalogue};
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, Shuffle, draw};

/// How the members of a group are determined at the epoch.
#[derive(Debug, Clone, Copy)]
pub enum Members {
    /// Every user there is, whatever their status.
    Everyone,
    Department(u16),
    City(u16),
    DepartmentInCity(u16, u16),
    Managers,
    Contractors,
    /// The first `1` places of a shuffle: kept by hand, or by a directory.
    Chosen(Shuffle, u32),
}

/// The vendor's kinds of group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupType {
    BuiltIn,
    Okta,
    /// Kept by an application, here the directory.
    App,
}

impl GroupType {
    /// The vendor's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BuiltIn => "BUILT_IN",
            Self::Okta => "OKTA_GROUP",
            Self::App => "APP_GROUP",
        }
    }
}

/// A group at the epoch.
#[derive(Debug, Clone)]
pub struct Group {
    pub group_type: GroupType,
    pub name: String,
    pub description: Option<String>,
    pub members: Members,
    pub created: Seconds,
    pub last_updated: Seconds,
    pub membership_updated: Seconds,
}

/// The place of the group of everybody.
pub const EVERYONE: usize = 0;
/// The place of the administrators' group.
pub const ADMINISTRATORS: usize = 1;

const PROJECTS: [&str; 16] = [
    "Aurora", "Basalt", "Cedar", "Delta", "Ember", "Fjord", "Granite", "Harbour", "Indigo",
    "Juniper", "Kestrel", "Lagoon", "Meridian", "Nimbus", "Orchard", "Pioneer",
];

impl Company {
    /// Groups and applications are laid out together: many groups exist because an application is assigned to them.
    pub(super) fn found_groups_and_applications(&mut self) {
        let users = self.plan.users;
        let (d, c) = (self.plan.departments.len(), self.plan.cities.len());
        self.push_group(
            GroupType::BuiltIn,
            "Everyone".into(),
            Some("Everybody with an account".into()),
            Members::Everyone,
        );
        let administrators = self.chosen(ADMINISTRATORS, (users / 400).clamp(2, 12).min(users));
        self.push_group(
            GroupType::BuiltIn,
            "Okta Administrators".into(),
            Some("Everybody with an administrator's role".into()),
            administrators,
        );
        for (n, name) in DEPARTMENTS.iter().enumerate().take(d) {
            self.push_group(
                GroupType::Okta,
                format!("Department: {name}"),
                Some(format!("Everyone in {name}")),
                Members::Department(n as u16),
            );
        }
        for (n, city) in CITIES.iter().enumerate().take(c) {
            self.push_group(
                GroupType::Okta,
                format!("Office: {}", city.0),
                None,
                Members::City(n as u16),
            );
        }
        self.push_group(
            GroupType::Okta,
            "All Managers".into(),
            Some("People with direct reports".into()),
            Members::Managers,
        );
        self.push_group(
            GroupType::Okta,
            "Contractors".into(),
            Some(String::new()),
            Members::Contractors,
        );

        let rest = self.plan.groups.saturating_sub(self.groups.len());
        for n in 0..(rest / 4).min((d - 1) * c) {
            let (department, city) = (1 + n / c, n % c);
            let name = format!("{} in {}", DEPARTMENTS[department], CITIES[city].0);
            self.push_group(
                GroupType::Okta,
                name,
                None,
                Members::DepartmentInCity(department as u16, city as u16),
            );
        }
        let for_applications = (self.plan.applications * 6 / 10).min(rest * 3 / 10);
        self.found_applications(for_applications);

        let left = self.plan.groups.saturating_sub(self.groups.len());
        let empty = if self.clean { 0 } else { left.min(2) };
        let sizes = by_rank(
            left - empty,
            self.plan.memberships,
            2.min(users),
            (users / 4).max(1),
        );
        let from_directory = left / 4;
        for (n, size) in sizes.iter().enumerate() {
            let members = self.chosen(self.groups.len(), *size);
            if n < from_directory {
                let name = format!("GG_{}_{:03}", DEPARTMENTS[n % d].replace(' ', ""), n);
                self.push_group(
                    GroupType::App,
                    name,
                    Some("Synchronised from Active Directory".into()),
                    members,
                );
            } else {
                let name = format!(
                    "Project {} {}",
                    PROJECTS[n % PROJECTS.len()],
                    1 + n / PROJECTS.len()
                );
                self.push_group(
                    GroupType::Okta,
                    name,
                    (n % 3 != 0).then(|| "Kept by its owner".to_owned()),
                    members,
                );
            }
        }
        for n in 0..empty {
            let members = self.chosen(self.groups.len(), 0);
            self.push_group(
                GroupType::Okta,
                format!("Retired project {}", n + 1),
                None,
                members,
            );
        }
    }

    /// A group of its own for an application.
    pub(super) fn push_application_group(&mut self, label: &str, size: u32) -> usize {
        let members = self.chosen(self.groups.len(), size);
        self.push_group(
            GroupType::Okta,
            format!("App: {label}"),
            Some(format!("Grants {label}")),
            members,
        );
        self.groups.len() - 1
    }

    fn chosen(&self, group: usize, size: u32) -> Members {
        Members::Chosen(
            Shuffle::new(
                self.plan.users,
                draw(self.seed, Purpose::GroupMembers, group as u64),
            ),
            size.min(self.plan.users),
        )
    }

    fn push_group(
        &mut self,
        group_type: GroupType,
        name: String,
        description: Option<String>,
        members: Members,
    ) {
        let n = self.groups.len() as u64;
        let age = (self.epoch - self.founded) as u64;
        let created = if group_type == GroupType::BuiltIn {
            self.founded
        } else {
            self.founded + (draw(self.seed, Purpose::GroupTimes, n) % (age - 2 * DAY as u64)) as i64
        };
        let after = |salt: u64| {
            created
                + (draw(self.seed, Purpose::GroupTimes, n ^ salt)
                    % (self.epoch - created).max(1) as u64) as i64
        };
        let last_updated = if n.is_multiple_of(3) {
            after(1 << 40)
        } else {
            created
        };
        let membership_updated = if n as usize == EVERYONE {
            self.epoch - 3600
        } else {
            after(1 << 41)
        };
        self.groups.push(Group {
            group_type,
            name,
            description,
            members,
            created,
            last_updated,
            membership_updated,
        });
    }

    /// How many places `members` spans at the epoch; a place may turn out to be empty for a department in a city.
    #[must_use]
    pub fn places(&self, members: &Members) -> u32 {
        match *members {
            Members::Everyone => self.plan.users,
            Members::Department(d) | Members::DepartmentInCity(d, _) => {
                self.plan.departments[usize::from(d)]
            }
            Members::City(c) => self.plan.cities[usize::from(c)],
            Members::Managers => (0..self.plan.departments.len())
                .map(|d| self.managers_of(d as u16))
                .sum(),
            Members::Contractors => self.contractors().1 - self.contractors().0,
            Members::Chosen(_, size) => size,
        }
    }

    /// Who has a place in the group, if it is taken.
    #[inline]
    #[must_use]
    pub fn member_at(&self, members: &Members, place: u32) -> Option<u32> {
        Some(match *members {
            Members::Everyone => place,
            Members::Department(d) => self
                .by_department
                .at(self.department_starts[usize::from(d)] + place),
            Members::City(c) => self.by_city.at(self.city_starts[usize::from(c)] + place),
            Members::DepartmentInCity(d, c) => {
                let i = self
                    .by_department
                    .at(self.department_starts[usize::from(d)] + place);
                return (self.city(i) == c).then_some(i);
            }
            Members::Managers => {
                let mut place = place;
                for d in 0..self.plan.departments.len() {
                    let managers = self.managers_of(d as u16);
                    if place < managers {
                        return Some(self.by_department.at(self.department_starts[d] + place));
                    }
                    place -= managers;
                }
                return None;
            }
            Members::Contractors => self.typed(self.contractors().0 + place),
            Members::Chosen(shuffle, _) => shuffle.at(place),
        })
    }

    /// Whether founder `i` was in the group at the epoch.
    #[inline]
    #[must_use]
    pub fn was_member(&self, members: &Members, i: u32) -> bool {
        if i >= self.plan.users {
            return false;
        }
        match *members {
            Members::Everyone => true,
            Members::Department(d) => self.position(i).department == d,
            Members::City(c) => self.city(i) == c,
            Members::DepartmentInCity(d, c) => {
                self.city(i) == c && self.position(i).department == d
            }
            Members::Managers => self.manages(self.position(i)),
            Members::Contractors => self.user_type(i) == super::UserType::Contractor,
            Members::Chosen(shuffle, size) => size > 0 && shuffle.place(i) < size,
        }
    }

    /// The application the directory's groups come from.
    #[must_use]
    pub fn directory(&self) -> usize {
        catalogue::DIRECTORY
    }
}
