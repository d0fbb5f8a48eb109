//! The kinds of documents the stand-in serves: what it answers, and what was recorded of each.

use std::collections::BTreeMap;

use muster_sim::SimOptions;
use serde_json::Value;

use super::crawl::crawl;
use super::shapes::{Seen, Shape};
use super::support::{World, small, world};

/// A kind of document: where it is recorded (of several endpoints `@` one, in a member `#`), what the OpenAPI document calls it, and what in it is anybody's guess.
pub struct Kind {
    pub name: &'static str,
    pub recordings: &'static [&'static str],
    pub schemas: &'static [&'static str],
    /// Below these paths the organisation decides which fields there are.
    pub free: &'static [&'static str],
}

const KINDS: [Kind; 56] = [
    Kind {
        name: "okta_user",
        recordings: &["okta_user_list"],
        schemas: &["User"],
        free: &["profile"],
    },
    Kind {
        name: "user alone",
        recordings: &["okta_user_get"],
        schemas: &["UserGetSingleton", "User"],
        free: &["profile", "_links"],
    },
    Kind {
        name: "okta_group_member",
        recordings: &["okta_group_member", "okta_user_list"],
        schemas: &["User"],
        free: &["profile"],
    },
    Kind {
        name: "okta_user_type",
        recordings: &["okta_user_type_list", "okta_user_type_get"],
        schemas: &["UserType"],
        free: &[],
    },
    Kind {
        name: "okta_factor",
        recordings: &["okta_user_factor_list", "okta_user_factor_get"],
        schemas: &[
            "UserFactorCall",
            "UserFactorEmail",
            "UserFactorPush",
            "UserFactorSecurityQuestion",
            "UserFactorSMS",
            "UserFactorTokenSoftwareTOTP",
            "UserFactorWebAuthn",
            "UserFactor",
        ],
        free: &[],
    },
    Kind {
        name: "okta_group",
        recordings: &["okta_group_list", "okta_group_get", "okta_user_groups"],
        schemas: &["Group"],
        free: &["profile"],
    },
    Kind {
        name: "okta_group_rule",
        recordings: &["okta_group_rule_list", "okta_group_rule_get"],
        schemas: &["GroupRule"],
        free: &[],
    },
    Kind {
        name: "okta_application",
        recordings: &["okta_application_list", "okta_application_get"],
        schemas: &[
            "AutoLoginApplication",
            "BookmarkApplication",
            "BrowserPluginApplication",
            "OpenIdConnectApplication",
            "SamlApplication",
            "Application",
        ],
        free: &["settings.app", "visibility.appLinks", "profile"],
    },
    Kind {
        name: "okta_policy_mapped_application",
        recordings: &[
            "okta_policy_mapped_application",
            "okta_application_list",
            "okta_application_get",
        ],
        schemas: &[
            "OpenIdConnectApplication",
            "SamlApplication",
            "BookmarkApplication",
            "Application",
        ],
        free: &["settings", "visibility.appLinks", "profile", "credentials"],
    },
    Kind {
        name: "okta_application_user",
        recordings: &["okta_application_user"],
        schemas: &["AppUser"],
        free: &["profile"],
    },
    Kind {
        name: "okta_application_group",
        recordings: &["okta_application_group"],
        schemas: &["ApplicationGroupAssignment"],
        free: &["profile"],
    },
    Kind {
        name: "okta_policy",
        recordings: &["okta_policy_list", "okta_policy_get"],
        schemas: &[
            "AccessPolicy",
            "IdpDiscoveryPolicy",
            "AuthenticatorEnrollmentPolicy",
            "OktaSignOnPolicy",
            "PasswordPolicy",
            "ProfileEnrollmentPolicy",
            "PostAuthSessionPolicy",
            "EntityRiskPolicy",
            "SessionViolationDetectionPolicy",
        ],
        free: &["settings.factors"],
    },
    Kind {
        name: "okta_policy_rule",
        recordings: &["okta_policy_rule_list", "okta_policy_rule_get"],
        schemas: &[
            "AccessPolicyRule",
            "PasswordPolicyRule",
            "ProfileEnrollmentPolicyRule",
            "OktaSignOnPolicyRule",
            "IdpDiscoveryPolicyRule",
            "PostAuthSessionPolicyRule",
            "EntityRiskPolicyRule",
            "AuthenticatorEnrollmentPolicyRule",
            "SessionViolationDetectionPolicyRule",
        ],
        free: &[],
    },
    Kind {
        name: "policy mapping",
        recordings: &[],
        schemas: &["PolicyMapping"],
        free: &[],
    },
    Kind {
        name: "okta_profile_mapping",
        recordings: &["okta_profile_mapping_get"],
        schemas: &["ProfileMapping"],
        free: &["properties"],
    },
    Kind {
        name: "profile mapping listed",
        recordings: &["okta_profile_mapping_list"],
        schemas: &["ListProfileMappings"],
        free: &[],
    },
    Kind {
        name: "okta_domain",
        recordings: &["okta_domain_list", "okta_domain_get"],
        schemas: &["DomainResponse"],
        free: &[],
    },
    Kind {
        name: "okta_feature",
        recordings: &["okta_feature_list", "okta_feature_get"],
        schemas: &["Feature"],
        free: &[],
    },
    Kind {
        name: "okta_organization",
        recordings: &["okta_organization"],
        schemas: &["OrgSetting"],
        free: &[],
    },
    Kind {
        name: "support",
        recordings: &["okta_org_support"],
        schemas: &["OrgOktaSupportSettingsObj"],
        free: &[],
    },
    Kind {
        name: "api token",
        recordings: &["okta_api_token"],
        schemas: &["ApiToken"],
        free: &[],
    },
    Kind {
        name: "okta_network_zone",
        recordings: &["okta_network_zone_get"],
        schemas: &[
            "IPNetworkZone",
            "DynamicNetworkZone",
            "EnhancedDynamicNetworkZone",
            "NetworkZone",
        ],
        free: &[],
    },
    Kind {
        name: "okta_trusted_origin",
        recordings: &["okta_trusted_origin"],
        schemas: &["TrustedOrigin"],
        free: &[],
    },
    Kind {
        name: "okta_behavior",
        recordings: &["okta_behavior@behaviors", "okta_behavior@behaviors/*"],
        schemas: &[
            "BehaviorRuleAnomalousLocation",
            "BehaviorRuleAnomalousIP",
            "BehaviorRuleAnomalousDevice",
            "BehaviorRuleVelocity",
            "BehaviorRule",
        ],
        free: &["_links"],
    },
    Kind {
        name: "okta_threat_insight",
        recordings: &["okta_threat_insight"],
        schemas: &["ThreatInsightConfiguration"],
        free: &[],
    },
    Kind {
        name: "okta_authenticator",
        recordings: &["okta_authenticator_list", "okta_authenticator_get"],
        schemas: &[
            "AuthenticatorKeyDuo",
            "AuthenticatorKeyEmail",
            "AuthenticatorKeyOktaVerify",
            "AuthenticatorBase",
        ],
        free: &[],
    },
    Kind {
        name: "okta_authenticator_method",
        recordings: &["okta_authenticator_methods@authenticators/*/methods"],
        schemas: &[
            "AuthenticatorMethodPush",
            "AuthenticatorMethodSignedNonce",
            "AuthenticatorMethodTotp",
            "AuthenticatorMethodSimple",
            "AuthenticatorMethodBase",
        ],
        free: &[],
    },
    Kind {
        name: "okta_identity_provider",
        recordings: &["okta_idp_list", "okta_idp_get"],
        schemas: &["IdentityProvider"],
        free: &["protocol"],
    },
    Kind {
        name: "okta_identity_provider_key",
        recordings: &["okta_idp_keys@idps/credentials/keys/*"],
        schemas: &["IdPKeyCredential"],
        free: &[],
    },
    Kind {
        name: "okta_device_assurance",
        recordings: &["okta_device_assurance"],
        schemas: &[
            "DeviceAssuranceWindowsPlatform",
            "DeviceAssuranceMacOSPlatform",
            "DeviceAssuranceIOSPlatform",
            "DeviceAssuranceAndroidPlatform",
        ],
        free: &[],
    },
    Kind {
        name: "okta_device",
        recordings: &["okta_device_list", "okta_device_get"],
        schemas: &["Device"],
        free: &[],
    },
    Kind {
        name: "okta_device_user",
        recordings: &["okta_device_users"],
        schemas: &["DeviceUser"],
        free: &["user"],
    },
    Kind {
        name: "okta_authorization_server",
        recordings: &["okta_auth_server_list", "okta_auth_server_get"],
        schemas: &["AuthorizationServer"],
        free: &[],
    },
    Kind {
        name: "okta_authorization_server_policy",
        recordings: &[
            "okta_auth_server_child@authorizationServers/*/policies",
            "okta_auth_server_child@authorizationServers/*/policies/*",
        ],
        schemas: &["AuthorizationServerPolicy"],
        free: &[],
    },
    Kind {
        name: "okta_authorization_server_policy_rule",
        recordings: &["okta_auth_server_child@authorizationServers/*/policies/*/rules"],
        schemas: &["AuthorizationServerPolicyRule"],
        free: &[],
    },
    Kind {
        name: "okta_authorization_server_scope",
        recordings: &[
            "okta_auth_server_child@authorizationServers/*/scopes",
            "okta_auth_server_child@authorizationServers/*/scopes/*",
        ],
        schemas: &["OAuth2Scope"],
        free: &[],
    },
    Kind {
        name: "okta_authorization_server_claim",
        recordings: &[
            "okta_auth_server_child@authorizationServers/*/claims",
            "okta_auth_server_child@authorizationServers/*/claims/*",
        ],
        schemas: &["OAuth2Claim"],
        free: &[],
    },
    Kind {
        name: "okta_administrator",
        recordings: &["okta_iam_assignees#value"],
        schemas: &["RoleAssignedUser"],
        free: &[],
    },
    Kind {
        name: "okta_administrator_role",
        recordings: &["okta_user_roles"],
        schemas: &["StandardRole", "CustomRole"],
        free: &[],
    },
    Kind {
        name: "okta_custom_role",
        recordings: &["okta_iam_roles@iam/roles/*"],
        schemas: &["IamRole"],
        free: &[],
    },
    Kind {
        name: "okta_custom_role_permission",
        recordings: &["okta_iam_roles@iam/roles/*/permissions#permissions"],
        schemas: &["Permission"],
        free: &["conditions"],
    },
    Kind {
        name: "okta_resource_set",
        recordings: &[
            "okta_iam_resource_sets@iam/resource-sets/*",
            "okta_iam_resource_sets@iam/resource-sets#resource-sets",
        ],
        schemas: &["ResourceSet"],
        free: &[],
    },
    Kind {
        name: "okta_resource_set_resource",
        recordings: &["okta_iam_resource_sets@iam/resource-sets/*/resources#resources"],
        schemas: &["ResourceSetResource"],
        free: &["_links"],
    },
    Kind {
        name: "okta_resource_set_binding",
        recordings: &[],
        schemas: &["ResourceSetBindingRole"],
        free: &["_links"],
    },
    Kind {
        name: "okta_resource_set_member",
        recordings: &["okta_iam_resource_sets@iam/resource-sets/*/bindings/*/members#members"],
        schemas: &["ResourceSetBindingMember"],
        free: &[],
    },
    Kind {
        name: "okta_event_hook",
        recordings: &["okta_event_hook"],
        schemas: &["EventHook"],
        free: &[],
    },
    Kind {
        name: "okta_inline_hook",
        recordings: &["okta_inline_hook"],
        schemas: &["InlineHook"],
        free: &[],
    },
    Kind {
        name: "okta_log_stream",
        recordings: &["okta_log_stream"],
        schemas: &["LogStreamAws", "LogStreamSplunk", "LogStream"],
        free: &["settings"],
    },
    Kind {
        name: "okta_agent_pool",
        recordings: &[],
        schemas: &["AgentPool"],
        free: &[],
    },
    Kind {
        name: "okta_brand",
        recordings: &["okta_brand"],
        schemas: &["Brand"],
        free: &[],
    },
    Kind {
        name: "okta_sign_in_page",
        recordings: &[],
        schemas: &["PageRoot"],
        free: &[],
    },
    Kind {
        name: "okta_group_owner",
        recordings: &["okta_group_owners"],
        schemas: &["GroupOwner"],
        free: &[],
    },
    Kind {
        name: "okta_application_key",
        recordings: &["okta_app_credentials_keys@apps/*/credentials/keys"],
        schemas: &["JsonWebKey"],
        free: &[],
    },
    Kind {
        name: "okta_application_grant",
        recordings: &["okta_app_grants"],
        schemas: &["OAuth2ScopeConsentGrant"],
        free: &[],
    },
    Kind {
        name: "okta_first_party_application_setting",
        recordings: &[],
        schemas: &["AdminConsoleSettings"],
        free: &[],
    },
    Kind {
        name: "log event",
        recordings: &["okta_system_log_events"],
        schemas: &["LogEvent"],
        free: &["debugContext", "transaction.detail", "target[].detailEntry"],
    },
];

