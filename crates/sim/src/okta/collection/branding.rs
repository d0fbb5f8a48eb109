//! How the vendor's pages look: a brand for each domain that the organisation uses.

use serde_json::json;

use super::{Documents, Sheet};
use crate::ids::Kind;
use crate::okta::errors::ApiError;

/// `/brands`
pub fn brands(sheet: &Sheet<'_>) -> Documents {
    let dashboard = sheet.state.company.ids.application(1).to_string();
    let domains = sheet.state.company.domains();
    let built = domains.iter().enumerate().map(|(n, domain)| {
        let id = sheet.id(Kind::Brand, n as u64);
        let path = format!("brands/{id}");
        let document = json!({
            "id": id, "name": domain.name, "removePoweredByOkta": n > 0, "customPrivacyPolicyUrl": (n == 1).then_some("https://www.acme-industries.example/privacy"),
            "agreeToCustomPrivacyPolicy": n == 1, "isDefault": n == 0,
            "defaultApp": {"appInstanceId": (n == 0).then_some(dashboard.as_str()), "appLinkName": null, "classicApplicationUri": null},
            "_links": {"themes": sheet.link(&format!("{path}/themes"), &["GET"]), "self": sheet.link(&path, &["GET", "PUT", "DELETE"])}});
        (id, document)
    });
    built.collect()
}

/// `/brands/{id}/pages/sign-in`: what was written for the company's main domain; the others show the vendor's page.
pub fn sign_in_page(sheet: &Sheet<'_>, brand: &str) -> Result<Documents, ApiError> {
    let count = sheet.state.company.domains().len() as u64;
    let n = (0..count)
        .find(|n| sheet.id(Kind::Brand, *n) == brand)
        .ok_or_else(|| ApiError::not_found(brand, "Brand"))?;
    let path = format!("brands/{brand}/pages/sign-in");
    let mut document = json!({
        "_links": {"self": sheet.link(&path, &["GET"]), "default": sheet.link(&format!("{path}/default"), &["GET"]),
            "customized": sheet.link(&format!("{path}/customized"), &["GET", "PUT", "DELETE"]), "preview": sheet.link(&format!("{path}/preview"), &["GET", "PUT", "DELETE"])}});
    if n == 1 {
        let script = if sheet.state.company.clean {
            ""
        } else {
            "<script src=\"http://cdn.example.net/old-widget.js\"></script>"
        };
        document["_embedded"] = json!({
            "customized": {"pageContent": format!("<!DOCTYPE html><html><head>{script}{{{{{{OktaUtil}}}}}}</head><body><div id=\"okta-login-container\"></div></body></html>")},
            "customizedUrl": format!("{}/login/signin", sheet.base)});
    }
    Ok(vec![(String::new(), document)])
}
