//! A run as the archive keeps it.

use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
    },
    compute::filter_record_batch,
};
use chrono::DateTime;
use muster_model::ChangeKind;

use crate::{LedgerError, archive::change_schema, decode::UTC, run::Run};

/// The changes of a run, touches left out; `None` when there are none.
pub(crate) fn archive_batch(run: &Run) -> Result<Option<RecordBatch>, LedgerError> {
    let rows = run.rows();
    let kinds: Vec<ChangeKind> = (0..rows).map(|row| run.kind(row)).collect();
    let month = DateTime::from_timestamp_millis(run.recorded_at)
        .map(|moment| moment.format("%Y-%m").to_string())
        .unwrap_or_default();
    let same = |text: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            text, rows,
        )))
    };
    let recorded =
        TimestampMicrosecondArray::from_value(run.recorded_at * 1_000, rows).with_timezone(UTC);
    let [key, scope, fields, before, after] = run.archived_columns().map(Arc::clone);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(
            (0..rows).map(|row| (run.first_sequence + row as u64) as i64),
        )),
        Arc::new(recorded),
        same(&run.resource_type),
        Arc::new(StringArray::from_iter_values(
            kinds.iter().map(|kind| kind.as_str()),
        )),
        key,
        scope,
        fields,
        before,
        after,
        same(run.integration.as_str()),
        same(&month),
    ];
    let batch = RecordBatch::try_new(change_schema(), columns)?;
    if kinds.contains(&ChangeKind::Touched) {
        let kept: BooleanArray = kinds
            .iter()
            .map(|kind| Some(*kind != ChangeKind::Touched))
            .collect();
        let batch = filter_record_batch(&batch, &kept)?;
        return Ok((batch.num_rows() > 0).then_some(batch));
    }
    Ok((rows > 0).then_some(batch))
}