/// Every kind, and the shape of what a company of some size answers of it.
pub async fn served() -> Vec<(&'static Kind, Shape)> {
    let world = world(SimOptions {
        users: 500,
        ..small()
    })
    .await;
    let all = documents(&world).await;
    KINDS
        .iter()
        .map(|kind| (kind, Shape::of(&all[kind.name])))
        .collect()
}

/// Insists that nothing was found.
pub fn nothing(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// Documents of every kind.
async fn documents(world: &World) -> BTreeMap<&'static str, Vec<Value>> {
    let mut all: BTreeMap<&'static str, Vec<Value>> = crawl(world)
        .await
        .into_iter()
        .map(|(kind, items)| (kind, items.into_values().collect()))
        .collect();
    let mut alone = Vec::new();
    for user in all["okta_user"].iter().take(60) {
        alone.push(
            world
                .get(&format!(
                    "/api/v1/users/{}",
                    super::support::text(user, "id")
                ))
                .await,
        );
    }
    all.insert("user alone", alone);
    all.insert(
        "profile mapping listed",
        world.all("/api/v1/mappings").await,
    );
    let policy = world
        .ask("/api/v1/policies?type=ACCESS_POLICY")
        .await
        .items()[2]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    all.insert(
        "policy mapping",
        world
            .all(&format!("/api/v1/policies/{policy}/mappings"))
            .await,
    );
    let domain = all["okta_domain"]
        .iter()
        .find(|d| d["id"] != "default")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let domain = world.get(&format!("/api/v1/domains/{domain}")).await;
    all.get_mut("okta_domain").unwrap().push(domain);
    all.insert(
        "support",
        vec![world.get("/api/v1/org/privacy/oktaSupport").await],
    );
    all.insert("api token", world.all("/api/v1/api-tokens").await);
    world.change(serde_json::json!({"churn": 0.5})).await;
    all.insert(
        "log event",
        world
            .get("/api/v1/logs?limit=1000")
            .await
            .as_array()
            .cloned()
            .unwrap(),
    );
    all
}

