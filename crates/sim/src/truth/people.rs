//! Users and what they enrolled.

use serde_json::Value;

use super::{Case, Cases};
use crate::clock::{DAY, Seconds};
use crate::company::Weakness;
use crate::company::accounts::Status;
use crate::state::{Person, State};

/// Whether a person is a case of a check.
type PersonCheck = (&'static str, fn(&State, &Person<'_>, Seconds) -> bool);

const PEOPLE: [PersonCheck; 9] = [
    ("OKTA-098 active user with no MFA factor", |state, p, _| {
        p.status == Status::Active && !state.factors(p.index).any_active()
    }),
    (
        // of a user in any state
        "OKTA-100 only factor is SMS, voice, e-mail or question",
        |state, p, _| {
            let factors = state.factors(p.index);
            factors.any_active()
                && factors
                    .iter()
                    .filter(|f| f.status == "ACTIVE")
                    .all(|f| f.factor_type.weak())
        },
    ),
    (
        // whoever never signed in is a case of the next
        "OKTA-102 active user not signed in for 90 days",
        |_, p, now| {
            p.status == Status::Active && p.times.last_login.is_some_and(|at| at < now - 90 * DAY)
        },
    ),
    (
        "OKTA-103 never signed in, created over 30 days ago",
        // Who was deactivated is no account any more that somebody could take over.
        |_, p, now| {
            p.status != Status::Deprovisioned
                && p.times.last_login.is_none()
                && p.times.created < now - 30 * DAY
        },
    ),
    ("OKTA-104 staged or provisioned for 14 days", |_, p, now| {
        matches!(p.status, Status::Staged | Status::Provisioned)
            && p.times.status_changed.unwrap_or(p.times.created) < now - 14 * DAY
    }),
    ("OKTA-105 suspended for 30 days", |_, p, now| {
        p.status == Status::Suspended
            && p.times.status_changed.is_some_and(|at| at < now - 30 * DAY)
    }),
    (
        "OKTA-106 locked out, password expired or in recovery",
        |_, p, _| {
            matches!(
                p.status,
                Status::LockedOut | Status::PasswordExpired | Status::Recovery
            )
        },
    ),
    (
        "OKTA-119 second e-mail address is another user's",
        |state, p, _| {
            p.profile.is_none() && state.company.planted(Weakness::DuplicateMail, p.index)
        },
    ),
    ("OKTA-120 login over 52 characters", |state, p, _| {
        let mut login = String::new();
        state.write_address(p.index, &mut login);
        p.profile
            .and_then(|f| f.get("login"))
            .and_then(Value::as_str)
            .unwrap_or(&login)
            .chars()
            .count()
            > 52
    }),
];

impl Cases<'_> {
    pub(super) fn people(&mut self) {
        let state = self.state;
        let mut found: Vec<Case> = PEOPLE.iter().map(|_| Case::default()).collect();
        let mut half_set_up = Case::default();
        for i in (0..state.population()).filter(|i| state.exists(*i)) {
            let person = state.person(i);
            for ((_, check), case) in PEOPLE.iter().zip(&mut found) {
                if check(state, &person, self.now) {
                    case.add(|| state.company.ids.user(i).to_string());
                }
            }
            for factor in state.factors(i).iter().filter(|f| f.status != "ACTIVE") {
                let id = state.company.ids.id(
                    factor.factor_type.kind(),
                    u64::from(i) * 8 + u64::from(factor.slot),
                );
                half_set_up.add(|| format!("{}/{id}", state.company.ids.user(i)));
            }
        }
        for ((name, _), case) in PEOPLE.iter().zip(found) {
            self.put(name, case);
        }
        self.put("OKTA-101 factor inactive or pending", half_set_up);
    }
}
