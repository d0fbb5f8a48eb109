use std::time::{Duration, Instant};

use muster_sim::SimOptions;
use serde_json::json;

use super::support::{small, world};

#[tokio::test]
async fn switched_off_nobody_is_refused_and_the_headers_leave_room() {
    let world = world(small()).await;
    let answer = world.ask("/api/v1/users").await;
    assert_eq!(
        answer.header("x-rate-limit-limit").as_deref(),
        Some("1000000")
    );
    assert!(
        answer
            .header("x-rate-limit-remaining")
            .unwrap()
            .parse::<u32>()
            .unwrap()
            > 900_000
    );
}

#[tokio::test]
async fn a_bucket_runs_empty_and_others_do_not() {
    let world = world(SimOptions {
        rate_limits: "5".to_owned(),
        ..small()
    })
    .await;
    let mut refused = None;
    // the minute may turn in between, once
    for _ in 0..12 {
        let answer = world.ask("/api/v1/org").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.body["errorCode"], "E0000047");
    assert_eq!(
        (
            refused.header("x-rate-limit-limit").as_deref(),
            refused.header("x-rate-limit-remaining").as_deref()
        ),
        (Some("5"), Some("0"))
    );
    let reset: i64 = refused
        .header("x-rate-limit-reset")
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(reset % 60, 0);
    assert_eq!(world.ask("/api/v1/groups").await.status, 200);
    world
        .change(json!({"op": "rate_limits", "value": "off"}))
        .await;
    assert_eq!(world.ask("/api/v1/org").await.status, 200);
}

#[tokio::test]
async fn the_vendors_figures_are_per_group_of_endpoints() {
    let world = world(SimOptions {
        rate_limits: "vendor".to_owned(),
        ..small()
    })
    .await;
    for (path, limit) in [
        ("/api/v1/users", "600"),
        ("/api/v1/groups", "500"),
        ("/api/v1/apps", "100"),
        ("/api/v1/logs", "120"),
        ("/api/v1/policies?type=PASSWORD", "1000"),
    ] {
        assert_eq!(
            world
                .ask(path)
                .await
                .header("x-rate-limit-limit")
                .as_deref(),
            Some(limit),
            "{path}"
        );
    }
}

#[tokio::test]
async fn too_many_at_once_shows_a_limit_of_nothing() {
    let world = world(SimOptions {
        concurrency_limit: Some(2),
        latency: Some("80ms".to_owned()),
        ..small()
    })
    .await;
    let answers = futures::future::join_all((0..6).map(|_| world.ask("/api/v1/org"))).await;
    let refused: Vec<_> = answers.iter().filter(|a| a.status == 429).collect();
    assert!(!refused.is_empty() && refused.len() < 6);
    assert_eq!(
        (
            refused[0].header("x-rate-limit-limit").as_deref(),
            refused[0].header("x-rate-limit-remaining").as_deref()
        ),
        (Some("0"), Some("0"))
    );
    assert_eq!(world.ask("/api/v1/org").await.status, 200);
}

#[tokio::test]
async fn latency_is_waited_for() {
    let world = world(SimOptions {
        latency: Some("50ms".to_owned()),
        ..small()
    })
    .await;
    let start = Instant::now();
    world.ask("/api/v1/org").await;
    assert!(start.elapsed() >= Duration::from_millis(50));
}

#[tokio::test]
async fn requests_are_counted_by_endpoint() {
    let world = world(small()).await;
    let user = world.ask("/api/v1/users").await.items()[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    world.ask(&format!("/api/v1/users/{user}")).await;
    world.ask(&format!("/api/v1/users/{user}/factors")).await;
    world.ask("/api/v1/nothing").await;
    let stats = world.get("/_sim/stats").await;
    assert_eq!(stats["requests"], 4);
    assert_eq!(
        stats["endpoints"],
        json!({"users": 1, "user": 1, "factors": 1, "unknown": 1})
    );
    assert_eq!(stats["statuses"], json!({"2xx": 3, "4xx": 1}));
    world
        .http
        .post(world.sim.url() + "/_sim/stats")
        .send()
        .await
        .unwrap();
    assert_eq!(world.get("/_sim/stats").await["requests"], 0);
}

#[tokio::test]
async fn framed_as_gzip_the_answer_is_the_same() {
    let (plain, framed) = (
        world(small()).await,
        world(SimOptions {
            gzip: true,
            ..small()
        })
        .await,
    );
    let strip = |value: serde_json::Value, url: &str| value.to_string().replace(url, "");
    for path in ["/api/v1/users", "/api/v1/org", "/api/v1/apps?limit=200"] {
        assert_eq!(
            strip(plain.get(path).await, &plain.sim.url()),
            strip(framed.get(path).await, &framed.sim.url()),
            "{path}"
        );
    }
}
