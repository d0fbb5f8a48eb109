//! The traps of JumpCloud's interface, each by its name.

use std::sync::{Arc, Mutex};

use super::vendor::{Answer, Vendor, ids_of, page, refusal};
use crate::{RequestError, definition::Catalogue, http::Cursor};

pub async fn jumpcloud(script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Vendor {
    let catalogue = Catalogue::embedded().unwrap();
    let provider = Arc::clone(catalogue.provider("jumpcloud").unwrap());
    let settings = [("base_url", "{base}")];
    Vendor::start_as(provider, &settings, &[("api_key", "k")], script, |_| {}).await
}

/// The number that a path's query gives to `name`.
fn number(target: &str, name: &str) -> usize {
    let query = target.split_once('?').unwrap().1;
    let pair = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    pair.unwrap().parse().unwrap()
}

fn documents(ids: &[String]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    format!("[{}]", ids.join(","))
}

/// A listing of `ids` that gives at most `most` a page, whatever is asked for.
fn slice(target: &str, ids: &[String], most: usize) -> Vec<String> {
    let most = most.min(number(target, "limit"));
    let after = ids.iter().skip(number(target, "skip"));
    after.take(most).cloned().collect()
}

pub fn names(count: usize) -> Vec<String> {
    (0..count).map(|id| format!("{id:04}")).collect()
}

pub fn bare(ids: &[String], total: usize) -> Answer {
    page(&documents(ids), &[("x-total-count", &total.to_string())])
}

#[tokio::test]
async fn the_old_interface_wraps_and_the_new_one_does_not() {
    let vendor = jumpcloud(|_, target| {
        let ids = names(3);
        if target.starts_with("/api/v2/") {
            return bare(&slice(target, &ids, 2), 3);
        }
        let body = documents(&slice(target, &ids, 2));
        page(&format!(r#"{{"results":{body},"totalCount":3}}"#), &[])
    })
    .await;
    for resource_type in ["jumpcloud_user", "jumpcloud_user_group"] {
        let pages = vendor.ids(resource_type, &[]).await.unwrap();
        assert_eq!(pages.concat(), names(3), "{resource_type}");
    }
    assert_eq!(
        vendor.targets(),
        [
            "/api/systemusers?limit=100&skip=0&sort=_id",
            "/api/systemusers?limit=100&skip=1&sort=_id",
            "/api/v2/usergroups?limit=100&skip=0&sort=id",
            "/api/v2/usergroups?limit=100&skip=1&sort=id",
        ],
        "each page begins with the last resource of the one before"
    );
    assert_eq!(vendor.seen()[0].headers["x-api-key"], "k");
}

#[tokio::test]
async fn a_short_page_is_not_the_end() {
    let vendor = jumpcloud(|_, target| bare(&slice(target, &names(25), 10), 25)).await;
    let pages = vendor.ids("jumpcloud_user_group", &[]).await.unwrap();
    assert_eq!(pages.concat(), names(25));
    // Without a total only an empty page is.
    let vendor = jumpcloud(|_, target| page(&documents(&slice(target, &names(25), 10)), &[])).await;
    let values = [("applicationId", "a")];
    let pages = vendor
        .ids("jumpcloud_application_user_group", &values)
        .await;
    assert_eq!(pages.unwrap().concat(), names(25));
}

#[tokio::test]
async fn a_link_is_never_believed() {
    let vendor = jumpcloud(|_, target| {
        let ids = slice(target, &names(3), 2);
        let link = "<{base}/api/v2/usergroups?limit=100&skip=100>; rel=\"next\"";
        page(&documents(&ids), &[("x-total-count", "3"), ("link", link)])
    })
    .await;
    let pages = vendor.ids("jumpcloud_user_group", &[]).await.unwrap();
    assert_eq!(pages.concat(), names(3));
    assert_eq!(vendor.targets().len(), 2);
}

#[tokio::test]
async fn an_empty_page_before_the_total_is_an_error() {
    for total in ["3", "9"] {
        let vendor = jumpcloud(move |number, target| {
            let ids = if number == 0 {
                slice(target, &names(3), 2)
            } else {
                Vec::new()
            };
            page(&documents(&ids), &[("x-total-count", total)])
        })
        .await;
        let values = [("applicationId", "a")];
        let error = vendor
            .ids("jumpcloud_application_user_group", &values)
            .await;
        let error = error.unwrap_err();
        assert!(matches!(error, RequestError::BadResponse { .. }), "{error}");
        assert!(
            error.to_string().contains(&format!("after 2 of {total}")),
            "{error}"
        );
    }
}

/// Lists while the third of six groups goes after the first page.
async fn with_a_deletion(resource_type: &str, values: &[(&str, &str)]) -> RequestError {
    let ids = Mutex::new(names(6));
    let vendor = jumpcloud(move |number, target| {
        let mut ids = ids.lock().unwrap();
        if number == 1 {
            ids.remove(2);
        }
        bare(&slice(target, &ids, 4), ids.len())
    })
    .await;
    vendor.ids(resource_type, values).await.unwrap_err()
}

#[tokio::test]
async fn skip_is_no_snapshot_what_goes_between_two_pages_is_noticed() {
    let values = [("applicationId", "a")];
    for error in [
        with_a_deletion("jumpcloud_user_group", &[]).await,
        with_a_deletion("jumpcloud_application_user_group", &values).await,
    ] {
        assert!(matches!(error, RequestError::Shifted { .. }), "{error}");
    }
}

#[tokio::test]
async fn what_comes_while_a_sorted_listing_is_read_comes_at_its_end() {
    let vendor = jumpcloud(|number, target| {
        let ids = names(if number == 0 { 6 } else { 7 });
        bare(&slice(target, &ids, 4), ids.len())
    })
    .await;
    let pages = vendor.ids("jumpcloud_user_group", &[]).await.unwrap();
    assert_eq!(pages.concat(), names(7));
}

#[tokio::test]
async fn one_that_goes_and_one_that_comes_leave_the_total_but_not_the_order() {
    let ids = Mutex::new(names(6));
    let vendor = jumpcloud(move |number, target| {
        let mut ids = ids.lock().unwrap();
        if number == 1 {
            ids.remove(2);
            ids.push("0009".to_owned());
        }
        bare(&slice(target, &ids, 4), ids.len())
    })
    .await;
    let error = vendor.ids("jumpcloud_user_group", &[]).await.unwrap_err();
    assert!(matches!(error, RequestError::Shifted { .. }), "{error}");
}

#[tokio::test]
async fn a_listing_cut_off_still_knows_what_the_next_page_begins_with() {
    let vendor = jumpcloud(|_, target| bare(&slice(target, &names(6), 4), 6)).await;
    let file = vendor
        .provider
        .resource_type("jumpcloud_user_group")
        .unwrap();
    let mut pages = vendor.client.pages(file, &[]).unwrap();
    let first = pages.next().await.unwrap().unwrap();
    let stored = Cursor::parse(first.next().unwrap().as_str()).unwrap();
    let mut later = vendor.client.pages_from(file, &[], stored.clone()).unwrap();
    let rest = later.next().await.unwrap().unwrap();
    assert_eq!(ids_of(&rest), ["0004", "0005"]);
    assert_eq!((rest.total(), rest.next()), (Some(6), None));
    assert!(later.next().await.unwrap().is_none());
    assert!(!vendor.targets().iter().any(|target| target.contains('#')));

    let shrunk = jumpcloud(|_, target| bare(&slice(target, &names(6)[1..], 4), 5)).await;
    let mut later = shrunk.client.pages_from(file, &[], stored).unwrap();
    let error = later.next().await.unwrap_err();
    assert!(matches!(error, RequestError::Shifted { .. }), "{error}");
}

#[tokio::test]
async fn the_device_management_of_apple_gives_one_a_page_unless_asked() {
    let vendor = jumpcloud(|_, target| bare(&slice(target, &names(2), 100), 2)).await;
    let pages = vendor.ids("jumpcloud_apple_mdm", &[]).await.unwrap();
    assert_eq!(pages, [names(2)]);
    assert_eq!(vendor.targets(), ["/api/v2/applemdms?limit=100&skip=0"]);
}

#[tokio::test]
async fn more_than_a_hundred_are_refused_and_nothing_asks_for_them() {
    let catalogue = Catalogue::embedded().unwrap();
    let jumpcloud = catalogue.provider("jumpcloud").unwrap();
    for file in &jumpcloud.resources {
        let path = file.listing.path.to_string();
        let most = if path.contains("/systeminsights/") {
            10_000
        } else {
            100
        };
        if path.contains("limit=") {
            assert_eq!(number(&path, "limit"), most, "{path}");
        }
    }
}

#[tokio::test]
async fn either_id_of_the_old_interface_will_do() {
    let vendor = jumpcloud(|_, _| {
        page(
            r#"{"results":[{"_id":"a","id":"a"},{"_id":"b"}],"totalCount":2}"#,
            &[],
        )
    })
    .await;
    assert_eq!(
        vendor.ids("jumpcloud_device", &[]).await.unwrap(),
        [["a", "b"]]
    );
}

#[tokio::test]
async fn a_connection_is_known_by_where_it_leads() {
    let vendor = jumpcloud(|_, _| {
        let body = r#"[{"from":{"type":"user_group","id":"g"},"to":{"attributes":null,"type":"user","id":"u"}}]"#;
        page(body, &[("x-total-count", "1")])
    })
    .await;
    let file = vendor
        .provider
        .resource_type("jumpcloud_user_group_member")
        .unwrap();
    let mut pages = vendor.client.pages(file, &[("groupId", "g")]).unwrap();
    let page = pages.next().await.unwrap().unwrap();
    let document: serde_json::Value =
        serde_json::from_slice(page.documents().next().unwrap()).unwrap();
    assert_eq!(document["userId"], "u");
    assert_eq!(
        document["from"]["id"], "g",
        "the vendor's own members are kept"
    );
}

#[tokio::test]
async fn an_upgrade_changes_no_key_and_two_versions_are_two_programs() {
    let vendor = jumpcloud(|number, _| {
        let app = |system: &str, name: &str| {
            format!(r#"{{"system_id":"{system}","name":"{name}","version":"x"}}"#)
        };
        let names = [
            app("s1", "7-Zip 23.01"),
            app("s1", "Python 3.11.4"),
            app("s1", "Python 3.12.1"),
            app("s2", "Python 3.12.1"),
        ];
        let names = if number == 0 { &names[..] } else { &names[3..] };
        page(&format!("[{}]", names.join(",")), &[])
    })
    .await;
    let file = vendor
        .provider
        .resource_type("jumpcloud_device_app")
        .unwrap();
    let mut pages = vendor.client.pages(file, &[("table", "programs")]).unwrap();
    let page = pages.next().await.unwrap().unwrap();
    let found: Vec<String> = page
        .documents()
        .map(|document| {
            let document: serde_json::Value = serde_json::from_slice(document).unwrap();
            let part = |name: &str| document[name].as_str().unwrap().to_owned();
            format!(
                "{}/{}/{}",
                part("system_id"),
                part("source"),
                part("product")
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "s1/windows/7-Zip",
            "s1/windows/Python",
            "s1/windows/Python (2)",
            "s2/windows/Python"
        ]
    );
    assert!(
        pages.next().await.unwrap().unwrap().is_empty(),
        "only the hinge is left"
    );
    assert!(pages.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_pause_of_the_service_is_waited_for() {
    let vendor = jumpcloud(|number, target| match number {
        0 => refusal(503, r#"{"message":"Service Unavailable"}"#, &[]),
        1 => refusal(429, r#"{"message":"Too Many Requests"}"#, &[]),
        _ => bare(&slice(target, &names(1), 100), 1),
    })
    .await;
    assert_eq!(
        vendor.ids("jumpcloud_ip_list", &[]).await.unwrap(),
        [names(1)]
    );
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_told_in_the_vendors_words() {
    let told = r#"{"message":"Bad Request: invalid object id \"5df3\""}"#;
    let vendor = jumpcloud(move |_, _| refusal(400, told, &[])).await;
    let error = vendor.ids("jumpcloud_directory", &[]).await.unwrap_err();
    assert!(error.to_string().contains("invalid object id"), "{error}");
    assert!(matches!(error, RequestError::BadRequest { .. }));
}

#[tokio::test]
async fn an_administrator_of_many_names_the_organisation() {
    let catalogue = Catalogue::embedded().unwrap();
    let provider = Arc::clone(catalogue.provider("jumpcloud").unwrap());
    let both = r#"{"results":[{"_id":"o1","displayName":"One"},{"_id":"o2","displayName":"Two"}],"totalCount":2}"#;
    let answer = move |_: usize, target: &str| match target {
        "/api/organizations/o2" => page(r#"{"_id":"o2","displayName":"Two"}"#, &[]),
        _ => page(both, &[]),
    };
    for (settings, id) in [
        (vec![("base_url", "{base}"), ("org_id", "o2")], "o2"),
        (vec![("base_url", "{base}")], "o1"),
    ] {
        let secrets = [("api_key", "k")];
        let vendor =
            Vendor::start_as(Arc::clone(&provider), &settings, &secrets, answer, |_| {}).await;
        let known = vendor.client.organisation().await.unwrap().unwrap();
        assert_eq!(known.id, id);
        let header = vendor.seen()[0].headers.get("x-org-id").cloned();
        assert_eq!(header.is_some(), id == "o2");
    }
}

#[tokio::test]
async fn one_resource_is_read_again_by_its_key() {
    let vendor = jumpcloud(|_, target| match target {
        "/api/systemusers/a%2Fb" => page(r#"{"_id":"a/b","username":"u"}"#, &[]),
        _ => refusal(404, r#"{"message":"Not Found"}"#, &[]),
    })
    .await;
    let file = vendor.provider.resource_type("jumpcloud_user").unwrap();
    let read = vendor.client.read(file, "a%2Fb").await.unwrap();
    assert_eq!(read.unwrap(), r#"{"_id":"a/b","username":"u","id":"a/b"}"#);
    assert_eq!(vendor.client.read(file, "c").await.unwrap(), None);
    let unread = vendor
        .provider
        .resource_type("jumpcloud_device_user")
        .unwrap();
    assert!(vendor.client.read(unread, "a/b").await.is_err());
    assert!(vendor.client.read(file, "a/b").await.is_err());
}
