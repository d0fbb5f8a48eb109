//! Writing data files: Parquet, zstd, rows ordered by type, then sequence, so that one type is one stretch.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{Array, AsArray, RecordBatch, StringArray},
    compute::{cast, interleave_record_batch},
    datatypes::Int64Type,
};
use deltalake_core::{
    ObjectStore, Path, kernel::Action, logstore::object_store::buffered::BufWriter,
};
use muster_model::IntegrationId;
use parquet::{
    arrow::AsyncArrowWriter,
    basic::{Compression, ZstdLevel},
    file::{
        metadata::SortingColumn,
        properties::{EnabledStatistics, WriterProperties},
    },
    schema::types::ColumnPath,
};

use super::{
    ArchiveError,
    data_file::Statistics,
    schema::{PARTITIONS, SEQUENCE, Shape, TYPE, is_month},
};

/// Rows in a row group: what a reader of one type skips or takes.
const ROW_GROUP_ROWS: usize = 64 * 1024;
/// A row group of long documents ends earlier, because it is held in memory, encoded.
const ROW_GROUP_BYTES: usize = 64 * 1024 * 1024;
/// A page of documents. Small, because merging holds one page per column, type and file.
const PAGE_BYTES: usize = 128 * 1024;
/// Rows, and bytes of documents, handed to the encoder at once.
const PIECE_ROWS: usize = 4096;
const PIECE_BYTES: usize = 8 * 1024 * 1024;

/// A data file being written.
pub(super) struct FileWriter {
    parquet: AsyncArrowWriter<BufWriter>,
    statistics: Statistics,
    path: String,
    partition: [String; 2],
    columns: Vec<usize>,
}

impl FileWriter {
    /// Starts the file `name` in a partition. The name must be one that was never committed.
    pub fn begin(
        shape: &Shape,
        files: Arc<dyn ObjectStore>,
        partition: [&str; 2],
        name: &str,
    ) -> Result<Self, ArchiveError> {
        let [integration, month] = partition;
        let [outer, inner] = PARTITIONS;
        let path = format!("{outer}={integration}/{inner}={month}/{name}.parquet");
        let writer = BufWriter::new(files, Path::from(path.as_str()));
        let properties = Some(properties(shape));
        Ok(Self {
            parquet: AsyncArrowWriter::try_new(writer, shape.stored.clone(), properties)?,
            statistics: Statistics::default(),
            path,
            partition: partition.map(str::to_owned),
            columns: (0..shape.stored.fields().len()).collect(),
        })
    }

    /// Appends rows, which follow the ones before in the file's order.
    pub async fn write(&mut self, batch: &RecordBatch) -> Result<(), ArchiveError> {
        let stored = batch.project(&self.columns)?;
        self.statistics.add(&stored);
        Ok(self.parquet.write(&stored).await?)
    }

    /// Completes the file and gives the log entry that makes it part of the table; none, and no file, when
    /// there were no rows.
    pub async fn finish(mut self, data_change: bool) -> Result<Option<Action>, ArchiveError> {
        if self.statistics.rows() == 0 {
            return Ok(None);
        }
        self.parquet.finish().await?;
        let size = self.parquet.bytes_written() as u64;
        let partition = self.partition.each_ref().map(String::as_str);
        self.statistics
            .add_action(self.path, partition, size, data_change)
            .map(Some)
    }
}

fn properties(shape: &Shape) -> WriterProperties {
    let order = [TYPE, SEQUENCE].map(|column| SortingColumn {
        column_idx: i32::try_from(column).unwrap_or(i32::MAX),
        descending: false,
        nulls_first: false,
    });
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
        .set_sorting_columns(Some(order.to_vec()));
    for name in shape.plain.iter().chain(shape.documents) {
        let column = match shape.stored.field_with_name(name) {
            Ok(field) if field.data_type().is_nested() => {
                ColumnPath::from(vec![(*name).to_owned(), "list".into(), "element".into()])
            }
            _ => ColumnPath::from(*name),
        };
        builder = builder.set_column_statistics_enabled(column, EnabledStatistics::None);
    }
    for name in shape.documents {
        builder = builder
            .set_column_dictionary_enabled(ColumnPath::from(*name), false)
            .set_column_data_page_size_limit(ColumnPath::from(*name), PAGE_BYTES);
    }
    builder
        .set_column_dictionary_enabled(ColumnPath::from("sequence"), false)
        .set_column_dictionary_enabled(ColumnPath::from("key"), false)
        .build()
}

/// `batch` with exactly the table's columns and types.
pub(super) fn conform(shape: &Shape, batch: &RecordBatch) -> Result<RecordBatch, ArchiveError> {
    if batch.schema_ref() == &shape.columns {
        return Ok(batch.clone());
    }
    let column = |field: &arrow::datatypes::FieldRef| {
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
    /// (partition, type, sequence, batch, row), in the order they are written.
    order: Vec<(usize, usize, i64, usize, usize)>,
}

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
    pub async fn write(
        &self,
        shape: &Shape,
        files: &Arc<dyn ObjectStore>,
        version: u64,
    ) -> Result<Vec<Action>, ArchiveError> {
        let mut actions = Vec::new();
        for rows in self.order.chunk_by(|one, next| one.0 == next.0) {
            let partition = self.partitions[rows[0].0].each_ref().map(String::as_str);
            let sequences = rows.iter().map(|row| row.2);
            let first = sequences.clone().min().unwrap_or(0);
            let last = sequences.max().unwrap_or(0);
            let name = file_name(version, first, last);
            let mut file = FileWriter::begin(shape, files.clone(), partition, &name)?;
            let mut rest = rows;
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(self.piece(shape, rest));
                let batches: Vec<&RecordBatch> = self.batches.iter().collect();
                let rows: Vec<_> = piece.iter().map(|row| (row.3, row.4)).collect();
                file.write(&interleave_record_batch(&batches, &rows)?)
                    .await?;
                rest = after;
            }
            actions.extend(file.finish(true).await?);
        }
        Ok(actions)
    }

    /// How many of `rows` go to the encoder at once.
    fn piece(&self, shape: &Shape, rows: &[(usize, usize, i64, usize, usize)]) -> usize {
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

/// The name of a file, without its ending. It is a function of what is in the file and of the version it was
/// made for: an attempt that is repeated after a crash writes over what the first one left, and a file that
/// was ever committed is never written over by another content.
pub(super) fn file_name(version: u64, first: i64, last: i64) -> String {
    format!("{version:010}-{first:016}-{last:016}")
}

fn text(batch: &RecordBatch, column: usize) -> impl Iterator<Item = &str> {
    let column: &StringArray = batch.column(column).as_string();
    (0..column.len()).map(|row| column.value(row))
}
