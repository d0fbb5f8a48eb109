//! The control file: one SQLite database that holds everything relational and small.
//!
//! `control` is the lowest crate. It opens the file, checks that this version may read it, and lends
//! transactions; every crate above owns its tables and brings their [`Migration`]s. A data folder has one
//! writer, whoever holds its [`Lock`]; readers need no lock.

mod database;
mod error;
mod folder;
mod integrations;
mod lock;
mod secrets;

pub use database::{Control, Migration};
pub use error::ControlError;
pub use folder::Folder;
pub use integrations::{Integrations, NewIntegration, USUAL_INTERVAL_SECONDS};
pub use lock::Lock;
pub use rusqlite;
pub use secrets::{SecretKey, Secrets};
