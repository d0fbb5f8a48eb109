//! Every recorded answer of a type we have decodes, without a warning that its resource file does not explain.

#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::{fs, path::Path};

use muster::command::decode::decode;
use muster_provider::Catalogue;
use serde_json::Value;

/// Recordings, and the type they are of.
const RECORDINGS: [(&str, &str); 36] = [
    ("jumpcloud_apple_mdm", "jumpcloud_apple_mdm"),
    ("jumpcloud_application", "jumpcloud_application"),
    (
        "jumpcloud_application_usergroups",
        "jumpcloud_application_user_group",
    ),
    ("jumpcloud_application_users", "jumpcloud_application_user"),
    ("jumpcloud_organization", "jumpcloud_organization"),
    ("jumpcloud_user", "jumpcloud_user"),
    ("jumpcloud_user_group", "jumpcloud_user_group"),
    ("okta_application_get", "okta_application"),
    ("okta_application_group", "okta_application_group"),
    ("okta_application_group_get", "okta_application_group"),
    ("okta_application_list", "okta_application"),
    ("okta_application_user", "okta_application_user"),
    ("okta_application_user_get", "okta_application_user"),
    ("okta_domain_get", "okta_domain"),
    ("okta_domain_list", "okta_domain"),
    ("okta_feature_get", "okta_feature"),
    ("okta_feature_list", "okta_feature"),
    ("okta_group_get", "okta_group"),
    ("okta_group_list", "okta_group"),
    ("okta_group_member", "okta_group_member"),
    ("okta_group_rule_get", "okta_group_rule"),
    ("okta_group_rule_list", "okta_group_rule"),
    ("okta_organization", "okta_organization"),
    ("okta_policy_get", "okta_policy"),
    ("okta_policy_list", "okta_policy"),
    (
        "okta_policy_mapped_application",
        "okta_policy_mapped_application",
    ),
    ("okta_policy_rule_get", "okta_policy_rule"),
    ("okta_policy_rule_list", "okta_policy_rule"),
    ("okta_profile_mapping_get", "okta_profile_mapping"),
    ("okta_profile_mapping_list", "okta_profile_mapping"),
    ("okta_user_factor_get", "okta_factor"),
    ("okta_user_factor_list", "okta_factor"),
    ("okta_user_get", "okta_user"),
    ("okta_user_list", "okta_user"),
    ("okta_user_type_get", "okta_user_type"),
    ("okta_user_type_list", "okta_user_type"),
];

/// Recordings that hold answers of several endpoints: the path, where `*` stands for one segment, and the type.
const ENDPOINTS: [(&str, &str, &str); 48] = [
    ("okta_network_zone_get", "zones/*", "okta_network_zone"),
    (
        "okta_trusted_origin",
        "trustedOrigins/*",
        "okta_trusted_origin",
    ),
    (
        "okta_authenticator_get",
        "authenticators/*",
        "okta_authenticator",
    ),
    (
        "okta_authenticator_list",
        "authenticators",
        "okta_authenticator",
    ),
    (
        "okta_authenticator_methods",
        "authenticators/*/methods",
        "okta_authenticator_method",
    ),
    (
        "okta_auth_server_get",
        "authorizationServers/*",
        "okta_authorization_server",
    ),
    (
        "okta_auth_server_list",
        "authorizationServers",
        "okta_authorization_server",
    ),
    (
        "okta_auth_server_child",
        "authorizationServers/*/policies",
        "okta_authorization_server_policy",
    ),
    (
        "okta_auth_server_child",
        "authorizationServers/*/policies/*",
        "okta_authorization_server_policy",
    ),
    (
        "okta_auth_server_child",
        "authorizationServers/*/policies/*/rules",
        "okta_authorization_server_policy_rule",
    ),
    (
        "okta_auth_server_child",
        "authorizationServers/*/scopes",
        "okta_authorization_server_scope",
    ),
    (
        "okta_auth_server_child",
        "authorizationServers/*/scopes/*",
        "okta_authorization_server_scope",
    ),
    (
        "okta_auth_server_child",
        "authorizationServers/*/claims",
        "okta_authorization_server_claim",
    ),
    (
        "okta_auth_server_child",
        "authorizationServers/*/claims/*",
        "okta_authorization_server_claim",
    ),
    ("okta_idp_get", "idps/*", "okta_identity_provider"),
    ("okta_idp_list", "idps", "okta_identity_provider"),
    (
        "okta_idp_keys",
        "idps/credentials/keys/*",
        "okta_identity_provider_key",
    ),
    ("okta_device_get", "devices/*", "okta_device"),
    ("okta_device_list", "devices", "okta_device"),
    ("okta_device_users", "devices/*/users", "okta_device_user"),
    (
        "okta_device_assurance",
        "device-assurances",
        "okta_device_assurance",
    ),
    (
        "okta_device_assurance",
        "device-assurances/*",
        "okta_device_assurance",
    ),
    (
        "okta_iam_assignees",
        "iam/assignees/users",
        "okta_administrator",
    ),
    (
        "okta_user_roles",
        "users/*/roles",
        "okta_administrator_role",
    ),
    (
        "okta_user_roles",
        "users/*/roles/*",
        "okta_administrator_role",
    ),
    ("okta_iam_roles", "iam/roles/*", "okta_custom_role"),
    (
        "okta_iam_roles",
        "iam/roles/*/permissions",
        "okta_custom_role_permission",
    ),
    (
        "okta_iam_resource_sets",
        "iam/resource-sets",
        "okta_resource_set",
    ),
    (
        "okta_iam_resource_sets",
        "iam/resource-sets/*",
        "okta_resource_set",
    ),
    (
        "okta_iam_resource_sets",
        "iam/resource-sets/*/resources",
        "okta_resource_set_resource",
    ),
    (
        "okta_iam_resource_sets",
        "iam/resource-sets/*/bindings",
        "okta_resource_set_binding",
    ),
    (
        "okta_iam_resource_sets",
        "iam/resource-sets/*/bindings/*/members",
        "okta_resource_set_member",
    ),
    ("okta_event_hook", "eventHooks/*", "okta_event_hook"),
    ("okta_inline_hook", "inlineHooks", "okta_inline_hook"),
    ("okta_inline_hook", "inlineHooks/*", "okta_inline_hook"),
    ("okta_api_token", "api-tokens", "okta_api_token"),
    ("okta_api_token", "api-tokens/*", "okta_api_token"),
    ("okta_log_stream", "logStreams", "okta_log_stream"),
    ("okta_log_stream", "logStreams/*", "okta_log_stream"),
    ("okta_behavior", "behaviors", "okta_behavior"),
    ("okta_behavior", "behaviors/*", "okta_behavior"),
    ("okta_brand", "brands", "okta_brand"),
    ("okta_brand", "brands/*", "okta_brand"),
    (
        "okta_threat_insight",
        "threats/configuration",
        "okta_threat_insight",
    ),
    ("okta_agent_pools", "agentPools", "okta_agent_pool"),
    ("okta_group_owners", "groups/*/owners", "okta_group_owner"),
    (
        "okta_app_credentials_keys",
        "apps/*/credentials/keys",
        "okta_application_key",
    ),
    ("okta_app_grants", "apps/*/grants", "okta_application_grant"),
];

