//! Rows that are read as the query runs, a batch at a time, one integration a partition.

use std::{fmt, sync::Arc};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::{Schema, SchemaRef},
};
use datafusion::{
    catalog::streaming::StreamingTable,
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_plan::{stream::RecordBatchStreamAdapter, streaming::PartitionStream},
};
use futures::stream;
use muster_model::Integration;

use super::column::ScanColumn;
use crate::{Batches, QueryError, SourceError, cancel::Cancel};

/// Opens the stored rows of an integration.
type Open = dyn Fn(&Integration) -> Result<Batches, SourceError> + Send + Sync;

/// Where rows come from that are not held in memory.
#[derive(Clone)]
pub(crate) struct Streamed {
    name: String,
    open: Arc<Open>,
}

impl Streamed {
    pub fn new(
        name: &str,
        open: impl Fn(&Integration) -> Result<Batches, SourceError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.to_owned(),
            open: Arc::new(open),
        }
    }

    /// The table of these rows, with these columns.
    pub fn table(
        self,
        columns: Vec<ScanColumn>,
        integrations: Vec<Integration>,
        cancel: &Cancel,
    ) -> Result<StreamingTable> {
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .collect();
        let (schema, columns) = (Arc::new(Schema::new(fields)), Arc::new(columns));
        let partition = |integration: Option<Integration>| -> Arc<dyn PartitionStream> {
            Arc::new(Partition {
                rows: self.clone(),
                integration: integration.map(Arc::new),
                schema: Arc::clone(&schema),
                columns: Arc::clone(&columns),
                cancel: cancel.clone(),
            })
        };
        let mut partitions: Vec<_> = integrations
            .into_iter()
            .map(|integration| partition(Some(integration)))
            .collect();
        if partitions.is_empty() {
            partitions.push(partition(None));
        }
        StreamingTable::try_new(schema, partitions)
    }
}

/// The rows of one integration, or none at all.
#[derive(Clone)]
struct Partition {
    rows: Streamed,
    integration: Option<Arc<Integration>>,
    schema: SchemaRef,
    columns: Arc<Vec<ScanColumn>>,
    cancel: Cancel,
}

impl fmt::Debug for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Streamed({})", self.rows.name)
    }
}

impl PartitionStream for Partition {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reader = Reader {
            partition: self.clone(),
            batches: None,
        };
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream::iter(reader),
        ))
    }
}

struct Reader {
    partition: Partition,
    batches: Option<Batches>,
}

impl Reader {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let partition = &self.partition;
        let Some(integration) = &partition.integration else {
            return Ok(None);
        };
        partition.cancel.check()?;
        let batches = match &mut self.batches {
            Some(batches) => batches,
            none => none.insert((partition.rows.open)(integration).map_err(failed)?),
        };
        let Some(stored) = batches.next() else {
            return Ok(None);
        };
        let stored = stored.map_err(failed)?;
        let arrays = partition
            .columns
            .iter()
            .map(|column| column.values(&stored, Some(integration)))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(stored.num_rows()));
        Ok(Some(RecordBatch::try_new_with_options(
            Arc::clone(&partition.schema),
            arrays,
            &options,
        )?))
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}

fn failed(error: SourceError) -> DataFusionError {
    DataFusionError::External(Box::new(QueryError::Source(error)))
}
