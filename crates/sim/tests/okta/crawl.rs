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

/// Everything.
pub async fn crawl(world: &World) -> Crawl {
    let mut crawl = Crawl::new();
    let mut put = |kind: &'static str, parent: &str, items: Vec<Value>| {
        let kept = crawl.entry(kind).or_default();
        for item in items {
            let key = if parent.is_empty() {
                text(&item, "id").to_owned()
            } else {
                format!("{parent}/{}", text(&item, "id"))
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
    crawl
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
