//! Reads everything there is, knowing only the documented endpoints: what a collector has to find.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::support::{World, text};

/// Resource type → key → document.
pub type Crawl = BTreeMap<&'static str, BTreeMap<String, Value>>;

const POLICY_TYPES: [&str; 12] = [
    "OKTA_SIGN_ON",
    "PASSWORD",
    "MFA_ENROLL",
    "IDP_DISCOVERY",
    "ACCESS_POLICY",
    "PROFILE_ENROLLMENT",
    "POST_AUTH_SESSION",
    "SESSION_VIOLATION_DETECTION",
    "ENTITY_RISK",
    "CLIENT_UPDATE",
    "DEVICE_SIGNAL_COLLECTION",
    "IDENTITY_CLAIM_SOURCING",
];

/// Types whose parents, or which themselves, an organisation may lack.
const TYPES_ONLY_SOME_HAVE: [&str; 11] = [
    "okta_authenticator",
    "okta_authenticator_method",
    "okta_device",
    "okta_device_user",
    "okta_device_assurance",
    "okta_administrator_role",
    "okta_group_owner",
    "okta_agent_pool",
    "okta_application_key",
    "okta_application_grant",
    "okta_resource_set_member",
];

/// Everything.
pub async fn crawl(world: &World) -> Crawl {
    let mut crawl: Crawl = TYPES_ONLY_SOME_HAVE
        .iter()
        .map(|kind| (*kind, BTreeMap::new()))
        .collect();
    let mut put = |kind: &'static str, parent: &str, items: Vec<Value>| {
        let kept = crawl.entry(kind).or_default();
        for item in items {
            let own = own_key(kind, &item);
            let key = match (parent.is_empty(), own.is_empty()) {
                (true, _) => own,
                (false, true) => parent.to_owned(),
                (false, false) => format!("{parent}/{own}"),
            };
            assert!(
                kept.insert(key.clone(), item).is_none(),
                "{kind} {key} came twice"
            );
        }
    };
    let mut users = world.all("/api/v1/users?limit=200").await;
    users.extend(
        world
            .all("/api/v1/users?filter=status+eq+%22DEPROVISIONED%22")
            .await,
    );
    for user in &users {
        let id = text(user, "id");
        put(
            "okta_factor",
            id,
            world.all(&format!("/api/v1/users/{id}/factors")).await,
        );
    }
    put("okta_user", "", users);
    let groups = world.all("/api/v1/groups?limit=200").await;
    for group in &groups {
        let id = text(group, "id");
        put(
            "okta_group_member",
            id,
            world
                .all(&format!("/api/v1/groups/{id}/users?limit=200"))
                .await,
        );
    }
    put("okta_group", "", groups);
    put(
        "okta_group_rule",
        "",
        world.all("/api/v1/groups/rules").await,
    );
    let apps = world.all("/api/v1/apps").await;
    for app in &apps {
        let id = text(app, "id");
        put(
            "okta_application_user",
            id,
            world
                .all(&format!("/api/v1/apps/{id}/users?limit=500"))
                .await,
        );
        put(
            "okta_application_group",
            id,
            world
                .all(&format!("/api/v1/apps/{id}/groups?limit=200"))
                .await,
        );
    }
    put("okta_application", "", apps);
    for policy_type in POLICY_TYPES {
        let answer = world
            .ask(&format!("/api/v1/policies?type={policy_type}"))
            .await;
        if answer.status != 200 {
            assert!(
                matches!(answer.status, 400 | 401),
                "{policy_type}: {}",
                answer.status
            );
            continue;
        }
        for policy in answer.items() {
            let id = text(policy, "id");
            put(
                "okta_policy_rule",
                id,
                world.all(&format!("/api/v1/policies/{id}/rules")).await,
            );
            put(
                "okta_policy_mapped_application",
                id,
                world
                    .all(&format!("/api/v1/policies/{id}/app?limit=200"))
                    .await,
            );
        }
        put("okta_policy", "", answer.items().clone());
    }
    let mut mappings = Vec::new();
    for mapping in world.all("/api/v1/mappings?limit=200").await {
        mappings.push(
            world
                .get(&format!("/api/v1/mappings/{}", text(&mapping, "id")))
                .await,
        );
    }
    put("okta_profile_mapping", "", mappings);
    put(
        "okta_user_type",
        "",
        world.all("/api/v1/meta/types/user").await,
    );
    put("okta_feature", "", world.all("/api/v1/features").await);
    put(
        "okta_domain",
        "",
        world.get("/api/v1/domains").await["domains"]
            .as_array()
            .cloned()
            .unwrap(),
    );
    put(
        "okta_organization",
        "",
        vec![world.get("/api/v1/org").await],
    );
    rest(world, &mut put).await;
    crawl
}

