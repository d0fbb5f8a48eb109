//! The traps of JumpCloud's types, each by its name.

use super::{
    jumpcloud::{bare, jumpcloud, names},
    vendor::page,
};
use crate::definition::Catalogue;

#[test]
fn what_is_secret_is_named() {
    let catalogue = Catalogue::embedded().unwrap();
    for (resource_type, path) in [
        ("jumpcloud_device", "systemToken"),
        ("jumpcloud_application", "config.idpPrivateKey.value"),
        ("jumpcloud_radius_server", "sharedSecret"),
    ] {
        let file = catalogue.resource_type(resource_type).unwrap();
        let redacted = &file.resource_type.redact;
        assert!(
            redacted.iter().any(|redacted| redacted.to_string() == path),
            "{path}"
        );
    }
}

#[test]
fn nothing_is_asked_for_per_user() {
    let catalogue = Catalogue::embedded().unwrap();
    let jumpcloud = catalogue.provider("jumpcloud").unwrap();
    for file in &jumpcloud.resources {
        let name = file.name();
        assert_ne!(file.parent(), Some("jumpcloud_user"), "{name}");
        let by_user = name == "jumpcloud_user" && file.listing.detail.is_some();
        assert!(
            !by_user,
            "what is around a user is read from the other side"
        );
    }
}

#[tokio::test]
async fn five_tables_of_extensions_are_one_type_that_names_the_browser() {
    let vendor = jumpcloud(|_, target| {
        let row = match target.split(['/', '?']).nth(4).unwrap() {
            "chrome_extensions" => {
                r#"{"system_id":"s","identifier":"i","name":"n","author":"a","path":"/x/1.2.3_0"}"#
            }
            "firefox_addons" => {
                r#"{"system_id":"s","identifier":"i","name":"n","creator":"a","path":"/x/n.xpi"}"#
            }
            "ie_extensions" => r#"{"system_id":"s","name":"n","registry_path":"HKLM\\x"}"#,
            _ => r#"{"system_id":"s","identifier":"i","name":"n","path":"/x/n"}"#,
        };
        page(&format!("[{row}]"), &[("x-total-count", "1")])
    })
    .await;
    let file = vendor
        .provider
        .resource_type("jumpcloud_browser_extension")
        .unwrap();
    let mut found = Vec::new();
    for table in [
        "chrome_extensions",
        "firefox_addons",
        "safari_extensions",
        "browser_plugins",
        "ie_extensions",
    ] {
        let mut pages = vendor.client.pages(file, &[("table", table)]).unwrap();
        let page = pages.next().await.unwrap().unwrap();
        let document = page.documents().next().unwrap();
        let document: serde_json::Value = serde_json::from_slice(document).unwrap();
        let part = |name: &str| document[name].as_str().unwrap_or("-").to_owned();
        found.push([
            part("browser"),
            part("identifier"),
            part("place"),
            part("author"),
        ]);
    }
    assert_eq!(
        found,
        [
            ["chrome", "i", "/x/_0", "a"],
            ["firefox", "i", "/x/n.xpi", "a"],
            ["safari", "i", "/x/n", "-"],
            ["plugin", "i", "/x/n", "-"],
            ["internet_explorer", "HKLM\\x", "HKLM\\x", "-"],
        ]
    );
}

#[tokio::test]
async fn a_list_of_policies_leaves_out_their_values() {
    let vendor = jumpcloud(|_, target| match target {
        "/api/v2/policies/p" => page(r#"{"id":"p","name":"n","values":[{"value":"v"}]}"#, &[]),
        _ => bare(&names(1), 1),
    })
    .await;
    let file = vendor.provider.resource_type("jumpcloud_policy").unwrap();
    let whole = vendor.client.detail(file, &[("id", "p")]).await;
    let whole = whole.unwrap().unwrap();
    assert!(std::str::from_utf8(&whole).unwrap().contains(r#""values""#));
}

#[test]
fn results_of_policies_are_the_newest_of_each_device() {
    let catalogue = Catalogue::embedded().unwrap();
    let file = catalogue.resource_type("jumpcloud_policy_result").unwrap();
    let path = file.listing.path.to_string();
    assert!(path.contains("/policystatuses"), "{path} grows without end");
}

#[test]
fn contact_and_time_of_collection_are_no_change() {
    let catalogue = Catalogue::embedded().unwrap();
    for (resource_type, column) in [
        ("jumpcloud_device", "lastContact"),
        ("jumpcloud_device_app", "collection_time"),
        ("jumpcloud_browser_extension", "collection_time"),
    ] {
        let file = catalogue.resource_type(resource_type).unwrap();
        let volatile = &file.resource_type.volatile;
        let there = volatile.iter().any(|path| path.to_string() == column);
        assert!(there, "{resource_type}.{column}: {volatile:?}");
    }
}

#[test]
fn associations_name_what_they_lead_to() {
    let catalogue = Catalogue::embedded().unwrap();
    let jumpcloud = catalogue.provider("jumpcloud").unwrap();
    for file in &jumpcloud.resources {
        let path = file.listing.path.to_string();
        let wanted = path.contains("/associations");
        assert_eq!(wanted, path.contains("targets="), "{path}");
    }
}
