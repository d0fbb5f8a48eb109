//! JumpCloud's identifiers: twenty-four hexadecimal digits.
//!
//! The first eight look like the moment at which an object was made and tell its kind, the next ten carry its number, six
//! check both. They sort as the objects are numbered, can be read back without a table, and one that was never given out
//! does not read back.

use crate::hash::mix;

/// The kinds of object that have identifiers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Organization = 1,
    User,
    System,
    UserGroup,
    SystemGroup,
    Application,
    Policy,
    PolicyTemplate,
    PolicyGroup,
    PolicyResult,
    ConfigField,
    AuthnPolicy,
    IpList,
    AppleMdm,
    GSuite,
    Office365,
    LdapServer,
    ActiveDirectory,
    RadiusServer,
    Command,
    Administrator,
    Role,
    Event,
    SshKey,
    Address,
}

/// Gives out and reads identifiers of one organisation.
#[derive(Debug, Clone, Copy)]
pub struct HexIds(pub u64);

impl HexIds {
    /// The identifier of object `number` (below 2⁴⁰) of a kind.
    #[must_use]
    pub fn id(self, kind: Kind, number: u64) -> String {
        let made = self.made(kind);
        let check = mix(self.0 ^ mix(number) ^ u64::from(made)) & 0xFF_FFFF;
        format!("{made:08x}{number:010x}{check:06x}")
    }

    fn made(self, kind: Kind) -> u32 {
        0x5F00_0000 | (kind as u32) << 18 | (mix(self.0 ^ 0x1D) & 0x3_FFFF) as u32
    }

    /// The number behind an identifier, if this organisation gave it out for this kind.
    #[must_use]
    pub fn read(self, kind: Kind, text: &str) -> Option<u64> {
        if !well_formed(text) {
            return None;
        }
        let number = u64::from_str_radix(&text[8..18], 16).ok()?;
        (self.id(kind, number) == text).then_some(number)
    }
}

/// Whether a text could be an identifier at all.
#[must_use]
pub fn well_formed(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_read_back_sort_by_number_and_foreign_ones_do_not_read() {
        let ids = HexIds(7);
        let mut last = String::new();
        for number in [0, 1, 2, 255, 256, 1 << 33] {
            let id = ids.id(Kind::User, number);
            assert!(well_formed(&id) && id > last, "{id}");
            assert_eq!(ids.read(Kind::User, &id), Some(number));
            assert_eq!(ids.read(Kind::System, &id), None);
            assert_eq!(HexIds(8).read(Kind::User, &id), None);
            last = id;
        }
    }
}
