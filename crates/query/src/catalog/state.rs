use std::sync::Arc;

use arrow::{
    array::{
        ArrayRef, BooleanArray, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
        TimestampMillisecondArray,
    },
    datatypes::{Field, Schema},
    error::ArrowError,
};
use muster_model::Integration;

use super::{Catalog, Table};
use crate::QueryError;

/// How far each type of each integration can be believed.
pub(super) fn sync_state(catalog: &Catalog) -> Result<Table, QueryError> {
    let mut states = catalog.source.states().map_err(QueryError::Source)?;
    states.retain(|state| catalog.resource_type(&state.resource_type).is_some());
    let known: Vec<(&Integration, _)> = states
        .iter()
        .filter_map(|state| {
            let integration = catalog
                .integrations
                .iter()
                .find(|integration| integration.id == state.integration)?;
            Some((integration, state))
        })
        .collect();
    let text = |of: &dyn Fn(usize) -> Option<String>| -> ArrayRef {
        Arc::new((0..known.len()).map(of).collect::<StringArray>())
    };
    let moment = |of: &dyn Fn(usize) -> Option<i64>| -> ArrayRef {
        Arc::new(
            (0..known.len())
                .map(of)
                .collect::<TimestampMillisecondArray>()
                .with_timezone("UTC"),
        )
    };
    let count = |of: &dyn Fn(usize) -> Option<i64>| -> ArrayRef {
        Arc::new((0..known.len()).map(of).collect::<Int64Array>())
    };
    let stale: BooleanArray = known.iter().map(|(_, state)| Some(state.stale)).collect();
    let rows = batch(vec![
        ("integration", text(&|i| Some(known[i].0.name.clone()))),
        (
            "integration_id",
            text(&|i| Some(known[i].0.id.as_str().to_owned())),
        ),
        ("type", text(&|i| Some(known[i].1.resource_type.clone()))),
        (
            "status",
            text(&|i| Some(known[i].1.status.as_str().to_owned())),
        ),
        ("parents", count(&|i| known[i].1.parents)),
        ("parents_done", count(&|i| known[i].1.parents_done)),
        ("complete_since", moment(&|i| known[i].1.complete_since)),
        ("last_complete", moment(&|i| known[i].1.last_complete)),
        ("stale", Arc::new(stale)),
        ("reason", text(&|i| known[i].1.reason.clone())),
    ])?;
    Ok(Table::rows(
        "sync_state",
        "How far each type of each integration can be believed.",
        rows,
    ))
}

/// The configured accounts, without their credentials.
pub(super) fn integration(catalog: &Catalog) -> Result<Table, QueryError> {
    let all = &catalog.integrations;
    let text = |of: &dyn Fn(&Integration) -> String| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(all.iter().map(of)))
    };
    let mut tags = ListBuilder::new(StringBuilder::new());
    for integration in all {
        for tag in &integration.tags {
            tags.values().append_value(tag);
        }
        tags.append(true);
    }
    let enabled: BooleanArray = all.iter().map(|one| Some(one.enabled)).collect();
    let rows = batch(vec![
        ("id", text(&|one| one.id.as_str().to_owned())),
        ("name", text(&|one| one.name.clone())),
        ("provider", text(&|one| one.provider.clone())),
        ("description", text(&|one| one.description.clone())),
        ("tags", Arc::new(tags.finish())),
        ("enabled", Arc::new(enabled)),
    ])?;
    Ok(Table::rows("integration", "The configured accounts.", rows))
}

/// A batch of nullable columns.
pub(super) fn batch(columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, QueryError> {
    let schema = Schema::new(
        columns
            .iter()
            .map(|(name, array)| Field::new(*name, array.data_type().clone(), true))
            .collect::<Vec<_>>(),
    );
    RecordBatch::try_new(
        Arc::new(schema),
        columns.into_iter().map(|(_, array)| array).collect(),
    )
    .map_err(|error: ArrowError| QueryError::Internal(error.to_string()))
}
