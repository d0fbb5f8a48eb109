//! The answer key covers every check that rules are shipped for: weak somewhere in any company, nowhere in a clean one.

use std::collections::BTreeMap;

use muster_sim::SimOptions;
use serde_json::{Value, json};

use super::crawl::{Crawl, crawl};
use super::support::{World, small, world};

/// Check, and the type of what it judges.
const CHECKS: [(&str, &str); 45] = [
    ("OKTA-001", "okta_policy"),
    ("OKTA-004", "okta_policy"),
    ("OKTA-005", "okta_application"),
    ("OKTA-006", "okta_application"),
    ("OKTA-008", "okta_application"),
    ("OKTA-009", "okta_application"),
    ("OKTA-010", "okta_policy"),
    ("OKTA-011", "okta_policy"),
    ("OKTA-012", "okta_policy"),
    ("OKTA-013", "okta_policy"),
    ("OKTA-014", "okta_policy"),
    ("OKTA-015", "okta_policy"),
    ("OKTA-016", "okta_policy"),
    ("OKTA-018", "okta_policy"),
    ("OKTA-021", "okta_policy"),
    ("OKTA-023", "okta_policy"),
    ("OKTA-024", "okta_policy"),
    ("OKTA-027", "okta_policy"),
    ("OKTA-029", "okta_application"),
    ("OKTA-036", "okta_policy"),
    ("OKTA-039", "okta_organization"),
    ("OKTA-040", "okta_policy_rule"),
    ("OKTA-049", "okta_policy"),
    ("OKTA-050", "okta_policy"),
    ("OKTA-054", "okta_policy"),
    ("OKTA-056", "okta_policy"),
    ("OKTA-062", "okta_policy_rule"),
    ("OKTA-069", "okta_application"),
    ("OKTA-070", "okta_application"),
    ("OKTA-071", "okta_application"),
    ("OKTA-072", "okta_application"),
    ("OKTA-075", "okta_application"),
    ("OKTA-086", "okta_group_rule"),
    ("OKTA-087", "okta_organization"),
    ("OKTA-090", "okta_domain"),
    ("OKTA-092", "okta_application"),
    ("OKTA-098", "okta_user"),
    ("OKTA-100", "okta_user"),
    ("OKTA-102", "okta_user"),
    ("OKTA-103", "okta_user"),
    ("OKTA-105", "okta_user"),
    ("OKTA-108", "okta_application_user"),
    ("OKTA-109", "okta_application_user"),
    ("OKTA-112", "okta_application"),
    ("OKTA-113", "okta_application"),
];

/// Checks of policies that only the Identity Engine has.
const ENGINE: [&str; 6] = [
    "OKTA-005", "OKTA-006", "OKTA-008", "OKTA-009", "OKTA-029", "OKTA-062",
];

/// Checks of which there is one resource to judge.
const ALONE: [&str; 10] = [
    "OKTA-001", "OKTA-005", "OKTA-006", "OKTA-008", "OKTA-009", "OKTA-018", "OKTA-021", "OKTA-027",
    "OKTA-039", "OKTA-087",
];

/// The cases by the identifier of their check: how many, and which.
async fn cases(world: &World) -> BTreeMap<String, (u64, Vec<String>)> {
    let truth = world.get("/_sim/truth").await;
    truth
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, case)| {
            let keys = case["keys"].as_array().unwrap();
            let keys = keys.iter().map(|k| k.as_str().unwrap().to_owned());
            let id = name.split(' ').next().unwrap().to_owned();
            (id, (case["count"].as_u64().unwrap(), keys.collect()))
        })
        .collect()
}

fn companies() -> Vec<SimOptions> {
    let mut companies = Vec::new();
    for (seed, users) in [
        (1, 200),
        (2, 200),
        (3, 200),
        (4, 257),
        (5, 300),
        (6, 1000),
        (7, 2000),
        (8, 20_000),
    ] {
        for classic in [false, true] {
            companies.push(SimOptions {
                seed,
                users,
                classic,
                epoch: "now".to_owned(),
                ..small()
            });
        }
    }
    companies
}

