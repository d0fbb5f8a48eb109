//! Okta's identifiers: twenty letters and digits, the first three telling the kind of object.
//!
//! An identifier here is an encrypted number: three letters of kind, seven that carry a scrambled 40-bit number,
//! six that check them, four that every object of the organisation shares. It can be read back without a table, and
//! one that was never given out does not read back.

use crate::hash::mix;

const MASK: u64 = (1 << 40) - 1;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKS: u64 = 62u64.pow(6);

/// One identifier, as text without a heap allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; 20]);

impl Id {
    /// The twenty characters.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> &str {
        // every byte comes from ALPHABET or from an ASCII prefix
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The kinds of object that have identifiers of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    User,
    Group,
    GroupRule,
    Application,
    UserType,
    Schema,
    Policy,
    EnginePolicy,
    PolicyRule,
    EngineRule,
    PolicyMapping,
    ProfileMapping,
    Domain,
    Brand,
    ApiToken,
    Organization,
    Zone,
    Cursor,
    FactorSms,
    FactorCall,
    FactorTotp,
    FactorPush,
    FactorNonce,
    FactorWebauthn,
    FactorQuestion,
    FactorEmail,
    Provider,
    SystemPrincipal,
    Link,
    TrustedOrigin,
    Authenticator,
    AuthorizationServer,
    Scope,
    Claim,
    Device,
    DeviceAssurance,
    RoleAssignment,
    CustomRole,
    ResourceSet,
    ResourceSetResource,
    ResourceSetMember,
    EventHook,
    InlineHook,
    LogStream,
    Behavior,
    Agent,
    Grant,
}

impl Kind {
    fn prefix(self) -> &'static [u8; 3] {
        match self {
            Self::User => b"00u",
            Self::Group => b"00g",
            Self::GroupRule | Self::PolicyRule => b"0pr",
            Self::Application | Self::Provider => b"0oa",
            Self::UserType => b"oty",
            Self::Schema => b"osc",
            Self::Policy => b"00p",
            Self::EnginePolicy => b"rst",
            Self::EngineRule => b"rul",
            Self::PolicyMapping => b"rsm",
            Self::ProfileMapping => b"prm",
            Self::Domain => b"OcD",
            Self::Brand => b"bnd",
            Self::ApiToken => b"00T",
            Self::Organization => b"00o",
            Self::Zone => b"nzo",
            Self::Cursor => b"PGE",
            Self::FactorSms => b"mbl",
            Self::FactorCall => b"clf",
            Self::FactorTotp => b"ost",
            Self::FactorPush => b"opf",
            Self::FactorNonce => b"crp",
            Self::FactorWebauthn => b"fwf",
            Self::FactorQuestion => b"ufs",
            Self::FactorEmail => b"emf",
            Self::SystemPrincipal => b"spr",
            Self::Link => b"aln",
            Self::TrustedOrigin => b"tos",
            Self::Authenticator => b"aut",
            Self::AuthorizationServer => b"aus",
            Self::Scope => b"scp",
            Self::Claim => b"ocl",
            Self::Device => b"guo",
            Self::DeviceAssurance => b"dae",
            Self::RoleAssignment => b"ra1",
            Self::CustomRole => b"cr0",
            Self::ResourceSet => b"iam",
            Self::ResourceSetResource => b"ire",
            Self::ResourceSetMember => b"irb",
            Self::EventHook => b"who",
            Self::InlineHook => b"cal",
            Self::LogStream => b"0oa",
            Self::Behavior => b"bhv",
            Self::Agent => b"a53",
            Self::Grant => b"oag",
        }
    }
}

/// Gives out and reads identifiers of one organisation.
#[derive(Debug, Clone, Copy)]
pub struct Ids {
    seed: u64,
    suffix: [u8; 4],
}

