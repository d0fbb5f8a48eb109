//! The archive from outside: what goes in comes out, once, whatever is killed in between.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod appending;
mod fixture;
mod keeping;
mod opening;
mod python;
mod reading;
