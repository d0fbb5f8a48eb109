//! The stand-in MonoSign, seen from outside: everything here goes through HTTP.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect fails"
)]

use std::collections::{BTreeMap, BTreeSet};

use muster_sim::{Sim, SimOptions, Vendor};
use serde_json::{Value, json};

const ID: &str = "5d2c7f10-4a3e-4b6c-9d21-0c1f6e8a7b11";
const KEY: &str = "9e8d7c6b-5a49-4838-8271-605f4e3d2c1b";
const LISTS: [(&str, &str, &str); 5] = [
    ("monosign_user", "users", "UserId"),
    (
        "monosign_user_authenticator",
        "authenticators",
        "UserAuthenticatorId",
    ),
    ("monosign_user_password", "passwords", "PasswordId"),
    ("monosign_user_permission", "permissions", "Id"),
    ("monosign_user_role", "roles", "RoleId"),
];

struct World {
    sim: Sim,
    http: reqwest::Client,
}

async fn world() -> World {
    let options = SimOptions {
        users: 300,
        control: true,
        ..SimOptions::default()
    };
    World {
        sim: Sim::start_as(Vendor::MonoSign, options).await.unwrap(),
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
    }
}

impl World {
    async fn ask(&self, path: &str, key: &str) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.sim.url()));
        let request = request
            .header("MonoSign-AppId", ID)
            .header("MonoSign-AppKey", key);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (
            status,
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap(),
        )
    }

    async fn get(&self, path: &str) -> Value {
        let (status, mut body) = self.ask(path, KEY).await;
        assert_eq!(
            (status, &body["Code"], &body["Success"]),
            (200, &json!(1), &json!(true)),
            "{body}"
        );
        body["Data"].take()
    }

    async fn all(&self, list: &str) -> Vec<Value> {
        let mut found = Vec::new();
        for page in 1.. {
            let items = self
                .get(&format!("/api/v1.3/{list}?page={page}&pageSize=100"))
                .await;
            if items.as_array().unwrap().is_empty() {
                return found;
            }
            found.extend(items.as_array().unwrap().iter().cloned());
        }
        found
    }

    async fn control(&self, path: &str, orders: Option<Value>) -> Value {
        let address = format!("{}{path}", self.sim.url());
        let request = match orders {
            Some(orders) => self.http.post(address).body(orders.to_string()),
            None => self.http.get(address),
        };
        serde_json::from_slice(&request.send().await.unwrap().bytes().await.unwrap()).unwrap()
    }
}

#[tokio::test]
async fn counts_equal_a_crawl_and_nothing_comes_twice() {
    let world = world().await;
    world
        .control(
            "/_sim/change",
            Some(json!([{"churn": 0.3}, {"op": "remove_user", "user": 30}, {"op": "add_user"}])),
        )
        .await;
    let mut crawled = BTreeMap::new();
    for (name, list, key) in LISTS {
        let found = world.all(list).await;
        let keys: BTreeSet<&str> = found.iter().map(|row| row[key].as_str().unwrap()).collect();
        assert_eq!(keys.len(), found.len(), "{name}");
        crawled.insert(name, found.len());
    }
    assert!(crawled.values().all(|n| *n > 0), "{crawled:?}");
    assert_eq!(world.control("/_sim/counts", None).await, json!(crawled));
}

#[tokio::test]
async fn fields_are_those_that_are_documented_in_another_spelling() {
    let Some(types) = documented() else {
        return;
    };
    let world = world().await;
    for (name, list, _) in LISTS {
        let fields = types[name]["fields"].as_object().unwrap();
        for row in world.all(list).await {
            for member in row.as_object().unwrap().keys() {
                let (first, rest) = member.split_at(1);
                let camel = format!("{}{rest}", first.to_lowercase());
                assert!(fields.contains_key(&camel), "{name} {member}");
            }
        }
    }
}

/// What other people's document says of these types; without it there is nothing to compare with.
#[expect(clippy::print_stderr, reason = "a test that did not run has to say so")]
fn documented() -> Option<Value> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/reference/resource-types.json");
    let Ok(text) = std::fs::read(path) else {
        eprintln!("SKIPPED: the folder with the documented fields is not there");
        return None;
    };
    Some(serde_json::from_slice(&text).unwrap())
}

#[tokio::test]
async fn secrets_are_there_to_be_left_out() {
    let world = world().await;
    for row in world.all("authenticators").await {
        assert_eq!(row["AuthenticatorSecret"].as_str().unwrap().len(), 32);
        assert_eq!(row["GeneratedValue"].as_str().unwrap().len(), 6);
    }
}

#[tokio::test]
async fn one_person_has_what_the_lists_say() {
    let world = world().await;
    let user = world.all("users").await[3].clone();
    let id = user["UserId"].as_str().unwrap();
    assert_eq!(world.get(&format!("/api/v1.3/users/{id}")).await, user);
    for list in ["authenticators", "permissions", "roles", "passwords"] {
        let mut of_all = world.all(list).await;
        of_all.retain(|row| row["UserId"] == id);
        assert_eq!(
            world.get(&format!("/api/v1.3/users/{id}/{list}")).await,
            json!(of_all),
            "{list}"
        );
    }
}

#[tokio::test]
async fn refusals_have_the_envelope_too() {
    let world = world().await;
    let (status, body) = world.ask("/api/v1.3/users", "wrong").await;
    assert_eq!(
        (status, &body["Success"], &body["Data"]),
        (401, &json!(false), &Value::Null)
    );
    assert_eq!(world.ask("/api/v1.3/nothing", KEY).await.0, 404);
    assert_eq!(world.ask("/api/v1.3/users?page=0", KEY).await.0, 400);
    world
        .control(
            "/_sim/change",
            Some(json!({"op": "token", "token": KEY, "revoked": true})),
        )
        .await;
    assert_eq!(world.ask("/api/v1.3/users", KEY).await.0, 401);
}

#[tokio::test]
async fn a_leaver_is_inactive_at_once() {
    let world = world().await;
    let before = world.all("users").await;
    world
        .control(
            "/_sim/change",
            Some(json!({"op": "set_status", "user": 1, "status": "DEPROVISIONED"})),
        )
        .await;
    let after = world.all("users").await;
    let changed: Vec<&Value> = after
        .iter()
        .zip(&before)
        .filter(|(a, b)| a != b)
        .map(|(a, _)| a)
        .collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(
        (&changed[0]["IsActive"], &changed[0]["State"]),
        (&json!(false), &json!(3))
    );
}
