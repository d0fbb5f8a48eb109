//! By what people show who they are: authenticators, other identity providers, and what their devices must be like.

use serde_json::{Value, json};

use super::{Documents, Sheet, status};
use crate::clock;
use crate::hash::{Purpose, draw};
use crate::ids::{Kind, random_text};
use crate::okta::errors::ApiError;

type Offered = (
    &'static str,
    &'static str,
    &'static str,
    bool,
    &'static [&'static str],
);

/// Key, type, name, whether it is on in a company with weaknesses, methods.
const OFFERED: [Offered; 8] = [
    ("okta_email", "email", "Email", true, &["email"]),
    ("okta_password", "password", "Password", true, &["password"]),
    (
        "okta_verify",
        "app",
        "Okta Verify",
        true,
        &["push", "totp", "signed_nonce"],
    ),
    ("phone_number", "phone", "Phone", true, &["sms", "voice"]),
    (
        "security_question",
        "security_question",
        "Security Question",
        true,
        &["security_question"],
    ),
    (
        "webauthn",
        "security_key",
        "FIDO2 (WebAuthn)",
        true,
        &["webauthn"],
    ),
    ("google_otp", "app", "Google Authenticator", true, &["otp"]),
    ("duo", "app", "Duo Security", false, &["duo"]),
];

/// `/authenticators`
pub fn authenticators(sheet: &Sheet<'_>) -> Documents {
    let clean = sheet.state.company.clean;
    let built = OFFERED.iter().enumerate().map(|(n, (key, kind, name, on, _))| {
        let id = sheet.id(Kind::Authenticator, n as u64);
        // what can be talked out of somebody is off in a company that is well kept
        let active = *on && !(clean && matches!(*key, "phone_number" | "security_question" | "google_otp"));
        let path = format!("authenticators/{id}");
        let mut links = sheet.life(&path, active);
        links["self"] = sheet.link(&path, &["GET", "PUT"]);
        links["methods"] = sheet.link(&format!("{path}/methods"), &["GET"]);
        let mut document = json!({
            "type": kind, "id": id, "key": key, "status": status(active), "name": name,
            "created": sheet.before(1000), "lastUpdated": sheet.before(500 - 20 * n as i64), "_links": links});
        match *key {
            "okta_email" => document["settings"] = json!({"allowedFor": if clean { "recovery" } else { "any" }, "tokenLifetimeInMinutes": 5}),
            "security_question" | "phone_number" => document["settings"] = json!({"allowedFor": if clean { "recovery" } else { "any" }}),
            "okta_verify" => {
                document["settings"] = json!({
                    "channelBinding": {"required": if clean { "ALWAYS" } else { "NEVER" }, "style": "NUMBER_CHALLENGE"},
                    "compliance": {"fips": "OPTIONAL"}, "userVerification": if clean { "REQUIRED" } else { "PREFERRED" },
                    "appInstanceId": sheet.id(Kind::Provider, 1 << 29)});
            }
            "duo" => {
                document["provider"] = json!({"type": "DUO", "configuration": {
                    "host": "https://api-acme.duosecurity.example", "integrationKey": "DIACME", "secretKey": secret(sheet, 1),
                    "userNameTemplate": {"template": "global.assign.userName.login"}}});
            }
            _ => {}
        }
        (id, document)
    });
    built.collect()
}

/// `/authenticators/{id}/methods`
pub fn methods(sheet: &Sheet<'_>, authenticator: &str) -> Result<Documents, ApiError> {
    let found = sheet
        .state
        .company
        .ids
        .read(Kind::Authenticator, authenticator);
    let (_, _, _, _, methods) = found
        .and_then(|n| OFFERED.get(n as usize))
        .ok_or_else(|| ApiError::not_found(authenticator, "AuthenticatorEntity"))?;
    let clean = sheet.state.company.clean;
    let built = methods.iter().map(|method| {
        let active = !(clean && matches!(*method, "voice" | "sms"));
        let path = format!("authenticators/{authenticator}/methods/{method}");
        let mut links = sheet.life(&path, active);
        links["self"] = sheet.link(&path, &["GET", "PUT"]);
        let mut document = json!({"type": method, "status": status(active), "_links": links});
        match *method {
            "push" => document["settings"] = json!({"algorithms": ["ES256", "RS256"], "keyProtection": "ANY", "transactionTypes": ["LOGIN"]}),
            "totp" => {
                document["settings"] = json!({"timeIntervalInSeconds": 30, "encoding": "Base32", "algorithm": "HMACSHA1", "passCodeLength": 6});
            }
            "signed_nonce" => {
                document["settings"] = json!({"algorithms": ["ES256", "RS256"], "keyProtection": if clean { "HARDWARE" } else { "ANY" }, "showSignInWithOV": "NEVER"});
            }
            _ => {}
        }
        ((*method).to_owned(), document)
    });
    Ok(built.collect())
}

