//! What the stand-ins send by themselves, received by a small server.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect fails"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, StatusCode};
use muster_sim::{Sim, SimOptions, Vendor};
use serde_json::{Value, json};
use tokio::sync::mpsc;

/// A receiver: what it got, and how many of the next messages it refuses.
struct Receiver {
    url: String,
    got: mpsc::UnboundedReceiver<(Option<String>, Value)>,
    refuse: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
}

async fn receiver() -> Receiver {
    let (told, got) = mpsc::unbounded_channel();
    let (refuse, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (refusing, asking) = (Arc::clone(&refuse), Arc::clone(&asked));
    let handle = move |request: Request<Body>| {
        let (told, refusing, asking) = (told.clone(), Arc::clone(&refusing), Arc::clone(&asking));
        async move {
            let header = |request: &Request<Body>, name: &str| {
                let value = request.headers().get(name);
                value.map(|v| v.to_str().unwrap().to_owned())
            };
            if let Some(challenge) = header(&request, "x-okta-verification-challenge") {
                asking.fetch_add(1, Ordering::SeqCst);
                return Response::new(Body::from(json!({"verification": challenge}).to_string()));
            }
            let secret = header(&request, "authorization");
            let body = to_bytes(request.into_body(), 1 << 20).await.unwrap();
            let refused = refusing
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1))
                .is_ok();
            let mut response = Response::new(Body::empty());
            if refused {
                *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            } else {
                told.send((secret, serde_json::from_slice(&body).unwrap()))
                    .unwrap();
            }
            response
        }
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(handle)).await });
    Receiver {
        url,
        got,
        refuse,
        asked,
    }
}

impl Receiver {
    async fn next(&mut self) -> (Option<String>, Value) {
        let soon = std::time::Duration::from_secs(20);
        tokio::time::timeout(soon, self.got.recv())
            .await
            .expect("nothing was sent")
            .unwrap()
    }
}

async fn start(vendor: Vendor, receiver: &Receiver) -> Sim {
    let options = SimOptions {
        users: 300,
        control: true,
        hook: Some(format!("{}/{{vendor}}", receiver.url)),
        hook_header: Some("Authorization: let-me-in".to_owned()),
        ..SimOptions::default()
    };
    Sim::start_as(vendor, options).await.unwrap()
}

async fn change(sim: &Sim, orders: Value) -> Value {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = http
        .post(format!("{}/_sim/change", sim.url()))
        .body(orders.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

#[tokio::test]
async fn okta_asks_first_and_then_sends_several_events_at_once() {
    let mut receiver = receiver().await;
    let sim = start(Vendor::Okta, &receiver).await;
    let orders: Vec<Value> = (20..50)
        .map(|user| json!({"op": "sign_in", "user": user}))
        .collect();
    change(&sim, json!(orders)).await;
    let mut found = BTreeSet::new();
    let mut several = false;
    while found.len() < 30 {
        let (secret, body) = receiver.next().await;
        assert_eq!(secret.as_deref(), Some("let-me-in"));
        assert_eq!(body["eventType"], "com.okta.event_hook");
        let events = body["data"]["events"].as_array().unwrap();
        several |= events.len() > 1;
        for event in events {
            assert_eq!(event["eventType"], "user.session.start");
            found.insert(event["uuid"].as_str().unwrap().to_owned());
        }
    }
    assert!(several);
    assert_eq!(receiver.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn okta_tries_twice_and_goes_on() {
    let mut receiver = receiver().await;
    let sim = start(Vendor::Okta, &receiver).await;
    receiver.refuse.store(2, Ordering::SeqCst);
    change(&sim, json!({"op": "sign_in", "user": 20})).await;
    // both tries are refused, and the event is lost
    while receiver.refuse.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
    change(&sim, json!({"op": "reset_factors", "user": 21})).await;
    let (_, body) = receiver.next().await;
    assert_eq!(
        body["data"]["events"][0]["eventType"],
        "user.mfa.factor.reset_all"
    );
}

#[tokio::test]
async fn jumpcloud_sends_one_event_at_a_time_and_again_when_it_is_refused() {
    let mut receiver = receiver().await;
    let sim = start(Vendor::JumpCloud, &receiver).await;
    receiver.refuse.store(2, Ordering::SeqCst);
    change(&sim, json!([{"op": "set_account", "user": 5, "state": "SUSPENDED"}, {"op": "set_account", "user": 5, "state": "DELETED"}])).await;
    let (secret, first) = receiver.next().await;
    assert_eq!(secret.as_deref(), Some("let-me-in"));
    assert_eq!(first["event_type"], "user_suspended");
    // a message may come twice, and is the same then
    let mut second = receiver.next().await.1;
    while second["id"] == first["id"] {
        assert_eq!(second, first);
        second = receiver.next().await.1;
    }
    assert_eq!(second["event_type"], "user_delete");
}

#[tokio::test]
async fn monosign_sends_what_happened_to_whom_and_by_whom() {
    let mut receiver = receiver().await;
    let sim = start(Vendor::MonoSign, &receiver).await;
    receiver.refuse.store(3, Ordering::SeqCst);
    change(&sim, json!([{"op": "update_user", "user": 1, "profile": {"title": "Poet"}}, {"op": "set_status", "user": 1, "status": "DEPROVISIONED"}])).await;
    let (_, first) = receiver.next().await;
    assert_eq!(first["EventType"], "User.Updated");
    assert_eq!(
        (&first["Target"]["Type"], &first["Actor"]["Type"]),
        (&json!("User"), &json!("User"))
    );
    let (_, second) = receiver.next().await;
    assert_eq!(
        (&second["EventType"], &second["Target"]),
        (&json!("User.Deactivated"), &first["Target"])
    );
    assert_ne!(first["EventId"], second["EventId"]);
}

#[tokio::test]
async fn a_hook_can_be_set_and_taken_away_while_it_runs() {
    let mut first = receiver().await;
    let mut second = receiver().await;
    let sim = start(Vendor::MonoSign, &first).await;
    change(&sim, json!({"op": "sign_in", "user": 1})).await;
    assert_eq!(first.next().await.1["EventType"], "User.SignedIn");
    change(&sim, json!([{"op": "hook", "url": second.url}, {"op": "set_status", "user": 1, "status": "SUSPENDED"}])).await;
    assert_eq!(second.next().await.1["EventType"], "User.Locked");
    change(&sim, json!([{"op": "hook", "url": null}, {"op": "sign_in", "user": 2}, {"op": "hook", "url": second.url}, {"op": "update_user", "user": 1, "profile": {"title": "Poet"}}])).await;
    // what happened without a hook is not told later
    assert_eq!(second.next().await.1["EventType"], "User.Updated");
    assert!(first.got.try_recv().is_err());
}
