//! Writing one data file: Parquet, zstd, with a log entry to match.

use std::ops::RangeInclusive;

use arrow::array::RecordBatch;
use deltalake_core::{Path, kernel::Action, logstore::object_store::buffered::BufWriter};
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
    schema::{PARTITIONS, SEQUENCE, Shape, TYPE},
    table::Table,
};

/// Rows in a row group: what a reader of one type skips or takes.
const ROW_GROUP_ROWS: usize = 64 * 1024;
/// A row group of long documents ends earlier, because it is held in memory, encoded.
const ROW_GROUP_BYTES: usize = 16 * 1024 * 1024;
/// A page of documents. Small, because merging holds one page per column, type and file.
const PAGE_BYTES: usize = 128 * 1024;
/// A data file being written.
pub(super) struct FileWriter {
    parquet: AsyncArrowWriter<BufWriter>,
    statistics: Statistics,
    path: String,
    partition: [String; 2],
    shape: &'static Shape,
}

impl FileWriter {
    /// Starts the file that holds these sequence numbers in a partition of `table`.
    pub fn begin(
        table: &Table,
        partition: [&str; 2],
        sequence: &RangeInclusive<i64>,
    ) -> Result<Self, ArchiveError> {
        let [integration, month] = partition;
        let [outer, inner] = PARTITIONS;
        let name = file_name(table, sequence);
        let path = format!("{outer}={integration}/{inner}={month}/{name}.parquet");
        let writer = BufWriter::new(table.files.clone(), Path::from(path.as_str()));
        let (stored, properties) = (table.shape.stored.clone(), properties(table.shape));
        Ok(Self {
            shape: table.shape,
            parquet: AsyncArrowWriter::try_new(writer, stored, Some(properties))?,
            statistics: Statistics::default(),
            path,
            partition: partition.map(str::to_owned),
        })
    }

    /// Appends rows, which follow the ones before in the file's order.
    pub async fn write(&mut self, batch: &RecordBatch) -> Result<(), ArchiveError> {
        let columns: Vec<usize> = (0..self.shape.stored.fields().len()).collect();
        let stored = batch.project(&columns)?;
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
            .add_action(self.shape, self.path, partition, size, data_change)
            .map(Some)
    }
}

/// The name of a file, without its ending: what it holds, the table version it was made for, and who made it,
/// so that a file that was ever committed is never written over with another content.
fn file_name(table: &Table, sequence: &RangeInclusive<i64>) -> String {
    let (version, writer) = (table.next_version(), table.writer);
    let (first, last) = (sequence.start(), sequence.end());
    format!("{version:010}-{first:016}-{last:016}-{writer:016x}")
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
