#![doc = include_str!("../README.md")]
// the vendors' documents have more fields than a macro otherwise follows
#![recursion_limit = "512"]

mod answering;
mod clock;
mod company;
mod control;
mod error;
mod faults;
mod hash;
mod hooks;
mod ids;
mod json;
mod jumpcloud;
mod monosign;
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
