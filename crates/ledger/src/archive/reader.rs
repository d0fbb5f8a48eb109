//! Reading changes: what is left out by partition, by the log's statistics, by row group, and last by row.

use std::sync::Arc;

use arrow::{
    array::{AsArray, BooleanArray, Scalar, StringArray},
    compute::kernels::cmp::eq,
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use deltalake_core::ObjectStore;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use muster_model::IntegrationId;
use parquet::{
    arrow::arrow_reader::{ArrowPredicate, ArrowPredicateFn, RowFilter},
    file::{metadata::RowGroupMetaData, statistics::Statistics},
};

use arrow::array::RecordBatch;

use super::{
    ArchiveError,
    data_file::DataFile,
    parquet_file::{OpenFile, Selection},
    schema::{MOMENT, SEQUENCE, Shape, TYPE},
    table::Table,
};

/// How many bytes of rows a batch should have.
pub(super) const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// Which changes of one integration.
#[derive(Debug, Clone, Copy)]
pub struct ChangeFilter<'a> {
    /// Whose.
    pub integration: &'a IntegrationId,
    /// Of this type only.
    pub resource_type: Option<&'a str>,
    /// Of the resource with this key only.
    pub key: Option<&'a str>,
    /// Only with a greater sequence number; 0 for all.
    pub after_sequence: u64,
    /// Only recorded later than this, in milliseconds since 1970.
    pub recorded_after: Option<i64>,
    /// Which columns are wanted.
    pub columns: Projection<'a>,
}

impl<'a> ChangeFilter<'a> {
    /// Everything that is archived of `integration`.
    pub fn all(integration: &'a IntegrationId) -> Self {
        Self {
            integration,
            resource_type: None,
            key: None,
            after_sequence: 0,
            recorded_after: None,
            columns: Projection::All,
        }
    }
}

/// Which columns of a table are read. What is not named is neither fetched nor decoded.
#[derive(Debug, Clone, Copy)]
pub enum Projection<'a> {
    /// All of [`super::change_schema`].
    All,
    /// These, in the table's order, whatever the order here.
    Columns(&'a [&'a str]),
}

impl Projection<'_> {
    /// Positions in the table's columns.
    pub(super) fn positions(self, shape: &Shape) -> Result<Vec<usize>, ArchiveError> {
        let Self::Columns(names) = self else {
            return Ok((0..shape.columns.fields().len()).collect());
        };
        let positions = names.iter().map(|name| {
            let position = shape.columns.index_of(name);
            position.map_err(|_| ArchiveError::Refused(format!("there is no column `{name}`")))
        });
        let mut positions = positions.collect::<Result<Vec<_>, _>>()?;
        positions.sort_unstable();
        positions.dedup();
        Ok(positions)
    }
}

/// What rows must fulfil, owned, in the units of the files.
#[derive(Debug, Clone, Default)]
pub(super) struct Condition {
    pub resource_type: Option<String>,
    pub key: Option<String>,
    pub after_sequence: i64,
    pub recorded_after: Option<i64>,
    /// Only moments before this one.
    pub before: Option<i64>,
}

impl Condition {
    /// Whether the log's statistics leave room for such rows.
    pub fn may_be_in(&self, file: &DataFile) -> bool {
        *file.sequence.end() > self.after_sequence
            && self
                .recorded_after
                .is_none_or(|moment| *file.moments.end() > moment)
            && self
                .before
                .is_none_or(|moment| *file.moments.start() < moment)
            && self
                .resource_type
                .as_deref()
                .is_none_or(|name| file.may_hold_type(name))
    }

    /// The same for a row group.
    fn may_be_in_group(&self, group: &RowGroupMetaData) -> bool {
        let above = |column: usize, floor: i64| match group.column(column).statistics() {
            Some(Statistics::Int64(bounds)) => bounds.max_opt().is_none_or(|max| *max > floor),
            _ => true,
        };
        let below = |column: usize, ceiling: i64| match group.column(column).statistics() {
            Some(Statistics::Int64(bounds)) => bounds.min_opt().is_none_or(|min| *min < ceiling),
            _ => true,
        };
        let holds = |name: &str| match group.column(TYPE).statistics() {
            Some(Statistics::ByteArray(bounds)) => {
                let name = name.as_bytes();
                bounds.min_bytes_opt().is_none_or(|min| min <= name)
                    // A long upper bound may be cut off.
                    && (!bounds.max_is_exact() || bounds.max_bytes_opt().is_none_or(|max| name <= max))
            }
            _ => true,
        };
        above(SEQUENCE, self.after_sequence)
            && self
                .recorded_after
                .is_none_or(|moment| above(MOMENT, moment))
            && self.before.is_none_or(|moment| below(MOMENT, moment))
            && self.resource_type.as_deref().is_none_or(holds)
    }

