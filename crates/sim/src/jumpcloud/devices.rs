//! Devices: about one per person, some people without, a few with two, services on servers.

use serde_json::{Value, json};

use super::console::{Account, Binding};
use super::groups::SERVERS;
use super::ids::Kind;
use crate::clock::{DAY, Seconds, text};
use crate::company::accounts::Status;
use crate::company::names::slug;
use crate::company::{Company, UserType};
use crate::hash::{Purpose, draw, mix};
use crate::state::State;

/// What runs on a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    Mac,
    Windows,
    Linux,
}

impl Os {
    /// `os`, `osFamily`, `version`, and the name of what runs.
    fn words(self, chance: u64) -> (&'static str, &'static str, &'static str, [u64; 3]) {
        match self {
            Self::Mac => (
                "Mac OS X",
                "darwin",
                ["14.7.1", "15.2", "15.3.1", "13.6.9"][(chance % 4) as usize],
                [[14, 7, 1], [15, 2, 0], [15, 3, 1], [13, 6, 9]][(chance % 4) as usize],
            ),
            Self::Windows => (
                "Windows",
                "windows",
                ["11 Pro", "11 Enterprise", "10 Pro"][(chance % 3) as usize],
                [[10, 0, 26100], [10, 0, 22631], [10, 0, 19045]][(chance % 3) as usize],
            ),
            Self::Linux => (
                "Ubuntu",
                "linux",
                ["22.04", "24.04"][(chance % 2) as usize],
                [[22, 4, 0], [24, 4, 0]][(chance % 2) as usize],
            ),
        }
    }
}

fn of(company: &Company, device: u32, salt: u64) -> u64 {
    draw(
        company.seed,
        Purpose::System,
        u64::from(device) | salt << 48,
    )
}

impl State {
    /// Whether a device is there. Every person has room for two; most use one.
    #[must_use]
    pub fn device_exists(&self, device: u32) -> bool {
        let i = device / 2;
        if i >= self.population()
            || !self.console.retired.is_empty() && self.console.retired.contains(&device)
        {
            return false;
        }
        let ever = self.company.founded_account(i) != Account::Absent
            || self.console.accounts.contains_key(&i);
        let share = if device.is_multiple_of(2) { 92 } else { 8 };
        ever && of(&self.company, device, 1) % 100 < share
    }

    /// What runs on a device.
    #[must_use]
    pub fn device_os(&self, device: u32) -> Os {
        if self.company.user_type(device / 2) == UserType::Service {
            return Os::Linux;
        }
        match of(&self.company, device, 2) % 100 {
            0..52 => Os::Mac,
            52..90 => Os::Windows,
            _ => Os::Linux,
        }
    }

    /// Who may use a device: accounts that are there.
    #[must_use]
    pub fn bindings(&self, device: u32) -> Vec<Binding> {
        let there = |b: &Binding| self.has_account(b.person);
        if let Some(bindings) = self.console.bindings.get(&device) {
            return bindings.iter().copied().filter(there).collect();
        }
        if self.company.ownerless(device) {
            return Vec::new();
        }
        let chance = of(&self.company, device, 3);
        let own = Binding {
            person: device / 2,
            sudo: chance % 100 < 18,
            without_password: chance % 100 < 3 && !self.company.clean,
        };
        let mut all = vec![own];
        // a device that two people share
        if chance >> 8 & 15 == 0 && own.person > 0 {
            all.push(Binding {
                person: own.person - 1,
                sudo: false,
                without_password: false,
            });
        }
        all.retain(there);
        all
    }

    /// The devices person `i` may use.
    #[must_use]
    pub fn devices_of(&self, i: u32) -> Vec<(u32, Binding)> {
        // their own, one that the next shares with them, and whatever was bound by hand
        let mut near: Vec<u32> = (i * 2..i * 2 + 4)
            .chain(self.console.bindings.keys().copied())
            .collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter()
            .filter(|device| self.device_exists(*device))
            .filter_map(|device| {
                self.bindings(device)
                    .into_iter()
                    .find(|b| b.person == i)
                    .map(|binding| (device, binding))
            })
            .collect()
    }

    /// Everybody who may use a device: by a binding of their own, or through these groups.
    #[must_use]
    pub fn system_users(&self, device: u32) -> Vec<(u32, Result<Binding, usize>)> {
        let mut all: Vec<(u32, Result<Binding, usize>)> = self
            .bindings(device)
            .into_iter()
            .map(|binding| (binding.person, Ok(binding)))
            .collect();
        if self.in_system_group(SERVERS, device) {
            for (i, g) in self.people_through(&self.groups_on_system_group(SERVERS)) {
                if !all.iter().any(|(other, _)| *other == i) {
                    all.push((i, Err(g)));
                }
            }
        }
        all
    }

