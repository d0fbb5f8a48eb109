//! Policies and their rules: sessions, passwords and enrolment.

use serde_json::Value;

use super::{Case, Cases, holds, refused, text};
use crate::company::groups::EVERYONE;
use crate::ids::Kind;
use crate::okta::policies::{document, rule_document};

/// A key and a document.
pub(super) type Keyed = (String, Value);
/// What a check finds weak in a document.
type Weak = (&'static str, fn(&Value) -> bool);

/// What the first rule of the default session policy must say.
const SESSIONS: [Weak; 4] = [
    ("OKTA-001 global session idle over 15 minutes", |rule| {
        beyond(rule, "/actions/signon/session/maxSessionIdleMinutes", 15)
    }),
    ("OKTA-018 global session lifetime over 18 hours", |rule| {
        beyond(
            rule,
            "/actions/signon/session/maxSessionLifetimeMinutes",
            1080,
        )
    }),
    ("OKTA-021 persistent global session cookie", |rule| {
        rule.pointer("/actions/signon/session/usePersistentCookie") == Some(&Value::Bool(true))
    }),
    (
        "OKTA-027 global session policy without network zone",
        |rule| !zoned(rule),
    ),
];

const PASSWORDS: [Weak; 13] = [
    ("OKTA-004 lock out after more than 3 attempts", |p| {
        beyond(p, "/settings/password/lockout/maxAttempts", 3)
    }),
    ("OKTA-010 password length under 15", |p| {
        below(p, "/settings/password/complexity/minLength", 15)
    }),
    ("OKTA-011 password needs no uppercase", |p| {
        below(p, "/settings/password/complexity/minUpperCase", 1)
    }),
    ("OKTA-012 password needs no lowercase", |p| {
        below(p, "/settings/password/complexity/minLowerCase", 1)
    }),
    ("OKTA-013 password needs no number", |p| {
        below(p, "/settings/password/complexity/minNumber", 1)
    }),
    ("OKTA-014 password needs no symbol", |p| {
        below(p, "/settings/password/complexity/minSymbol", 1)
    }),
    ("OKTA-015 minimum password age under 24 hours", |p| {
        below(p, "/settings/password/age/minAgeMinutes", 1440)
    }),
    ("OKTA-016 maximum password age over 60 days", |p| {
        beyond(p, "/settings/password/age/maxAgeDays", 60)
    }),
    ("OKTA-023 common passwords allowed", |p| {
        refused(p, "/settings/password/complexity/dictionary/common/exclude")
    }),
    ("OKTA-024 password history under 5", |p| {
        below(p, "/settings/password/age/historyCount", 5)
    }),
    ("OKTA-049 password may contain the user name", |p| {
        refused(p, "/settings/password/complexity/excludeUsername")
    }),
    ("OKTA-050 password may contain first or last name", |p| {
        let excluded = "/settings/password/complexity/excludeAttributes";
        p.pointer(excluded).is_some()
            && !["firstName", "lastName"]
                .iter()
                .all(|name| holds(p, excluded, name))
    }),
    ("OKTA-054 recovery by SMS", |p| {
        text(p, "/settings/recovery/factors/okta_sms/status") == "ACTIVE"
    }),
];

/// One to `most` is in order; nought means without limit.
fn beyond(value: &Value, pointer: &str, most: u64) -> bool {
    number(value, pointer).is_some_and(|n| n == 0 || n > most)
}

fn below(value: &Value, pointer: &str, least: u64) -> bool {
    number(value, pointer).is_some_and(|n| n < least)
}

fn number(value: &Value, pointer: &str) -> Option<u64> {
    value.pointer(pointer).and_then(Value::as_u64)
}

/// Whether a rule is for certain network zones, or for all but certain ones.
pub(super) fn zoned(rule: &Value) -> bool {
    let named = |pointer: &str| {
        rule.pointer(pointer)
            .and_then(Value::as_array)
            .is_some_and(|zones| !zones.is_empty())
    };
    text(rule, "/conditions/network/connection") == "ZONE"
        && (named("/conditions/network/include") || named("/conditions/network/exclude"))
}

pub(super) fn active(document: &Value) -> bool {
    document["status"] == "ACTIVE"
}

pub(super) fn of_system(document: &Value) -> bool {
    document["system"] == true
}

/// Whether people may enrol a factor that can be intercepted or guessed; policies name them as factors or as
/// authenticators.
fn weak_enrollment(policy: &Value) -> bool {
    const FACTORS: [&str; 4] = ["okta_sms", "okta_call", "okta_email", "okta_question"];
    const AUTHENTICATORS: [&str; 3] = ["phone_number", "okta_email", "security_question"];
    let open = |entry: &Value| matches!(text(entry, "/enroll/self"), "OPTIONAL" | "REQUIRED");
    let settings = &policy["settings"];
    FACTORS.iter().any(|name| open(&settings["factors"][*name]))
        || settings["authenticators"]
            .as_array()
            .into_iter()
            .flatten()
            .any(|a| AUTHENTICATORS.contains(&text(a, "/key")) && open(a))
}

impl Cases<'_> {
    /// The policies of a type, by place.
    pub(super) fn policies(&self, policy_type: &str) -> Vec<(usize, Keyed)> {
        let company = &self.state.company;
        (0..company.policies.len())
            .filter(|p| company.policies[*p].policy_type == policy_type)
            .map(|p| {
                let key = company.policy_id(p).to_string();
                (p, (key, document(&self.context, p)))
            })
            .collect()
    }

    /// The rules of a policy, by priority.
    pub(super) fn rules(&self, p: usize) -> Vec<Keyed> {
        let company = &self.state.company;
        let mut rules: Vec<Keyed> = (0..company.policies[p].rules.len())
            .map(|r| {
                let key = format!("{}/{}", company.policy_id(p), company.policy_rule_id(p, r));
                (key, rule_document(&self.context, p, r))
            })
            .collect();
        rules.sort_by_key(|(_, rule)| rule["priority"].as_i64());
        rules
    }

    pub(super) fn sessions(&mut self) {
        let policies = self.policies("OKTA_SIGN_ON");
        for (name, weak) in SESSIONS {
            let mut case = Case::default();
            for (p, (key, _)) in policies.iter().filter(|(_, (_, d))| of_system(d)) {
                let first = self.rules(*p).into_iter().find(|(_, rule)| active(rule));
                if first.is_none_or(|(_, rule)| of_system(&rule) || weak(&rule)) {
                    case.add(|| key.clone());
                }
            }
            self.put(name, case);
        }
        let mut rules = Vec::new();
        for (p, _) in policies.iter().filter(|(_, (_, d))| active(d)) {
            rules.extend(self.rules(*p));
        }
        let judged = rules
            .iter()
            .filter(|(_, rule)| active(rule) && !of_system(rule))
            .map(|(key, rule)| (key, rule));
        self.put(
            "OKTA-040 sign-on rule without a factor",
            Case::of(judged, |rule| {
                refused(rule, "/actions/signon/requireFactor")
            }),
        );
    }

    pub(super) fn passwords(&mut self) {
        let mut policies = self.policies("PASSWORD");
        // a directory that checks passwords has its own rules for them
        policies.retain(|(_, (_, d))| {
            active(d)
                && !matches!(
                    text(d, "/conditions/authProvider/provider"),
                    "ACTIVE_DIRECTORY" | "LDAP"
                )
        });
        for (name, weak) in PASSWORDS {
            let judged = policies.iter().map(|(_, (key, d))| (key, d));
            self.put(name, Case::of(judged, weak));
        }
        let judged = policies.iter().map(|(_, (key, d))| (key, d));
        self.put(
            "OKTA-056 recovery by security question",
            Case::of(judged, |d| {
                text(d, "/settings/recovery/factors/recovery_question/status") == "ACTIVE"
            }),
        );
    }

    pub(super) fn enrollment(&mut self) {
        let policies = self.policies("MFA_ENROLL");
        let judged = policies
            .iter()
            .filter(|(_, (_, d))| active(d))
            .map(|(_, (key, d))| (key, d));
        self.put(
            "OKTA-036 weak factors may be enrolled",
            Case::of(judged, weak_enrollment),
        );
        let ids = &self.state.company.ids;
        let everyone = ids.group(EVERYONE);
        let covered = policies.iter().any(|(_, (_, d))| {
            active(d) && holds(d, "/conditions/people/groups/include", everyone.as_str())
        });
        let mut case = Case::default();
        if !covered {
            case.add(|| ids.id(Kind::Organization, 0).to_string());
        }
        self.put("OKTA-039 no enrolment policy covers Everyone", case);
    }
}
