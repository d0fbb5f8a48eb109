use std::io::Write;

use arrow::{array::RecordBatch, datatypes::SchemaRef, json::writer::EncoderOptions};

use super::{
    WriteError,
    cell::{Columns, options},
};

/// Objects, in an array or a line each.
pub(super) struct JsonLayout {
    schema: SchemaRef,
    options: EncoderOptions,
    /// `"name":`, with the brace or comma before it.
    keys: Vec<Vec<u8>>,
    is_array: bool,
    started: bool,
}

impl JsonLayout {
    pub fn array(schema: SchemaRef) -> Self {
        Self::new(schema, true)
    }

    pub fn lines(schema: SchemaRef) -> Self {
        Self::new(schema, false)
    }

    fn new(schema: SchemaRef, is_array: bool) -> Self {
        let keys = schema
            .fields()
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let before = if index == 0 { '{' } else { ',' };
                let name = serde_json::Value::from(field.name().as_str());
                format!("{before}{name}:").into_bytes()
            })
            .collect();
        Self {
            schema,
            options: options(),
            keys,
            is_array,
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
            if self.is_array {
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
            line.extend_from_slice(if self.keys.is_empty() { b"{}" } else { b"}" });
            if !self.is_array {
                line.push(b'\n');
            }
            output.write_all(&line)?;
        }
        Ok(())
    }

    pub fn finish(&mut self, output: &mut impl Write) -> Result<(), WriteError> {
        match (self.is_array, self.started) {
            (true, true) => output.write_all(b"]\n")?,
            (true, false) => output.write_all(b"[]\n")?,
            (false, _) => {}
        }
        Ok(())
    }
}
