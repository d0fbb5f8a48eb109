//! The policies that come with the Identity Engine.

use serde_json::Value;

use super::Company;

impl Company {
    pub(super) fn found_engine_policies(&mut self) {
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
            Some("Any two, for everything."),
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
            Some("What becomes of a session after sign-in."),
            null(),
            None,
            self.post_auth_rules(),
        );
        self.push_default_named(
            "SESSION_VIOLATION_DETECTION",
            "Session Violation Detection Policy",
            Some("Watches sessions for signs of theft."),
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
}
