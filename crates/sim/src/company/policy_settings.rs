//! The settings of policies: passwords, and which authenticators people may enrol.

use serde_json::{Value, json};

use super::Company;

impl Company {
    pub(super) fn default_password(&self) -> Value {
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

    pub(super) fn plant_password(&self) -> Value {
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

    pub(super) fn directory_password(&self) -> Value {
        password(
            [8, 1, 1, 1, 0],
            false,
            [0, 0, 0, 4],
            [0, 0],
            ["INACTIVE", "INACTIVE", "INACTIVE"],
        )
    }

    pub(super) fn enrollment(&self, strong: bool) -> Value {
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
