//! What applications sign with and what they may ask the vendor for.

use super::Company;
use super::applications::Mode;
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, draw, draw_pair};
use crate::ids::{Kind, random_text};

/// A key that assertions are signed with.
#[derive(Debug, Clone)]
pub struct Key {
    pub kid: String,
    pub created: Seconds,
    pub expires: Seconds,
    /// Random, for what the key is made of.
    pub chance: u64,
}

impl Company {
    /// The keys of an application: one where it is signed in to by assertion, sometimes another one from before.
    #[must_use]
    pub fn application_keys(&self, a: usize) -> Vec<Key> {
        let application = &self.applications[a];
        if application.mode != Mode::Saml {
            return Vec::new();
        }
        let old = !self.clean && a.is_multiple_of(4);
        (0..1 + u64::from(old))
            .map(|n| {
                let chance = draw_pair(self.seed, Purpose::Secret, a as u64 | 1 << 46, n);
                let created = if n == 0 {
                    application.created
                } else {
                    self.founded
                };
                Key {
                    kid: random_text(chance, 43),
                    created,
                    // the older one is about to end
                    expires: if n == 0 {
                        created + 3650 * DAY
                    } else {
                        self.epoch + 20 * DAY
                    },
                    chance,
                }
            })
            .collect()
    }

    /// The scopes of the vendor's API that an application was granted; only programs ask for any.
    #[must_use]
    pub fn application_grants(&self, a: usize) -> &'static [&'static str] {
        if self.applications[a].mode != Mode::Service {
            return &[];
        }
        match (
            self.clean,
            draw(self.seed, Purpose::Secret, a as u64 | 1 << 47) % 3,
        ) {
            (true, _) | (_, 0) => &["okta.users.read", "okta.groups.read"],
            (_, 1) => &["okta.users.read", "okta.logs.read", "okta.apps.read"],
            _ => &[
                "okta.users.manage",
                "okta.groups.manage",
                "okta.apps.manage",
                "okta.roles.manage",
            ],
        }
    }

    /// The identifier of a grant.
    #[must_use]
    pub fn grant_id(&self, a: usize, n: usize) -> String {
        self.ids
            .id(Kind::Grant, (a as u64) << 8 | n as u64)
            .to_string()
    }
}
