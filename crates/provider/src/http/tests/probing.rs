use super::vendor::{Vendor, error, page, refusal};
use crate::{ProbeReport, RequestError, http::Readable, probe};

async fn report(vendor: &Vendor) -> Result<ProbeReport, RequestError> {
    let types: Vec<_> = vendor
        .provider
        .resources
        .iter()
        .map(AsRef::as_ref)
        .collect();
    probe(&vendor.client, &types).await
}

fn readable(report: &ProbeReport, resource_type: &str, column: Option<&str>) -> Readable {
    let found = report
        .probes
        .iter()
        .find(|probe| probe.resource_type == resource_type && probe.column.as_deref() == column);
    found.unwrap().readable.clone()
}

#[tokio::test]
async fn a_probe_tells_what_a_read_only_administrator_will_not_see() {
    let vendor = Vendor::start(|_, target| match target {
        "/.well-known/okta-organization" => page(r#"{"id":"00o1","pipeline":"idx"}"#, &[]),
        "/api/v1/org" => page(r#"{"id":"00o1","companyName":"Acme"}"#, &[]),
        "/api/v1/org/privacy/oktaSupport" | "/api/v1/features" => error(403, "E0000006"),
        "/api/v1/domains" => error(401, "E0000015"),
        "/api/v1/mappings?limit=1" => error(500, "E0000009"),
        _ => page("[]", &[]),
    })
    .await;
    let report = report(&vendor).await.unwrap();
    let organisation = report.organisation.clone().unwrap();
    assert_eq!(
        (organisation.id.as_str(), organisation.name.as_deref()),
        ("00o1", Some("Acme"))
    );
    assert!(report.features.contains("identity_engine"));
    assert_eq!(readable(&report, "okta_user", None), Readable::Yes);
    assert_eq!(readable(&report, "okta_organization", None), Readable::Yes);
    let refused = readable(&report, "okta_organization", Some("supportSetting"));
    assert!(matches!(refused, Readable::NotPermitted(_)));
    assert!(matches!(
        readable(&report, "okta_feature", None),
        Readable::NotPermitted(_)
    ));
    assert!(matches!(
        readable(&report, "okta_domain", None),
        Readable::NotAvailable(_)
    ));
    assert!(matches!(
        readable(&report, "okta_profile_mapping", None),
        Readable::Unknown(_)
    ));
    let targets = vendor.targets();
    assert!(
        targets
            .iter()
            .any(|target| target.starts_with("/api/v1/users?limit=1&filter=")),
        "{targets:?}"
    );
    assert!(
        targets.iter().all(|target| !target.contains("limit=200")),
        "{targets:?}"
    );
}

#[tokio::test]
async fn bad_credentials_end_a_probe() {
    let vendor = Vendor::start(|_, _| error(401, "E0000011")).await;
    assert!(matches!(
        report(&vendor).await,
        Err(RequestError::BadCredentials { .. })
    ));
    assert_eq!(vendor.seen().len(), 1);
}

#[tokio::test]
async fn an_address_of_somebody_else_ends_a_probe() {
    let vendor =
        Vendor::start(|_, _| refusal(404, "<html>", &[("content-type", "text/html")])).await;
    let error = report(&vendor).await.unwrap_err();
    assert!(error.to_string().contains("as Okta does"), "{error}");
}
