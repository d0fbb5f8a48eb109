use muster_model::{Column, ColumnType, ResourceType, Segment};
use serde_json::Value;

/// The name a person knows a resource by, read from its document; `None` where its type has none, or the document
/// does not say.
pub fn label(resource_type: &ResourceType, document: &Value) -> Option<String> {
    let path = resource_type.label.as_ref()?;
    let mut columns = resource_type.columns.as_slice();
    let mut value = document;
    for segment in path.segments() {
        let Segment::Field(name) = segment else {
            return None;
        };
        let column = columns.iter().find(|column| column.name == *name);
        value = match column {
            Some(column) => follow(value, column)?,
            None => value.get(name)?,
        };
        columns = match column.map(|column| &column.column_type) {
            Some(ColumnType::Struct(members)) => members,
            _ => &[],
        };
    }
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Through an object as the vendor spells it.
fn follow<'v>(value: &'v Value, column: &Column) -> Option<&'v Value> {
    column
        .from
        .segments()
        .iter()
        .try_fold(value, |value, segment| match segment {
            Segment::Field(name) => value.get(name),
            _ => None,
        })
}