impl Kind {
    /// The paths of a shape that the vendor decides on, and what was seen there.
    pub fn fixed<'a>(&self, shape: &'a Shape) -> impl Iterator<Item = (&'a String, &'a Seen)> {
        shape.0.iter().filter(|(path, _)| !self.is_free(path))
    }

    /// Whether the organisation decides what is at a path.
    pub fn is_free(&self, path: &str) -> bool {
        self.free.iter().any(|free| {
            path.starts_with(free)
                && path.len() > free.len()
                && matches!(path.as_bytes()[free.len()], b'.' | b'[')
        })
    }

    /// What was recorded of this kind.
    pub fn recorded(&self) -> Shape {
        let Some(shared) = super::support::shared() else {
            return Shape::default();
        };
        let mut documents = Vec::new();
        for name in self.recordings {
            let (name, member) = name
                .split_once('#')
                .map_or((*name, None), |(n, m)| (n, Some(m)));
            let (name, path) = name
                .split_once('@')
                .map_or((name, None), |(n, p)| (n, Some(p)));
            let file = std::fs::read(shared.join(format!("recordings/{name}.json"))).unwrap();
            let recording: Value = serde_json::from_slice(&file).unwrap();
            for response in recording["responses"].as_array().into_iter().flatten() {
                if response.get("shape").is_some_and(|s| s != "raw")
                    || response.get("status").is_some_and(|s| s != 200)
                {
                    continue;
                }
                let url = response["url"].as_str().unwrap_or_default();
                if path.is_some_and(|path| !leads_to(url, path)) {
                    continue;
                }
                let body = response.get("body").or(response.get("event"));
                let body = member.map_or(body, |member| body.and_then(|body| body.get(member)));
                match body {
                    Some(Value::Array(items)) => documents.extend(items.iter().cloned()),
                    Some(Value::Object(fields)) if fields.contains_key("domains") => documents
                        .extend(fields["domains"].as_array().into_iter().flatten().cloned()),
                    Some(one) => documents.push(one.clone()),
                    None => {}
                }
            }
        }
        // questions that could be asked are in the factor recordings too
        documents.retain(|d| self.name != "okta_factor" || d.get("factorType").is_some());
        Shape::of(&documents)
    }
}

/// Whether an address is of an endpoint, in which `*` is an identifier.
fn leads_to(url: &str, path: &str) -> bool {
    let asked = url.split_once("/api/v1/").map_or("", |(_, asked)| asked);
    let asked: Vec<&str> = asked
        .split('?')
        .next()
        .unwrap_or_default()
        .split('/')
        .collect();
    let wanted: Vec<&str> = path.split('/').collect();
    asked.len() == wanted.len()
        && asked
            .iter()
            .zip(&wanted)
            .all(|(asked, wanted)| *wanted == "*" || asked == wanted)
}
