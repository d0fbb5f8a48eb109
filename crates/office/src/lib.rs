//! The writer of a data folder: holds the lock, does what commands and the server ask, and keeps schedules.
//!
//! Whoever wants to change something asks an [`Office`] with a [`request::Request`]. [`handover`] finds it: this
//! process when the folder's lock is free, else whoever holds it. [`Register`] is what questions are answered from; it
//! needs no lock.

mod clock;
pub mod configuration;
pub mod failure;
pub mod handover;
mod label;
mod office;
pub mod push;
mod register;
pub mod request;
mod runs;

pub use clock::now_milliseconds;
pub use configuration::Configuration;
pub use failure::Failure;
pub use label::label;
pub use office::{
    Addressed, Collecting, HookHeader, MIGRATIONS, MadeWebhook, Notice, Office, TakenBatch,
    catalogue_of, keep_receipts,
};
pub use register::{Moment, Register};
pub use runs::{RunRecord, Runs, due};