#[tokio::test]
async fn every_check_finds_something_in_every_company() {
    for options in companies() {
        let classic = options.classic;
        let what = format!(
            "{} users, seed {}, classic {classic}",
            options.users, options.seed
        );
        let found = cases(&world(options).await).await;
        for (check, _) in CHECKS {
            let (count, _) = &found[check];
            let applies = !(classic && ENGINE.contains(&check));
            assert_eq!(*count > 0, applies, "{check}: {count} of {what}");
        }
    }
}

#[tokio::test]
async fn no_check_finds_anything_in_a_clean_company() {
    for options in companies() {
        let what = format!(
            "{} users, seed {}, classic {}",
            options.users, options.seed, options.classic
        );
        let found = cases(
            &world(SimOptions {
                clean: true,
                ..options
            })
            .await,
        )
        .await;
        for (check, _) in CHECKS {
            assert_eq!(found[check], (0, Vec::new()), "{check}: {what}");
        }
    }
}

/// What a check is about, by key; the check itself is left out.
fn judged<'c>(all: &'c Crawl, check: &str, kind: &str) -> BTreeMap<&'c String, &'c Value> {
    let password = |d: &Value| {
        d["type"] == "PASSWORD"
            && d["status"] == "ACTIVE"
            && d["conditions"]["authProvider"]["provider"] == "OKTA"
    };
    let client = |d: &Value, kinds: &[&str]| {
        kinds
            .iter()
            .any(|k| d["settings"]["oauthClient"]["application_type"] == *k)
    };
    let policy = |key: &str| &all["okta_policy"][key.split('/').next().unwrap()];
    let fits = |key: &str, d: &Value| match (check, kind) {
        ("OKTA-001" | "OKTA-018" | "OKTA-021" | "OKTA-027", _) => {
            d["type"] == "OKTA_SIGN_ON" && d["system"] == true
        }
        ("OKTA-036", _) => d["type"] == "MFA_ENROLL" && d["status"] == "ACTIVE",
        (_, "okta_policy") => password(d),
        ("OKTA-005" | "OKTA-009", _) => d["name"] == "okta_enduser",
        ("OKTA-006" | "OKTA-008", _) => d["name"] == "saasure",
        ("OKTA-040", _) => {
            d["type"] == "SIGN_ON"
                && d["system"] == false
                && d["status"] == "ACTIVE"
                && policy(key)["status"] == "ACTIVE"
        }
        ("OKTA-062", _) => d["system"] == true && policy(key)["type"] == "ACCESS_POLICY",
        ("OKTA-069" | "OKTA-070", _) => client(d, &["web", "browser"]),
        ("OKTA-071", _) => client(d, &["browser"]),
        ("OKTA-072", _) => client(d, &["service"]),
        ("OKTA-075", _) => d["settings"]["signOn"]["assertionSigned"].is_boolean(),
        ("OKTA-090", _) => d["id"] != "default",
        ("OKTA-092", _) => d["features"]
            .as_array()
            .unwrap()
            .contains(&json!("PUSH_NEW_USERS")),
        ("OKTA-098" | "OKTA-102", _) => d["status"] == "ACTIVE",
        ("OKTA-105", _) => d["status"] == "SUSPENDED",
        ("OKTA-108", _) => {
            all["okta_user"][key.split('/').nth(1).unwrap()]["status"] == "DEPROVISIONED"
        }
        ("OKTA-109", _) => d["syncState"] != "DISABLED",
        ("OKTA-112", _) => d["status"] == "ACTIVE",
        ("OKTA-113", _) => d["status"] == "INACTIVE",
        _ => true,
    };
    all[kind].iter().filter(|(k, d)| fits(k, d)).collect()
}

#[tokio::test]
async fn what_is_weak_is_of_the_judged_type_and_has_sound_company() {
    for (seed, users) in [(1, 200), (2, 300), (3, 2000)] {
        let world = world(SimOptions {
            users,
            seed,
            epoch: "now".to_owned(),
            ..small()
        })
        .await;
        let (found, all) = (cases(&world).await, crawl(&world).await);
        for (check, kind) in CHECKS {
            let (judged, (count, keys)) = (judged(&all, check, kind), &found[check]);
            assert_eq!(*count, keys.len() as u64);
            for key in keys {
                assert!(judged.contains_key(key), "{check} {key}");
            }
            if ALONE.contains(&check) {
                assert_eq!((judged.len(), keys.len()), (1, 1), "{check}");
            } else {
                assert!(
                    keys.len() < judged.len(),
                    "{check}: {} of {} with {users} users",
                    keys.len(),
                    judged.len()
                );
            }
        }
    }
}

