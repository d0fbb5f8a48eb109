//! The organisation itself, its domains, features, user types and API tokens.

use super::{Company, UserType};
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, draw};
use crate::ids::{Kind, random_text};

/// A custom domain.
#[derive(Debug, Clone)]
pub struct Domain {
    pub name: String,
    pub certificate: &'static str,
    pub validation: &'static str,
}

/// A self-service feature: name, description, stage, whether it is on, whether its trial is open.
pub type Feature = (&'static str, &'static str, &'static str, bool, bool);

const FEATURES: [Feature; 24] = [
    (
        "Access Testing Tool",
        "Shows administrators what a person would be asked for",
        "EA",
        false,
        false,
    ),
    (
        "Admin Session IP Binding",
        "Ends an administrator's session when its address changes",
        "EA",
        true,
        false,
    ),
    (
        "API Token Network Restrictions",
        "Binds API tokens to network zones",
        "EA",
        true,
        false,
    ),
    (
        "Assign Admin Roles to Groups",
        "Roles are given to groups as well as to people",
        "EA",
        true,
        false,
    ),
    (
        "Bulk Access Certifications",
        "Reviews access in campaigns",
        "EA",
        false,
        false,
    ),
    (
        "Custom Roles for Workflows",
        "Roles that only run flows",
        "BETA",
        false,
        true,
    ),
    (
        "Device Assurance Grace Period",
        "People may put off an update for some days",
        "EA",
        false,
        false,
    ),
    (
        "Directory Group Push Preview",
        "Shows what a push would change before it is made",
        "BETA",
        false,
        true,
    ),
    (
        "Enhanced Dynamic Zones",
        "Zones by autonomous system and kind of service",
        "EA",
        true,
        false,
    ),
    (
        "Entitlement Catalogue",
        "Names what an application lets people do",
        "BETA",
        false,
        true,
    ),
    (
        "Factor Sequencing",
        "Asks for factors in a chosen order",
        "EA",
        false,
        false,
    ),
    (
        "Federated Claims",
        "Passes on what another organisation vouched for",
        "EA",
        false,
        false,
    ),
    (
        "Group Push Sync Now",
        "Pushes a group without waiting for the next run",
        "EA",
        true,
        false,
    ),
    (
        "Import Monitoring",
        "Follows imports that are in progress",
        "EA",
        true,
        false,
    ),
    (
        "Log Investigator",
        "Explains System Log searches in plain words",
        "BETA",
        false,
        true,
    ),
    (
        "Multiple Identifiers",
        "People sign in with any of several attributes",
        "EA",
        false,
        false,
    ),
    (
        "New Sign-In Page Editor",
        "Edits the page beside a live preview",
        "EA",
        true,
        false,
    ),
    (
        "Passkey Management",
        "Keeps passkeys off unmanaged devices",
        "EA",
        true,
        false,
    ),
    (
        "Push Notification Number Matching",
        "Asks for a number shown at sign-in",
        "EA",
        true,
        false,
    ),
    (
        "Realms",
        "Divides people into populations with their own administrators",
        "EA",
        false,
        false,
    ),
    (
        "Recent Activity",
        "Shows people their own latest sign-ins",
        "EA",
        true,
        false,
    ),
    (
        "Risk Provider Integration",
        "Takes risk from outside into account",
        "BETA",
        false,
        true,
    ),
    (
        "Session Protection Monitoring",
        "Reports what session policies would have done",
        "EA",
        false,
        false,
    ),
    (
        "Universal Logout",
        "Ends application sessions with the organisation's",
        "EA",
        true,
        false,
    ),
];

/// An API token as the vendor lists it.
#[derive(Debug, Clone)]
pub struct Token {
    pub name: String,
    pub owner: u32,
    pub anywhere: bool,
    pub created: Seconds,
    pub last_updated: Seconds,
    pub expires: Seconds,
}

impl Company {
    /// The organisation's own domains; the first is the vendor's and has no identifier but `default`.
    #[must_use]
    pub fn domains(&self) -> Vec<Domain> {
        let domain = |name: String, certificate, validation| Domain {
            name,
            certificate,
            validation,
        };
        let mut domains = vec![
            domain("acme.okta.example".to_owned(), "OKTA_MANAGED", "COMPLETED"),
            domain(
                format!("login.{}", self.domain),
                "OKTA_MANAGED",
                "COMPLETED",
            ),
        ];
        if !self.clean {
            let more = [
                ("id", "OKTA_MANAGED", "COMPLETED"),
                ("legacy-login", "MANUAL", "COMPLETED"),
                ("partners", "OKTA_MANAGED", "IN_PROGRESS"),
                ("trial", "MANUAL", "NOT_STARTED"),
                ("shop", "MANUAL", "FAILED_TO_VERIFY"),
            ];
            for (name, certificate, validation) in more {
                let name = format!("{name}.{}", self.domain);
                domains.push(domain(name, certificate, validation));
            }
        }
        domains
    }

    /// The identifier of domain `n`.
    #[must_use]
    pub fn domain_id(&self, n: usize) -> String {
        if n == 0 {
            "default".to_owned()
        } else {
            self.ids.id(Kind::Domain, n as u64).to_string()
        }
    }

    /// Features an administrator may switch on, with their identifiers.
    pub fn features(&self) -> impl Iterator<Item = (String, Feature)> + '_ {
        FEATURES.into_iter().enumerate().map(|(n, feature)| {
            (
                format!(
                    "ftr{}",
                    random_text(draw(self.seed, Purpose::Secret, n as u64), 17)
                ),
                feature,
            )
        })
    }

    /// User types: name, shown name, description.
    #[must_use]
    pub fn user_types(&self) -> [(&'static str, &'static str, &'static str); 4] {
        [
            ("user", "User", "What everybody has who has nothing else"),
            (
                "contractor",
                "Contractor",
                "People who work here for somebody else",
            ),
            ("partner", "Partner", "People of partner companies"),
            (
                "service_account",
                "Service account",
                "Accounts that no person uses",
            ),
        ]
    }

    /// The place of a kind of account among the user types.
    #[must_use]
    pub fn user_type_place(user_type: UserType) -> usize {
        UserType::ALL
            .iter()
            .position(|t| *t == user_type)
            .unwrap_or(0)
    }

    /// API tokens: one that is well kept, and four that are not.
    #[must_use]
    pub fn api_tokens(&self) -> Vec<Token> {
        let epoch = self.epoch;
        let token = |name: &str, owner: u32, anywhere: bool, created: i64, used: i64| Token {
            name: name.to_owned(),
            owner,
            anywhere,
            created: epoch - created * DAY,
            last_updated: epoch - used * DAY,
            expires: epoch + (30 - used) * DAY,
        };
        let mut tokens = vec![token(
            "Security register (read only)",
            self.administrator(1),
            false,
            40,
            0,
        )];
        if !self.clean {
            let gone = (0..self.plan.users)
                .find(|i| self.status(*i) == super::accounts::Status::Deprovisioned);
            tokens.push(token("terraform", self.administrator(0), true, 700, 2));
            tokens.push(token(
                "old migration script",
                self.administrator(2),
                true,
                900,
                210,
            ));
            tokens.push(token(
                "Test token, delete me",
                self.administrator(3),
                true,
                400,
                399,
            ));
            tokens.push(token("reporting", gone.unwrap_or(0), true, 300, 5));
        }
        tokens
    }
}
