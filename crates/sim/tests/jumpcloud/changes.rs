//! What moves in Okta moves here a while later, and what drifts stays apart.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{World, ids, keys, small, world};

async fn account(world: &World, address: &str) -> Option<Value> {
    let users = world.all("/api/systemusers").await;
    users.into_iter().find(|user| user["email"] == address)
}

async fn okta_email(world: &World, i: usize) -> String {
    let request = world
        .http
        .get(format!("{}/api/v1/users?limit=200", world.okta.url()));
    let body = request
        .header("authorization", "SSWS sim-super-admin")
        .send()
        .await
        .unwrap();
    let users: Vec<Value> = serde_json::from_slice(&body.bytes().await.unwrap()).unwrap();
    users[i]["profile"]["email"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_leaver_is_suspended_or_deleted_a_while_later() {
    let world = world(small()).await;
    let before = world.get("/_sim/truth").await;
    let case = "drift: left Okta, still active in JumpCloud";
    let orders: Vec<Value> = (40..90)
        .map(|user| json!({"op": "set_status", "user": user, "status": "DEPROVISIONED"}))
        .collect();
    world.change(json!(orders)).await;
    let at_once = keys(&world.get("/_sim/truth").await, case).len();
    assert!(at_once > keys(&before, case).len() + 30, "{at_once}");
    world.change(json!({"op": "advance", "by": "3h"})).await;
    let later = keys(&world.get("/_sim/truth").await, case).len();
    assert!(
        later < at_once / 3 && later >= keys(&before, case).len(),
        "{later} of {at_once}"
    );
    let told: BTreeSet<String> = world
        .every_event()
        .await
        .iter()
        .map(|e| e["event_type"].as_str().unwrap().to_owned())
        .collect();
    for kind in ["user_suspended", "user_delete", "system_delete"] {
        assert!(told.contains(kind), "{kind} not in {told:?}");
    }
}

#[tokio::test]
async fn somebody_who_joins_gets_an_account_and_perhaps_a_device() {
    let world = world(small()).await;
    let before = world.get("/_sim/counts").await;
    let orders: Vec<Value> = (0..10).map(|_| json!({"op": "add_user"})).collect();
    world.change(json!(orders)).await;
    assert_eq!(
        world.get("/_sim/counts").await["jumpcloud_user"],
        before["jumpcloud_user"]
    );
    world.change(json!({"op": "advance", "by": "1h"})).await;
    let after = world.get("/_sim/counts").await;
    assert_eq!(
        after["jumpcloud_user"].as_u64().unwrap(),
        before["jumpcloud_user"].as_u64().unwrap() + 10
    );
    assert!(
        after["jumpcloud_device"].as_u64().unwrap()
            > before["jumpcloud_device"].as_u64().unwrap() + 5
    );
}

#[tokio::test]
async fn a_change_answers_what_it_did_here() {
    let world = world(small()).await;
    let done = world.change(json!([{"op": "add_group", "name": "New"}, {"op": "add_member", "group": "New", "user": 3}, {"op": "update_user", "user": 3, "profile": {"title": "Poet"}}])).await;
    let changed = done["changed"].as_object().unwrap();
    assert_eq!(
        changed.keys().collect::<Vec<_>>(),
        [
            "jumpcloud_user",
            "jumpcloud_user_group",
            "jumpcloud_user_group_member"
        ]
    );
    let id = changed["jumpcloud_user"]["modified"][0].as_str().unwrap();
    assert_eq!(
        world.get(&format!("/api/systemusers/{id}")).await["jobTitle"],
        "Poet"
    );
    let group = changed["jumpcloud_user_group"]["added"][0]
        .as_str()
        .unwrap();
    assert_eq!(
        world
            .all(&format!("/api/v2/usergroups/{group}/members"))
            .await
            .len(),
        1
    );
}

#[tokio::test]
async fn devices_are_bound_unbound_and_removed() {
    let world = world(small()).await;
    let device = ids(&world.all("/api/systems").await)[0].clone();
    world
        .change(json!({"op": "bind_device", "device": device, "user": 5, "sudo": true}))
        .await;
    let users = world.all(&format!("/api/v2/systems/{device}/users")).await;
    assert!(
        users
            .iter()
            .any(|u| u["compiledAttributes"]["sudo"]["enabled"] == true)
    );
    let before = users.len();
    world
        .change(json!({"op": "unbind_device", "device": device, "user": 5}))
        .await;
    assert_eq!(
        world
            .all(&format!("/api/v2/systems/{device}/users"))
            .await
            .len(),
        before - 1
    );
    world
        .change(json!({"op": "remove_device", "device": device}))
        .await;
    assert_eq!(
        world.ask(&format!("/api/systems/{device}")).await.status,
        404
    );
    world
        .change(json!({"op": "set_account", "user": 6, "state": "SUSPENDED"}))
        .await;
    let email = okta_email(&world, 6).await;
    assert_eq!(account(&world, &email).await.unwrap()["state"], "SUSPENDED");
}

#[tokio::test]
async fn drift_is_there_is_listed_and_is_absent_from_a_clean_company() {
    let drifting = world(small()).await.get("/_sim/truth").await;
    for case in drifting
        .as_object()
        .unwrap()
        .keys()
        .filter(|c| c.starts_with("drift") && !c.contains("suspended"))
    {
        assert!(!keys(&drifting, case).is_empty(), "{case}");
    }
    let clean = world(muster_sim::SimOptions {
        clean: true,
        ..small()
    })
    .await
    .get("/_sim/truth")
    .await;
    for (case, found) in clean.as_object().unwrap() {
        if case.starts_with("drift") {
            assert_eq!(found["count"], 0, "{case}");
        }
    }
}

#[tokio::test]
async fn the_answer_key_agrees_with_what_is_served() {
    let world = world(small()).await;
    let truth = world.get("/_sim/truth").await;
    let users = world.all("/api/systemusers").await;
    let without: Vec<String> = ids(&users
        .iter()
        .filter(|u| u["state"] == "ACTIVATED" && u["mfa"]["configured"] == false)
        .cloned()
        .collect::<Vec<_>>());
    assert_eq!(keys(&truth, "JC-033 active user without MFA"), without);
    let devices = world.all("/api/systems").await;
    let mut ownerless = Vec::new();
    for id in ids(&devices) {
        if world
            .all(&format!("/api/v2/systems/{id}/associations?targets=user"))
            .await
            .is_empty()
        {
            ownerless.push(id);
        }
    }
    assert_eq!(keys(&truth, "drift: device without an owner"), ownerless);
}

#[tokio::test]
async fn two_processes_with_the_same_arguments_agree() {
    let options = muster_sim::SimOptions {
        churn: Some("0.05/d".to_owned()),
        ..small()
    };
    let (one, other) = (world(options.clone()).await, world(options).await);
    assert_eq!(
        ids(&one.all("/api/systemusers").await),
        ids(&other.all("/api/systemusers").await)
    );
    assert_eq!(
        one.all("/api/v2/usergroups").await,
        other.all("/api/v2/usergroups").await
    );
    let (mut a, mut b) = (
        ids(&one.every_event().await),
        ids(&other.every_event().await),
    );
    let both = a.len().min(b.len());
    assert!(both > 100, "{both}");
    a.truncate(both);
    b.truncate(both);
    assert_eq!(a, b);
}