    /// Whether the device tells what is on it.
    #[must_use]
    pub fn insights_enabled(&self, device: u32) -> bool {
        !of(&self.company, device, 4).is_multiple_of(10)
    }

    /// Whether the disk is encrypted.
    #[must_use]
    pub fn encrypted(&self, device: u32) -> bool {
        self.company.clean || !of(&self.company, device, 5).is_multiple_of(9)
    }

    /// Whether the firewall is on.
    #[must_use]
    pub fn firewalled(&self, device: u32) -> bool {
        self.company.clean || !of(&self.company, device, 6).is_multiple_of(11)
    }

    /// When a device was last heard of: a few minutes ago, unless it lies in a drawer.
    #[must_use]
    pub fn last_contact(&self, device: u32, now: Seconds) -> Seconds {
        let chance = of(&self.company, device, 7);
        if !self.company.clean && chance.is_multiple_of(25) {
            return self.company.epoch - 40 * DAY - (chance >> 8) as i64 % (90 * DAY);
        }
        now - now.rem_euclid(60) - (chance >> 8) as i64 % 3600
    }

    /// When a device was enrolled.
    #[must_use]
    pub fn enrolled(&self, device: u32) -> Seconds {
        let i = device / 2;
        match self.console.accounts.get(&i) {
            Some((_, since)) if i >= self.company.plan.users => *since,
            _ => {
                let end = self.company.epoch - DAY;
                let begun = self.company.founded + DAY;
                begun + (of(&self.company, device, 8) % (end - begun) as u64) as i64
            }
        }
    }

    /// The name of a device.
    #[must_use]
    pub fn hostname(&self, device: u32) -> String {
        let (first, last) = self.company.shown_name(device / 2);
        let kind = match self.device_os(device) {
            Os::Mac => "mbp",
            Os::Windows => "win",
            Os::Linux => "lnx",
        };
        format!("{}{}-{kind}-{device}", &slug(first)[..1], slug(last))
    }

