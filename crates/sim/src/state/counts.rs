//! How many resources of each documented type an independent crawl would find.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use super::State;
use crate::company::policies::{CLASSIC_TYPES, ENGINE_TYPES};
use crate::okta::collection::Collection;

/// Resource type → number.
pub type Counts = BTreeMap<&'static str, u64>;

impl State {
    /// The counts now. They are kept until something changes; a million people take well under a second.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut kept = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, counts)) = &*kept
            && *version == self.version
        {
            return counts.clone();
        }
        let counts = self.count();
        *kept = Some((self.version, counts.clone()));
        counts
    }

    fn count(&self) -> Counts {
        let company = &self.company;
        let groups = || (0..self.groups.len()).filter(|g| !self.groups[*g].gone);
        let applications = || (0..self.applications.len()).filter(|a| !self.applications[*a].gone);
        let mapped = if company.classic {
            0
        } else {
            applications().count() as u64 * 2
        };
        debug_assert!(company.policies.iter().all(
            |p| CLASSIC_TYPES.contains(&p.policy_type) || ENGINE_TYPES.contains(&p.policy_type)
        ));
        let mut counts = BTreeMap::from([
            ("okta_application", applications().count() as u64),
            (
                "okta_application_group",
                applications()
                    .map(|a| self.applications[a].groups.len() as u64)
                    .sum(),
            ),
            (
                "okta_application_user",
                applications().map(|a| self.assigned_count(a)).sum(),
            ),
            ("okta_domain", company.domains().len() as u64),
            (
                "okta_factor",
                (0..self.population())
                    .filter(|i| self.exists(*i))
                    .map(|i| self.factors(i).len() as u64)
                    .sum(),
            ),
            ("okta_feature", company.features().count() as u64),
            ("okta_group", groups().count() as u64),
            (
                "okta_group_member",
                groups().map(|g| self.member_count(g)).sum(),
            ),
            ("okta_group_rule", company.rules.len() as u64),
            ("okta_organization", 1),
            ("okta_policy", company.policies.len() as u64),
            ("okta_policy_mapped_application", mapped),
            (
                "okta_policy_rule",
                company.policies.iter().map(|p| p.rules.len() as u64).sum(),
            ),
            (
                "okta_profile_mapping",
                company
                    .mappings()
                    .filter(|m| !self.applications[m.application].gone)
                    .count() as u64,
            ),
            (
                "okta_user",
                u64::from(self.population()) - self.gone.len() as u64,
            ),
            ("okta_user_type", company.user_types().len() as u64),
            ("okta_api_token", company.api_tokens().len() as u64),
        ]);
        counts.extend(Collection::counts(self));
        let devices = || {
            (0..self.population())
                .flat_map(|i| company.devices(i))
                .flatten()
        };
        counts.insert("okta_device", devices().count() as u64);
        let users = devices().map(|device| self.device_users(&device).len() as u64);
        counts.insert("okta_device_user", users.sum());
        counts
    }
}
