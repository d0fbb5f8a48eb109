//! The HTTP interface, in process, on the stand-in Okta.

mod access;
mod harness;
mod integrations;
mod query;
mod session;
