//! MonoSign's identifiers: GUIDs. The last twelve digits carry the object's number, the rest checks it.

use crate::hash::mix;

/// The kinds of object that have identifiers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    User = 1,
    Authenticator,
    AuthenticatorDefinition,
    Password,
    Permission,
    PermissionDefinition,
    Role,
    RoleDefinition,
    Group,
    Application,
    Profile,
    ObjectType,
    Event,
}

/// Gives out and reads identifiers of one installation.
#[derive(Debug, Clone, Copy)]
pub struct Guids(pub u64);

impl Guids {
    /// The identifier of object `number` (below 2⁴⁸) of a kind.
    #[must_use]
    pub fn id(self, kind: Kind, number: u64) -> String {
        let key = mix(self.0 ^ mix(kind as u64 ^ 0x6015));
        let check = mix(key ^ number);
        format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
            check >> 32,
            check >> 16 & 0xFFFF,
            check & 0xFFF,
            key & 0xFFF,
            (number ^ key) & 0xFFFF_FFFF_FFFF
        )
    }

    /// The number behind an identifier, if this installation gave it out for this kind.
    #[must_use]
    pub fn read(self, kind: Kind, text: &str) -> Option<u64> {
        let key = mix(self.0 ^ mix(kind as u64 ^ 0x6015));
        let last = u64::from_str_radix(text.get(24..)?, 16).ok()?;
        let number = (last ^ key) & 0xFFFF_FFFF_FFFF;
        (self.id(kind, number) == text).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_read_back_and_foreign_ones_do_not() {
        let ids = Guids(7);
        for number in [0, 1, 300, 1 << 40] {
            let id = ids.id(Kind::User, number);
            assert_eq!(id.len(), 36);
            assert_eq!(ids.read(Kind::User, &id), Some(number));
            assert_eq!(ids.read(Kind::Group, &id), None);
            assert_eq!(Guids(8).read(Kind::User, &id), None);
        }
        assert_eq!(ids.read(Kind::User, "x"), None);
    }
}