fn secret(sheet: &Sheet<'_>, n: u64) -> String {
    random_text(
        draw(sheet.state.company.seed, Purpose::Secret, n | 1 << 48),
        40,
    )
}

/// `/idps`: the subsidiary that a policy sends its people to, and social accounts where there are weaknesses. Client secrets
/// stand there in clear, as the vendor's do.
pub fn providers(sheet: &Sheet<'_>) -> Documents {
    let clean = sheet.state.company.clean;
    let mut found = vec![provider(sheet, 0, "Subsidiary", "SAML2", true)];
    if !clean {
        found.push(provider(sheet, 1, "Google, for partners", "GOOGLE", true));
        found.push(provider(sheet, 2, "Old joint venture", "OIDC", false));
    }
    found
}

fn provider(sheet: &Sheet<'_>, n: u64, name: &str, kind: &str, active: bool) -> (String, Value) {
    let id = sheet.id(Kind::Provider, (1 << 30) + n);
    let path = format!("idps/{id}");
    let host = format!("https://sso-{n}.subsidiary.example");
    let client = json!({"client": {"client_id": format!("acme-{n}"), "client_secret": secret(sheet, 2 + n)}});
    let end =
        |path: &str, binding: &str| json!({"url": format!("{host}/{path}"), "binding": binding});
    let protocol = match kind {
        "SAML2" => json!({
            "type": "SAML2",
            "endpoints": {"sso": {"url": format!("{host}/sso"), "binding": "HTTP-POST", "destination": format!("{host}/sso")}, "acs": {"binding": "HTTP-POST", "type": "INSTANCE"}},
            "algorithms": {"request": {"signature": {"algorithm": "SHA-256", "scope": "REQUEST"}}, "response": {"signature": {"algorithm": "SHA-256", "scope": "ANY"}}},
            "settings": {"nameFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"},
            "credentials": {"trust": {"issuer": host, "audience": format!("https://acme.example/saml2/{id}"), "kid": provider_kid(sheet, 0), "revocation": null, "revocationCacheLifetime": 0},
                "signing": {"kid": provider_kid(sheet, 1)}}}),
        "GOOGLE" => json!({
            "type": "OIDC",
            "endpoints": {"authorization": {"url": "https://accounts.google.com/o/oauth2/auth", "binding": "HTTP-REDIRECT"}, "token": {"url": "https://www.googleapis.com/oauth2/v3/token", "binding": "HTTP-POST"}},
            "scopes": ["profile", "email", "openid"], "credentials": client}),
        _ => json!({
            "type": "OIDC",
            "endpoints": {"authorization": end("authorize", "HTTP-REDIRECT"), "token": end("token", "HTTP-POST"), "userInfo": end("userinfo", "HTTP-REDIRECT"), "jwks": end("keys", "HTTP-REDIRECT")},
            "algorithms": {"request": {"signature": {"algorithm": "HS256", "scope": "REQUEST"}}}, "scopes": ["openid"], "issuer": {"url": host}, "credentials": client}),
    };
    let groups = if n == 0 {
        json!({"action": "ASSIGN", "assignments": [sheet.state.company.ids.group(2).as_str()]})
    } else {
        json!({"action": "NONE"})
    };
    let mut links = json!({
        "authorize": {"href": format!("{}/oauth2/v1/authorize?idp={id}", sheet.base), "templated": true, "hints": {"allow": ["GET"]}},
        "clientRedirectUri": {"href": format!("{}/oauth2/v1/authorize/callback", sheet.base), "hints": {"allow": ["POST"]}}});
    if kind == "SAML2" {
        links = json!({"users": sheet.link(&format!("{path}/users"), &["GET"]), "deactivate": sheet.link(&format!("{path}/lifecycle/deactivate"), &["POST"])});
    }
    let document = json!({
        "id": id, "issuerMode": "ORG_URL", "name": name, "status": status(active), "created": sheet.before(600 + n as i64), "lastUpdated": sheet.before(100 + n as i64),
        "protocol": protocol, "type": kind, "_links": links,
        "policy": {
            "provisioning": {"action": "AUTO", "profileMaster": false, "groups": groups, "conditions": {"deprovisioned": {"action": "NONE"}, "suspended": {"action": "NONE"}}},
            "accountLink": {"filter": null, "action": "AUTO"},
            "subject": {"userNameTemplate": {"template": "idpuser.email"}, "filter": null, "matchType": "USERNAME", "matchAttribute": null},
            "maxClockSkew": 0}});
    (id, document)
}

