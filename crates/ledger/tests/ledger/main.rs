//! The ledger from outside: what goes in comes out, once, whatever is killed in between.

mod aging;
mod archive;
mod common;
mod differences;
mod events;
mod keeping;
mod memory;
mod redefining;
mod removing;
