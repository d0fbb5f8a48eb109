//! Audit events: read as the query runs, only the columns and the span of time that it asks for.

use std::{fmt, sync::Arc};

use arrow::datatypes::{DataType, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::ScalarValue,
    error::Result,
    logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType},
    physical_plan::ExecutionPlan,
};
use muster_model::Integration;

use super::{column::ScanColumn, streamed::Streamed};
use crate::{EventsAsked, Source, cancel::Cancel};

/// The column that bounds what is read.
const TIME: &str = "time";
const DAY: i64 = 24 * 60 * 60 * 1000;

/// One use of a table of audit events in a statement.
pub(crate) struct Events {
    source: Arc<dyn Source>,
    integrations: Vec<Integration>,
    schema: SchemaRef,
    columns: Arc<Vec<ScanColumn>>,
    cancel: Cancel,
}

impl Events {
    pub fn new(
        source: Arc<dyn Source>,
        integrations: Vec<Integration>,
        columns: Vec<ScanColumn>,
        cancel: Cancel,
    ) -> Self {
        let fields: Vec<_> = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .collect();
        Self {
            source,
            integrations,
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
        self.read(span, &columns)
            .table(columns, self.integrations.clone(), &self.cancel)?
            .scan(state, None, &[], limit)
            .await
    }
}

impl Events {
    fn read(&self, span: Span, columns: &[ScanColumn]) -> Streamed {
        let source = Arc::clone(&self.source);
        let mut names: Vec<String> = columns.iter().flat_map(ScanColumn::stored_names).collect();
        names.sort_unstable();
        names.dedup();
        Streamed::new("events", move |integration: &Integration| {
            source.events(&EventsAsked {
                integration: integration.id.clone(),
                from: span.from,
                before: span.before,
                columns: names.clone(),
            })
        })
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
        match filter {
            Expr::BinaryExpr(BinaryExpr {
                left,
                op: Operator::And,
                right,
            }) => match (Self::of(left), Self::of(right)) {
                (Some(one), Some(other)) => Some(one.and(other)),
                (one, other) => one.or(other),
            },
            Expr::BinaryExpr(BinaryExpr { left, op, right }) => {
                if let Some(place) = Place::of(left) {
                    place.span(*op, literal(right)?)
                } else {
                    Place::of(right)?.span(op.swap()?, literal(left)?)
                }
            }
            Expr::Between(between) if !between.negated => {
                let place = Place::of(&between.expr)?;
                let low = literal(&between.low).and_then(|low| place.span(Operator::GtEq, low));
                let high = literal(&between.high).and_then(|high| place.span(Operator::LtEq, high));
                Some(low.unwrap_or_default().and(high.unwrap_or_default()))
            }
            _ => None,
        }
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

/// The time as a condition names it: what is one moment there lasts so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place(i64);

impl Place {
    fn of(expression: &Expr) -> Option<Self> {
        let (inner, data_type) = match expression {
            Expr::Column(column) => return (column.name == TIME).then_some(Self(1)),
            Expr::Alias(alias) => return Self::of(&alias.expr),
            Expr::Cast(cast) => (&cast.expr, cast.field.data_type()),
            Expr::TryCast(cast) => (&cast.expr, cast.field.data_type()),
            _ => return None,
        };
        let width = match data_type {
            DataType::Timestamp(unit, zone) if is_utc(zone.as_deref()) => match unit {
                TimeUnit::Second => 1000,
                _ => 1,
            },
            DataType::Date32 | DataType::Date64 => DAY,
            _ => return None,
        };
        let Self(before) = Self::of(inner)?;
        Some(Self(before.max(width)))
    }

    /// What a comparison with a value leaves, a little more rather than less.
    fn span(self, operator: Operator, value: &ScalarValue) -> Option<Span> {
        let first = milliseconds(value)?;
        let last = first.saturating_add(self.0);
        Some(match operator {
            Operator::Gt | Operator::GtEq => Span {
                from: Some(first),
                before: None,
            },
            Operator::Lt | Operator::LtEq => Span {
                from: None,
                before: Some(last),
            },
            Operator::Eq => Span {
                from: Some(first),
                before: Some(last),
            },
            _ => return None,
        })
    }
}

/// Whether a day there begins when ours does.
fn is_utc(zone: Option<&str>) -> bool {
    zone.is_none_or(|zone| ["UTC", "Z", "+00:00", "+0000", "+00"].contains(&zone))
}

/// The value of an expression that is one by the time a table is read.
fn literal(expression: &Expr) -> Option<&ScalarValue> {
    match expression {
        Expr::Literal(value, _) => Some(value),
        Expr::Alias(alias) => literal(&alias.expr),
        _ => None,
    }
}

fn milliseconds(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::TimestampSecond(Some(moment), _) => moment.checked_mul(1000),
        ScalarValue::TimestampMillisecond(moment, _) => *moment,
        ScalarValue::TimestampMicrosecond(Some(moment), _) => Some(moment.div_euclid(1000)),
        ScalarValue::TimestampNanosecond(Some(moment), _) => Some(moment.div_euclid(1_000_000)),
        ScalarValue::Date32(Some(day)) => i64::from(*day).checked_mul(DAY),
        ScalarValue::Date64(moment) => *moment,
        _ => None,
    }
}
