//! Policies of every type. The weak settings are planted; a `--clean` company has those that the published baselines ask
//! for.

use serde_json::{Value, json};

use super::Company;
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

const DEFAULT: &str = "Covers whoever no other policy covers.";

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
        self.found_sign_on_policies();
        self.found_password_policies();
        self.found_enrollment_policies();
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

    pub(super) fn push_default(
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

    pub(super) fn push_default_named(
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

    pub(super) fn push(
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

    /// Changes the policy that was laid out last.
    pub(super) fn amend(&mut self, change: impl FnOnce(&mut Policy)) {
        if let Some(policy) = self.policies.last_mut() {
            change(policy);
        }
    }

    /// The conditions of a policy for one group.
    pub(super) fn for_group(&self, group: usize) -> Value {
        json!({"people": {"groups": {"include": [self.ids.group(group).as_str()]}}})
    }
}
