//! The vendor's API: which path leads where. Only reading is simulated; changes are made through `/_sim/change`.

mod access;
mod api;
mod api_tokens;
pub mod application_document;
mod application_users;
mod applications;
pub mod collection;
pub mod context;
mod devices;
pub mod domains;
pub mod errors;
mod factors;
mod features;
mod filter;
pub mod group_rules;
mod groups;
mod logs;
mod mappings;
pub mod organization;
mod paging;
pub mod policies;
pub mod rate_limit;
pub mod service;
mod user_document;
mod user_types;
mod users;

pub use api::Okta;

use collection::Collection;
use context::{Answer, Context};
use errors::ApiError;

/// The endpoints, as buckets and statistics count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Endpoint {
    Users,
    User,
    UserGroups,
    Factors,
    Groups,
    Group,
    GroupUsers,
    GroupApps,
    GroupRules,
    Apps,
    App,
    AppUsers,
    AppGroups,
    Policies,
    Policy,
    PolicyRules,
    PolicyApps,
    Mappings,
    Mapping,
    Logs,
    UserTypes,
    Features,
    Feature,
    Domains,
    Domain,
    Org,
    OrgSupport,
    ApiTokens,
    Zones,
    TrustedOrigins,
    Behaviors,
    ThreatInsight,
    Authenticators,
    IdentityProviders,
    Devices,
    DeviceAssurances,
    AuthorizationServers,
    Iam,
    Roles,
    EventHooks,
    InlineHooks,
    LogStreams,
    AgentPools,
    Brands,
    GroupOwners,
    AppCredentials,
    FirstPartySettings,
    WellKnown,
    Unknown,
}

impl Endpoint {
    /// How many there are.
    pub const COUNT: usize = Self::Unknown as usize + 1;

    /// The name in `/_sim/stats`, and in the list of what a token is denied.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::User => "user",
            Self::UserGroups => "user_groups",
            Self::Factors => "factors",
            Self::Groups => "groups",
            Self::Group => "group",
            Self::GroupUsers => "group_users",
            Self::GroupApps => "group_apps",
            Self::GroupRules => "group_rules",
            Self::Apps => "apps",
            Self::App => "app",
            Self::AppUsers => "app_users",
            Self::AppGroups => "app_groups",
            Self::Policies => "policies",
            Self::Policy => "policy",
            Self::PolicyRules => "policy_rules",
            Self::PolicyApps => "policy_apps",
            Self::Mappings => "mappings",
            Self::Mapping => "mapping",
            Self::Logs => "logs",
            Self::UserTypes => "user_types",
            Self::Features => "features",
            Self::Feature => "feature",
            Self::Domains => "domains",
            Self::Domain => "domain",
            Self::Org => "org",
            Self::OrgSupport => "org_support",
            Self::ApiTokens => "api_tokens",
            Self::Zones => "zones",
            Self::TrustedOrigins => "trusted_origins",
            Self::Behaviors => "behaviors",
            Self::ThreatInsight => "threat_insight",
            Self::Authenticators => "authenticators",
            Self::IdentityProviders => "identity_providers",
            Self::Devices => "devices",
            Self::DeviceAssurances => "device_assurances",
            Self::AuthorizationServers => "authorization_servers",
            Self::Iam => "iam",
            Self::Roles => "roles",
            Self::EventHooks => "event_hooks",
            Self::InlineHooks => "inline_hooks",
            Self::LogStreams => "log_streams",
            Self::AgentPools => "agent_pools",
            Self::Brands => "brands",
            Self::GroupOwners => "group_owners",
            Self::AppCredentials => "app_credentials",
            Self::FirstPartySettings => "first_party_settings",
            Self::WellKnown => "well_known",
            Self::Unknown => "unknown",
        }
    }

    /// The endpoint whose bucket it draws from.
    #[must_use]
    pub fn bucket(self) -> Self {
        match self {
            Self::UserGroups => Self::User,
            Self::GroupApps => Self::GroupUsers,
            Self::AppGroups => Self::AppUsers,
            Self::Policy | Self::PolicyRules | Self::PolicyApps => Self::Policies,
            Self::Mapping => Self::Mappings,
            Self::Feature => Self::Features,
            Self::Domain => Self::Domains,
            Self::OrgSupport => Self::Org,
            other => other,
        }
    }

    /// The vendor's limit for the bucket.
    #[must_use]
    pub fn requests_per_minute(self) -> u32 {
        match self.bucket() {
            Self::User => 2000,
            Self::Users | Self::Factors => 600,
            Self::Groups | Self::GroupUsers | Self::GroupRules | Self::App => 500,
            Self::ApiTokens | Self::Roles => 300,
            Self::Devices => 50,
            Self::AgentPools => 10,
            Self::Logs => 120,
            Self::Apps
            | Self::AppUsers
            | Self::Org
            | Self::Domains
            | Self::Iam
            | Self::EventHooks
            | Self::InlineHooks
            | Self::LogStreams
            | Self::AppCredentials
            | Self::FirstPartySettings => 100,
            _ => 1000,
        }
    }
}

