//! One coherent company as a pure function of seed, size and epoch. Nothing here changes with time or knows HTTP; what
//! happens after the epoch is in [`crate::state`].

pub mod accounts;
pub mod administration;
pub mod applications;
mod catalogue;
pub mod credentials;
pub mod devices;
mod engine_policies;
pub mod factors;
pub mod groups;
mod identity;
pub mod mappings;
pub mod names;
pub mod organization;
pub mod people;
mod plan;
pub mod policies;
mod policy_rules;
mod policy_settings;
pub mod rules;
mod sign_in_policies;

use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, Shuffle, draw, draw_pair};
use crate::ids::Ids;
use accounts::Status;
use applications::Application;
use groups::Group;
pub use plan::Plan;
use policies::Policy;
use rules::Rule;

/// The kinds of account, each a user type of the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserType {
    Employee,
    Contractor,
    Partner,
    Service,
}

impl UserType {
    /// Every type; the first is the organisation's default.
    pub const ALL: [Self; 4] = [
        Self::Employee,
        Self::Contractor,
        Self::Partner,
        Self::Service,
    ];

    /// What `profile.userType` says.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Employee => "Employee",
            Self::Contractor => "Contractor",
            Self::Partner => "Partner",
            Self::Service => "Service",
        }
    }
}

/// Weaknesses that are planted in people; the others are single objects. None of them is in a `--clean` company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Weakness {
    NoFactor,
    WeakFactor,
    StaleLogin,
    NeverSignedIn,
    LeftoverAssignment,
    SyncError,
    DuplicateMail,
    LongLogin,
}

/// The company at its epoch.
#[derive(Debug)]
pub struct Company {
    pub seed: u64,
    pub plan: Plan,
    pub epoch: Seconds,
    pub clean: bool,
    pub classic: bool,
    pub ids: Ids,
    /// When the organisation was created.
    pub founded: Seconds,
    pub domain: String,
    pub groups: Vec<Group>,
    pub rules: Vec<Rule>,
    pub applications: Vec<Application>,
    pub policies: Vec<Policy>,
    pub chief: u32,
    /// Somebody who was suspended long ago and then forgotten; nobody in a tiny or `--clean` company.
    pub(super) long_suspended: Option<u32>,
    /// Somebody who was suspended a week ago.
    pub(super) lately_suspended: Option<u32>,
    /// Somebody who left and surely kept an application.
    surely_left_over: Option<u32>,
    /// Somebody else who left, whose account in one application was closed and whose assignment stayed.
    surely_closed: Option<(usize, u32)>,
    /// An account that surely failed to synchronise: application and person.
    surely_failed: Option<(usize, u32)>,
    pub by_department: Shuffle,
    pub by_city: Shuffle,
    by_type: Shuffle,
    by_weakness: [Shuffle; 8],
    pub department_starts: Vec<u32>,
    pub city_starts: Vec<u32>,
    type_ends: [u32; 3],
    first_slugs: Vec<String>,
    last_slugs: Vec<String>,
}

/// What a company is made from.
#[derive(Debug, Clone)]
pub struct Founding {
    pub seed: u64,
    pub plan: Plan,
    pub epoch: Seconds,
    pub clean: bool,
    pub classic: bool,
}

impl Company {
    /// Founds the company. The work is proportional to groups and applications, not to people.
    #[must_use]
    pub fn new(founding: Founding) -> Self {
        let Founding {
            seed,
            plan,
            epoch,
            clean,
            classic,
        } = founding;
        let users = plan.users;
        let shuffle = |purpose, n| Shuffle::new(users, draw(seed, purpose, n));
        let by_department = shuffle(Purpose::Department, 0);
        let service = (users / 100).max(u32::from(users > 20));
        let partner = users / 50;
        let contractor = users / 12;
        let chief = by_department.at(0);
        let suspended = !clean && users >= 100;
        let another = |i: u32| if chief == i { i + 1 } else { i };
        let mut company = Self {
            long_suspended: suspended.then(|| another(9)),
            lately_suspended: suspended.then(|| another(11)),
            surely_left_over: None,
            surely_closed: None,
            surely_failed: None,
            ids: Ids::new(seed),
            founded: epoch - 6 * 365 * DAY,
            domain: "acme-industries.example".to_owned(),
            groups: Vec::new(),
            rules: Vec::new(),
            applications: Vec::new(),
            policies: Vec::new(),
            chief,
            by_city: shuffle(Purpose::City, 0),
            by_type: shuffle(Purpose::UserType, 0),
            by_weakness: std::array::from_fn(|n| shuffle(Purpose::Planted, n as u64)),
            department_starts: starts(&plan.departments),
            city_starts: starts(&plan.cities),
            type_ends: [service, service + partner, service + partner + contractor],
            first_slugs: names::FIRST.iter().map(|n| names::slug(n)).collect(),
            last_slugs: names::LAST.iter().map(|n| names::slug(n)).collect(),
            by_department,
            seed,
            plan,
            epoch,
            clean,
            classic,
        };
        company.found_groups_and_applications();
        company.found_rules();
        company.found_policies();
        if !clean {
            company.make_sure();
        }
        company
    }

