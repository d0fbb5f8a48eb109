//! Policies on devices, in groups by system, and how they went.

use serde_json::{Value, json};

use super::devices::Os;
use super::ids::Kind;
use crate::clock::{DAY, text};
use crate::hash::{Purpose, draw};
use crate::state::State;

/// Name, the template's name, its title, and the fields it sets.
type Words = (
    Os,
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str)],
);

/// Every policy there is.
pub const POLICIES: [Words; 12] = [
    (
        Os::Mac,
        "FileVault on every Mac",
        "filevault_2_darwin",
        "FileVault 2",
        &[("skipsetup", "0")],
    ),
    (
        Os::Mac,
        "Mac firewall",
        "application_firewall_darwin",
        "Firewall Controls",
        &[("enable", "true")],
    ),
    (
        Os::Mac,
        "Mac screen lock",
        "lock_screen_darwin",
        "Lock Screen",
        &[("timeout", "600")],
    ),
    (
        Os::Mac,
        "Mac updates",
        "system_updates_darwin",
        "Software Update Settings",
        &[("autoInstall", "true")],
    ),
    (
        Os::Windows,
        "BitLocker on every PC",
        "bitlocker_full_disk_encryption_windows",
        "BitLocker Full Disk Encryption",
        &[("encryptAll", "true")],
    ),
    (
        Os::Windows,
        "Windows firewall",
        "firewall_windows",
        "Windows Firewall",
        &[("enable", "true")],
    ),
    (
        Os::Windows,
        "Windows screen lock",
        "lock_screen_windows",
        "Lock Screen",
        &[("timeout", "900")],
    ),
    (
        Os::Windows,
        "Windows updates",
        "windows_update",
        "Windows Update",
        &[("deferral", "7")],
    ),
    (
        Os::Linux,
        "Disk encryption on Linux",
        "check_disk_encryption_linux",
        "Check Disk Encryption",
        &[],
    ),
    (
        Os::Linux,
        "No root over SSH",
        "ssh_root_access_linux",
        "SSH Root Access",
        &[("denyRoot", "true")],
    ),
    (
        Os::Linux,
        "Linux screen lock",
        "lock_screen_linux",
        "Lock Screen",
        &[("timeout", "600")],
    ),
    (
        Os::Linux,
        "Packet redirects",
        "packet_redirects_linux",
        "Disable Packet Redirects",
        &[],
    ),
];

/// The policies for a system, by number.
pub fn of_os(os: Os) -> impl Iterator<Item = usize> {
    (0..POLICIES.len()).filter(move |p| POLICIES[*p].0 == os)
}

/// The group of policies that a policy is in, which is also the number of the group of devices it is bound to.
#[must_use]
pub fn group_of(p: usize) -> usize {
    p / 4
}

impl State {
    /// A policy as the list has it.
    #[must_use]
    pub fn policy(&self, p: usize) -> Value {
        let (os, name, template, title, _) = POLICIES[p];
        let family = match os {
            Os::Mac => "darwin",
            Os::Windows => "windows",
            Os::Linux => "linux",
        };
        json!({"id": self.hex().id(Kind::Policy, p as u64), "name": name, "template": {
            "id": self.hex().id(Kind::PolicyTemplate, p as u64), "name": template, "displayName": title, "description": format!("{title} on devices"),
            "osMetaFamily": family, "behavior": "", "activation": "", "alert": "", "reference": "", "state": "",
            "deliveryTypes": [if os == Os::Linux { "agent" } else { "mdm" }], "osRestrictions": []}})
    }

    /// A policy asked for alone, with its fields and values.
    #[must_use]
    pub fn policy_with_details(&self, p: usize) -> Value {
        let mut policy = self.policy(p);
        let field = |n: usize| self.hex().id(Kind::ConfigField, (p * 16 + n) as u64);
        let fields = POLICIES[p].4;
        policy["configFields"] = fields
            .iter()
            .enumerate()
            .map(|(n, (name, value))| {
                json!({"id": field(n), "name": name, "label": name, "displayType": if value.parse::<u32>().is_ok() { "number" } else { "checkbox" },
                    "position": n, "readOnly": false, "required": true, "sensitive": false, "defaultValue": "", "displayOptions": {}, "validators": {}})
            })
            .collect();
        policy["values"] = fields
            .iter()
            .enumerate()
            .map(|(n, (_, value))| json!({"configFieldID": field(n), "value": value, "sensitive": false}))
            .collect();
        policy["notes"] = json!("");
        policy
    }

    /// A group of policies.
    #[must_use]
    pub fn policy_group(&self, n: usize) -> Value {
        json!({"id": self.hex().id(Kind::PolicyGroup, n as u64), "type": "policy_group", "name": (["Mac baseline", "Windows baseline", "Linux baseline"][n]),
            "description": "", "email": "", "attributes": null})
    }

    /// How a policy went on a device.
    #[must_use]
    pub fn policy_result(&self, device: u32, n: u32) -> Value {
        let os = self.device_os(device);
        let p = of_os(os).nth(n as usize).unwrap_or_default();
        let failed = match n {
            0 => !self.encrypted(device),
            1 => !self.firewalled(device),
            _ => false,
        };
        let number = u64::from(device) * 16 + u64::from(n);
        let chance = draw(self.company.seed, Purpose::Insight, number | 1 << 44);
        let started =
            self.enrolled(device).max(self.company.epoch - 30 * DAY) + (chance % 86_400) as i64;
        json!({"id": self.hex().id(Kind::PolicyResult, number), "policyID": self.hex().id(Kind::Policy, p as u64),
            "systemID": self.hex().id(Kind::System, u64::from(device)), "success": !failed, "state": if failed { "FAILED" } else { "APPLIED" },
            "exitStatus": i32::from(failed), "detail": if failed { "the setting did not take" } else { "" }, "stdOut": "",
            "stdErr": if failed { "permission denied" } else { "" }, "startedAt": text(started), "endedAt": text(started + (chance >> 20) as i64 % 90)})
    }
}
