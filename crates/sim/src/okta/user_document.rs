//! A person as the vendor writes one.

use std::fmt::Write as _;

use crate::clock::DAY;
use crate::company::accounts::Status;
use crate::company::names::DEPARTMENTS;
use crate::company::{Company, UserType, Weakness};
use crate::hash::{Purpose, draw};
use crate::ids::Kind;
use crate::json::Json;
use crate::state::{Person, State};

/// Writes people; keeps the pieces that are the same for everybody, and the room to build the others in.
#[derive(Debug)]
pub struct UserWriter<'a> {
    state: &'a State,
    base: &'a str,
    types: [String; 4],
    text: String,
}

/// Lists have one link per person; a person asked for alone has what can be done with the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Listed,
    Alone,
}

impl<'a> UserWriter<'a> {
    /// A writer for one answer.
    #[must_use]
    pub fn new(state: &'a State, base: &'a str) -> Self {
        let types =
            std::array::from_fn(|n| state.company.ids.id(Kind::UserType, n as u64).to_string());
        Self {
            state,
            base,
            types,
            text: String::with_capacity(128),
        }
    }

    /// Writes person `i`.
    pub fn write(&mut self, json: &mut Json, i: u32, shape: Shape) {
        let person = self.state.person(i);
        self.write_person(json, &person, shape);
    }

    /// Writes a person already looked up.
    pub fn write_person(&mut self, json: &mut Json, person: &Person<'_>, shape: Shape) {
        let start = json.len();
        let times = &person.times;
        json.raw("{\"id\":\"")
            .id(&self.state.company.ids.user(person.index))
            .raw("\",\"status\":\"")
            .raw(person.status.as_str());
        json.raw("\",\"created\":")
            .time(times.created)
            .raw(",\"activated\":")
            .time_or_null(times.activated);
        json.raw(",\"statusChanged\":")
            .time_or_null(times.status_changed)
            .raw(",\"lastLogin\":")
            .time_or_null(times.last_login);
        json.raw(",\"lastUpdated\":")
            .time(times.last_updated)
            .raw(",\"passwordChanged\":")
            .time_or_null(times.password_changed);
        json.raw(",\"type\":{\"id\":\"")
            .raw(&self.types[Company::user_type_place(person.user_type)])
            .raw("\"},\"profile\":{");
        self.write_profile(json, person);
        json.raw("},\"credentials\":{");
        self.write_credentials(json, person);
        json.raw("},\"_links\":{");
        self.write_links(json, person, shape);
        json.raw("}}");
        if let Some(fields) = person.profile {
            // edited by hand: the only people who are parsed and written again
            let mut document: serde_json::Value =
                serde_json::from_slice(&json.since(start)).unwrap_or_default();
            crate::state::merge(
                &mut document["profile"],
                &serde_json::Value::Object(fields.clone()),
            );
            json.value(&document);
        }
    }

    fn write_profile(&mut self, json: &mut Json, person: &Person<'_>) {
        let company = &self.state.company;
        let i = person.index;
        let (first, last) = company.shown_name(i);
        let chance = draw(company.seed, Purpose::Custom, u64::from(i));
        self.text.clear();
        self.state.write_address(i, &mut self.text);
        json.raw("\"firstName\":")
            .text(first)
            .raw(",\"lastName\":")
            .text(last)
            .raw(",\"mobilePhone\":");
        if chance.is_multiple_of(3) && person.phones == 0 {
            json.raw("null");
        } else {
            self.write_phone(json, person);
        }
        json.raw(",\"secondEmail\":");
        if company.planted(Weakness::DuplicateMail, i) {
            // another person's address: somebody with two accounts
            let mut other = String::new();
            self.state.write_address(i - 1, &mut other);
            json.text(&other);
        } else if chance.is_multiple_of(11) {
            json.raw("\"")
                .raw(&company.first_slugs_of(i))
                .number(u64::from(i))
                .raw("@mail.example\"");
        } else {
            json.raw("null");
        }
        json.raw(",\"login\":\"")
            .raw(&self.text)
            .raw("\",\"email\":\"")
            .raw(&self.text)
            .raw("\"");
        if person.user_type == UserType::Service {
            json.raw(",\"userType\":\"Service\",\"displayName\":\"Service ")
                .raw(last)
                .raw(" ")
                .number(u64::from(i));
            json.raw("\",\"department\":")
                .text(DEPARTMENTS[usize::from(person.position.department)]);
            json.raw(",\"city\":")
                .text(Company::office(person.city).0)
                .raw(",\"isManager\":false");
            return;
        }
        self.write_employment(json, person, first, last, chance);
    }

