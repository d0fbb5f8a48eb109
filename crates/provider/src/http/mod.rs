//! Talking to a vendor: who may be talked to, how fast, what an answer means, and how pages follow each other.

mod answer;
mod assertion;
mod authority;
mod backoff;
mod budget;
mod client;
mod counters;
mod cursor;
mod error;
mod link;
mod log;
mod numbered;
mod options;
mod page;
mod pages;
mod probe;
mod secrets;
mod setup;
mod throttle;
mod transport;
mod twins;

pub use budget::BudgetView;
pub use client::Client;
pub use counters::{Counters, Usage};
pub use cursor::Cursor;
pub use error::RequestError;
pub use log::LogPage;
pub use muster_outbound::{Clock, Proxies, SystemClock, Timeouts};
pub use options::ClientOptions;
pub use page::Page;
pub use pages::Pages;
pub use probe::{Probe, ProbeReport, Readable, probe};
pub use secrets::Secrets;
pub use setup::ClientError;

#[cfg(test)]
mod tests;
