//! Directory Insights: one small record per event, turned into the vendor's shape when it is asked for.

use serde_json::{Value, json};

use super::ids::Kind;
use crate::clock::{Seconds, format_millis};
use crate::company::names::CITIES;
use crate::hash::{Purpose, draw};
use crate::state::{Actor, State};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// Somebody signed in to the portal.
    Portal,
    /// Somebody signed in to an application.
    Sso,
    UserCreate,
    UserUpdate,
    UserActivate,
    UserSuspend,
    UserDelete,
    MembershipAdd,
    MembershipRemove,
    GroupCreate,
    GroupUpdate,
    GroupDelete,
    ApplicationUpdate,
    ApplicationDelete,
    ApplicationGroupAdd,
    ApplicationGroupRemove,
    SystemCreate,
    SystemDelete,
    BindingAdd,
    BindingRemove,
}

impl EventKind {
    /// How somebody signed in.
    #[must_use]
    pub fn sign_in(chance: u64) -> Self {
        if chance.is_multiple_of(2) {
            Self::Portal
        } else {
            Self::Sso
        }
    }

    /// The vendor's `event_type`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "user_login_attempt",
            Self::Sso => "sso_auth",
            Self::UserCreate => "user_create",
            Self::UserUpdate => "user_update",
            Self::UserActivate => "user_activated",
            Self::UserSuspend => "user_suspended",
            Self::UserDelete => "user_delete",
            Self::GroupCreate => "group_create",
            Self::GroupUpdate => "group_update",
            Self::GroupDelete => "group_delete",
            Self::ApplicationUpdate => "application_update",
            Self::ApplicationDelete => "application_delete",
            Self::SystemCreate => "system_create",
            Self::SystemDelete => "system_delete",
            Self::MembershipAdd
            | Self::MembershipRemove
            | Self::ApplicationGroupAdd
            | Self::ApplicationGroupRemove
            | Self::BindingAdd
            | Self::BindingRemove => "association_change",
        }
    }

    /// The vendor's `service`.
    #[must_use]
    pub fn service(self) -> &'static str {
        if self == Self::Sso {
            "sso"
        } else {
            "directory"
        }
    }
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// When it could be read, in milliseconds; never goes backwards.
    pub kept: i64,
    /// When it happened.
    pub published: i64,
    pub kind: EventKind,
    pub actor: Actor,
    pub person: Option<u32>,
    pub group: Option<u32>,
    pub application: Option<u32>,
    pub device: Option<u32>,
}

impl State {
    /// Notes that something happened.
    pub(super) fn happened(&mut self, at: Seconds, kind: EventKind, actor: Actor) -> &mut Event {
        let number = self.console.forgotten + self.console.events.len() as u64;
        let chance = draw(self.company.seed, Purpose::Event, number | 1 << 42);
        let kept = self
            .console
            .events
            .back()
            .map_or(at * 1000, |last| last.kept.max(at * 1000));
        let published = kept - (chance >> 8) as i64 % 1500 - self.lateness(chance);
        self.console.events.push_back(Event {
            kept,
            published,
            kind,
            actor,
            person: None,
            group: None,
            application: None,
            device: None,
        });
        let last = self.console.events.len() - 1;
        &mut self.console.events[last]
    }

    /// The events with their numbers, from number `from` on.
    pub fn insights(&self, from: u64) -> impl Iterator<Item = (u64, &Event)> {
        let skip = from.saturating_sub(self.console.forgotten) as usize;
        let events = &self.console.events;
        (self.console.forgotten + skip as u64..).zip(events.range(skip.min(events.len())..))
    }

    /// The number of the next event.
    #[must_use]
    pub fn insights_end(&self) -> u64 {
        self.console.forgotten + self.console.events.len() as u64
    }

    /// The identifier of an event.
    #[must_use]
    pub fn insight_id(&self, number: u64) -> String {
        self.hex().id(Kind::Event, number)
    }

    /// An event as the vendor writes it.
    #[must_use]
    pub fn insight(&self, number: u64, event: &Event) -> Value {
        let hex = self.hex();
        let chance = draw(self.company.seed, Purpose::Event, number | 1 << 41);
        let mut stamp = String::from_utf8_lossy(&format_millis(event.published)).into_owned();
        if event.kind == EventKind::Sso {
            // single sign-on is told to the nanosecond
            stamp.truncate(23);
            stamp.push_str(&format!("{:06}Z", chance % 999_999 + 1));
        }
        let user = |i: u32| {
            let mut name = String::new();
            self.company.write_login_name(i, &mut name);
            json!({"id": hex.id(Kind::User, u64::from(i)), "type": "user", "username": name})
        };
        let initiated = match (event.kind, event.actor) {
            (EventKind::Portal | EventKind::Sso, _) => user(event.person.unwrap_or_default()),
            (_, Actor::Person(i)) => {
                json!({"id": hex.id(Kind::Administrator, u64::from(i)), "type": "admin", "email": self.account_address(i)})
            }
            (_, Actor::System) => json!({"type": "system", "source": "jumpcloud"}),
        };
        let (city, country, zone, ..) = CITIES[(chance % 20) as usize];
        let mut document = json!({
            "id": self.insight_id(number), "event_type": event.kind.as_str(), "service": event.kind.service(), "timestamp": stamp,
            "organization": self.organization_id(), "@version": "1", "success": true, "initiated_by": initiated, "provider": null,
            "client_ip": format!("203.0.113.{}", chance % 250 + 1),
            "geoip": {"country_code": country, "timezone": zone, "region_name": city, "region_code": "", "continent_code": "EU",
                "latitude": (chance % 60) as f64, "longitude": ((chance >> 8) % 90) as f64},
            "useragent": {"os": "Mac OS X", "os_name": "Mac OS X", "os_full": "Mac OS X 10.15.7", "os_version": "10.15.7", "os_major": "10", "os_minor": "15",
                "os_patch": "7", "name": "Chrome", "version": "140.0.0.0", "major": "140", "minor": "0", "patch": "0", "device": "Mac"}});
        self.add_resource(&mut document, event, chance);
        if self.is_sparse(chance)
            && let Some(members) = document.as_object_mut()
        {
            for name in ["success", "client_ip", "geoip", "useragent"] {
                members.remove(name);
            }
        }
        document
    }

