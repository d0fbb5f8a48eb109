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
use muster_model::{Integration, ResourceType};

use super::column::ScanColumn;
use crate::{ChangeBatches, QueryError, Source, SourceError, cancel::Cancel};

/// The changes of a type of one integration, or none at all, as one use of their table in a statement reads them.
#[derive(Clone)]
pub(crate) struct Changes {
    source: Arc<dyn Source>,
    resource_type: Arc<ResourceType>,
    integration: Option<Arc<Integration>>,
    schema: SchemaRef,
    columns: Arc<Vec<ScanColumn>>,
    cancel: Cancel,
}

impl Changes {
    pub fn new(
        source: Arc<dyn Source>,
        resource_type: Arc<ResourceType>,
        columns: Vec<ScanColumn>,
        cancel: Cancel,
    ) -> Self {
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .collect();
        Self {
            source,
            resource_type,
            integration: None,
            schema: Arc::new(Schema::new(fields)),
            columns: Arc::new(columns),
            cancel,
        }
    }

    /// The table of these changes. They are read as the query runs, one integration a partition.
    pub fn table<'a>(
        self,
        integrations: impl Iterator<Item = &'a Integration>,
    ) -> Result<StreamingTable> {
        let mut partitions: Vec<Arc<dyn PartitionStream>> = integrations
            .map(|integration| {
                Arc::new(Self {
                    integration: Some(Arc::new(integration.clone())),
                    ..self.clone()
                }) as Arc<dyn PartitionStream>
            })
            .collect();
        let schema = Arc::clone(&self.schema);
        if partitions.is_empty() {
            partitions.push(Arc::new(self));
        }
        StreamingTable::try_new(schema, partitions)
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Changes({})", self.resource_type.name)
    }
}

impl PartitionStream for Changes {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reader = Reader {
            changes: self.clone(),
            batches: None,
        };
        Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream::iter(reader),
        ))
    }
}

struct Reader {
    changes: Changes,
    batches: Option<ChangeBatches>,
}

impl Reader {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let changes = &self.changes;
        let Some(integration) = &changes.integration else {
            return Ok(None);
        };
        changes.cancel.check()?;
        let batches = match &mut self.batches {
            Some(batches) => batches,
            none => none.insert(
                changes
                    .source
                    .changes(&changes.resource_type, &integration.id)
                    .map_err(failed)?,
            ),
        };
        let Some(stored) = batches.next() else {
            return Ok(None);
        };
        let stored = stored.map_err(failed)?;
        let arrays = changes
            .columns
            .iter()
            .map(|column| column.values(&stored, Some(integration)))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(stored.num_rows()));
        Ok(Some(RecordBatch::try_new_with_options(
            Arc::clone(&changes.schema),
            arrays,
            &options,
        )?))
    }
}

fn failed(error: SourceError) -> DataFusionError {
    DataFusionError::External(Box::new(QueryError::Source(error)))
}

impl Iterator for Reader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}
