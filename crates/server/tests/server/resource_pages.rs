//! Lists of resources, page by page.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Asker, TestServer, connect, okta};

/// Every key of a list, read so many at a time; the total must be the same on every page.
async fn keys(owner: &Asker, query: &str, limit: u32) -> Vec<String> {
    let (mut keys, mut cursor, mut total) = (Vec::new(), String::new(), None);
    loop {
        let page = owner
            .get(&format!("/api/resources?{query}&limit={limit}{cursor}"))
            .await;
        assert_eq!(total.get_or_insert(page["total"].clone()), &page["total"]);
        let items = page["items"].as_array().unwrap();
        keys.extend(
            items
                .iter()
                .map(|item| item["key"].as_str().unwrap().to_owned()),
        );
        match &page["next"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => break,
        }
    }
    assert_eq!(total.unwrap().as_u64(), Some(keys.len() as u64), "{query}");
    keys
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_the_list_cut_in_pieces_whatever_orders_it() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(24).await;
    connect(&owner, &sim, "main").await;
    connect(&owner, &sim, "again").await;
    let page = owner.get("/api/resources?type=okta_user&limit=1").await;
    // A column of each kind, and one that many lack.
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    for column in page["columns"].as_array().unwrap() {
        let name = column["name"].as_str().unwrap().to_owned();
        columns.entry(column["kind"].to_string()).or_insert(name);
    }
    let more = ["lastLogin", "mfaEnabled", "profile.login"];
    let columns: Vec<String> = columns
        .into_values()
        .chain(more.map(str::to_owned))
        .collect();
    let whole = keys(&owner, "type=okta_user", 500).await;
    assert!(whole.len() >= 48);
    assert_eq!(keys(&owner, "type=okta_user", 7).await, whole);
    for column in columns {
        for direction in ["", "-"] {
            let query = format!("type=okta_user&sort={direction}{column}");
            let ordered = keys(&owner, &query, 500).await;
            assert_eq!(ordered.len(), whole.len(), "{query}");
            assert_eq!(keys(&owner, &query, 9).await, ordered, "{query}");
        }
    }
    server.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_order_is_refused() {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let sim = okta(24).await;
    connect(&owner, &sim, "main").await;
    let page = owner.get("/api/resources?type=okta_user&limit=5").await;
    let next = page["next"].as_str().unwrap();
    for (query, word) in [
        (format!("sort=status&cursor={next}"), "another order"),
        ("cursor=NQ".to_owned(), "first page"),
    ] {
        let path = format!("/api/resources?type=okta_user&{query}");
        let (status, problem) = owner.refused(Method::GET, &path, None).await;
        assert_eq!(status, 400);
        assert!(
            problem["detail"].as_str().unwrap().contains(word),
            "{problem}"
        );
    }
    server.end().await;
}
