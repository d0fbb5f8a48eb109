//! What an installation of MonoSign may do differently from our reading of its documentation.

use std::sync::Arc;

use muster_model::ColumnType;

use super::vendor::{Answer, Vendor, page, refusal};
use crate::{RequestError, definition::Catalogue};

async fn monosign(
    settings: &[(&str, &str)],
    script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
) -> Vendor {
    let catalogue = Catalogue::embedded().unwrap();
    let provider = Arc::clone(catalogue.provider("monosign").unwrap());
    let mut typed = vec![("base_url", "{base}"), ("app_id", "the-app")];
    typed.extend(settings);
    Vendor::start_as(provider, &typed, &[("app_key", "the-key")], script, |_| {}).await
}

/// The documents of the users' listing as they are kept.
async fn users(vendor: &Vendor) -> Result<Vec<String>, RequestError> {
    let file = vendor.provider.resource_type("monosign_user").unwrap();
    let mut pages = vendor.client.pages(file, &[])?;
    let mut found = Vec::new();
    while let Some(page) = pages.next().await? {
        let documents = page.documents().map(|document| document.to_vec());
        found.extend(documents.map(|document| String::from_utf8(document).unwrap()));
    }
    Ok(found)
}

#[tokio::test]
async fn pages_are_counted_from_one_until_one_is_empty() {
    let vendor = monosign(&[], |number, _| match number {
        0 => page(
            r#"{"Data":[{"UserId":"a"},{"UserId":"b"}],"Code":1,"Success":true}"#,
            &[],
        ),
        1 => page(r#"{"Data":[{"UserId":"c"}],"Code":1,"Success":true}"#, &[]),
        _ => page(r#"{"Data":[],"Code":1,"Success":true}"#, &[]),
    })
    .await;
    let found = users(&vendor).await.unwrap();
    assert_eq!(
        found,
        [
            r#"{"userId":"a"}"#,
            r#"{"userId":"b"}"#,
            r#"{"userId":"c"}"#
        ]
    );
    assert_eq!(
        vendor.targets(),
        [
            "/api/v1.3/users?page=1&pageSize=100",
            "/api/v1.3/users?page=2&pageSize=100",
            "/api/v1.3/users?page=3&pageSize=100",
        ]
    );
    let seen = vendor.seen();
    assert_eq!(seen[0].headers["monosign-appid"], "the-app");
    assert_eq!(seen[0].headers["monosign-appkey"], "the-key");
}

#[tokio::test]
async fn either_spelling_gives_the_same_document() {
    let small = r#"{"userId":"a","session":{"sessionId":"s","user":{"authenticators":[{"authenticatorSecret":"x"}]}}}"#;
    let large = r#"{"UserId":"a","Session":{"SessionId":"s","User":{"Authenticators":[{"AuthenticatorSecret":"x"}]}}}"#;
    for (body, whole) in [(small, true), (large, true), (large, false)] {
        let vendor = monosign(&[], move |number, _| match (number, whole) {
            (0, true) => page(&format!(r#"{{"data":[{body}],"success":true}}"#), &[]),
            (0, false) => page(&format!("[{body}]"), &[]),
            (_, _) => page("[]", &[]),
        })
        .await;
        assert_eq!(users(&vendor).await.unwrap(), [small]);
    }
}

#[tokio::test]
async fn an_installation_may_have_other_paths_and_names() {
    let vendor = monosign(
        &[
            ("users_path", "/rest/2/people"),
            ("envelope", "Result.Items"),
            ("page_parameter", "pageIndex"),
            ("page_size_parameter", "size"),
        ],
        |number, _| match number {
            0 => page(r#"{"Result":{"Items":[{"UserId":"a"}]}}"#, &[]),
            _ => page(r#"{"Result":{"Items":[]}}"#, &[]),
        },
    )
    .await;
    assert_eq!(users(&vendor).await.unwrap(), [r#"{"userId":"a"}"#]);
    assert_eq!(vendor.targets()[1], "/rest/2/people?pageIndex=2&size=100");
}

#[tokio::test]
async fn one_that_does_not_know_pages_has_told_everything_at_once() {
    let vendor = monosign(&[], |_, _| page(r#"[{"UserId":"a"},{"UserId":"b"}]"#, &[])).await;
    assert_eq!(users(&vendor).await.unwrap().len(), 2);
    assert_eq!(vendor.targets().len(), 2);
}

#[tokio::test]
async fn a_refusal_is_no_empty_list() {
    let told = r#"{"Data":[],"Code":0,"Success":false,"Message":"no"}"#;
    let vendor = monosign(&[], move |_, _| page(told, &[])).await;
    let error = users(&vendor).await.unwrap_err();
    assert!(
        error.to_string().contains("did not succeed (no [0])"),
        "{error}"
    );
}

#[tokio::test]
async fn a_key_that_expired_stops_the_integration() {
    let told =
        r#"{"Data":null,"Code":401,"Success":false,"Message":"Application is not authorized"}"#;
    let vendor = monosign(&[], move |_, _| refusal(401, told, &[])).await;
    let error = users(&vendor).await.unwrap_err();
    assert!(
        matches!(error, RequestError::BadCredentials { .. }),
        "{error}"
    );
    assert!(error.to_string().contains("not authorized"), "{error}");
}

#[test]
fn what_is_secret_is_named() {
    let catalogue = Catalogue::embedded().unwrap();
    let authenticator = catalogue
        .resource_type("monosign_user_authenticator")
        .unwrap();
    let redacted = authenticator.resource_type.redact.iter();
    let redacted: Vec<String> = redacted.map(ToString::to_string).collect();
    for path in ["authenticatorSecret", "generatedValue"] {
        assert!(redacted.iter().any(|redacted| redacted == path), "{path}");
    }
}

#[test]
fn states_are_numbers() {
    let catalogue = Catalogue::embedded().unwrap();
    let user = catalogue.resource_type("monosign_user").unwrap();
    let state = user.resource_type.columns.iter();
    let mut state = state.filter(|column| column.name == "state");
    assert_eq!(state.next().unwrap().column_type, ColumnType::Integer);
}
