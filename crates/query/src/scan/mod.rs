//! Reading tables: what a statement asks of a table, and nothing else, streams out of the stored batches.

mod changes;
mod column;
mod events;
mod exec;
mod morsel;
mod reader;
mod segment;
mod streamed;
mod table;

pub(crate) use changes::changes;
pub(crate) use column::{Listed, ScanColumn};
pub(crate) use events::Events;
pub(crate) use segment::{Segment, Snapshot};
pub(crate) use table::ScanTable;
