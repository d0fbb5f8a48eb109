//! Setting up, signing in and out, users, keys.

use std::time::Duration;

use reqwest::{Method, header};
use serde_json::json;

use crate::harness::{PASSWORD, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn the_printed_link_makes_the_owner_once() {
    let server = TestServer::start().await;
    let stranger = server.stranger();
    assert_eq!(stranger.get("/api/setup").await, json!({"needed": true}));
    let wrong =
        json!({"token": "guessed", "name": "M", "email": "m@example.com", "password": PASSWORD});
    assert_eq!(
        stranger
            .refused(Method::POST, "/api/setup", Some(wrong))
            .await
            .0,
        404
    );
    let owner = server.owner().await;
    let session = owner.get("/api/session").await;
    assert_eq!(session["user"]["role"], "owner");
    assert_eq!(stranger.get("/api/setup").await, json!({"needed": false}));
    let server = server.restart().await;
    assert!(server.setup.is_none());
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_needed_and_ends_when_it_is_ended() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let (status, problem) = server
        .stranger()
        .refused(Method::GET, "/api/users", None)
        .await;
    assert_eq!(
        (status, problem["type"].as_str().unwrap()),
        (401, "/problems/unauthenticated")
    );
    let response = owner.send(Method::DELETE, "/api/session", None).await;
    assert_eq!(response.status(), 204);
    assert!(
        response.headers()[header::SET_COOKIE]
            .to_str()
            .unwrap()
            .contains("Max-Age=0")
    );
    assert_eq!(
        owner.refused(Method::GET, "/api/session", None).await.0,
        401
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_over_after_half_a_day_without_a_request() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    server.wait(Duration::from_secs(11 * 3600));
    owner.get("/api/session").await;
    server.wait(Duration::from_secs(13 * 3600));
    assert_eq!(
        owner.refused(Method::GET, "/api/session", None).await.0,
        401
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_something_has_to_come_from_a_page_of_the_session() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let another = server.invite(&owner, "ada", "admin").await;
    let new = json!({"name": "Eve", "email": "eve@example.com", "role": "user"});
    for csrf in [None, Some("made up".to_owned()), another.csrf.clone()] {
        let mut forged = owner.clone();
        forged.csrf = csrf;
        let refused = forged
            .refused(Method::POST, "/api/users", Some(new.clone()))
            .await;
        assert_eq!(refused.0, 403, "{}", refused.1);
    }
    owner.post("/api/users", new).await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn passwords_cannot_be_guessed_by_trying() {
    let server = TestServer::start().await;
    server.owner().await;
    let stranger = server.stranger();
    let guess = |email: &str| json!({"email": email, "password": "a guess that is wrong"});
    for _ in 0..10 {
        let refused = stranger
            .refused(
                Method::POST,
                "/api/session",
                Some(guess("olga@example.com")),
            )
            .await;
        assert_eq!(
            (refused.0, refused.1["detail"].as_str().unwrap()),
            (401, "that address and password do not belong together")
        );
    }
    let response = stranger
        .send(
            Method::POST,
            "/api/session",
            Some(guess("OLGA@example.com")),
        )
        .await;
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    // An address that nobody has is answered alike.
    let nobody = stranger
        .refused(
            Method::POST,
            "/api/session",
            Some(guess("nobody@example.com")),
        )
        .await;
    assert_eq!(
        (nobody.0, nobody.1["detail"].as_str().unwrap()),
        (401, "that address and password do not belong together")
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_other_sessions_and_a_kept_out_user_is_out() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let first = server.invite(&owner, "ada", "user").await;
    let mut second = server.stranger();
    let sign_in = json!({"email": "ada@example.com", "password": PASSWORD});
    second
        .sign_in_by(Method::POST, "/api/session", sign_in.clone())
        .await;
    let change = json!({"current": PASSWORD, "password": "another good password"});
    let mut third = second.clone();
    third
        .sign_in_by(Method::PUT, "/api/session/password", change)
        .await;
    third.get("/api/session").await;
    for ended in [&first, &second] {
        assert_eq!(
            ended.refused(Method::GET, "/api/session", None).await.0,
            401
        );
    }
    let ada = owner.get("/api/users").await["items"][0].clone();
    assert_eq!(ada["email"], "ada@example.com");
    let path = format!("/api/users/{}", ada["id"].as_str().unwrap());
    owner.patch(&path, json!({"disabled": true})).await;
    assert_eq!(
        third.refused(Method::GET, "/api/session", None).await.0,
        401
    );
    let refused = server
        .stranger()
        .refused(Method::POST, "/api/session", Some(sign_in))
        .await;
    assert_eq!(refused.0, 401);
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_owner_stays_and_admins_do_not_touch_owners() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let admin = server.invite(&owner, "ada", "admin").await;
    let id = owner.get("/api/session").await["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/users/{id}");
    assert_eq!(owner.refused(Method::DELETE, &path, None).await.0, 409);
    assert_eq!(
        owner
            .refused(Method::PATCH, &path, Some(json!({"role": "user"})))
            .await
            .0,
        409
    );
    assert_eq!(admin.refused(Method::DELETE, &path, None).await.0, 403);
    assert_eq!(
        admin
            .refused(Method::PATCH, &path, Some(json!({"name": "X"})))
            .await
            .0,
        403
    );
    let grab = format!("{path}/invitation");
    assert_eq!(admin.refused(Method::POST, &grab, None).await.0, 403);
    let new = json!({"name": "Eve", "email": "eve@example.com", "role": "owner"});
    assert_eq!(
        admin.refused(Method::POST, "/api/users", Some(new)).await.0,
        403
    );
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_ones_own_and_what_was_done_is_on_record() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let user = server.invite(&owner, "ada", "user").await;
    let made = owner
        .post(
            "/api/keys",
            json!({"name": "script", "scope": "read", "expiresAt": null}),
        )
        .await;
    let secret = made["secret"].as_str().unwrap();
    assert_eq!(user.get("/api/keys").await["items"], json!([]));
    let path = format!("/api/keys/{}", made["key"]["id"].as_str().unwrap());
    assert_eq!(user.refused(Method::DELETE, &path, None).await.0, 404);
    let manage = json!({"name": "all", "scope": "manage", "expiresAt": null});
    assert_eq!(
        user.refused(Method::POST, "/api/keys", Some(manage))
            .await
            .0,
        403
    );
    user.post(
        "/api/keys",
        json!({"name": "mine", "scope": "query", "expiresAt": null}),
    )
    .await;
    assert_eq!(
        owner.get("/api/keys").await["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let record = owner.get("/api/audit?limit=500").await;
    let actions: Vec<&str> = record["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        actions,
        [
            "key.add",
            "key.add",
            "invitation.accept",
            "user.add",
            "setup"
        ]
    );
    assert!(!record.to_string().contains(secret));
    server.end().await;
}
