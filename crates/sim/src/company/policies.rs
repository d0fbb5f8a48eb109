//! Policies of every type. The weak settings are planted; a `--clean` company has those that the published baselines ask
//! for.

use serde_json::{Value, json};

use super::Company;
use super::groups::{ADMINISTRATORS, EVERYONE};
use super::policy_rules::PolicyRule;
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, draw};
use crate::ids::{Id, Kind};

/// Types every organisation has.
pub const CLASSIC_TYPES: [&str; 4] = ["OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL", "IDP_DISCOVERY"];
/// Types that come with the Identity Engine.
pub const ENGINE_TYPES: [&str; 5] = [
    "ACCESS_POLICY",
    "PROFILE_ENROLLMENT",
    "POST_AUTH_SESSION",
    "SESSION_VIOLATION_DETECTION",
    "ENTITY_RISK",
];
/// Types that exist, but that this organisation was not given.
pub const WITHHELD_TYPES: [&str; 3] = [
    "CLIENT_UPDATE",
    "DEVICE_SIGNAL_COLLECTION",
    "IDENTITY_CLAIM_SOURCING",
];

/// A policy at the epoch, with its rules.
#[derive(Debug, Clone)]
pub struct Policy {
    pub policy_type: &'static str,
    pub name: String,
    pub description: Option<&'static str>,
    pub system: bool,
    pub active: bool,
    pub priority: u32,
    pub conditions: Value,
    pub settings: Option<Value>,
    pub created: Seconds,
    pub last_updated: Seconds,
    pub rules: Vec<PolicyRule>,
}

impl Policy {
    /// Whether applications are mapped to policies of this type.
    #[must_use]
    pub fn guards_applications(&self) -> bool {
        matches!(self.policy_type, "ACCESS_POLICY" | "PROFILE_ENROLLMENT")
    }

    /// Policies of the older types have identifiers of their own kind.
    #[must_use]
    pub fn classic(&self) -> bool {
        CLASSIC_TYPES.contains(&self.policy_type)
    }
}

const DEFAULT: &str = "The default policy applies in all situations if no other policy applies.";

impl Company {
    /// The identifier of policy `n`.
    #[must_use]
    pub fn policy_id(&self, n: usize) -> Id {
        let kind = if self.policies[n].classic() {
            Kind::Policy
        } else {
            Kind::EnginePolicy
        };
        self.ids.id(kind, n as u64)
    }

    /// The identifier of rule `rule` of policy `n`.
    #[must_use]
    pub fn policy_rule_id(&self, n: usize, rule: usize) -> Id {
        let kind = if self.policies[n].classic() {
            Kind::PolicyRule
        } else {
            Kind::EngineRule
        };
        self.ids.id(kind, (1 << 20) + (n as u64) * 64 + rule as u64)
    }

    /// The `n`th policy of a type.
    #[must_use]
    pub fn policy_of_type(&self, policy_type: &str, n: usize) -> Option<usize> {
        self.policies
            .iter()
            .enumerate()
            .filter(|(_, p)| p.policy_type == policy_type)
            .map(|(i, _)| i)
            .nth(n)
    }

    /// The policy that guards an application, if the organisation has such policies.
    #[must_use]
    pub fn access_policy(&self, application: usize) -> Option<usize> {
        self.policy_of_type(
            "ACCESS_POLICY",
            self.applications[application].access_policy,
        )
    }

    /// The enrolment policy of an application.
    #[must_use]
    pub fn enrollment_policy(&self, application: usize) -> Option<usize> {
        self.policy_of_type(
            "PROFILE_ENROLLMENT",
            self.applications[application].enrollment_policy,
        )
    }

    pub(super) fn found_policies(&mut self) {
        let everyone = self.for_group(EVERYONE);
        let administrators = self.for_group(ADMINISTRATORS);
        let okta = json!({"provider": "OKTA"});
        let with = |people: &Value, provider: &Value| json!({"people": people["people"], "authProvider": provider});

        let rules = vec![
            self.sign_on_rule("Administrators need two factors", 1, true),
            self.default_sign_on_rule(2),
        ];
        self.push(
            "OKTA_SIGN_ON",
            "Administrators",
            Some("Short sessions and a second factor"),
            administrators.clone(),
            None,
            rules,
        );
        let rules = vec![self.global_session_rule(), self.default_sign_on_rule(2)];
        self.push_default("OKTA_SIGN_ON", everyone.clone(), None, rules);

        let rules = vec![self.password_rule("Reset by themselves", 1, false)];
        self.push(
            "PASSWORD",
            "Plant floor",
            Some("Shared terminals"),
            with(&everyone, &okta),
            Some(self.plant_password()),
            rules,
        );
        let rules = vec![self.password_rule("Active Directory Policy Rule", 1, true)];
        let directory = with(&everyone, &json!({"provider": "ACTIVE_DIRECTORY"}));
        self.push(
            "PASSWORD",
            "Active Directory Policy",
            Some("Applies to people whose password is checked by a directory."),
            directory,
            Some(self.directory_password()),
            rules,
        );
        if let Some(policy) = self.policies.last_mut() {
            policy.system = true;
        }
        let rules = vec![self.password_rule("Default Rule", 1, true)];
        self.push_default(
            "PASSWORD",
            with(&everyone, &okta),
            Some(self.default_password()),
            rules,
        );

        self.push(
            "MFA_ENROLL",
            "Administrators enrol hardware",
            Some("Phishing-resistant only"),
            administrators,
            Some(self.enrollment(true)),
            vec![self.enroll_rule("Ask at sign-in", 1, false)],
        );
        self.push_default(
            "MFA_ENROLL",
            everyone,
            Some(self.enrollment(self.clean)),
            vec![self.enroll_rule("Default Rule", 1, true)],
        );
        self.push_default(
            "IDP_DISCOVERY",
            Value::Null,
            None,
            vec![
                self.discovery_rule("Subsidiary signs in at home", 1, false),
                self.discovery_rule("Default Rule", 2, true),
            ],
        );
        if !self.classic {
            self.found_engine_policies();
        }
    }

