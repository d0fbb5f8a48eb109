#![doc = include_str!("../README.md")]

mod active;
mod alerts;
mod backoff;
mod change_batch;
mod channel;
mod channels;
mod delivery;
mod error;
mod fill;
mod identity;
mod letter;
mod message;
mod outbox;
mod reach;
mod send;
mod tables;
mod watch;

pub use alerts::{Alert, AlertChange, Alerts, NewAlert};
pub use channel::{ChannelForm, Field, channel_kinds};
pub use channels::{Channel, ChannelChange, Channels, NewChannel};
pub use delivery::{
    AlertName, Attempt, ChannelName, Deliveries, Delivery, DeliveryDetail, DeliveryFilter,
    DeliveryPage, DeliveryStatus, MOST_ATTEMPTS,
};
pub use error::{AlertsError, FieldProblem};
pub use fill::{Filled, Filler, Knowledge};
pub use muster_outbound::{Clock, OutboundOptions, SystemClock};
pub use send::{Sender, Sending};
pub use tables::MIGRATION;
pub use watch::{ChangeWatch, FindingStepKind, FindingWatch, Watch};
