use muster_sim::SimOptions;
use serde_json::json;

use super::support::{World, ids, small, text, world};

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

/// A busy company whose stand-in misbehaves.
async fn busy(faults: &[&str]) -> World {
    let world = world(SimOptions {
        fault: faults.iter().map(|f| (*f).to_owned()).collect(),
        ..small()
    })
    .await;
    world.change(json!({"churn": 0.2})).await;
    world
}

#[tokio::test]
async fn late_events_come_behind_younger_ones() {
    let world = busy(&["late:0.3"]).await;
    let events = world.all_events().await;
    let mut newest = "";
    let mut late = 0;
    for event in &events {
        let published = text(event, "published");
        // Ten minutes are more than the disorder there always is.
        late += u32::from(newest > published && newest[..16] != published[..16]);
        newest = newest.max(published);
    }
    assert!(late > 5, "{late} of {}", events.len());
}

#[tokio::test]
async fn an_expired_or_unknown_cursor_is_refused() {
    let world = busy(&["forget-cursor:#2@/api/v1/logs"]).await;
    let first = world.ask("/api/v1/logs?sortOrder=ASCENDING&limit=5").await;
    let next = first.link("next").unwrap();
    let refused = world.ask(&next).await;
    assert_eq!(
        (refused.status, refused.body["errorCode"].as_str()),
        (400, Some("E0000029"))
    );
    assert_eq!(world.ask(&next).await.status, 200, "once");
    let unknown = world.ask("/api/v1/logs?after=x").await;
    assert_eq!(unknown.body["errorCode"], "E0000029");
}

#[tokio::test]
async fn since_further_back_than_180_days_is_refused() {
    let world = world(small()).await;
    let now = world.change(json!([])).await["now"]
        .as_str()
        .unwrap()
        .to_owned();
    let now = humantime::parse_rfc3339_weak(&now).unwrap();
    for (days, status) in [(179, 200), (181, 400)] {
        let since = now - std::time::Duration::from_secs(days * 24 * 3600);
        let since = humantime::format_rfc3339_seconds(since);
        let answer = world.ask(&format!("/api/v1/logs?since={since}")).await;
        assert_eq!(answer.status, status, "{days} days");
        if status == 400 {
            let told = text(&answer.body, "errorSummary");
            assert!(told.contains("over 180 days"), "{told}");
        }
    }
}

#[tokio::test]
async fn an_event_that_is_told_twice_has_one_uuid() {
    let world = busy(&["shift:/api/v1/logs"]).await;
    let mut next = "/api/v1/logs?sortOrder=ASCENDING&limit=20".to_owned();
    let mut uuids: Vec<String> = Vec::new();
    loop {
        let page = world.ask(&next).await;
        if page.items().is_empty() {
            break;
        }
        uuids.extend(page.items().iter().map(|e| text(e, "uuid").to_owned()));
        next = page.link("next").unwrap();
    }
    let once: std::collections::BTreeSet<&String> = uuids.iter().collect();
    let pages = uuids.len() / 20;
    assert!(pages > 2 && once.len() + pages - 1 <= uuids.len() && once.len() < uuids.len());
    let whole = world
        .ask("/api/v1/logs?sortOrder=ASCENDING&limit=1000")
        .await;
    assert_eq!(whole.items().len(), once.len(), "nothing is lost");
}

#[tokio::test]
async fn null_target_null_outcome_zone_null_and_both_forms_of_published() {
    let world = busy(&["sparse:0.5"]).await;
    let events = world.all_events().await;
    let (sparse, whole): (Vec<_>, Vec<_>) = events.iter().partition(|e| e["outcome"].is_null());
    assert!(sparse.len() > 20 && whole.len() > 20);
    for event in sparse {
        assert!(event["target"].is_null());
        assert_eq!(text(event, "published").len(), "2026-01-02T03:04:05Z".len());
    }
    for event in whole {
        assert_eq!(
            text(event, "published").len(),
            "2026-01-02T03:04:05.678Z".len()
        );
    }
    assert!(events.iter().all(|e| e["client"]["zone"] == "null"));
    assert!(
        events
            .iter()
            .any(|e| e["client"]["geographicalContext"].is_null())
    );
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