#[tokio::test]
async fn a_weakness_that_is_mended_is_gone_and_comes_back() {
    let world = world(SimOptions {
        epoch: "now".to_owned(),
        ..small()
    })
    .await;
    let policy = |policy_type: &str, name: &str, set: Value| json!({"op": "patch", "type": "okta_policy", "policyType": policy_type, "name": name, "set": set});
    let rule = |policy: &str, name: &str, set: Value| json!({"op": "patch", "type": "okta_policy_rule", "policy": policy, "name": name, "set": set});
    let application = |label: &str, set: Value| json!({"op": "patch", "type": "okta_application", "name": label, "set": set});
    let zone = json!({"conditions.network": {"connection": "ZONE", "include": ["nzo1"]}});
    let length = "settings.password.complexity.minLength";
    for (check, mend, unmend) in [
        (
            "OKTA-010",
            policy("PASSWORD", "Default Policy", json!({length: 15})),
            policy("PASSWORD", "Default Policy", json!({length: 14})),
        ),
        (
            "OKTA-004",
            policy(
                "PASSWORD",
                "Call centre",
                json!({"settings": {"password": {"lockout": {"maxAttempts": 3}}}}),
            ),
            policy(
                "PASSWORD",
                "Call centre",
                json!({"settings": {"password": {"lockout": {"maxAttempts": 0}}}}),
            ),
        ),
        (
            "OKTA-039",
            policy("MFA_ENROLL", "Default Policy", json!({"status": "ACTIVE"})),
            policy(
                "MFA_ENROLL",
                "Default Policy",
                json!({"status": "INACTIVE"}),
            ),
        ),
        (
            "OKTA-001",
            rule(
                "Default Policy",
                "Everyone",
                json!({"actions.signon.session.maxSessionIdleMinutes": 15}),
            ),
            rule(
                "Default Policy",
                "Everyone",
                json!({"actions.signon.session.maxSessionIdleMinutes": 0}),
            ),
        ),
        (
            "OKTA-027",
            rule("Default Policy", "Everyone", zone.clone()),
            rule(
                "Default Policy",
                "Everyone",
                json!({"conditions.network": {"connection": "ANYWHERE", "include": null}}),
            ),
        ),
        (
            "OKTA-008",
            rule(
                "Okta Admin Console",
                "Administrators",
                json!({"actions.appSignOn.verificationMethod.factorMode": "2FA"}),
            ),
            rule(
                "Okta Admin Console",
                "Administrators",
                json!({"actions.appSignOn.verificationMethod.factorMode": "1FA"}),
            ),
        ),
        (
            "OKTA-071",
            application(
                "Room Booking",
                json!({"credentials.oauthClient.pkce_required": true}),
            ),
            application(
                "Room Booking",
                json!({"credentials.oauthClient.pkce_required": false}),
            ),
        ),
        (
            "OKTA-113",
            application("Cafeteria Menu", json!({"status": "ACTIVE"})),
            application("Cafeteria Menu", json!({"status": "INACTIVE"})),
        ),
        (
            "OKTA-087",
            json!({"op": "patch", "type": "okta_support", "set": {"support": "DISABLED"}}),
            json!({"op": "patch", "type": "okta_support", "set": {"support": "ENABLED"}}),
        ),
        (
            "OKTA-090",
            json!({"op": "patch", "type": "okta_domain", "name": "partners.acme-industries.example", "set": {"validationStatus": "COMPLETED"}}),
            json!({"op": "patch", "type": "okta_domain", "name": "partners.acme-industries.example", "set": {"validationStatus": "IN_PROGRESS"}}),
        ),
        (
            "OKTA-086",
            json!({"op": "patch", "type": "okta_group_rule", "name": "Fill Warehouse", "set": {"status": "INACTIVE"}}),
            json!({"op": "patch", "type": "okta_group_rule", "name": "Fill Warehouse", "set": {"status": "INVALID"}}),
        ),
    ] {
        let before = cases(&world).await;
        world.change(mend).await;
        let mended = cases(&world).await;
        assert_eq!(mended[check].0, before[check].0 - 1, "{check}");
        world.change(unmend).await;
        assert_eq!(cases(&world).await[check], before[check], "{check}");
    }
}