    /// Whether person `i` was given this weakness. A planted weakness shows only where the account's status lets it.
    #[inline]
    #[must_use]
    pub fn planted(&self, weakness: Weakness, i: u32) -> bool {
        if self.clean || i >= self.plan.users || i < 4 {
            return false;
        }
        let share = match weakness {
            Weakness::NoFactor | Weakness::StaleLogin => 30,
            Weakness::WeakFactor => 40,
            Weakness::NeverSignedIn => 120,
            Weakness::LeftoverAssignment => 25,
            Weakness::SyncError => 200,
            Weakness::DuplicateMail => 400,
            Weakness::LongLogin => 500,
        };
        let count = (self.plan.users / share).max(1);
        self.by_weakness[weakness as usize].place(i) < count
    }

    /// In a small company chance may plant a weakness in nobody; those that take a person and an application are settled here.
    fn make_sure(&mut self) {
        let mut by_hand = self.applications.iter().enumerate().flat_map(|(a, found)| {
            let (shuffle, size) = found.assigned.by_hand.unwrap_or((Shuffle::new(1, 0), 0));
            (0..size).map(move |place| (a, shuffle.at(place)))
        });
        let left = |i: u32| self.status(i) == Status::Deprovisioned;
        let provisioning = |a: usize| self.applications[a].provisioning;
        let left_over = by_hand.clone().map(|(_, i)| i).find(|i| left(*i));
        let closed = by_hand
            .clone()
            .find(|(a, i)| provisioning(*a) && left(*i) && left_over != Some(*i));
        let failed = by_hand.find(|(a, i)| provisioning(*a) && !left(*i));
        self.surely_left_over = left_over;
        self.surely_closed = closed;
        self.surely_failed = failed;
    }

    /// Whether person `i`, if they left, kept what was assigned to them by hand.
    #[must_use]
    pub fn left_over(&self, i: u32) -> bool {
        self.surely_left_over == Some(i)
            || self.surely_closed.is_some_and(|(_, other)| other == i)
            || self.planted(Weakness::LeftoverAssignment, i)
    }

    /// Whether person `i`'s account in application `a` could not be brought up to date.
    #[must_use]
    pub fn sync_failed(&self, a: usize, i: u32) -> bool {
        self.applications[a].provisioning
            && (self.surely_failed == Some((a, i)) || self.planted(Weakness::SyncError, i))
    }

    /// Whether person `i`, who had left by the epoch, lost their account in application `a` and kept the assignment.
    #[must_use]
    pub fn account_closed(&self, a: usize, i: u32) -> bool {
        self.surely_closed == Some((a, i))
            || self.applications[a].provisioning
                && self.surely_left_over != Some(i)
                && self.planted(Weakness::LeftoverAssignment, i)
                && self.status(i) == Status::Deprovisioned
                && draw_pair(self.seed, Purpose::Planted, a as u64, u64::from(i)).is_multiple_of(3)
    }

    pub(crate) fn long_login(&self, i: u32) -> bool {
        self.planted(Weakness::LongLogin, i)
    }

    fn type_at(&self, place: u32) -> UserType {
        match self.type_ends {
            [service, _, _] if place < service => UserType::Service,
            [_, partner, _] if place < partner => UserType::Partner,
            [_, _, contractor] if place < contractor => UserType::Contractor,
            _ => UserType::Employee,
        }
    }

    /// The places of contractors in the shuffle of account kinds.
    pub(crate) fn contractors(&self) -> (u32, u32) {
        (self.type_ends[1], self.type_ends[2])
    }

    pub(crate) fn typed(&self, place: u32) -> u32 {
        self.by_type.at(place)
    }

    /// People who administer the place; they act in the System Log and own tokens.
    #[must_use]
    pub fn administrator(&self, n: u64) -> u32 {
        (n % u64::from(self.plan.users.min(4))) as u32
    }
}

fn starts(sizes: &[u32]) -> Vec<u32> {
    sizes
        .iter()
        .scan(0, |sum, size| {
            let start = *sum;
            *sum += size;
            Some(start)
        })
        .collect()
}
