//! The binary: configuration, wiring, subcommands.
//!
//! `cli` says what can be typed, `command` has one module per noun, `office` does what writes, `handover` finds who
//! may write. Everything printed on standard output is an answer; everything else goes to standard error.

pub mod cli;
pub mod command;
mod configuration;
pub mod failure;
mod handover;
mod office;
mod register;
mod request;

pub use command::run;
pub use register::{Moment, Register};
