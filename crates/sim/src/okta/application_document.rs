//! An application as the vendor writes one: a common frame, and a body that depends on how it signs people on.

use serde_json::{Value, json};

use super::context::Context;
use crate::clock;
use crate::company::applications::{Flaw, Mode};
use crate::hash::{Purpose, draw};
use crate::ids::{Kind, random_text};

/// The document of application `a`. Client secrets stand in it in clear, as the vendor's do.
#[must_use]
pub fn document(context: &Context<'_>, a: usize) -> Value {
    let company = &context.state.company;
    let (founded, now) = (&company.applications[a], &context.state.applications[a]);
    let id = company.ids.application(a);
    let id = id.as_str();
    let own = founded.mode == Mode::Own;
    let mut settings = json!({
        "app": app_settings(founded.mode, &founded.name, a),
        "notifications": {"vpn": {"network": {"connection": "DISABLED"}, "message": null, "helpUrl": null}},
        "manualProvisioning": false, "implicitAssignment": false, "emOptInStatus": "NONE"});
    if !own && founded.mode != Mode::Directory {
        settings["notes"] = json!({"admin": null, "enduser": null});
    }
    let mut document = json!({
        "id": id,
        "orn": format!("orn:okta:idp:{}:apps:{}:{id}", company.ids.id(Kind::Organization, 0), founded.name),
        "name": founded.name,
        "label": now.label,
        "status": if now.active { "ACTIVE" } else { "INACTIVE" },
        "lastUpdated": clock::text(now.last_updated),
        "created": clock::text(founded.created),
        "accessibility": {"selfService": !company.clean && a % 13 == 5, "errorRedirectUrl": null, "loginRedirectUrl": null},
        "visibility": visibility(founded.mode, &founded.name),
        "features": features(founded.mode, founded.provisioning, founded.flaw),
        "signOnMode": founded.mode.as_str(),
        "credentials": credentials(context, founded.mode, a),
        "universalLogout": if own { Value::Null } else { json!({"status": "UNSUPPORTED"}) },
        "settings": settings,
        "_links": links(context, a),
    });
    match founded.mode {
        Mode::Web | Mode::Browser | Mode::Service => {
            document["settings"]["oauthClient"] = client(founded.mode, a, founded.flaw)
        }
        Mode::Saml => document["settings"]["signOn"] = saml(&founded.name, a, founded.flaw),
        Mode::AutoLogin => {
            document["settings"]["signOn"] =
                json!({"redirectUrl": null, "loginUrl": "https://timesheet.example/login"})
        }
        _ => {}
    }
    if (own || matches!(founded.mode, Mode::AutoLogin | Mode::Directory))
        && let Some(visibility) = document["visibility"].as_object_mut()
    {
        visibility.remove("autoLaunch");
    }
    if a % 17 == 6 && !own {
        document["profile"] = json!({"label": "owned by IT", "reviewedBy": "risk"});
    }
    context.state.patched("okta_application", id, &mut document);
    document
}

fn app_settings(mode: Mode, name: &str, a: usize) -> Value {
    match mode {
        Mode::Bookmark => {
            json!({"requestIntegration": false, "url": format!("https://intranet.example/{a}")})
        }
        Mode::Plugin => json!({
            "loginUrlRegex": null, "usernameField": "txtbox-username", "redirectUrl": null, "buttonField": "btn-login", "checkbox": null,
            "passwordField": "txtbox-password", "url": format!("https://portal{a}.example/login.html")}),
        Mode::Directory => json!({
            "jitGroupsAcrossDomains": false, "password": null, "scanRate": null, "searchOrgUnit": null, "filterGroupsByOU": false,
            "namingContext": "corp.acme-industries.example", "login": null, "activationEmail": null}),
        Mode::Saml if name == "okta_org2org" => {
            json!({"acsUrl": null, "audRestriction": null, "baseUrl": "https://subsidiary.okta.example", "idpId": null})
        }
        Mode::Saml if name.starts_with("acme_") => json!({}),
        Mode::Saml => json!({"subDomain": "acme", "siteURL": null}),
        _ => json!({}),
    }
}

fn visibility(mode: Mode, name: &str) -> Value {
    let hidden = matches!(mode, Mode::Web | Mode::Browser | Mode::Service);
    let links = match mode {
        Mode::Own if name == "saasure" => json!({"admin": true}),
        Mode::Own | Mode::Directory => json!({}),
        Mode::Web | Mode::Browser | Mode::Service => json!({"oidc_client_link": true}),
        Mode::AutoLogin => json!({format!("{name}_link"): true}),
        _ => json!({"login": true}),
    };
    json!({"autoLaunch": false, "autoSubmitToolbar": mode == Mode::Saml, "hide": {"iOS": hidden, "web": hidden}, "appLinks": links})
}

