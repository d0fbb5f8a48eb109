//! Whether a value can be decoded into its column without loss. What fits the schema mostly does; what does not is
//! refused, so that a column never says less than its document.

use muster_model::{Column, ColumnType, Segment};
use serde_json::Value;

use crate::{Mistake, mistake::below, moment::is_moment};

/// Whole numbers up to here are exact in a number with a fraction: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What of `value` does not fit `columns`.
pub(crate) fn check_columns(
    columns: &[Column],
    value: &Value,
    pointer: &str,
    found: &mut Vec<Mistake>,
) {
    for column in columns {
        let [Segment::Field(name)] = column.from.segments() else {
            continue;
        };
        if let Some(member) = value.get(name) {
            check(&column.column_type, member, pointer, name, found);
        }
    }
}

fn check(
    column_type: &ColumnType,
    value: &Value,
    parent: &str,
    name: &str,
    found: &mut Vec<Mistake>,
) {
    let message = match (column_type, value) {
        (_, Value::Null) | (ColumnType::Json, _) => return,
        (ColumnType::String, Value::String(_))
        | (ColumnType::Boolean, Value::Bool(_))
        | (ColumnType::Number, Value::Number(_)) => return,
        (ColumnType::Integer, Value::Number(number)) => {
            let exact = number.is_i64()
                || number.as_f64().is_some_and(|float| {
                    number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT
                });
            if exact {
                return;
            }
            "this does not fit a whole number of 64 bits; write it as a string, and say so in the schema"
        }
        (ColumnType::Timestamp, Value::String(text)) => {
            if is_moment(text) {
                return;
            }
            "this is no moment as RFC 3339 writes them, such as `2026-11-23T08:00:00Z`"
        }
        (ColumnType::Struct(members), Value::Object(_)) => {
            return check_columns(members, value, &below(parent, name), found);
        }
        (ColumnType::List(element), Value::Array(elements)) => {
            let pointer = below(parent, name);
            for (index, value) in elements.iter().enumerate() {
                check(element, value, &pointer, &index.to_string(), found);
            }
            return;
        }
        _ => "this is of another type than the schema says",
    };
    found.push(Mistake::new(below(parent, name), message));
}
