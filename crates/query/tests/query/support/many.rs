//! A type with as many rows as a test wants.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, Int64Array, ListArray, RecordBatch, StringArray, TimestampMillisecondArray,
        UInt64Array, new_null_array,
    },
    datatypes::{DataType, Field, Schema},
};
use muster_model::{ColumnType, Integration, IntegrationId, ResourceType, TypeState};
use muster_query::{Batches, Part, Source, SourceError};

use super::{NEW_YEAR, column, integration, resource_type};

pub struct Many {
    types: Vec<Arc<ResourceType>>,
    integrations: Vec<Integration>,
    part: Part,
    /// Batches of changes.
    changes: i64,
}

/// Rows of a batch of [`Many::streamed`].
pub const BATCH: i64 = 10_000;

impl Many {
    pub fn rows(rows: i64) -> Self {
        let columns = vec![
            column("id", ColumnType::String),
            column("n", ColumnType::Integer),
            column("status", ColumnType::String),
        ];
        let mut batches = Vec::new();
        let mut start = 0;
        while start < rows {
            let end = rows.min(start + 65_536);
            batches.push(batch(start, end));
            start = end;
        }
        Self {
            types: vec![Arc::new(resource_type("okta_user", columns))],
            integrations: vec![integration(1, "okta", "acme")],
            part: Part::new(batches),
            changes: 0,
        }
    }

    /// As many rows, and as many changes, that take no memory by themselves: every batch of rows is the same one,
    /// as if it lay in a mapped file, and a batch of changes is made when it is read.
    pub fn streamed(rows: i64) -> Self {
        let mut many = Self::rows(BATCH);
        many.changes = rows / BATCH;
        let batches = (0..many.changes).map(|_| many.part.batches[0].clone());
        many.part = Part::new(batches.collect());
        many
    }
}

fn batch(start: i64, end: i64) -> RecordBatch {
    let numbers: Vec<i64> = (start..end).collect();
    let text = |of: &dyn Fn(i64) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            numbers.iter().map(|n| of(*n)),
        ))
    };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", text(&|n| format!("user-{n:012}"))),
        ("n", Arc::new(Int64Array::from(numbers.clone()))),
        (
            "status",
            text(&|n| ["ACTIVE", "STAGED"][usize::from(n % 3 == 0)].to_owned()),
        ),
        ("_key", text(&|n| format!("user-{n:012}"))),
        (
            "_sequence",
            Arc::new(UInt64Array::from(vec![1; numbers.len()])),
        ),
        (
            "_recorded_at",
            Arc::new(
                TimestampMillisecondArray::from(vec![NEW_YEAR; numbers.len()]).with_timezone("UTC"),
            ),
        ),
        (
            "_raw",
            text(&|n| format!("{{\"id\":\"user-{n:012}\",\"n\":{n}}}")),
        ),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
        .collect();
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap()
}

/// The rows as changes that added them.
fn changes(rows: &RecordBatch) -> RecordBatch {
    let column = |name: &str| Arc::clone(rows.column_by_name(name).unwrap());
    let fields = ListArray::new_null(
        Arc::new(Field::new("item", DataType::Utf8, true)),
        rows.num_rows(),
    );
    let nothing = new_null_array(&DataType::Utf8, rows.num_rows());
    RecordBatch::try_from_iter([
        ("_sequence", column("_sequence")),
        ("type", column("status")),
        ("resourceId", column("_key")),
        ("recordedAt", column("_recorded_at")),
        ("fields", Arc::new(fields)),
        ("before", nothing),
        ("after", column("_raw")),
    ])
    .unwrap()
}

impl Source for Many {
    fn resource_types(&self) -> &[Arc<ResourceType>] {
        &self.types
    }

    fn integrations(&self) -> &[Integration] {
        &self.integrations
    }

    fn states(&self) -> Result<Vec<TypeState>, SourceError> {
        Ok(Vec::new())
    }

    fn rows(&self, _: &ResourceType, _: &IntegrationId) -> Result<Vec<Part>, SourceError> {
        Ok(vec![self.part.clone()])
    }

    fn rows_at(
        &self,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        _at_milliseconds: i64,
    ) -> Result<Vec<Part>, SourceError> {
        self.rows(resource_type, integration)
    }

    fn changes(&self, _: &ResourceType, _: &IntegrationId) -> Result<Batches, SourceError> {
        Ok(Box::new((0..self.changes).map(|number| {
            let rows = batch(number * BATCH, (number + 1) * BATCH);
            Ok(changes(&rows))
        })))
    }

    fn listed_parents(
        &self,
        _: &str,
        _: &IntegrationId,
    ) -> Result<Option<Vec<StringArray>>, SourceError> {
        Ok(None)
    }
}
