use muster_sim::SimOptions;
use serde_json::Value;

use super::crawl::crawl;
use super::support::{small, world};

fn keys(truth: &Value, case: &str) -> Vec<String> {
    let found = truth
        .as_object()
        .unwrap()
        .iter()
        .find(|(name, _)| name.starts_with(case))
        .unwrap_or_else(|| panic!("no case {case}"))
        .1;
    let mut keys: Vec<String> = found["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|k| k.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(found["count"], keys.len());
    keys.sort();
    keys
}

#[tokio::test]
async fn the_answer_key_is_what_the_documents_show() {
    let world = world(SimOptions {
        users: 600,
        ..small()
    })
    .await;
    let (truth, all) = (world.get("/_sim/truth").await, crawl(&world).await);
    let active_factors = |user: &str| {
        all["okta_factor"]
            .iter()
            .filter(|(k, f)| k.starts_with(user) && f["status"] == "ACTIVE")
            .count()
    };
    let people = |fits: &dyn Fn(&String, &Value) -> bool| {
        all["okta_user"]
            .iter()
            .filter(|(k, u)| fits(k, u))
            .map(|(k, _)| k.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&truth, "OKTA-098"),
        people(&|k, u| u["status"] == "ACTIVE" && active_factors(k) == 0)
    );
    assert_eq!(
        keys(&truth, "OKTA-103"),
        // the company is older than thirty days
        people(&|_, u| u["lastLogin"].is_null() && u["status"] != "DEPROVISIONED")
    );
    assert_eq!(
        keys(&truth, "OKTA-120"),
        people(&|_, u| u["profile"]["login"].as_str().unwrap().chars().count() > 52)
    );
    let mails: Vec<&Value> = all["okta_user"]
        .values()
        .map(|u| &u["profile"]["email"])
        .collect();
    assert_eq!(
        keys(&truth, "OKTA-119"),
        people(&|_, u| !u["profile"]["secondEmail"].is_null()
            && mails.contains(&&u["profile"]["secondEmail"]))
    );
    let factors: Vec<String> = all["okta_factor"]
        .iter()
        .filter(|(_, f)| f["status"] != "ACTIVE")
        .map(|(k, _)| k.clone())
        .collect();
    assert_eq!(keys(&truth, "OKTA-101"), factors);
    let assigned = |fits: &dyn Fn(&str, &Value) -> bool| {
        all["okta_application_user"]
            .iter()
            .filter(|(k, a)| fits(k.split('/').nth(1).unwrap(), a))
            .map(|(k, _)| k.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&truth, "OKTA-108"),
        assigned(
            &|user, a| all["okta_user"][user]["status"] == "DEPROVISIONED"
                && a["status"] != "DEPROVISIONED"
        )
    );
    assert_eq!(
        keys(&truth, "OKTA-109"),
        assigned(&|_, a| a["syncState"] == "ERROR")
    );
    let empty: Vec<String> = all["okta_group"]
        .keys()
        .filter(|g| {
            !all["okta_group_member"]
                .keys()
                .any(|k| k.starts_with(g.as_str()))
        })
        .cloned()
        .collect();
    assert_eq!(keys(&truth, "OKTA-114"), empty);
    let has = |kind: &str, app: &str| all[kind].keys().any(|k| k.starts_with(app));
    let apps = |fits: &dyn Fn(&str, &Value) -> bool| {
        all["okta_application"]
            .iter()
            .filter(|(k, a)| fits(k, a))
            .map(|(k, _)| k.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&truth, "OKTA-112"),
        apps(&|k, a| a["status"] == "ACTIVE"
            && !has("okta_application_user", k)
            && !has("okta_application_group", k))
    );
    assert_eq!(
        keys(&truth, "OKTA-113"),
        apps(&|k, a| a["status"] == "INACTIVE"
            && (has("okta_application_user", k) || has("okta_application_group", k)))
    );
    let invalid: Vec<String> = all["okta_group_rule"]
        .iter()
        .filter(|(_, r)| r["status"] == "INVALID")
        .map(|(k, _)| k.clone())
        .collect();
    assert_eq!(keys(&truth, "OKTA-086"), invalid);
    for case in [
        "OKTA-098", "OKTA-100", "OKTA-101", "OKTA-102", "OKTA-103", "OKTA-108", "OKTA-109",
        "OKTA-110", "OKTA-112", "OKTA-113", "OKTA-114", "OKTA-119", "OKTA-120", "OKTA-086",
        "OKTA-076", "OKTA-004", "OKTA-010",
    ] {
        assert!(!keys(&truth, case).is_empty(), "{case} was not planted");
    }
}

#[tokio::test]
async fn a_clean_company_has_none_of_what_is_planted() {
    let world = world(SimOptions {
        users: 600,
        clean: true,
        epoch: "now".to_owned(),
        ..small()
    })
    .await;
    let truth = world.get("/_sim/truth").await;
    for case in [
        "OKTA-098", "OKTA-100", "OKTA-101", "OKTA-102", "OKTA-103", "OKTA-104", "OKTA-105",
        "OKTA-108", "OKTA-109", "OKTA-110", "OKTA-119", "OKTA-120", "OKTA-086", "OKTA-114",
        "OKTA-076", "OKTA-077", "OKTA-025", "OKTA-087",
    ] {
        assert_eq!(keys(&truth, case), Vec::<String>::new(), "{case}");
    }
}
