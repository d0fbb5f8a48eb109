//! Collections of few objects. Each is built whole, and then paged, searched for a key, or counted.

mod administration;
mod applications;
mod authentication;
mod authorization;
mod branding;
mod hooks;
mod network;
mod owners;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use super::errors::ApiError;
use super::paging::{self, Limits};
use crate::clock;
use crate::ids::Kind;
use crate::state::State;

/// The collections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Collection {
    NetworkZone,
    TrustedOrigin,
    Behavior,
    ThreatInsight,
    Authenticator,
    AuthenticatorMethod,
    IdentityProvider,
    IdentityProviderKey,
    DeviceAssurance,
    AuthorizationServer,
    AuthorizationPolicy,
    AuthorizationRule,
    AuthorizationScope,
    AuthorizationClaim,
    Administrator,
    AdministratorRole,
    CustomRole,
    Permission,
    ResourceSet,
    SetResource,
    Binding,
    BindingMember,
    EventHook,
    InlineHook,
    LogStream,
    AgentPool,
    Brand,
    SignInPage,
    GroupOwner,
    ApplicationKey,
    ApplicationGrant,
    FirstPartySetting,
}

use Collection as C;

/// How a collection is answered.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// An array.
    Whole,
    /// Pages by `Link`.
    Pages(Limits),
    /// The same, and the last page that has something on it promises another one.
    Promising(Limits),
    /// An array in a member, pages by `_links.next` beside it.
    Wrapped(&'static str, Limits),
    /// One object.
    Single,
}

/// What documents are made from.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    pub state: &'a State,
    /// Scheme and host; every link starts with it.
    pub base: &'a str,
}

/// Keys of one collection with their documents.
type Documents = Vec<(String, Value)>;

impl Collection {
    /// Every collection; what others hang on comes before them.
    pub const ALL: [Self; 32] = [
        C::NetworkZone,
        C::TrustedOrigin,
        C::Behavior,
        C::ThreatInsight,
        C::Authenticator,
        C::AuthenticatorMethod,
        C::IdentityProvider,
        C::IdentityProviderKey,
        C::DeviceAssurance,
        C::AuthorizationServer,
        C::AuthorizationPolicy,
        C::AuthorizationRule,
        C::AuthorizationScope,
        C::AuthorizationClaim,
        C::Administrator,
        C::AdministratorRole,
        C::CustomRole,
        C::Permission,
        C::ResourceSet,
        C::SetResource,
        C::Binding,
        C::BindingMember,
        C::EventHook,
        C::InlineHook,
        C::LogStream,
        C::AgentPool,
        C::Brand,
        C::SignInPage,
        C::GroupOwner,
        C::ApplicationKey,
        C::ApplicationGrant,
        C::FirstPartySetting,
    ];

