//! Runs integrations: lists, resumes, decides what is fetched again, and tells how far the register can be believed.
//!
//! A run goes through the provider's types, parents before children. Every listing is a row of the table `listing`
//! until its integration is deleted: where it stands, when it last finished, what its parent's marker said then. Pages
//! are committed with the row that says so, so a run cut off anywhere goes on where it was.
//!
//! Collecting asks no rule anything and decodes no column; it knows documents and keys.

mod audit;
mod children;
mod context;
mod derived;
mod details;
mod error;
mod guard;
mod intake;
mod listing;
mod parents;
mod report;
mod run;
mod seen_file;
mod state;
mod tables;
mod top_level;

pub use audit::{AuditReport, AuditRound, AuditState, audit_states};
pub use error::CollectError;
pub use intake::take_events;
pub use report::{Progress, Report, TypeReport};
pub use run::{Run, SyncOptions};
pub use seen_file::{forget_seen, sweep};
pub use state::{listed_parents, states};
pub use tables::{MIGRATION, forget};
