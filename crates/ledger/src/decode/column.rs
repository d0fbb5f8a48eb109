use std::sync::Arc;

use arrow::{
    array::{
        Array as _, ArrayBuilder as _, ArrayRef, BooleanBuilder, Float64Builder, Int64Builder,
        ListArray, NullBufferBuilder, StringBuilder, StructArray, TimestampMillisecondBuilder,
    },
    buffer::{NullBuffer, OffsetBuffer},
    datatypes::{FieldRef, Fields},
};
use muster_model::{Column, ColumnType, Segment};

use super::schema::{UTC, element_field, struct_fields};

/// Builds one column.
#[derive(Debug)]
pub(super) struct ColumnDecoder {
    /// For warnings.
    pub path: String,
    pub builder: Builder,
}

#[derive(Debug)]
pub(super) enum Builder {
    Text(StringBuilder),
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
    Timestamp(TimestampMillisecondBuilder),
    Json(StringBuilder),
    Struct(StructDecoder),
    List(ListDecoder),
}

/// Builds the columns of an object.
#[derive(Debug)]
pub(super) struct StructDecoder {
    fields: Fields,
    /// The vendor's name of each column.
    names: Vec<String>,
    pub columns: Vec<ColumnDecoder>,
    nulls: NullBufferBuilder,
}

/// Builds an array column.
#[derive(Debug)]
pub(super) struct ListDecoder {
    field: FieldRef,
    pub element: Box<ColumnDecoder>,
    offsets: Vec<i32>,
    nulls: NullBufferBuilder,
}

impl ColumnDecoder {
    fn new(column_type: &ColumnType, path: String) -> Self {
        let builder = match column_type {
            ColumnType::String => Builder::Text(StringBuilder::new()),
            ColumnType::Boolean => Builder::Boolean(BooleanBuilder::new()),
            ColumnType::Integer => Builder::Integer(Int64Builder::new()),
            ColumnType::Number => Builder::Number(Float64Builder::new()),
            ColumnType::Timestamp => {
                Builder::Timestamp(TimestampMillisecondBuilder::new().with_timezone(UTC))
            }
            ColumnType::Json => Builder::Json(StringBuilder::new()),
            ColumnType::Struct(columns) => Builder::Struct(StructDecoder::new(
                &columns.iter().collect::<Vec<_>>(),
                &path,
            )),
            ColumnType::List(element) => Builder::List(ListDecoder {
                field: element_field(element),
                element: Box::new(Self::new(element, format!("{path}[]"))),
                offsets: vec![0],
                nulls: NullBufferBuilder::new(0),
            }),
        };
        Self { path, builder }
    }

    pub fn len(&self) -> usize {
        match &self.builder {
            Builder::Text(builder) | Builder::Json(builder) => builder.len(),
            Builder::Boolean(builder) => builder.len(),
            Builder::Integer(builder) => builder.len(),
            Builder::Number(builder) => builder.len(),
            Builder::Timestamp(builder) => builder.len(),
            Builder::Struct(decoder) => decoder.rows(),
            Builder::List(decoder) => decoder.nulls.len(),
        }
    }

    pub fn push_null(&mut self) {
        match &mut self.builder {
            Builder::Text(builder) | Builder::Json(builder) => builder.append_null(),
            Builder::Boolean(builder) => builder.append_null(),
            Builder::Integer(builder) => builder.append_null(),
            Builder::Number(builder) => builder.append_null(),
            Builder::Timestamp(builder) => builder.append_null(),
            Builder::Struct(decoder) => decoder.close_row(false),
            Builder::List(decoder) => decoder.close_row(false),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match &mut self.builder {
            Builder::Text(builder) | Builder::Json(builder) => Arc::new(builder.finish()),
            Builder::Boolean(builder) => Arc::new(builder.finish()),
            Builder::Integer(builder) => Arc::new(builder.finish()),
            Builder::Number(builder) => Arc::new(builder.finish()),
            Builder::Timestamp(builder) => Arc::new(builder.finish()),
            Builder::Struct(decoder) => Arc::new(decoder.finish()),
            Builder::List(decoder) => Arc::new(decoder.finish()),
        }
    }
}

impl StructDecoder {
    pub fn new(columns: &[&Column], path: &str) -> Self {
        let owned: Vec<Column> = columns.iter().map(|column| (*column).clone()).collect();
        let join = |name: &str| {
            if path.is_empty() {
                name.to_owned()
            } else {
                format!("{path}.{name}")
            }
        };
        Self {
            fields: struct_fields(&owned),
            names: columns.iter().map(|column| vendor_name(column)).collect(),
            columns: columns
                .iter()
                .map(|column| ColumnDecoder::new(&column.column_type, join(&column.name)))
                .collect(),
            nulls: NullBufferBuilder::new(0),
        }
    }

    pub fn rows(&self) -> usize {
        self.nulls.len()
    }

    /// The column that the vendor calls `name`; `expected` is where it most likely is, because documents of
    /// a type spell their members in the same order.
    pub fn position(&self, name: &str, expected: usize) -> Option<usize> {
        if self
            .names
            .get(expected)
            .is_some_and(|candidate| candidate == name)
        {
            return Some(expected);
        }
        self.names.iter().position(|candidate| candidate == name)
    }

    pub fn push_text(&mut self, column: usize, value: Option<&str>) {
        if let Some(ColumnDecoder {
            builder: Builder::Text(builder),
            ..
        }) = self.columns.get_mut(column)
        {
            builder.append_option(value);
        }
    }

    /// Ends the current row: columns that got no value get a null.
    pub fn close_row(&mut self, valid: bool) {
        self.nulls.append(valid);
        let rows = self.nulls.len();
        for column in &mut self.columns {
            if column.len() < rows {
                column.push_null();
            }
        }
    }

    pub fn finish_columns(&mut self) -> Vec<ArrayRef> {
        self.nulls = NullBufferBuilder::new(0);
        self.columns.iter_mut().map(ColumnDecoder::finish).collect()
    }

    fn finish(&mut self) -> StructArray {
        let rows = self.nulls.len();
        let nulls = self.nulls.finish();
        let arrays: Vec<ArrayRef> = self.columns.iter_mut().map(ColumnDecoder::finish).collect();
        // Every column was closed with its row, so lengths and types agree with the fields.
        if self.fields.is_empty() {
            return StructArray::new_empty_fields(rows, nulls);
        }
        StructArray::new(self.fields.clone(), arrays, nulls)
    }
}

impl ListDecoder {
    /// Ends the current row: the elements pushed since the last one are its.
    pub fn close_row(&mut self, valid: bool) {
        self.nulls.append(valid);
        self.offsets
            .push(i32::try_from(self.element.len()).unwrap_or(i32::MAX));
    }

    fn finish(&mut self) -> ListArray {
        let nulls: Option<NullBuffer> = self.nulls.finish();
        let offsets = OffsetBuffer::new(std::mem::replace(&mut self.offsets, vec![0]).into());
        let values = self.element.finish();
        debug_assert!(values.len() >= offsets.last().map_or(0, |last| *last as usize));
        ListArray::new(Arc::clone(&self.field), offsets, values, nulls)
    }
}

fn vendor_name(column: &Column) -> String {
    match column.from.segments() {
        [Segment::Field(name)] => name.clone(),
        // Refused when the provider file is read: `from` names a member of the enclosing object.
        _ => column.name.clone(),
    }
}
