//! Changes as the ledger gives them, row by row.

use arrow::{
    array::{Array as _, AsArray as _, RecordBatch, StringArray},
    datatypes::{Int64Type, TimestampMicrosecondType},
};

use crate::watch::ChangeRow;

/// The rows of a batch with the columns of [`muster_ledger::archive::change_schema`]. Rows without what every change has
/// are left out; there are none.
pub(crate) fn rows(batch: &RecordBatch) -> impl Iterator<Item = ChangeRow<'_>> {
    let text = |name: &str| {
        batch
            .column_by_name(name)
            .and_then(|column| column.as_string_opt::<i32>())
    };
    let sequences = batch
        .column_by_name("sequence")
        .and_then(|column| column.as_primitive_opt::<Int64Type>());
    let recorded = batch
        .column_by_name("recorded_at")
        .and_then(|column| column.as_primitive_opt::<TimestampMicrosecondType>());
    let fields = batch
        .column_by_name("fields")
        .and_then(|column| column.as_list_opt::<i32>());
    let (resource_type, kind, key) = (text("type"), text("kind"), text("key"));
    let (before, after, integration) = (text("before"), text("after"), text("integration"));
    (0..batch.num_rows()).filter_map(move |row| {
        let names = match fields {
            Some(fields) if !fields.is_null(row) => {
                let first = usize::try_from(fields.value_offsets()[row]).ok()?;
                let end = usize::try_from(fields.value_offsets()[row + 1]).ok()?;
                let all = fields.values().as_string_opt::<i32>()?;
                (first..end).map(|place| all.value(place)).collect()
            }
            _ => Vec::new(),
        };
        Some(ChangeRow {
            sequence: sequences?.value(row).unsigned_abs(),
            recorded_at: recorded?.value(row) / 1_000,
            resource_type: at(resource_type, row)?,
            kind: at(kind, row)?,
            key: at(key, row)?,
            integration: at(integration, row)?,
            fields: names,
            before: at(before, row),
            after: at(after, row),
        })
    })
}

fn at(column: Option<&StringArray>, row: usize) -> Option<&str> {
    let column = column?;
    (!column.is_null(row)).then(|| column.value(row))
}
