//! A crawl that knows the vendor's documents only, against what the stand-in says it has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::support::{World, ids, small, world};

/// Resource type → every document, as a crawl finds them.
pub async fn crawl(world: &World) -> BTreeMap<&'static str, Vec<Value>> {
    let mut found: BTreeMap<&'static str, Vec<Value>> = BTreeMap::new();
    for (name, path) in [
        ("jumpcloud_user", "/api/systemusers"),
        ("jumpcloud_device", "/api/systems"),
        ("jumpcloud_application", "/api/applications"),
        ("jumpcloud_organization", "/api/organizations"),
        ("jumpcloud_administrator", "/api/users"),
        ("jumpcloud_command", "/api/commands"),
        ("jumpcloud_radius_server", "/api/radiusservers"),
        ("jumpcloud_user_group", "/api/v2/usergroups"),
        ("jumpcloud_device_group", "/api/v2/systemgroups"),
        ("jumpcloud_policy_group", "/api/v2/policygroups"),
        ("jumpcloud_policy_result", "/api/v2/policyresults"),
        ("jumpcloud_authentication_policy", "/api/v2/authn/policies"),
        ("jumpcloud_ip_list", "/api/v2/iplists"),
        ("jumpcloud_apple_mdm", "/api/v2/applemdms"),
        ("jumpcloud_directory", "/api/v2/directories"),
        ("jumpcloud_ldap_server", "/api/v2/ldapservers"),
        ("jumpcloud_active_directory", "/api/v2/activedirectories"),
        ("jumpcloud_gsuite", "/api/v2/gsuites"),
        ("jumpcloud_office365", "/api/v2/office365s"),
        ("jumpcloud_local_user", "/api/v2/systeminsights/users"),
        (
            "jumpcloud_certificate",
            "/api/v2/systeminsights/certificates",
        ),
    ] {
        found.insert(name, world.all(path).await);
    }
    for (name, tables) in [
        (
            "jumpcloud_device_app",
            vec!["apps", "programs", "linux_packages"],
        ),
        (
            "jumpcloud_browser_extension",
            vec![
                "chrome_extensions",
                "firefox_addons",
                "safari_extensions",
                "browser_plugins",
                "ie_extensions",
            ],
        ),
        (
            "jumpcloud_disk_encryption",
            vec!["disk_encryption", "bitlocker_info"],
        ),
        ("jumpcloud_firewall", vec!["alf", "windows_security_center"]),
        (
            "jumpcloud_ssh_key",
            vec!["user_ssh_keys", "authorized_keys"],
        ),
    ] {
        for table in tables {
            let rows = world.all(&format!("/api/v2/systeminsights/{table}")).await;
            found.entry(name).or_default().extend(rows);
        }
    }
    let mut policies = Vec::new();
    for id in ids(&world.all("/api/v2/policies").await) {
        policies.push(world.get(&format!("/api/v2/policies/{id}")).await);
    }
    found.insert("jumpcloud_policy", policies);
    let organization = ids(&found["jumpcloud_organization"])[0].clone();
    let settings = world
        .get(&format!("/api/organizations/{organization}"))
        .await;
    found.insert("jumpcloud_organization_settings", vec![settings]);
    for (name, parents, path, below) in [
        (
            "jumpcloud_user_group_member",
            "jumpcloud_user_group",
            "usergroups",
            "members",
        ),
        (
            "jumpcloud_user_group_device_group",
            "jumpcloud_user_group",
            "usergroups",
            "systemgroups",
        ),
        (
            "jumpcloud_device_group_member",
            "jumpcloud_device_group",
            "systemgroups",
            "members",
        ),
        (
            "jumpcloud_application_user",
            "jumpcloud_application",
            "applications",
            "users",
        ),
        (
            "jumpcloud_application_user_group",
            "jumpcloud_application",
            "applications",
            "usergroups",
        ),
        (
            "jumpcloud_device_user",
            "jumpcloud_device",
            "systems",
            "users",
        ),
        (
            "jumpcloud_policy_device_group",
            "jumpcloud_policy",
            "policies",
            "systemgroups",
        ),
        (
            "jumpcloud_policy_group_device_group",
            "jumpcloud_policy_group",
            "policygroups",
            "systemgroups",
        ),
        (
            "jumpcloud_policy_group_member",
            "jumpcloud_policy_group",
            "policygroups",
            "members",
        ),
        (
            "jumpcloud_gsuite_user",
            "jumpcloud_gsuite",
            "gsuites",
            "users",
        ),
        (
            "jumpcloud_gsuite_user_group",
            "jumpcloud_gsuite",
            "gsuites",
            "usergroups",
        ),
        (
            "jumpcloud_office365_user",
            "jumpcloud_office365",
            "office365s",
            "users",
        ),
        (
            "jumpcloud_office365_user_group",
            "jumpcloud_office365",
            "office365s",
            "usergroups",
        ),
        (
            "jumpcloud_ldap_server_user",
            "jumpcloud_ldap_server",
            "ldapservers",
            "users",
        ),
        (
            "jumpcloud_ldap_server_user_group",
            "jumpcloud_ldap_server",
            "ldapservers",
            "usergroups",
        ),
        (
            "jumpcloud_active_directory_user",
            "jumpcloud_active_directory",
            "activedirectories",
            "users",
        ),
        (
            "jumpcloud_active_directory_user_group",
            "jumpcloud_active_directory",
            "activedirectories",
            "usergroups",
        ),
    ] {
        let mut children = Vec::new();
        for id in ids(&found[parents]) {
            children.extend(world.all(&format!("/api/v2/{path}/{id}/{below}")).await);
        }
        found.insert(name, children);
    }
    found
}