    /// The collection, the parents and the object that a path below `/api/v1` names.
    #[must_use]
    pub fn find<'p>(segments: &[&'p str]) -> Option<(Self, Vec<&'p str>, Option<&'p str>)> {
        let (collection, parents, key): (Self, &[&'p str], Option<&'p str>) = match segments {
            ["zones", rest @ ..] => (C::NetworkZone, &[], only(rest)?),
            ["trustedOrigins", rest @ ..] => (C::TrustedOrigin, &[], only(rest)?),
            ["behaviors", rest @ ..] => (C::Behavior, &[], only(rest)?),
            ["threats", "configuration"] => (C::ThreatInsight, &[], None),
            ["authenticators", parent, "methods", rest @ ..] => {
                (C::AuthenticatorMethod, &[parent], only(rest)?)
            }
            ["authenticators", rest @ ..] => (C::Authenticator, &[], only(rest)?),
            ["idps", "credentials", "keys", rest @ ..] => {
                (C::IdentityProviderKey, &[], only(rest)?)
            }
            ["idps", rest @ ..] => (C::IdentityProvider, &[], only(rest)?),
            ["device-assurances", rest @ ..] => (C::DeviceAssurance, &[], only(rest)?),
            [
                "authorizationServers",
                server,
                "policies",
                policy,
                "rules",
                rest @ ..,
            ] => {
                return Some((C::AuthorizationRule, vec![server, policy], only(rest)?));
            }
            ["authorizationServers", server, "policies", rest @ ..] => {
                (C::AuthorizationPolicy, &[server], only(rest)?)
            }
            ["authorizationServers", server, "scopes", rest @ ..] => {
                (C::AuthorizationScope, &[server], only(rest)?)
            }
            ["authorizationServers", server, "claims", rest @ ..] => {
                (C::AuthorizationClaim, &[server], only(rest)?)
            }
            ["authorizationServers", rest @ ..] => (C::AuthorizationServer, &[], only(rest)?),
            ["iam", "assignees", "users"] => (C::Administrator, &[], None),
            ["users", user, "roles", rest @ ..] => (C::AdministratorRole, &[user], only(rest)?),
            ["iam", "roles", role, "permissions", rest @ ..] => {
                (C::Permission, &[role], only(rest)?)
            }
            ["iam", "roles", rest @ ..] => (C::CustomRole, &[], only(rest)?),
            ["iam", "resource-sets", set, "resources", rest @ ..] => {
                (C::SetResource, &[set], only(rest)?)
            }
            [
                "iam",
                "resource-sets",
                set,
                "bindings",
                role,
                "members",
                rest @ ..,
            ] => {
                return Some((C::BindingMember, vec![set, role], only(rest)?));
            }
            ["iam", "resource-sets", set, "bindings", rest @ ..] => {
                (C::Binding, &[set], only(rest)?)
            }
            ["iam", "resource-sets", rest @ ..] => (C::ResourceSet, &[], only(rest)?),
            ["eventHooks", rest @ ..] => (C::EventHook, &[], only(rest)?),
            ["inlineHooks", rest @ ..] => (C::InlineHook, &[], only(rest)?),
            ["logStreams", rest @ ..] => (C::LogStream, &[], only(rest)?),
            ["agentPools"] => (C::AgentPool, &[], None),
            ["brands", brand, "pages", "sign-in"] => (C::SignInPage, &[brand], None),
            ["brands", rest @ ..] => (C::Brand, &[], only(rest)?),
            ["groups", group, "owners"] => (C::GroupOwner, &[group], None),
            ["apps", app, "credentials", "keys", rest @ ..] => {
                (C::ApplicationKey, &[app], only(rest)?)
            }
            ["apps", app, "grants", rest @ ..] => (C::ApplicationGrant, &[app], only(rest)?),
            ["first-party-app-settings", "admin-console"] => (C::FirstPartySetting, &[], None),
            _ => return None,
        };
        Some((collection, parents.to_vec(), key))
    }

    /// The type of resource it is.
    #[must_use]
    pub fn resource_type(self) -> &'static str {
        match self {
            C::NetworkZone => "okta_network_zone",
            C::TrustedOrigin => "okta_trusted_origin",
            C::Behavior => "okta_behavior",
            C::ThreatInsight => "okta_threat_insight",
            C::Authenticator => "okta_authenticator",
            C::AuthenticatorMethod => "okta_authenticator_method",
            C::IdentityProvider => "okta_identity_provider",
            C::IdentityProviderKey => "okta_identity_provider_key",
            C::DeviceAssurance => "okta_device_assurance",
            C::AuthorizationServer => "okta_authorization_server",
            C::AuthorizationPolicy => "okta_authorization_server_policy",
            C::AuthorizationRule => "okta_authorization_server_policy_rule",
            C::AuthorizationScope => "okta_authorization_server_scope",
            C::AuthorizationClaim => "okta_authorization_server_claim",
            C::Administrator => "okta_administrator",
            C::AdministratorRole => "okta_administrator_role",
            C::CustomRole => "okta_custom_role",
            C::Permission => "okta_custom_role_permission",
            C::ResourceSet => "okta_resource_set",
            C::SetResource => "okta_resource_set_resource",
            C::Binding => "okta_resource_set_binding",
            C::BindingMember => "okta_resource_set_member",
            C::EventHook => "okta_event_hook",
            C::InlineHook => "okta_inline_hook",
            C::LogStream => "okta_log_stream",
            C::AgentPool => "okta_agent_pool",
            C::Brand => "okta_brand",
            C::SignInPage => "okta_sign_in_page",
            C::GroupOwner => "okta_group_owner",
            C::ApplicationKey => "okta_application_key",
            C::ApplicationGrant => "okta_application_grant",
            C::FirstPartySetting => "okta_first_party_application_setting",
        }
    }

    /// What the vendor calls an object that is not there.
    fn kind(self) -> &'static str {
        match self {
            C::NetworkZone => "NetworkZone",
            C::TrustedOrigin => "TrustedOrigin",
            C::Behavior => "Behavior",
            C::Authenticator | C::AuthenticatorMethod => "AuthenticatorEntity",
            C::IdentityProvider => "IdpAppInstance",
            C::IdentityProviderKey | C::ApplicationKey => "Key",
            C::DeviceAssurance => "DeviceAssurancePolicyEntity",
            C::AuthorizationServer => "AuthorizationServer",
            C::AuthorizationPolicy => "Policy",
            C::AuthorizationRule => "PolicyRule",
            C::AuthorizationScope => "OAuth2Scope",
            C::AuthorizationClaim => "OAuth2Claim",
            C::CustomRole | C::AdministratorRole => "Role",
            C::Permission => "Permission",
            C::ResourceSet | C::SetResource => "ResourceSet",
            C::Binding | C::BindingMember => "Binding",
            C::EventHook => "EventHook",
            C::InlineHook => "InlineHook",
            C::LogStream => "LogStream",
            C::Brand | C::SignInPage => "Brand",
            C::ApplicationGrant => "OAuth2ScopeConsentGrant",
            _ => "Resource",
        }
    }

    fn form(self) -> Form {
        match self {
            C::ThreatInsight | C::SignInPage | C::FirstPartySetting => Form::Single,
            C::NetworkZone
            | C::IdentityProviderKey
            | C::TrustedOrigin
            | C::LogStream
            | C::Brand => Form::Pages(Limits(20, 200)),
            C::Behavior => Form::Pages(Limits(10, 10)),
            C::GroupOwner => Form::Pages(Limits(1000, 1000)),
            C::AuthorizationServer => Form::Promising(Limits(200, 200)),
            C::IdentityProvider => Form::Promising(Limits(20, 200)),
            C::Administrator => Form::Wrapped("value", Limits(100, 100)),
            // how many there are on a page the vendor does not say, and cannot be asked
            C::CustomRole => Form::Wrapped("roles", Limits(5, 5)),
            C::Binding => Form::Wrapped("roles", Limits(100, 100)),
            C::Permission => Form::Wrapped("permissions", Limits(200, 200)),
            C::ResourceSet => Form::Wrapped("resource-sets", Limits(5, 5)),
            C::SetResource => Form::Wrapped("resources", Limits(100, 100)),
            C::BindingMember => Form::Wrapped("members", Limits(100, 100)),
            _ => Form::Whole,
        }
    }

    /// Everything in it below these parents, as it is now.
    ///
    /// # Errors
    /// When there is no such parent, or the organisation does not have this.
    pub fn documents(self, sheet: &Sheet<'_>, parents: &[&str]) -> Result<Documents, ApiError> {
        let engine = matches!(
            self,
            C::Authenticator | C::AuthenticatorMethod | C::DeviceAssurance
        );
        if engine && sheet.state.company.classic {
            return Err(ApiError::feature_missing());
        }
        let mut documents = match (self, parents) {
            (C::NetworkZone, _) => network::zones(sheet),
            (C::TrustedOrigin, _) => network::trusted_origins(sheet),
            (C::Behavior, _) => network::behaviors(sheet),
            (C::ThreatInsight, _) => network::threat_insight(sheet),
            (C::Authenticator, _) => authentication::authenticators(sheet),
            (C::AuthenticatorMethod, [parent]) => authentication::methods(sheet, parent)?,
            (C::IdentityProvider, _) => authentication::providers(sheet),
            (C::IdentityProviderKey, _) => authentication::provider_keys(sheet),
            (C::DeviceAssurance, _) => authentication::device_assurances(sheet),
            (C::AuthorizationServer, _) => authorization::servers(sheet),
            (C::AuthorizationPolicy, [server]) => authorization::policies(sheet, server)?,
            (C::AuthorizationRule, [server, policy]) => {
                authorization::rules(sheet, server, policy)?
            }
            (C::AuthorizationScope, [server]) => authorization::scopes(sheet, server)?,
            (C::AuthorizationClaim, [server]) => authorization::claims(sheet, server)?,
            (C::Administrator, _) => administration::assignees(sheet),
            (C::AdministratorRole, [user]) => administration::roles(sheet, user)?,
            (C::CustomRole, _) => administration::custom_roles(sheet),
            (C::Permission, [role]) => administration::permissions(sheet, role)?,
            (C::ResourceSet, _) => administration::resource_sets(sheet),
            (C::SetResource, [set]) => administration::resources(sheet, set)?,
            (C::Binding, [set]) => administration::bindings(sheet, set)?,
            (C::BindingMember, [set, role]) => administration::members(sheet, set, role)?,
            (C::EventHook, _) => hooks::event_hooks(sheet),
            (C::InlineHook, _) => hooks::inline_hooks(sheet),
            (C::LogStream, _) => hooks::log_streams(sheet),
            (C::AgentPool, _) => network::agent_pools(sheet),
            (C::Brand, _) => branding::brands(sheet),
            (C::SignInPage, [brand]) => branding::sign_in_page(sheet, brand)?,
            (C::GroupOwner, [group]) => owners::owners(sheet, group)?,
            (C::ApplicationKey, [app]) => applications::keys(sheet, app)?,
            (C::ApplicationGrant, [app]) => applications::grants(sheet, app)?,
            (C::FirstPartySetting, _) => applications::first_party_settings(sheet),
            _ => Vec::new(),
        };
        for (key, document) in &mut documents {
            let mut parts = parents.to_vec();
            if !key.is_empty() {
                parts.push(key);
            }
            let key = parts.join("/");
            sheet.state.patched(self.resource_type(), &key, document);
        }
        Ok(documents)
    }

    /// What it hangs on, with everything that each of those hangs on.
    fn parents(self, sheet: &Sheet<'_>) -> Vec<Vec<String>> {
        let state = sheet.state;
        let below = |parent: Self| -> Vec<Vec<String>> {
            let above = parent.parents(sheet);
            above
                .into_iter()
                .flat_map(|above| {
                    let named: Vec<&str> = above.iter().map(String::as_str).collect();
                    let found = parent.documents(sheet, &named).unwrap_or_default();
                    found
                        .into_iter()
                        .map(|(key, _)| [&above[..], &[key]].concat())
                        .collect::<Vec<_>>()
                })
                .collect()
        };
        match self {
            C::AuthenticatorMethod => below(C::Authenticator),
            C::AuthorizationPolicy | C::AuthorizationScope | C::AuthorizationClaim => {
                below(C::AuthorizationServer)
            }
            C::AuthorizationRule => below(C::AuthorizationPolicy),
            C::AdministratorRole => below(C::Administrator),
            C::Permission => below(C::CustomRole),
            C::SetResource | C::Binding => below(C::ResourceSet),
            C::BindingMember => below(C::Binding),
            C::SignInPage => below(C::Brand),
            C::GroupOwner => (0..state.groups.len())
                .filter(|g| state.owner_of(*g).is_some())
                .map(|g| vec![state.company.ids.group(g).to_string()])
                .collect(),
            C::ApplicationKey | C::ApplicationGrant => (0..state.applications.len())
                .filter(|a| !state.applications[*a].gone)
                .map(|a| vec![state.company.ids.application(a).to_string()])
                .collect(),
            _ => vec![Vec::new()],
        }
    }

    /// Resource type → how many there are, of every collection.
    #[must_use]
    pub fn counts(state: &State) -> BTreeMap<&'static str, u64> {
        let sheet = Sheet { state, base: "" };
        let count = |collection: Self| -> usize {
            let found = collection.parents(&sheet).into_iter().map(|parents| {
                let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
                collection
                    .documents(&sheet, &parents)
                    .map_or(0, |found| found.len())
            });
            found.sum()
        };
        Self::ALL
            .iter()
            .map(|c| (c.resource_type(), count(*c) as u64))
            .collect()
    }
}