impl Ids {
    /// The identifiers of the organisation with this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let h = mix(seed ^ 0x0D);
        let suffix = [
            ALPHABET[(h % 62) as usize],
            ALPHABET[(h >> 8) as usize % 10],
            b'd',
            b'7',
        ];
        Self { seed, suffix }
    }

    fn key(&self, kind: Kind) -> u64 {
        mix(self.seed ^ mix(kind as u64 + 1000))
    }

    /// The identifier of object `number` (below 2⁴⁰) of a kind.
    #[must_use]
    pub fn id(&self, kind: Kind, number: u64) -> Id {
        let key = self.key(kind);
        let scrambled = scramble(number, key);
        let mut text = [0u8; 20];
        text[..3].copy_from_slice(kind.prefix());
        base62(scrambled, &mut text[3..10]);
        base62(mix(scrambled ^ key) % CHECKS, &mut text[10..16]);
        text[16..].copy_from_slice(&self.suffix);
        Id(text)
    }

    /// The number behind an identifier, if this organisation gave it out for this kind.
    #[must_use]
    pub fn read(&self, kind: Kind, text: &str) -> Option<u64> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
        let mut scrambled = 0u64;
        for byte in &bytes[3..10] {
            scrambled = scrambled * 62 + digit(*byte)?;
        }
        if scrambled > MASK {
            return None;
        }
        let number = unscramble(scrambled, self.key(kind));
        (&self.id(kind, number).0 == bytes).then_some(number)
    }

    /// The identifier of a person.
    #[inline]
    #[must_use]
    pub fn user(&self, index: u32) -> Id {
        self.id(Kind::User, u64::from(index))
    }

    /// The identifier of a group.
    #[must_use]
    pub fn group(&self, index: usize) -> Id {
        self.id(Kind::Group, index as u64)
    }

    /// The identifier of an application.
    #[must_use]
    pub fn application(&self, index: usize) -> Id {
        self.id(Kind::Application, index as u64)
    }
}

const FACTOR: u64 = 0x00D6_E8FE_B865_9FD9 & MASK;
const INVERSE: u64 = inverse_of(FACTOR);

const fn inverse_of(a: u64) -> u64 {
    let mut x = a;
    let mut i = 0;
    while i < 6 {
        x = x.wrapping_mul(2u64.wrapping_sub(a.wrapping_mul(x)));
        i += 1;
    }
    x & MASK
}

fn scramble(number: u64, key: u64) -> u64 {
    let mut x = number.wrapping_add(key) & MASK;
    x ^= x >> 20;
    x = x.wrapping_mul(FACTOR) & MASK;
    x ^= x >> 20;
    x = x.wrapping_mul(FACTOR) & MASK;
    x ^ (x >> 20)
}

fn unscramble(scrambled: u64, key: u64) -> u64 {
    let mut x = scrambled ^ (scrambled >> 20);
    x = x.wrapping_mul(INVERSE) & MASK;
    x ^= x >> 20;
    x = x.wrapping_mul(INVERSE) & MASK;
    x ^= x >> 20;
    x.wrapping_sub(key) & MASK
}

fn base62(mut n: u64, out: &mut [u8]) {
    for slot in out.iter_mut().rev() {
        *slot = ALPHABET[(n % 62) as usize];
        n /= 62;
    }
}

fn digit(byte: u8) -> Option<u64> {
    Some(match byte {
        b'0'..=b'9' => u64::from(byte - b'0'),
        b'A'..=b'Z' => u64::from(byte - b'A') + 10,
        b'a'..=b'z' => u64::from(byte - b'a') + 36,
        _ => return None,
    })
}

/// `length` letters and digits that look random: secrets, key identifiers, request identifiers.
#[must_use]
pub fn random_text(mut n: u64, length: usize) -> String {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        n = mix(n);
        let mut rest = n;
        for _ in 0..10.min(length - text.len()) {
            text.push(char::from(ALPHABET[(rest % 62) as usize]));
            rest /= 62;
        }
    }
    text
}

/// A text in base 32 without padding, as the vendor's identifiers of its own roles are made.
#[must_use]
pub fn encoded(text: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut out, mut held, mut bits) = (String::new(), 0u32, 0);
    for byte in text.bytes() {
        held = held << 8 | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(LETTERS[(held << (5 - bits) & 31) as usize]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_named_as_recorded() {
        assert_eq!(encoded("APP_ADMIN"), "IFIFAX2BIRGUSTQ");
        assert_eq!(encoded("USER_ADMIN"), "KVJUKUS7IFCE2SKO");
    }

    #[test]
    fn identifiers_read_back_and_foreign_ones_do_not() {
        let ids = Ids::new(7);
        for n in [0, 1, 2, 61, 62, 999_999, 1 << 33, MASK] {
            let id = ids.id(Kind::User, n);
            assert_eq!(id.as_str().len(), 20);
            assert_eq!(ids.read(Kind::User, id.as_str()), Some(n));
            assert_eq!(ids.read(Kind::Group, id.as_str()), None);
            assert_eq!(Ids::new(8).read(Kind::User, id.as_str()), None);
        }
        assert_eq!(ids.read(Kind::User, "00uzzzzzzzzzzzzzzzzz"), None);
        assert_eq!(ids.read(Kind::User, "x"), None);
    }
}
