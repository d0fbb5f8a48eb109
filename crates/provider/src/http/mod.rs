//! Talking to a vendor: who may be talked to, how fast, what an answer means, and how pages follow each other.

mod answer;
mod authority;
mod backoff;
mod budget;
mod client;
mod counters;
mod error;
mod link;
mod options;
mod page;
mod pages;
mod probe;
mod secrets;
mod setup;
mod throttle;
mod transport;

pub use budget::BudgetView;
pub use client::{Client, KnownOrganisation};
pub use counters::{Counters, Usage};
pub use error::RequestError;
pub use muster_outbound::{Clock, Proxies, SystemClock, Timeouts};
pub use options::ClientOptions;
pub use page::{Cursor, Page};
pub use pages::Pages;
pub use probe::{Probe, ProbeReport, Readable, probe};
pub use secrets::Secrets;
pub use setup::ClientError;

#[cfg(test)]
mod tests;
