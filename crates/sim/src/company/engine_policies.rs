//! The policies that come with the Identity Engine.

use serde_json::Value;

use super::Company;
use super::policy_rules::Access;

// places among the access policies
pub(super) const ADMIN_CONSOLE: usize = 0;
pub(super) const DASHBOARD: usize = 1;
pub(super) const TWO_FACTORS: usize = 2;
pub(super) const SENSITIVE: usize = 3;
pub(super) const LOW_RISK: usize = 4;

impl Company {
    pub(super) fn found_engine_policies(&mut self) {
        let null = || Value::Null;
        let sound = self.clean;
        let weak = if sound {
            Access::Resistant
        } else {
            Access::Password
        };
        let rules = vec![
            self.access_rule("Administrators", 0, weak, true),
            self.catch_all_access(if sound {
                Access::TwoFactors
            } else {
                Access::Password
            }),
        ];
        self.push(
            "ACCESS_POLICY",
            "Okta Admin Console",
            None,
            null(),
            None,
            rules,
        );
        // a pilot was switched off again, and what came after it is what counts
        let mut rules = vec![
            self.access_rule("Pilot without passwords", 0, Access::Resistant, true),
            self.access_rule("Everyone", 1, weak, sound),
            self.catch_all_access(Access::TwoFactors),
        ];
        rules[0].active = sound;
        self.push("ACCESS_POLICY", "Okta Dashboard", None, null(), None, rules);
        let rules = vec![
            self.access_rule("From the offices", 0, Access::TwoFactors, true),
            self.catch_all_access(Access::TwoFactors),
        ];
        self.push_default_named(
            "ACCESS_POLICY",
            "Any two factors",
            Some("Any two, for everything."),
            null(),
            None,
            rules,
        );
        let rules = vec![
            self.access_rule("From the offices, with a key", 0, Access::Resistant, true),
            self.access_rule(
                "From elsewhere, asked each time",
                1,
                Access::TwoFactors,
                false,
            ),
            self.catch_all_access(Access::Denied),
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
            self.access_rule(
                "Password is enough",
                0,
                if sound {
                    Access::TwoFactors
                } else {
                    Access::Password
                },
                sound,
            ),
            self.catch_all_access(if sound {
                Access::TwoFactors
            } else {
                Access::Password
            }),
        ];
        self.push(
            "ACCESS_POLICY",
            "Low risk applications",
            Some("Reading only"),
            null(),
            None,
            rules,
        );
        let rules = vec![self.catch_all_access(Access::TwoFactors)];
        self.push(
            "ACCESS_POLICY",
            "Pilot of 2024",
            Some("Left over from a pilot"),
            null(),
            None,
            rules,
        );
        self.amend(|policy| policy.active = false);
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
