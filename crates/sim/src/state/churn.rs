//! What happens in the company by itself: a stream of small changes that depends on seed, rate and time only. Every
//! process that was started with the same flags sees the same change at the same moment.

use super::State;
use super::changes::Edit;
use super::effects::Effects;
use super::events::Actor;
use crate::clock::Seconds;
use crate::company::accounts::Status;
use crate::company::groups::{EVERYONE, Members};
use crate::hash::{Purpose, draw};

/// The kinds of change, each with its share in a thousand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    SignIn,
    Profile,
    Move,
    Status,
    MemberAdd,
    MemberRemove,
    Assign,
    Unassign,
    Join,
    Leave,
}

impl Kind {
    /// Every kind.
    pub const ALL: [(Self, u64); 10] = [
        (Self::SignIn, 350),
        (Self::Profile, 230),
        (Self::Move, 40),
        (Self::Status, 50),
        (Self::MemberAdd, 110),
        (Self::MemberRemove, 70),
        (Self::Assign, 70),
        (Self::Unassign, 40),
        (Self::Join, 20),
        (Self::Leave, 20),
    ];

    /// Reads the word used by the control interface.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Some(match word {
            "sign_in" => Self::SignIn,
            "profile" => Self::Profile,
            "move" => Self::Move,
            "status" => Self::Status,
            "member_add" => Self::MemberAdd,
            "member_remove" => Self::MemberRemove,
            "assign" => Self::Assign,
            "unassign" => Self::Unassign,
            "join" => Self::Join,
            "leave" => Self::Leave,
            _ => return None,
        })
    }

    fn chosen(chance: u64) -> Self {
        let mut left = chance % 1000;
        for (kind, share) in Self::ALL {
            if left < share {
                return kind;
            }
            left -= share;
        }
        Self::SignIn
    }
}

/// The stream of changes.
#[derive(Debug, Clone)]
pub struct Churn {
    seed: u64,
    epoch: Seconds,
    per_hour: f64,
    next: u64,
}

impl Churn {
    /// Changes as many people per hour as `rate` times `users`.
    #[must_use]
    pub fn new(seed: u64, epoch: Seconds, users: u32, rate: f64) -> Self {
        Self {
            seed,
            epoch,
            per_hour: rate * f64::from(users),
            next: 0,
        }
    }

    /// When change `k` happens, in milliseconds.
    fn at(&self, k: u64) -> i64 {
        let within = draw(self.seed, Purpose::Churn, k) as f64 / u64::MAX as f64;
        self.epoch * 1000 + ((k as f64 + within) / self.per_hour * 3_600_000.0) as i64
    }

    /// When the next change is due, in milliseconds.
    #[must_use]
    pub fn due(&self) -> i64 {
        if self.per_hour > 0.0 {
            self.at(self.next)
        } else {
            i64::MAX
        }
    }

    /// How many changes will have happened by then.
    #[must_use]
    pub fn expected(&self, now: Seconds) -> f64 {
        (now - self.epoch).max(0) as f64 / 3600.0 * self.per_hour
    }

    /// Lets everything happen that is due at `now` (milliseconds).
    pub fn catch_up(&mut self, state: &mut State, now: i64) {
        let mut effects = Effects::ignored();
        loop {
            let next = state.next_step();
            if self.due().min(next) > now {
                break;
            }
            if next <= self.due() {
                state.take_step(&mut effects);
                continue;
            }
            let (k, at) = (self.next, self.due() / 1000);
            self.next += 1;
            let chance = draw(self.seed, Purpose::ChurnDetail, k);
            let target = draw(self.seed, Purpose::ChurnTarget, k);
            state.happen(Kind::chosen(chance), target, chance >> 16, at, &mut effects);
            state.follow(&mut effects);
        }
        state.forget_events(now / 1000);
        state.forget_insights(now / 1000);
    }
}

impl State {
    /// Changes a fraction of the people at once, each in one way, and tells what that did. Without `kinds`, anything
    /// but signing in.
    pub fn churn_now(
        &mut self,
        fraction: f64,
        kinds: &[Kind],
        at: Seconds,
        effects: &mut Effects,
    ) -> u64 {
        let people = (f64::from(self.population()) * fraction).round().max(1.0) as u64;
        self.batches += 1;
        let batch = self.batches << 32;
        for n in 0..people {
            let chance = draw(self.company.seed, Purpose::ChurnDetail, batch | n);
            let kind = if kinds.is_empty() {
                // the share of signing in goes to profile edits
                match Kind::chosen(chance) {
                    Kind::SignIn => Kind::Profile,
                    kind => kind,
                }
            } else {
                kinds[(n % kinds.len() as u64) as usize]
            };
            let target = draw(self.company.seed, Purpose::ChurnTarget, batch | n);
            self.happen(kind, target, chance >> 16, at, effects);
        }
        people
    }

