//! The built binary against the stand-ins, and what it is built with.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod actors;
mod alert;
mod answer_key;
mod common;
mod custom;
mod integration;
mod kill;
mod managed_queries;
mod managed_queries_beyond_okta;
mod recordings;
mod reference;
mod serve;
