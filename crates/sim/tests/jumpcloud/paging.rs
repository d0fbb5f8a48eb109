use serde_json::json;

use super::support::{ids, small, world};

#[tokio::test]
async fn ten_items_unless_asked_and_a_hundred_at_most() {
    let world = world(small()).await;
    for path in [
        "/api/systemusers",
        "/api/systems",
        "/api/v2/usergroups",
        "/api/v2/policyresults",
    ] {
        assert_eq!(world.ask(path).await.items().len(), 10, "{path}");
        let refused = world.ask(&format!("{path}?limit=101")).await;
        assert_eq!(refused.status, 400);
        assert_eq!(
            refused.body,
            json!({"message": "Bad Request: request parameter \"limit\" exceeds maximum value of 100"})
        );
    }
    assert_eq!(
        world.ask("/api/v2/systeminsights/apps").await.items().len(),
        10
    );
    assert_eq!(
        world
            .ask("/api/v2/systeminsights/apps?limit=10000")
            .await
            .status,
        200
    );
    assert_eq!(
        world
            .ask("/api/v2/systeminsights/apps?limit=10001")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn the_old_interface_has_an_envelope_and_the_new_one_a_header() {
    let world = world(small()).await;
    let old = world.ask("/api/systemusers?limit=1").await;
    assert!(old.body["totalCount"].as_u64().unwrap() > 200);
    assert_eq!(old.body["results"][0]["_id"], old.body["results"][0]["id"]);
    assert_eq!(old.header("x-total-count"), None);
    let new = world.ask("/api/v2/usergroups?limit=1").await;
    assert!(new.body.is_array() && new.total() > 10);
    assert_eq!(new.header("link"), None);
}

#[tokio::test]
async fn a_page_behind_the_end_is_empty_and_still_tells_the_total() {
    let world = world(small()).await;
    let first = world.ask("/api/v2/systemgroups?limit=100").await;
    let behind = world.ask("/api/v2/systemgroups?limit=100&skip=1000").await;
    assert_eq!((behind.items().len(), behind.total()), (0, first.total()));
}

#[tokio::test]
async fn sorting_by_identifier_is_the_natural_order_and_can_be_turned_around() {
    let world = world(small()).await;
    let mut forward = ids(&world.all("/api/systemusers?sort=_id").await);
    assert!(forward.is_sorted());
    let backward = ids(&world.all("/api/systemusers?sort=-_id").await);
    forward.reverse();
    assert_eq!(forward, backward);
    let named = world.all("/api/v2/usergroups?sort=name").await;
    let names: Vec<&str> = named.iter().map(|g| g["name"].as_str().unwrap()).collect();
    assert!(names.is_sorted());
}

#[tokio::test]
async fn rows_sort_within_their_device() {
    let world = world(small()).await;
    let rows = world
        .all("/api/v2/systeminsights/apps?sort=system_id,name")
        .await;
    let keys: Vec<(&str, &str)> = rows
        .iter()
        .map(|row| {
            (
                row["system_id"].as_str().unwrap(),
                row["name"].as_str().unwrap(),
            )
        })
        .collect();
    assert!(keys.is_sorted() && keys.windows(2).all(|w| w[0] != w[1]));
    let device = keys[0].0;
    let of_one = world
        .all(&format!(
            "/api/v2/systeminsights/apps?filter=system_id:eq:{device}"
        ))
        .await;
    assert_eq!(of_one.len(), keys.iter().filter(|k| k.0 == device).count());
    assert_eq!(
        of_one.len(),
        world
            .all(&format!("/api/v2/systeminsights/{device}/apps"))
            .await
            .len()
    );
}

#[tokio::test]
async fn fields_and_filters_are_kept_to() {
    let world = world(small()).await;
    let users = world
        .all("/api/systemusers?fields=username&filter=state:$eq:SUSPENDED")
        .await;
    assert!(
        !users.is_empty() && users.iter().all(|u| u.as_object().unwrap().len() == 3),
        "{users:?}"
    );
    let whole = world
        .all("/api/systemusers?filter=suspended:$eq:true")
        .await;
    assert_eq!(whole.len(), users.len());
}

#[tokio::test]
async fn apple_device_management_comes_one_at_a_time() {
    let world = world(small()).await;
    assert_eq!(world.ask("/api/v2/applemdms").await.total(), 1);
}

#[tokio::test]
async fn a_misleading_link_leads_behind_the_end() {
    let world = world(small()).await;
    world.change(json!({"op": "faults", "set": ["misleading-link:/api/v2/usergroups", "no-total:/api/v2/policies", "empty-page:/api/systems"]})).await;
    let page = world.ask("/api/v2/usergroups?limit=5").await;
    let link = page.header("link").unwrap();
    let next = link.trim_start_matches('<').split('>').next().unwrap();
    let next = next.strip_prefix(&world.sim.url()).unwrap();
    assert_eq!(world.ask(next).await.items().len(), 0);
    assert_eq!(
        world.ask("/api/v2/policies").await.header("x-total-count"),
        None
    );
    let later = world.ask("/api/systems?limit=5&skip=5").await;
    assert!(later.items().is_empty() && later.total() > 100);
}

#[tokio::test]
async fn identifiers_that_cannot_be_are_told_from_those_that_are_not_there() {
    let world = world(small()).await;
    let bad = world
        .ask("/api/v2/usergroups/5df3efcdf2d66c6f6a287/members")
        .await;
    assert_eq!(bad.status, 400);
    assert_eq!(
        bad.body["message"],
        "Bad Request: invalid object id \"5df3efcdf2d66c6f6a287\""
    );
    assert_eq!(
        world
            .ask("/api/v2/usergroups/5df3efcdf2d66c6f6a287123")
            .await
            .status,
        404
    );
    assert_eq!(
        world
            .ask("/api/systemusers/5df3efcdf2d66c6f6a287123")
            .await
            .status,
        404
    );
}
