use std::process::Command;

use muster_sim::SimOptions;
use serde_json::Value;

use super::crawl::{Crawl, crawl, difference};
use super::support::{small, world};

/// Links name the port; nothing else may differ.
fn without_port(crawl: &Crawl, url: &str) -> String {
    crawl
        .iter()
        .map(|(kind, items)| {
            format!(
                "{kind} {}\n",
                serde_json::to_string(items)
                    .unwrap()
                    .replace(url, "http://org")
            )
        })
        .collect()
}

/// A past in which much happened, and a rate so low that nothing does while it is read.
fn eventful() -> SimOptions {
    SimOptions {
        churn: Some("0.0001/h".to_owned()),
        users: 100,
        ..small()
    }
}

#[tokio::test]
#[ignore = "run by the test below, in a process of its own"]
#[expect(
    clippy::print_stdout,
    reason = "how a process tells another what it saw"
)]
async fn fingerprint() {
    let world = world(eventful()).await;
    let documents = without_port(&crawl(&world).await, &world.sim.url());
    let log = world
        .get("/api/v1/logs?since=2026-11-01T00:00:00Z&sortOrder=ASCENDING")
        .await;
    let sum = (documents + &log.to_string())
        .bytes()
        .fold(0u64, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
    println!("FINGERPRINT {sum:x}");
}

#[test]
fn two_processes_with_the_same_flags_agree_on_every_byte() {
    let fingerprint = || {
        let program = std::env::current_exe().unwrap();
        let output = Command::new(program)
            .args([
                "determinism::fingerprint",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines()
            .find_map(|line| {
                line.split_once("FINGERPRINT ")
                    .map(|(_, sum)| sum.to_owned())
            })
            .unwrap()
    };
    assert_eq!(fingerprint(), fingerprint());
}

#[tokio::test]
async fn another_seed_is_another_company() {
    let (first, second) = (
        world(small()).await,
        world(SimOptions { seed: 2, ..small() }).await,
    );
    let page = "/api/v1/users?limit=5";
    let id = |body: Value| body[0]["id"].clone();
    assert_ne!(id(first.get(page).await), id(second.get(page).await));
}

#[tokio::test]
async fn time_alone_changes_nothing_without_churn() {
    let world = world(SimOptions {
        users: 60,
        ..small()
    })
    .await;
    let before = crawl(&world).await;
    world
        .change(serde_json::json!({"op": "advance", "by": "400days"}))
        .await;
    assert_eq!(
        difference(&before, &crawl(&world).await),
        Default::default()
    );
}
