//! Runs, base and archive: every change ever observed, and what is true now.
//!
//! A committed batch is a *run*. Per integration and type a *base* of mapped segments says what is true now, up to a
//! known sequence number; whoever reads it sees base plus newer runs, the newest record of a key wins. Runs are merged
//! into the base and appended to the *archive* in the background, and go when both have passed them. `README.md`
//! beside this file tells the formats and the order in which things become durable.

mod actors;
pub mod archive;
mod archived;
mod background;
mod commit;
mod compare;
pub mod decode;
mod ending;
mod error;
mod events;
mod garbage;
mod hash;
mod history;
mod index;
mod ledger;
mod mapped;
mod merge;
mod observe;
mod rebuild;
mod run;
mod seen;
mod segment;
mod snapshot;
mod state;
mod submission;
mod table;
mod tables;
#[cfg(test)]
mod testing;
mod upkeep;
mod writer;

pub use actors::{
    attribute, change_actors, note_children_observed, note_hints, note_listed, note_observed,
};
pub use compare::{Difference, compare};
pub use error::LedgerError;
pub use events::{
    EVENTS_MIGRATION, EventKeeper, EventReader, EventsWanted, forget_events, note_events,
};
pub use hash::{DocumentHash, KeyHash, key_hash};
pub use history::{Changes, History, changes_schema};
pub use ledger::{HandedOver, Ledger, local_archive};
pub use observe::{Observation, Observations, ObserveError, REDACTED, own_key, redact};
pub use seen::Seen;
pub use snapshot::{Documents, Part, Reader, Snapshot};
pub use submission::{
    Counts, Decide, Finish, Finished, InTransaction, OnRemoved, Page, Removal, Removals, Spared,
};
pub use tables::{MIGRATION, last_sequence};