/// What the path of a recorded answer ends in when it is of another type than its recording: the security questions
/// that a user could enrol, which have no id and are no factors.
const OTHER_ANSWERS: [&str; 1] = ["/factors/questions"];

#[test]
fn every_recorded_answer_decodes_without_an_unexplained_warning() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
    if !folder.is_dir() {
        eprintln!("SKIPPED: there are no recordings at {}", folder.display());
        return;
    }
    let catalogue = Catalogue::embedded().unwrap();
    let mut problems = Vec::new();
    let mut decoded_answers = 0;
    let whole = RECORDINGS.map(|(recording, resource_type)| (recording, None, resource_type));
    let parts =
        ENDPOINTS.map(|(recording, path, resource_type)| (recording, Some(path), resource_type));
    for (recording, path, resource_type) in whole.into_iter().chain(parts) {
        let mut found = 0;
        let file = catalogue.resource_type(resource_type).unwrap();
        let text = fs::read_to_string(folder.join(format!("{recording}.json"))).unwrap();
        let recorded: Value = serde_json::from_str(&text).unwrap();
        for answer in recorded["responses"].as_array().unwrap() {
            let url = answer["url"].as_str().unwrap_or_default();
            let is_other = OTHER_ANSWERS.iter().any(|end| url.ends_with(end));
            let is_asked = path.is_none_or(|path| leads_to(url, path));
            if answer["status"] != 200 || is_other || !is_asked {
                continue;
            }
            found += 1;
            let decoded = decode(file, &answer["body"].to_string()).unwrap();
            assert_eq!(
                decoded.batch.num_rows() + decoded.failures.len(),
                decoded.items
            );
            decoded_answers += 1;
            let said = decoded.warnings.into_iter().chain(decoded.failures);
            problems.extend(said.map(|said| format!("{recording}: {said}")));
        }
        assert!(
            found > 0,
            "{recording} has no answer of {resource_type} at {path:?}"
        );
    }
    problems.sort();
    problems.dedup();
    assert_eq!(problems, Vec::<String>::new());
    assert!(decoded_answers > 500, "only {decoded_answers} answers");
}

/// Whether `url` is the endpoint `path` of the management API.
fn leads_to(url: &str, path: &str) -> bool {
    let asked = url.split_once("/api/v1/").map_or("", |(_, asked)| asked);
    let asked: Vec<&str> = asked
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .split('/')
        .collect();
    let wanted: Vec<&str> = path.split('/').collect();
    let fits = |asked: &str, wanted: &str| match wanted {
        "*" => asked != "credentials" && asked != "current",
        other => asked == other,
    };
    asked.len() == wanted.len()
        && asked
            .iter()
            .zip(&wanted)
            .all(|(asked, wanted)| fits(asked, wanted))
}