    /// The condition as the Parquet reader applies it, cheapest column first; columns of rows that fall out
    /// are not decoded.
    fn row_filter(&self, file: &OpenFile, shape: &Shape) -> Option<RowFilter> {
        let mut predicates: Vec<Box<dyn ArrowPredicate>> = Vec::new();
        let mut equal = |name: &'static str, value: &str| {
            let value = Scalar::new(StringArray::from_iter_values([value]));
            let matches = move |batch: RecordBatch| eq(batch.column(0), &value);
            predicates.push(Box::new(ArrowPredicateFn::new(file.mask([name]), matches)));
        };
        if let Some(name) = &self.resource_type {
            equal("type", name);
        }
        if let Some(key) = &self.key {
            equal("key", key);
        }
        if self.after_sequence > 0 {
            let floor = self.after_sequence;
            let mask = file.mask([shape.columns.field(SEQUENCE).name().as_str()]);
            let after = move |batch: RecordBatch| {
                let values = batch.column(0).as_primitive::<Int64Type>();
                Ok(BooleanArray::from_unary(values, |value| value > floor))
            };
            predicates.push(Box::new(ArrowPredicateFn::new(mask, after)));
        }
        if let Some(floor) = self.recorded_after {
            let mask = file.mask([shape.columns.field(MOMENT).name().as_str()]);
            let after = move |batch: RecordBatch| {
                let values = batch.column(0).as_primitive::<TimestampMicrosecondType>();
                Ok(BooleanArray::from_unary(values, |value| value > floor))
            };
            predicates.push(Box::new(ArrowPredicateFn::new(mask, after)));
        }
        if let Some(ceiling) = self.before {
            let mask = file.mask([shape.columns.field(MOMENT).name().as_str()]);
            let before = move |batch: RecordBatch| {
                let values = batch.column(0).as_primitive::<TimestampMicrosecondType>();
                Ok(BooleanArray::from_unary(values, |value| value < ceiling))
            };
            predicates.push(Box::new(ArrowPredicateFn::new(mask, before)));
        }
        (!predicates.is_empty()).then(|| RowFilter::new(predicates))
    }
}

/// The rows of one file that fulfil `condition`, in the file's order.
pub(super) async fn scan(
    shape: &'static Shape,
    files: Arc<dyn ObjectStore>,
    file: DataFile,
    condition: Condition,
    columns: Vec<usize>,
) -> Result<impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + use<>, ArchiveError> {
    let open = OpenFile::open(files, &file).await?;
    let groups = open.metadata().row_groups().iter().enumerate();
    let groups = groups.filter(|(_, group)| condition.may_be_in_group(group));
    let selection = Selection {
        columns,
        row_groups: Some(groups.map(|(index, _)| index).collect()),
        rows: None,
        filter: condition.row_filter(&open, shape),
        batch_bytes: BATCH_BYTES,
    };
    open.read(shape, selection)
}

/// See [`super::Archive::changes`].
pub(super) fn changes(
    table: &Table,
    filter: &ChangeFilter<'_>,
) -> Result<impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + use<>, ArchiveError> {
    let shape = table.shape;
    let columns = filter.columns.positions(shape)?;
    let condition = Condition {
        resource_type: filter.resource_type.map(str::to_owned),
        key: filter.key.map(str::to_owned),
        after_sequence: i64::try_from(filter.after_sequence).unwrap_or(i64::MAX),
        recorded_after: filter
            .recorded_after
            .map(|moment| moment.saturating_mul(1000)),
        before: None,
    };
    rows(table, filter.integration, condition, columns)
}

/// The rows of one integration that fulfil `condition`, file by file.
pub(super) fn rows(
    table: &Table,
    integration: &IntegrationId,
    condition: Condition,
    columns: Vec<usize>,
) -> Result<impl Stream<Item = Result<RecordBatch, ArchiveError>> + Send + use<>, ArchiveError> {
    let shape = table.shape;
    let wanted: Vec<DataFile> = table
        .active()?
        .iter()
        .filter(|file| file.integration == integration.as_str() && condition.may_be_in(file))
        .cloned()
        .collect();
    let files = table.files.clone();
    let scans = stream::iter(wanted).then(move |file| {
        scan(
            shape,
            files.clone(),
            file,
            condition.clone(),
            columns.clone(),
        )
    });
    Ok(scans
        .try_flatten()
        .try_filter(|batch| {
            let rows = batch.num_rows();
            async move { rows > 0 }
        })
        .boxed())
}
