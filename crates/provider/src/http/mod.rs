//! Talking to a vendor: who may be talked to, how fast, what an answer means, and how pages follow each other.

mod address;
mod answer;
mod backoff;
mod budget;
mod client;
mod clock;
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
mod trust;

pub use budget::BudgetView;
pub use client::{Client, KnownOrganisation};
pub use clock::{Clock, SystemClock};
pub use counters::{Counters, Usage};
pub use error::RequestError;
pub use options::{ClientOptions, Proxies, Timeouts};
pub use page::{Cursor, Page};
pub use pages::Pages;
pub use probe::{Probe, ProbeReport, Readable, probe};
pub use secrets::Secrets;
pub use setup::ClientError;

#[cfg(test)]
mod tests;
