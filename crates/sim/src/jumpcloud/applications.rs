//! Applications that people sign in to through JumpCloud: some of the company's, reached by groups alone.

use serde_json::{Value, json};

use super::ids::Kind;
use crate::clock::{DAY, text};
use crate::company::applications::{Flaw, Mode};
use crate::hash::{Purpose, draw};
use crate::ids::random_text;
use crate::state::State;

impl State {
    /// Whether an application of the company's is also one there.
    #[must_use]
    pub fn mirrors_application(&self, a: usize) -> bool {
        self.applications.get(a).is_some_and(|state| {
            !state.gone
                && matches!(
                    self.company.applications[a].mode,
                    Mode::Saml | Mode::Web | Mode::Bookmark
                )
        })
    }

    /// The applications, by the company's number.
    pub fn sso_applications(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.applications.len()).filter(|a| self.mirrors_application(*a))
    }

    /// The groups that have an application.
    #[must_use]
    pub fn application_user_groups(&self, a: usize) -> Vec<usize> {
        let groups = self.applications[a].groups.iter().map(|(g, _)| *g);
        groups.filter(|g| self.mirrors_group(*g)).collect()
    }

    /// Everybody who is in one of these groups, and the first that they are in, in the order of accounts.
    #[must_use]
    pub fn people_through(&self, groups: &[usize]) -> Vec<(u32, usize)> {
        let mut all: Vec<(u32, usize)> = Vec::new();
        for (n, g) in groups.iter().enumerate() {
            let earlier = &groups[..n];
            all.extend(
                self.user_group_members(*g)
                    .into_iter()
                    .filter(|i| !earlier.iter().any(|e| self.in_user_group(*e, *i)))
                    .map(|i| (i, *g)),
            );
        }
        all.sort_unstable();
        all
    }

    /// An application as `GET /api/applications` has it.
    #[must_use]
    pub fn sso_application(&self, a: usize) -> Value {
        let (found, state) = (&self.company.applications[a], &self.applications[a]);
        let id = self.hex().id(Kind::Application, a as u64);
        let chance = draw(self.company.seed, Purpose::Secret, a as u64 | 1 << 33);
        let name = found.name.replace('_', "-");
        let url = format!("https://sso.jumpcloud.com/saml2/{name}");
        let expires = text(self.company.epoch + (chance % 1400) as i64 * DAY - 30 * DAY);
        let (kind, config) = match found.mode {
            Mode::Saml => (
                "saml",
                saml(
                    &name,
                    &self.company.domain,
                    found.flaw == Some(Flaw::UnsignedAssertion),
                    chance,
                ),
            ),
            Mode::Web => (
                "oidc",
                json!({"databaseAttributes": field("", "User attributes", 1, json!([]))}),
            ),
            _ => (
                "bookmark",
                json!({"databaseAttributes": field("", "User attributes", 1, json!([]))}),
            ),
        };
        let mut sso =
            json!({"type": kind, "jit": found.provisioning, "beta": false, "hidden": false});
        if kind == "saml" {
            sso["idpCertExpirationAt"] = json!(expires);
        }
        json!({"_id": id, "id": id, "organization": self.organization_id(), "active": state.active, "name": name, "displayName": state.label,
            "displayLabel": state.label, "description": "", "beta": false, "color": null, "created": text(found.created), "ssoUrl": url,
            "learnMore": "", "logo": {"url": format!("https://static.example/logos/{name}.png")}, "config": config, "databaseAttributes": [], "sso": sso})
    }
}

fn field(kind: &str, label: &str, position: u32, value: Value) -> Value {
    json!({"label": label, "position": position, "readOnly": false, "required": true, "type": kind, "value": value, "visible": true})
}

fn saml(name: &str, domain: &str, unsigned: bool, chance: u64) -> Value {
    let pem = |what: &str, salt: u64| {
        format!(
            "-----BEGIN {what}-----\n{}\n-----END {what}-----",
            random_text(chance ^ salt, 64)
        )
    };
    json!({
        "acsUrl": field("text", "ACS URL", 3, json!(format!("https://{name}.{domain}/saml/acs"))),
        "spEntityId": field("text", "SP entity ID", 2, json!(format!("https://{name}.{domain}"))),
        "idpEntityId": field("text", "IdP entity ID", 1, json!(format!("https://sso.jumpcloud.com/{name}"))),
        "idpCertificate": field("file", "IdP certificate", 4, json!(pem("CERTIFICATE", 1))),
        "idpPrivateKey": field("file", "IdP private key", 5, json!(pem("PRIVATE KEY", 2))),
        "spCertificate": field("file", "SP certificate", 6, json!("")),
        "signAssertion": field("boolean", "Sign assertion", 7, json!(!unsigned)),
        "signResponse": field("boolean", "Sign response", 8, json!(true)),
        "declareRedirectEndpoint": field("boolean", "Declare redirect endpoint", 9, json!(false)),
        "includeGroups": field("boolean", "Include group attribute", 10, json!(false)),
        "groupsAttributeName": {"label": "Groups attribute name", "position": 11, "readOnly": false, "required": false, "type": "text", "value": "memberOf", "visible": true, "dependsOnProperty": "includeGroups"},
        "idpInitUrl": field("text", "IdP URL", 12, json!(format!("https://sso.jumpcloud.com/saml2/{name}"))),
        "defaultTargetUrl": field("text", "Default relay state", 13, json!("")),
        "subjectField": {"label": "SAML subject NameID", "position": 14, "readOnly": false, "required": true, "type": "select", "value": "email", "visible": true,
            "options": [{"text": "email", "value": 0}, {"text": "username", "value": 1}]},
        "overrideNameIdFormat": {"label": "NameID format", "position": 15, "readOnly": false, "required": false, "type": "select", "value": "", "visible": true,
            "options": [{"text": "emailAddress", "value": 0}, {"text": "persistent", "value": 1}]},
        "signatureAlgorithm": {"label": "Signature algorithm", "position": 16, "readOnly": false, "required": true, "type": "select", "value": "RSA-SHA256", "visible": true,
            "options": [{"text": "RSA-SHA1", "value": 0}, {"text": "RSA-SHA256", "value": 1}]},
        "constantAttributes": {"label": "Constant attributes", "position": 17, "readOnly": false, "required": false, "mutable": true, "type": "", "visible": true,
            "value": [{"name": "tenant", "value": "acme", "readOnly": false, "required": false, "visible": true}]},
        "databaseAttributes": {"label": "User attributes", "position": 18, "readOnly": false, "required": false, "type": "", "visible": true,
            "value": [{"name": "email", "value": "email", "readOnly": false, "required": true, "visible": true}]}})
}
