//! People, each derived alone from the seed and an index.
//!
//! A department is a range of places in a shuffle of everybody, and a person's place in that range is also a place in a
//! heap where everyone has eight reports. So managers, levels and titles need no table, and a department can be listed
//! without looking at anyone else. People who join later have indexes beyond the founders'; they are placed by chance, as
//! somebody's report.

use super::names::{CITIES, DEPARTMENTS, FIRST, LAST, OCCUPATIONS};
use super::{Company, UserType};
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, draw};

/// How many people report to one.
const SPAN: u32 = 8;

/// A person's account status, in the vendor's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Active,
    Deprovisioned,
    LockedOut,
    PasswordExpired,
    Provisioned,
    Recovery,
    Staged,
    Suspended,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::Active,
        Self::Deprovisioned,
        Self::LockedOut,
        Self::PasswordExpired,
        Self::Provisioned,
        Self::Recovery,
        Self::Staged,
        Self::Suspended,
    ];

    /// The vendor's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Deprovisioned => "DEPROVISIONED",
            Self::LockedOut => "LOCKED_OUT",
            Self::PasswordExpired => "PASSWORD_EXPIRED",
            Self::Provisioned => "PROVISIONED",
            Self::Recovery => "RECOVERY",
            Self::Staged => "STAGED",
            Self::Suspended => "SUSPENDED",
        }
    }

    /// Reads the vendor's word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether a person in this status could ever have signed in.
    fn used(self) -> bool {
        !matches!(self, Self::Staged | Self::Provisioned)
    }
}

/// Where a person stands in the reporting lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub department: u16,
    /// Place in the department's heap; 0 is its head.
    pub rank: u32,
}

/// The moments of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    pub created: Seconds,
    pub activated: Option<Seconds>,
    pub status_changed: Option<Seconds>,
    pub last_login: Option<Seconds>,
    pub last_updated: Seconds,
    pub password_changed: Option<Seconds>,
}

impl Company {
    /// Where person `i` stands.
    #[inline]
    #[must_use]
    pub fn position(&self, i: u32) -> Position {
        if i < self.plan.users {
            let place = self.by_department.place(i);
            let department = range_of(&self.department_starts, place);
            Position {
                department,
                rank: place - self.department_starts[usize::from(department)],
            }
        } else {
            let place = (draw(self.seed, Purpose::Joined, u64::from(i))
                % u64::from(self.plan.users)) as u32;
            let department = range_of(&self.department_starts, place);
            // beyond the heap: never anyone's manager
            Position {
                department,
                rank: self.plan.departments[usize::from(department)] + i - self.plan.users,
            }
        }
    }

    /// Where person `i` works.
    #[inline]
    #[must_use]
    pub fn city(&self, i: u32) -> u16 {
        let place = if i < self.plan.users {
            self.by_city.place(i)
        } else {
            (draw(self.seed, Purpose::City, u64::from(i)) % u64::from(self.plan.users)) as u32
        };
        range_of(&self.city_starts, place)
    }

    /// What kind of account person `i` has.
    #[inline]
    #[must_use]
    pub fn user_type(&self, i: u32) -> UserType {
        if i >= self.plan.users {
            return UserType::Employee;
        }
        match self.type_at(self.by_type.place(i)) {
            // nobody reports to a machine
            UserType::Service if self.manages(self.position(i)) || i < 4 => UserType::Employee,
            user_type => user_type,
        }
    }

    /// Whether anyone reports to the person in this position.
    #[inline]
    #[must_use]
    pub fn manages(&self, position: Position) -> bool {
        position.rank < self.managers_of(position.department)
    }

    /// How many managers a department has; they are its first places.
    #[inline]
    #[must_use]
    pub fn managers_of(&self, department: u16) -> u32 {
        self.plan.departments[usize::from(department)]
            .saturating_sub(1)
            .div_ceil(SPAN)
    }

