//! Profile mappings: from an application's account to the person's, and back where accounts are provisioned.

use super::Company;
use super::catalogue::Mode;

/// One mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mapping {
    pub application: usize,
    /// From the person's profile into the application.
    pub outward: bool,
}

impl Company {
    /// Every mapping, in a fixed order. An application that keeps no account profile has none.
    pub fn mappings(&self) -> impl Iterator<Item = Mapping> + '_ {
        self.applications
            .iter()
            .enumerate()
            .flat_map(|(application, a)| {
                let outward = matches!(
                    a.mode,
                    Mode::Saml
                        | Mode::Web
                        | Mode::Browser
                        | Mode::Plugin
                        | Mode::AutoLogin
                        | Mode::Directory
                );
                let inward = a.provisioning;
                [(outward, true), (inward, false)]
                    .into_iter()
                    .filter(|(there, _)| *there)
                    .map(move |(_, outward)| Mapping {
                        application,
                        outward,
                    })
            })
    }
}

impl Mapping {
    /// The number behind its identifier.
    #[must_use]
    pub fn number(self) -> u64 {
        self.application as u64 * 2 + u64::from(self.outward)
    }

    /// The attributes it fills: target attribute, expression, whether it is pushed.
    #[must_use]
    pub fn properties(self, mode: Mode) -> Vec<(&'static str, &'static str, &'static str)> {
        let push = if self.outward { "PUSH" } else { "DONT_PUSH" };
        match (self.outward, mode) {
            (true, Mode::Web | Mode::Browser) => vec![
                ("email", "user.email", push),
                ("given_name", "user.firstName", push),
                ("family_name", "user.lastName", push),
                ("name", "user.firstName + \" \" + user.lastName", push),
                (
                    "zoneinfo",
                    "user.timezone == null ? \"UTC\" : user.timezone",
                    "DONT_PUSH",
                ),
            ],
            (true, _) => vec![
                ("email", "user.email", push),
                ("firstName", "user.firstName", push),
                ("lastName", "user.lastName", push),
                ("department", "user.department", "DONT_PUSH"),
            ],
            (false, _) => vec![
                ("login", "appuser.userName", push),
                ("firstName", "appuser.firstName", push),
                ("lastName", "appuser.lastName", push),
                ("email", "appuser.email", push),
                ("mobilePhone", "appuser.mobilePhone", push),
            ],
        }
    }
}
