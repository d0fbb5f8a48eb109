use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::crawl::{Crawl, crawl, difference};
use super::support::{World, ids, small, text, world};
use muster_sim::SimOptions;

fn keys(changed: &Value, kind: &str, effect: &str) -> BTreeSet<String> {
    changed["changed"][kind][effect]
        .as_array()
        .into_iter()
        .flatten()
        .map(|k| k.as_str().unwrap().to_owned())
        .collect()
}

/// What the answer of a change says must be what two crawls differ by. A person's document is embedded in memberships;
/// those copies follow the person and are not listed.
fn agree(changed: &Value, before: &Crawl, after: &Crawl) {
    let found = difference(before, after);
    for (kind, [added, modified, removed]) in found.clone() {
        assert_eq!(added, keys(changed, kind, "added"), "{kind} added");
        assert_eq!(removed, keys(changed, kind, "removed"), "{kind} removed");
        if kind == "okta_group_member" || kind == "okta_device_user" {
            let people: BTreeSet<String> = keys(changed, "okta_user", "modified");
            assert!(
                modified
                    .iter()
                    .all(|k| people.contains(k.split('/').nth(1).unwrap())),
                "{modified:?}"
            );
        } else {
            let told = keys(changed, kind, "modified");
            assert!(
                modified.is_subset(&told),
                "{kind}: {:?}",
                modified.difference(&told)
            );
        }
    }
    for (kind, effects) in changed["changed"].as_object().unwrap() {
        for effect in ["added", "removed"] {
            let told = effects[effect].as_array().unwrap().len();
            let found = found
                .get(kind.as_str())
                .map_or(0, |d| d[usize::from(effect == "removed") * 2].len());
            assert_eq!(told, found, "{kind} {effect}");
        }
    }
}

/// A world and what was last read of it.
struct Watched {
    world: World,
    last: Crawl,
}

impl Watched {
    async fn check(&mut self, orders: Value) -> Value {
        self.world
            .change(json!({"op": "advance", "by": "1h"}))
            .await;
        let changed = self.world.change(orders).await;
        let now = crawl(&self.world).await;
        agree(&changed, &self.last, &now);
        self.last = now;
        changed
    }
}

#[tokio::test]
async fn what_a_change_says_it_did_is_what_it_did() {
    let world = world(SimOptions {
        users: 60,
        ..small()
    })
    .await;
    let mut watched = Watched {
        last: crawl(&world).await,
        world,
    };
    let changed = watched.check(json!({"op": "update_user", "user": 40, "profile": {"nickName": "Forty", "city": "Berlin"}})).await;
    assert_eq!(keys(&changed, "okta_user", "modified").len(), 1);
    watched
        .check(json!({"op": "update_user", "user": 41, "profile": {"department": "Legal"}}))
        .await;
    watched.check(json!({"op": "update_user", "user": 42, "profile": {"department": "A department without a group"}})).await;
    watched
        .check(json!({"op": "set_status", "user": 43, "status": "DEPROVISIONED"}))
        .await;
    watched
        .check(json!({"op": "set_status", "user": 43, "status": "ACTIVE"}))
        .await;
    watched
        .check(json!({"op": "remove_user", "user": 44}))
        .await;
    watched
        .check(json!({"op": "add_user", "profile": {"firstName": "New", "department": "Sales"}}))
        .await;
    watched.check(json!([{"op": "remove_member", "group": 3, "user": 45}, {"op": "add_member", "group": 1, "user": 45}])).await;
    watched
        .check(json!({"op": "rename_group", "group": 4, "name": "Other name"}))
        .await;
    watched
        .check(json!({"op": "remove_group", "group": 3}))
        .await;
    watched
        .check(json!({"op": "assign_app", "app": 4, "group": 5}))
        .await;
    watched
        .check(json!({"op": "unassign_app", "app": 4, "group": 5}))
        .await;
    watched
        .check(json!({"op": "assign_app", "app": 10, "user": 46}))
        .await;
    watched
        .check(json!({"op": "reset_factors", "user": 47}))
        .await;
    watched
        .check(json!({"op": "update_app", "app": 7, "status": "INACTIVE"}))
        .await;
    watched.check(json!({"op": "remove_app", "app": 8})).await;
    watched.check(json!({"churn": 0.3})).await;
    watched
        .check(json!({"churn": 0.05, "kinds": ["member_add", "member_remove"]}))
        .await;
}

