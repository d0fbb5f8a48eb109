use muster_sim::SimOptions;
use serde_json::Value;

use super::support::{ids, small, world};

#[tokio::test]
async fn pages_join_to_the_same_list_whatever_their_size() {
    let world = world(small()).await;
    let group = ids(&world.all("/api/v1/groups").await)[2].clone();
    let app = ids(&world.all("/api/v1/apps").await)[5].clone();
    for (path, limits) in [
        ("/api/v1/users".to_owned(), &[1, 7, 200][..]),
        ("/api/v1/groups".to_owned(), &[1, 10, 10_000]),
        ("/api/v1/groups/rules".to_owned(), &[1, 50, 200]),
        (format!("/api/v1/groups/{group}/users"), &[1, 9, 1000]),
        ("/api/v1/apps".to_owned(), &[1, 3, 200]),
        (format!("/api/v1/apps/{app}/users"), &[1, 20, 500]),
        (format!("/api/v1/apps/{app}/groups"), &[20, 200]),
        ("/api/v1/mappings".to_owned(), &[1, 20, 200]),
    ] {
        let whole = ids(&world.all(&path).await);
        assert!(!whole.is_empty(), "{path}");
        for limit in limits {
            assert_eq!(
                ids(&world.all(&format!("{path}?limit={limit}")).await),
                whole,
                "{path} by {limit}"
            );
        }
    }
}

#[tokio::test]
async fn limits_have_the_vendors_defaults_and_are_cut_at_its_maximum() {
    let world = world(SimOptions {
        users: 1500,
        apps: Some(230),
        ..small()
    })
    .await;
    let app = ids(&world.all("/api/v1/apps?limit=200").await)[3].clone();
    for (path, default, most) in [
        ("/api/v1/users".to_owned(), 200, 200),
        (
            "/api/v1/groups/".to_owned() + &ids(&world.all("/api/v1/groups").await)[0] + "/users",
            1000,
            1000,
        ),
        ("/api/v1/apps".to_owned(), 20, 200),
        (format!("/api/v1/apps/{app}/users"), 50, 500),
        ("/api/v1/mappings".to_owned(), 20, 200),
    ] {
        let shown = world.ask(&path).await;
        assert_eq!(shown.items().len(), default, "{path}");
        assert!(
            shown
                .link("self")
                .unwrap()
                .ends_with(&format!("limit={default}")),
            "{path}"
        );
        assert!(
            world
                .ask(&format!("{path}?limit=99999"))
                .await
                .items()
                .len()
                <= most,
            "{path}"
        );
    }
    assert_eq!(world.ask("/api/v1/users?limit=0").await.status, 400);
    assert_eq!(
        world
            .ask(&format!("/api/v1/apps/{app}/groups?limit=5"))
            .await
            .body["errorCode"],
        "E0000001"
    );
}

#[tokio::test]
async fn links_come_in_one_line_and_in_two() {
    let world = world(small()).await;
    let (mut joined, mut apart) = (0, 0);
    for _ in 0..40 {
        let answer = world.ask("/api/v1/users?limit=10").await;
        assert!(answer.link("self").is_some() && answer.link("next").is_some());
        if answer.headers.get_all("link").iter().count() == 2 {
            apart += 1
        } else {
            joined += 1
        }
    }
    assert!(joined > 5 && apart > 5, "{joined} joined, {apart} apart");
}

#[tokio::test]
async fn the_next_link_keeps_what_was_asked_and_puts_the_cursor_first() {
    let world = world(small()).await;
    let answer = world
        .ask("/api/v1/users?filter=status+eq+%22ACTIVE%22&limit=5")
        .await;
    let next = answer.link("next").unwrap();
    assert!(
        next.contains("/api/v1/users?after=200u")
            && next.contains("&limit=5&filter=status+eq+%22ACTIVE%22"),
        "{next}"
    );
}

#[tokio::test]
async fn a_cursor_that_was_never_given_out_is_refused_as_the_list_refuses() {
    let world = world(small()).await;
    let group = ids(&world.all("/api/v1/groups").await)[0].clone();
    for (path, code) in [
        ("/api/v1/users".to_owned(), "E0000031"),
        ("/api/v1/apps".to_owned(), "E0000029"),
        ("/api/v1/groups".to_owned(), "E0000029"),
        (format!("/api/v1/groups/{group}/users"), "E0000029"),
    ] {
        let answer = world
            .ask(&format!("{path}?after=00u1testcursorvalue&limit=1"))
            .await;
        assert_eq!(
            (answer.status, answer.body["errorCode"].as_str()),
            (400, Some(code)),
            "{path}"
        );
        assert_eq!(
            answer.body["errorCauses"][0]["errorSummary"],
            "Invalid cursor."
        );
    }
}

