//! How applications are set up.

use serde_json::Value;

use super::{Case, Cases, holds, refused, text};
use crate::okta::application_document;

/// What a check finds weak in an application.
type Weak = (&'static str, fn(&Value) -> bool);

const APPLICATIONS: [Weak; 6] = [
    (
        "OKTA-069 OAuth client with implicit or password grant",
        |a| {
            ["implicit", "password"]
                .iter()
                .any(|grant| holds(a, "/settings/oauthClient/grant_types", grant))
        },
    ),
    (
        "OKTA-070 redirect without https, or with wildcard or localhost",
        |a| {
            let redirects = a.pointer("/settings/oauthClient/redirect_uris");
            text(a, "/settings/oauthClient/wildcard_redirect") == "SUBDOMAIN"
                || redirects
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .any(loose)
        },
    ),
    ("OKTA-071 public OIDC client without PKCE", |a| {
        let kind = text(a, "/settings/oauthClient/application_type");
        matches!(kind, "browser" | "native") && refused(a, "/credentials/oauthClient/pkce_required")
    }),
    (
        "OKTA-072 service without private_key_jwt or without DPoP",
        |a| {
            text(a, "/settings/oauthClient/application_type") == "service"
                && (text(a, "/credentials/oauthClient/token_endpoint_auth_method")
                    != "private_key_jwt"
                    || refused(a, "/settings/oauthClient/dpop_bound_access_tokens"))
        },
    ),
    ("OKTA-075 SAML assertion or response not signed", |a| {
        refused(a, "/settings/signOn/assertionSigned")
            || refused(a, "/settings/signOn/responseSigned")
    }),
    (
        "OKTA-092 provisioned application keeps accounts on unassign",
        |a| {
            // an application that accounts are made in; a directory that people come from is none
            holds(a, "/features", "PUSH_NEW_USERS")
                && !holds(a, "/features", "PUSH_USER_DEACTIVATION")
        },
    ),
];

/// Whether an address to send people back to is open to others.
fn loose(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else {
        return true;
    };
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    address.contains('*')
        || host == "localhost"
        || host.ends_with(".localhost")
        || host.starts_with("127.")
        || rest.starts_with("[::1]")
}

impl Cases<'_> {
    pub(super) fn applications(&mut self) {
        let state = self.state;
        let mut found: Vec<Case> = APPLICATIONS.iter().map(|_| Case::default()).collect();
        for a in (0..state.applications.len()).filter(|a| !state.applications[*a].gone) {
            let document = application_document::document(&self.context, a);
            for ((_, weak), case) in APPLICATIONS.iter().zip(&mut found) {
                if weak(&document) {
                    case.add(|| state.company.ids.application(a).to_string());
                }
            }
        }
        for ((name, _), case) in APPLICATIONS.iter().zip(found) {
            self.put(name, case);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::loose;

    #[test]
    fn an_address_is_loose_if_others_may_answer_at_it() {
        for address in [
            "http://app.example/callback",
            "https://localhost:8443/callback",
            "https://127.0.0.1/callback",
            "https://[::1]:8080/",
            "https://*.app.example/callback",
            "app:/callback",
        ] {
            assert!(loose(address), "{address}");
        }
        for address in [
            "https://app.example/callback",
            "https://localhost.example/",
            "https://app.example:8443/localhost",
        ] {
            assert!(!loose(address), "{address}");
        }
    }
}
