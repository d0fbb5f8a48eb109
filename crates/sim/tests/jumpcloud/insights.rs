use serde_json::{Value, json};

use super::support::{World, ids, small, world};

async fn busy() -> World {
    let world = world(small()).await;
    world.change(json!([{"churn": 0.3, "kinds": ["sign_in"]}, {"churn": 0.3}, {"op": "advance", "by": "3h"}])).await;
    world
}

#[tokio::test]
async fn events_come_in_pages_until_one_is_not_full() {
    let world = busy().await;
    let all = ids(&world.every_event().await);
    assert!(all.len() > 100, "{}", all.len());
    let mut found = Vec::new();
    let mut query = json!({"service": ["all"], "start_time": "2020-01-01T00:00:00Z", "limit": 40});
    loop {
        let page = world.events(query.clone()).await;
        found.extend(ids(page.items()));
        assert_eq!(page.header("x-limit"), Some("40"));
        query["search_after"] =
            serde_json::from_str(page.header("x-search_after").unwrap()).unwrap();
        if page.header("x-result-count") != Some("40") {
            break;
        }
    }
    assert_eq!(found, all);
    let mut sorted = found.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), found.len());
}

#[tokio::test]
async fn services_and_moments_choose_and_single_sign_on_is_told_to_the_nanosecond() {
    let world = busy().await;
    let sso = world
        .events(json!({"service": ["sso"], "start_time": "2020-01-01T00:00:00Z"}))
        .await;
    assert!(!sso.items().is_empty());
    for event in sso.items() {
        assert_eq!(
            (
                &event["service"],
                event["timestamp"].as_str().unwrap().len()
            ),
            (&json!("sso"), 30)
        );
        assert_eq!(event["initiated_by"]["type"], "user");
    }
    let directory = world
        .events(
            json!({"service": ["directory"], "start_time": "2020-01-01T00:00:00Z", "sort": "desc"}),
        )
        .await;
    let stamps: Vec<&str> = directory
        .items()
        .iter()
        .map(|e| e["timestamp"].as_str().unwrap())
        .collect();
    assert!(stamps.iter().all(|s| s.len() == 24) && stamps.is_sorted_by(|a, b| a >= b));
    assert_eq!(directory.header("x-sort"), Some("DESC"));
    let middle = stamps[stamps.len() / 2];
    let later = world
        .events(json!({"service": ["directory"], "start_time": middle}))
        .await;
    assert!(!later.items().is_empty() && later.items().len() < stamps.len());
}

#[tokio::test]
async fn nonsense_is_refused_or_ignored_as_documented() {
    let world = world(small()).await;
    let ask = |query: Value| world.events(query);
    assert_eq!(
        ask(json!({"service": ["nothing"], "start_time": "2020-01-01T00:00:00Z"}))
            .await
            .status,
        400
    );
    assert_eq!(ask(json!({"service": ["all"]})).await.status, 400);
    assert_eq!(
        ask(json!({"service": ["all"], "start_time": "2999-01-01T00:00:00Z"}))
            .await
            .status,
        400
    );
    let generous =
        ask(json!({"service": ["all"], "start_time": "2020-01-01T00:00:00Z", "limit": 99_999}))
            .await;
    assert_eq!(generous.header("x-limit"), Some("1000"));
}

#[tokio::test]
async fn late_events_are_older_than_those_before_them() {
    let world = world(muster_sim::SimOptions {
        fault: vec!["late:0.3".to_owned()],
        ..small()
    })
    .await;
    world
        .change(json!({"churn": 0.5, "kinds": ["sign_in"]}))
        .await;
    let before = world.every_event().await;
    let newest = before.last().unwrap()["timestamp"]
        .as_str()
        .unwrap()
        .to_owned();
    world
        .change(json!({"churn": 0.5, "kinds": ["sign_in"]}))
        .await;
    let known: std::collections::BTreeSet<String> = ids(&before).into_iter().collect();
    let came = world.every_event().await;
    assert!(
        came.iter()
            .any(|e| !known.contains(e["id"].as_str().unwrap())
                && e["timestamp"].as_str().unwrap() < newest.as_str())
    );
}

#[tokio::test]
async fn a_place_to_go_on_at_that_is_not_known_is_refused() {
    let world = busy().await;
    let query = json!({"service": ["all"], "start_time": "2020-01-01T00:00:00Z", "limit": 10});
    let first = world.events(query.clone()).await;
    let after = first.header("x-search_after").unwrap();
    let mut on = query.clone();
    on["search_after"] = serde_json::from_str(after).unwrap();
    assert_eq!(world.events(on.clone()).await.status, 200);
    world
        .change(json!({"op": "faults", "set": ["forget-cursor:1@/insights/directory/v1/events"]}))
        .await;
    assert_eq!(world.events(on).await.status, 400);
    assert_eq!(world.events(query.clone()).await.status, 200);
    world.change(json!({"op": "faults", "set": []})).await;
    let mut unknown = query;
    unknown["search_after"] = json!([1, "nobody"]);
    assert_eq!(world.events(unknown).await.status, 400);
}

#[tokio::test]
async fn what_may_be_left_out_is_left_out() {
    let world = world(muster_sim::SimOptions {
        fault: vec!["sparse:0.5".to_owned()],
        ..small()
    })
    .await;
    world.change(json!({"churn": 0.3})).await;
    world
        .change(json!([{"churn": 0.3, "kinds": ["sign_in"]}, {"op": "advance", "by": "3h"}]))
        .await;
    let events = world.every_event().await;
    let sparse = events.iter().filter(|e| e.get("success").is_none()).count();
    assert!(
        sparse > 20 && sparse < events.len() - 20,
        "{sparse} of {}",
        events.len()
    );
    assert!(
        events
            .iter()
            .all(|e| e["id"].is_string() && e["timestamp"].is_string())
    );
}
