//! Directories, RADIUS servers, Apple's device management, conditional access, address lists and commands: what there are a
//! few of.

use serde_json::{Value, json};

use super::ids::Kind;
use crate::clock::{DAY, Seconds, text};
use crate::company::groups::EVERYONE;
use crate::hash::mix;
use crate::state::State;

/// What people are in a directory or reach a server through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    GSuite,
    Office365,
    LdapServer,
    ActiveDirectory,
    RadiusServer(usize),
}

/// The directories: kind of object, kind of identifier, the vendor's word, the name.
pub const DIRECTORIES: [(Service, Kind, &str, &str); 4] = [
    (Service::GSuite, Kind::GSuite, "g_suite", "Google Workspace"),
    (
        Service::Office365,
        Kind::Office365,
        "office_365",
        "Microsoft 365",
    ),
    (
        Service::LdapServer,
        Kind::LdapServer,
        "ldap_server",
        "jumpcloud",
    ),
    (
        Service::ActiveDirectory,
        Kind::ActiveDirectory,
        "active_directory",
        "DC=corp;DC=acme-industries;DC=example",
    ),
];

/// How many RADIUS servers there are.
pub const RADIUS_SERVERS: usize = 2;
/// How many commands there are.
pub const COMMANDS: usize = 4;
/// How many policies of conditional access there are.
pub const AUTHN_POLICIES: usize = 5;
/// How many lists of addresses there are.
pub const IP_LISTS: usize = 3;
/// How many administrators there are.
pub const ADMINISTRATORS: usize = 5;

impl State {
    /// The groups whose members a service has.
    #[must_use]
    pub fn service_groups(&self, service: Service) -> Vec<usize> {
        let groups: &[usize] = match service {
            Service::GSuite => &[EVERYONE],
            Service::Office365 => &[3, 4],
            Service::LdapServer => &[3],
            Service::ActiveDirectory => &[5],
            Service::RadiusServer(0) => &[EVERYONE],
            Service::RadiusServer(_) => &[2],
        };
        groups
            .iter()
            .copied()
            .filter(|g| self.mirrors_group(*g))
            .collect()
    }

    /// A directory as `/directories` has it.
    #[must_use]
    pub fn directory(&self, n: usize) -> Value {
        let (service, kind, word, name) = DIRECTORIES[n];
        let mut directory = json!({"id": self.hex().id(kind, 0), "type": word, "name": name});
        if matches!(service, Service::GSuite | Service::Office365) {
            directory["oAuthStatus"] = json!({"updatedAt": text(self.company.epoch - 3 * DAY), "expiry": text(self.company.epoch + 300 * DAY)});
            directory["defaultDomain"] =
                json!({"id": self.hex().id(kind, 1), "domain": self.company.domain});
        }
        directory
    }

    /// A directory of one kind, as its own endpoint has it.
    #[must_use]
    pub fn service(&self, service: Service) -> Value {
        let hex = self.hex();
        let strict = self.company.clean;
        match service {
            Service::GSuite => {
                json!({"id": hex.id(Kind::GSuite, 0), "name": "Google Workspace", "groupsEnabled": true, "userLockoutAction": "suspend",
                "userPasswordExpirationAction": "maintain", "defaultDomain": {"id": hex.id(Kind::GSuite, 1), "domain": self.company.domain}})
            }
            Service::Office365 => {
                json!({"id": hex.id(Kind::Office365, 0), "name": "Microsoft 365", "groupsEnabled": false, "userLockoutAction": "suspend",
                "userPasswordExpirationAction": "suspend", "defaultDomain": {"id": hex.id(Kind::Office365, 1), "domain": self.company.domain}})
            }
            Service::LdapServer => {
                json!({"id": hex.id(Kind::LdapServer, 0), "name": "jumpcloud", "userLockoutAction": if strict { "disable" } else { "remove" },
                "userPasswordExpirationAction": "disable"})
            }
            Service::ActiveDirectory => {
                json!({"id": hex.id(Kind::ActiveDirectory, 0), "domain": DIRECTORIES[3].3, "groupsEnabled": true, "delegationState": "DISABLED",
                "useCase": "TWOWAYSYNC", "primaryAgent": "", "primaryImportAgent": "", "permission": "PERMISSION_OWNER", "updatedAt": text(self.company.epoch - 9 * DAY)})
            }
            Service::RadiusServer(n) => {
                let id = hex.id(Kind::RadiusServer, n as u64);
                let weak = n == 1 && !strict;
                json!({"_id": id, "id": id, "organization": self.organization_id(), "name": (["Office Wi-Fi", "Warehouse VPN"][n]),
                    "networkSourceIp": format!("198.51.100.{}", n + 10), "sharedSecret": format!("{:016x}", mix(self.company.seed ^ n as u64)),
                    "mfa": if weak { "DISABLED" } else { "ENABLED" }, "authIdp": "JUMPCLOUD", "userPasswordEnabled": true, "userCertEnabled": false,
                    "deviceCertEnabled": false, "requireTlsAuth": false, "radsecEnabled": false, "requireRadsec": false, "caCert": "",
                    "userLockoutAction": if weak { "ALLOW" } else { "REMOVE" }, "userPasswordExpirationAction": "REMOVE"})
            }
        }
    }