async fn counts_agree(world: &World) {
    let crawled: BTreeMap<&str, usize> = crawl(world)
        .await
        .into_iter()
        .map(|(name, documents)| (name, documents.len()))
        .collect();
    assert_eq!(world.get("/_sim/counts").await, json!(crawled));
}

#[tokio::test]
async fn counts_equal_an_independent_crawl() {
    counts_agree(&world(small()).await).await;
}

#[tokio::test]
async fn counts_equal_a_crawl_after_many_changes() {
    let world = world(small()).await;
    world.change(json!([{"churn": 0.5}, {"op": "remove_user", "user": 20}, {"op": "add_user"}, {"op": "add_group", "name": "New"},
        {"op": "add_member", "group": "New", "user": 30}, {"op": "remove_group", "group": 9}, {"op": "advance", "by": "3h"}]))
        .await;
    counts_agree(&world).await;
}

#[tokio::test]
async fn counts_equal_a_crawl_of_tiny_and_clean_companies() {
    for users in [1, 2, 7, 60] {
        let options = muster_sim::SimOptions {
            users,
            seed: u64::from(users),
            clean: users == 60,
            ..small()
        };
        counts_agree(&world(options).await).await;
    }
}

#[tokio::test]
async fn what_refers_to_something_refers_to_something_there() {
    let world = world(small()).await;
    let found = crawl(&world).await;
    let of = |name: &str| -> BTreeSet<String> { ids(&found[name]).into_iter().collect() };
    let (users, devices, policies) = (
        of("jumpcloud_user"),
        of("jumpcloud_device"),
        of("jumpcloud_policy"),
    );
    assert_eq!(
        users.len(),
        found["jumpcloud_user"].len(),
        "an identifier twice"
    );
    for member in &found["jumpcloud_user_group_member"] {
        assert!(users.contains(member["to"]["id"].as_str().unwrap()));
    }
    for name in [
        "jumpcloud_device_app",
        "jumpcloud_local_user",
        "jumpcloud_firewall",
    ] {
        for row in &found[name] {
            assert!(devices.contains(row["system_id"].as_str().unwrap()));
        }
    }
    for result in &found["jumpcloud_policy_result"] {
        assert!(policies.contains(result["policyID"].as_str().unwrap()));
        assert!(devices.contains(result["systemID"].as_str().unwrap()));
    }
    for user in &found["jumpcloud_user"] {
        let manager = user["manager"].as_str().unwrap();
        assert!(manager.is_empty() || manager.len() == 24);
    }
    let apps = found["jumpcloud_device_app"].len();
    let enabled = found["jumpcloud_device"]
        .iter()
        .filter(|d| d["systemInsights"]["state"] == "enabled")
        .count();
    assert!(
        (30 * enabled..=60 * enabled).contains(&apps),
        "{apps} on {enabled}"
    );
}

#[tokio::test]
async fn both_sides_of_a_binding_tell_the_same() {
    let world = world(small()).await;
    let mut of_devices = BTreeSet::new();
    for id in ids(&world.all("/api/systems").await) {
        for edge in world
            .all(&format!("/api/v2/systems/{id}/associations?targets=user"))
            .await
        {
            let sudo = edge["attributes"]["sudo"]["enabled"] == true;
            of_devices.insert((
                id.clone(),
                edge["to"]["id"].as_str().unwrap().to_owned(),
                sudo,
            ));
        }
    }
    let mut of_users = BTreeSet::new();
    for id in ids(&world.all("/api/systemusers").await) {
        for edge in world
            .all(&format!("/api/v2/users/{id}/associations?targets=system"))
            .await
        {
            let sudo = edge["attributes"]["sudo"]["enabled"] == true;
            of_users.insert((
                edge["to"]["id"].as_str().unwrap().to_owned(),
                id.clone(),
                sudo,
            ));
        }
    }
    assert_eq!(of_devices, of_users);
    assert!(
        of_devices.iter().any(|(.., sudo)| *sudo) && of_devices.iter().any(|(.., sudo)| !*sudo)
    );
}
