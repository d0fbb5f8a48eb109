//! Who may take which route, tried on every one.

use std::fmt::Write as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{Asker, TestServer};

/// Every route of the description, with something in the place of what is in braces.
fn routes() -> Vec<(Method, String)> {
    let document: Value =
        serde_json::from_str(&muster_server::openapi().to_json().unwrap()).unwrap();
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            routes.push((method, path.clone()));
        }
    }
    routes.sort_by(|left, right| (&left.1, left.0.as_str()).cmp(&(&right.1, right.0.as_str())));
    routes
}

/// Whether a request gets past the guard: what it is then told of its nonsense does not matter.
async fn is_let_in(asker: &Asker, method: &Method, path: &str) -> bool {
    let path = path.replace("{id}", "none").replace("{token}", "none");
    let body = (!method.is_safe()).then(|| json!({}));
    let response = asker.send(method.clone(), &path, body).await;
    !matches!(
        response.status(),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn each_route_is_open_to_whom_it_should_be() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let mut askers = vec![
        ("nobody", server.stranger()),
        ("user", server.invite(&owner, "ursula", "user").await),
        ("admin", server.invite(&owner, "ada", "admin").await),
        ("owner", owner.clone()),
    ];
    for scope in ["query", "read", "ingest", "manage"] {
        let made = owner
            .post(
                "/api/keys",
                json!({"name": scope, "scope": scope, "expiresAt": null}),
            )
            .await;
        let mut asker = server.stranger();
        asker.key = Some(made["secret"].as_str().unwrap().to_owned());
        askers.push((scope, asker));
    }
    let mut matrix = String::new();
    for (method, path) in routes() {
        // They would end the sessions that are asked with.
        if path == "/api/session" && method == Method::DELETE {
            continue;
        }
        let mut may = Vec::new();
        for (name, asker) in &askers {
            if is_let_in(asker, &method, &path).await {
                may.push(*name);
            }
        }
        writeln!(matrix, "{:6} {path:40} {}", method.as_str(), may.join(" ")).unwrap();
    }
    insta::assert_snapshot!(matrix);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_that_is_not_there_is_not_there() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    assert_eq!(
        owner.refused(Method::GET, "/api/nothing", None).await.0,
        404
    );
    let other = owner.send(Method::PUT, "/api/rules", Some(json!({}))).await;
    assert_eq!(other.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(other.headers()["allow"], "GET");
    let page = server
        .stranger()
        .send(Method::GET, "/findings/some", None)
        .await;
    assert_eq!(page.status(), StatusCode::OK);
    let policy = page.headers()["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(!page.text().await.unwrap().contains("__CSP_NONCE__"));
    let health = server.stranger().get("/healthz").await;
    assert_eq!(health["status"], "ok");
    server.end().await;
}
