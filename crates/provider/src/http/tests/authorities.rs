//! How requests prove who asks.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::vendor::{MadeUp, Vendor, page, refusal};
use crate::{
    RequestError,
    definition::{Catalogue, Provider},
    http::{Client, ClientOptions, Clock, Secrets},
    read,
};
use zeroize::Zeroizing;

const ACME: &str = r#"title = "Acme"
description = "Acme."
endpoint = ["{address}", "https://console.{region}.example"]
[settings.address]
label = "Address"
help = "Where."
example = "https://acme.example"
check = "origin"
required = false
[settings.region]
label = "Region"
help = "Which."
example = "us"
default = "us"
choices = { us = "example.com", eu = "eu.example.com" }
[settings.organisation]
label = "Organisation"
help = "Whose."
example = "1"
required = false
[secrets.client_id]
label = "Client ID"
help = "Who."
[secrets.client_secret]
label = "Client secret"
help = "Proof."
[secrets.api_key]
label = "API key"
help = "Proof."
[headers]
x-org-id = "{organisation}"
[[authentication]]
kind = "client_credentials"
title = "Service account"
token_address = ["{address}/oauth2/token", "https://oauth.example/oauth2/token"]
client_id = "{client_id}"
client_secret = "{client_secret}"
scope = "api"
[[authentication]]
kind = "header"
title = "API key"
name = "x-api-key"
value = "{api_key}"
[error_body]
code = "code"
summary = "message"
success = "Success"
[[errors]]
code = "7"
means = "not_permitted"
"#;

const THING: &str = r#"title = "Thing"
description = "A thing."
key = ["id"]
[list]
path = "/things"
bucket = "things"
[columns]
id = "string!"
"#;

pub fn acme() -> Arc<Provider> {
    let files = BTreeMap::from([
        ("acme/provider.toml".to_owned(), ACME.to_owned()),
        (
            "acme/resources/acme_thing.toml".to_owned(),
            THING.to_owned(),
        ),
    ]);
    let (providers, problems) = read::read_all(&files);
    assert_eq!(problems, []);
    Arc::clone(&providers[0])
}

const SERVICE_ACCOUNT: [(&str, &str); 3] = [
    ("client_id", "the-id"),
    ("client_secret", "the-secret"),
    ("api_key", "the-key"),
];

fn is_token(target: &str) -> bool {
    target == "/oauth2/token"
}

