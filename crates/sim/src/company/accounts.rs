//! The state of people's accounts at the epoch, and the moments that led there.

use super::{Company, Weakness};
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, draw};

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
    /// The account status of a founder at the epoch, or of a person at the moment of joining.
    #[inline]
    #[must_use]
    pub fn status(&self, i: u32) -> Status {
        // the first people run the place, and the head of the company is somebody's manager for good
        if i < 8 || i >= self.plan.users || i == self.chief {
            return Status::Active;
        }
        if self.long_suspended == Some(i) || self.lately_suspended == Some(i) {
            return Status::Suspended;
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
            _ if self.long_suspended == Some(i) => {
                Some(between(begun, Purpose::StatusChanged).min(end - 60 * DAY))
            }
            _ if self.lately_suspended == Some(i) => Some(end - 6 * DAY),
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
                if self.planted(Weakness::NeverSignedIn, i) {
                    return None;
                }
                if self.planted(Weakness::StaleLogin, i) {
                    return Some(
                        (self.epoch - 100 * DAY - (chance % (300 * DAY as u64)) as i64).max(begun),
                    );
                }
                self.epoch - (chance % (25 * DAY as u64)) as i64
            }
            Status::Deprovisioned if !self.clean && chance.is_multiple_of(7) => return None,
            _ => changed.unwrap_or(self.epoch) - (chance % (15 * DAY as u64)) as i64,
        };
        Some(latest.max(begun))
    }
}