/// Which endpoint a path leads to, and the segments after `/api/v1`.
#[must_use]
pub fn route(path: &str) -> (Endpoint, Vec<&str>) {
    if path == "/.well-known/okta-organization" {
        return (Endpoint::WellKnown, Vec::new());
    }
    let Some(rest) = path.strip_prefix("/api/v1/") else {
        return (Endpoint::Unknown, Vec::new());
    };
    let segments: Vec<&str> = rest.split('/').filter(|s| !s.is_empty()).collect();
    if let Some((collection, _, _)) = Collection::find(&segments) {
        return (of_collection(collection), segments);
    }
    let endpoint = match segments.as_slice() {
        ["devices"] | ["devices", _] | ["devices", _, "users"] => Endpoint::Devices,
        ["users"] => Endpoint::Users,
        ["users", _] => Endpoint::User,
        ["users", _, "groups"] => Endpoint::UserGroups,
        ["users", _, "factors"] | ["users", _, "factors", _] => Endpoint::Factors,
        ["groups"] => Endpoint::Groups,
        ["groups", "rules"] | ["groups", "rules", _] => Endpoint::GroupRules,
        ["groups", _] => Endpoint::Group,
        ["groups", _, "users"] => Endpoint::GroupUsers,
        ["groups", _, "apps"] => Endpoint::GroupApps,
        ["apps"] => Endpoint::Apps,
        ["apps", _] => Endpoint::App,
        ["apps", _, "users"] | ["apps", _, "users", _] => Endpoint::AppUsers,
        ["apps", _, "groups"] | ["apps", _, "groups", _] => Endpoint::AppGroups,
        ["policies"] => Endpoint::Policies,
        ["policies", _] => Endpoint::Policy,
        ["policies", _, "rules"] | ["policies", _, "rules", _] => Endpoint::PolicyRules,
        ["policies", _, "app" | "mappings"] => Endpoint::PolicyApps,
        ["mappings"] => Endpoint::Mappings,
        ["mappings", _] => Endpoint::Mapping,
        ["logs"] => Endpoint::Logs,
        ["meta", "types", "user"] | ["meta", "types", "user", _] => Endpoint::UserTypes,
        ["features"] => Endpoint::Features,
        ["features", _] => Endpoint::Feature,
        ["domains"] => Endpoint::Domains,
        ["domains", _] => Endpoint::Domain,
        ["org"] => Endpoint::Org,
        ["org", "privacy", "oktaSupport"] => Endpoint::OrgSupport,
        ["api-tokens"] | ["api-tokens", _] => Endpoint::ApiTokens,
        _ => Endpoint::Unknown,
    };
    (endpoint, segments)
}

