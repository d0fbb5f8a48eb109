//! The policies that every organisation has: sessions, passwords, and what people may enrol.

use serde_json::{Value, json};

use super::Company;
use super::groups::{ADMINISTRATORS, EVERYONE};

/// Departments that policies are written for, as places among the groups.
const ENGINEERING: usize = 3;
const SUPPORT: usize = 5;

impl Company {
    pub(super) fn found_sign_on_policies(&mut self) {
        let administrators = self.for_group(ADMINISTRATORS);
        let mut rules = vec![
            self.sign_on_rule("Administrators need two factors", 1, true),
            self.sign_on_rule("While the office moves", 2, false),
            self.default_sign_on_rule(3),
        ];
        rules[1].active = false;
        self.push(
            "OKTA_SIGN_ON",
            "Administrators",
            Some("Short sessions and a second factor"),
            administrators,
            None,
            rules,
        );
        let merged = self.for_group(SUPPORT);
        let rules = vec![self.sign_on_rule("From anywhere", 1, false)];
        self.push(
            "OKTA_SIGN_ON",
            "Before the merger",
            None,
            merged,
            None,
            rules,
        );
        self.amend(|policy| policy.active = false);
        // what a check of the session looks at is the first of these; the second is sound, and comes too late
        let rules = vec![
            self.global_session_rule(),
            self.sign_on_rule("From the offices", 2, true),
            self.default_sign_on_rule(3),
        ];
        let everyone = self.for_group(EVERYONE);
        self.push_default("OKTA_SIGN_ON", everyone, None, rules);
    }

    pub(super) fn found_password_policies(&mut self) {
        let checked_by = |people: Value, provider: &str| json!({"people": people["people"], "authProvider": {"provider": provider}});
        let okta = |people: Value| checked_by(people, "OKTA");
        let own = |company: &Self| vec![company.password_rule("Reset by themselves", 1, false)];
        let (administrators, engineering) =
            (self.for_group(ADMINISTRATORS), self.for_group(ENGINEERING));
        let (support, everyone) = (self.for_group(SUPPORT), self.for_group(EVERYONE));
        self.push(
            "PASSWORD",
            "Administrators",
            Some("Long, and changed every two months"),
            okta(administrators),
            Some(self.strong_password()),
            own(self),
        );
        self.push(
            "PASSWORD",
            "Passphrases",
            Some("Several words instead of special characters"),
            okta(engineering),
            Some(self.passphrase()),
            own(self),
        );
        self.push(
            "PASSWORD",
            "Call centre",
            Some("Shared terminals"),
            okta(support.clone()),
            Some(self.shared_password()),
            own(self),
        );
        self.push(
            "PASSWORD",
            "Before the merger",
            None,
            okta(support),
            Some(self.directory_password()),
            own(self),
        );
        self.amend(|policy| policy.active = false);
        let rules = vec![self.password_rule("Active Directory Policy Rule", 1, true)];
        self.push(
            "PASSWORD",
            "Active Directory Policy",
            Some("Applies to people whose password is checked by a directory."),
            checked_by(everyone.clone(), "ACTIVE_DIRECTORY"),
            Some(self.directory_password()),
            rules,
        );
        self.amend(|policy| policy.system = true);
        let rules = vec![self.password_rule("Default Rule", 1, true)];
        self.push_default(
            "PASSWORD",
            okta(everyone),
            Some(self.default_password()),
            rules,
        );
    }

    pub(super) fn found_enrollment_policies(&mut self) {
        let ask = |company: &Self| vec![company.enroll_rule("Ask at sign-in", 1, false)];
        self.push(
            "MFA_ENROLL",
            "Administrators enrol hardware",
            Some("Phishing-resistant only"),
            self.for_group(ADMINISTRATORS),
            Some(self.enrollment(true)),
            ask(self),
        );
        self.push(
            "MFA_ENROLL",
            "Engineering",
            None,
            self.for_group(ENGINEERING),
            Some(self.factor_enrollment(true)),
            ask(self),
        );
        self.push(
            "MFA_ENROLL",
            "Call centre",
            None,
            self.for_group(SUPPORT),
            Some(self.factor_enrollment(self.clean)),
            ask(self),
        );
        self.push(
            "MFA_ENROLL",
            "Pilot of 2021",
            None,
            self.for_group(SUPPORT),
            Some(self.factor_enrollment(false)),
            ask(self),
        );
        self.amend(|policy| policy.active = false);
        self.push_default(
            "MFA_ENROLL",
            self.for_group(EVERYONE),
            Some(self.enrollment(self.clean)),
            vec![self.enroll_rule("Default Rule", 1, true)],
        );
        // never switched on for everybody
        let clean = self.clean;
        self.amend(|policy| policy.active = clean);
    }
}
