use muster_sim::SimOptions;
use serde_json::json;

use super::support::{small, world};

#[tokio::test]
async fn a_wrong_token_and_no_token_are_refused_differently() {
    let mut world = world(small()).await;
    world.token = Some("stolen");
    let answer = world.ask("/api/v1/users").await;
    assert_eq!(
        (
            answer.status,
            answer.body["errorCode"].as_str(),
            answer.header("www-authenticate").as_deref()
        ),
        (401, Some("E0000011"), Some("SSWS"))
    );
    world.token = None;
    let answer = world.ask("/api/v1/users").await;
    assert_eq!(
        (
            answer.status,
            answer.body["errorCode"].as_str(),
            answer.header("www-authenticate")
        ),
        (403, Some("E0000005"), None)
    );
    assert_eq!(
        world.ask("/.well-known/okta-organization").await.status,
        200
    );
    let bearer = world
        .http
        .get(world.sim.url() + "/api/v1/users")
        .header("authorization", "Bearer sim-super-admin")
        .send()
        .await
        .unwrap();
    assert_eq!(bearer.status(), 401);
}

#[tokio::test]
async fn a_read_only_administrator_sees_all_but_features_and_support() {
    let mut world = world(small()).await;
    world.token = Some("sim-read-only");
    for path in ["/api/v1/features", "/api/v1/org/privacy/oktaSupport"] {
        let answer = world.ask(path).await;
        assert_eq!(
            (answer.status, answer.body["errorCode"].as_str()),
            (403, Some("E0000006")),
            "{path}"
        );
    }
    for path in [
        "/api/v1/users",
        "/api/v1/org",
        "/api/v1/domains",
        "/api/v1/policies?type=PASSWORD",
        "/api/v1/logs",
        "/api/v1/api-tokens",
        "/api/v1/mappings",
    ] {
        assert_eq!(world.ask(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn permissions_of_a_token_change_while_it_is_used() {
    let mut world = world(small()).await;
    world.change(json!([{"op": "token", "token": "sim-super-admin", "deny": ["policies"]}, {"op": "token", "token": "fresh", "role": "read-only"}])).await;
    assert_eq!(
        world.ask("/api/v1/policies?type=PASSWORD").await.body["errorCode"],
        "E0000006"
    );
    assert_eq!(world.ask("/api/v1/users").await.status, 200);
    world.token = Some("fresh");
    assert_eq!(world.ask("/api/v1/users").await.status, 200);
    world
        .change(json!({"op": "token", "token": "fresh", "revoked": true}))
        .await;
    assert_eq!(
        world.ask("/api/v1/users").await.body["errorCode"],
        "E0000011"
    );
}

#[tokio::test]
async fn the_classic_engine_lacks_policy_types_without_blaming_the_token() {
    let world = world(SimOptions {
        classic: true,
        ..small()
    })
    .await;
    assert_eq!(
        world.get("/.well-known/okta-organization").await["pipeline"],
        "v1"
    );
    let answer = world.ask("/api/v1/policies?type=ACCESS_POLICY").await;
    assert_eq!(
        (
            answer.status,
            answer.body["errorCode"].as_str(),
            answer.header("www-authenticate")
        ),
        (401, Some("E0000015"), None)
    );
    let answer = world.ask("/api/v1/policies?type=PROFILE_ENROLLMENT").await;
    assert_eq!(
        (answer.status, answer.body["errorCode"].as_str()),
        (400, Some("E0000001"))
    );
    assert_eq!(
        world.ask("/api/v1/policies?type=OKTA_SIGN_ON").await.status,
        200
    );
    let app = &world.ask("/api/v1/apps").await.body[5];
    assert!(app["_links"].get("accessPolicy").is_none());
}

#[tokio::test]
async fn what_is_not_there_is_not_found_in_the_vendors_words() {
    let world = world(small()).await;
    for (path, code, what) in [
        ("/api/v1/users/00uzzz", "E0000007", "(User)"),
        ("/api/v1/users/00uzzz/factors", "E0000007", "(User)"),
        ("/api/v1/groups/00gzzz/users", "E0000007", "(UserGroup)"),
        ("/api/v1/apps/0oazzz/users", "E0000007", "(AppInstance)"),
        (
            "/api/v1/policies/rstzzz/rules",
            "E0000007",
            "(RuleSetEntity)",
        ),
        ("/api/v1/policies/00pzzz", "E0000007", "(Policy)"),
        ("/api/v1/domains/OcDzzz", "E0000163", "Domain ID"),
    ] {
        let answer = world.ask(path).await;
        assert_eq!(
            (answer.status, answer.body["errorCode"].as_str()),
            (404, Some(code)),
            "{path}"
        );
        let summary = answer.body["errorSummary"].as_str().unwrap();
        assert!(summary.contains(what), "{summary}");
        assert!(
            answer.body["errorId"].as_str().unwrap().starts_with("oae")
                && answer.body["errorCauses"].is_array()
        );
    }
    let post = world
        .http
        .post(world.sim.url() + "/api/v1/users")
        .header("authorization", "SSWS sim-super-admin")
        .send()
        .await
        .unwrap();
    assert_eq!(post.status(), 405);
}

#[tokio::test]
async fn the_control_interface_is_there_only_if_asked_for() {
    let world = world(SimOptions {
        control: false,
        ..small()
    })
    .await;
    assert_ne!(world.ask("/_sim/counts").await.status, 200);
}