    fn add_resource(&self, document: &mut Value, event: &Event, chance: u64) {
        let hex = self.hex();
        let user = |i: u32| hex.id(Kind::User, u64::from(i));
        let group = |g: u32| hex.id(Kind::UserGroup, u64::from(g));
        let name_of = |i: u32| {
            let mut name = String::new();
            self.company.write_login_name(i, &mut name);
            name
        };
        let association = |from: (&str, String), to: (&str, String), added: bool| {
            json!({"op": if added { "add" } else { "remove" }, "action_source": null,
                "connection": {"from": {"object_id": from.1, "type": from.0, "name": ""}, "to": {"object_id": to.1, "type": to.0, "name": ""}}})
        };
        let person = event.person.unwrap_or_default();
        let of_group = event.group.unwrap_or_default();
        let application = event.application.unwrap_or_default();
        let device = event.device.unwrap_or_default();
        match event.kind {
            EventKind::Portal => {
                document["mfa"] = json!(self.account_mfa(person));
                document["auth_method"] = json!("password");
            }
            EventKind::Sso => {
                let (a, label) = self
                    .sso_applications()
                    .nth(chance as usize % self.sso_applications().count().max(1))
                    .map_or((0, ""), |a| (a, self.applications[a].label.as_str()));
                document["mfa"] = json!(self.account_mfa(person));
                document["sso_token_success"] = json!(true);
                document["idp_initiated"] = json!(false);
                document["error_message"] = json!("");
                document["auth_context"] = json!({"auth_methods": {}, "policies_applied": [{"id": "", "name": "Global Policy", "metadata": {"resource_type": "APPLICATION", "action": "ALLOW"}}]});
                document["application"] = json!({"id": hex.id(Kind::Application, a as u64), "name": self.company.applications[a].name,
                    "display_label": label, "sso_type": "saml", "sso_url": "https://sso.jumpcloud.com/saml2/app"});
            }
            EventKind::UserCreate
            | EventKind::UserUpdate
            | EventKind::UserActivate
            | EventKind::UserSuspend
            | EventKind::UserDelete => {
                document["resource"] =
                    json!({"id": user(person), "type": "user", "username": name_of(person)});
                document["auth_method"] = json!("api key");
                let changes = match event.kind {
                    EventKind::UserUpdate => {
                        json!([{"field": "jobTitle"}, {"field": "phoneNumbers"}])
                    }
                    EventKind::UserSuspend => {
                        json!([{"field": "state", "from": "ACTIVATED", "to": "SUSPENDED"}])
                    }
                    EventKind::UserActivate => {
                        json!([{"field": "state", "from": "SUSPENDED", "to": "ACTIVATED"}])
                    }
                    _ => json!([]),
                };
                document["changes"] = changes;
            }
            EventKind::GroupCreate | EventKind::GroupUpdate | EventKind::GroupDelete => {
                document["resource"] = json!({"id": group(of_group), "type": "user_group", "name": self.groups[of_group as usize].group.name});
            }
            EventKind::ApplicationUpdate | EventKind::ApplicationDelete => {
                document["resource"] = json!({"id": hex.id(Kind::Application, u64::from(application)), "type": "application",
                    "name": self.applications[application as usize].label});
            }
            EventKind::SystemCreate | EventKind::SystemDelete => {
                document["resource"] = json!({"id": hex.id(Kind::System, u64::from(device)), "type": "system", "displayName": self.hostname(device), "hostname": self.hostname(device)});
            }
            EventKind::MembershipAdd | EventKind::MembershipRemove => {
                document["association"] = association(
                    ("user_group", group(of_group)),
                    ("user", user(person)),
                    event.kind == EventKind::MembershipAdd,
                );
            }
            EventKind::ApplicationGroupAdd | EventKind::ApplicationGroupRemove => {
                let application = hex.id(Kind::Application, u64::from(application));
                document["association"] = association(
                    ("application", application),
                    ("user_group", group(of_group)),
                    event.kind == EventKind::ApplicationGroupAdd,
                );
            }
            EventKind::BindingAdd | EventKind::BindingRemove => {
                let system = hex.id(Kind::System, u64::from(device));
                document["association"] = association(
                    ("system", system),
                    ("user", user(person)),
                    event.kind == EventKind::BindingAdd,
                );
            }
        }
    }
}
