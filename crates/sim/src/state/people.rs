//! People as they are now.

use serde_json::{Map, Value};

use super::State;
use crate::clock::Seconds;
use crate::company::accounts::{Status, Times};
use crate::company::factors::Factors;
use crate::company::names::{CITIES, DEPARTMENTS};
use crate::company::people::Position;
use crate::company::{Company, UserType};

/// What changed about a person since the epoch.
#[derive(Debug, Default, Clone)]
pub struct PersonChange {
    pub status: Option<Status>,
    pub status_changed: Option<Seconds>,
    pub department: Option<u16>,
    pub city: Option<u16>,
    pub promotions: u8,
    /// How many times the telephone number changed.
    pub phones: u8,
    pub last_login: Option<Seconds>,
    pub last_updated: Option<Seconds>,
    pub password_changed: Option<Seconds>,
    /// Profile fields that were set through the control interface.
    pub profile: Option<Box<Map<String, Value>>>,
    pub factors_reset: bool,
}

/// A person now.
#[derive(Debug)]
pub struct Person<'a> {
    pub index: u32,
    pub status: Status,
    pub times: Times,
    pub position: Position,
    pub city: u16,
    pub user_type: UserType,
    pub promotions: u8,
    pub phones: u8,
    pub profile: Option<&'a Map<String, Value>>,
}

/// What group rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attributes {
    pub department: Option<u16>,
    pub city: Option<u16>,
    pub manages: bool,
    pub contractor: bool,
}

impl State {
    /// The status of person `i`; cheaper than the whole person.
    #[inline]
    #[must_use]
    pub fn status(&self, i: u32) -> Status {
        if !self.people.is_empty()
            && let Some(status) = self.people.get(&i).and_then(|p| p.status)
        {
            return status;
        }
        self.company.status(i)
    }

    /// Person `i`, who exists.
    #[must_use]
    pub fn person(&self, i: u32) -> Person<'_> {
        let company = &self.company;
        let change = if self.people.is_empty() {
            None
        } else {
            self.people.get(&i)
        };
        let founded_as = company.status(i);
        let mut times = match self.joined.get(i.wrapping_sub(company.plan.users) as usize) {
            Some(at) if i >= company.plan.users => Times {
                created: *at,
                activated: Some(*at),
                status_changed: Some(*at),
                last_login: None,
                last_updated: *at,
                password_changed: None,
            },
            _ => company.times(i, founded_as),
        };
        let mut person = Person {
            index: i,
            status: founded_as,
            times,
            position: company.position(i),
            city: company.city(i),
            user_type: company.user_type(i),
            promotions: 0,
            phones: 0,
            profile: None,
        };
        if let Some(change) = change {
            person.status = change.status.unwrap_or(person.status);
            times.status_changed = change.status_changed.or(times.status_changed);
            times.last_login = change.last_login.or(times.last_login);
            times.password_changed = change.password_changed.or(times.password_changed);
            times.last_updated = change.last_updated.unwrap_or(times.last_updated);
            person.times = times;
            if let Some(department) = change.department {
                person.position = moved(company, department, i);
            }
            person.city = change.city.unwrap_or(person.city);
            person.promotions = change.promotions;
            person.phones = change.phones;
            person.profile = change.profile.as_deref();
        }
        person
    }

    /// The factors of person `i`.
    #[must_use]
    pub fn factors(&self, i: u32) -> Factors {
        if self.people.get(&i).is_some_and(|p| p.factors_reset) {
            return Factors::default();
        }
        let status = self.status(i);
        if i >= self.company.plan.users {
            return Factors::default();
        }
        let times = self.company.times(i, self.company.status(i));
        self.company
            .factors(i, status, times.activated.unwrap_or(times.created))
    }

    /// What group rules see of person `i`.
    #[must_use]
    pub fn attributes(&self, i: u32) -> Attributes {
        let company = &self.company;
        let change = self.people.get(&i);
        let position = match change.and_then(|c| c.department) {
            Some(department) => moved(company, department, i),
            None => company.position(i),
        };
        let profile = change.and_then(|c| c.profile.as_deref());
        let text = |name: &str| profile.and_then(|p| p.get(name)).and_then(Value::as_str);
        let flag = profile
            .and_then(|p| p.get("isManager"))
            .and_then(Value::as_bool);
        Attributes {
            department: match text("department") {
                Some(name) => place(&DEPARTMENTS, name),
                None => Some(position.department),
            },
            city: match text("city") {
                Some(name) => CITIES.iter().position(|c| c.0 == name).map(|c| c as u16),
                None => Some(
                    change
                        .and_then(|c| c.city)
                        .unwrap_or_else(|| company.city(i)),
                ),
            },
            manages: flag.unwrap_or_else(|| company.manages(position)),
            contractor: match text("userType") {
                Some(name) => name == "Contractor",
                None => company.user_type(i) == UserType::Contractor,
            },
        }
    }

    /// Where person `i` stands, for whoever counts how often which text changes; see `changes`.
    pub(super) fn change(&mut self, i: u32) -> &mut PersonChange {
        self.people.entry(i).or_default()
    }

    /// The e-mail address and login of person `i`, unless a profile edit set another.
    pub fn write_address(&self, i: u32, out: &mut String) {
        self.company.write_login_name(i, out);
        out.push('@');
        out.push_str(&self.company.domain);
    }
}

/// Somebody who moved joins the end of the other department's line.
fn moved(company: &Company, department: u16, i: u32) -> Position {
    Position {
        department,
        rank: company.plan.departments[usize::from(department)] + i,
    }
}

fn place(names: &[&str], name: &str) -> Option<u16> {
    names.iter().position(|n| *n == name).map(|n| n as u16)
}
