//! Collecting from the stand-in: what is there, what changed, what is missing and why.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod actors;
mod audit;
mod common;
mod cut_off;
mod jumpcloud;
mod monosign;
mod removals;
mod reread;
mod service;
mod sync;
