//! Whether removals are believed.
//!
//! A type's listings are looked at together. What they would remove in one run is added up, with what went as a
//! descendant, and held against what the type had when the run began. Beyond the limit nothing more of the type is
//! removed in that run: a vendor that suddenly answers empty lists for every parent is stopped, though each list alone
//! is short. What was held once stays held until it is accepted, or until that listing has said the same often enough.
//! Removals that were accepted or agreed on do not count against the others.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use muster_ledger::Decide;

use crate::tables::{ListingKey, count_held, is_held};

/// Up to this many removals are believed whatever their share.
const FEW: usize = 20;
/// More than one in this many is a lot.
const LOT: usize = 5;
/// Equal listings that make a lot believable.
const EQUAL_LISTINGS: u32 = 3;

/// What one run would remove, type by type.
#[derive(Debug, Default)]
pub(crate) struct Guard {
    accepted: Vec<String>,
    tallies: Mutex<BTreeMap<String, Tally>>,
}

/// One type in one run.
#[derive(Debug, Default, Clone, Copy)]
struct Tally {
    /// Resources when the run began.
    before: usize,
    /// Removed on a listing's word alone, descendants included.
    taken: usize,
    /// Held back.
    held: usize,
}

impl Tally {
    /// Whether so many removals look like a vendor's or our mistake rather than the truth.
    fn is_suspicious_with(&self, rows: usize) -> bool {
        let all = self.taken + self.held + rows;
        all > FEW && all * LOT > self.before
    }
}

impl Guard {
    /// Nothing is removed yet. `before` says how many resources each type has, `accepted` names the types whose
    /// removals the operator takes however many they are.
    pub fn new(before: impl IntoIterator<Item = (String, usize)>, accepted: Vec<String>) -> Self {
        let tally = |before| Tally {
            before,
            ..Tally::default()
        };
        let tallies = before
            .into_iter()
            .map(|(name, before)| (name, tally(before)));
        Self {
            accepted,
            tallies: Mutex::new(tallies.collect()),
        }
    }

    /// Decides about one listing. `believed` is set when its removals are taken on its word alone: then what goes
    /// with them counts too, see [`Guard::count_descendants`].
    pub fn decide(self: &Arc<Self>, listing: ListingKey, believed: Arc<AtomicBool>) -> Decide {
        let guard = Arc::clone(self);
        Box::new(move |removals, transaction| {
            if removals.rows == 0 || guard.accepted.contains(&listing.resource_type) {
                return Ok(true);
            }
            let held_before = is_held(transaction, &listing, &removals.digest)?;
            if !held_before && guard.take(&listing.resource_type, removals.rows) {
                believed.store(true, Relaxed);
                return Ok(true);
            }
            let agreed = count_held(transaction, &listing, &removals.digest)? >= EQUAL_LISTINGS;
            if !agreed {
                guard.hold(&listing.resource_type, removals.rows);
            }
            Ok(agreed)
        })
    }

    /// Counts resources that went because what they hang below was removed on a listing's word alone.
    pub fn count_descendants(&self, resource_type: &str, rows: usize) {
        self.tallies()
            .entry(resource_type.to_owned())
            .or_default()
            .taken += rows;
    }

    /// What to say of a type when removals of it are held back.
    pub fn held(&self, resource_type: &str) -> Option<String> {
        let Tally {
            before,
            taken,
            held,
        } = *self.tallies().get(resource_type)?;
        let what = match (held, taken) {
            (0, _) => return None,
            (_, 0) => {
                format!("{held} of {before} would be removed at once, which is held back")
            }
            _ => format!(
                "{} of {before} would be removed at once; {taken} were, {held} are held back",
                taken + held
            ),
        };
        Some(format!(
            "{what}; if that is right, run `muster sync --accept-removals {resource_type}`, otherwise it is taken \
             after {EQUAL_LISTINGS} equal listings"
        ))
    }

    /// Counts removals as taken, unless that makes too many.
    fn take(&self, resource_type: &str, rows: usize) -> bool {
        let mut tallies = self.tallies();
        let tally = tallies.entry(resource_type.to_owned()).or_default();
        let believed = !tally.is_suspicious_with(rows);
        if believed {
            tally.taken += rows;
        }
        believed
    }

    fn hold(&self, resource_type: &str, rows: usize) {
        self.tallies()
            .entry(resource_type.to_owned())
            .or_default()
            .held += rows;
    }

    fn tallies(&self) -> MutexGuard<'_, BTreeMap<String, Tally>> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(before: usize) -> Guard {
        Guard::new([("a".to_owned(), before)], Vec::new())
    }

    #[test]
    fn few_or_a_small_share_is_believed() {
        assert!(guard(20).take("a", 20));
        assert!(guard(500).take("a", 100));
        assert!(!guard(21).take("a", 21));
        assert!(!guard(500).take("a", 101));
    }

    #[test]
    fn many_small_listings_are_a_lot_together() {
        let guard = guard(500);
        let believed = (0..50).filter(|_| guard.take("a", 10)).count();
        assert_eq!(believed, 10);
        guard.hold("a", 10);
        let said = guard.held("a").unwrap();
        assert!(
            said.starts_with("110 of 500 would be removed at once; 100 were, 10 are held back; "),
            "{said}"
        );
        assert!(said.contains("`muster sync --accept-removals a`"), "{said}");
    }

    #[test]
    fn what_is_held_makes_the_next_listing_suspicious() {
        let guard = guard(500);
        guard.hold("a", 300);
        assert!(!guard.take("a", 1));
        assert!(guard.take("b", 1));
    }

    #[test]
    fn descendants_that_went_count() {
        let guard = guard(500);
        guard.count_descendants("a", 95);
        assert!(guard.take("a", 5));
        assert!(!guard.take("a", 1));
        assert_eq!(guard.held("a"), None);
    }
}
