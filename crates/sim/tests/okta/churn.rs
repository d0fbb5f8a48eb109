use muster_sim::SimOptions;
use serde_json::json;

use super::crawl::{crawl, difference};
use super::support::{small, text, world};

#[tokio::test]
async fn as_time_goes_on_the_company_changes_at_the_rate_that_was_asked_for() {
    let world = world(SimOptions {
        epoch: "now".to_owned(),
        churn: Some("0.01/h".to_owned()),
        users: 200,
        ..small()
    })
    .await;
    let before = crawl(&world).await;
    world.change(json!({"op": "advance", "by": "50h"})).await;
    let after = crawl(&world).await;
    let changes = difference(&before, &after);
    let [joined, modified, removed] = &changes["okta_user"];
    // 200 people, one in a hundred per hour, fifty hours: a hundred changes, a part of them to memberships and assignments
    assert!(
        removed.is_empty() && (20..=100).contains(&(joined.len() + modified.len())),
        "{} joined, {} modified",
        joined.len(),
        modified.len()
    );
    for kind in [
        "okta_policy",
        "okta_application",
        "okta_group_rule",
        "okta_domain",
        "okta_organization",
        "okta_profile_mapping",
        "okta_user_type",
        "okta_application_group",
    ] {
        assert!(!changes.contains_key(kind), "{kind}");
    }
    let events = world
        .ask("/api/v1/logs?sortOrder=ASCENDING&limit=1000")
        .await;
    assert!(
        (100..400).contains(&events.items().len()),
        "{}",
        events.items().len()
    );
    let counted = super::crawl::counts(&after);
    assert_eq!(world.get("/_sim/counts").await, json!(counted));
}

#[tokio::test]
async fn only_groups_whose_members_changed_have_a_newer_marker() {
    let world = world(SimOptions {
        epoch: "now".to_owned(),
        churn: Some("0.02/h".to_owned()),
        users: 150,
        ..small()
    })
    .await;
    let before = crawl(&world).await;
    world.change(json!({"op": "advance", "by": "24h"})).await;
    let after = crawl(&world).await;
    let mut moved = 0;
    for (id, group) in &after["okta_group"] {
        let members = |c: &super::crawl::Crawl| {
            c["okta_group_member"]
                .keys()
                .filter(|k| k.starts_with(id.as_str()))
                .cloned()
                .collect::<Vec<_>>()
        };
        let marker = text(&before["okta_group"][id], "lastMembershipUpdated")
            != text(group, "lastMembershipUpdated");
        // somebody may have come and gone again, but nobody comes or goes unmarked
        assert!(
            marker || members(&before) == members(&after),
            "{}",
            group["profile"]["name"]
        );
        moved += usize::from(marker);
    }
    assert!(moved > 0 && moved < after["okta_group"].len());
}

#[tokio::test]
async fn too_much_churn_to_replay_is_refused() {
    let options = SimOptions {
        users: 1_000_000,
        churn: Some("1/h".to_owned()),
        ..small()
    };
    assert!(muster_sim::Sim::start(options).await.is_err());
}
