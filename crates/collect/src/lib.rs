//! Runs integrations: lists, resumes, decides what is fetched again, and tells how far the register can be believed.
//!
//! A run goes through the provider's types, parents before children. Every listing is a row of the table `listing`
//! until its integration is deleted: where it stands, when it last finished, what its parent's marker said then. Pages
//! are committed with the row that says so, so a run cut off anywhere goes on where it was.
//!
//! Collecting asks no rule anything and decodes no column; it knows documents and keys.

mod audit;
mod beside;
mod children;
mod connection;
mod context;
mod derived;
mod details;
mod error;
mod guard;
mod intake;
mod listing;
mod parents;
mod push;
mod receipts;
mod report;
mod reread;
mod run;
mod seen_file;
mod state;
mod tables;
mod top_level;
mod webhook;

pub use audit::{AuditReport, AuditRound, AuditState, audit_states};
pub use connection::Connection;
pub use error::CollectError;
pub use intake::take_events;
pub use push::{PushEnd, Pushed, forget_type, note_defined};
pub use receipts::{Batch, Receipt, Taken, keep_receipts, waiting};
pub use report::{Progress, Report, TypeReport};
pub use reread::{Extent, RereadReport, Rereading, rereads_due};
pub use run::{Run, SyncOptions};
pub use seen_file::{forget_seen, sweep};
pub use state::{listed_parents, states};
pub use tables::{MIGRATION, forget};
pub use webhook::{Webhook, WebhookState, put_webhook, remove_webhook, webhook_state, webhooks};
