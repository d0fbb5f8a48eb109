//! Applications and who was assigned to them at the epoch, through which groups and by hand.

use super::catalogue::{CATALOGUE, DIRECTORY, OWN, Offer};
pub use super::catalogue::{Flaw, Mode};
use super::groups::{ADMINISTRATORS, EVERYONE};
use super::{Company, engine_policies as policies, plan::by_rank};
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, Shuffle, draw};

/// Who has an application at the epoch.
#[derive(Debug, Clone, Default)]
pub struct Assigned {
    /// Groups in order of priority.
    pub groups: Vec<usize>,
    /// People assigned by hand: the first places of a shuffle.
    pub by_hand: Option<(Shuffle, u32)>,
}

/// An application at the epoch.
#[derive(Debug, Clone)]
pub struct Application {
    pub name: String,
    pub label: String,
    pub mode: Mode,
    pub provisioning: bool,
    pub flaw: Option<Flaw>,
    pub active: bool,
    pub created: Seconds,
    pub last_updated: Seconds,
    pub assigned: Assigned,
    /// Place of the policy that guards it, among those of its type.
    pub access_policy: usize,
    /// Place of the enrolment policy, among those of its type.
    pub enrollment_policy: usize,
}

/// How people come to an application.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Nobody,
    Administrators,
    /// A group of its own and some people by hand.
    OwnGroup,
    Departments(usize),
    City(usize),
    ByHand,
    Everyone,
}

impl Company {
    pub(super) fn found_applications(&mut self, own_groups: usize) {
        let count = self.plan.applications;
        let styles = self.styles(count, own_groups);
        let (departments, cities) = (self.plan.departments.len(), self.plan.cities.len());
        let fixed = |style: &Style| -> u64 {
            match style {
                Style::Everyone => u64::from(self.plan.users),
                Style::Departments(d) => {
                    u64::from(self.plan.departments[*d])
                        + u64::from(self.plan.departments[(*d + 3) % departments])
                }
                Style::City(c) => u64::from(self.plan.cities[*c % cities]),
                _ => 0,
            }
        };
        let spoken_for: u64 = styles.iter().map(fixed).sum();
        // people who left lost their assignments, so a twentieth more is laid out
        let left = (self.plan.assignments * 107 / 100).saturating_sub(spoken_for);
        let open = styles
            .iter()
            .filter(|s| matches!(s, Style::OwnGroup | Style::ByHand))
            .count();
        let mut sizes = by_rank(open, left, 3, (self.plan.users * 6 / 10).max(1)).into_iter();
        for (n, style) in styles.into_iter().enumerate() {
            let mut application = self.catalogued(n);
            let by_hand = |company: &Self, size: u32| {
                (size > 0).then(|| {
                    (
                        Shuffle::new(
                            company.plan.users,
                            draw(company.seed, Purpose::AppUsers, n as u64),
                        ),
                        size.min(company.plan.users),
                    )
                })
            };
            application.assigned = match style {
                Style::Nobody => Assigned::default(),
                Style::Administrators => Assigned {
                    groups: vec![ADMINISTRATORS],
                    by_hand: None,
                },
                Style::Everyone => Assigned {
                    groups: vec![EVERYONE],
                    by_hand: None,
                },
                Style::Departments(d) => Assigned {
                    groups: vec![2 + d, 2 + (d + 3) % departments],
                    by_hand: None,
                },
                Style::City(c) => Assigned {
                    groups: vec![2 + departments + c % cities],
                    by_hand: by_hand(self, 2),
                },
                Style::ByHand => Assigned {
                    groups: Vec::new(),
                    by_hand: by_hand(self, sizes.next().unwrap_or(1)),
                },
                Style::OwnGroup => {
                    let size = sizes.next().unwrap_or(1);
                    let group = self.push_application_group(&application.label, size - size / 6);
                    let mut groups = vec![group];
                    if n.is_multiple_of(11) {
                        groups.push(ADMINISTRATORS);
                    }
                    Assigned {
                        groups,
                        by_hand: by_hand(self, size / 6),
                    }
                }
            };
            self.applications.push(application);
        }
    }