#[tokio::test]
async fn a_full_last_page_of_people_points_to_an_empty_one() {
    let world = world(SimOptions {
        users: 40,
        clean: true,
        ..small()
    })
    .await;
    let count = world.all("/api/v1/users").await.len();
    let answer = world.ask(&format!("/api/v1/users?limit={count}")).await;
    let next = world.ask(&answer.link("next").unwrap()).await;
    assert!(next.items().is_empty() && next.link("next").is_none());
}

#[tokio::test]
async fn plain_lists_leave_out_the_deprovisioned_and_filters_do_not() {
    let world = world(small()).await;
    let status = |u: &serde_json::Value| u["status"].as_str().unwrap().to_owned();
    let plain = world.all("/api/v1/users").await;
    assert!(plain.iter().all(|u| status(u) != "DEPROVISIONED"));
    let gone = world
        .all("/api/v1/users?filter=status+eq+%22DEPROVISIONED%22")
        .await;
    assert!(!gone.is_empty() && gone.iter().all(|u| status(u) == "DEPROVISIONED"));
    let either = world
        .all("/api/v1/users?filter=status+eq+%22DEPROVISIONED%22+or+status+eq+%22STAGED%22")
        .await;
    assert!(either.len() > gone.len());
    let since = "2025-06-01T00:00:00.000Z";
    let recent = world
        .all(&format!(
            "/api/v1/users?filter=lastUpdated+gt+%22{since}%22"
        ))
        .await;
    let expected = plain
        .iter()
        .chain(&gone)
        .filter(|u| u["lastUpdated"].as_str().unwrap() > since)
        .count();
    assert_eq!(recent.len(), expected);
    let one = world
        .all(&format!(
            "/api/v1/users?filter=id+eq+%22{}%22",
            plain[3]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(one[0]["id"], plain[3]["id"]);
    let berlin = world.all("/api/v1/users?search=profile.city+eq+%22Berlin%22+and+profile.remoteWorker+eq+%22true%22").await;
    assert!(
        !berlin.is_empty()
            && berlin
                .iter()
                .all(|u| u["profile"]["city"] == "Berlin" && u["profile"]["remoteWorker"] == true)
    );
    assert_eq!(
        world
            .ask("/api/v1/users?filter=profile.city+eq+%22Berlin%22")
            .await
            .body["errorCode"],
        "E0000031"
    );
    assert!(world.ask("/api/v1/users?q=a").await.items().len() <= 10);
}

#[tokio::test]
async fn everyone_lists_the_deprovisioned_too() {
    let world = world(small()).await;
    let group = ids(&world.all("/api/v1/groups").await)[0].clone();
    let members = world.all(&format!("/api/v1/groups/{group}/users")).await;
    assert_eq!(members.len(), 300);
    assert!(members.iter().any(|u| u["status"] == "DEPROVISIONED"));
}

#[tokio::test]
async fn who_is_in_a_group_by_rule_fits_the_rule() {
    let world = world(small()).await;
    let mut checked = 0;
    for rule in world
        .all("/api/v1/groups/rules")
        .await
        .iter()
        .filter(|r| r["status"] == "ACTIVE")
    {
        let expression = rule["conditions"]["expression"]["value"].as_str().unwrap();
        let group = rule["actions"]["assignUserToGroups"]["groupIds"][0]
            .as_str()
            .unwrap();
        let mut expected = Vec::new();
        for user in world.all("/api/v1/users").await {
            let fits = expression.split(" and ").all(|part| {
                let (field, value) = part.split_once("==").unwrap();
                let value: Value = serde_json::from_str(value).unwrap();
                user["profile"][field.strip_prefix("user.").unwrap()] == value
            });
            if fits {
                expected.push(user["id"].as_str().unwrap().to_owned());
            }
        }
        let members = world.all(&format!("/api/v1/groups/{group}/users")).await;
        let mut found = ids(&members
            .into_iter()
            .filter(|u| u["status"] != "DEPROVISIONED")
            .collect::<Vec<_>>());
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{expression}");
        checked += found.len();
    }
    assert!(checked > 300, "{checked}");
}
