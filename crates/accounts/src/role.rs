//! Who may do what. This is the only place that says so.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a user is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads everything, asks questions, saves own queries, comments.
    User,
    /// Also manages integrations, findings, alerts, channels, keys, and users who are not owners.
    Admin,
    /// Everything, owners included.
    Owner,
}

/// Something that needs to be permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See resources, changes, findings, rules, integrations and alerts.
    Read,
    /// Ask questions in SQL.
    Query,
    /// Comment on findings and save own queries.
    Contribute,
    /// Add, change, run and delete integrations.
    ManageIntegrations,
    /// Push resources of one's own types.
    Push,
    /// Suppress and assign findings.
    Judge,
    /// Add, change and delete alerts and channels.
    ManageAlerts,
    /// Invite, change and remove users.
    ManageUsers,
    /// See and end everybody's keys, and make keys that manage.
    ManageKeys,
    /// Read the record of who did what, and everybody's questions.
    ReadAudit,
}

impl Permission {
    /// All there are.
    pub const ALL: [Self; 10] = [
        Self::Read,
        Self::Query,
        Self::Contribute,
        Self::ManageIntegrations,
        Self::Push,
        Self::Judge,
        Self::ManageAlerts,
        Self::ManageUsers,
        Self::ManageKeys,
        Self::ReadAudit,
    ];
}

impl Role {
    /// All there are, the least first.
    pub const ALL: [Self; 3] = [Self::User, Self::Admin, Self::Owner];

    /// The word used in SQL, files and on disk.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role stored under `word`, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether somebody of this role may do it.
    pub fn may(self, permission: Permission) -> bool {
        match permission {
            Permission::Read | Permission::Query | Permission::Contribute => true,
            Permission::ManageIntegrations
            | Permission::Push
            | Permission::Judge
            | Permission::ManageAlerts
            | Permission::ManageUsers
            | Permission::ManageKeys
            | Permission::ReadAudit => self >= Self::Admin,
        }
    }

    /// Whether somebody of this role may make, change or remove somebody of `other`.
    pub fn may_manage(self, other: Self) -> bool {
        match other {
            Self::User | Self::Admin => self.may(Permission::ManageUsers),
            Self::Owner => self == Self::Owner,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
