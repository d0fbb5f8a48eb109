use std::time::Duration;

use muster_sim::{Sim, SimOptions};
use serde_json::json;

use super::support::{World, ids, small, world};

async fn with(faults: &[&str]) -> World {
    world(SimOptions {
        fault: faults.iter().map(|f| (*f).to_owned()).collect(),
        ..small()
    })
    .await
}

#[tokio::test]
async fn the_nth_request_to_a_path_fails_once() {
    let world = with(&["500:#3@/api/v1/groups", "429:#1@/api/v1/apps"]).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(world.ask("/api/v1/groups").await.status);
    }
    assert_eq!(statuses, [200, 200, 500, 200]);
    let refused = world.ask("/api/v1/apps").await;
    assert_eq!(
        (
            refused.status,
            refused.body["errorCode"].as_str(),
            refused.header("x-rate-limit-remaining").as_deref()
        ),
        (429, Some("E0000047"), Some("0"))
    );
    assert!(refused.header("retry-after").is_none());
    assert_eq!(world.ask("/api/v1/apps").await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_cut_is_not_an_answer() {
    let world = with(&["cut:#1@/api/v1/users"]).await;
    assert!(world.try_ask("/api/v1/users").await.is_err());
    assert_eq!(world.ask("/api/v1/users").await.status, 200);
}

#[tokio::test]
async fn a_timeout_says_nothing_and_does_not_keep_the_server_from_stopping() {
    let world = with(&["timeout:#1@/api/v1/users"]).await;
    let asked = world
        .http
        .get(world.sim.url() + "/api/v1/users")
        .header("authorization", "SSWS sim-super-admin")
        .timeout(Duration::from_millis(200))
        .send()
        .await;
    assert!(asked.unwrap_err().is_timeout());
    tokio::time::timeout(Duration::from_secs(5), world.sim.stop())
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_repeated_next_link_leads_nowhere_new() {
    let world = with(&["repeat-next:/api/v1/users"]).await;
    let answer = world.ask("/api/v1/users?limit=10").await;
    assert_eq!(answer.link("next"), answer.link("self"));
}

#[tokio::test]
async fn a_shifted_page_repeats_an_item_and_a_skipped_one_loses_it() {
    let whole = ids(&with(&[]).await.all("/api/v1/groups?limit=10").await);
    let shifted = with(&["shift:/api/v1/groups", "skip:/api/v1/apps"]).await;
    let seen = ids(&shifted.all("/api/v1/groups?limit=10").await);
    assert_eq!(seen[9], seen[10]);
    let once: std::collections::BTreeSet<_> = seen.iter().collect();
    assert!(seen.len() > whole.len() && once.len() == whole.len());
    let apps = shifted.all("/api/v1/apps?limit=5").await.len();
    assert!(apps < with(&[]).await.all("/api/v1/apps").await.len());
}

#[tokio::test]
async fn an_empty_page_with_a_link_to_it_changes_nothing() {
    let world = with(&["empty-page:/api/v1/groups"]).await;
    let last = world.ask("/api/v1/groups").await;
    let empty = world.ask(&last.link("next").unwrap()).await;
    assert!(empty.items().is_empty() && empty.link("next").is_none());
}

#[tokio::test]
async fn faults_are_switched_at_run_time() {
    let world = with(&[]).await;
    world
        .change(json!({"op": "faults", "set": ["503:1"]}))
        .await;
    assert_eq!(world.ask("/api/v1/users").await.status, 503);
    world.change(json!({"op": "faults", "set": []})).await;
    assert_eq!(world.ask("/api/v1/users").await.status, 200);
    assert_eq!(
        world
            .try_change(json!({"op": "faults", "set": ["tea:1"]}))
            .await
            .0,
        400
    );
}

#[tokio::test]
async fn chance_is_the_same_in_every_run() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = with(&["500:0.3"]).await;
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(world.ask("/api/v1/org").await.status);
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert!(runs[0].contains(&500) && runs[0].contains(&200));
}

#[tokio::test]
async fn a_flag_that_makes_no_sense_is_told_at_once() {
    for options in [
        SimOptions {
            fault: vec!["500:7".to_owned()],
            ..small()
        },
        SimOptions {
            churn: Some("often".to_owned()),
            ..small()
        },
        SimOptions {
            epoch: "yesterday".to_owned(),
            ..small()
        },
        SimOptions {
            rate_limits: "some".to_owned(),
            ..small()
        },
        SimOptions {
            users: 0,
            ..small()
        },
    ] {
        assert!(Sim::start(options).await.is_err());
    }
}
