//! The kinds of documents the stand-in serves, and where the vendor's own are to compare them with.

use super::shapes::{Seen, Shape};

/// A kind of document: where it is recorded (of several endpoints `@` one, in a member `#`), what the OpenAPI document calls it, and what in it is anybody's guess.
pub struct Kind {
    pub name: &'static str,
    pub recordings: &'static [&'static str],
    pub schemas: &'static [&'static str],
    /// Below these paths the organisation decides which fields there are.
    pub free: &'static [&'static str],
}

/// Every kind.
pub const KINDS: [Kind; 56] = [
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
}
