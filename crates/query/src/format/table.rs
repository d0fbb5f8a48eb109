use std::io::Write;

use arrow::{
    array::RecordBatch,
    datatypes::{DataType, SchemaRef},
    json::writer::EncoderOptions,
};

use super::{
    WriteError,
    cell::{Columns, options, text},
};

/// Rows looked at before the widths of the columns are fixed.
const LOOKED_AT: usize = 1_000;

/// Longer cells are cut.
const WIDEST: usize = 60;

/// Columns under headings. Widths are those of the first rows; later cells that are wider push their row out.
pub(super) struct TableLayout {
    schema: SchemaRef,
    options: EncoderOptions,
    waiting: Vec<Vec<String>>,
    widths: Option<Vec<usize>>,
}

impl TableLayout {
    pub fn new(schema: SchemaRef) -> Self {
        Self {
            schema,
            options: options(),
            waiting: Vec::new(),
            widths: None,
        }
    }

    pub fn write(
        &mut self,
        batch: &RecordBatch,
        output: &mut impl Write,
    ) -> Result<(), WriteError> {
        let columns = Columns::new(batch, &self.schema)?;
        {
            let mut encoders = columns.encoders(&self.options)?;
            for row in 0..batch.num_rows() {
                let cells = encoders
                    .iter_mut()
                    .map(|encoder| shown(&text(encoder, row).unwrap_or_default()))
                    .collect();
                self.waiting.push(cells);
            }
        }
        if self.widths.is_some() || self.waiting.len() >= LOOKED_AT {
            self.flush(output)?;
        }
        Ok(())
    }

    pub fn finish(&mut self, output: &mut impl Write) -> Result<(), WriteError> {
        self.flush(output)
    }

    fn flush(&mut self, output: &mut impl Write) -> Result<(), WriteError> {
        let widths = match self.widths.take() {
            Some(widths) => widths,
            None => {
                let widths = self.measured();
                let names: Vec<String> = self
                    .schema
                    .fields()
                    .iter()
                    .map(|field| shown(field.name()))
                    .collect();
                self.line(&names, &widths, output)?;
                let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
                self.line(&rules, &widths, output)?;
                widths
            }
        };
        for cells in std::mem::take(&mut self.waiting) {
            self.line(&cells, &widths, output)?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    fn measured(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self
            .schema
            .fields()
            .iter()
            .map(|field| shown(field.name()).chars().count())
            .collect();
        for cells in &self.waiting {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = cell.chars().count().max(*width);
            }
        }
        widths
    }

    fn line(
        &self,
        cells: &[String],
        widths: &[usize],
        output: &mut impl Write,
    ) -> Result<(), WriteError> {
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            if index > 0 {
                line.push_str("  ");
            }
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            match is_number(self.schema.field(index).data_type()) {
                true => line.extend([padding.as_str(), cell]),
                false => line.extend([cell.as_str(), &padding]),
            }
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        output.write_all(line.as_bytes())?;
        Ok(())
    }
}

fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric()
}

/// On one line, and no longer than a cell may be. Control characters, which a terminal would obey, are not shown.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(WIDEST + 1)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if shown.chars().count() > WIDEST {
        shown = shown.chars().take(WIDEST - 1).collect();
        shown.push('…');
    }
    shown
}
