//! The HTTP interface, in process, on the stand-in Okta.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod access;
mod audit_events;
mod harness;
mod integrations;
mod openapi;
mod query;
mod session;
