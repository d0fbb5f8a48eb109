//! Audit events: read as the query runs, only the columns and the span of time that it asks for.

use std::{fmt, sync::Arc};

use arrow::{
    array::{RecordBatch, RecordBatchOptions},
    datatypes::{Schema, SchemaRef},
};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider, streaming::StreamingTable},
    common::ScalarValue,
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType},
    physical_plan::{ExecutionPlan, stream::RecordBatchStreamAdapter, streaming::PartitionStream},
};
use futures::stream;
use muster_model::Integration;

use super::column::ScanColumn;
use crate::{
    AuditTable, ChangeBatches, EventsAsked, QueryError, Source, SourceError, cancel::Cancel,
};

/// The column that bounds what is read.
const TIME: &str = "time";

/// One use of a table of audit events in a statement.
#[derive(Clone)]
pub(crate) struct Events {
    source: Arc<dyn Source>,
    integrations: Arc<Vec<(Integration, AuditTable)>>,
    schema: SchemaRef,
    columns: Arc<Vec<ScanColumn>>,
    cancel: Cancel,
}

impl Events {
    pub fn new(
        source: Arc<dyn Source>,
        integrations: Vec<(Integration, AuditTable)>,
        columns: Vec<ScanColumn>,
        cancel: Cancel,
    ) -> Self {
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .collect();
        Self {
            source,
            integrations: Arc::new(integrations),
            schema: Arc::new(Schema::new(fields)),
            columns: Arc::new(columns),
            cancel,
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Events")
    }
}

#[async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        // The statement's own filter stays: only what cannot be wanted is left out here.
        let pushed = filters.iter().map(|filter| match Span::of(filter) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        });
        Ok(pushed.collect())
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let span = filters
            .iter()
            .filter_map(Span::of)
            .fold(Span::default(), Span::and);
        let columns = match projection {
            Some(projection) => projection
                .iter()
                .filter_map(|&index| self.columns.get(index).cloned())
                .collect(),
            None => self.columns.as_ref().clone(),
        };
        let columns = Arc::new(columns);
        let fields: Vec<_> = columns
            .iter()
            .map(|column: &ScanColumn| Arc::clone(&column.field))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let mut partitions: Vec<Arc<dyn PartitionStream>> = Vec::new();
        let one = |integration: Option<(Integration, AuditTable)>| Partition {
            source: Arc::clone(&self.source),
            integration,
            span,
            schema: Arc::clone(&schema),
            columns: Arc::clone(&columns),
            cancel: self.cancel.clone(),
        };
        for integration in self.integrations.iter() {
            partitions.push(Arc::new(one(Some(integration.clone()))));
        }
        if partitions.is_empty() {
            partitions.push(Arc::new(one(None)));
        }
        StreamingTable::try_new(schema, partitions)?
            .scan(state, None, &[], limit)
            .await
    }
}

/// A span of time in milliseconds since 1970, the end not in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Span {
    from: Option<i64>,
    before: Option<i64>,
}

impl Span {
    /// What a condition leaves of all time; none where it says nothing of it.
    fn of(filter: &Expr) -> Option<Self> {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = filter else {
            return None;
        };
        let (operator, value) = match (left.as_ref(), right.as_ref()) {
            (Expr::Column(column), Expr::Literal(value, _)) if column.name == TIME => (*op, value),
            (Expr::Literal(value, _), Expr::Column(column)) if column.name == TIME => {
                (op.swap()?, value)
            }
            _ => return None,
        };
        let moment = milliseconds(value)?;
        Some(match operator {
            Operator::Gt | Operator::GtEq => Self {
                from: Some(moment),
                before: None,
            },
            Operator::Lt | Operator::LtEq => Self {
                from: None,
                before: Some(moment.saturating_add(1)),
            },
            Operator::Eq => Self {
                from: Some(moment),
                before: Some(moment.saturating_add(1)),
            },
            _ => return None,
        })
    }

    fn and(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            before: match (self.before, other.before) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
        }
    }
}

fn milliseconds(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::TimestampSecond(Some(moment), _) => moment.checked_mul(1000),
        ScalarValue::TimestampMillisecond(moment, _) => *moment,
        ScalarValue::TimestampMicrosecond(Some(moment), _) => Some(moment.div_euclid(1000)),
        ScalarValue::TimestampNanosecond(Some(moment), _) => Some(moment.div_euclid(1_000_000)),
        _ => None,
    }
}

/// The events of one integration, or none at all.
#[derive(Clone)]
struct Partition {
    source: Arc<dyn Source>,
    integration: Option<(Integration, AuditTable)>,
    span: Span,
    schema: SchemaRef,
    columns: Arc<Vec<ScanColumn>>,
    cancel: Cancel,
}

impl fmt::Debug for Partition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Events")
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
    batches: Option<ChangeBatches>,
}

impl Reader {
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        let partition = &self.partition;
        let Some((integration, _)) = &partition.integration else {
            return Ok(None);
        };
        partition.cancel.check()?;
        let batches = match &mut self.batches {
            Some(batches) => batches,
            none => {
                let mut columns: Vec<String> = partition
                    .columns
                    .iter()
                    .flat_map(ScanColumn::stored_names)
                    .collect();
                columns.sort_unstable();
                columns.dedup();
                let asked = EventsAsked {
                    integration: integration.id.clone(),
                    from: partition.span.from,
                    before: partition.span.before,
                    columns,
                };
                none.insert(partition.source.events(&asked).map_err(failed)?)
            }
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

fn failed(error: SourceError) -> DataFusionError {
    DataFusionError::External(Box::new(QueryError::Source(error)))
}

impl Iterator for Reader {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().transpose()
    }
}
