//! The service application: a program that proves itself by a signed statement and is given a token for a while.

use std::collections::{HashMap, HashSet};

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Endpoint;
use super::context::Query;
use crate::clock::Seconds;

/// Who it is.
pub const CLIENT_ID: &str = "0oasimserviceapp0000";
/// Its key pair, private half and all, so that everybody can play it.
pub const KEY: &str = include_str!("service_application.json");
/// How long a token lasts.
pub const LIFE: Seconds = 3600;
const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The application, what it was given, and what it used up.
#[derive(Debug)]
pub struct ServiceApplication {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    /// Token → when it ends, and the scopes it is good for.
    tokens: HashMap<String, (Seconds, Vec<String>)>,
    used: HashSet<String>,
    /// Scopes that it was not granted.
    withheld: Vec<String>,
}

/// A refusal as RFC 6749 has it: status, `error`, `error_description`.
pub type Refusal = (u16, &'static str, &'static str);

impl Default for ServiceApplication {
    fn default() -> Self {
        let jwk: Value = serde_json::from_str(KEY).unwrap_or_default();
        let part = |name: &str| {
            URL_SAFE_NO_PAD
                .decode(jwk[name].as_str().unwrap_or_default())
                .unwrap_or_default()
        };
        Self {
            modulus: part("n"),
            exponent: part("e"),
            tokens: HashMap::new(),
            used: HashSet::new(),
            withheld: Vec::new(),
        }
    }
}

impl ServiceApplication {
    /// Exchanges a statement for the token called `token`.
    pub fn exchange(
        &mut self,
        body: &[u8],
        audience: &str,
        now: Seconds,
        token: String,
    ) -> Result<Value, Refusal> {
        let form = Query::read(std::str::from_utf8(body).unwrap_or_default());
        if form.get("grant_type") != Some("client_credentials") {
            return Err((
                400,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server.",
            ));
        }
        let assertion = form
            .get("client_assertion")
            .filter(|_| form.get("client_assertion_type") == Some(BEARER))
            .ok_or((
                401,
                "invalid_client",
                "Client authentication failed. No client authentication included.",
            ))?;
        let claims = self.verified(assertion).ok_or((
            401,
            "invalid_client",
            "The client_assertion token has an invalid signature.",
        ))?;
        let is = |name: &str, wanted: &str| claims[name].as_str() == Some(wanted);
        if !is("iss", CLIENT_ID) || !is("sub", CLIENT_ID) {
            return Err((
                401,
                "invalid_client",
                "The client_assertion token must have 'iss' and 'sub' claims with the client_id.",
            ));
        }
        if !is("aud", audience) {
            return Err((
                401,
                "invalid_client",
                "The audience claim for client_assertion must be the endpoint invoked for the request.",
            ));
        }
        let ends = claims["exp"].as_i64().unwrap_or_default();
        if ends <= now || ends > now + LIFE {
            return Err((
                401,
                "invalid_client",
                "The client_assertion token is expired, or ends more than an hour from now.",
            ));
        }
        if !self
            .used
            .insert(claims["jti"].as_str().unwrap_or_default().to_owned())
        {
            return Err((
                401,
                "invalid_client",
                "The client_assertion token was used before.",
            ));
        }
        let asked: Vec<String> = form
            .get("scope")
            .unwrap_or_default()
            .split(' ')
            .map(str::to_owned)
            .collect();
        let known = |scope: &String| {
            scope.starts_with("okta.") && scope.ends_with(".read") && !self.withheld.contains(scope)
        };
        if asked.is_empty() || !asked.iter().all(known) {
            return Err((
                400,
                "invalid_scope",
                "One or more scopes are not configured for the authorization server resource.",
            ));
        }
        let answer = json!({"token_type": "Bearer", "expires_in": LIFE, "access_token": token, "scope": asked.join(" ")});
        self.tokens.insert(token, (now + LIFE, asked));
        Ok(answer)
    }

    /// What a statement says, if the application signed it.
    fn verified(&self, assertion: &str) -> Option<Value> {
        let (signed, signature) = assertion.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let read = |text: &str| -> Option<Value> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
        };
        if read(header)?["alg"] != "RS256" {
            return None;
        }
        let public = PublicKeyComponents {
            n: &self.modulus,
            e: &self.exponent,
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .ok()?;
        read(claims)
    }

    /// Whether a token is good for an endpoint; nothing when there is no such token now.
    pub fn allows(&self, token: &str, endpoint: Endpoint, now: Seconds) -> Option<bool> {
        let (ends, scopes) = self.tokens.get(token)?;
        (now < *ends).then(|| {
            let scope = format!("okta.{}.read", area(endpoint));
            endpoint == Endpoint::Unknown || scopes.contains(&scope)
        })
    }

    /// Takes back every token, or withholds scopes: `forget`, `withhold`.
    pub fn set(&mut self, order: &Value) {
        if order.get("forget").and_then(Value::as_bool) == Some(true) {
            self.tokens.clear();
        }
        if let Some(withheld) = order.get("withhold").and_then(Value::as_array) {
            self.withheld = withheld
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect();
        }
    }
}

/// The middle of the scope that the vendor's document asks for.
fn area(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Users | Endpoint::User | Endpoint::UserGroups | Endpoint::Factors => "users",
        Endpoint::Groups
        | Endpoint::Group
        | Endpoint::GroupUsers
        | Endpoint::GroupApps
        | Endpoint::GroupRules
        | Endpoint::GroupOwners => "groups",
        Endpoint::Apps
        | Endpoint::App
        | Endpoint::AppUsers
        | Endpoint::AppGroups
        | Endpoint::AppCredentials
        | Endpoint::FirstPartySettings => "apps",
        Endpoint::Policies | Endpoint::Policy | Endpoint::PolicyRules | Endpoint::PolicyApps => {
            "policies"
        }
        Endpoint::Mappings | Endpoint::Mapping => "profileMappings",
        Endpoint::Logs => "logs",
        Endpoint::UserTypes => "userTypes",
        Endpoint::Features | Endpoint::Feature => "features",
        Endpoint::Domains | Endpoint::Domain => "domains",
        Endpoint::Org | Endpoint::OrgSupport => "orgs",
        Endpoint::ApiTokens => "apiTokens",
        Endpoint::Zones => "networkZones",
        Endpoint::TrustedOrigins => "trustedOrigins",
        Endpoint::Behaviors => "behaviors",
        Endpoint::ThreatInsight => "threatInsights",
        Endpoint::Authenticators => "authenticators",
        Endpoint::IdentityProviders => "idps",
        Endpoint::Devices => "devices",
        Endpoint::DeviceAssurances => "deviceAssurance",
        Endpoint::AuthorizationServers => "authorizationServers",
        Endpoint::Iam | Endpoint::Roles => "roles",
        Endpoint::EventHooks => "eventHooks",
        Endpoint::InlineHooks => "inlineHooks",
        Endpoint::LogStreams => "logStreams",
        Endpoint::AgentPools => "agentPools",
        Endpoint::Brands => "brands",
        Endpoint::WellKnown | Endpoint::Unknown => "none",
    }
}
