use serde_json::json;

use super::support::{ids, small, text, world};

#[tokio::test]
async fn polling_always_has_a_next_page_and_an_empty_one_points_to_itself() {
    let world = world(small()).await;
    let first = world.ask("/api/v1/logs?sortOrder=ASCENDING&limit=50").await;
    assert!(first.items().is_empty());
    let next = first.link("next").unwrap();
    let empty = world.ask(&next).await;
    assert!(empty.items().is_empty());
    assert_eq!(
        (empty.link("next"), empty.link("self")),
        (Some(next.clone()), Some(next.clone()))
    );
    world.change(json!({"churn": 0.2})).await;
    let mut events = Vec::new();
    let mut address = next;
    loop {
        let page = world.ask(&address).await;
        assert!(page.items().len() <= 50);
        if page.items().is_empty() {
            break;
        }
        events.extend(page.items().iter().cloned());
        address = page.link("next").unwrap();
        assert!(!address.contains("since="));
    }
    let uuids: std::collections::BTreeSet<&str> = events.iter().map(|e| text(e, "uuid")).collect();
    assert!(events.len() >= 60 && uuids.len() == events.len());
    let published: Vec<&str> = events.iter().map(|e| text(e, "published")).collect();
    assert!(
        !published.is_sorted(),
        "events come as they were kept, not as they happened"
    );
}

#[tokio::test]
async fn a_bounded_query_is_ordered_by_what_happened_and_ends() {
    let world = world(small()).await;
    world.change(json!({"churn": 0.3})).await;
    let day = &world.change(json!([])).await["now"].as_str().unwrap()[..10].to_owned();
    let bounds = format!("since={day}T00:00:00Z&until=2099-01-01T00:00:00Z");
    let events = world.all(&format!("/api/v1/logs?{bounds}&limit=40")).await;
    let published: Vec<&str> = events.iter().map(|e| text(e, "published")).collect();
    assert!(events.len() > 80 && published.is_sorted());
    let backwards = world
        .ask(&format!(
            "/api/v1/logs?{bounds}&sortOrder=DESCENDING&limit=1"
        ))
        .await;
    assert_eq!(
        backwards.items()[0]["uuid"],
        events[events.len() - 1]["uuid"]
    );
}

#[tokio::test]
async fn every_change_is_told_in_the_vendors_words() {
    let world = world(small()).await;
    let users = ids(&world.all("/api/v1/users").await);
    let group = ids(&world.all("/api/v1/groups").await)[1].clone();
    world
        .change(json!([
            {"op": "update_user", "user": users[9], "profile": {"nickName": "Nine"}}, {"op": "set_status", "user": users[10], "status": "SUSPENDED"},
            {"op": "add_user"}, {"op": "remove_user", "user": users[11]}, {"op": "add_member", "group": group, "user": users[12]},
            {"op": "remove_member", "group": group, "user": users[12]}, {"op": "rename_group", "group": 5, "name": "Renamed"},
            {"op": "assign_app", "app": 6, "group": 12}, {"op": "sign_in", "user": users[13]}, {"op": "reset_factors", "user": users[14]},
            {"op": "update_app", "app": 6, "label": "Six"}
        ]))
        .await;
    let types: std::collections::BTreeSet<String> = world
        .all_events()
        .await
        .iter()
        .map(|e| text(e, "eventType").to_owned())
        .collect();
    for expected in [
        "user.account.update_profile",
        "user.lifecycle.suspend",
        "user.lifecycle.create",
        "user.lifecycle.activate",
        "user.lifecycle.delete.initiated",
        "group.user_membership.add",
        "group.user_membership.remove",
        "group.profile.update",
        "group.application_assignment.add",
        "user.session.start",
        "user.mfa.factor.reset_all",
        "application.lifecycle.update",
    ] {
        assert!(types.contains(expected), "{expected} in {types:?}");
    }
    if let Some(shared) = super::support::shared() {
        let known = std::fs::read_to_string(shared.join("specs/okta-event-types.json")).unwrap();
        for event_type in &types {
            let there = known.contains(&format!("\"{event_type}\""));
            assert!(there, "{event_type} is not in the vendor's catalogue");
        }
    }
    let filtered = world.ask(&format!("/api/v1/logs?filter=eventType+eq+%22user.lifecycle.suspend%22+and+target.id+eq+%22{}%22", users[10])).await;
    assert_eq!(filtered.items().len(), 1);
    assert_eq!(filtered.items()[0]["target"][0]["id"], users[10].as_str());
}

#[tokio::test]
async fn queries_that_make_no_sense_are_refused() {
    let world = world(small()).await;
    for (query, code) in [
        ("since=2020-01-01T00:00:00Z", "E0000053"),
        ("since=yesterday", "E0000001"),
        ("limit=1001", "E0000001"),
        ("since=2026-11-20T00:00:00Z&after=x", "E0000001"),
        ("after=x", "E0000029"),
        ("filter=published+gt+%222026-01-01T00:00:00Z%22", "E0000031"),
    ] {
        let answer = world.ask(&format!("/api/v1/logs?{query}")).await;
        assert_eq!(
            (answer.status, answer.body["errorCode"].as_str()),
            (400, Some(code)),
            "{query}"
        );
    }
}

impl super::support::World {
    async fn all_events(&self) -> Vec<serde_json::Value> {
        self.ask("/api/v1/logs?sortOrder=ASCENDING&limit=1000")
            .await
            .items()
            .clone()
    }
}
