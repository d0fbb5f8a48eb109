//! Where everything random comes from: a seed, a purpose and a number, mixed. No state, so an object can be
//! derived alone, in any order, in any process.

use std::hash::{BuildHasherDefault, Hasher};

/// Mixes 64 bits so that every input bit moves about half of the output bits (the finaliser of SplitMix64).
#[inline]
#[must_use]
pub fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// What a random number is drawn for; two purposes never share a number.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub enum Purpose {
    Department = 1,
    City,
    UserType,
    Name,
    Status,
    Created,
    Activated,
    StatusChanged,
    Password,
    Login,
    Updated,
    Title,
    Phone,
    Custom,
    Factor,
    FactorDetail,
    GroupMembers,
    GroupTimes,
    AppUsers,
    AppTimes,
    AppUser,
    Secret,
    Planted,
    Churn,
    ChurnTarget,
    ChurnDetail,
    Event,
    Fault,
    Link,
    RequestId,
    Joined,
    Device,
    Drift,
    System,
    Insight,
    Lag,
}

/// A number that depends on the seed, the purpose and `n`, and on nothing else.
#[inline]
#[must_use]
pub fn draw(seed: u64, purpose: Purpose, n: u64) -> u64 {
    mix(mix(seed ^ (purpose as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93)) ^ n)
}

/// A number drawn for a pair, such as an application and a user.
#[inline]
#[must_use]
pub fn draw_pair(seed: u64, purpose: Purpose, a: u64, b: u64) -> u64 {
    draw(seed, purpose, mix(a).wrapping_add(b))
}

/// A shuffle of `0..n` that can be asked in both directions without a table: `place` says where a member went, `at`
/// says who went there. Taking the members of a range of places is how a group of a million people costs no memory.
#[derive(Debug, Clone, Copy)]
pub struct Shuffle {
    n: u64,
    factor: u64,
    offset: u64,
    inverse: u64,
}

impl Shuffle {
    /// A shuffle of `0..n`; `n` is below 2³² so that products fit.
    #[must_use]
    pub fn new(n: u32, seed: u64) -> Self {
        let n = u64::from(n.max(1));
        let mut factor = n / 3 + mix(seed) % (n / 2 + 1);
        while gcd(factor, n) != 1 {
            factor += 1;
        }
        let factor = factor % n;
        Self {
            n,
            factor,
            offset: mix(seed ^ 1) % n,
            inverse: inverse(factor, n),
        }
    }

    /// Where member `i` (below `n`) was put.
    #[inline]
    #[must_use]
    pub fn place(&self, i: u32) -> u32 {
        ((u64::from(i) * self.factor + self.offset) % self.n) as u32
    }

    /// Who was put at `place` (below `n`).
    #[inline]
    #[must_use]
    pub fn at(&self, place: u32) -> u32 {
        (((u64::from(place) + self.n - self.offset) * self.inverse) % self.n) as u32
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

fn inverse(a: u64, n: u64) -> u64 {
    let (mut old_r, mut r) = (i128::from(a), i128::from(n));
    let (mut old_s, mut s) = (1i128, 0i128);
    while r != 0 {
        let q = old_r / r;
        (old_r, r) = (r, old_r - q * r);
        (old_s, s) = (s, old_s - q * s);
    }
    old_s.rem_euclid(i128::from(n)) as u64
}

/// Hashes the small integers that index people; the keyed default is slower than the lookup it protects.
#[derive(Debug, Default, Clone, Copy)]
pub struct IndexHasher(u64);

impl Hasher for IndexHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = mix(self.0 ^ u64::from(*byte));
        }
    }
    fn write_u32(&mut self, n: u32) {
        self.0 = mix(u64::from(n));
    }
}

/// A map from people to what changed about them.
pub type IndexMap<V> = std::collections::HashMap<u32, V, BuildHasherDefault<IndexHasher>>;
/// A set of people.
pub type IndexSet = std::collections::HashSet<u32, BuildHasherDefault<IndexHasher>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_is_undone_by_its_inverse() {
        for n in [1, 2, 3, 7, 10, 200, 20_000, 1_000_000] {
            let shuffle = Shuffle::new(n, u64::from(n) * 31);
            for i in (0..n).step_by((n as usize / 500).max(1)) {
                assert!(shuffle.place(i) < n);
                assert_eq!(shuffle.at(shuffle.place(i)), i, "n {n}, i {i}");
            }
        }
    }
}
