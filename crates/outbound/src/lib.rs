#![doc = include_str!("../README.md")]

mod address;
mod builder;
mod clock;
mod error;
mod options;
mod trust;

pub use address::{RefusedAddress, check, public_addresses, refused_address};
pub use builder::client_builder;
pub use clock::{Clock, SystemClock};
pub use error::OutboundError;
pub use options::{OutboundOptions, Proxies, Timeouts};
pub use trust::untrusted_certificate;