    fn write_employment(
        &mut self,
        json: &mut Json,
        person: &Person<'_>,
        first: &str,
        last: &str,
        chance: u64,
    ) {
        let company = &self.state.company;
        let i = person.index;
        let (city, country, zone, locale, _) = Company::office(person.city);
        json.raw(",\"displayName\":\"")
            .part(first)
            .raw(" ")
            .part(last);
        json.raw("\",\"department\":")
            .text(DEPARTMENTS[usize::from(person.position.department)]);
        self.text.clear();
        company.write_title(i, person.position, person.promotions, &mut self.text);
        json.raw(",\"title\":")
            .text(&self.text)
            .raw(",\"city\":")
            .text(city)
            .raw(",\"countryCode\":\"")
            .raw(country);
        json.raw("\",\"timezone\":\"")
            .raw(zone)
            .raw("\",\"locale\":\"")
            .raw(locale)
            .raw("\",\"preferredLanguage\":\"")
            .raw(&locale[..2]);
        json.raw("\",\"organization\":\"Acme Industries\",\"division\":\"")
            .raw(if person.city < 4 {
                "EMEA"
            } else {
                "International"
            });
        json.raw("\",\"costCenter\":\"")
            .number(4000 + u64::from(person.position.department) * 10);
        json.raw("\",\"userType\":\"")
            .raw(person.user_type.as_str())
            .raw("\",\"employeeNumber\":\"")
            .number(100_000 + u64::from(i))
            .raw("\"");
        if let Some(manager) = company.manager(i, person.position) {
            let (first, last) = company.shown_name(manager);
            json.raw(",\"manager\":\"")
                .part(first)
                .raw(" ")
                .part(last)
                .raw("\",\"managerId\":\"")
                .number(100_000 + u64::from(manager))
                .raw("\"");
        }
        json.raw(",\"isManager\":")
            .raw(if company.manages(person.position) {
                "true"
            } else {
                "false"
            });
        // attributes of the organisation's own, of every JSON type, not on everybody
        let hired = crate::clock::format(person.times.created - (chance >> 12) as i64 % 30 * DAY);
        json.raw(",\"hireDate\":\"")
            .raw(std::str::from_utf8(&hired[..10]).unwrap_or_default())
            .raw("\",\"badgeNumber\":")
            .number(chance >> 40);
        json.raw(",\"remoteWorker\":")
            .raw(if chance & 8 == 0 { "true" } else { "false" });
        match chance >> 20 & 7 {
            0 => json.raw(",\"skills\":[\"first aid\",\"forklift\"]"),
            1 => json
                .raw(",\"skills\":[\"statistics\"],\"deskFloor\":")
                .number(chance >> 24 & 15),
            2 => json
                .raw(",\"nickName\":")
                .text(&first[..first.chars().next().map_or(0, char::len_utf8)]),
            _ => json,
        };
    }

    fn write_phone(&mut self, json: &mut Json, person: &Person<'_>) {
        let (_, _, _, _, prefix) = Company::office(person.city);
        let number = draw(
            self.state.company.seed,
            Purpose::Phone,
            u64::from(person.index) | u64::from(person.phones) << 40,
        );
        self.text_phone(json, prefix, number);
    }

    fn text_phone(&self, json: &mut Json, prefix: &str, number: u64) {
        json.raw("\"")
            .raw(prefix)
            .raw(" ")
            .number(1_000_000 + number % 9_000_000)
            .raw("\"");
    }

    fn write_credentials(&mut self, json: &mut Json, person: &Person<'_>) {
        let company = &self.state.company;
        let i = person.index;
        let from_directory =
            draw(company.seed, Purpose::Custom, u64::from(i) | 1 << 40).is_multiple_of(8);
        if person.times.password_changed.is_some() && !from_directory {
            json.raw("\"password\":{},");
            if i.is_multiple_of(6) {
                json.raw("\"recovery_question\":{\"question\":\"What was the name of your first school?\"},");
            }
        }
        // the login was written into the scratch text by the profile, and overwritten since
        self.text.clear();
        self.state.write_address(i, &mut self.text);
        json.raw("\"emails\":[{\"value\":\"")
            .raw(&self.text)
            .raw("\",\"status\":\"VERIFIED\",\"type\":\"PRIMARY\"}],");
        if from_directory {
            json.raw("\"provider\":{\"type\":\"ACTIVE_DIRECTORY\",\"name\":\"corp.")
                .raw(&company.domain)
                .raw("\"}");
        } else {
            json.raw("\"provider\":{\"type\":\"OKTA\",\"name\":\"OKTA\"}");
        }
    }

    fn write_links(&mut self, json: &mut Json, person: &Person<'_>, shape: Shape) {
        let id = self.state.company.ids.user(person.index);
        if shape == Shape::Alone {
            self.text.clear();
            let _ = write!(self.text, "{}/api/v1/users/{id}/lifecycle/", self.base);
            let actions: &[(&str, &str)] = match person.status {
                Status::Staged => &[("activate", "activate")],
                Status::Deprovisioned => &[("activate", "activate"), ("delete", "delete")],
                Status::Provisioned => &[
                    ("suspend", "suspend"),
                    ("resetPassword", "reset_password"),
                    ("reactivate", "reactivate"),
                    ("resetFactors", "reset_factors"),
                    ("deactivate", "deactivate"),
                ],
                Status::Suspended => &[("unsuspend", "unsuspend"), ("deactivate", "deactivate")],
                Status::LockedOut => &[
                    ("unlock", "unlock"),
                    ("resetPassword", "reset_password"),
                    ("deactivate", "deactivate"),
                ],
                _ => &[
                    ("suspend", "suspend"),
                    ("resetPassword", "reset_password"),
                    ("expirePassword", "expire_password"),
                    ("resetFactors", "reset_factors"),
                    ("deactivate", "deactivate"),
                ],
            };
            for (name, path) in actions {
                json.raw("\"")
                    .raw(name)
                    .raw("\":{\"href\":\"")
                    .raw(&self.text)
                    .raw(path)
                    .raw("\",\"method\":\"POST\"},");
            }
            let place = Company::user_type_place(person.user_type);
            let schema = self.state.company.ids.id(Kind::Schema, place as u64);
            json.raw("\"schema\":{\"href\":\"")
                .raw(self.base)
                .raw("/api/v1/meta/schemas/user/")
                .id(&schema)
                .raw("\"},");
            json.raw("\"type\":{\"href\":\"")
                .raw(self.base)
                .raw("/api/v1/meta/types/user/")
                .raw(&self.types[place])
                .raw("\"},");
        }
        json.raw("\"self\":{\"href\":\"")
            .raw(self.base)
            .raw("/api/v1/users/")
            .id(&id)
            .raw("\"}");
    }
}