    fn found_engine_policies(&mut self) {
        let null = || Value::Null;
        let rules = vec![
            self.access_rule("Administrators on managed devices", 0, true),
            self.catch_all_access(self.clean),
        ];
        self.push(
            "ACCESS_POLICY",
            "Okta Admin Console",
            None,
            null(),
            None,
            rules,
        );
        let rules = vec![self.catch_all_access(true)];
        self.push("ACCESS_POLICY", "Okta Dashboard", None, null(), None, rules);
        let rules = vec![self.catch_all_access(true)];
        self.push_default_named(
            "ACCESS_POLICY",
            "Any two factors",
            Some("Require two factors to access."),
            null(),
            None,
            rules,
        );
        let rules = vec![
            self.access_rule("From the offices, with a key", 0, true),
            self.access_rule("From elsewhere, asked each time", 1, true),
            self.catch_all_access(true),
        ];
        self.push(
            "ACCESS_POLICY",
            "Sensitive applications",
            Some("Finance, people and source code"),
            null(),
            None,
            rules,
        );
        let rules = vec![
            self.access_rule("Password is enough", 0, self.clean),
            self.catch_all_access(self.clean),
        ];
        self.push(
            "ACCESS_POLICY",
            "Low risk applications",
            Some("Reading only"),
            null(),
            None,
            rules,
        );
        let rules = vec![self.catch_all_access(true)];
        self.push(
            "ACCESS_POLICY",
            "Pilot of 2024",
            Some("Left over from a pilot"),
            null(),
            None,
            rules,
        );
        if let Some(policy) = self.policies.last_mut() {
            policy.active = false;
        }
        self.push_default_named(
            "PROFILE_ENROLLMENT",
            "Default Policy",
            None,
            null(),
            None,
            vec![self.enrollment_catch_all(false)],
        );
        self.push(
            "PROFILE_ENROLLMENT",
            "Customer sign-up",
            None,
            null(),
            None,
            vec![self.enrollment_catch_all(true)],
        );
        self.push_default_named(
            "POST_AUTH_SESSION",
            "Post Auth Policy",
            Some("Enables post auth policy evaluation for the org."),
            null(),
            None,
            self.post_auth_rules(),
        );
        self.push_default_named(
            "SESSION_VIOLATION_DETECTION",
            "Session Violation Detection Policy",
            Some("Enables session violation detection policy evaluation for the org."),
            null(),
            None,
            self.session_violation_rules(),
        );
        self.push_default_named(
            "ENTITY_RISK",
            "Entity Risk Policy",
            Some("Evaluates the risk of people and reacts to it."),
            null(),
            None,
            self.entity_risk_rules(),
        );
    }

    fn push_default(
        &mut self,
        policy_type: &'static str,
        conditions: Value,
        settings: Option<Value>,
        rules: Vec<PolicyRule>,
    ) {
        let name = if policy_type == "IDP_DISCOVERY" {
            "Idp Discovery Policy"
        } else {
            "Default Policy"
        };
        self.push_default_named(
            policy_type,
            name,
            Some(DEFAULT),
            conditions,
            settings,
            rules,
        );
    }

    fn push_default_named(
        &mut self,
        policy_type: &'static str,
        name: &str,
        description: Option<&'static str>,
        conditions: Value,
        settings: Option<Value>,
        rules: Vec<PolicyRule>,
    ) {
        self.push(policy_type, name, description, conditions, settings, rules);
        if let Some(policy) = self.policies.last_mut() {
            policy.system = true;
            policy.created = self.founded;
        }
    }