fn features(mode: Mode, provisioning: bool, flaw: Option<Flaw>) -> Value {
    match mode {
        Mode::Directory => json!([
            "IMPORT_PROFILE_UPDATES",
            "PROFILE_MASTERING",
            "OUTBOUND_DEL_AUTH",
            "IMPORT_USER_SCHEMA",
            "IMPORT_NEW_USERS"
        ]),
        _ if !provisioning => json!([]),
        _ if flaw == Some(Flaw::KeepsAccounts) => {
            json!(["PUSH_NEW_USERS", "PUSH_PROFILE_UPDATES"])
        }
        _ => json!([
            "PUSH_NEW_USERS",
            "PUSH_PROFILE_UPDATES",
            "PUSH_USER_DEACTIVATION",
            "REACTIVATE_USERS",
            "GROUP_PUSH"
        ]),
    }
}

fn credentials(context: &Context<'_>, mode: Mode, a: usize) -> Value {
    let company = &context.state.company;
    let flaw = company.applications[a].flaw;
    let key = |n: u64| random_text(draw(company.seed, Purpose::Secret, n), 43);
    let mut credentials = json!({"userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}, "signing": {}});
    match mode {
        Mode::Own => credentials["signing"] = json!({"kid": key(1 << 40)}),
        Mode::Saml => credentials["signing"] = json!({"kid": key(1 << 40 | a as u64)}),
        Mode::Web | Mode::Browser | Mode::Service => {
            credentials["signing"] = json!({"kid": key(1 << 40)});
            let method = match mode {
                Mode::Browser => "none",
                Mode::Service if flaw != Some(Flaw::SharedSecret) => "private_key_jwt",
                _ => "client_secret_basic",
            };
            credentials["oauthClient"] = json!({
                "autoKeyRotation": true, "client_id": company.ids.application(a).as_str(),
                "token_endpoint_auth_method": method, "pkce_required": company.clean || mode == Mode::Browser && flaw != Some(Flaw::WithoutPkce)});
            if method == "client_secret_basic" {
                credentials["oauthClient"]["client_secret"] = json!(random_text(
                    draw(company.seed, Purpose::Secret, a as u64),
                    64
                ));
            }
        }
        Mode::Plugin | Mode::AutoLogin => {
            credentials["scheme"] = json!("EDIT_USERNAME_AND_PASSWORD");
            credentials["revealPassword"] = json!(!company.clean);
        }
        Mode::Directory => {
            credentials["userNameTemplate"] = json!({"template": "substringBefore(user.login, \"@\")", "type": "CUSTOM", "pushStatus": "NOT_CONFIGURED"});
        }
        Mode::Bookmark => {}
    }
    credentials
}

fn client(mode: Mode, a: usize, flaw: Option<Flaw>) -> Value {
    let (application_type, mut responses, mut grants) = match mode {
        Mode::Browser => (
            "browser",
            json!(["code"]),
            json!(["authorization_code", "refresh_token"]),
        ),
        Mode::Service => ("service", json!(["token"]), json!(["client_credentials"])),
        _ => (
            "web",
            json!(["code"]),
            json!(["authorization_code", "refresh_token"]),
        ),
    };
    let mut redirects = vec![format!("https://client{a}.example/callback")];
    let mut wildcard = "DISABLED";
    match flaw {
        Some(Flaw::ImplicitGrant) => {
            grants = json!(["authorization_code", "implicit"]);
            responses = json!(["code", "token", "id_token"]);
        }
        Some(Flaw::PasswordGrant) => {
            grants = json!(["authorization_code", "refresh_token", "password"])
        }
        Some(Flaw::LocalRedirect) => redirects.push("http://localhost:8080/callback".to_owned()),
        Some(Flaw::PlainRedirect) => redirects.push(format!("http://client{a}.example/callback")),
        Some(Flaw::WildcardRedirect) => {
            redirects.push(format!("https://*.client{a}.example/callback"));
            wildcard = "SUBDOMAIN";
        }
        _ => {}
    }
    if mode == Mode::Service {
        redirects.clear();
    }
    let bound =
        mode == Mode::Service && !matches!(flaw, Some(Flaw::SharedSecret | Flaw::BearerTokens));
    let mut client = json!({
        "client_uri": null, "logo_uri": null, "redirect_uris": redirects, "response_types": responses, "grant_types": grants,
        "application_type": application_type, "consent_method": "TRUSTED", "issuer_mode": "DYNAMIC",
        "idp_initiated_login": {"mode": "DISABLED", "default_scope": []}, "wildcard_redirect": wildcard, "dpop_bound_access_tokens": bound});
    if mode != Mode::Service {
        client["post_logout_redirect_uris"] = json!([format!("https://client{a}.example/")]);
        client["refresh_token"] = json!({"rotation_type": if mode == Mode::Browser { "ROTATE" } else { "STATIC" }, "leeway": 0});
    }
    client
}

/// How an application is signed in to with SAML. Those of the vendor's catalogue bring their own settings along, and of
/// these the vendor shows only what was overridden; the company's own show everything.
fn saml(name: &str, a: usize, flaw: Option<Flaw>) -> Value {
    if !name.starts_with("acme_") {
        return json!({
            "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null, "recipientOverride": null,
            "destinationOverride": null, "attributeStatements": []});
    }
    let old = flaw == Some(Flaw::UnsignedAssertion);
    json!({
        "defaultRelayState": null, "ssoAcsUrl": format!("https://app{a}.example/saml/acs"), "idpIssuer": "http://www.okta.com/${org.externalKey}",
        "audience": format!("https://app{a}.example"), "recipient": format!("https://app{a}.example/saml/acs"), "destination": format!("https://app{a}.example/saml/acs"),
        "subjectNameIdTemplate": "${user.userName}", "subjectNameIdFormat": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
        "responseSigned": flaw != Some(Flaw::UnsignedResponse), "assertionSigned": !old,
        "signatureAlgorithm": if old { "RSA_SHA1" } else { "RSA_SHA256" },
        "digestAlgorithm": if old { "SHA1" } else { "SHA256" }, "honorForceAuthn": true,
        "authnContextClassRef": "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", "spIssuer": null, "requestCompressed": false,
        "attributeStatements": [], "inlineHooks": [], "assertionEncryption": {"enabled": false}, "allowMultipleAcsEndpoints": false,
        "acsEndpoints": [], "samlSignedRequestEnabled": false, "slo": {"enabled": false}})
}

fn links(context: &Context<'_>, a: usize) -> Value {
    let company = &context.state.company;
    let founded = &company.applications[a];
    let base = context.base;
    let id = company.ids.application(a);
    let app = format!("{base}/api/v1/apps/{id}");
    let home = |name: &str| json!({"name": name, "href": format!("{base}/home/{}/{id}/{}", founded.name, company.ids.id(Kind::Link, a as u64)), "type": "text/html"});
    let shown = match founded.mode {
        Mode::Own if founded.name == "saasure" => json!([home("admin")]),
        Mode::Own | Mode::Directory => json!([]),
        _ => json!([home("login")]),
    };
    let mut links = json!({
        "uploadLogo": {"href": format!("{app}/logo"), "hints": {"allow": ["POST"]}},
        "appLinks": shown,
        "groups": {"href": format!("{app}/groups")},
        "logo": [{"name": "medium", "href": format!("https://static.example/logos/{}.png", founded.name), "type": "image/png"}],
        "users": {"href": format!("{app}/users")}});
    let turn = if context.state.applications[a].active {
        "deactivate"
    } else {
        "activate"
    };
    links[turn] = json!({"href": format!("{app}/lifecycle/{turn}")});
    if let (Some(access), Some(enrollment)) =
        (company.access_policy(a), company.enrollment_policy(a))
    {
        links["accessPolicy"] =
            json!({"href": format!("{base}/api/v1/policies/{}", company.policy_id(access))});
        links["profileEnrollment"] =
            json!({"href": format!("{base}/api/v1/policies/{}", company.policy_id(enrollment))});
        links["policies"] = json!({"href": format!("{app}/policies"), "hints": {"allow": ["PUT"]}});
    }
    match founded.mode {
        Mode::Saml => {
            links["metadata"] =
                json!({"href": format!("{app}/sso/saml/metadata"), "type": "application/xml"})
        }
        Mode::Web | Mode::Service => {
            links["clientCredentials"] =
                json!([{"name": "secrets", "href": format!("{app}/credentials/secrets")}])
        }
        _ => {}
    }
    links
}
