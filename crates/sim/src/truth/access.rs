//! How applications are entered: their access policies, the first rule of each, and the rule that catches all others.

use serde_json::Value;

use super::policies::{active, of_system, zoned};
use super::{Case, Cases, text};

/// What a check asks of the first rule: its name, the application it is about if it is about one, and what is sound.
type Check = (&'static str, Option<&'static str>, fn(&Value) -> bool);

fn resistant(rule: &Value) -> bool {
    rule.pointer("/actions/appSignOn/verificationMethod/constraints")
        .and_then(Value::as_array)
        .is_some_and(|ways| {
            !ways.is_empty()
                && ways
                    .iter()
                    .all(|way| text(way, "/possession/phishingResistant") == "REQUIRED")
        })
}

fn two_factors(rule: &Value) -> bool {
    text(rule, "/actions/appSignOn/verificationMethod/factorMode") == "2FA"
}

impl Cases<'_> {
    pub(super) fn access(&mut self) {
        let policies = self.policies("ACCESS_POLICY");
        let first: Vec<(usize, Option<Value>)> = policies
            .iter()
            .map(|(p, _)| {
                let rule = self
                    .rules(*p)
                    .into_iter()
                    .find(|(_, rule)| active(rule) && !of_system(rule));
                (*p, rule.map(|(_, rule)| rule))
            })
            .collect();
        let checks: [Check; 5] = [
            (
                "OKTA-005 Dashboard without phishing-resistant authenticators",
                Some("okta_enduser"),
                resistant,
            ),
            (
                "OKTA-006 Admin Console without phishing-resistant authenticators",
                Some("saasure"),
                resistant,
            ),
            (
                "OKTA-008 Admin Console without MFA",
                Some("saasure"),
                two_factors,
            ),
            (
                "OKTA-009 Dashboard without MFA",
                Some("okta_enduser"),
                two_factors,
            ),
            (
                "OKTA-029 application's access policy without network zone",
                None,
                zoned,
            ),
        ];
        let (state, company) = (self.state, &self.state.company);
        for (name, only, sound) in checks {
            let mut case = Case::default();
            for a in (0..state.applications.len()).filter(|a| !state.applications[*a].gone) {
                if only.is_some_and(|name| company.applications[a].name != name) {
                    continue;
                }
                // without the Identity Engine there is no policy to judge
                let Some(policy) = company.access_policy(a) else {
                    continue;
                };
                let rule = first.iter().find(|(p, _)| *p == policy);
                if !rule.is_some_and(|(_, rule)| rule.as_ref().is_some_and(sound)) {
                    case.add(|| company.ids.application(a).to_string());
                }
            }
            self.put(name, case);
        }
        let mut rules = Vec::new();
        for (p, _) in &policies {
            rules.extend(self.rules(*p));
        }
        let judged = rules
            .iter()
            .filter(|(_, rule)| of_system(rule))
            .map(|(key, rule)| (key, rule));
        self.put(
            "OKTA-062 catch-all rule neither denies nor needs two factors",
            Case::of(judged, |rule| {
                text(rule, "/actions/appSignOn/access") != "DENY" && !two_factors(rule)
            }),
        );
    }
}
