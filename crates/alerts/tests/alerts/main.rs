//! From causes to messages received, on real receivers.

mod email;
mod kills;
mod outbox;
mod sending;
mod slack;
mod support;
mod webhook;
