//! The answer key: which resources are weak, by check. Each case is written from the check's own words and looks at the
//! company as it is now, so it also finds what came about by chance or by `POST /_sim/change`.

use std::ops::ControlFlow;

use serde_json::{Map, Value, json};

use crate::clock::{DAY, Seconds};
use crate::company::accounts::Status;
use crate::company::groups::EVERYONE;
use crate::company::rules::Target;
use crate::state::{Person, State};

/// More keys than this are counted, not listed.
const LISTED: usize = 10_000;

#[derive(Default)]
struct Case {
    count: u64,
    keys: Vec<String>,
}

/// Case name → `{count, keys}`.
pub fn truth(state: &State, now: Seconds) -> Value {
    let mut cases = Cases {
        state,
        cases: Map::new(),
    };
    cases.people(now);
    cases.assignments();
    cases.groups();
    cases.organization(now);
    Value::Object(cases.cases)
}

struct Cases<'a> {
    state: &'a State,
    cases: Map<String, Value>,
}

/// Whether a person is a case of a check.
type PersonCheck = (&'static str, fn(&State, &Person<'_>, Seconds) -> bool);

const PEOPLE: [PersonCheck; 9] = [
    ("OKTA-098 active user with no MFA factor", |state, p, _| {
        p.status == Status::Active && !state.factors(p.index).any_active()
    }),
    (
        "OKTA-100 only factor is SMS, voice, e-mail or question",
        |state, p, _| {
            let factors = state.factors(p.index);
            p.status == Status::Active
                && factors.any_active()
                && factors
                    .iter()
                    .filter(|f| f.status == "ACTIVE")
                    .all(|f| f.factor_type.weak())
        },
    ),
    (
        "OKTA-102 active user not signed in for 90 days",
        |_, p, now| {
            p.status == Status::Active && p.times.last_login.is_some_and(|at| at < now - 90 * DAY)
        },
    ),
    (
        "OKTA-103 never signed in, created over 30 days ago",
        |_, p, now| {
            p.status == Status::Active
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
            p.profile.is_none()
                && state
                    .company
                    .planted(crate::company::Weakness::DuplicateMail, p.index)
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
    fn put(&mut self, name: &str, case: Case) {
        self.cases.insert(
            name.to_owned(),
            json!({"count": case.count, "keys": case.keys}),
        );
    }

    fn people(&mut self, now: Seconds) {
        let mut found: Vec<Case> = PEOPLE.iter().map(|_| Case::default()).collect();
        let mut half_set_up = Case::default();
        for i in (0..self.state.population()).filter(|i| self.state.exists(*i)) {
            let person = self.state.person(i);
            for ((_, check), case) in PEOPLE.iter().zip(&mut found) {
                if check(self.state, &person, now) {
                    case.add(|| self.state.company.ids.user(i).to_string());
                }
            }
            for factor in self
                .state
                .factors(i)
                .iter()
                .filter(|f| f.status != "ACTIVE")
            {
                let id = self.state.company.ids.id(
                    factor.factor_type.kind(),
                    u64::from(i) * 8 + u64::from(factor.slot),
                );
                half_set_up.add(|| format!("{}/{id}", self.state.company.ids.user(i)));
            }
        }
        for ((name, _), case) in PEOPLE.iter().zip(found) {
            self.put(name, case);
        }
        self.put("OKTA-101 factor inactive or pending", half_set_up);
    }

    fn assignments(&mut self) {
        let state = self.state;
        let (mut left, mut failed, mut by_hand) =
            (Case::default(), Case::default(), Case::default());
        let (mut unused, mut off, mut everyone) =
            (Case::default(), Case::default(), Case::default());
        for a in (0..state.applications.len()).filter(|a| !state.applications[*a].gone) {
            let application = &state.applications[a];
            let id = state.company.ids.application(a);
            let mut users = 0;
            state.visit_assigned(a, 0, |_, i, via| {
                users += 1;
                let key = || format!("{id}/{}", state.company.ids.user(i));
                if state.status(i) == Status::Deprovisioned {
                    left.add(key);
                }
                if state.company.applications[a].provisioning
                    && state
                        .company
                        .planted(crate::company::Weakness::SyncError, i)
                {
                    failed.add(key);
                }
                if via == crate::state::Via::Hand && !application.groups.is_empty() {
                    by_hand.add(key);
                }
                ControlFlow::Continue(())
            });
            if application.groups.iter().any(|(g, _)| *g == EVERYONE) {
                everyone.add(|| id.to_string());
            }
            if application.active && users == 0 && application.groups.is_empty() {
                unused.add(|| id.to_string());
            }
            if !application.active && (users > 0 || !application.groups.is_empty()) {
                off.add(|| id.to_string());
            }
        }
        self.put("OKTA-108 deprovisioned user still assigned", left);
        self.put("OKTA-109 application user sync error", failed);
        self.put("OKTA-110 application assigned to Everyone", everyone);
        self.put("OKTA-111 assigned by hand where groups are", by_hand);
        self.put(
            "OKTA-112 active application with no users and no groups",
            unused,
        );
        self.put("OKTA-113 inactive application still assigned", off);
    }

    fn groups(&mut self) {
        let state = self.state;
        let (mut invalid, mut empty) = (Case::default(), Case::default());
        for (r, rule) in state.company.rules.iter().enumerate() {
            let gone = rule.groups.iter().any(|t| match t {
                Target::Group(g) => state.groups[*g].gone,
                Target::Gone(_) => true,
            });
            if gone || rule.status == "INVALID" {
                invalid.add(|| {
                    state
                        .company
                        .ids
                        .id(crate::ids::Kind::GroupRule, r as u64)
                        .to_string()
                });
            }
        }
        for g in (0..state.groups.len())
            .filter(|g| !state.groups[*g].gone && state.member_count(*g) == 0)
        {
            empty.add(|| state.company.ids.group(g).to_string());
        }
        self.put("OKTA-086 invalid group rule", invalid);
        self.put("OKTA-114 empty group", empty);
    }

    fn organization(&mut self, now: Seconds) {
        let state = self.state;
        let company = &state.company;
        let (mut anywhere, mut unused, mut orphaned) =
            (Case::default(), Case::default(), Case::default());
        for (n, token) in company.api_tokens().iter().enumerate() {
            let id = || {
                company
                    .ids
                    .id(crate::ids::Kind::ApiToken, n as u64)
                    .to_string()
            };
            if token.anywhere {
                anywhere.add(id);
            }
            if token.last_updated < now - 30 * DAY {
                unused.add(id);
            }
            if !state.exists(token.owner) || state.status(token.owner) != Status::Active {
                orphaned.add(id);
            }
        }
        self.put("OKTA-025 API token not bound to a network zone", anywhere);
        self.put("OKTA-076 API token unused for 30 days", unused);
        self.put("OKTA-077 API token owner not active", orphaned);
        let policies = |fails: &dyn Fn(&Value) -> bool| {
            let mut case = Case::default();
            for (p, policy) in company
                .policies
                .iter()
                .enumerate()
                .filter(|(_, p)| p.policy_type == "PASSWORD" && p.active)
            {
                if policy.settings.as_ref().is_some_and(fails) {
                    case.add(|| company.policy_id(p).to_string());
                }
            }
            case
        };
        let attempts = |s: &Value| {
            s.pointer("/password/lockout/maxAttempts")
                .and_then(Value::as_u64)
                .is_none_or(|n| !(1..=3).contains(&n))
        };
        let length = |s: &Value| {
            s.pointer("/password/complexity/minLength")
                .and_then(Value::as_u64)
                .is_none_or(|n| n < 15)
        };
        let (attempts, length) = (policies(&attempts), policies(&length));
        self.put("OKTA-004 lock out after 3 failed attempts", attempts);
        self.put("OKTA-010 password length under 15", length);
        let mut support = Case::default();
        if !company.clean {
            support.add(|| {
                company
                    .ids
                    .id(crate::ids::Kind::Organization, 0)
                    .to_string()
            });
        }
        self.put("OKTA-087 support access granted", support);
    }
}

impl Case {
    fn add(&mut self, key: impl FnOnce() -> String) {
        self.count += 1;
        if self.keys.len() < LISTED {
            self.keys.push(key());
        }
    }
}
