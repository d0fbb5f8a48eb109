//! People, their second factors, passwords, permissions and roles, in the spelling of the vendor's answers.

use serde_json::{Map, Value, json};

use super::ids::{Guids, Kind};
use crate::clock::{DAY, Seconds, text};
use crate::company::accounts::Status;
use crate::company::groups::{EVERYONE, GroupType};
use crate::company::names::DEPARTMENTS;
use crate::company::{Company, UserType};
use crate::hash::{Purpose, draw, mix};
use crate::ids::random_text;
use crate::state::State;

/// Name and title of what somebody may do.
const PERMISSIONS: [(&str, &str, &str); 6] = [
    ("User.Read", "Read users", "Users"),
    ("User.Update", "Change users", "Users"),
    ("Profile.Update", "Change the own profile", "Profile"),
    ("Application.Use", "Use applications", "Applications"),
    ("Report.Read", "Read reports", "Reports"),
    ("Policy.Update", "Change policies", "Policies"),
];

const ROLES: [(&str, &str); 3] = [
    ("Administrator", "Administers everything"),
    ("Manager", "Reads reports on a team"),
    ("Auditor", "Reads everything"),
];

/// Four ways to prove oneself a second time.
const AUTHENTICATORS: [(&str, &str); 4] = [
    ("MonoSign.Totp", "Authenticator application"),
    ("MonoSign.Sms", "Text message"),
    ("MonoSign.Email", "E-mail"),
    ("MonoSign.Push", "Mobile application"),
];

/// Room for this many of a thing per person.
const ROOM: u64 = 8;

impl State {
    /// Its identifiers.
    pub(super) fn guids(&self) -> Guids {
        Guids(self.company.seed)
    }

    /// Whether person `i` is there: everybody but partners and services, as long as Okta has them.
    pub(super) fn in_monosign(&self, i: u32) -> bool {
        self.exists(i)
            && matches!(
                self.company.user_type(i),
                UserType::Employee | UserType::Contractor
            )
    }

    /// Which second factors person `i` has, by their place in the list of ways.
    pub(super) fn monosign_authenticators(&self, i: u32) -> Vec<usize> {
        if !matches!(
            self.status(i),
            Status::Active | Status::LockedOut | Status::PasswordExpired
        ) {
            return Vec::new();
        }
        let chance = draw(
            self.company.seed,
            Purpose::FactorDetail,
            u64::from(i) | 1 << 50,
        );
        (0..AUTHENTICATORS.len())
            .filter(|n| match n {
                0 => self.company.clean || !chance.is_multiple_of(10),
                n => (chance >> (8 * n)).is_multiple_of(4),
            })
            .collect()
    }

    /// Which permissions person `i` has.
    pub(super) fn monosign_permissions(&self, i: u32) -> Vec<usize> {
        let attributes = self.attributes(i);
        (0..PERMISSIONS.len())
            .filter(|n| match n {
                2 | 3 => true,
                0 | 4 => attributes.manages,
                _ => i < 4,
            })
            .collect()
    }

    /// Which roles person `i` has.
    pub(super) fn monosign_roles(&self, i: u32) -> Vec<usize> {
        let attributes = self.attributes(i);
        (0..ROLES.len())
            .filter(|n| match n {
                0 => i < 4,
                1 => attributes.manages,
                _ => i % 97 == 5,
            })
            .collect()
    }