#[tokio::test]
async fn the_membership_marker_moves_exactly_when_members_do() {
    let world = world(small()).await;
    let groups = world.all("/api/v1/groups").await;
    let marker = |groups: &[Value], n: usize| text(&groups[n], "lastMembershipUpdated").to_owned();
    let users = ids(&world
        .all(&format!("/api/v1/groups/{}/users", text(&groups[2], "id")))
        .await);
    world.change(json!([
        {"op": "update_user", "user": users[0], "profile": {"nickName": "x"}}, {"op": "rename_group", "group": 3, "name": "y"},
        {"op": "set_status", "user": users[1], "status": "SUSPENDED"}, {"op": "lie", "group": text(&groups[2], "id"), "remove": [users[2]]}
    ]))
    .await;
    let after = world.all("/api/v1/groups").await;
    for n in 0..groups.len() {
        assert_eq!(
            marker(&groups, n),
            marker(&after, n),
            "{}",
            groups[n]["profile"]["name"]
        );
    }
    assert_ne!(
        text(&groups[3], "lastUpdated"),
        text(&after[3], "lastUpdated")
    );
    let lied = ids(&world
        .all(&format!("/api/v1/groups/{}/users", text(&groups[2], "id")))
        .await);
    assert_eq!(lied.len(), users.len() - 1, "the lie was told");
    world
        .change(json!({"op": "remove_member", "group": text(&groups[2], "id"), "user": users[0]}))
        .await;
    let moved = world.all("/api/v1/groups").await;
    let differing: Vec<usize> = (0..groups.len())
        .filter(|n| marker(&after, *n) != marker(&moved, *n))
        .collect();
    assert_eq!(differing, [2]);
}

#[tokio::test]
async fn documents_that_are_built_whole_can_be_patched() {
    let world = world(small()).await;
    let policy = world.ask("/api/v1/policies?type=PASSWORD").await.items()[0].clone();
    let set =
        json!({"settings": {"password": {"complexity": {"minLength": 20}}}, "description": null});
    world
        .change(json!({"op": "patch", "type": "okta_policy", "key": policy["id"], "set": set}))
        .await;
    let patched = world
        .get(&format!("/api/v1/policies/{}", text(&policy, "id")))
        .await;
    assert_eq!(
        patched["settings"]["password"]["complexity"]["minLength"],
        20
    );
    assert_eq!(
        patched["settings"]["password"]["complexity"]["minNumber"],
        policy["settings"]["password"]["complexity"]["minNumber"]
    );
    assert!(
        patched.get("description").is_none() && patched["lastUpdated"] != policy["lastUpdated"]
    );
    // a later patch adds to an earlier one
    world.change(json!({"op": "patch", "type": "okta_policy", "key": policy["id"], "set": {"settings.password.age.maxAgeDays": 7}})).await;
    let again = world
        .get(&format!("/api/v1/policies/{}", text(&policy, "id")))
        .await;
    let expected = json!([20, 7, policy["settings"]["password"]["age"]["historyCount"]]);
    let settings = &again["settings"]["password"];
    assert_eq!(
        json!([
            settings["complexity"]["minLength"],
            settings["age"]["maxAgeDays"],
            settings["age"]["historyCount"]
        ]),
        expected
    );
    assert!(again.get("description").is_none());
    world.change(json!({"op": "patch", "type": "okta_organization", "key": world.get("/api/v1/org").await["id"], "set": {"companyName": "Other"}})).await;
    assert_eq!(world.get("/api/v1/org").await["companyName"], "Other");
}

#[tokio::test]
async fn orders_that_make_no_sense_change_nothing() {
    let world = world(small()).await;
    for order in [
        json!({"op": "dance"}),
        json!({"op": "set_status", "user": 5, "status": "TIRED"}),
        json!({"op": "add_member", "group": "none", "user": 1}),
        json!({"op": "patch", "type": "okta_user", "set": {}}),
        json!({"op": "patch", "type": "okta_policy", "set": {}}),
        json!({"op": "patch", "type": "okta_policy", "name": "No such policy", "set": {}}),
        // there are four of them
        json!({"op": "patch", "type": "okta_policy", "name": "Default Policy", "set": {}}),
        json!(7),
        json!({}),
    ] {
        let (status, body) = world.try_change(order.clone()).await;
        assert_eq!(status, 400, "{order}");
        assert!(body["error"].is_string());
    }
    assert_eq!(world.ask("/_sim/nothing").await.status, 400);
}
