use std::io::Write;

use arrow::{array::RecordBatch, datatypes::SchemaRef, json::writer::EncoderOptions};

use super::{
    WriteError,
    cell::{Columns, options, text},
};

pub(super) struct CsvLayout {
    schema: SchemaRef,
    options: EncoderOptions,
    started: bool,
}

impl CsvLayout {
    pub fn new(schema: SchemaRef) -> Self {
        Self {
            schema,
            options: options(),
            started: false,
        }
    }

    pub fn write(
        &mut self,
        batch: &RecordBatch,
        output: &mut impl Write,
    ) -> Result<(), WriteError> {
        self.heading(output)?;
        let columns = Columns::new(batch, &self.schema)?;
        let mut encoders = columns.encoders(&self.options)?;
        let mut line = String::new();
        for row in 0..batch.num_rows() {
            line.clear();
            for (index, encoder) in encoders.iter_mut().enumerate() {
                if index > 0 {
                    line.push(',');
                }
                if let Some(cell) = text(encoder, row) {
                    push_field(&mut line, &cell);
                }
            }
            line.push('\n');
            output.write_all(line.as_bytes())?;
        }
        Ok(())
    }

    pub fn finish(&mut self, output: &mut impl Write) -> Result<(), WriteError> {
        self.heading(output)
    }

    fn heading(&mut self, output: &mut impl Write) -> Result<(), WriteError> {
        if std::mem::replace(&mut self.started, true) {
            return Ok(());
        }
        let mut line = String::new();
        for (index, field) in self.schema.fields().iter().enumerate() {
            if index > 0 {
                line.push(',');
            }
            push_field(&mut line, field.name());
        }
        line.push('\n');
        output.write_all(line.as_bytes())?;
        Ok(())
    }
}

fn push_field(line: &mut String, field: &str) {
    if !field.is_empty() && !field.contains(['"', ',', '\n', '\r']) {
        line.push_str(field);
        return;
    }
    line.push('"');
    line.push_str(&field.replace('"', "\"\""));
    line.push('"');
}