    /// A person.
    pub(super) fn monosign_user(&self, i: u32, now: Seconds) -> Value {
        let (company, guids) = (&self.company, self.guids());
        let person = self.person(i);
        let (first, last) = company.shown_name(i);
        let id = guids.id(Kind::User, u64::from(i));
        let mut address = String::new();
        self.write_address(i, &mut address);
        let name = address.split('@').next().unwrap_or_default().to_owned();
        let mut title = String::new();
        company.write_title(i, person.position, person.promotions, &mut title);
        let (city, _, zone, locale, _) = Company::office(person.city);
        let active = person.status == Status::Active;
        let expired = person.status == Status::PasswordExpired;
        let groups: Vec<Value> = self
            .groups_of(i)
            .filter(|g| *g != EVERYONE && self.groups[*g].group.group_type == GroupType::Okta)
            .map(|g| json!({"Id": guids.id(Kind::Group, g as u64), "Name": self.groups[g].group.name, "Title": self.groups[g].group.name, "Source": "Local"}))
            .collect();
        let permissions: Vec<Value> = self
            .monosign_permissions(i)
            .into_iter()
            .map(|n| json!({"PermissionDefId": guids.id(Kind::PermissionDefinition, n as u64), "Name": PERMISSIONS[n].0, "UserId": id, "IsAuthorized": true}))
            .collect();
        let ways = self.monosign_authenticators(i);
        let way = |n: &usize| json!({"Id": guids.id(Kind::AuthenticatorDefinition, *n as u64), "Title": AUTHENTICATORS[*n].1, "IsDefault": Some(n) == ways.first(), "Message": null});
        let application = guids.id(Kind::Application, 0);
        let mut values = json!({"Department": DEPARTMENTS[usize::from(person.position.department)], "Title": title, "City": city, "FirstName": first, "LastName": last});
        if let (Some(edited), Some(values)) = (person.profile, values.as_object_mut()) {
            for (theirs, ours) in [
                ("department", "Department"),
                ("title", "Title"),
                ("city", "City"),
                ("firstName", "FirstName"),
                ("lastName", "LastName"),
            ] {
                if let Some(value) = edited.get(theirs) {
                    values.insert(ours.to_owned(), value.clone());
                }
            }
        }
        let session = person.times.last_login.map(|at| {
            let chance = mix(at as u64 ^ u64::from(i));
            json!({"SessionId": random_text(chance, 32), "UserId": id, "ApplicationId": application, "StartDate": text(at), "UpdatedDate": text(at), "ExpirationDate": text(at + DAY),
                "IsExpired": now > at + DAY, "IsLocked": false, "IsMfaVerified": !ways.is_empty(), "UserIp": format!("203.0.113.{}", chance % 250 + 1), "BrowserName": "Chrome", "BrowserVersion": "140.0",
                "OperatingSystem": "Windows 11", "DeviceType": 1, "DeviceName": "Desktop", "LocationInfo": city})
        });
        json!({"UserId": id, "UserName": name, "UserNameAlias": null, "FormattedUserName": name, "Email": address, "EmailAlias": null, "IsActive": active, "IsExpired": false, "IsFavorite": false,
            "State": match person.status { Status::Active => 1, Status::Deprovisioned => 3, Status::Suspended | Status::LockedOut => 2, _ => 0 },
            "CreatedDate": text(person.times.created), "ExpirationDate": null, "Culture": locale.replace('_', "-"), "TimeZone": zone, "MfaRequired": company.clean || !i.is_multiple_of(9),
            "PasswordChangeRequired": expired, "PasswordChangeType": i32::from(expired), "ApplicationId": application, "ApplicationIds": [application], "ApplicationName": "portal", "ApplicationTitle": "Portal",
            "ApplicationUserId": guids.id(Kind::Application, 1 + u64::from(i)), "SourceName": "ActiveDirectory", "SourceTitle": "Active Directory", "SourceUserName": name,
            "AdditionalProperties": {}, "Attributes": {}, "Groups": groups, "Permissions": permissions,
            "Mfa": {"IsDefined": !ways.is_empty(), "Title": null, "Message": null, "RequestId": null, "Authenticator": ways.first().map(way), "AdditionalAuthenticators": ways.iter().skip(1).map(way).collect::<Vec<_>>()},
            "Profile": {"ProfileId": guids.id(Kind::Profile, u64::from(i)), "IsRequireUpdate": false, "Values": values}, "Session": session})
    }

    /// The `n`th second factor of person `i`; its secret is there to be left out.
    pub(super) fn monosign_authenticator(&self, i: u32, n: usize) -> Value {
        let guids = self.guids();
        let number = u64::from(i) * ROOM + n as u64;
        let chance = draw(self.company.seed, Purpose::Secret, number | 1 << 51);
        let person = self.person(i);
        let since = person.times.activated.unwrap_or(person.times.created);
        let definition = guids.id(Kind::AuthenticatorDefinition, n as u64);
        let (type_name, title) = AUTHENTICATORS[n];
        json!({"UserAuthenticatorId": guids.id(Kind::Authenticator, number), "UserId": guids.id(Kind::User, u64::from(i)), "AuthenticatorId": definition,
            "AuthenticatorSecret": random_text(chance, 32), "GeneratedValue": format!("{:06}", chance % 1_000_000), "GeneratedValueDate": text(since + DAY), "IsDefault": self.monosign_authenticators(i).first() == Some(&n),
            "IsRemoved": false, "IsVerified": true, "VerifiedDate": text(since + 60), "VerifiedValue": null, "Priority": n, "State": 1, "CreatedDate": text(since), "CreatedById": null,
            "UpdatedDate": text(since + 60), "LastActionDate": person.times.last_login.map(text), "RequiredPropertyValue": null, "SecondPropertyValue": null, "UserDeviceId": null, "UserDevice": null,
            "Authenticator": {"AuthenticatorId": definition, "Name": title.replace(' ', ""), "Title": title, "TypeName": type_name, "Description": null, "State": 1, "Priority": n, "InteractiveLogin": false,
                "IsClientSupport": n == 3, "Settings": {"CodeLength": 6, "CodeIncludeChar": false, "CodeIncludeNumber": true, "Ui": null}}})
    }

