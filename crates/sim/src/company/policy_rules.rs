//! What the rules of policies say, per type of policy.

use serde_json::{Value, json};

use super::Company;
use super::catalogue::OWN;
use crate::ids::Kind;

/// A rule of a policy at the epoch.
#[derive(Debug, Clone)]
pub struct PolicyRule {
    /// Not the policy's type where the vendor's differ: a sign-on policy has rules of type `SIGN_ON`.
    pub rule_type: &'static str,
    pub name: String,
    pub priority: u32,
    pub system: bool,
    pub active: bool,
    pub conditions: Value,
    pub actions: Value,
}

/// How an application lets people in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// With two factors that nobody can be talked out of.
    Resistant,
    TwoFactors,
    /// With a password alone.
    Password,
    Denied,
}

impl PolicyRule {
    /// Rules of some types come without dates.
    #[must_use]
    pub fn dated(&self) -> bool {
        match self.rule_type {
            "IDP_DISCOVERY" | "MFA_ENROLL" => false,
            "SIGN_ON" => !self.system,
            _ => true,
        }
    }
}

fn rule(
    rule_type: &'static str,
    name: &str,
    priority: u32,
    conditions: Value,
    actions: Value,
) -> PolicyRule {
    PolicyRule {
        rule_type,
        name: name.to_owned(),
        priority,
        system: false,
        active: true,
        conditions,
        actions,
    }
}

fn by_system(mut rule: PolicyRule) -> PolicyRule {
    rule.system = true;
    rule
}

fn anyone() -> Value {
    json!({"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"}})
}

impl Company {
    fn zone(&self) -> String {
        self.ids.id(Kind::Zone, 1).to_string()
    }

    pub(super) fn sign_on_rule(&self, name: &str, priority: u32, strict: bool) -> PolicyRule {
        let network = if strict {
            json!({"connection": "ZONE", "include": [self.zone()]})
        } else {
            json!({"connection": "ANYWHERE"})
        };
        let conditions = json!({
            "people": {"users": {"exclude": []}}, "network": network, "authContext": {"authType": "ANY"},
            "risk": {"behaviors": []}, "riskScore": {"level": "ANY"}, "identityProvider": {"provider": "ANY"}});
        let mut signon = json!({
            "access": "ALLOW", "requireFactor": strict, "primaryFactor": if strict { "PASSWORD_IDP" } else { "PASSWORD_IDP_ANY_FACTOR" },
            "rememberDeviceByDefault": false,
            "session": {
                "usePersistentCookie": !strict, "maxSessionIdleMinutes": if strict { 15 } else { 480 },
                "maxSessionLifetimeMinutes": if strict { 720 } else { 0 }}});
        if strict {
            signon["factorPromptMode"] = json!("ALWAYS");
            signon["factorLifetime"] = json!(15);
        }
        rule(
            "SIGN_ON",
            name,
            priority,
            conditions,
            json!({"signon": signon}),
        )
    }

    /// The first rule of the default policy: what most checks of the session look at.
    pub(super) fn global_session_rule(&self) -> PolicyRule {
        self.sign_on_rule("Everyone", 1, self.clean)
    }

    pub(super) fn default_sign_on_rule(&self, priority: u32) -> PolicyRule {
        let actions = json!({"signon": {
            "access": "ALLOW", "requireFactor": false, "primaryFactor": "PASSWORD_IDP_ANY_FACTOR", "rememberDeviceByDefault": false,
            "session": {"usePersistentCookie": false, "maxSessionIdleMinutes": 120, "maxSessionLifetimeMinutes": 0}}});
        by_system(rule(
            "SIGN_ON",
            "Default Rule",
            priority,
            Value::Null,
            actions,
        ))
    }

    pub(super) fn password_rule(&self, name: &str, priority: u32, system: bool) -> PolicyRule {
        let actions = json!({
            "passwordChange": {"access": "ALLOW"},
            "selfServicePasswordReset": {"access": "ALLOW", "requirement": {"primary": {"methods": ["email"]}, "stepUp": {"required": true}, "accessControl": "LEGACY"}},
            "selfServiceUnlock": {"access": if system { "DENY" } else { "ALLOW" }}});
        let mut password = rule("PASSWORD", name, priority, anyone(), actions);
        password.system = system;
        password
    }

    pub(super) fn enroll_rule(&self, name: &str, priority: u32, system: bool) -> PolicyRule {
        let conditions = if system { Value::Null } else { anyone() };
        let mut enroll = rule(
            "MFA_ENROLL",
            name,
            priority,
            conditions,
            json!({"enroll": {"self": if system { "CHALLENGE" } else { "LOGIN" }}}),
        );
        enroll.system = system;
        enroll
    }

    pub(super) fn discovery_rule(&self, name: &str, priority: u32, system: bool) -> PolicyRule {
        if system {
            return by_system(rule(
                "IDP_DISCOVERY",
                name,
                priority,
                Value::Null,
                json!({"idp": {"providers": [{"type": "OKTA"}], "idpSelectionType": "SPECIFIC"}}),
            ));
        }
        let conditions = json!({
            "network": {"connection": "ANYWHERE"},
            "userIdentifier": {"patterns": [{"matchType": "SUFFIX", "value": "subsidiary.example"}], "type": "IDENTIFIER"},
            "app": {"include": [], "exclude": []}, "platform": {"include": [{"type": "ANY", "os": {"type": "ANY"}}], "exclude": []}});
        let provider = self.ids.id(Kind::Provider, 1 << 30).to_string();
        rule(
            "IDP_DISCOVERY",
            name,
            priority,
            conditions,
            json!({"idp": {"providers": [{"id": provider, "type": "SAML2"}], "idpSelectionType": "SPECIFIC"}}),
        )
    }

