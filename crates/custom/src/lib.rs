//! Resource types of one's own: from a JSON Schema to columns, and whether a document fits.
//!
//! A [`Definition`] is what somebody writes down: a name, a key, a schema. [`CustomType::of`] understands it, or tells
//! everything that is wrong with it. What it gives is a [`muster_model::ResourceType`] like any other, and a judge of
//! documents. [`Splitter`] finds the documents in a body that arrives piece by piece. Nothing here asks a network.

mod columns;
mod custom_type;
mod definition;
mod document;
mod fit;
mod keyword;
mod mistake;
mod moment;
mod order;
mod schema;
mod split;
mod store;

pub use custom_type::{CustomType, PROVIDER};
pub use definition::{Definition, check_name};
pub use document::{LONGEST_DOCUMENT, parse};
pub use mistake::{MISTAKES_TOLD, Mistake};
pub use split::{Piece, SplitError, Splitter};
pub use store::{CustomTypes, MIGRATION, PendingPush, Pushes, StoreError, StoredType};
