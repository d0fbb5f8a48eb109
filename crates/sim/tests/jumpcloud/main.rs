//! The stand-in JumpCloud, seen from outside: everything here goes through HTTP.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect fails"
)]

mod access;
mod changes;
mod crawl;
mod documents;
mod insights;
mod paging;
#[path = "../okta/shapes.rs"]
mod shapes;
mod support;
