//! Every managed query, against what the stand-in itself says.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Value, json};

use crate::common::{add, ask, done, rows, sim};

const POLICY_TYPES: [&str; 12] = [
    "OKTA_SIGN_ON",
    "PASSWORD",
    "MFA_ENROLL",
    "IDP_DISCOVERY",
    "ACCESS_POLICY",
    "PROFILE_ENROLLMENT",
    "POST_AUTH_SESSION",
    "SESSION_VIOLATION_DETECTION",
    "ENTITY_RISK",
    "CLIENT_UPDATE",
    "DEVICE_SIGNAL_COLLECTION",
    "IDENTITY_CLAIM_SOURCING",
];

/// A list that the stand-in answers with; it fits on one page.
fn list(url: &str, path: &str) -> Vec<Value> {
    let answer = ask(url, path, "");
    serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{path}: {error}: {answer}"))
}

pub fn managed(data: &Path, id: &str) -> Vec<Value> {
    let answer = done(data, &["query", "--managed", id, "--format", "json"]);
    serde_json::from_str(&answer).unwrap()
}

/// The members of each row, as one value per row, in an order of their own.
pub fn picked(rows: &[Value], members: &[&str]) -> Vec<String> {
    let pick = |row: &Value| {
        let values: Vec<&Value> = members.iter().map(|&name| &row[name]).collect();
        json!(values).to_string()
    };
    sorted(rows.iter().map(pick))
}

pub fn sorted(rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

/// Names by id.
fn names(resources: &[Value], path: &str) -> BTreeMap<String, Value> {
    resources
        .iter()
        .map(|resource| {
            let id = resource["id"].as_str().unwrap().to_owned();
            (id, resource.pointer(path).unwrap().clone())
        })
        .collect()
}

#[test]
fn every_managed_query_of_okta_answers_what_the_vendor_says() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(120);
    let policies: Vec<Value> = POLICY_TYPES
        .iter()
        .map(|kind| ask(&url, &format!("/api/v1/policies?type={kind}"), ""))
        // A kind that the organisation does not have is refused.
        .filter_map(|answer| serde_json::from_str::<Vec<Value>>(&answer).ok())
        .flatten()
        .collect();
    let moved = policies[1]["id"].as_str().unwrap();
    let orders = json!([
        {"op": "update_app", "app": 0, "status": "INACTIVE"},
        {"op": "update_app", "app": 2, "status": "INACTIVE"},
        {"op": "patch", "type": "okta_policy", "key": moved, "set": {"description": "read again"}},
    ]);
    let answer = ask(&url, "/_sim/change", &orders.to_string());
    assert!(!answer.contains("error"), "{answer}");
    add(&data, &url, "main");
    done(&data, &["sync"]);

    let applications = list(&url, "/api/v1/apps?limit=200");
    let groups = names(&list(&url, "/api/v1/groups?limit=200"), "/profile/name");
    let labels = names(&applications, "/label");

    let inactive = managed(&data, "okta_inactive_applications");
    let expected = applications
        .iter()
        .filter(|application| application["status"] == "INACTIVE");
    let expected: Vec<Value> = expected.cloned().collect();
    assert!(expected.len() >= 2);
    let members = ["id", "label", "name", "signOnMode"];
    assert_eq!(picked(&inactive, &members), picked(&expected, &members));
    let moments: Vec<&str> = inactive
        .iter()
        .map(|row| row["lastUpdated"].as_str().unwrap())
        .collect();
    assert!(moments.is_sorted(), "{moments:?}");

    let counted = managed(&data, "okta_application_user_count");
    let expected = applications.iter().map(|application| {
        let id = application["id"].as_str().unwrap();
        let users = list(&url, &format!("/api/v1/apps/{id}/users?limit=500")).len();
        json!([application["label"], application["status"], users]).to_string()
    });
    assert_eq!(
        picked(&counted, &["application", "status", "users"]),
        sorted(expected)
    );
    assert!(counted[0]["users"].as_u64() >= counted[1]["users"].as_u64());

    let assigned = managed(&data, "okta_application_groups");
    let expected = labels.iter().flat_map(|(id, label)| {
        list(&url, &format!("/api/v1/apps/{id}/groups?limit=200"))
            .into_iter()
            .map(|one| {
                let group = &groups[one["id"].as_str().unwrap()];
                json!([label, group, one["priority"]]).to_string()
            })
            .collect::<Vec<_>>()
    });
    let expected = sorted(expected);
    assert!(!expected.is_empty());
    assert_eq!(
        picked(&assigned, &["application", "groupName", "priority"]),
        expected
    );

    let rules = managed(&data, "okta_group_rules_assigning_users");
    let expected = list(&url, "/api/v1/groups/rules?limit=200");
    let expected = expected.iter().flat_map(|rule| {
        let targets = rule["actions"]["assignUserToGroups"]["groupIds"].as_array();
        let there = targets.into_iter().flatten().filter_map(|group| {
            // A rule may name a group that went.
            let group = groups.get(group.as_str()?)?;
            let condition = &rule["conditions"]["expression"]["value"];
            Some(json!([rule["name"], rule["status"], group, condition]).to_string())
        });
        there.collect::<Vec<_>>()
    });
    let expected = sorted(expected);
    assert!(!expected.is_empty());
    assert_eq!(
        picked(&rules, &["rule", "status", "groupName", "condition"]),
        expected
    );

    let factors = managed(&data, "okta_inactive_factors");
    let truth: Value = serde_json::from_str(&ask(&url, "/_sim/truth", "")).unwrap();
    let weak = &truth["OKTA-101 factor inactive or pending"];
    assert_eq!(json!(factors.len()), weak["count"]);
    assert!(!factors.is_empty());
    let logins = rows(&data, "SELECT id, profile.login AS login FROM okta_user");
    let logins = names(&logins, "/login");
    let expected = weak["keys"].as_array().unwrap().iter().map(|key| {
        let (user, _) = key.as_str().unwrap().split_once('/').unwrap();
        json!([logins[user]]).to_string()
    });
    assert_eq!(picked(&factors, &["login"]), sorted(expected));
    assert!(factors.iter().all(|factor| factor["status"] != "ACTIVE"));

    // The company was founded long before this week; one policy was changed since.
    let recent = managed(&data, "okta_policies_updated_recently");
    assert_eq!(picked(&recent, &["id"]), [json!([moved]).to_string()]);

    let counted = managed(&data, "okta_policy_rule_count");
    let expected = policies.iter().map(|policy| {
        let id = policy["id"].as_str().unwrap();
        let rules = list(&url, &format!("/api/v1/policies/{id}/rules")).len();
        json!([policy["name"], policy["type"], rules]).to_string()
    });
    assert_eq!(
        picked(&counted, &["policy", "type", "rules"]),
        sorted(expected)
    );
}

#[test]
fn every_managed_query_is_tried_here() {
    let catalogue = muster_provider::Catalogue::embedded().unwrap();
    let tried = [
        include_str!("managed_queries.rs"),
        include_str!("managed_queries_beyond_okta.rs"),
    ]
    .concat();
    let mut count = 0;
    for query in catalogue.providers.iter().flat_map(|one| &one.queries) {
        let id = &query.id;
        assert!(tried.contains(&format!("\"{id}\"")), "{id} is not tried");
        count += 1;
    }
    assert!(count > 10, "{count}");
}
