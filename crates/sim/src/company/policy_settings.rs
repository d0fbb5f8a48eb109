//! The settings of policies: passwords, and which authenticators people may enrol.

use serde_json::{Value, json};

use super::Company;

/// What people may no longer enrol where only strong factors are wanted.
fn allowed(strong: bool) -> &'static str {
    if strong { "NOT_ALLOWED" } else { "OPTIONAL" }
}

impl Company {
    pub(super) fn strong_password(&self) -> Value {
        password(
            [15, 1, 1, 1, 1],
            [true, true],
            [60, 15, 1440, 24],
            [3, 30],
            ["INACTIVE", "ACTIVE", "INACTIVE"],
        )
    }

    /// What the vendor's default was for years.
    pub(super) fn default_password(&self) -> Value {
        if self.clean {
            return self.strong_password();
        }
        password(
            [8, 1, 1, 1, 0],
            [false, true],
            [0, 0, 0, 4],
            [10, 0],
            ["ACTIVE", "ACTIVE", "INACTIVE"],
        )
    }

    /// Long, of no particular characters.
    pub(super) fn passphrase(&self) -> Value {
        if self.clean {
            return self.strong_password();
        }
        password(
            [20, 0, 0, 0, 0],
            [true, true],
            [60, 15, 1440, 24],
            [3, 30],
            ["INACTIVE", "ACTIVE", "INACTIVE"],
        )
    }

    pub(super) fn shared_password(&self) -> Value {
        if self.clean {
            return self.strong_password();
        }
        password(
            [6, 1, 0, 1, 0],
            [false, false],
            [365, 5, 0, 1],
            [0, 5],
            ["ACTIVE", "ACTIVE", "ACTIVE"],
        )
    }

    /// What is said of passwords that a directory checks; it says nothing about them.
    pub(super) fn directory_password(&self) -> Value {
        password(
            [8, 1, 1, 1, 0],
            [false, true],
            [0, 0, 0, 4],
            [0, 0],
            ["INACTIVE", "INACTIVE", "INACTIVE"],
        )
    }

    /// What people may enrol, as the organisation's engine says it.
    pub(super) fn enrollment(&self, strong: bool) -> Value {
        if self.classic {
            let mut settings = self.factor_enrollment(strong);
            settings["factors"]["okta_email"] =
                json!({"enroll": {"self": allowed(strong)}, "consent": {"type": "NONE"}});
            return settings;
        }
        let weak = allowed(strong);
        let authenticator = |key: &str, own: &str| json!({"key": key, "enroll": {"self": own}});
        json!({"type": "AUTHENTICATORS", "authenticators": [
            authenticator("okta_email", weak), authenticator("okta_verify", "REQUIRED"),
            authenticator("okta_password", "REQUIRED"),
            {"key": "webauthn", "enroll": {"self": "OPTIONAL"}, "constraints": {"aaguidGroups": ["ANY"]}},
            authenticator("phone_number", weak), authenticator("security_question", weak)]})
    }

    /// The same as factors: all that the Classic Engine knows, and what policies from before an upgrade still say.
    pub(super) fn factor_enrollment(&self, strong: bool) -> Value {
        let weak = allowed(strong);
        let factor = |own: &str| json!({"enroll": {"self": own}, "consent": {"type": "NONE"}});
        let factors = json!({
            "okta_push": factor("REQUIRED"), "okta_otp": factor("OPTIONAL"), "fido_webauthn": factor("OPTIONAL"),
            "okta_sms": factor(weak), "okta_call": factor(weak), "okta_question": factor(weak), "okta_password": factor("REQUIRED")});
        if self.classic {
            json!({"factors": factors})
        } else {
            json!({"type": "FACTORS", "factors": factors})
        }
    }
}

/// Complexity (length, lower, upper, number, symbol), whether common words and one's own names, and whether the user name
/// are refused, age (days, warning, minutes, history), lockout
/// (attempts, unlock minutes), recovery (question, mail, text message).
fn password(
    complexity: [u32; 5],
    [common, username]: [bool; 2],
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
                "minNumber": complexity[3], "minSymbol": complexity[4], "excludeUsername": username,
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