    /// Who the person in this position reports to.
    #[must_use]
    pub fn manager(&self, i: u32, position: Position) -> Option<u32> {
        let size = self.plan.departments[usize::from(position.department)];
        if position.rank == 0 {
            if position.department == 0 {
                return None;
            }
            return Some(self.by_department.at(0));
        }
        let rank = if position.rank < size {
            position.rank
        } else {
            1 + (draw(self.seed, Purpose::Joined, u64::from(i) ^ 0xFF) % u64::from(size.max(1)))
                as u32
        };
        if size == 0 {
            return Some(self.by_department.at(0));
        }
        let manager = self
            .by_department
            .at(self.department_starts[usize::from(position.department)] + (rank - 1) / SPAN);
        (manager != i).then_some(manager)
    }

    /// The job title of a position. `promotions` turns a plain title into a senior one, then a principal one.
    pub fn write_title(&self, i: u32, position: Position, promotions: u8, out: &mut String) {
        let department = usize::from(position.department);
        if self.manages(position) {
            let rank = if position.rank == 0 && position.department == 0 {
                "Chief Executive Officer"
            } else {
                match position.rank {
                    0 => "Vice President, ",
                    1..=8 => "Director, ",
                    9..=72 => "Senior Manager, ",
                    _ => "Manager, ",
                }
            };
            out.push_str(rank);
            if rank.ends_with(' ') {
                out.push_str(DEPARTMENTS[department]);
            }
            return;
        }
        let level = (draw(self.seed, Purpose::Title, u64::from(i)) % 4) as u8 + promotions;
        out.push_str(match level {
            0 => "Junior ",
            1 | 2 => "",
            3 | 4 => "Senior ",
            _ => "Principal ",
        });
        out.push_str(OCCUPATIONS[department]);
    }

    /// First name, last name, and how many people of that name came before.
    #[inline]
    #[must_use]
    pub fn name(&self, i: u32) -> (usize, usize, u32) {
        const NAMES: u64 = (FIRST.len() * LAST.len()) as u64;
        let n = u64::from(i);
        let which = (n % NAMES)
            .wrapping_mul(5_003)
            .wrapping_add(draw(self.seed, Purpose::Name, 0))
            % NAMES;
        (
            (which % FIRST.len() as u64) as usize,
            (which / FIRST.len() as u64) as usize,
            (n / NAMES) as u32,
        )
    }

    /// The part of the address before the `@`.
    pub fn write_login_name(&self, i: u32, out: &mut String) {
        let (first, last, again) = self.name(i);
        if self.user_type(i) == UserType::Service {
            out.push_str("svc-");
            out.push_str(SERVICES[i as usize % SERVICES.len()]);
            out.push('-');
            out.push_str(&i.to_string());
            return;
        }
        if self.long_login(i) {
            out.push_str("integration.account.migrated.from.directory.forest.");
        }
        out.push_str(&self.first_slugs[first]);
        out.push('.');
        out.push_str(&self.last_slugs[last]);
        if again > 0 {
            out.push_str(&again.to_string());
        }
    }

    /// First and last name as shown.
    #[must_use]
    pub fn shown_name(&self, i: u32) -> (&'static str, &'static str) {
        let (first, last, _) = self.name(i);
        if self.user_type(i) == UserType::Service {
            ("Service", SERVICES[i as usize % SERVICES.len()])
        } else {
            (FIRST[first], LAST[last])
        }
    }

    /// The account status of a founder at the epoch, or of a person at the moment of joining.
    #[inline]
    #[must_use]
    pub fn status(&self, i: u32) -> Status {
        // the first people run the place, and the head of the company is somebody's manager for good
        if i < 8 || i >= self.plan.users || i == self.chief {
            return Status::Active;
        }
        match draw(self.seed, Purpose::Status, u64::from(i)) % 1000 {
            0..60 => Status::Deprovisioned,
            60..75 => Status::Staged,
            75..90 => Status::Provisioned,
            90..100 if !self.clean => Status::Suspended,
            100..108 => Status::PasswordExpired,
            108..114 => Status::LockedOut,
            114..118 => Status::Recovery,
            _ => Status::Active,
        }
    }