    /// One change of a kind to a person near `target`.
    fn happen(&mut self, kind: Kind, target: u64, chance: u64, at: Seconds, effects: &mut Effects) {
        let administrator = Actor::Person(self.company.administrator(chance));
        if kind == Kind::Join {
            self.join(Status::Active, at, administrator, effects);
            return;
        }
        let Some(i) = self.someone(target, kind) else {
            return;
        };
        match kind {
            Kind::SignIn => self.sign_in(i, at, effects),
            Kind::Profile => {
                let edit = if chance.is_multiple_of(2) {
                    Edit::Promotion
                } else {
                    Edit::Phone
                };
                self.edit(i, edit, administrator, at, effects);
            }
            Kind::Move if chance.is_multiple_of(3) => {
                let city = other(
                    chance >> 8,
                    self.company.plan.cities.len(),
                    self.attributes(i).city,
                );
                self.edit(i, Edit::City(city), administrator, at, effects);
            }
            Kind::Move => {
                let department = other(
                    chance >> 8,
                    self.company.plan.departments.len(),
                    self.attributes(i).department,
                );
                self.edit(i, Edit::Department(department), administrator, at, effects);
            }
            Kind::Status => {
                let status = match (self.status(i), chance % 4) {
                    (Status::Active, 0) => Status::Suspended,
                    (Status::Active, 1) => Status::PasswordExpired,
                    (Status::Active, _) => Status::LockedOut,
                    _ => Status::Active,
                };
                self.set_status(i, status, administrator, at, effects);
            }
            Kind::Leave => self.set_status(i, Status::Deprovisioned, administrator, at, effects),
            Kind::MemberAdd | Kind::MemberRemove => {
                let member = kind == Kind::MemberAdd;
                if let Some(g) = self.group_for(i, chance, member) {
                    self.set_member(g, i, member, administrator, at, effects);
                }
            }
            Kind::Assign | Kind::Unassign => {
                let assigned = kind == Kind::Assign;
                if let Some(a) = self.application_for(i, chance, assigned) {
                    self.assign(a, i, assigned, administrator, at, effects);
                }
            }
            Kind::Join => {}
        }
    }

    /// Somebody to whom this can happen.
    fn someone(&self, target: u64, kind: Kind) -> Option<u32> {
        let people = u64::from(self.population());
        (0..64)
            .map(|n| (draw(target, Purpose::ChurnTarget, n) % people) as u32)
            .find(|i| {
                self.exists(*i)
                    && matches!(
                        (kind, self.status(*i)),
                        (_, Status::Active)
                            | (
                                Kind::Status,
                                Status::Suspended | Status::LockedOut | Status::PasswordExpired
                            )
                    )
                    && (kind != Kind::Leave || *i >= 8 && *i != self.company.chief)
            })
    }

    /// A group kept by hand that the person is not in yet, or is in.
    fn group_for(&self, i: u32, chance: u64, join: bool) -> Option<usize> {
        let count = self.groups.len();
        let by_hand = |g: &usize| {
            *g != EVERYONE
                && !self.groups[*g].gone
                && matches!(self.groups[*g].group.members, Members::Chosen(_, size) if size > 0)
        };
        (0..count)
            .map(|n| (n + chance as usize) % count)
            .filter(by_hand)
            .find(|g| self.is_member(*g, i) != join)
    }

    /// An application the person does not have yet, or has by hand.
    fn application_for(&self, i: u32, chance: u64, assign: bool) -> Option<usize> {
        let count = self.applications.len();
        (0..count)
            .map(|n| (n + chance as usize) % count)
            .filter(|a| !self.company.is_own(*a) && !self.applications[*a].gone)
            .find(|a| match self.assignment(*a, i) {
                None => assign,
                Some(super::Via::Hand) => !assign,
                Some(super::Via::Group(_)) => false,
            })
    }
}

fn other(chance: u64, count: usize, not: Option<u16>) -> u16 {
    let chosen = (chance % count as u64) as u16;
    if Some(chosen) == not {
        ((usize::from(chosen) + 1) % count) as u16
    } else {
        chosen
    }
}
