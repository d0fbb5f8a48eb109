//! A service application instead of a token: it signs, and sees what it was granted.

use muster_model::TypeStatus;
use muster_sim::{SERVICE_CLIENT_ID, SERVICE_KEY};
use serde_json::json;

use crate::common::{Place, company, of};

async fn place(users: u32) -> Place {
    let mut place = Place::new(company(users)).await;
    place.secret = "private_key";
    place.token = SERVICE_KEY;
    let settings = &mut place.integration.settings;
    settings.insert("client_id".to_owned(), SERVICE_CLIENT_ID.to_owned());
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_application_finds_what_a_token_finds() {
    let place = place(60).await;
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert!(report.complete(), "{report:#?}");
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_type_whose_scope_is_not_asked_for_is_not_permitted_and_the_others_come() {
    let mut place = place(20).await;
    let scopes = "okta.users.read okta.groups.read".to_owned();
    place
        .integration
        .settings
        .insert("scopes".to_owned(), scopes);
    let ledger = place.open();
    let report = place.sync(&ledger).await;
    assert_eq!(of(&report, "okta_user").status, TypeStatus::Complete);
    assert_eq!(
        of(&report, "okta_network_zone").status,
        TypeStatus::NotPermitted
    );
    assert_eq!(place.keys("okta_user").len(), 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_was_not_granted_is_told_in_the_vendors_words() {
    let place = place(20).await;
    let order = json!({"op": "token", "token": "service", "withhold": ["okta.devices.read"]});
    place.change(order).await;
    let report = place.sync(&place.open()).await;
    let why = report.stopped.unwrap();
    assert!(why.contains("scopes are not configured"), "{why}");
    assert!(report.misconfigured);
    assert!(place.register().is_empty());
}
