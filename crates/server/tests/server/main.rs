//! The HTTP interface, in process, on the stand-in Okta.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod access;
mod actors;
mod audit_events;
mod custom;
mod harness;
mod hooks;
mod integrations;
mod openapi;
mod query;
mod resource_pages;
mod session;