fn only<'p>(rest: &[&'p str]) -> Option<Option<&'p str>> {
    match rest {
        [] => Some(None),
        [key] => Some(Some(key)),
        _ => None,
    }
}

/// Answers for a collection, or for one object of it.
pub fn answer(
    context: &Context<'_>,
    collection: Collection,
    parents: &[&str],
    key: Option<&str>,
) -> Answer {
    let sheet = Sheet {
        state: context.state,
        base: context.base,
    };
    let documents = collection.documents(&sheet, parents)?;
    if let Some(key) = key {
        let found = documents.iter().find(|(found, _)| found == key);
        let (_, document) = found.ok_or_else(|| ApiError::not_found(key, collection.kind()))?;
        return Ok(Reply::value(document));
    }
    let mut items = documents.into_iter().map(|(_, document)| document);
    match collection.form() {
        Form::Whole => Ok(Reply::value(&Value::Array(items.collect()))),
        Form::Single => items
            .next()
            .map(|document| Reply::value(&document))
            .ok_or_else(|| ApiError::not_found(context.path, collection.kind())),
        Form::Pages(limits) => paging::numbered(context, limits, items, |json, item| {
            json.value(&item);
        }),
        Form::Promising(limits) => {
            let mut shown = 0;
            let mut reply = paging::numbered(context, limits, items, |json, item| {
                json.value(&item);
                shown += 1;
            })?;
            if shown > 0 && reply.link_next.is_none() {
                let after = paging::cursor(context, paging::place(context)? + shown);
                let limit = paging::limit(context, limits)?;
                reply.link_next = Some(paging::address(context, Some(&after), Some(limit)));
            }
            Ok(reply)
        }
        Form::Wrapped(member, limits) => wrapped(context, member, limits, items),
    }
}

