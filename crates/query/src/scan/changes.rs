//! Changes, and who made them: looked up a batch at a time, and only where a statement asks.

use std::{collections::HashMap, sync::Arc};

use arrow::{
    array::{Array as _, ArrayRef, AsArray as _, RecordBatch, StringArray, StructArray},
    buffer::NullBuffer,
    datatypes::{DataType, Field, Fields, Schema, UInt64Type},
    error::ArrowError,
};
use muster_model::{ChangeActor, Integration, Party, ResourceType};

use super::{column::ScanColumn, streamed::Streamed};
use crate::{
    Batches, Source, SourceError,
    catalog::{ACTOR, ACTOR_NAME, EVENT, EVENT_TYPE},
};

const SEQUENCE: &str = "_sequence";

/// The changes of a type, for a statement that reads these columns.
pub(crate) fn changes(
    source: Arc<dyn Source>,
    resource_type: Arc<ResourceType>,
    columns: &[ScanColumn],
) -> Streamed {
    let asks = columns
        .iter()
        .flat_map(ScanColumn::stored_names)
        .any(|name| [ACTOR, ACTOR_NAME, EVENT_TYPE, EVENT].contains(&name.as_str()));
    let name = format!("{}_changes", resource_type.name);
    Streamed::new(&name, move |integration: &Integration| {
        let batches = source.changes(&resource_type, &integration.id)?;
        if !asks {
            return Ok(batches);
        }
        let source = Arc::clone(&source);
        let attributed: Batches =
            Box::new(batches.map(move |batch| attributed(source.as_ref(), &batch?)));
        Ok(attributed)
    })
}

/// A batch of changes with who made them.
fn attributed(source: &dyn Source, batch: &RecordBatch) -> Result<RecordBatch, SourceError> {
    let sequences: Vec<u64> = batch
        .column_by_name(SEQUENCE)
        .and_then(|column| column.as_primitive_opt::<UInt64Type>())
        .map(|column| column.iter().map(Option::unwrap_or_default).collect())
        .unwrap_or_default();
    let found: HashMap<u64, ChangeActor> = source
        .actors(&sequences)?
        .into_iter()
        .map(|found| (found.sequence, found))
        .collect();
    with_actors(batch, &sequences, &found).map_err(|error| SourceError::Read(Box::new(error)))
}

fn with_actors(
    batch: &RecordBatch,
    sequences: &[u64],
    found: &HashMap<u64, ChangeActor>,
) -> Result<RecordBatch, ArrowError> {
    let text = |of: &dyn Fn(&ChangeActor) -> Option<&str>| -> ArrayRef {
        let texts = sequences
            .iter()
            .map(|sequence| found.get(sequence).and_then(of));
        Arc::new(texts.collect::<StringArray>())
    };
    let actor = |of: &dyn Fn(&Party) -> Option<&str>| text(&|found| of(found.actor.as_ref()?));
    let members = [
        ("id", actor(&|actor| actor.id.as_deref())),
        ("kind", actor(&|actor| actor.kind.as_deref())),
        ("name", actor(&|actor| actor.name.as_deref())),
    ];
    let (names, arrays): (Vec<_>, Vec<_>) = members.into_iter().unzip();
    let fields: Fields = names
        .into_iter()
        .map(|name| Field::new(name, DataType::Utf8, true))
        .collect();
    let is_known = |sequence: &u64| {
        found
            .get(sequence)
            .is_some_and(|found| found.actor.is_some())
    };
    let known: NullBuffer = sequences.iter().map(is_known).collect::<Vec<_>>().into();
    let actors = StructArray::try_new(fields, arrays, Some(known))?;
    let added: [(&str, ArrayRef); 4] = [
        (ACTOR, Arc::new(actors)),
        (
            ACTOR_NAME,
            actor(&|actor| actor.name.as_deref().or(actor.id.as_deref())),
        ),
        (EVENT_TYPE, text(&|found| found.event_type.as_deref())),
        (EVENT, text(&|found| found.event.as_deref())),
    ];
    let schema = batch.schema();
    let mut fields: Vec<_> = schema.fields().iter().map(Arc::clone).collect();
    let mut columns = batch.columns().to_vec();
    for (name, array) in added {
        fields.push(Arc::new(Field::new(name, array.data_type().clone(), true)));
        columns.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}
