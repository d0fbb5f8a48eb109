//! The HTTP API, its permissions and sessions, the jobs that keep everything in step, and the page.
//!
//! [`Server::open`] takes a writer of a data folder and joins to it what stands to the right of the ledger: the query
//! engine, rules, alerts. `router.rs` shows every route, `access/table.rs` who may take it, `job/` what happens without
//! anybody asking. HTTP ends here: no other crate knows of it.

mod access;
mod api;
mod app;
mod events;
mod inbox;
mod job;
mod page;
mod problem;
mod reading;
mod router;
mod server;
mod tables;
mod time;
mod ui;

pub use router::openapi;
pub use server::{Options, Server, ServerError};
pub use tables::MIGRATION;
