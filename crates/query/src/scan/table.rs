use std::{fmt, sync::Arc};

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    error::Result,
    logical_expr::{Expr, TableType},
    physical_plan::ExecutionPlan,
};

use super::{column::ScanColumn, exec::ScanExec, segment::Segment};
use crate::cancel::Cancel;

/// One use of a table in a statement, whose rows lie in batches.
pub(crate) struct ScanTable {
    name: String,
    schema: SchemaRef,
    columns: Arc<Vec<ScanColumn>>,
    segments: Arc<Vec<Segment>>,
    cancel: Cancel,
}

impl ScanTable {
    pub fn new(
        name: String,
        columns: Vec<ScanColumn>,
        segments: Vec<Segment>,
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
            segments: Arc::new(segments),
            cancel,
        }
    }
}

impl fmt::Debug for ScanTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ScanTable({})", self.name)
    }
}

#[async_trait]
impl TableProvider for ScanTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let projection = match projection {
            Some(projection) => projection.clone(),
            None => (0..self.columns.len()).collect(),
        };
        let scan = ScanExec::new(
            self.name.clone(),
            Arc::clone(&self.columns),
            Arc::clone(&self.segments),
            projection,
            state.config().target_partitions(),
            self.cancel.clone(),
        );
        Ok(Arc::new(scan.with_limit(limit)))
    }
}