    fn push(
        &mut self,
        policy_type: &'static str,
        name: &str,
        description: Option<&'static str>,
        conditions: Value,
        settings: Option<Value>,
        rules: Vec<PolicyRule>,
    ) {
        let n = self.policies.len() as u64;
        let age = (self.epoch - self.founded - DAY) as u64;
        let created =
            self.founded + (draw(self.seed, Purpose::GroupTimes, n | 1 << 52) % age) as i64;
        let last_updated = created
            + (draw(self.seed, Purpose::GroupTimes, n | 1 << 53) % (self.epoch - created) as u64)
                as i64;
        let priority = 1 + self
            .policies
            .iter()
            .filter(|p| p.policy_type == policy_type)
            .count() as u32;
        self.policies.push(Policy {
            policy_type,
            name: name.to_owned(),
            description,
            system: false,
            active: true,
            priority,
            conditions,
            settings,
            created,
            last_updated,
            rules,
        });
    }

    fn for_group(&self, group: usize) -> Value {
        json!({"people": {"groups": {"include": [self.ids.group(group).as_str()]}}})
    }

    fn default_password(&self) -> Value {
        if self.clean {
            return password(
                [15, 1, 1, 1, 1],
                true,
                [60, 15, 1440, 24],
                [3, 30],
                ["ACTIVE", "INACTIVE", "INACTIVE"],
            );
        }
        password(
            [8, 1, 1, 1, 0],
            false,
            [0, 0, 0, 4],
            [10, 0],
            ["ACTIVE", "ACTIVE", "INACTIVE"],
        )
    }

    fn plant_password(&self) -> Value {
        if self.clean {
            return self.default_password();
        }
        password(
            [6, 1, 0, 1, 0],
            false,
            [365, 5, 0, 1],
            [0, 5],
            ["ACTIVE", "ACTIVE", "ACTIVE"],
        )
    }

    fn directory_password(&self) -> Value {
        password(
            [8, 1, 1, 1, 0],
            false,
            [0, 0, 0, 4],
            [0, 0],
            ["INACTIVE", "INACTIVE", "INACTIVE"],
        )
    }

    fn enrollment(&self, strong: bool) -> Value {
        if self.classic {
            let allow = |weak: bool| {
                if weak && strong {
                    "NOT_ALLOWED"
                } else {
                    "OPTIONAL"
                }
            };
            let factor = |own: &str| json!({"enroll": {"self": own}, "consent": {"type": "NONE"}});
            return json!({"type": "FACTORS", "factors": {
                "okta_push": factor("REQUIRED"), "okta_otp": factor("OPTIONAL"), "fido_webauthn": factor("OPTIONAL"),
                "okta_sms": factor(allow(true)), "okta_call": factor(allow(true)), "okta_question": factor(allow(true)),
                "okta_password": factor("REQUIRED")}});
        }
        let weak = if strong { "NOT_ALLOWED" } else { "OPTIONAL" };
        let authenticator = |key: &str, own: &str| json!({"key": key, "enroll": {"self": own}});
        json!({"type": "AUTHENTICATORS", "authenticators": [
            authenticator("okta_email", weak), authenticator("okta_verify", "REQUIRED"),
            authenticator("okta_password", "REQUIRED"),
            {"key": "webauthn", "enroll": {"self": "OPTIONAL"}, "constraints": {"aaguidGroups": ["ANY"]}},
            authenticator("phone_number", weak), authenticator("security_question", weak)]})
    }
}

/// Complexity (length, lower, upper, number, symbol), dictionary check, age (days, warning, minutes, history), lockout
/// (attempts, unlock minutes), recovery (question, mail, text message).
fn password(
    complexity: [u32; 5],
    common: bool,
    age: [u32; 4],
    lockout: [u32; 2],
    recovery: [&str; 3],
) -> Value {
    let exclude: &[&str] = if common {
        &["firstName", "lastName"]
    } else {
        &[]
    };
    json!({
        "password": {
            "complexity": {
                "minLength": complexity[0], "minLowerCase": complexity[1], "minUpperCase": complexity[2],
                "minNumber": complexity[3], "minSymbol": complexity[4], "excludeUsername": true,
                "dictionary": {"common": {"exclude": common}}, "excludeAttributes": exclude},
            "age": {"maxAgeDays": age[0], "expireWarnDays": age[1], "minAgeMinutes": age[2], "historyCount": age[3]},
            "lockout": {"maxAttempts": lockout[0], "autoUnlockMinutes": lockout[1], "userLockoutNotificationChannels": [], "showLockoutFailures": common},
            "breachedProtection": {"expireAfterDays": null, "logoutEnabled": false, "delegatedWorkflowId": null}},
        "recovery": {"factors": {
            "recovery_question": {"status": recovery[0], "properties": {"complexity": {"minLength": 4}}},
            "okta_email": {"status": recovery[1], "properties": {"recoveryToken": {"tokenLifetimeMinutes": 60}}},
            "okta_sms": {"status": recovery[2]}, "okta_call": {"status": "INACTIVE"}}},
        "delegation": {"options": {"skipUnlock": false}}})
}
