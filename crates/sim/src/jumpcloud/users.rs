//! Accounts as JumpCloud writes them.

use serde_json::{Value, json};

use super::console::Account;
use super::founding::Spelling;
use super::ids::{HexIds, Kind};
use crate::clock::{DAY, Seconds, text};
use crate::company::accounts::Status;
use crate::company::names::DEPARTMENTS;
use crate::company::{Company, UserType};
use crate::hash::{Purpose, draw};
use crate::state::State;

impl State {
    /// The address of an account, which is not always spelled as in Okta.
    #[must_use]
    pub fn account_address(&self, i: u32) -> String {
        let company = &self.company;
        let mut same = String::new();
        self.write_address(i, &mut same);
        let spelling = company.spelling(i);
        if spelling == Spelling::Same {
            return same;
        }
        let (name, domain) = same.split_once('@').unwrap_or((&same, ""));
        let (first, last) = name.split_once('.').unwrap_or((name, ""));
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |letter| {
                letter.to_uppercase().chain(letters).collect()
            })
        };
        match spelling {
            Spelling::Same => same.clone(),
            Spelling::Capitals => format!("{}.{}@{domain}", capital(first), capital(last)),
            Spelling::Initial => format!("{}{last}@{domain}", &first[..1]),
            Spelling::Swapped => format!("{last}.{first}@{domain}"),
        }
    }

    /// Whether an account has a second factor.
    #[must_use]
    pub fn account_mfa(&self, i: u32) -> bool {
        self.company.clean
            || i < 4
            || !draw(self.company.seed, Purpose::Drift, u64::from(i) | 1 << 44).is_multiple_of(12)
    }

    /// An account as `GET /api/systemusers` has it.
    #[must_use]
    pub fn system_user(&self, i: u32, now: Seconds) -> Value {
        let company = &self.company;
        let (person, account) = (self.person(i), self.account(i));
        let hex = self.hex();
        let id = hex.id(Kind::User, u64::from(i));
        let (first, last) = company.shown_name(i);
        let chance = draw(company.seed, Purpose::Drift, u64::from(i) | 1 << 45);
        let weak = |of: u64| !company.clean && i >= 4 && chance.is_multiple_of(of);
        let mut username = String::new();
        company.write_login_name(i, &mut username);
        let mut title = String::new();
        let service = person.user_type == UserType::Service;
        if !service {
            company.write_title(i, person.position, person.promotions, &mut title);
        }
        let (city, country, _, _, prefix) = Company::office(person.city);
        let (mfa, staged) = (self.account_mfa(i), account == Account::Staged);
        let enrolled = if mfa && !staged {
            "ENROLLED"
        } else {
            "NOT_ENROLLED"
        };
        let suspended = account == Account::Suspended;
        let locked = person.status == Status::LockedOut && !suspended;
        let created = match self.console.accounts.get(&i) {
            Some((_, since)) if *since > 0 => *since,
            _ => person.times.created + 600,
        };
        let changed = person.times.password_changed.unwrap_or(created);
        let expired = person.status == Status::PasswordExpired;
        let manager = company
            .manager(i, person.position)
            .filter(|_| !service)
            .map_or_else(String::new, |m| hex.id(Kind::User, u64::from(m)));
        let phone = draw(
            company.seed,
            Purpose::Phone,
            u64::from(i) | u64::from(person.phones) << 40,
        );
        let phones = if service {
            json!([])
        } else {
            json!([{"id": hex.id(Kind::Address, u64::from(i) * 4), "type": "work", "number": format!("{prefix} {}", 1_000_000 + phone % 9_000_000)}])
        };
        let addresses = if service {
            json!([])
        } else {
            json!([{"id": hex.id(Kind::Address, u64::from(i) * 4 + 1), "type": "work", "country": country, "locality": city, "region": "",
                "postalCode": format!("{:05}", chance % 90_000 + 10_000), "streetAddress": "", "extendedAddress": "", "poBox": ""}])
        };
        let keys = ssh_keys(hex, i, chance, created);
        let mut document = json!({
            "_id": id, "id": id, "organization": self.organization_id(), "username": username, "systemUsername": "", "email": self.account_address(i),
            "alternateEmail": if chance.is_multiple_of(9) { json!(format!("{username}@mail.example")) } else { json!("") },
            "firstname": first, "middlename": "", "lastname": last, "displayname": format!("{first} {last}"), "description": "",
            "company": "Acme Industries", "costCenter": (4000 + u32::from(person.position.department) * 10).to_string(),
            "department": DEPARTMENTS[usize::from(person.position.department)], "employeeType": person.user_type.as_str(),
            "employeeIdentifier": if service { Value::Null } else { json!((100_000 + i).to_string()) }, "jobTitle": title, "location": city,
            "manager": manager, "managedAppleId": "", "phoneNumbers": phones, "addresses": addresses, "relationships": [],
            "attributes": if chance.is_multiple_of(5) { json!([{"name": "badge", "value": (chance >> 40).to_string()}]) } else { json!([]) },
            "state": match account { Account::Staged => "STAGED", Account::Suspended => "SUSPENDED", _ => "ACTIVATED" },
            "activated": !staged, "suspended": suspended, "account_locked": locked,
            "account_locked_date": if locked { json!(text(person.times.status_changed.unwrap_or(created))) } else { Value::Null },
            "badLoginAttempts": if locked { 6 } else { 0 }, "created": text(created), "creationSource": "jumpcloud:bulk",
            "mfa": {"configured": mfa && !staged, "exclusion": weak(40), "exclusionDays": 0},
            "mfaEnrollment": {"overallStatus": enrolled, "totpStatus": enrolled, "pushStatus": if chance.is_multiple_of(3) { enrolled } else { "NOT_ENROLLED" },
                "webAuthnStatus": "NOT_ENROLLED", "jcGoStatus": "DISABLED"},
            "totp_enabled": mfa && !staged, "enable_user_portal_multifactor": !weak(15),
            "password_date": text(changed), "password_expired": expired, "password_never_expires": weak(20) || service,
            "password_expiration_date": if weak(20) || service { Value::Null } else { json!(text(changed + if expired { 30 * DAY } else { (now - changed).max(0) / (90 * DAY) * 90 * DAY + 90 * DAY })) },
            "sudo": weak(30), "passwordless_sudo": weak(90), "allow_public_key": true, "public_key": "", "ssh_keys": keys,
            "ldap_binding_user": service && i.is_multiple_of(3), "samba_service_user": service && i.is_multiple_of(7), "disableDeviceMaxLoginAttempts": false,
            "enable_managed_uid": false, "unix_uid": 5000 + i, "unix_guid": 5000 + i, "externally_managed": false, "external_dn": "",
            "external_source_type": "", "external_password_expiration_date": "", "restrictedFields": [], "tags": [],
            "recoveryEmail": {"address": "", "verified": false}});
        if weak(40) {
            document["mfa"]["exclusionUntil"] = json!(text(company.epoch + 30 * DAY));
        }
        if let Some(fields) = person.profile {
            edited(&mut document, fields);
        }
        document
    }
}

/// What was set by hand in Okta comes along.
fn edited(document: &mut Value, fields: &serde_json::Map<String, Value>) {
    for (theirs, ours) in [
        ("firstName", "firstname"),
        ("lastName", "lastname"),
        ("displayName", "displayname"),
        ("department", "department"),
        ("title", "jobTitle"),
        ("city", "location"),
        ("costCenter", "costCenter"),
        ("email", "email"),
    ] {
        if let Some(value) = fields.get(theirs).filter(|value| value.is_string()) {
            document[ours] = value.clone();
        }
    }
}

fn ssh_keys(hex: HexIds, i: u32, chance: u64, created: Seconds) -> Value {
    if !chance.is_multiple_of(8) {
        return json!([]);
    }
    json!([{"_id": hex.id(Kind::SshKey, u64::from(i)), "name": "laptop", "create_date": text(created + DAY),
        "public_key": format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{:016x}{:016x} laptop", chance, !chance)}])
}
