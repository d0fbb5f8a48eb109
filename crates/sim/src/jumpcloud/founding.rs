//! The directory at the epoch: who has an account there and how it differs from Okta.

use super::console::Account;
use crate::company::accounts::Status;
use crate::company::{Company, UserType};
use crate::hash::{Purpose, draw};

/// From this many people on, each kind of drift is surely there.
const ENOUGH: u32 = 50;

/// How the address of an account is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    Same,
    /// `Ada.Lovelace@…`
    Capitals,
    /// `alovelace@…`
    Initial,
    /// `lovelace.ada@…`
    Swapped,
}

impl Company {
    /// Partners are not in the directory.
    #[must_use]
    pub fn unmanaged(&self, i: u32) -> bool {
        self.user_type(i) == UserType::Partner
    }

    fn drifts(&self) -> bool {
        !self.clean && self.plan.users >= ENOUGH
    }

    /// The account of a founder at the epoch; those who came later have none yet.
    #[must_use]
    pub fn founded_account(&self, i: u32) -> Account {
        if i >= self.plan.users || self.unmanaged(i) || self.missing(i) {
            return Account::Absent;
        }
        match self.status(i) {
            Status::Deprovisioned if self.forgotten(i) => Account::Active,
            Status::Deprovisioned
                if draw(self.seed, Purpose::Drift, u64::from(i)).is_multiple_of(3) =>
            {
                Account::Absent
            }
            Status::Deprovisioned | Status::Suspended => Account::Suspended,
            Status::Staged | Status::Provisioned => Account::Staged,
            _ => Account::Active,
        }
    }

    /// Whether a founder who works here was never given an account.
    #[must_use]
    pub fn missing(&self, i: u32) -> bool {
        self.drifts()
            && i >= 12
            && self.status(i) == Status::Active
            && i != self.chief
            && (i
                == self.sure(12, |i| {
                    self.status(i) == Status::Active && !self.unmanaged(i)
                })
                || draw(self.seed, Purpose::Drift, u64::from(i) | 1 << 40).is_multiple_of(60))
    }

    /// Whether a founder who had left by the epoch is still active there.
    #[must_use]
    pub fn forgotten(&self, i: u32) -> bool {
        self.drifts()
            && self.status(i) == Status::Deprovisioned
            && (i
                == self.sure(8, |i| {
                    self.status(i) == Status::Deprovisioned && !self.unmanaged(i)
                })
                || draw(self.seed, Purpose::Drift, u64::from(i) | 1 << 41).is_multiple_of(6))
    }

    /// Whether a device belongs to nobody although it should.
    #[must_use]
    pub fn ownerless(&self, device: u32) -> bool {
        self.drifts()
            && device >= 2 * 16
            && device < 2 * self.plan.users
            && draw(self.seed, Purpose::Drift, u64::from(device) | 1 << 42).is_multiple_of(45)
    }

    /// How the address of a founder's account is written.
    #[must_use]
    pub fn spelling(&self, i: u32) -> Spelling {
        if !self.drifts()
            || i < 16
            || i >= self.plan.users
            || self.user_type(i) == UserType::Service
            || self.long_login(i)
        {
            return Spelling::Same;
        }
        match draw(self.seed, Purpose::Drift, u64::from(i) | 1 << 43) % 120 {
            0 => Spelling::Capitals,
            1 => Spelling::Initial,
            2 => Spelling::Swapped,
            _ => Spelling::Same,
        }
    }

    /// The first founder from `from` on who fits; nobody if there is none.
    fn sure(&self, from: u32, fits: impl Fn(u32) -> bool) -> u32 {
        (from..self.plan.users)
            .find(|i| fits(*i))
            .unwrap_or(u32::MAX)
    }
}
