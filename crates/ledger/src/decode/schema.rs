use std::{collections::HashMap, sync::Arc};

use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use muster_model::{Column, ColumnType, Path, ResourceType, Segment};

/// Hidden column: the resource key.
pub const KEY: &str = "_key";
/// Hidden column: the newest record that set the row.
pub const SEQUENCE: &str = "_sequence";
/// Hidden column: when that record was committed.
pub const RECORDED_AT: &str = "_recorded_at";
/// Hidden column: the document, as JSON text.
pub const RAW: &str = "_raw";
/// The time zone of every timestamp.
pub const UTC: &str = "UTC";
/// Field metadata (key, value) that marks a text column as JSON.
pub const JSON_METADATA: (&str, &str) = ("muster.type", "json");

/// The name of the hidden column that holds the object at `path` as JSON text.
pub fn hot_column(path: &Path) -> String {
    let names: Vec<&str> = path
        .segments()
        .iter()
        .filter_map(|segment| match segment {
            Segment::Field(name) => Some(name.as_str()),
            Segment::Each => None,
        })
        .collect();
    format!("_hot_{}", names.join("_"))
}

/// The declared columns that the base keeps: all of them, or for a type that repeats another's documents
/// only the key's and the parent's.
pub fn stored_columns(resource_type: &ResourceType) -> Vec<&Column> {
    if resource_type.same_as.is_none() {
        return resource_type.columns.iter().collect();
    }
    let is_key = |column: &&Column| {
        let from_parent = resource_type
            .parent
            .as_ref()
            .is_some_and(|parent| parent.columns.contains(&column.name));
        from_parent || resource_type.key.contains(&column.from)
    };
    resource_type.columns.iter().filter(is_key).collect()
}

/// The schema of the base: [`stored_columns`], then the hidden columns.
pub fn table_schema(resource_type: &ResourceType) -> SchemaRef {
    schema(resource_type, stored_columns(resource_type))
}

/// [`table_schema`] with every declared column.
pub fn document_schema(resource_type: &ResourceType) -> SchemaRef {
    schema(resource_type, resource_type.columns.iter().collect())
}

fn schema(resource_type: &ResourceType, columns: Vec<&Column>) -> SchemaRef {
    let mut fields: Vec<Field> = columns.into_iter().map(field).collect();
    fields.push(Field::new(KEY, DataType::Utf8, false));
    fields.push(Field::new(SEQUENCE, DataType::UInt64, false));
    fields.push(Field::new(RECORDED_AT, timestamp(), false));
    fields.extend(resource_type.hot.iter().map(|path| json(&hot_column(path))));
    fields.push(json(RAW).with_nullable(false));
    Arc::new(Schema::new(fields))
}

/// The Arrow type of a column type.
pub fn arrow_type(column_type: &ColumnType) -> DataType {
    match column_type {
        ColumnType::String | ColumnType::Json => DataType::Utf8,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Integer => DataType::Int64,
        ColumnType::Number => DataType::Float64,
        ColumnType::Timestamp => timestamp(),
        ColumnType::Struct(columns) => DataType::Struct(struct_fields(columns)),
        ColumnType::List(element) => DataType::List(element_field(element)),
    }
}

pub(super) fn struct_fields(columns: &[Column]) -> Fields {
    columns.iter().map(field).collect()
}

pub(super) fn element_field(element: &ColumnType) -> Arc<Field> {
    Arc::new(typed("item", element))
}

fn field(column: &Column) -> Field {
    typed(&column.name, &column.column_type)
}

fn typed(name: &str, column_type: &ColumnType) -> Field {
    match column_type {
        ColumnType::Json => json(name),
        other => Field::new(name, arrow_type(other), true),
    }
}

fn json(name: &str) -> Field {
    let (key, value) = JSON_METADATA;
    Field::new(name, DataType::Utf8, true)
        .with_metadata(HashMap::from([(key.to_owned(), value.to_owned())]))
}

fn timestamp() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some(UTC.into()))
}