    /// A device as `GET /api/systems` has it.
    #[must_use]
    pub fn system(&self, device: u32, now: Seconds) -> Value {
        let company = &self.company;
        let id = self.hex().id(Kind::System, u64::from(device));
        let (os, chance) = (self.device_os(device), of(company, device, 9));
        let (name, family, version, numbers) = os.words(chance >> 4);
        let hostname = self.hostname(device);
        let linux = os == Os::Linux;
        let policies = super::policies::of_os(os).count() as u64;
        let failed = u64::from(!self.encrypted(device)) + u64::from(!self.firewalled(device));
        let weak_ssh = linux && !company.clean && chance.is_multiple_of(4);
        let users = self.local_users(device);
        let metrics: Vec<Value> = users
            .iter()
            .map(|user| {
                json!({"userName": user.name, "admin": user.admin, "managed": user.managed, "suspended": user.suspended,
                    "secureTokenEnabled": os == Os::Mac && user.managed})
            })
            .collect();
        let contact = self.last_contact(device, now);
        let primary = self
            .bindings(device)
            .first()
            .map(|b| self.hex().id(Kind::User, u64::from(b.person)));
        let mut document = json!({
            "_id": id, "id": id, "organization": self.organization_id(), "created": text(self.enrolled(device)), "lastContact": text(contact),
            "active": now - contact < 2 * DAY, "os": name, "osFamily": family, "version": version,
            "arch": if os == Os::Windows { "amd64" } else if linux { "x86_64" } else { "arm64" },
            "archFamily": if os == Os::Mac { "ARM" } else { "Intel" },
            "osVersionDetail": {
                "major": numbers[0].to_string(), "minor": numbers[1].to_string(), "patch": numbers[2].to_string(), "majorNumber": numbers[0],
                "minorNumber": numbers[1], "patchNumber": numbers[2], "osName": name, "releaseName": "", "revision": "", "version": version,
                "distributionName": if linux { "Ubuntu" } else { "" }},
            "agentVersion": (["2.41.0", "2.40.3", "2.38.1"][(chance >> 8) as usize % 3]), "displayName": hostname, "hostname": hostname,
            "description": "", "tags": [], "templateName": template(os), "remoteIP": format!("203.0.113.{}", chance % 250 + 1),
            "serialNumber": format!("{:012X}", mix(chance) & 0xFFFF_FFFF_FFFF), "systemTimezone": -180, "fileSystem": null, "amazonInstanceID": "",
            "hwVendor": match os { Os::Mac => "Apple Inc.", Os::Windows if chance.is_multiple_of(2) => "LENOVO", _ => "Dell Inc." },
            "allowMultiFactorAuthentication": company.clean || !chance.is_multiple_of(5), "allowPublicKeyAuthentication": linux,
            "allowSshPasswordAuthentication": weak_ssh, "allowSshRootLogin": weak_ssh && chance.is_multiple_of(8),
            "sshRootEnabled": weak_ssh && chance.is_multiple_of(8), "modifySSHDConfig": linux, "desktopCapable": !linux,
            "isPolicyBound": true, "hasServiceAccount": os == Os::Mac, "azureAdJoined": false, "agentHasFullDiskAccess": os == Os::Mac,
            "fde": {"active": self.encrypted(device), "keyPresent": self.encrypted(device) && (company.clean || !chance.is_multiple_of(14))},
            "networkInterfaces": [
                {"name": "lo0", "family": "IPv4", "address": "127.0.0.1", "internal": true},
                {"name": if os == Os::Windows { "Ethernet" } else { "en0" }, "family": "IPv4", "address": format!("10.{}.{}.{}", device >> 14 & 255, device >> 6 & 255, device % 64 + 2), "internal": false}],
            "sshdParams": if linux { json!([{"name": "PermitRootLogin", "value": if weak_ssh { "yes" } else { "no" }}]) } else { json!([]) },
            "systemInsights": {"state": if self.insights_enabled(device) { "enabled" } else { "disabled" }},
            "builtInCommands": [{"name": "lock", "type": "security"}, {"name": "restart", "type": "security"}],
            "connectionHistory": [], "userMetrics": metrics, "attributes": [], "remoteAssistAgentVersion": "0.320.0",
            "policyStats": {"duplicate": 0, "failed": failed, "pending": 0, "success": policies - failed.min(policies), "total": policies, "unsupportedOs": 0},
            "primarySystemUser": {"id": primary}, "secureLogin": {"enabled": false, "supported": true},
            "provisionMetadata": {"provisioner": {"provisionerId": "", "type": "administrator"}},
            "systemToken": format!("{:016x}{:016x}", mix(chance ^ 3), mix(chance ^ 4))});
        match os {
            Os::Mac => {
                document["mdm"] = json!({"vendor": if chance.is_multiple_of(13) { "external" } else { "internal" }, "userApproved": !chance.is_multiple_of(17),
                    "dep": chance.is_multiple_of(2), "profileIdentifier": "com.jumpcloud.mdm", "providerId": "", "lostModeStatus": "NONE"});
                document["serviceAccountState"] = json!({"hasSecureToken": true, "passwordAPFSValid": true, "passwordODValid": true});
            }
            Os::Windows => {
                document["domainInfo"] = json!({"domainName": "WORKGROUP", "partOfDomain": false});
            }
            Os::Linux => document["displayManager"] = json!("gdm3"),
        }
        document
    }

    /// The accounts on a device itself.
    #[must_use]
    pub fn local_users(&self, device: u32) -> Vec<LocalUser> {
        let os = self.device_os(device);
        let mut users = vec![LocalUser {
            name: match os {
                Os::Windows => "Administrator".to_owned(),
                _ => "root".to_owned(),
            },
            admin: true,
            managed: false,
            suspended: os == Os::Windows,
        }];
        for binding in self.bindings(device) {
            let mut name = String::new();
            self.company.write_login_name(binding.person, &mut name);
            users.push(LocalUser {
                name,
                admin: binding.sudo,
                managed: true,
                suspended: self.account(binding.person) == Account::Suspended,
            });
        }
        // somebody's own account beside the one that is managed
        if !self.company.clean && of(&self.company, device, 10).is_multiple_of(8) {
            users.push(LocalUser {
                name: "localadmin".to_owned(),
                admin: true,
                managed: false,
                suspended: false,
            });
        }
        users
    }

    /// Whether somebody who works here has this device without having left.
    #[must_use]
    pub fn works(&self, i: u32) -> bool {
        self.exists(i) && self.status(i) == Status::Active
    }
}

/// An account on a device.
#[derive(Debug, Clone)]
pub struct LocalUser {
    pub name: String,
    pub admin: bool,
    pub managed: bool,
    pub suspended: bool,
}

fn template(os: Os) -> &'static str {
    match os {
        Os::Mac => "MacOS",
        Os::Windows => "Windows",
        Os::Linux => "ubuntu",
    }
}