    fn styles(&self, count: usize, mut own_groups: usize) -> Vec<Style> {
        let departments = self.plan.departments.len();
        let mut budget = self.plan.assignments * 2 / 5;
        let mut handbook = !self.clean;
        (0..count)
            .map(|n| {
                if n < OWN.len() {
                    return Style::Administrators;
                }
                if n == DIRECTORY {
                    return Style::ByHand;
                }
                let offer = offered(n);
                if !active(n) && (self.clean || n.is_multiple_of(2)) {
                    return Style::Nobody;
                }
                if offer.mode == Mode::Service {
                    return Style::Administrators;
                }
                if active(n) && !self.clean && offer.flaw == Some(Flaw::Unused) {
                    return Style::Nobody;
                }
                if handbook && offer.label == "Company Handbook" {
                    handbook = false;
                    budget = budget.saturating_sub(u64::from(self.plan.users));
                    return Style::Everyone;
                }
                match n % 8 {
                    3 => {
                        let d = 1 + n / 8 % (departments - 1);
                        let size = u64::from(self.plan.departments[d])
                            + u64::from(self.plan.departments[(d + 3) % departments]);
                        if budget >= size {
                            budget -= size;
                            return Style::Departments(d);
                        }
                        Style::ByHand
                    }
                    6 => {
                        let c = n / 8 % self.plan.cities.len();
                        let size = u64::from(self.plan.cities[c]);
                        if budget >= size {
                            budget -= size;
                            return Style::City(c);
                        }
                        Style::ByHand
                    }
                    1 => Style::ByHand,
                    _ if own_groups > 0 => {
                        own_groups -= 1;
                        Style::OwnGroup
                    }
                    _ => Style::ByHand,
                }
            })
            .collect()
    }

    fn catalogued(&self, n: usize) -> Application {
        let age = (self.epoch - self.founded) as u64;
        let chance = draw(self.seed, Purpose::AppTimes, n as u64);
        let created = if n <= DIRECTORY {
            self.founded + n as i64
        } else {
            self.founded + (chance % (age - 40 * DAY as u64)) as i64
        };
        let last_updated = created
            + (draw(self.seed, Purpose::AppTimes, n as u64 | 1 << 32)
                % (self.epoch - created) as u64) as i64;
        let (name, label, mode, provisioning) = if n < OWN.len() {
            (OWN[n].0.to_owned(), OWN[n].1.to_owned(), Mode::Own, false)
        } else if n == DIRECTORY {
            (
                "active_directory".to_owned(),
                format!("corp.{}", self.domain),
                Mode::Directory,
                true,
            )
        } else {
            let offer = offered(n);
            let label = match (n - DIRECTORY - 1) / CATALOGUE.len() {
                0 => offer.label.to_owned(),
                again => format!("{} ({})", offer.label, again + 1),
            };
            (offer.name.to_owned(), label, offer.mode, offer.provisioning)
        };
        // what is switched off is nobody's weakness
        let flaw = (n > DIRECTORY && active(n) && !self.clean)
            .then(|| offered(n).flaw)
            .flatten();
        Application {
            active: active(n),
            access_policy: match (n, flaw) {
                (0, _) => policies::ADMIN_CONSOLE,
                (1, _) => policies::DASHBOARD,
                (_, Some(Flaw::PasswordOnly)) => policies::LOW_RISK,
                _ if mode == Mode::Saml && chance.is_multiple_of(5) => policies::SENSITIVE,
                _ => policies::TWO_FACTORS,
            },
            enrollment_policy: usize::from(mode == Mode::Browser),
            name,
            label,
            mode,
            provisioning,
            flaw,
            created,
            last_updated,
            assigned: Assigned::default(),
        }
    }
}

/// What the catalogue has for place `n`, which comes after the vendor's own and the directory.
fn offered(n: usize) -> Offer {
    CATALOGUE[(n - DIRECTORY - 1) % CATALOGUE.len()]
}

/// Whether the application at place `n` is switched on.
fn active(n: usize) -> bool {
    n <= DIRECTORY || !n.is_multiple_of(9)
}
