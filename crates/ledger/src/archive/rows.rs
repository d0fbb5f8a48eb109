//! Rows on their way into files: each partition its own, ordered by type, then sequence, so that one type is
//! one stretch of a file.

use std::collections::HashMap;

use arrow::{
    array::{Array, AsArray, RecordBatch, StringArray},
    compute::{cast, interleave_record_batch},
    datatypes::{FieldRef, Int64Type},
};
use deltalake_core::kernel::Action;
use muster_model::IntegrationId;

use super::{
    ArchiveError,
    schema::{SEQUENCE, Shape, TYPE, is_month},
    table::Table,
    writer::FileWriter,
};

/// Rows, and bytes of documents, handed to the encoder at once.
const PIECE_ROWS: usize = 4096;
const PIECE_BYTES: usize = 8 * 1024 * 1024;

/// `batch` with exactly the table's columns and types.
fn conform(shape: &Shape, batch: &RecordBatch) -> Result<RecordBatch, ArchiveError> {
    if batch.schema_ref() == &shape.columns {
        return Ok(batch.clone());
    }
    let column = |field: &FieldRef| {
        let column = batch.column_by_name(field.name()).ok_or_else(|| {
            ArchiveError::Refused(format!("column `{}` is missing", field.name()))
        })?;
        if column.data_type() == field.data_type() {
            return Ok(column.clone());
        }
        cast(column, field.data_type())
            .map_err(|error| ArchiveError::Refused(format!("column `{}`: {error}", field.name())))
    };
    let columns = shape.columns.fields().iter().map(column);
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(shape.columns.clone(), columns)
        .map_err(|error| ArchiveError::Refused(error.to_string()))
}

/// Rows on their way into files.
pub(super) struct Rows {
    batches: Vec<RecordBatch>,
    partitions: Vec<[String; 2]>,
    /// In the order they are written.
    order: Vec<Place>,
}

/// (partition, type, sequence, batch, row)
type Place = (usize, usize, i64, usize, usize);

impl Rows {
    /// The rows of `batches` with a sequence number after `archived`, sorted into files.
    pub fn sort(
        shape: &Shape,
        batches: &[RecordBatch],
        archived: u64,
        last_sequence: u64,
    ) -> Result<Self, ArchiveError> {
        let batches = batches
            .iter()
            .map(|batch| conform(shape, batch))
            .collect::<Result<Vec<_>, _>>()?;
        let mut types: Vec<&str> = batches.iter().flat_map(|batch| text(batch, TYPE)).collect();
        types.sort_unstable();
        types.dedup();
        let mut numbers: HashMap<[&str; 2], usize> = HashMap::new();
        let mut order = Vec::new();
        for (index, batch) in batches.iter().enumerate() {
            let integrations = text(batch, shape.stored.fields().len());
            let months = text(batch, shape.stored.fields().len() + 1);
            let sequences = batch.column(SEQUENCE).as_primitive::<Int64Type>().values();
            let rows = text(batch, TYPE)
                .zip(sequences)
                .zip(integrations.zip(months));
            for (row, ((resource_type, &sequence), (integration, month))) in rows.enumerate() {
                let Ok(number) = u64::try_from(sequence) else {
                    return Err(ArchiveError::Refused(format!("sequence {sequence}")));
                };
                if number <= archived {
                    continue;
                }
                if number > last_sequence {
                    let text = format!("sequence {number} is after the last, {last_sequence}");
                    return Err(ArchiveError::Refused(text));
                }
                let count = numbers.len();
                let partition = *numbers.entry([integration, month]).or_insert(count);
                let resource_type = types.partition_point(|other| *other < resource_type);
                order.push((partition, resource_type, sequence, index, row));
            }
        }
        let mut partitions = vec![[String::new(), String::new()]; numbers.len()];
        for ([integration, month], number) in numbers {
            // Both become names of folders.
            if IntegrationId::parse(integration).is_none() || !is_month(month) {
                let text = format!("partition `{integration}`, `{month}`");
                return Err(ArchiveError::Refused(text));
            }
            partitions[number] = [integration.to_owned(), month.to_owned()];
        }
        order.sort_unstable();
        Ok(Self {
            batches,
            partitions,
            order,
        })
    }

    /// Writes one file per partition and gives the log entries that make them part of the table.
    pub async fn write(&self, table: &Table) -> Result<Vec<Action>, ArchiveError> {
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let mut actions = Vec::new();
        for rows in self.order.chunk_by(|one, next| one.0 == next.0) {
            let partition = self.partitions[rows[0].0].each_ref().map(String::as_str);
            let sequences = rows.iter().map(|row| row.2);
            let first = sequences.clone().min().unwrap_or(0);
            let last = sequences.max().unwrap_or(0);
            let mut file = FileWriter::begin(table, partition, &(first..=last))?;
            let mut rest = rows;
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(self.piece(table.shape, rest));
                let rows: Vec<_> = piece.iter().map(|row| (row.3, row.4)).collect();
                let rows = interleave_record_batch(&batches, &rows)?;
                file.write(&rows).await?;
                rest = after;
            }
            actions.extend(file.finish(true).await?);
        }
        Ok(actions)
    }

    /// How many of `rows` go to the encoder at once.
    fn piece(&self, shape: &Shape, rows: &[Place]) -> usize {
        let mut bytes = 0;
        let fits = rows.iter().take(PIECE_ROWS).take_while(|row| {
            let fits = bytes <= PIECE_BYTES;
            for name in shape.documents {
                if let Some(column) = self.batches[row.3].column_by_name(name) {
                    bytes +=
                        usize::try_from(column.as_string::<i32>().value_length(row.4)).unwrap_or(0);
                }
            }
            fits
        });
        fits.count()
    }
}

fn text(batch: &RecordBatch, column: usize) -> impl Iterator<Item = &str> {
    let column: &StringArray = batch.column(column).as_string();
    (0..column.len()).map(|row| column.value(row))
}