    /// The device management that Apple's devices are enrolled in.
    #[must_use]
    pub fn apple_mdm(&self, now: Seconds) -> Value {
        let welcome = json!({"title": "Welcome", "paragraph": "Acme sets up this device.", "button": "continue"});
        let ades = json!({"welcomeScreen": welcome, "setupAssistantOptions": [{"option": "siri"}], "setupOptions": ["siri"], "enableZeroTouchEnrollment": true,
            "defaultDeviceGroupObjectIds": [self.hex().id(Kind::SystemGroup, 0)]});
        // soon to run out, unless nothing is weak
        let expiry = if self.company.clean {
            now - now % DAY + 200 * DAY
        } else {
            self.company.epoch + 20 * DAY
        };
        json!({"id": self.hex().id(Kind::AppleMdm, 0), "organization": self.organization_id(), "name": "Acme MDM", "allowMobileUserEnrollment": true,
            "apnsPushTopic": format!("com.apple.mgmt.External.{:016x}", mix(self.company.seed)), "apnsCertExpiry": text(expiry), "depServerTokenState": "valid",
            "depAccessTokenExpiry": text(expiry + 100 * DAY), "appleCertCreatorAppleID": format!("it@{}", self.company.domain),
            "appleCertSerialNumber": format!("{:016x}", mix(self.company.seed ^ 5)), "defaultIosUserEnrollmentDeviceGroupID": "",
            "defaultSystemGroupID": self.hex().id(Kind::SystemGroup, 0), "dep": {"welcomeScreen": welcome, "setupAssistantOptions": [{"option": "siri"}], "enableZeroTouchEnrollment": true},
            "ades": {"macos": ades, "ios": ades}})
    }

    /// A policy of conditional access.
    #[must_use]
    pub fn authn_policy(&self, n: usize) -> Value {
        let hex = self.hex();
        let group = |g: usize| hex.id(Kind::UserGroup, g as u64);
        let weak = !self.company.clean;
        let (name, kind, action, mfa, disabled) = [
            (
                "Portal with a second factor",
                "user_portal",
                "allow",
                true,
                false,
            ),
            (
                "Administrators with a key",
                "admin_portal",
                "allow",
                true,
                false,
            ),
            (
                "Refuse unmanaged devices",
                "application",
                "deny",
                false,
                weak,
            ),
            (
                "Directory without a second factor",
                "ldap",
                "allow",
                !weak,
                false,
            ),
            ("Outside the offices", "user_portal", "deny", false, false),
        ][n];
        let mut effect = json!({"action": action});
        if action == "allow" {
            effect["obligations"] = json!({"mfa": {"required": mfa}, "userVerification": {"requirement": if n == 1 { "required" } else { "none" }},
                "mfaFactors": if n == 1 { json!([{"type": "WEBAUTHN"}]) } else { json!([{"type": "TOTP"}, {"type": "PUSH"}]) }});
        }
        let conditions = match n {
            2 => json!({"not": {"deviceManaged": true}}),
            4 => json!({"not": {"ipAddressIn": [hex.id(Kind::IpList, 0)]}}),
            _ => json!({}),
        };
        json!({"id": hex.id(Kind::AuthnPolicy, n as u64), "name": name, "description": "", "type": kind, "disabled": disabled, "effect": effect, "conditions": conditions,
            "targets": {"resources": [{"type": kind}], "users": {"inclusions": if n == 4 { json!([]) } else { json!(["ALL"]) }},
                "userGroups": {"inclusions": if n == 4 { json!([group(2)]) } else { json!([]) }, "exclusions": if n == 0 && weak { json!([group(3)]) } else { json!([]) }},
                "userAttributes": {"inclusions": [], "exclusions": []}}})
    }

    /// A list of addresses.
    #[must_use]
    pub fn ip_list(&self, n: usize) -> Value {
        let (name, ips) = [
            ("Offices", json!(["198.51.100.0/24", "203.0.113.7"])),
            (
                "Partners",
                json!([if self.company.clean {
                    "192.0.2.0/28"
                } else {
                    "10.0.0.0/8"
                }]),
            ),
            ("Blocked", json!([])),
        ][n]
            .clone();
        json!({"id": self.hex().id(Kind::IpList, n as u64), "name": name, "description": "", "ips": ips})
    }

    /// A command as the list has it.
    #[must_use]
    pub fn command(&self, n: usize) -> Value {
        let id = self.hex().id(Kind::Command, n as u64);
        let (name, command, kind, launch) = [
            (
                "Collect logs",
                "tar czf /tmp/logs.tgz /var/log",
                "linux",
                "manual",
            ),
            (
                "Restart the print spooler",
                "Restart-Service Spooler",
                "windows",
                "manual",
            ),
            (
                "Nightly inventory",
                "system_profiler SPHardwareDataType",
                "mac",
                "repeated",
            ),
            (
                "Deploy from the build",
                "sh /opt/deploy.sh",
                "linux",
                if self.company.clean {
                    "manual"
                } else {
                    "trigger"
                },
            ),
        ][n];
        json!({"_id": id, "id": id, "organization": self.organization_id(), "name": name, "command": command, "commandType": kind, "launchType": launch,
            "listensTo": "", "schedule": if launch == "repeated" { "0 3 * * *" } else { "immediate" }, "scheduleRepeatType": if launch == "repeated" { "day" } else { "" },
            "trigger": if launch == "trigger" { "deploy" } else { "" }, "description": "", "templatingRequired": false, "aiGenerated": false})
    }

    /// A command asked for alone.
    #[must_use]
    pub fn command_with_details(&self, n: usize) -> Value {
        let mut command = self.command(n);
        command["sudo"] = json!(false);
        command["user"] = json!("000000000000000000000000");
        command["timeout"] = json!("120");
        command["shell"] = json!(if n == 1 { "powershell" } else { "" });
        command["files"] = json!([]);
        command["filesS3"] = json!([]);
        command["commandRunners"] = json!([]);
        command["timeToLiveSeconds"] = json!(864_000);
        command
    }
}
