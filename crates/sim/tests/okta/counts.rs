use muster_sim::SimOptions;
use serde_json::json;

use super::crawl;
use super::support::{small, world};

async fn counts_agree(options: SimOptions) {
    let world = world(options).await;
    let crawled = crawl::counts(&crawl::crawl(&world).await);
    assert_eq!(world.get("/_sim/counts").await, json!(crawled));
}

#[tokio::test]
async fn counts_equal_an_independent_crawl() {
    counts_agree(small()).await;
}

#[tokio::test]
async fn counts_equal_a_crawl_of_a_classic_and_clean_company() {
    counts_agree(SimOptions {
        classic: true,
        clean: true,
        seed: 9,
        ..small()
    })
    .await;
}

#[tokio::test]
async fn counts_equal_a_crawl_of_tiny_companies() {
    for users in [1, 2, 7, 30] {
        counts_agree(SimOptions {
            users,
            seed: u64::from(users),
            ..small()
        })
        .await;
    }
}

#[tokio::test]
async fn counts_equal_a_crawl_after_many_changes() {
    let world = world(small()).await;
    world.change(json!({"churn": 0.5})).await;
    world.change(json!([
        {"op": "remove_user", "user": 20}, {"op": "remove_user", "user": 21}, {"op": "remove_group", "group": 9},
        {"op": "add_group", "name": "New"}, {"op": "add_member", "group": "New", "user": 30}, {"op": "reset_factors", "user": 31},
        {"op": "assign_app", "app": 6, "group": "New"}, {"op": "unassign_app", "app": 4, "user": 33}, {"op": "set_status", "user": 34, "status": "DEPROVISIONED"}
    ]))
    .await;
    let crawled = crawl::counts(&crawl::crawl(&world).await);
    assert_eq!(world.get("/_sim/counts").await, json!(crawled));
}

#[tokio::test]
async fn the_sizes_that_are_asked_for_are_met() {
    let options = SimOptions {
        users: 20_000,
        groups: Some(400),
        apps: Some(120),
        assignments: Some(60_000),
        control: true,
        ..SimOptions::default()
    };
    let counts = world(options).await.get("/_sim/counts").await;
    assert_eq!(
        (
            &counts["okta_user"],
            &counts["okta_group"],
            &counts["okta_application"]
        ),
        (&json!(20_000), &json!(400), &json!(120))
    );
    let assigned = counts["okta_application_user"].as_u64().unwrap();
    assert!((57_000..=63_000).contains(&assigned), "{assigned}");
}

#[tokio::test]
async fn a_big_company_is_counted_quickly() {
    let options = SimOptions {
        users: 1_000_000,
        apps: Some(500),
        assignments: Some(3_000_000),
        control: true,
        ..SimOptions::default()
    };
    let world = world(options).await;
    let counts = world.get("/_sim/counts").await;
    assert_eq!(counts["okta_user"], json!(1_000_000));
    let assigned = counts["okta_application_user"].as_u64().unwrap();
    assert!((2_850_000..=3_150_000).contains(&assigned), "{assigned}");
}