    pub(super) fn access_rule(
        &self,
        name: &str,
        priority: u32,
        access: Access,
        offices_only: bool,
    ) -> PolicyRule {
        let network = if offices_only {
            json!({"connection": "ZONE", "include": [self.zone()]})
        } else {
            json!({"connection": "ANYWHERE"})
        };
        let conditions = json!({
            "people": {"users": {"exclude": []}}, "network": network,
            "platform": {"include": [{"type": "DESKTOP", "os": {"type": "MACOS"}}, {"type": "DESKTOP", "os": {"type": "WINDOWS"}}], "exclude": []},
            "riskScore": {"level": "ANY"}, "userType": {"include": [], "exclude": []}});
        rule("ACCESS_POLICY", name, priority, conditions, sign_on(access))
    }

    pub(super) fn catch_all_access(&self, access: Access) -> PolicyRule {
        by_system(rule(
            "ACCESS_POLICY",
            "Catch-all Rule",
            99,
            Value::Null,
            sign_on(access),
        ))
    }

    pub(super) fn enrollment_catch_all(&self, customers: bool) -> PolicyRule {
        let mut enrollment = json!({
            "access": "ALLOW", "preRegistrationInlineHooks": null,
            "profileAttributes": [
                {"name": "email", "label": "Email", "required": true}, {"name": "firstName", "label": "First name", "required": true},
                {"name": "lastName", "label": "Last name", "required": true}],
            "targetGroupIds": null, "unknownUserAction": if customers { "REGISTER" } else { "DENY" },
            "activationRequirements": {"emailVerification": true}, "progressiveProfilingAction": "DISABLED", "allowedIdentifiers": ["login"]});
        if customers {
            enrollment["targetGroupIds"] = json!([self.ids.group(self.groups.len() - 1).as_str()]);
        }
        by_system(rule(
            "PROFILE_ENROLLMENT",
            "Catch-all Rule",
            99,
            Value::Null,
            json!({"profileEnrollment": enrollment}),
        ))
    }

    pub(super) fn post_auth_rules(&self) -> Vec<PolicyRule> {
        let conditions = json!({"people": {"users": {"exclude": []}}});
        vec![
            rule(
                "POST_AUTH_SESSION",
                "Sign out when the session turns bad",
                1,
                conditions,
                json!({"postAuthSession": {"failureActions": [{"action": "TERMINATE_SESSION"}]}}),
            ),
            by_system(rule(
                "POST_AUTH_SESSION",
                "Catch-all Rule",
                99,
                Value::Null,
                json!({"postAuthSession": {"failureActions": []}}),
            )),
        ]
    }

    pub(super) fn session_violation_rules(&self) -> Vec<PolicyRule> {
        let conditions =
            json!({"network": {"connection": "ANYWHERE"}, "riskScore": {"minRiskLevel": "MEDIUM"}});
        let evaluate = |enabled: bool| json!({"sessionViolationDetection": {"policyEvaluation": {"enabled": enabled}}});
        vec![
            rule(
                "SESSION_VIOLATION_DETECTION",
                "Session Violation Policy Risk Rule",
                1,
                conditions,
                evaluate(true),
            ),
            by_system(rule(
                "SESSION_VIOLATION_DETECTION",
                "Catch-all Rule",
                99,
                Value::Null,
                evaluate(false),
            )),
        ]
    }

    pub(super) fn entity_risk_rules(&self) -> Vec<PolicyRule> {
        let conditions = json!({"people": {"users": {"exclude": []}, "groups": {"include": [], "exclude": []}}, "entityRisk": {"level": "HIGH"}, "riskDetectionTypes": {"include": [], "exclude": []}});
        vec![
            rule(
                "ENTITY_RISK",
                "Sign out people at high risk",
                1,
                conditions,
                json!({"entityRisk": {"actions": [{"action": "TERMINATE_ALL_SESSIONS"}]}}),
            ),
            by_system(rule(
                "ENTITY_RISK",
                "Catch-all Rule",
                99,
                Value::Null,
                json!({"entityRisk": {"actions": []}}),
            )),
        ]
    }

    /// Whether an application is one that every organisation has.
    #[must_use]
    pub fn is_own(&self, application: usize) -> bool {
        application < OWN.len()
    }
}

fn sign_on(access: Access) -> Value {
    let constraints = match access {
        Access::Resistant => json!([{"possession": {
            "required": true, "deviceBound": "REQUIRED", "phishingResistant": "REQUIRED", "userPresence": "REQUIRED"}}]),
        Access::TwoFactors => {
            json!([{"possession": {"required": true, "deviceBound": "REQUIRED"}}])
        }
        _ => json!([{"knowledge": {"types": ["password"], "reauthenticateIn": "PT12H"}}]),
    };
    let two = matches!(access, Access::Resistant | Access::TwoFactors);
    json!({"appSignOn": {
        "access": if access == Access::Denied { "DENY" } else { "ALLOW" },
        "verificationMethod": {
            "factorMode": if two { "2FA" } else { "1FA" }, "type": "ASSURANCE",
            "reauthenticateIn": if access == Access::Resistant { "PT2H" } else { "PT12H" }, "constraints": constraints},
        "keepMeSignedIn": {"postAuth": "NOT_ALLOWED"}}})
}
