//! Group rules. Whoever is in a group by rule fits its expression: the group's members are derived from the same
//! attributes that the expression names.

use super::Company;
use super::groups::Members;
use super::names::{CITIES, DEPARTMENTS};
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, draw};
use crate::ids::Kind;

/// A group rule.
#[derive(Debug, Clone)]
pub struct Rule {
    pub name: String,
    pub status: &'static str,
    pub expression: String,
    /// The groups it assigns to; a target that is gone makes a rule invalid.
    pub groups: Vec<Target>,
    pub created: Seconds,
    pub last_updated: Seconds,
}

/// A group that a rule assigns to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Group(usize),
    /// The identifier of a group that was deleted.
    Gone(u64),
}

impl Company {
    pub(super) fn found_rules(&mut self) {
        for group in 0..self.groups.len() {
            let expression = match self.groups[group].members {
                Members::Department(d) => {
                    format!("user.department==\"{}\"", DEPARTMENTS[usize::from(d)])
                }
                Members::City(c) => format!("user.city==\"{}\"", CITIES[usize::from(c)].0),
                Members::DepartmentInCity(d, c) => {
                    format!(
                        "user.department==\"{}\" and user.city==\"{}\"",
                        DEPARTMENTS[usize::from(d)],
                        CITIES[usize::from(c)].0
                    )
                }
                Members::Managers => "user.isManager==true".to_owned(),
                Members::Contractors => "user.userType==\"Contractor\"".to_owned(),
                Members::Everyone | Members::Chosen(..) => continue,
            };
            let name = format!("Fill {}", self.groups[group].name);
            self.push_rule(name, "ACTIVE", expression, vec![Target::Group(group)]);
        }
        let last = self.groups.len() - 1;
        self.push_rule(
            "Pilot, paused".into(),
            "INACTIVE",
            "String.startsWith(user.costCenter,\"9\")".into(),
            vec![Target::Group(last)],
        );
        if !self.clean {
            self.push_rule(
                "Fill Warehouse".into(),
                "INVALID",
                "user.department==\"Warehouse\"".into(),
                vec![Target::Gone(900_001)],
            );
            self.push_rule(
                "Fill Interns".into(),
                "INVALID",
                "user.userType==\"Intern\"".into(),
                vec![Target::Gone(900_002), Target::Group(last)],
            );
        }
    }

    fn push_rule(
        &mut self,
        name: String,
        status: &'static str,
        expression: String,
        groups: Vec<Target>,
    ) {
        let n = self.rules.len() as u64;
        let age = (self.epoch - self.founded - DAY) as u64;
        let created =
            self.founded + (draw(self.seed, Purpose::GroupTimes, n | 1 << 50) % age) as i64;
        let last_updated =
            created + (draw(self.seed, Purpose::GroupTimes, n | 1 << 51) % 600) as i64;
        // the vendor cuts nothing, but refuses names of more than fifty characters
        let name = name.chars().take(50).collect();
        self.rules.push(Rule {
            name,
            status,
            expression,
            groups,
            created,
            last_updated,
        });
    }

    /// The identifier of what a rule assigns to.
    #[must_use]
    pub fn target_id(&self, target: Target) -> crate::ids::Id {
        match target {
            Target::Group(group) => self.ids.group(group),
            Target::Gone(number) => self.ids.id(Kind::Group, number),
        }
    }
}
