//! Reading one data file, no more of it than asked for.

use std::{ops::Range, sync::Arc};

use arrow::{
    array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray},
    compute::cast,
    datatypes::{Schema, SchemaRef},
};
use bytes::Bytes;
use deltalake_core::{ObjectStore, Path, logstore::object_store::ObjectStoreExt};
use futures::{FutureExt, Stream, StreamExt, future::BoxFuture};
use parquet::{
    arrow::{
        ParquetRecordBatchStreamBuilder, ProjectionMask,
        arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowFilter, RowSelection},
        async_reader::AsyncFileReader,
    },
    errors::ParquetError,
    file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader},
};

use super::{
    ArchiveError,
    data_file::DataFile,
    schema::{PARTITIONS, Shape},
};

/// Read at once from the end of a file, where its own table of contents is.
const FOOTER_BYTES: usize = 64 * 1024;
/// Bounds of the rows in one batch.
const BATCH_ROWS: Range<usize> = 16..8192;

/// A range reader over any storage.
#[derive(Clone)]
struct Bytewise {
    files: Arc<dyn ObjectStore>,
    location: Path,
    size: u64,
}

fn external(error: deltalake_core::ObjectStoreError) -> ParquetError {
    ParquetError::External(error.into())
}

impl AsyncFileReader for Bytewise {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes, ParquetError>> {
        async move {
            let read = self.files.get_range(&self.location, range);
            read.await.map_err(external)
        }
        .boxed()
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, Result<Vec<Bytes>, ParquetError>> {
        async move {
            let read = self.files.get_ranges(&self.location, &ranges);
            read.await.map_err(external)
        }
        .boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        _: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, Result<Arc<ParquetMetaData>, ParquetError>> {
        async move {
            let size = self.size;
            let reader = ParquetMetaDataReader::new()
                .with_prefetch_hint(Some(FOOTER_BYTES))
                .with_offset_index_policy(PageIndexPolicy::Optional);
            reader.load_and_finish(self, size).await.map(Arc::new)
        }
        .boxed()
    }
}

/// What to take from a file.
pub(super) struct Selection {
    /// Positions in the table's columns, ascending; the partition columns may be among them.
    pub columns: Vec<usize>,
    /// Which row groups; all when absent.
    pub row_groups: Option<Vec<usize>>,
    /// Which rows of these row groups; all when absent.
    pub rows: Option<RowSelection>,
    /// Which of these rows.
    pub filter: Option<RowFilter>,
    /// How many bytes of rows a batch should have.
    pub batch_bytes: usize,
}

/// An open data file: its table of contents has been read.
#[derive(Clone)]
pub(super) struct OpenFile {
    reader: Bytewise,
    contents: ArrowReaderMetadata,
    partition: [String; 2],
}

impl OpenFile {
    pub async fn open(files: Arc<dyn ObjectStore>, file: &DataFile) -> Result<Self, ArchiveError> {
        let mut reader = Bytewise {
            files,
            location: file.location(),
            size: file.size,
        };
        let options = ArrowReaderOptions::new();
        let contents = ArrowReaderMetadata::load_async(&mut reader, options).await?;
        Ok(Self {
            reader,
            contents,
            partition: [file.integration.clone(), file.month.clone()],
        })
    }

    pub fn metadata(&self) -> &ParquetMetaData {
        self.contents.metadata()
    }

    /// How many bytes all its rows have in memory, roughly.
    pub fn decoded_bytes(&self) -> usize {
        let groups = self.metadata().row_groups().iter();
        let bytes: i64 = groups.map(|group| group.total_byte_size()).sum();
        usize::try_from(bytes).unwrap_or(usize::MAX)
    }

    pub fn rows(&self) -> usize {
        usize::try_from(self.metadata().file_metadata().num_rows()).unwrap_or(0)
    }

    /// The top-level columns of these names, wherever they are in this file.
    pub fn mask<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> ProjectionMask {
        let root = self.contents.parquet_schema().root_schema();
        let names: Vec<&str> = names.into_iter().collect();
        let indices = root.get_fields().iter().enumerate();
        let indices = indices.filter(|(_, field)| names.contains(&field.name()));
        ProjectionMask::roots(
            self.contents.parquet_schema(),
            indices.map(|(index, _)| index),
        )
    }

    /// The selected rows, in the order they have in the file, with the partition columns filled in.
    pub fn read(
        self,
        shape: &'static Shape,
        selection: Selection,
    ) -> Result<impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + use<>, ArchiveError>
    {
        let schema: SchemaRef = Arc::new(shape.columns.project(&selection.columns)?);
        let stored = schema.fields().iter().map(|field| field.name().as_str());
        let mask = self.mask(stored.filter(|name| !PARTITIONS.contains(name)));
        let row_bytes = self.decoded_bytes() / self.rows().max(1);
        let batch_rows =
            (selection.batch_bytes / row_bytes.max(1)).clamp(BATCH_ROWS.start, BATCH_ROWS.end);
        let partition = self.partition;
        let mut builder =
            ParquetRecordBatchStreamBuilder::new_with_metadata(self.reader, self.contents)
                .with_projection(mask)
                .with_batch_size(batch_rows);
        if let Some(row_groups) = selection.row_groups {
            builder = builder.with_row_groups(row_groups);
        }
        if let Some(rows) = selection.rows {
            builder = builder.with_row_selection(rows);
        }
        if let Some(filter) = selection.filter {
            builder = builder.with_row_filter(filter);
        }
        let batches = builder.build()?;
        Ok(batches.map(move |batch| complete(&schema, &partition, &batch?)))
    }
}

/// `batch` with the columns of `schema`, which other engines may have written as another type or in another
/// place, and which for the partition columns are in the file's path only.
fn complete(
    schema: &Arc<Schema>,
    partition: &[String; 2],
    batch: &RecordBatch,
) -> Result<RecordBatch, ArchiveError> {
    let rows = batch.num_rows();
    let column = |field: &arrow::datatypes::FieldRef| -> Result<ArrayRef, ArchiveError> {
        let name = field.name().as_str();
        if let Some(index) = PARTITIONS.iter().position(|other| *other == name) {
            let value = std::iter::repeat_n(partition[index].as_str(), rows);
            return Ok(Arc::new(StringArray::from_iter_values(value)));
        }
        let column = batch
            .column_by_name(name)
            .ok_or_else(|| ArchiveError::damaged(format!("a file has no column `{name}`")))?;
        if column.data_type() == field.data_type() {
            return Ok(column.clone());
        }
        Ok(cast(column, field.data_type())?)
    };
    let columns = schema.fields().iter().map(column);
    let columns = columns.collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(
        schema.clone(),
        columns,
        &options,
    )?)
}
