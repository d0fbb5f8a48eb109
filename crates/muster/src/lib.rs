//! The binary: configuration, wiring, subcommands.
//!
//! `cli` says what can be typed, `command` has one module per noun; what writes is `muster_office`'s. Everything printed
//! on standard output is an answer; everything else goes to standard error.

pub mod cli;
pub mod command;

pub use command::run;
