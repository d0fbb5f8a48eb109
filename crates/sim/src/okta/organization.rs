//! The organisation: `/org`, what the vendor's support may see, and what everybody may know.

use serde_json::{Value, json};

use super::context::{Answer, Context, Reply};
use crate::clock::{self, DAY};
use crate::ids::Kind;

/// `GET /org`
pub fn get(context: &Context<'_>) -> Answer {
    let company = &context.state.company;
    let base = context.base;
    let mut document = json!({
        "id": company.ids.id(Kind::Organization, 0).as_str(), "subdomain": "acme", "companyName": "Acme Industries", "status": "ACTIVE",
        "expiresAt": null, "created": clock::text(company.founded), "lastUpdated": clock::text(company.epoch - 90 * DAY),
        "website": "https://www.acme-industries.example", "phoneNumber": "+902120000000", "endUserSupportHelpURL": "https://help.acme-industries.example",
        "supportPhoneNumber": "", "address1": "1 Harbour Road", "address2": null, "city": "Istanbul", "state": null, "country": "TR", "postalCode": "34000",
        "_links": {
            "preferences": {"href": format!("{base}/api/v1/org/preferences")},
            "uploadLogo": {"href": format!("{base}/api/v1/org/logo"), "hints": {"allow": ["POST"]}},
            "oktaCommunication": {"href": format!("{base}/api/v1/org/privacy/oktaCommunication")},
            "logo": null,
            "oktaSupport": {"href": format!("{base}/api/v1/org/privacy/oktaSupport")},
            "contacts": {"href": format!("{base}/api/v1/org/contacts")}}});
    context.state.patched(
        "okta_organization",
        company.ids.id(Kind::Organization, 0).as_str(),
        &mut document,
    );
    Ok(Reply::value(&document))
}

/// `GET /org/privacy/oktaSupport`: super administrators only.
pub fn support(context: &Context<'_>) -> Answer {
    Ok(Reply::value(&support_document(context)))
}

/// Whether the vendor's support may sign in, and until when.
pub fn support_document(context: &Context<'_>) -> Value {
    let here = format!("{}/api/v1/org/privacy/oktaSupport", context.base);
    let act = |name: &str| json!({"href": format!("{here}/{name}"), "hints": {"allow": ["POST"]}});
    let mut document = if context.state.company.clean {
        json!({"support": "DISABLED", "expiration": null, "_links": {"grant": act("grant")}})
    } else {
        json!({"support": "ENABLED", "expiration": null, "_links": {"extend": act("extend"), "revoke": act("revoke")}})
    };
    context.state.patched("okta_support", "", &mut document);
    document
}

/// `GET /.well-known/okta-organization`: needs no token.
pub fn well_known(context: &Context<'_>) -> Answer {
    let company = &context.state.company;
    let pipeline = if company.classic { "v1" } else { "idx" };
    Ok(Reply::value(&json!({
        "id": company.ids.id(Kind::Organization, 0).as_str(), "cell": "ok14", "_links": {"organization": {"href": context.base}}, "pipeline": pipeline,
        "settings": {"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false, "pssoEnabled": false,
            "desktopMFAEnabled": false, "itpEnabled": !company.classic}})))
}
