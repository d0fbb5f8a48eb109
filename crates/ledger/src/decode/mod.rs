//! From a vendor's document to a row of typed columns.
//!
//! A document is read once, straight into Arrow builders; no tree is built. A value whose JSON type does not fit
//! its column is a [`Warning`] and a null (text is taken from numbers and booleans); it never stops a row, because
//! the document itself stays readable as `_raw`.

mod column;
mod schema;
mod timestamp;
mod visit;
mod warning;

use std::{borrow::Cow, sync::Arc};

use arrow::{
    array::{ArrayRef, RecordBatch, StringBuilder, TimestampMillisecondBuilder, UInt64Builder},
    datatypes::SchemaRef,
    error::ArrowError,
};
use muster_model::{Path, ResourceKey, ResourceType};
use serde::{Deserialize as _, de::DeserializeSeed as _};
use serde_json::{Value, value::RawValue};

pub use schema::{
    JSON_METADATA, KEY, RAW, RECORDED_AT, SEQUENCE, UTC, arrow_type, document_schema, hot_column,
    stored_columns, table_schema,
};
pub use timestamp::parse_timestamp;
pub use warning::{Warning, Warnings};

pub(crate) use visit::member;

use column::StructDecoder;
use visit::StructSeed;

/// Where a row comes from besides its document.
#[derive(Debug, Clone, Copy)]
pub struct RowOrigin<'a> {
    /// The resource key, escaped and joined; its first parts are the parent's.
    pub key: &'a str,
    /// The newest record of the ledger that set this row.
    pub sequence: u64,
    /// When that record was committed, milliseconds since 1970 in UTC.
    pub recorded_at: i64,
}

/// Collects rows of one resource type into record batches with [`table_schema`].
#[derive(Debug)]
pub struct Decoder {
    schema: SchemaRef,
    columns: StructDecoder,
    /// Columns read from the resource key: (index in `columns`, part of the key).
    from_key: Vec<(usize, usize)>,
    keys: StringBuilder,
    sequences: UInt64Builder,
    recorded: TimestampMillisecondBuilder,
    hot: Vec<(Path, StringBuilder)>,
    raw: StringBuilder,
    warnings: Warnings,
}

impl Decoder {
    /// A decoder for the columns that the base keeps of `resource_type`.
    pub fn new(resource_type: &ResourceType) -> Self {
        Self::with_columns(
            resource_type,
            stored_columns(resource_type),
            table_schema(resource_type),
        )
    }

    /// A decoder for every declared column, those of [`muster_model::SameAs`] types included.
    pub fn of_documents(resource_type: &ResourceType) -> Self {
        Self::with_columns(
            resource_type,
            resource_type.columns.iter().collect(),
            document_schema(resource_type),
        )
    }

    fn with_columns(
        resource_type: &ResourceType,
        columns: Vec<&muster_model::Column>,
        schema: SchemaRef,
    ) -> Self {
        let parent_columns = resource_type
            .parent
            .as_ref()
            .map_or(&[][..], |parent| parent.columns.as_slice());
        let from_key = parent_columns
            .iter()
            .enumerate()
            .filter_map(|(part, name)| {
                columns
                    .iter()
                    .position(|column| &column.name == name)
                    .map(|index| (index, part))
            })
            .collect();
        Self {
            schema,
            columns: StructDecoder::new(&columns, ""),
            from_key,
            keys: StringBuilder::new(),
            sequences: UInt64Builder::new(),
            recorded: TimestampMillisecondBuilder::new().with_timezone(UTC),
            hot: resource_type
                .hot
                .iter()
                .map(|path| (path.clone(), StringBuilder::new()))
                .collect(),
            raw: StringBuilder::new(),
            warnings: Warnings::default(),
        }
    }

    /// Adds the row of one document.
    ///
    /// # Errors
    /// When `document` is not a JSON object. The decoder stays usable; the row is not added.
    pub fn push(&mut self, origin: RowOrigin<'_>, document: &str) -> Result<(), serde_json::Error> {
        let key_parts: Vec<Option<Cow<'_, str>>> = if self.from_key.is_empty() {
            Vec::new()
        } else {
            ResourceKey::split(origin.key).map(Result::ok).collect()
        };
        for &(column, part) in &self.from_key {
            let value = key_parts
                .get(part)
                .and_then(Option::as_deref)
                .filter(|value| !value.is_empty());
            self.columns.push_text(column, value);
        }
        let mut reader = serde_json::Deserializer::from_str(document);
        StructSeed {
            decoder: &mut self.columns,
            warnings: &mut self.warnings,
        }
        .deserialize(&mut reader)?;
        for (path, builder) in &mut self.hot {
            builder.append_option(raw_at(document, path).as_deref());
        }
        self.keys.append_value(origin.key);
        self.sequences.append_value(origin.sequence);
        self.recorded.append_value(origin.recorded_at);
        self.raw.append_value(document);
        Ok(())
    }

    /// Rows added since the last [`Decoder::finish`].
    pub fn rows(&self) -> usize {
        self.columns.rows()
    }

    /// Bytes of documents added since the last [`Decoder::finish`].
    pub fn document_bytes(&self) -> usize {
        self.raw.values_slice().len()
    }

    /// What did not fit so far.
    pub fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    /// The rows added so far, as one batch; the decoder starts anew.
    ///
    /// # Errors
    /// When columns do not fit together, which would be a defect here.
    pub fn finish(&mut self) -> Result<RecordBatch, ArrowError> {
        let mut arrays: Vec<ArrayRef> = self.columns.finish_columns();
        arrays.push(Arc::new(self.keys.finish()));
        arrays.push(Arc::new(self.sequences.finish()));
        arrays.push(Arc::new(self.recorded.finish()));
        for (_, builder) in &mut self.hot {
            arrays.push(Arc::new(builder.finish()));
        }
        arrays.push(Arc::new(self.raw.finish()));
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
    }
}

/// The JSON text at `path`, which has no arrays in it.
fn raw_at<'a>(document: &'a str, path: &Path) -> Option<Cow<'a, str>> {
    if let [muster_model::Segment::Field(name)] = path.segments() {
        // One member of the document: found without building a tree.
        let raw: &RawValue = member(document, name)?;
        return (raw.get() != "null").then(|| Cow::Borrowed(raw.get()));
    }
    let document = Value::deserialize(&mut serde_json::Deserializer::from_str(document)).ok()?;
    path.values(&document)
        .first()
        .map(|value| Cow::Owned(value.to_string()))
}
