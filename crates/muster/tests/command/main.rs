//! Commands of the built binary against a stand-in Okta.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod alert;
#[path = "../common/mod.rs"]
mod common;
mod integration;
mod managed_queries;