    /// The moments of a founder's account, all before the epoch.
    #[must_use]
    pub fn times(&self, i: u32, status: Status) -> Times {
        let n = u64::from(i);
        let end = self.epoch - DAY;
        let span = end - self.founded - 30 * DAY;
        let mut created = self.founded
            + span * i64::from(i) / i64::from(self.plan.users)
            + (draw(self.seed, Purpose::Created, n) % 86_400) as i64;
        if matches!(status, Status::Staged | Status::Provisioned) && self.clean {
            created = end - 7 * DAY + (draw(self.seed, Purpose::Created, n) % 86_400) as i64;
        }
        let between = |from: Seconds, purpose: Purpose| {
            from + (draw(self.seed, purpose, n) % ((end - from).max(1) as u64)) as i64
        };
        let activated = match status {
            Status::Staged => None,
            // imported with their password, never activated by hand
            _ if draw(self.seed, Purpose::Activated, n ^ 0x55).is_multiple_of(20) => None,
            _ => Some(created + (draw(self.seed, Purpose::Activated, n) % (3 * 3600)) as i64),
        };
        let begun = activated.unwrap_or(created);
        let status_changed = match status {
            Status::Staged => None,
            Status::Provisioned => Some(begun),
            Status::Active => {
                Some(begun + (draw(self.seed, Purpose::StatusChanged, n) % (20 * 3600)) as i64)
            }
            _ => Some(between(begun, Purpose::StatusChanged)),
        };
        let password_changed = status.used().then(|| {
            between(begun, Purpose::Password)
                .min(status_changed.unwrap_or(end))
                .max(begun)
        });
        let last_login = self.last_login(i, status, begun, status_changed);
        let edited = if draw(self.seed, Purpose::Updated, n).is_multiple_of(3) {
            between(created, Purpose::Updated)
        } else {
            created
        };
        let last_updated = [
            Some(created),
            activated,
            status_changed,
            password_changed,
            Some(edited),
        ]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(created);
        Times {
            created,
            activated,
            status_changed,
            last_login,
            last_updated,
            password_changed,
        }
    }

    fn last_login(
        &self,
        i: u32,
        status: Status,
        begun: Seconds,
        changed: Option<Seconds>,
    ) -> Option<Seconds> {
        let chance = draw(self.seed, Purpose::Login, u64::from(i));
        let latest = match status {
            Status::Staged | Status::Provisioned => return None,
            Status::Active => {
                if self.planted(super::Weakness::NeverSignedIn, i) {
                    return None;
                }
                if self.planted(super::Weakness::StaleLogin, i) {
                    return Some(
                        (self.epoch - 100 * DAY - (chance % (300 * DAY as u64)) as i64).max(begun),
                    );
                }
                self.epoch - (chance % (25 * DAY as u64)) as i64
            }
            Status::Deprovisioned if chance.is_multiple_of(7) => return None,
            _ => changed.unwrap_or(self.epoch) - (chance % (15 * DAY as u64)) as i64,
        };
        Some(latest.max(begun))
    }

    /// The city of an office and what goes with it.
    #[must_use]
    pub fn office(
        city: u16,
    ) -> (
        &'static str,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ) {
        CITIES[usize::from(city)]
    }
}

/// What service accounts are for.
pub const SERVICES: [&str; 6] = [
    "backup",
    "directory-sync",
    "reporting",
    "ticketing",
    "payroll-export",
    "build",
];

fn range_of(starts: &[u32], place: u32) -> u16 {
    (starts.partition_point(|start| *start <= place) - 1) as u16
}

impl Company {
    /// The first name of person `i` as it stands in an address.
    #[must_use]
    pub fn first_slugs_of(&self, i: u32) -> String {
        self.first_slugs[self.name(i).0].clone()
    }
}
