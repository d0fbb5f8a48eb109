//! What the interface says of people and their sessions.

use muster_accounts::{Permission, Role, Token, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{access::CSRF_PURPOSE, time::Time};

/// What somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Role)]
pub enum RoleName {
    /// Reads everything, asks, comments.
    User,
    /// Also manages everything but owners.
    Admin,
    /// Everything.
    Owner,
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::User => Self::User,
            Role::Admin => Self::Admin,
            Role::Owner => Self::Owner,
        }
    }
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::User => Self::User,
            RoleName::Admin => Self::Admin,
            RoleName::Owner => Self::Owner,
        }
    }
}

/// Something that needs to be permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Permission)]
pub enum PermissionName {
    /// See what there is.
    Read,
    /// Ask in SQL.
    Query,
    /// Comment, and save queries.
    Contribute,
    /// Add, change, run and delete integrations.
    ManageIntegrations,
    /// Push custom data.
    Push,
    /// Suppress and assign findings.
    Judge,
    /// Alerts and channels.
    ManageAlerts,
    /// Users.
    ManageUsers,
    /// Everybody's keys.
    ManageKeys,
    /// The record of who did what.
    ReadAudit,
}

impl From<Permission> for PermissionName {
    fn from(permission: Permission) -> Self {
        match permission {
            Permission::Read => Self::Read,
            Permission::Query => Self::Query,
            Permission::Contribute => Self::Contribute,
            Permission::ManageIntegrations => Self::ManageIntegrations,
            Permission::Push => Self::Push,
            Permission::Judge => Self::Judge,
            Permission::ManageAlerts => Self::ManageAlerts,
            Permission::ManageUsers => Self::ManageUsers,
            Permission::ManageKeys => Self::ManageKeys,
            Permission::ReadAudit => Self::ReadAudit,
        }
    }
}

/// Somebody who may sign in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = User)]
pub struct UserView {
    /// Never changes.
    pub id: String,
    /// What people call them.
    pub name: String,
    /// What they sign in with.
    pub email: String,
    /// What they may do.
    pub role: RoleName,
    /// Whether they are kept out.
    pub disabled: bool,
    /// Whether they have not used their invitation yet.
    pub invited: bool,
    /// When they were added.
    pub created_at: Time,
    /// When they last did something.
    pub last_seen_at: Option<Time>,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            name: user.name,
            email: user.email,
            role: user.role.into(),
            disabled: user.disabled,
            invited: user.invited,
            created_at: Time(user.created),
            last_seen_at: user.last_seen.map(Time),
        }
    }
}

/// Who is signed in, and what they may do.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Session)]
pub struct SessionView {
    /// Who.
    pub user: UserView,
    /// To be sent as `x-csrf-token` with everything that changes something.
    pub csrf_token: String,
    /// The server's version.
    pub version: String,
    /// What they may do.
    pub permissions: Vec<PermissionName>,
}

impl SessionView {
    /// The session that `token` opens.
    pub fn new(user: User, token: &Token) -> Self {
        let permissions = Permission::ALL
            .into_iter()
            .filter(|permission| user.role.may(*permission));
        Self {
            csrf_token: token.derived(CSRF_PURPOSE),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            permissions: permissions.map(PermissionName::from).collect(),
            user: user.into(),
        }
    }
}
