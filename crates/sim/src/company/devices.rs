//! Which devices a person registered: a computer where a key is bound to it, a phone where it is asked by push.

use super::accounts::Status;
use super::factors::FactorType;
use super::{Company, UserType};
use crate::clock::{DAY, Seconds};
use crate::hash::{Purpose, draw};
use crate::ids::{Id, Kind};

/// What a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    Mac,
    Windows,
    Phone,
    Android,
}

/// A registered device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    pub owner: u32,
    /// The computer is 0, the phone 1.
    pub slot: u8,
    pub platform: Platform,
    pub managed: bool,
    pub encrypted: bool,
    pub suspended: bool,
    /// After its owner's account was activated.
    pub after: Seconds,
    /// Random, for serial numbers and the like.
    pub chance: u64,
}

impl Device {
    fn number(owner: u32, slot: u8) -> u64 {
        u64::from(owner) * 2 + u64::from(slot)
    }
}

impl Company {
    /// The identifier of a device.
    #[must_use]
    pub fn device_id(&self, owner: u32, slot: u8) -> Id {
        self.ids.id(Kind::Device, Device::number(owner, slot))
    }

    /// The owner and the slot of a device.
    #[must_use]
    pub fn read_device(&self, id: &str) -> Option<(u32, u8)> {
        let number = self.ids.read(Kind::Device, id)?;
        Some((u32::try_from(number / 2).ok()?, (number % 2) as u8))
    }

    /// The devices of person `i`. They stay when the person goes; who never came in has none.
    #[must_use]
    pub fn devices(&self, i: u32) -> [Option<Device>; 2] {
        if self.classic
            || matches!(self.status(i), Status::Staged | Status::Provisioned)
            || self.user_type(i) == UserType::Service
        {
            return [None, None];
        }
        let (mut computer, mut phone) = (false, false);
        for factor in self.factors(i, Status::Active, self.founded).iter() {
            computer |= factor.factor_type == FactorType::SignedNonce;
            phone |= factor.factor_type == FactorType::Push;
        }
        [(computer, 0u8), (phone, 1u8)].map(|(there, slot)| {
            let chance = draw(self.seed, Purpose::Device, Device::number(i, slot));
            there.then(|| Device {
                owner: i,
                slot,
                platform: match (slot, chance % 5) {
                    (0, 0..3) => Platform::Mac,
                    (0, _) => Platform::Windows,
                    (_, 0..3) => Platform::Phone,
                    _ => Platform::Android,
                },
                managed: slot == 0 && (self.clean || !(chance >> 8).is_multiple_of(5)),
                encrypted: self.clean || !(chance >> 16).is_multiple_of(11),
                suspended: (chance >> 24).is_multiple_of(83),
                after: ((chance >> 32) % (20 * DAY as u64)) as i64,
                chance,
            })
        })
    }

    /// Somebody else who uses the device, such as the one at a counter.
    #[must_use]
    pub fn second_user(&self, device: &Device) -> Option<u32> {
        (device.slot == 0 && device.owner % 50 == 7 && device.owner < self.plan.users)
            .then(|| device.owner - 1)
    }
}
