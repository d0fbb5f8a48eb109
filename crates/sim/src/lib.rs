#![doc = include_str!("../README.md")]

mod answering;
mod clock;
mod company;
mod control;
mod error;
mod faults;
mod hash;
mod ids;
mod json;
mod okta;
mod options;
mod server;
mod state;
mod stats;
mod truth;
mod vendor;
mod world;

pub use error::SimError;
pub use okta::service::{CLIENT_ID as SERVICE_CLIENT_ID, KEY as SERVICE_KEY};
pub use options::SimOptions;
pub use server::{Sim, serve};
pub use vendor::Vendor;