fn wrapped(
    context: &Context<'_>,
    member: &str,
    limits: Limits,
    items: impl Iterator<Item = Value>,
) -> Answer {
    let limit = paging::limit(context, limits)?;
    let from = paging::place(context)?;
    let mut items = items.skip(from as usize);
    let page: Vec<Value> = items.by_ref().take(limit).collect();
    let own = paging::address(context, context.query.get("after"), None);
    let mut body = json!({member: page, "_links": {"self": {"href": own}}});
    if items.next().is_some() {
        let after = paging::cursor(context, from + limit as u64);
        let asked = context.query.get("limit").map(|_| limit);
        body["_links"]["next"] = json!({"href": paging::address(context, Some(&after), asked)});
    }
    Ok(Reply {
        link_self: Some(own),
        ..Reply::value(&body)
    })
}

impl Sheet<'_> {
    /// An identifier.
    fn id(&self, kind: Kind, n: u64) -> String {
        self.state.company.ids.id(kind, n).to_string()
    }

    /// A moment some days before the epoch.
    fn before(&self, days: i64) -> String {
        clock::text(self.state.company.epoch - days * clock::DAY)
    }

    /// The same in the form of a few endpoints.
    fn before_in_words(&self, days: i64) -> String {
        self.before(days).replace('T', " ").replace("000Z", "0")
    }

    fn administrator(&self, n: u64) -> String {
        self.state
            .company
            .ids
            .user(self.state.company.administrator(n))
            .to_string()
    }

    /// An address below `/api/v1`.
    fn at(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.base)
    }

    /// A link to something, with the methods it takes.
    fn link(&self, path: &str, allow: &[&str]) -> Value {
        json!({"href": self.at(path), "hints": {"allow": allow}})
    }

    /// The links of an object that can be switched on and off.
    fn life(&self, path: &str, active: bool) -> Value {
        let turn = if active { "deactivate" } else { "activate" };
        json!({"self": self.link(path, &["GET", "PUT", "DELETE"]), turn: self.link(&format!("{path}/lifecycle/{turn}"), &["POST"])})
    }

    /// The organisation's identifier in Okta resource names.
    fn organization(&self) -> String {
        self.id(Kind::Organization, 0)
    }
}

fn status(active: bool) -> &'static str {
    if active { "ACTIVE" } else { "INACTIVE" }
}
