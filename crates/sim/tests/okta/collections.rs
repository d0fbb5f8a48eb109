//! The traps of the smaller collections, each as the vendor has it.

use muster_sim::SimOptions;
use serde_json::json;

use super::support::{ids, small, text, world};

#[tokio::test]
async fn the_last_page_of_authorization_servers_and_identity_providers_promises_another() {
    let world = world(small()).await;
    for path in [
        "/api/v1/authorizationServers?limit=200",
        "/api/v1/idps?limit=200",
    ] {
        let first = world.ask(path).await;
        assert!(!first.items().is_empty(), "{path}");
        let second = world.ask(&first.link("next").unwrap()).await;
        assert!(second.items().is_empty(), "{path}");
        assert_eq!(second.link("next"), None, "{path}");
    }
}

#[tokio::test]
async fn behaviors_come_in_pages_and_with_moments_of_their_own_form() {
    let world = world(small()).await;
    let first = world.ask("/api/v1/behaviors").await;
    assert_eq!(first.items().len(), 10);
    assert!(first.link("next").is_some());
    assert_eq!(world.all("/api/v1/behaviors").await.len(), 12);
    let moment = text(&first.items()[0], "created").to_owned();
    assert!(moment.contains(' ') && moment.ends_with(".0"), "{moment}");
}

#[tokio::test]
async fn roles_go_on_by_a_link_in_the_body_alone() {
    let world = world(small()).await;
    let first = world.ask("/api/v1/iam/roles").await;
    assert_eq!(first.link("next"), None);
    assert!(first.body["_links"]["next"]["href"].is_string());
    let all = world.all_in("/api/v1/iam/roles", "roles").await;
    assert!(all.len() > first.body["roles"].as_array().unwrap().len());
}

#[tokio::test]
async fn who_joins_the_administrators_holds_their_role_and_who_leaves_holds_none() {
    let world = world(small()).await;
    let before = ids(&world.all_in("/api/v1/iam/assignees/users", "value").await);
    let changed = world
        .change(json!({"op": "add_member", "group": 1, "user": 40}))
        .await;
    let added = changed["changed"]["okta_administrator"]["added"][0]
        .as_str()
        .unwrap()
        .to_owned();
    let after = ids(&world.all_in("/api/v1/iam/assignees/users", "value").await);
    assert!(!before.contains(&added) && after.contains(&added));
    let roles = world.all(&format!("/api/v1/users/{added}/roles")).await;
    assert_eq!(
        (roles.len(), &roles[0]["assignmentType"]),
        (1, &json!("GROUP"))
    );
    world
        .change(json!({"op": "set_status", "user": 40, "status": "DEPROVISIONED"}))
        .await;
    assert_eq!(
        ids(&world.all_in("/api/v1/iam/assignees/users", "value").await),
        before
    );
    assert!(
        world
            .all(&format!("/api/v1/users/{added}/roles"))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn policies_and_tokens_name_zones_that_are_there() {
    let world = world(small()).await;
    let zones = ids(&world.all("/api/v1/zones").await);
    let mut named = 0;
    for token in world.all("/api/v1/api-tokens").await {
        for zone in token["network"]["include"].as_array().into_iter().flatten() {
            assert!(zones.iter().any(|z| zone == z), "{zone}");
            named += 1;
        }
    }
    for policy in world
        .ask("/api/v1/policies?type=ACCESS_POLICY")
        .await
        .items()
    {
        for rule in world
            .all(&format!("/api/v1/policies/{}/rules", text(policy, "id")))
            .await
        {
            for zone in rule["conditions"]["network"]["include"]
                .as_array()
                .into_iter()
                .flatten()
            {
                assert!(zones.iter().any(|z| zone == z), "{zone}");
                named += 1;
            }
        }
    }
    assert!(named > 1);
    let providers = ids(&world.all("/api/v1/idps").await);
    let discovery = world.ask("/api/v1/policies?type=IDP_DISCOVERY").await;
    let rules = world
        .all(&format!(
            "/api/v1/policies/{}/rules",
            text(&discovery.items()[0], "id")
        ))
        .await;
    let named = rules[0]["actions"]["idp"]["providers"][0]["id"]
        .as_str()
        .unwrap();
    assert!(providers.iter().any(|id| id == named));
}

#[tokio::test]
async fn the_classic_engine_has_neither_devices_nor_authenticators() {
    let world = world(SimOptions {
        classic: true,
        ..small()
    })
    .await;
    for path in ["authenticators", "devices", "device-assurances"] {
        let answer = world.ask(&format!("/api/v1/{path}")).await;
        assert_eq!(
            (answer.status, answer.body["errorCode"].as_str()),
            (401, Some("E0000015")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_zone_is_renamed_as_any_document_is() {
    let world = world(small()).await;
    let zone = ids(&world.all("/api/v1/zones").await)[1].clone();
    world.change(json!({"op": "patch", "type": "okta_network_zone", "key": zone, "set": {"name": "Campus"}})).await;
    assert_eq!(
        world.get(&format!("/api/v1/zones/{zone}")).await["name"],
        "Campus"
    );
    assert_eq!(world.ask("/api/v1/zones/nzozzz").await.status, 404);
}
