//! Statements on a small company, on a large table, and what comes back.

mod actors;
mod computed;
mod description;
mod format;
mod limits;
mod memory;
mod principal;
mod render;
mod spans;
mod support;
