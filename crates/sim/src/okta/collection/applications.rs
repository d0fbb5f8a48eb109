//! What hangs on applications: keys, grants, and the settings of the vendor's own.

use serde_json::json;

use super::{Documents, Sheet};
use crate::clock;
use crate::ids::random_text;
use crate::okta::errors::ApiError;

fn find(sheet: &Sheet<'_>, app: &str) -> Result<usize, ApiError> {
    sheet
        .state
        .find_application(app)
        .ok_or_else(|| ApiError::not_found(app, "AppInstance"))
}

/// `/apps/{id}/credentials/keys`
pub fn keys(sheet: &Sheet<'_>, app: &str) -> Result<Documents, ApiError> {
    let a = find(sheet, app)?;
    let built = sheet.state.company.application_keys(a).into_iter().map(|key| {
        let document = json!({
            "kty": "RSA", "created": clock::text(key.created), "lastUpdated": clock::text(key.created), "expiresAt": clock::text(key.expires), "kid": key.kid,
            "use": "sig", "x5c": [random_text(key.chance ^ 1, 400)], "x5t#S256": random_text(key.chance ^ 2, 43), "e": "AQAB", "n": random_text(key.chance ^ 3, 342)});
        (key.kid, document)
    });
    Ok(built.collect())
}

/// `/apps/{id}/grants`
pub fn grants(sheet: &Sheet<'_>, app: &str) -> Result<Documents, ApiError> {
    let a = find(sheet, app)?;
    let label = &sheet.state.applications[a].label;
    let scopes = sheet.state.company.application_grants(a).iter().enumerate();
    let built = scopes.map(|(n, scope)| {
        let id = sheet.state.company.grant_id(a, n);
        let at = sheet.before(110);
        let document = json!({
            "id": id, "status": "ACTIVE", "created": at, "createdBy": {"id": sheet.administrator(0), "type": "User"}, "lastUpdated": at, "issuer": sheet.base,
            "clientId": app, "scopeId": scope, "source": "ADMIN",
            "_links": {"app": {"href": sheet.at(&format!("apps/{app}")), "title": label}, "self": sheet.link(&format!("apps/{app}/grants/{id}"), &["GET", "DELETE"]),
                "client": {"href": format!("{}/oauth2/v1/clients/{app}", sheet.base), "title": label}}});
        (id, document)
    });
    Ok(built.collect())
}

/// `/first-party-app-settings/admin-console`
pub fn first_party_settings(sheet: &Sheet<'_>) -> Documents {
    if sheet.state.applications[0].gone {
        return Vec::new();
    }
    let (idle, whole) = if sheet.state.company.clean {
        (15, 720)
    } else {
        (120, 1440)
    };
    vec![(
        String::new(),
        json!({"sessionIdleTimeoutMinutes": idle, "sessionMaxLifetimeMinutes": whole}),
    )]
}
