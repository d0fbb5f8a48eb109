//! Answers as text, written as they come: one JSON array, JSON a line, CSV, or a table for people.

mod cell;
mod csv;
mod json;
mod table;

use std::{
    io::{self, Write},
    str::FromStr,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef, error::ArrowError};
use futures::StreamExt;

use crate::{QueryError, QueryStream};

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Columns under headings, cut to a readable width.
    Table,
    /// One array of objects. Nested values and JSON columns are JSON, timestamps RFC 3339 in UTC.
    Json,
    /// One object a line.
    Ndjson,
    /// One array of values a line, in the order of the columns.
    Rows,
    /// RFC 4180 with a heading. Null is an empty field, empty text is `""`, nested values are JSON text.
    Csv,
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no format `{0}`; write table, json, ndjson or csv")]
pub struct FormatError(String);

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(word: &str) -> Result<Self, FormatError> {
        match word {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            "ndjson" => Ok(Self::Ndjson),
            "csv" => Ok(Self::Csv),
            _ => Err(FormatError(word.to_owned())),
        }
    }
}

/// Why an answer was not written to its end.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The query failed on the way.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The other end took no more.
    #[error("the answer cannot be written")]
    Output(#[from] io::Error),
    /// A value has no text.
    #[error("a value cannot be shown")]
    Value(#[from] ArrowError),
}

/// Writes batches of one answer.
pub struct Writer<W> {
    output: W,
    kind: Kind,
}

enum Kind {
    Json(json::JsonLayout),
    Csv(csv::CsvLayout),
    Table(table::TableLayout),
}

impl<W: Write> Writer<W> {
    /// A writer for an answer of this schema.
    pub fn new(format: Format, schema: SchemaRef, output: W) -> Self {
        let kind = match format {
            Format::Json => Kind::Json(json::JsonLayout::array(schema)),
            Format::Ndjson => Kind::Json(json::JsonLayout::lines(schema)),
            Format::Rows => Kind::Json(json::JsonLayout::rows(schema)),
            Format::Csv => Kind::Csv(csv::CsvLayout::new(schema)),
            Format::Table => Kind::Table(table::TableLayout::new(schema)),
        };
        Self { output, kind }
    }

    /// Writes the rows of a batch.
    ///
    /// # Errors
    /// [`WriteError::Output`] or [`WriteError::Value`].
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), WriteError> {
        match &mut self.kind {
            Kind::Json(layout) => layout.write(batch, &mut self.output),
            Kind::Csv(layout) => layout.write(batch, &mut self.output),
            Kind::Table(layout) => layout.write(batch, &mut self.output),
        }
    }

    /// Writes what closes the answer, and flushes.
    ///
    /// # Errors
    /// [`WriteError::Output`].
    pub fn finish(mut self) -> Result<W, WriteError> {
        match &mut self.kind {
            Kind::Json(layout) => layout.finish(&mut self.output)?,
            Kind::Csv(layout) => layout.finish(&mut self.output)?,
            Kind::Table(layout) => layout.finish(&mut self.output)?,
        }
        self.output.flush()?;
        Ok(self.output)
    }
}

/// Writes a whole answer as it comes; says how many rows there were.
///
/// # Errors
/// [`WriteError`]; what was written before stays written.
pub async fn write_answer<W: Write>(
    stream: &mut QueryStream,
    format: Format,
    output: W,
) -> Result<u64, WriteError> {
    let mut writer = Writer::new(format, stream.schema(), output);
    let mut rows = 0;
    while let Some(batch) = stream.next().await {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        writer.write(&batch)?;
    }
    writer.finish()?;
    Ok(rows)
}
