//! Which factors a person enrolled, and in which state each is.

use super::accounts::Status;
use super::{Company, UserType, Weakness};
use crate::clock::Seconds;
use crate::hash::{Purpose, draw};
use crate::ids::Kind;

/// The shapes of factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorType {
    Sms,
    Call,
    Totp,
    Push,
    SignedNonce,
    Webauthn,
    Question,
    Email,
    GoogleTotp,
}

impl FactorType {
    /// The vendor's `factorType`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Call => "call",
            Self::Totp | Self::GoogleTotp => "token:software:totp",
            Self::Push => "push",
            Self::SignedNonce => "signed_nonce",
            Self::Webauthn => "webauthn",
            Self::Question => "question",
            Self::Email => "email",
        }
    }

    /// `provider` and `vendorName`.
    #[must_use]
    pub fn provider(self) -> (&'static str, &'static str) {
        match self {
            Self::Webauthn => ("FIDO", "FIDO"),
            Self::GoogleTotp => ("GOOGLE", "GOOGLE"),
            _ => ("OKTA", "OKTA"),
        }
    }

    /// The kind of its identifier.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Sms => Kind::FactorSms,
            Self::Call => Kind::FactorCall,
            Self::Totp | Self::GoogleTotp => Kind::FactorTotp,
            Self::Push => Kind::FactorPush,
            Self::SignedNonce => Kind::FactorNonce,
            Self::Webauthn => Kind::FactorWebauthn,
            Self::Question => Kind::FactorQuestion,
            Self::Email => Kind::FactorEmail,
        }
    }

    /// Whether it can be phished or intercepted so easily that it should not stand alone.
    #[must_use]
    pub fn weak(self) -> bool {
        matches!(self, Self::Sms | Self::Call | Self::Question | Self::Email)
    }
}

/// One enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    /// Its place among the person's factors, part of its identifier.
    pub slot: u8,
    pub factor_type: FactorType,
    pub status: &'static str,
    pub created: Seconds,
    pub last_updated: Seconds,
}

/// A person's factors; there are never more than five.
#[derive(Debug, Clone, Copy, Default)]
pub struct Factors {
    list: [Option<Factor>; 5],
}

impl Factors {
    /// Each in turn.
    pub fn iter(&self) -> impl Iterator<Item = Factor> + '_ {
        self.list.iter().flatten().copied()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.iter().flatten().count()
    }

    /// Whether one of them works.
    #[must_use]
    pub fn any_active(&self) -> bool {
        self.iter().any(|f| f.status == "ACTIVE")
    }
}

impl Company {
    /// The factors of person `i`. Somebody who never came in, or is gone, has none; service accounts sign in by key.
    #[must_use]
    pub fn factors(&self, i: u32, status: Status, begun: Seconds) -> Factors {
        let mut factors = Factors::default();
        if matches!(
            status,
            Status::Staged | Status::Provisioned | Status::Deprovisioned
        ) || (self.user_type(i) == UserType::Service && !self.clean)
            || self.planted(Weakness::NoFactor, i)
        {
            return factors;
        }
        let chance = draw(self.seed, Purpose::Factor, u64::from(i));
        let types: &[FactorType] = if self.planted(Weakness::WeakFactor, i) {
            match chance % 3 {
                0 => &[FactorType::Sms],
                1 => &[FactorType::Question, FactorType::Email],
                _ => &[FactorType::Call, FactorType::Sms],
            }
        } else {
            match chance % 10 {
                0..4 => &[FactorType::SignedNonce, FactorType::Push, FactorType::Totp],
                4 => &[FactorType::Webauthn, FactorType::Totp],
                5 => &[
                    FactorType::SignedNonce,
                    FactorType::Push,
                    FactorType::Totp,
                    FactorType::Webauthn,
                    FactorType::Email,
                ],
                6 => &[FactorType::Totp, FactorType::Sms],
                7 => &[FactorType::GoogleTotp, FactorType::Question],
                8 => &[FactorType::Push, FactorType::Totp, FactorType::Sms],
                _ => &[FactorType::Webauthn],
            }
        };
        let span = (self.epoch - begun).max(1) as u64;
        for (slot, factor_type) in types.iter().enumerate() {
            let detail = draw(
                self.seed,
                Purpose::FactorDetail,
                u64::from(i) * 8 + slot as u64,
            );
            let created = begun + (detail % span) as i64;
            // the first always works; a later one may be half set up or switched off
            let status = match detail >> 40 & 63 {
                0 if slot > 0 && !self.clean => "PENDING_ACTIVATION",
                1 if slot > 0 && !self.clean => "INACTIVE",
                _ => "ACTIVE",
            };
            factors.list[slot] = Some(Factor {
                slot: slot as u8,
                factor_type: *factor_type,
                status,
                created,
                last_updated: (created + (detail >> 46) as i64 % 3).min(self.epoch),
            });
        }
        factors
    }
}