#[tokio::test]
async fn the_first_way_whose_secrets_are_given_is_used() {
    let answer = |_: usize, _: &str| page(r#"[{"id":"a"}]"#, &[]);
    let address = [("address", "{base}")];
    let vendor =
        Vendor::start_as(acme(), &address, &[("api_key", "the-key")], answer, |_| {}).await;
    assert_eq!(vendor.ids("acme_thing", &[]).await.unwrap(), [["a"]]);
    let seen = vendor.seen();
    assert_eq!(seen[0].headers["x-api-key"], "the-key");
    assert!(
        !seen[0].headers.contains_key("x-org-id"),
        "its setting is not given"
    );
    assert!(!seen[0].headers.contains_key("authorization"));

    let whose = [
        ("address", "{base}"),
        ("organisation", "60259a2ad81e1a474d4e7c83"),
    ];
    let vendor = Vendor::start_as(acme(), &whose, &[("api_key", "the-key")], answer, |_| {}).await;
    vendor.ids("acme_thing", &[]).await.unwrap();
    assert_eq!(
        vendor.seen()[0].headers["x-org-id"],
        "60259a2ad81e1a474d4e7c83"
    );
}

#[tokio::test]
async fn a_token_is_fetched_once_and_again_before_it_ends() {
    let vendor = Vendor::start_as(
        acme(),
        &[("address", "{base}")],
        &SERVICE_ACCOUNT,
        |_, target| {
            if is_token(target) {
                return page(
                    r#"{"access_token":"t","token_type":"bearer","expires_in":600}"#,
                    &[],
                );
            }
            page(r#"[{"id":"a"}]"#, &[])
        },
        |_| {},
    )
    .await;
    for _ in 0..2 {
        vendor.ids("acme_thing", &[]).await.unwrap();
    }
    assert_eq!(vendor.targets(), ["/oauth2/token", "/things", "/things"]);
    let seen = vendor.seen();
    assert_eq!(
        seen[0].headers["authorization"],
        "Basic dGhlLWlkOnRoZS1zZWNyZXQ="
    );
    assert_eq!(seen[0].body, "grant_type=client_credentials&scope=api");
    assert_eq!(seen[1].headers["authorization"], "Bearer t");
    assert!(!seen[1].headers.contains_key("x-api-key"));
    vendor.clock.sleep(Duration::from_secs(541)).await;
    vendor.ids("acme_thing", &[]).await.unwrap();
    assert_eq!(vendor.targets()[3..], ["/oauth2/token", "/things"]);
}

#[tokio::test]
async fn a_token_that_was_taken_back_is_replaced_once() {
    let vendor = Vendor::start_as(
        acme(),
        &[("address", "{base}")],
        &SERVICE_ACCOUNT,
        |number, target| match target {
            "/oauth2/token" => page(r#"{"access_token":"t","expires_in":3600}"#, &[]),
            _ if number == 1 => page(r#"[{"id":"a"}]"#, &[]),
            _ if number == 2 => refusal(401, r#"{"message":"unauthorized"}"#, &[]),
            _ => page(r#"[{"id":"b"}]"#, &[]),
        },
        |_| {},
    )
    .await;
    vendor.ids("acme_thing", &[]).await.unwrap();
    vendor.clock.sleep(Duration::from_secs(60)).await;
    assert_eq!(vendor.ids("acme_thing", &[]).await.unwrap(), [["b"]]);
    assert_eq!(
        vendor.targets(),
        [
            "/oauth2/token",
            "/things",
            "/things",
            "/oauth2/token",
            "/things"
        ]
    );
}

#[tokio::test]
async fn a_service_account_that_is_refused_stops_the_integration() {
    let refused = r#"{"error":"invalid_client","error_description":"no such client"}"#;
    for (status, at) in [(401, "/oauth2/token"), (401, "/things")] {
        let vendor = Vendor::start_as(
            acme(),
            &[("address", "{base}")],
            &SERVICE_ACCOUNT,
            move |_, target| match target {
                _ if target == at => refusal(status, refused, &[]),
                _ => page(r#"{"access_token":"t","expires_in":3600}"#, &[]),
            },
            |_| {},
        )
        .await;
        let error = vendor.ids("acme_thing", &[]).await.unwrap_err();
        assert!(
            matches!(error, RequestError::BadCredentials { .. }),
            "{error}"
        );
        assert!(!error.to_string().contains("the-secret"));
    }
}

#[tokio::test]
async fn a_success_that_says_it_is_none_is_a_refusal() {
    let told = |body: &'static str| async move {
        let vendor = Vendor::start_as(
            acme(),
            &[("address", "{base}")],
            &[("api_key", "k")],
            move |_, _| page(body, &[]),
            |_| {},
        )
        .await;
        vendor.ids("acme_thing", &[]).await.unwrap_err()
    };
    let error = told(r#"{"success":false,"code":7,"message":"not yours"}"#).await;
    assert!(
        matches!(error, RequestError::NotPermitted { .. }),
        "{error}"
    );
    let error = told(r#"{"Success":false,"code":8,"message":"odd"}"#).await;
    assert!(
        error.to_string().contains("it did not succeed (odd [8])"),
        "{error}"
    );
}

#[test]
fn settings_have_choices_and_defaults() {
    let endpoint = |pairs: &[(&str, &str)]| {
        let typed = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        acme().check_settings(&typed)
    };
    let usual = endpoint(&[]).unwrap();
    assert_eq!(usual.endpoint, "https://console.example.com.example");
    assert!(usual.values.is_empty(), "a default is not stored");
    let europe = endpoint(&[("region", "eu")]).unwrap();
    assert_eq!(europe.endpoint, "https://console.eu.example.com.example");
    assert_eq!(europe.values["region"], "eu");
    let own = endpoint(&[("region", "eu"), ("address", "acme.example")]).unwrap();
    assert_eq!(own.endpoint, "https://acme.example");
    let message = endpoint(&[("region", "uk")]).unwrap_err().to_string();
    assert_eq!(
        message,
        "the setting `region` cannot be used: `uk` is no choice; use one of `eu`, `us`"
    );
}

#[test]
fn one_way_to_authenticate_is_enough() {
    let check = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        acme().check_secret_names(&names)
    };
    check(&["api_key"]).unwrap();
    check(&["client_id", "client_secret"]).unwrap();
    let message = check(&[]).unwrap_err().to_string();
    assert!(message.contains("`api_key`"), "{message}");
    let message = check(&["client_id"]).unwrap_err().to_string();
    assert!(message.contains("`client_secret`"), "{message}");
    assert!(acme().secrets.iter().all(|secret| !secret.required));
}

#[tokio::test]
async fn a_token_address_is_checked_as_the_endpoint_is() {
    let provider = acme();
    let settings = provider
        .check_settings(&BTreeMap::from([(
            "address".to_owned(),
            "http://127.0.0.1:1".to_owned(),
        )]))
        .unwrap();
    let secrets = crate::Secrets::new(
        SERVICE_ACCOUNT
            .map(|(name, value)| (name.to_owned(), zeroize::Zeroizing::new(value.to_owned()))),
    );
    let options = ClientOptions {
        clock: Arc::new(MadeUp::default()),
        ..ClientOptions::default()
    };
    let error = crate::Client::new(provider, &settings, &secrets, &options).unwrap_err();
    assert!(
        matches!(error, crate::ClientError::Refused { .. }),
        "{error}"
    );
}

fn okta_secrets() -> [(&'static str, &'static str); 1] {
    [("private_key", include_str!("service_application.json"))]
}

fn okta() -> Arc<Provider> {
    Arc::clone(Catalogue::embedded().unwrap().provider("okta").unwrap())
}

#[tokio::test]
async fn a_service_application_proves_itself_by_a_signed_statement() {
    let settings = [
        ("domain", "{base}"),
        ("client_id", "0oa1"),
        ("scopes", "okta.groups.read  okta.users.read"),
    ];
    let vendor = Vendor::start_as(
        okta(),
        &settings,
        &okta_secrets(),
        |_, target| match target {
            "/oauth2/v1/token" => page(r#"{"access_token":"t","expires_in":3600}"#, &[]),
            _ => page(r#"[{"id":"g"}]"#, &[]),
        },
        |_| {},
    )
    .await;
    vendor.ids("okta_group", &[]).await.unwrap();
    let seen = vendor.seen();
    assert_eq!(seen[0].target, "/oauth2/v1/token");
    assert!(!seen[0].headers.contains_key("authorization"));
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(seen[0].body.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(form["grant_type"], "client_credentials");
    assert_eq!(form["scope"], "okta.groups.read okta.users.read");
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    assert_eq!(form["client_assertion"].split('.').count(), 3);
    assert_eq!(seen[1].headers["authorization"], "Bearer t");
}

#[tokio::test]
async fn a_key_that_cannot_sign_and_a_client_without_an_id_are_told_before_anything_is_sent() {
    let error = |settings: &[(&str, &str)], key: &str| {
        let typed = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = okta().check_settings(&typed.collect()).unwrap();
        let secrets = Secrets::new([("private_key".to_owned(), Zeroizing::new(key.to_owned()))]);
        let made = Client::new(okta(), &settings, &secrets, &ClientOptions::default());
        made.err().unwrap().to_string()
    };
    let whole = [("domain", "x.okta.com"), ("client_id", "0oa1")];
    let message = error(&whole, "no key");
    assert!(
        message.contains("`private_key` cannot be used") && message.contains("PEM"),
        "{message}"
    );
    assert!(!message.contains("no key"), "{message}");
    let message = error(&whole[..1], okta_secrets()[0].1);
    assert!(message.contains("setting `client_id`"), "{message}");
}
