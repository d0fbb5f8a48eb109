use super::vendor::{Vendor, connect, error, page, refusal, try_connect};
use crate::{ClientError, ClientOptions, RequestError};

async fn refused(status: u16, code: &'static str) -> RequestError {
    let vendor = Vendor::start(move |_, _| error(status, code)).await;
    let error = vendor.ids("okta_feature", &[]).await.unwrap_err();
    let text = error.to_string();
    assert!(!text.contains("the-token"), "{text}");
    assert!(
        text.starts_with(|first: char| first.is_lowercase() || first == '/'),
        "{text}"
    );
    error
}

#[tokio::test]
async fn errors_have_their_documented_meaning() {
    use RequestError as E;
    assert!(matches!(
        refused(401, "E0000011").await,
        E::BadCredentials { .. }
    ));
    assert!(matches!(
        refused(401, "E0000004").await,
        E::BadCredentials { .. }
    ));
    assert!(matches!(
        refused(403, "E0000005").await,
        E::BadCredentials { .. }
    ));
    assert!(matches!(
        refused(401, "E0000015").await,
        E::NotAvailable { .. }
    ));
    assert!(matches!(
        refused(403, "E0000006").await,
        E::NotPermitted { .. }
    ));
    assert!(matches!(refused(404, "E0000007").await, E::Gone { .. }));
    assert!(matches!(
        refused(400, "E0000001").await,
        E::BadRequest { status: 400, .. }
    ));
    assert!(matches!(
        refused(405, "E0000022").await,
        E::NotAvailable { .. }
    ));
    assert!(matches!(
        refused(501, "E0000060").await,
        E::NotAvailable { .. }
    ));
    assert!(matches!(
        refused(500, "E0000009").await,
        E::Unreachable { .. }
    ));
}

#[tokio::test]
async fn a_web_page_is_not_asked_for_again() {
    let vendor = Vendor::start(|_, _| {
        let mut answer = page("<html>", &[]);
        answer
            .headers_mut()
            .insert("content-type", "text/html;charset=utf-8".parse().unwrap());
        answer
    })
    .await;
    let error = vendor.ids("okta_group", &[]).await.unwrap_err();
    assert!(error.to_string().contains("web page"), "{error}");
    assert_eq!(vendor.seen().len(), 1);
}

#[tokio::test]
async fn another_shape_is_not_asked_for_again() {
    let vendor = Vendor::start(|_, _| page("{}", &[])).await;
    let error = vendor.ids("okta_group", &[]).await.unwrap_err();
    assert!(matches!(error, RequestError::BadResponse { .. }), "{error}");
    assert_eq!(vendor.seen().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_followed_on_the_same_host_only() {
    let vendor = Vendor::start(|_, target| match target {
        "/api/v1/features" => refusal(302, "", &[("location", "/moved")]),
        "/moved" => page("[]", &[]),
        _ => refusal(307, "", &[("location", "https://evil.example/steal")]),
    })
    .await;
    vendor.ids("okta_feature", &[]).await.unwrap();
    let error = vendor.ids("okta_group", &[]).await.unwrap_err();
    assert!(matches!(error, RequestError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn private_addresses_are_refused() {
    let vendor = Vendor::start(|_, _| page("[]", &[])).await;
    let strict = ClientOptions::default();
    for domain in [
        vendor.address.as_str(),
        "https://10.0.0.8",
        "http://example.okta.com",
    ] {
        let error = try_connect(&vendor.provider, domain, "t", &strict).unwrap_err();
        assert!(matches!(error, ClientError::Refused { .. }), "{error}");
        assert!(error.to_string().contains("insecure endpoints"), "{error}");
    }
    // A name tells only when it is looked up.
    let client = connect(&vendor.provider, "https://localhost", "t", &strict);
    let file = vendor.provider.resource_type("okta_group").unwrap();
    let error = client.pages(file, &[]).unwrap().next().await.unwrap_err();
    assert!(matches!(error, RequestError::Refused { .. }), "{error:?}");
    assert!(vendor.seen().is_empty());
}

#[tokio::test]
async fn a_secret_shows_nowhere() {
    let vendor = Vendor::start(|_, _| error(401, "E0000011")).await;
    let file = vendor.provider.resource_type("okta_group").unwrap();
    let mut pages = vendor.client.pages(file, &[]).unwrap();
    let error = pages.next().await.unwrap_err();
    let secrets = crate::Secrets::new([(
        "api_token".to_owned(),
        zeroize::Zeroizing::new("the-token".to_owned()),
    )]);
    for text in [
        format!("{:?}", vendor.client),
        format!("{pages:?}"),
        format!("{error:?} {error}"),
        format!("{secrets:?}"),
    ] {
        assert!(!text.contains("the-token"), "{text}");
    }
    assert!(format!("{secrets:?}").contains("api_token"));
}

#[tokio::test]
async fn a_secret_that_cannot_be_sent_is_told_before_sending() {
    let vendor = Vendor::start(|_, _| page("[]", &[])).await;
    for token in ["", "two words", "line\nbreak", "ümlaut"] {
        let error = try_connect(
            &vendor.provider,
            &vendor.address,
            token,
            &ClientOptions {
                allow_insecure_endpoints: true,
                ..ClientOptions::default()
            },
        )
        .unwrap_err();
        assert!(matches!(error, ClientError::Secret(_)), "{error}");
    }
    connect(
        &vendor.provider,
        &vendor.address,
        " pasted-with-a-line-end\n",
        &ClientOptions {
            allow_insecure_endpoints: true,
            ..ClientOptions::default()
        },
    );
}

#[test]
fn authorities_that_cannot_be_read_are_named() {
    let provider = std::sync::Arc::clone(
        crate::Catalogue::embedded()
            .unwrap()
            .provider("okta")
            .unwrap(),
    );
    let options = ClientOptions {
        ca_file: Some("/nowhere/ca.pem".into()),
        ..ClientOptions::default()
    };
    let error = try_connect(&provider, "example.okta.com", "t", &options).unwrap_err();
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}