fn provider_kid(sheet: &Sheet<'_>, n: u64) -> String {
    let text = random_text(
        draw(sheet.state.company.seed, Purpose::Secret, n | 1 << 49),
        32,
    )
    .to_lowercase();
    format!(
        "{}-{}-{}-{}-{}",
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..]
    )
}

/// `/idps/credentials/keys`: the second one has ended in a company with weaknesses.
pub fn provider_keys(sheet: &Sheet<'_>) -> Documents {
    let built = (0..2u64).map(|n| {
        let kid = provider_kid(sheet, n);
        let left = if n == 1 && !sheet.state.company.clean { -30 } else { 700 };
        let chance = draw(sheet.state.company.seed, Purpose::Secret, n | 1 << 50);
        let document = json!({
            "kty": "RSA", "alg": "RSA", "created": sheet.before(1000), "lastUpdated": sheet.before(1000), "expiresAt": clock::text(sheet.state.company.epoch + left * clock::DAY),
            "kid": kid, "use": "sig", "x5c": [random_text(chance, 400)], "x5t#S256": random_text(chance ^ 1, 43), "e": "AQAB", "n": random_text(chance ^ 2, 342)});
        (kid, document)
    });
    built.collect()
}

/// `/device-assurances`
pub fn device_assurances(sheet: &Sheet<'_>) -> Documents {
    let clean = sheet.state.company.clean;
    let wanted = [
        (
            "Company computers, macOS",
            "MACOS",
            if clean { "15.5.0" } else { "12.0.0" },
        ),
        ("Company computers, Windows", "WINDOWS", "10.0.19045"),
        ("Phones", "IOS", "18.5.0"),
        ("Android phones", "ANDROID", "14"),
    ];
    let built = wanted.into_iter().enumerate().map(|(n, (name, platform, version))| {
        let id = sheet.id(Kind::DeviceAssurance, n as u64);
        let by = sheet.administrator(1);
        let phone = matches!(platform, "IOS" | "ANDROID");
        let mut document = json!({
            "id": id, "name": name, "platform": platform, "osVersion": {"minimum": version}, "displayRemediationMode": "HIDE",
            "screenLockType": {"include": ["BIOMETRIC", "PASSCODE"]}, "createdDate": sheet.before(300), "createdBy": by, "lastUpdate": sheet.before(60), "lastUpdatedBy": by,
            "resourceId": id, "resourceDisplayName": {"value": name, "sensitive": false}, "resourceType": "DeviceAssurancePolicyEntity",
            "_links": {"self": sheet.link(&format!("device-assurances/{id}"), &["GET", "PUT", "DELETE"])}});
        if phone {
            document["jailbreak"] = json!(!clean);
        }
        if platform != "IOS" {
            document["diskEncryptionType"] = json!({"include": [if phone { "FULL" } else { "ALL_INTERNAL_VOLUMES" }]});
            document["secureHardwarePresent"] = json!(true);
        }
        (id, document)
    });
    built.collect()
}
