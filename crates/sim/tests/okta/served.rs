//! What the stand-in answers, of every kind of document.

use std::collections::BTreeMap;

use muster_sim::SimOptions;
use serde_json::Value;

use super::crawl::crawl;
use super::kinds::{KINDS, Kind};
use super::shapes::Shape;
use super::support::{World, small, text, world};

/// Every kind, and the shape of what a company of some size answers of it.
pub async fn served() -> Vec<(&'static Kind, Shape)> {
    let world = world(SimOptions {
        users: 500,
        ..small()
    })
    .await;
    let all = documents(&world).await;
    KINDS
        .iter()
        .map(|kind| (kind, Shape::of(&all[kind.name])))
        .collect()
}

/// Insists that nothing was found.
pub fn nothing(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// Documents of every kind.
async fn documents(world: &World) -> BTreeMap<&'static str, Vec<Value>> {
    let mut all: BTreeMap<&'static str, Vec<Value>> = crawl(world)
        .await
        .into_iter()
        .map(|(kind, items)| (kind, items.into_values().collect()))
        .collect();
    let mut alone = Vec::new();
    for user in all["okta_user"].iter().take(60) {
        alone.push(
            world
                .get(&format!("/api/v1/users/{}", text(user, "id")))
                .await,
        );
    }
    all.insert("user alone", alone);
    all.insert(
        "profile mapping listed",
        world.all("/api/v1/mappings").await,
    );
    let policy = world
        .ask("/api/v1/policies?type=ACCESS_POLICY")
        .await
        .items()[2]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    all.insert(
        "policy mapping",
        world
            .all(&format!("/api/v1/policies/{policy}/mappings"))
            .await,
    );
    let domain = all["okta_domain"]
        .iter()
        .find(|d| d["id"] != "default")
        .unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let domain = world.get(&format!("/api/v1/domains/{domain}")).await;
    all.get_mut("okta_domain").unwrap().push(domain);
    all.insert(
        "support",
        vec![world.get("/api/v1/org/privacy/oktaSupport").await],
    );
    all.insert("api token", world.all("/api/v1/api-tokens").await);
    world.change(serde_json::json!({"churn": 0.5})).await;
    all.insert(
        "log event",
        world
            .get("/api/v1/logs?limit=1000")
            .await
            .as_array()
            .cloned()
            .unwrap(),
    );
    all
}
