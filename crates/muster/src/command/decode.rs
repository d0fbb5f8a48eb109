//! `provider decode`: one raw answer of a vendor as rows.

use std::{fs, io, path::Path};

use muster_ledger::{
    decode::{Decoder, RowOrigin},
    own_key, redact,
};
use muster_provider::{ResourceFile, definition::Shape};
use serde_json::Value;

use super::print;
use crate::cli::Format;
use muster_office::Failure;

pub(crate) fn run(
    resource_type: &str,
    input: &Path,
    format: Format,
    providers: Option<&Path>,
) -> Result<(), Failure> {
    let catalogue = super::catalogue(providers)?;
    let file = catalogue.resource_type(resource_type).ok_or_else(|| {
        let near = catalogue.near_resource_type(resource_type);
        let near = near
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        Failure::usage(format!(
            "there is no type `{resource_type}`{near} `muster provider list` shows them"
        ))
    })?;
    let body = fs::read_to_string(input)
        .map_err(|error| Failure::usage(format!("cannot read {}: {error}", input.display())))?;
    let decoded = decode(file, &body).map_err(Failure::Usage)?;
    let schema = decoded.batch.schema();
    let columns: Vec<usize> = (0..schema.fields().len())
        .filter(|&index| !schema.field(index).name().starts_with('_'))
        .collect();
    let shown = decoded
        .batch
        .project(&columns)
        .map_err(|error| Failure::unable(&error))?;
    super::query::write(format, &mut io::stdout().lock(), &shown)
        .map_err(|error| Failure::unable(&error))?;
    for warning in &decoded.warnings {
        print::note(&format!("warning: {warning}"));
    }
    for failure in &decoded.failures {
        print::note(&format!("cannot be decoded: {failure}"));
    }
    if decoded.failures.is_empty() {
        Ok(())
    } else {
        Err(Failure::Incomplete(format!(
            "{} of {} items could not be decoded",
            decoded.failures.len(),
            decoded.items
        )))
    }
}

/// A raw answer, read.
#[derive(Debug)]
pub struct Decoded {
    /// The rows, with every declared column.
    pub batch: arrow::array::RecordBatch,
    /// Items of the answer.
    pub items: usize,
    /// Values that do not fit their column, unless the resource file explains them.
    pub warnings: Vec<String>,
    /// Items that are no resource, and why.
    pub failures: Vec<String>,
}

/// The resources in a body: an array, an object, or what stands in the vendor's envelope.
fn items(file: &ResourceFile, body: Value) -> Vec<Value> {
    if let Shape::Wrapped(envelope) = &file.listing.shape {
        let wrapped = envelope.usual.split('.').try_fold(&body, |value, name| {
            let members = value.as_object()?;
            members.get(name).or_else(|| {
                let mut members = members.iter().filter(|_| file.preparation.ignore_case);
                let found = members.find(|(member, _)| member.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value)
            })
        });
        if let Some(Value::Array(items)) = wrapped {
            return items.clone();
        }
    }
    match body {
        Value::Array(items) => items,
        other => vec![other],
    }
}

/// Reads one body: an array, an object, or the vendor's envelope.
///
/// # Errors
/// A sentence, when the body is not JSON.
pub fn decode(file: &ResourceFile, body: &str) -> Result<Decoded, String> {
    let value: Value =
        serde_json::from_str(body).map_err(|error| format!("the input is not JSON: {error}"))?;
    let items = items(file, value);
    let mut decoder = Decoder::of_documents(&file.resource_type);
    let mut failures = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let document = item.to_string();
        // Of which variant an answer is does not stand in it; the first one's name keeps such a key whole.
        let variant = file.listing.variants.as_ref();
        let variant = variant.and_then(|variants| variants.always.first());
        let document = file.prepare(&document, variant.map(String::as_str));
        let document = redact(&file.resource_type, &document);
        let parts = file
            .resource_type
            .parent
            .as_ref()
            .map_or(0, |parent| parent.columns.len());
        let key = if file.resource_type.key.is_empty() {
            // The only one of its parent.
            Ok(None)
        } else {
            own_key(&file.resource_type, &document).map(Some)
        };
        match key {
            // Without its parent the key's first parts are unknown; an answer alone does not tell them.
            Ok(key) => {
                let key = key.filter(|_| parts == 0);
                let key = key.map(|key| key.to_string()).unwrap_or_default();
                let origin = RowOrigin {
                    key: &key,
                    sequence: 0,
                    recorded_at: 0,
                };
                if let Err(error) = decoder.push(origin, &document) {
                    failures.push(format!("item {index}: {error}"));
                }
            }
            Err(error) => failures.push(format!("item {index}: {error}")),
        }
    }
    let explained = |path: &str| {
        file.explained.iter().any(|explanation| {
            explanation.path.to_string().replace("[]", "") == path.replace("[]", "")
        })
    };
    let warnings = decoder
        .warnings()
        .iter()
        .filter(|(warning, _)| !explained(&warning.path))
        .map(|(warning, count)| format!("{warning} ({count} times)"))
        .collect();
    let batch = decoder.finish().map_err(|error| error.to_string())?;
    Ok(Decoded {
        batch,
        items: items.len(),
        warnings,
        failures,
    })
}
