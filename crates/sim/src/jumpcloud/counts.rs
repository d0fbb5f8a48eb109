//! How many resources of each type an independent crawl would find.

use std::collections::BTreeMap;

use super::insights::Table;
use super::policies::POLICIES;
use super::services::{self, Service};
use crate::state::State;

impl State {
    /// Resource type → number, as the listings have it now.
    #[must_use]
    pub fn jumpcloud_counts(&self) -> BTreeMap<&'static str, u64> {
        let lists = self.lists();
        let rows = |tables: &[Table]| -> u64 {
            tables
                .iter()
                .map(|table| lists.total(self, *table) as u64)
                .sum()
        };
        let bound = |service| self.service_groups(service).len() as u64;
        let people = |service| self.people_through(&self.service_groups(service)).len() as u64;
        let device_groups = 0..self.system_group_count();
        let device_members = lists.devices.iter().map(|device| {
            let groups = device_groups.clone();
            groups.filter(|n| self.in_system_group(*n, *device)).count() as u64
        });
        let applications: Vec<Vec<usize>> = self
            .sso_applications()
            .map(|a| self.application_user_groups(a))
            .collect();
        BTreeMap::from([
            ("jumpcloud_active_directory", 1),
            (
                "jumpcloud_active_directory_user",
                people(Service::ActiveDirectory),
            ),
            (
                "jumpcloud_active_directory_user_group",
                bound(Service::ActiveDirectory),
            ),
            ("jumpcloud_administrator", services::ADMINISTRATORS as u64),
            ("jumpcloud_apple_mdm", 1),
            ("jumpcloud_application", applications.len() as u64),
            (
                "jumpcloud_application_user",
                applications
                    .iter()
                    .map(|groups| self.people_through(groups).len() as u64)
                    .sum(),
            ),
            (
                "jumpcloud_application_user_group",
                applications.iter().map(|groups| groups.len() as u64).sum(),
            ),
            (
                "jumpcloud_authentication_policy",
                services::AUTHN_POLICIES as u64,
            ),
            (
                "jumpcloud_browser_extension",
                rows(&[
                    Table::ChromeExtensions,
                    Table::FirefoxAddons,
                    Table::SafariExtensions,
                    Table::BrowserPlugins,
                    Table::IeExtensions,
                ]),
            ),
            ("jumpcloud_certificate", rows(&[Table::Certificates])),
            ("jumpcloud_command", services::COMMANDS as u64),
            ("jumpcloud_device", lists.devices.len() as u64),
            (
                "jumpcloud_device_app",
                rows(&[Table::Apps, Table::Programs, Table::LinuxPackages]),
            ),
            ("jumpcloud_device_group", device_groups.len() as u64),
            ("jumpcloud_device_group_member", device_members.sum()),
            (
                "jumpcloud_device_user",
                lists
                    .devices
                    .iter()
                    .map(|device| self.system_users(*device).len() as u64)
                    .sum(),
            ),
            ("jumpcloud_directory", services::DIRECTORIES.len() as u64),
            (
                "jumpcloud_disk_encryption",
                rows(&[Table::DiskEncryption, Table::BitlockerInfo]),
            ),
            (
                "jumpcloud_firewall",
                rows(&[Table::Alf, Table::WindowsSecurityCenter]),
            ),
            ("jumpcloud_gsuite", 1),
            ("jumpcloud_gsuite_user", people(Service::GSuite)),
            ("jumpcloud_gsuite_user_group", bound(Service::GSuite)),
            ("jumpcloud_ip_list", services::IP_LISTS as u64),
            ("jumpcloud_ldap_server", 1),
            ("jumpcloud_ldap_server_user", people(Service::LdapServer)),
            (
                "jumpcloud_ldap_server_user_group",
                bound(Service::LdapServer),
            ),
            ("jumpcloud_local_user", rows(&[Table::Users])),
            ("jumpcloud_office365", 1),
            ("jumpcloud_office365_user", people(Service::Office365)),
            ("jumpcloud_office365_user_group", bound(Service::Office365)),
            ("jumpcloud_organization", 1),
            ("jumpcloud_organization_settings", 1),
            ("jumpcloud_policy", POLICIES.len() as u64),
            ("jumpcloud_policy_device_group", POLICIES.len() as u64),
            ("jumpcloud_policy_group", 3),
            ("jumpcloud_policy_group_device_group", 3),
            ("jumpcloud_policy_group_member", POLICIES.len() as u64),
            ("jumpcloud_policy_result", rows(&[Table::PolicyResults])),
            ("jumpcloud_radius_server", services::RADIUS_SERVERS as u64),
            (
                "jumpcloud_ssh_key",
                rows(&[Table::UserSshKeys, Table::AuthorizedKeys]),
            ),
            ("jumpcloud_user", lists.accounts.len() as u64),
            ("jumpcloud_user_group", self.user_groups().count() as u64),
            (
                "jumpcloud_user_group_device_group",
                device_groups
                    .map(|n| self.groups_on_system_group(n).len() as u64)
                    .sum(),
            ),
            (
                "jumpcloud_user_group_member",
                self.user_groups()
                    .map(|g| self.user_group_members(g).len() as u64)
                    .sum(),
            ),
        ])
    }
}
