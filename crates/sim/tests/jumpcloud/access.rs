use reqwest::Method;
use serde_json::json;

use super::support::{small, world};

#[tokio::test]
async fn a_key_is_needed_and_can_end() {
    let world = world(small()).await;
    assert_eq!(
        world
            .send(Method::GET, "/api/systemusers", &[], None)
            .await
            .status,
        401
    );
    let wrong = [("x-api-key", "nobody")];
    assert_eq!(
        world
            .send(Method::GET, "/api/systemusers", &wrong, None)
            .await
            .status,
        401
    );
    world
        .change(json!({"op": "token", "token": "sim-api-key", "deny": ["v2/policies"]}))
        .await;
    assert_eq!(world.ask("/api/v2/policies").await.status, 403);
    assert_eq!(world.ask("/api/systems").await.status, 200);
    world
        .change(json!({"op": "token", "token": "sim-api-key", "revoked": true}))
        .await;
    assert_eq!(world.ask("/api/systems").await.status, 401);
}

#[tokio::test]
async fn a_key_of_several_organisations_names_one() {
    let world = world(small()).await;
    let key = ("x-api-key", "sim-multi-tenant-key");
    let unnamed = world
        .send(Method::GET, "/api/systemusers", &[key], None)
        .await;
    assert_eq!(unnamed.status, 400);
    let organizations = world
        .send(Method::GET, "/api/organizations", &[key], None)
        .await;
    assert_eq!(organizations.total(), 2);
    let mut totals = Vec::new();
    for organization in organizations.items() {
        let id = organization["id"].as_str().unwrap();
        let users = world
            .send(
                Method::GET,
                "/api/systemusers",
                &[key, ("x-org-id", id)],
                None,
            )
            .await;
        let listed = world
            .send(
                Method::GET,
                "/api/organizations",
                &[key, ("x-org-id", id)],
                None,
            )
            .await;
        assert!(listed.items().iter().any(|o| o["id"] == id));
        totals.push(users.total());
    }
    assert!(totals[0] > 200 && totals[1] == 0);
    let elsewhere = [
        ("x-api-key", "sim-api-key"),
        ("x-org-id", "60259a2ad81e1a474d4e7c83"),
    ];
    assert_eq!(
        world
            .send(Method::GET, "/api/systemusers", &elsewhere, None)
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_service_account_gets_a_token_that_ends() {
    let world = world(small()).await;
    let form = |secret: &str| {
        Some(format!(
            "grant_type=client_credentials&scope=api&client_id=sim-client&client_secret={secret}"
        ))
    };
    let refused = world
        .send(Method::POST, "/oauth2/token", &[], form("wrong"))
        .await;
    assert_eq!(refused.status, 401);
    let given = world
        .send(
            Method::POST,
            "/oauth2/token",
            &[],
            form("sim-client-secret"),
        )
        .await;
    assert_eq!(given.body["expires_in"], 3600);
    let basic = [(
        "authorization",
        "Basic c2ltLWNsaWVudDpzaW0tY2xpZW50LXNlY3JldA==",
    )];
    let by_header = world
        .send(
            Method::POST,
            "/oauth2/token",
            &basic,
            Some("grant_type=client_credentials".to_owned()),
        )
        .await;
    assert_eq!(by_header.status, 200);
    let bearer = format!("Bearer {}", given.body["access_token"].as_str().unwrap());
    let headers = [("authorization", bearer.as_str())];
    assert_eq!(
        world
            .send(Method::GET, "/api/systems", &headers, None)
            .await
            .status,
        200
    );
    world.change(json!({"op": "advance", "by": "61m"})).await;
    assert_eq!(
        world
            .send(Method::GET, "/api/systems", &headers, None)
            .await
            .status,
        401
    );
}