/// Answers a request that is allowed.
pub fn answer(context: &Context<'_>, endpoint: Endpoint, segments: &[&str]) -> Answer {
    if let Some((collection, parents, key)) = Collection::find(segments) {
        return collection::answer(context, collection, &parents, key);
    }
    match (endpoint, segments) {
        (_, ["devices"]) => devices::list(context),
        (_, ["devices", id]) => devices::get(context, id),
        (_, ["devices", id, "users"]) => devices::users(context, id),
        (Endpoint::WellKnown, _) => organization::well_known(context),
        (_, ["users"]) => users::list(context),
        (_, ["users", id]) => users::get(context, id),
        (_, ["users", id, "groups"]) => users::groups(context, id),
        (_, ["users", id, "factors"]) => factors::list(context, id),
        (_, ["users", id, "factors", factor]) => factors::get(context, id, factor),
        (_, ["groups"]) => groups::list(context),
        (_, ["groups", "rules"]) => group_rules::list(context),
        (_, ["groups", "rules", id]) => group_rules::get(context, id),
        (_, ["groups", id]) => groups::get(context, id),
        (_, ["groups", id, "users"]) => groups::members(context, id),
        (_, ["groups", id, "apps"]) => groups::applications(context, id),
        (_, ["apps"]) => applications::list(context),
        (_, ["apps", id]) => applications::get(context, id),
        (_, ["apps", id, "users"]) => application_users::list(context, id),
        (_, ["apps", id, "users", user]) => application_users::get(context, id, user),
        (_, ["apps", id, "groups"]) => applications::groups(context, id),
        (_, ["apps", id, "groups", group]) => applications::group(context, id, group),
        (_, ["policies"]) => policies::list(context),
        (_, ["policies", id]) => policies::get(context, id),
        (_, ["policies", id, "rules"]) => policies::rules(context, id),
        (_, ["policies", id, "rules", rule]) => policies::rule(context, id, rule),
        (_, ["policies", id, "app"]) => policies::applications(context, id),
        (_, ["policies", id, "mappings"]) => policies::mappings(context, id),
        (_, ["mappings"]) => mappings::list(context),
        (_, ["mappings", id]) => mappings::get(context, id),
        (_, ["logs"]) => logs::list(context),
        (_, ["meta", "types", "user"]) => user_types::list(context),
        (_, ["meta", "types", "user", id]) => user_types::get(context, id),
        (_, ["features"]) => features::list(context),
        (_, ["features", id]) => features::get(context, id),
        (_, ["domains"]) => domains::list(context),
        (_, ["domains", id]) => domains::get(context, id),
        (_, ["org"]) => organization::get(context),
        (_, ["org", "privacy", "oktaSupport"]) => organization::support(context),
        (_, ["api-tokens"]) => api_tokens::list(context),
        (_, ["api-tokens", id]) => api_tokens::get(context, id),
        _ => Err(ApiError::no_endpoint()),
    }
}

/// The endpoint that a collection is counted under.
fn of_collection(collection: Collection) -> Endpoint {
    use Collection as C;
    match collection {
        C::NetworkZone => Endpoint::Zones,
        C::TrustedOrigin => Endpoint::TrustedOrigins,
        C::Behavior => Endpoint::Behaviors,
        C::ThreatInsight => Endpoint::ThreatInsight,
        C::Authenticator | C::AuthenticatorMethod => Endpoint::Authenticators,
        C::IdentityProvider | C::IdentityProviderKey => Endpoint::IdentityProviders,
        C::DeviceAssurance => Endpoint::DeviceAssurances,
        C::AuthorizationServer
        | C::AuthorizationPolicy
        | C::AuthorizationRule
        | C::AuthorizationScope
        | C::AuthorizationClaim => Endpoint::AuthorizationServers,
        C::Administrator
        | C::CustomRole
        | C::Permission
        | C::ResourceSet
        | C::SetResource
        | C::Binding
        | C::BindingMember => Endpoint::Iam,
        C::AdministratorRole => Endpoint::Roles,
        C::EventHook => Endpoint::EventHooks,
        C::InlineHook => Endpoint::InlineHooks,
        C::LogStream => Endpoint::LogStreams,
        C::AgentPool => Endpoint::AgentPools,
        C::Brand | C::SignInPage => Endpoint::Brands,
        C::GroupOwner => Endpoint::GroupOwners,
        C::ApplicationKey | C::ApplicationGrant => Endpoint::AppCredentials,
        C::FirstPartySetting => Endpoint::FirstPartySettings,
    }
}
