use axum::body::Body;

use super::vendor::{Vendor, error, ids_of, page, refusal};
use crate::{RequestError, http::Cursor};

fn next(path: &str) -> String {
    format!("<{{base}}{path}>; rel=\"next\"")
}

#[tokio::test]
async fn links_are_followed_in_one_header_line_or_two() {
    let vendor = Vendor::start(|number, _| match number {
        0 => page(
            r#"[{"id":"a"},{"id":"b"}]"#,
            &[
                ("link", "<{base}/api/v1/groups>; rel=\"self\""),
                ("link", &next("/api/v1/groups?after=1")),
            ],
        ),
        1 => page(
            r#"[{"id":"c"}]"#,
            &[(
                "link",
                &format!(
                    "<{{base}}/x>; rel=\"self\", {}",
                    next("/api/v1/groups?after=2")
                ),
            )],
        ),
        _ => page(r#"[{"id":"d"}]"#, &[("link", "<{base}/x>; rel=\"self\"")]),
    })
    .await;
    let ids = vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(ids, [vec!["a", "b"], vec!["c"], vec!["d"]]);
    assert_eq!(
        vendor.targets(),
        [
            "/api/v1/groups?limit=200",
            "/api/v1/groups?after=1",
            "/api/v1/groups?after=2"
        ]
    );
    let usage = vendor.client.counters("okta_group").usage();
    assert_eq!((usage.requests, usage.retries), (3, 0));
    assert_eq!(usage.bytes, 23 + 12 + 12);
    let seen = vendor.seen();
    assert_eq!(seen[0].headers["authorization"], "SSWS the-token");
    assert!(
        seen[0].headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("muster/")
    );
    assert!(
        seen[0].headers["accept-encoding"]
            .to_str()
            .unwrap()
            .contains("gzip")
    );
}

#[tokio::test]
async fn wrapped_arrays_and_single_objects_are_read() {
    let vendor = Vendor::start(|_, target| match target {
        "/api/v1/domains" => page(r#"{"domains":[{"id":"default"}]}"#, &[]),
        _ => page(
            r#"{"id":"00o1"}"#,
            &[("link", "<{base}/never>; rel=\"next\"")],
        ),
    })
    .await;
    assert_eq!(vendor.ids("okta_domain", &[]).await.unwrap(), [["default"]]);
    assert_eq!(
        vendor.ids("okta_organization", &[]).await.unwrap(),
        [["00o1"]]
    );
}

#[tokio::test]
async fn links_in_the_body_are_followed_at_our_own_address_whatever_host_they_name() {
    let vendor = Vendor::start(|number, _| match number {
        0 => page(
            r#"{"roles":[{"id":"a"}],"_links":{"next":{"href":"https://x-admin.okta.com/api/v1/iam/roles?after=a"}}}"#,
            &[],
        ),
        _ => page(r#"{"roles":[{"id":"b"}],"_links":{}}"#, &[]),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let resources = folder.path().join("okta/resources");
    std::fs::create_dir_all(&resources).unwrap();
    let text = "title = \"Role\"\ndescription = \"A role.\"\nkey = [\"id\"]\n[list]\npath = \"/api/v1/iam/roles\"\n\
        items = \"roles\"\npaging = \"body_link\"\nbucket = \"iam\"\n[columns]\nid = \"string!\"\n";
    std::fs::write(resources.join("okta_role.toml"), text).unwrap();
    let catalogue = crate::Catalogue::embedded()
        .unwrap()
        .with_folder(folder.path())
        .unwrap();
    let mut pages = vendor
        .client
        .pages(catalogue.resource_type("okta_role").unwrap(), &[])
        .unwrap();
    assert_eq!(ids_of(&pages.next().await.unwrap().unwrap()), ["a"]);
    assert_eq!(ids_of(&pages.next().await.unwrap().unwrap()), ["b"]);
    assert!(pages.next().await.unwrap().is_none());
    assert_eq!(
        vendor.targets(),
        ["/api/v1/iam/roles", "/api/v1/iam/roles?after=a"]
    );
}

#[tokio::test]
async fn a_next_link_that_repeats_is_an_error() {
    let vendor = Vendor::start(|_, _| {
        page(
            r#"[{"id":"a"}]"#,
            &[("link", &next("/api/v1/groups?after=1"))],
        )
    })
    .await;
    let error = vendor.ids("okta_group", &[]).await.unwrap_err();
    assert!(matches!(error, RequestError::BadResponse { .. }), "{error}");
    assert!(error.to_string().contains("read before"), "{error}");
    assert_eq!(vendor.seen().len(), 2);
}

#[tokio::test]
async fn an_empty_page_in_the_middle_is_no_end() {
    let vendor = Vendor::start(|number, _| match number {
        0 => page(
            r#"[{"id":"a"}]"#,
            &[("link", &next("/api/v1/groups?after=1"))],
        ),
        1 => page("[]", &[("link", &next("/api/v1/groups?after=2"))]),
        _ => page(r#"[{"id":"b"}]"#, &[]),
    })
    .await;
    let ids = vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(ids.concat(), ["a", "b"]);
}

#[tokio::test]
async fn a_promised_page_that_is_empty_and_leads_to_itself_is_the_end() {
    let vendor = Vendor::start(|number, _| match number {
        0 => page(
            r#"[{"id":"a"}]"#,
            &[("link", &next("/api/v1/groups?after=1"))],
        ),
        _ => page("[]", &[("link", &next("/api/v1/groups?after=1"))]),
    })
    .await;
    let ids = vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(ids.concat(), ["a"]);
    assert_eq!(vendor.seen().len(), 2);
}

#[tokio::test]
async fn empty_pages_without_end_are_an_error() {
    let vendor = Vendor::start(|number, _| {
        page(
            "[]",
            &[("link", &next(&format!("/api/v1/groups?after={number}")))],
        )
    })
    .await;
    assert!(vendor.ids("okta_group", &[]).await.is_err());
    assert!(vendor.seen().len() < 40);
}

#[tokio::test]
async fn failure_on_page_three_is_taken_up_there() {
    let vendor = Vendor::start(|number, target| {
        let at = |n: usize| {
            page(
                &format!("[{{\"id\":\"{n}\"}}]"),
                &[("link", &next(&format!("/api/v1/groups?after={n}")))],
            )
        };
        match (number, target) {
            (0, _) => at(1),
            (1, _) => at(2),
            (2..=6, _) => error(503, "E0000010"),
            (_, "/api/v1/groups?after=2") => page(r#"[{"id":"3"}]"#, &[]),
            _ => error(400, "E0000001"),
        }
    })
    .await;
    let file = vendor.provider.resource_type("okta_group").unwrap();
    let mut pages = vendor.client.pages(file, &[]).unwrap();
    pages.next().await.unwrap();
    let second = pages.next().await.unwrap().unwrap();
    let error = pages.next().await.unwrap_err();
    assert!(
        matches!(error, RequestError::Unreachable { attempts: 5, .. }),
        "{error}"
    );
    // The same listing goes on where it was, and so does one that begins anew from what was stored.
    let third = pages.next().await.unwrap().unwrap();
    assert_eq!(ids_of(&third), ["3"]);
    let stored = Cursor::parse(second.next().unwrap().as_str()).unwrap();
    let mut later = vendor.client.pages_from(file, &[], stored).unwrap();
    assert_eq!(ids_of(&later.next().await.unwrap().unwrap()), ["3"]);
    assert!(later.next().await.unwrap().is_none());
}

#[tokio::test]
async fn a_cursor_that_expired_restarts_the_listing() {
    for code in ["E0000029", "E0000031"] {
        let vendor = Vendor::start(move |_, _| error(400, code)).await;
        let error = vendor.ids("okta_application", &[]).await.unwrap_err();
        assert!(
            matches!(error, RequestError::RestartListing { .. }),
            "{error}"
        );
        assert_eq!(vendor.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_next_page_elsewhere_is_not_asked_for() {
    let vendor = Vendor::start(|_, _| {
        page(
            "[{\"id\":\"a\"}]",
            &[("link", "<https://evil.example/x>; rel=\"next\"")],
        )
    })
    .await;
    let error = vendor.ids("okta_group", &[]).await.unwrap_err();
    assert!(
        error.to_string().contains("https://evil.example"),
        "{error}"
    );
}

#[tokio::test]
async fn keys_are_escaped_in_paths() {
    let vendor = Vendor::start(|_, _| page("[]", &[])).await;
    vendor
        .ids("okta_group_member", &[("groupId", "a/b?c")])
        .await
        .unwrap();
    assert_eq!(
        vendor.targets(),
        ["/api/v1/groups/a%2Fb%3Fc/users?limit=200"]
    );
}

#[tokio::test]
async fn requests_go_through_the_proxy() {
    let vendor = Vendor::start(|_, _| page("[]", &[])).await;
    let options = crate::ClientOptions {
        allow_insecure_endpoints: true,
        proxies: crate::http::Proxies {
            http: Some(vendor.address.replace("http://", "http://somebody:hidden@")),
            except: Some("internal.example".to_owned()),
            ..crate::http::Proxies::default()
        },
        ..crate::ClientOptions::default()
    };
    assert!(!format!("{options:?}").contains("hidden"));
    let client = super::vendor::connect(&vendor.provider, "http://okta.invalid", "t", &options);
    let file = vendor.provider.resource_type("okta_feature").unwrap();
    client.pages(file, &[]).unwrap().next().await.unwrap();
    assert_eq!(vendor.targets(), ["http://okta.invalid/api/v1/features"]);
    assert!(vendor.seen()[0].headers.contains_key("proxy-authorization"));
}

#[tokio::test]
async fn packed_answers_are_unpacked() {
    // `[{"id":"a"}]`, packed by gzip.
    let packed = [
        31u8, 139, 8, 0, 0, 0, 0, 0, 2, 255, 139, 174, 86, 202, 76, 81, 178, 82, 74, 84, 170, 141,
        5, 0, 137, 255, 44, 117, 12, 0, 0, 0,
    ];
    let vendor = Vendor::start(move |_, _| {
        let mut answer = refusal(200, "", &[("content-encoding", "gzip")]);
        *answer.body_mut() = Body::from(packed.to_vec());
        answer
    })
    .await;
    assert_eq!(vendor.ids("okta_group", &[]).await.unwrap(), [["a"]]);
}
