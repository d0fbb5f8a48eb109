use std::io::Write;

use arrow::{array::RecordBatch, datatypes::SchemaRef, json::writer::EncoderOptions};

use super::{
    WriteError,
    cell::{Columns, options},
};

/// How rows stand in the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Objects in one array.
    Array,
    /// An object a line.
    Lines,
    /// An array of values a line.
    Rows,
}

/// Objects, in an array or a line each, or arrays of values.
pub(super) struct JsonLayout {
    schema: SchemaRef,
    options: EncoderOptions,
    /// `"name":`, with the brace or comma before it.
    keys: Vec<Vec<u8>>,
    shape: Shape,
    started: bool,
}

impl JsonLayout {
    pub fn array(schema: SchemaRef) -> Self {
        Self::new(schema, Shape::Array)
    }

    pub fn lines(schema: SchemaRef) -> Self {
        Self::new(schema, Shape::Lines)
    }

    pub fn rows(schema: SchemaRef) -> Self {
        Self::new(schema, Shape::Rows)
    }

    fn new(schema: SchemaRef, shape: Shape) -> Self {
        let keys = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let name = serde_json::Value::from(field.name().as_str());
                let before = match (index, shape) {
                    (0, Shape::Rows) => "[".to_owned(),
                    (_, Shape::Rows) => ",".to_owned(),
                    (0, _) => format!("{{{name}:"),
                    _ => format!(",{name}:"),
                };
                before.into_bytes()
            })
            .collect();
        Self {
            schema,
            options: options(),
            keys,
            shape,
            started: false,
        }
    }

    pub fn write(
        &mut self,
        batch: &RecordBatch,
        output: &mut impl Write,
    ) -> Result<(), WriteError> {
        let columns = Columns::new(batch, &self.schema)?;
        let mut encoders = columns.encoders(&self.options)?;
        let mut line = Vec::new();
        for row in 0..batch.num_rows() {
            line.clear();
            if self.shape == Shape::Array {
                line.extend_from_slice(if self.started { b",\n" } else { b"[" });
            }
            self.started = true;
            for (key, encoder) in self.keys.iter().zip(&mut encoders) {
                line.extend_from_slice(key);
                match encoder.is_null(row) {
                    true => line.extend_from_slice(b"null"),
                    false => encoder.encode(row, &mut line),
                }
            }
            line.extend_from_slice(match (self.shape, self.keys.is_empty()) {
                (Shape::Rows, false) => b"]",
                (Shape::Rows, true) => b"[]",
                (_, false) => b"}",
                (_, true) => b"{}",
            });
            if self.shape != Shape::Array {
                line.push(b'\n');
            }
            output.write_all(&line)?;
        }
        Ok(())
    }

    pub fn finish(&mut self, output: &mut impl Write) -> Result<(), WriteError> {
        match (self.shape, self.started) {
            (Shape::Array, true) => output.write_all(b"]\n")?,
            (Shape::Array, false) => output.write_all(b"[]\n")?,
            (Shape::Lines | Shape::Rows, _) => {}
        }
        Ok(())
    }
}
