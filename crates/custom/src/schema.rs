//! A JSON Schema as a tree: what is inside what, and what its keywords say.

use std::collections::BTreeMap;

use muster_model::ColumnType;
use serde_json::Value;

use crate::mistake::below;

/// The names a schema requires.
pub(crate) fn required(schema: &Value) -> Vec<&str> {
    schema
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default()
}

/// Whether a schema allows null alone.
pub(crate) fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
        || schema.get("const") == Some(&Value::Null)
}

/// The type of the only values a schema allows, where they are alike.
pub(crate) fn listed_values(schema: &Value) -> Option<ColumnType> {
    let values: Vec<&Value> = match (schema.get("const"), schema.get("enum")) {
        (Some(value), _) => vec![value],
        (None, Some(Value::Array(values))) => values.iter().collect(),
        _ => return None,
    };
    let mut values = values
        .into_iter()
        .filter(|value| !value.is_null())
        .peekable();
    let of = match values.peek()? {
        Value::String(_) => ColumnType::String,
        Value::Bool(_) => ColumnType::Boolean,
        Value::Number(_) => ColumnType::Number,
        _ => return None,
    };
    values
        .all(|value| {
            matches!(
                (&of, value),
                (ColumnType::String, Value::String(_))
                    | (ColumnType::Boolean, Value::Bool(_))
                    | (ColumnType::Number, Value::Number(_))
            )
        })
        .then_some(of)
}

/// A JSON pointer out of the fragment of a reference.
pub(crate) fn decoded(fragment: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Calls `visit` for every schema directly inside `schema`, with its pointer. Values that are no schemas (`const`,
/// `enum`, `default`, `examples`) are left alone.
pub(crate) fn subschemas<'s>(
    schema: &'s Value,
    pointer: &str,
    visit: &mut dyn FnMut(&'s Value, String),
) {
    let Some(members) = schema.as_object() else {
        return;
    };
    for (keyword, value) in members {
        let at = below(pointer, keyword);
        match keyword.as_str() {
            "additionalProperties"
            | "items"
            | "contains"
            | "not"
            | "if"
            | "then"
            | "else"
            | "propertyNames"
            | "unevaluatedItems"
            | "unevaluatedProperties"
            | "contentSchema" => {
                visit(value, at);
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
                    visit(inner, format!("{at}/{index}"));
                }
            }
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                let named: BTreeMap<&String, &Value> =
                    value.as_object().into_iter().flatten().collect();
                for (name, inner) in named {
                    visit(inner, below(&at, name));
                }
            }
            _ => {}
        }
    }
}
