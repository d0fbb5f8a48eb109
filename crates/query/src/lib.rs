#![doc = include_str!("../README.md")]

mod cancel;
mod catalog;
mod description;
mod dialect;
mod engine;
mod error;
pub mod format;
mod function;
mod plan;
mod request;
mod scan;
mod source;
mod stream;
mod suggestion;

pub use description::{Description, Read, ReadWay};
pub use engine::{Engine, EngineOptions};
pub use error::{LimitReached, Place, QueryError, SqlError};
pub use function::{Function, FunctionKind};
pub use request::{Limits, Request, Variable};
pub use source::{AuditTable, Batches, EventsAsked, Part, Source, SourceError};
pub use stream::QueryStream;