    /// What is known about the password of person `i`.
    pub(super) fn monosign_password(&self, i: u32) -> Value {
        let guids = self.guids();
        let person = self.person(i);
        let user = guids.id(Kind::User, u64::from(i));
        let changed = person
            .times
            .password_changed
            .unwrap_or(person.times.created);
        json!({"PasswordId": guids.id(Kind::Password, u64::from(i)), "UserId": user, "ObjectId": user, "ObjectTypeId": guids.id(Kind::ObjectType, 0), "OwnerObjectId": user, "OwnerObjectTypeId": guids.id(Kind::ObjectType, 0),
            "Name": null, "Description": null, "CreatedBy": 0, "CreatedDate": text(changed), "LastUsedDate": person.times.last_login.map(text), "LastFailDate": null, "FailCount": 0,
            "UseCount": mix(u64::from(i)) % 400, "IsCurrent": true, "IsTemporary": person.status == Status::Recovery, "AllowReveal": false, "PasswordStrength": if self.company.clean { 4 } else { mix(u64::from(i) ^ 3) % 5 },
            "State": 1, "Type": 1, "Version": 1})
    }

    /// The `n`th permission of person `i`.
    pub(super) fn monosign_permission(&self, i: u32, n: usize) -> Value {
        let guids = self.guids();
        let user = guids.id(Kind::User, u64::from(i));
        let (name, title, group) = PERMISSIONS[n];
        json!({"Id": guids.id(Kind::Permission, u64::from(i) * ROOM + n as u64), "PermissionDefId": guids.id(Kind::PermissionDefinition, n as u64), "UserId": user, "ObjectId": user, "ObjectTypeId": guids.id(Kind::ObjectType, 0),
            "Name": name, "Title": title, "Description": null, "GroupName": group, "StartDate": null, "EndDate": null})
    }

    /// The `n`th role of person `i`.
    pub(super) fn monosign_role(&self, i: u32, n: usize) -> Value {
        let guids = self.guids();
        let user = guids.id(Kind::User, u64::from(i));
        let (name, description) = ROLES[n];
        let definition = guids.id(Kind::RoleDefinition, n as u64);
        json!({"RoleId": guids.id(Kind::Role, u64::from(i) * ROOM + n as u64), "RoleDefId": definition, "UserId": user, "ObjectId": user, "ObjectTypeId": guids.id(Kind::ObjectType, 0), "Name": name, "Title": name,
            "Description": description, "StartDate": null, "EndDate": null, "RoleDef": {"RoleDefId": definition, "Name": name, "Title": name, "Description": description, "State": 1}})
    }

    /// What an event is called there, and what it is told of; nothing if it does not concern it.
    pub(super) fn monosign_event(&self, number: u64, event: &crate::state::Event) -> Option<Value> {
        use crate::state::{Actor, EventKind};
        let guids = self.guids();
        let name = match event.kind {
            EventKind::SessionStart => "User.SignedIn",
            EventKind::UserCreate => "User.Created",
            EventKind::UserActivate
            | EventKind::UserReactivate
            | EventKind::UserUnsuspend
            | EventKind::UserUnlock => "User.Activated",
            EventKind::UserDeactivate => "User.Deactivated",
            EventKind::UserSuspend | EventKind::UserLock => "User.Locked",
            EventKind::UserDelete => "User.Deleted",
            EventKind::UserUpdateProfile => "User.Updated",
            EventKind::UserExpirePassword | EventKind::UserResetPassword => {
                "User.PasswordChangeRequired"
            }
            EventKind::FactorReset => "User.AuthenticatorsReset",
            EventKind::MembershipAdd => "User.GroupAdded",
            EventKind::MembershipRemove => "User.GroupRemoved",
            _ => return None,
        };
        let i = event.user?;
        if !matches!(
            self.company.user_type(i),
            UserType::Employee | UserType::Contractor
        ) {
            return None;
        }
        let actor = match event.actor {
            Actor::Person(by) => {
                let mut address = String::new();
                self.write_address(by, &mut address);
                json!({"Type": "User", "Id": guids.id(Kind::User, u64::from(by)), "Name": address})
            }
            Actor::System => json!({"Type": "System", "Id": null, "Name": "MonoSign"}),
        };
        let mut told = Map::new();
        told.insert("EventId".to_owned(), json!(guids.id(Kind::Event, number)));
        told.insert("EventType".to_owned(), json!(name));
        told.insert(
            "EventDate".to_owned(),
            json!(String::from_utf8_lossy(&crate::clock::format_millis(
                event.published
            ))),
        );
        told.insert("Actor".to_owned(), actor);
        told.insert(
            "Target".to_owned(),
            json!({"Type": "User", "Id": guids.id(Kind::User, u64::from(i))}),
        );
        Some(told.into())
    }
}
