use std::{fmt, sync::Arc};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::{Schema, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::tree_node::TreeNodeRecursion,
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, TableType},
    physical_expr::{EquivalenceProperties, PhysicalExpr},
    physical_plan::{
        ChildrenPropertiesMode, DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning,
        PlanProperties, ReplaceChildrenOptions,
        execution_plan::{Boundedness, EmissionType},
        stream::RecordBatchStreamAdapter,
    },
};
use futures::stream;
use muster_model::{Integration, ResourceType};

use super::column::ScanColumn;
use crate::{ChangeBatches, QueryError, Source, SourceError, cancel::Cancel};

/// Where the changes of a type are read.
#[derive(Clone)]
pub(crate) struct ChangesSource {
    pub source: Arc<dyn Source>,
    pub resource_type: Arc<ResourceType>,
    pub integrations: Vec<Arc<Integration>>,
}

/// One use of a table of changes in a statement. They are read as the query runs, one integration a partition.
pub(crate) struct ChangesTable {
    name: String,
    schema: SchemaRef,
    columns: Arc<Vec<ScanColumn>>,
    source: ChangesSource,
    cancel: Cancel,
}

impl ChangesTable {
    pub fn new(
        name: String,
        columns: Vec<ScanColumn>,
        source: ChangesSource,
        cancel: Cancel,
    ) -> Self {
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .collect();
        Self {
            name,
            schema: Arc::new(Schema::new(fields)),
            columns: Arc::new(columns),
            source,
            cancel,
        }
    }
}

impl fmt::Debug for ChangesTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ChangesTable({})", self.name)
    }
}

#[async_trait]
impl TableProvider for ChangesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let columns: Vec<ScanColumn> = match projection {
            Some(projection) => projection
                .iter()
                .map(|index| self.columns[*index].clone())
                .collect(),
            None => self.columns.to_vec(),
        };
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .collect();
        let partitions = self.source.integrations.len().max(1);
        Ok(Arc::new(ChangesExec {
            name: self.name.clone(),
            columns: Arc::new(columns),
            source: self.source.clone(),
            limit,
            properties: Arc::new(PlanProperties::new(
                EquivalenceProperties::new(Arc::new(Schema::new(fields))),
                Partitioning::UnknownPartitioning(partitions),
                EmissionType::Incremental,
                Boundedness::Bounded,
            )),
            cancel: self.cancel.clone(),
        }))
    }
}

#[derive(Clone)]
struct ChangesExec {
    name: String,
    columns: Arc<Vec<ScanColumn>>,
    source: ChangesSource,
    limit: Option<usize>,
    properties: Arc<PlanProperties>,
    cancel: Cancel,
}

impl fmt::Debug for ChangesExec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ChangesExec({})", self.name)
    }
}

impl DisplayAs for ChangesExec {
    fn fmt_as(&self, _: DisplayFormatType, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| column.field.name().as_str())
            .collect();
        write!(
            formatter,
            "ChangesExec: table={}, columns=[{}]",
            self.name,
            names.join(", ")
        )
    }
}

impl ExecutionPlan for ChangesExec {
    fn name(&self) -> &str {
        "ChangesExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn replace_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(
            children,
            ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute),
        )
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(
        &self,
        partition: usize,
        _context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        let reader = Reader {
            integration: self.source.integrations.get(partition).cloned(),
            source: self.source.clone(),
            columns: Arc::clone(&self.columns),
            schema: self.schema(),
            batches: None,
            left: self.limit.unwrap_or(usize::MAX),
            cancel: self.cancel.clone(),
        };
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            stream::iter(reader),
        )))
    }

    fn with_fetch(&self, limit: Option<usize>) -> Option<Arc<dyn ExecutionPlan>> {
        let mut scan = self.clone();
        scan.limit = limit;
        Some(Arc::new(scan))
    }

    fn fetch(&self) -> Option<usize> {
        self.limit
    }
}

/// Reads the changes of one integration.
struct Reader {
    integration: Option<Arc<Integration>>,
    source: ChangesSource,
    columns: Arc<Vec<ScanColumn>>,
    schema: SchemaRef,
    batches: Option<ChangeBatches>,
    left: usize,
    cancel: Cancel,
}

impl Reader {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let Some(integration) = &self.integration else {
            return Ok(None);
        };
        self.cancel.check()?;
        if self.left == 0 {
            return Ok(None);
        }
        let batches = match &mut self.batches {
            Some(batches) => batches,
            none => none.insert(
                self.source
                    .source
                    .changes(&self.source.resource_type, &integration.id)
                    .map_err(failed)?,
            ),
        };
        let Some(stored) = batches.next() else {
            return Ok(None);
        };
        let stored = stored.map_err(failed)?;
        let stored = stored.slice(0, stored.num_rows().min(self.left));
        self.left -= stored.num_rows();
        let arrays = self
            .columns
            .iter()
            .map(|column| column.values(&stored, Some(integration)))
            .collect::<Result<Vec<_>, _>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(stored.num_rows()));
        Ok(Some(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
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
