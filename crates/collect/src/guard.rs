//! Whether removals are believed.

use muster_ledger::{Decide, Removals};

use crate::tables::{ListingKey, count_held};

/// Up to this many removals are believed whatever their share.
const FEW: usize = 20;
/// More than one in this many is a lot.
const LOT: usize = 5;
/// Equal listings that make a lot believable.
const EQUAL_LISTINGS: u32 = 3;

/// Whether so many removals at once look like a vendor's or our mistake rather than the truth.
pub(crate) fn is_suspicious(removals: &Removals) -> bool {
    removals.rows > FEW && removals.rows * LOT > removals.of
}

/// Takes what is believable, what the operator accepted, and what three listings in a row agreed on.
pub(crate) fn decide(listing: ListingKey, accepted: bool) -> Decide {
    Box::new(move |removals, transaction| {
        if accepted || !is_suspicious(removals) {
            return Ok(true);
        }
        Ok(count_held(transaction, &listing, &removals.digest)? >= EQUAL_LISTINGS)
    })
}

/// What to say when removals are held back.
pub(crate) fn held(resource_type: &str, removals: &Removals) -> String {
    format!(
        "{} of {} would be removed at once, which is held back; if that is right, run `muster sync --accept-removals \
         {resource_type}`, otherwise it is taken after {EQUAL_LISTINGS} equal listings",
        removals.rows, removals.of
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_or_a_small_share_is_believed() {
        let removals = |rows, of| Removals {
            rows,
            of,
            digest: String::new(),
        };
        assert!(!is_suspicious(&removals(20, 20)));
        assert!(!is_suspicious(&removals(100, 500)));
        assert!(is_suspicious(&removals(21, 21)));
        assert!(is_suspicious(&removals(101, 500)));
    }
}
