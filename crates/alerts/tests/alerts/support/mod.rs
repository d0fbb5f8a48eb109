//! A data folder of its own for one test, time that is set, and local servers to send to.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]
#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

pub mod mail;
pub mod place;
pub mod receiver;
pub mod time;

pub use place::Place;
pub use receiver::{Answer, Received, Receiver};
pub use time::TestClock;