/// What tells an item from others of its parent.
fn own_key(kind: &str, item: &Value) -> String {
    let name = match kind {
        "okta_threat_insight" | "okta_sign_in_page" | "okta_first_party_application_setting" => {
            return String::new();
        }
        "okta_authenticator_method" => "type",
        "okta_custom_role_permission" => "label",
        "okta_identity_provider_key" | "okta_application_key" => "kid",
        "okta_device_user" => return text(&item["user"], "id").to_owned(),
        _ => "id",
    };
    text(item, name).to_owned()
}

/// An endpoint that an organisation may lack.
async fn maybe(world: &World, address: &str) -> Vec<Value> {
    let answer = world.ask(address).await;
    if answer.status == 401 {
        assert_eq!(answer.body["errorCode"], "E0000015", "{address}");
        return Vec::new();
    }
    world.all(address).await
}

async fn rest(world: &World, put: &mut impl FnMut(&'static str, &str, Vec<Value>)) {
    for (kind, path) in [
        ("okta_network_zone", "zones?limit=200"),
        ("okta_trusted_origin", "trustedOrigins?limit=200"),
        ("okta_identity_provider", "idps?limit=1"),
        ("okta_identity_provider_key", "idps/credentials/keys"),
        ("okta_event_hook", "eventHooks"),
        ("okta_inline_hook", "inlineHooks"),
        ("okta_api_token", "api-tokens"),
        ("okta_log_stream", "logStreams"),
        ("okta_behavior", "behaviors"),
        ("okta_agent_pool", "agentPools?limitPerPoolType=200"),
    ] {
        put(kind, "", world.all(&format!("/api/v1/{path}")).await);
    }
    put(
        "okta_device_assurance",
        "",
        maybe(world, "/api/v1/device-assurances").await,
    );
    let authenticators = maybe(world, "/api/v1/authenticators").await;
    for authenticator in &authenticators {
        let id = text(authenticator, "id");
        put(
            "okta_authenticator_method",
            id,
            world
                .all(&format!("/api/v1/authenticators/{id}/methods"))
                .await,
        );
    }
    put("okta_authenticator", "", authenticators);
    let devices = maybe(world, "/api/v1/devices?limit=200").await;
    for device in &devices {
        let id = text(device, "id");
        put(
            "okta_device_user",
            id,
            world.all(&format!("/api/v1/devices/{id}/users")).await,
        );
    }
    put("okta_device", "", devices);
    let brands = world.all("/api/v1/brands?limit=2").await;
    for brand in &brands {
        let id = text(brand, "id");
        put(
            "okta_sign_in_page",
            id,
            vec![
                world
                    .get(&format!(
                        "/api/v1/brands/{id}/pages/sign-in?expand=customized"
                    ))
                    .await,
            ],
        );
    }
    put("okta_brand", "", brands);
    let organization = text(&world.get("/api/v1/org").await, "id").to_owned();
    put(
        "okta_threat_insight",
        &organization,
        vec![world.get("/api/v1/threats/configuration").await],
    );
    let servers = world.all("/api/v1/authorizationServers?limit=200").await;
    for server in &servers {
        let id = text(server, "id");
        let path = format!("/api/v1/authorizationServers/{id}");
        let policies = world.all(&format!("{path}/policies")).await;
        for policy in &policies {
            let policy = text(policy, "id");
            let rules = world.all(&format!("{path}/policies/{policy}/rules")).await;
            put(
                "okta_authorization_server_policy_rule",
                &format!("{id}/{policy}"),
                rules,
            );
        }
        put("okta_authorization_server_policy", id, policies);
        put(
            "okta_authorization_server_scope",
            id,
            world.all(&format!("{path}/scopes?limit=200")).await,
        );
        put(
            "okta_authorization_server_claim",
            id,
            world.all(&format!("{path}/claims")).await,
        );
    }
    put("okta_authorization_server", "", servers);
    administration(world, put).await;
    for app in world.all("/api/v1/apps").await {
        let id = text(&app, "id");
        put(
            "okta_application_key",
            id,
            world
                .all(&format!("/api/v1/apps/{id}/credentials/keys"))
                .await,
        );
        put(
            "okta_application_grant",
            id,
            world.all(&format!("/api/v1/apps/{id}/grants")).await,
        );
        if app["name"] == "saasure" {
            let settings = world
                .get("/api/v1/first-party-app-settings/admin-console")
                .await;
            put("okta_first_party_application_setting", id, vec![settings]);
        }
    }
    for group in world.all("/api/v1/groups?limit=200").await {
        let id = text(&group, "id");
        put(
            "okta_group_owner",
            id,
            world.all(&format!("/api/v1/groups/{id}/owners")).await,
        );
    }
}

async fn administration(world: &World, put: &mut impl FnMut(&'static str, &str, Vec<Value>)) {
    let administrators = world
        .all_in("/api/v1/iam/assignees/users?limit=1", "value")
        .await;
    for administrator in &administrators {
        let id = text(administrator, "id");
        put(
            "okta_administrator_role",
            id,
            world.all(&format!("/api/v1/users/{id}/roles")).await,
        );
    }
    put("okta_administrator", "", administrators);
    let roles = world.all_in("/api/v1/iam/roles", "roles").await;
    for role in &roles {
        let id = text(role, "id");
        let permissions = world
            .all_in(
                &format!("/api/v1/iam/roles/{id}/permissions"),
                "permissions",
            )
            .await;
        put("okta_custom_role_permission", id, permissions);
    }
    put("okta_custom_role", "", roles);
    let sets = world
        .all_in("/api/v1/iam/resource-sets", "resource-sets")
        .await;
    for set in &sets {
        let id = text(set, "id");
        let path = format!("/api/v1/iam/resource-sets/{id}");
        put(
            "okta_resource_set_resource",
            id,
            world
                .all_in(&format!("{path}/resources"), "resources")
                .await,
        );
        let bindings = world.all_in(&format!("{path}/bindings"), "roles").await;
        for binding in &bindings {
            let role = text(binding, "id");
            let members = world
                .all_in(&format!("{path}/bindings/{role}/members"), "members")
                .await;
            put("okta_resource_set_member", &format!("{id}/{role}"), members);
        }
        put("okta_resource_set_binding", id, bindings);
    }
    put("okta_resource_set", "", sets);
}

/// How many of each.
pub fn counts(crawl: &Crawl) -> BTreeMap<String, u64> {
    crawl
        .iter()
        .map(|(kind, items)| ((*kind).to_owned(), items.len() as u64))
        .collect()
}

/// What differs between two crawls: type → keys added, modified, removed. Links say nothing about a resource.
pub fn difference(before: &Crawl, after: &Crawl) -> BTreeMap<&'static str, [BTreeSet<String>; 3]> {
    let mut found = BTreeMap::new();
    let none = BTreeMap::new();
    for kind in before
        .keys()
        .chain(after.keys())
        .copied()
        .collect::<BTreeSet<_>>()
    {
        let (old, new) = (
            before.get(kind).unwrap_or(&none),
            after.get(kind).unwrap_or(&none),
        );
        let added: BTreeSet<String> = new
            .keys()
            .filter(|k| !old.contains_key(*k))
            .cloned()
            .collect();
        let removed: BTreeSet<String> = old
            .keys()
            .filter(|k| !new.contains_key(*k))
            .cloned()
            .collect();
        let modified: BTreeSet<String> = new
            .iter()
            .filter(|(k, v)| {
                old.get(*k)
                    .is_some_and(|o| without_links(o) != without_links(v))
            })
            .map(|(k, _)| k.clone())
            .collect();
        if !(added.is_empty() && removed.is_empty() && modified.is_empty()) {
            found.insert(kind, [added, modified, removed]);
        }
    }
    found
}

fn without_links(document: &Value) -> Value {
    let mut document = document.clone();
    if let Some(fields) = document.as_object_mut() {
        fields.remove("_links");
    }
    document
}
