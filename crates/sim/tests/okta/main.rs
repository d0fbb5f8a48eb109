//! The stand-in Okta, seen from outside: everything here goes through HTTP.

#![expect(
    clippy::unwrap_used,
    reason = "a test that meets what it did not expect fails"
)]

mod checks;
mod churn;
mod collections;
mod control;
mod counts;
mod crawl;
mod determinism;
mod faults;
mod kinds;
mod limits;
mod logs;
mod openapi;
mod paging;
mod permissions;
mod recorded;
mod recordings;
mod served;
mod shapes;
mod support;
mod truth;
