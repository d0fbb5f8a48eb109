//! What differs between two documents of one resource.
//!
//! Documents are compared as JSON values: the order of members and the spelling of numbers and texts do not count
//! (RFC 8785 says when two documents are the same), nor do `_links`, which say where things are, not what they are.

use muster_model::{Path, ResourceType};
use serde_json::Value;

/// How a document differs from the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Not at all.
    None,
    /// In volatile fields only.
    Volatile,
    /// In these fields, by path, sorted.
    Fields(Vec<String>),
}

/// Compares two documents of `resource_type`.
///
/// # Errors
/// When one of them is not JSON.
pub fn compare(
    resource_type: &ResourceType,
    before: &str,
    after: &str,
) -> Result<Difference, serde_json::Error> {
    let mut before: Value = serde_json::from_str(before)?;
    let mut after: Value = serde_json::from_str(after)?;
    drop_links(&mut before);
    drop_links(&mut after);
    if same(&before, &after) {
        return Ok(Difference::None);
    }
    strip(&resource_type.volatile, &mut before);
    strip(&resource_type.volatile, &mut after);
    let mut fields = Vec::new();
    collect(&mut String::new(), &before, &after, &mut fields);
    fields.sort_unstable();
    Ok(if fields.is_empty() {
        Difference::Volatile
    } else {
        Difference::Fields(fields)
    })
}

fn drop_links(document: &mut Value) {
    match document {
        Value::Object(members) => {
            members.remove("_links");
            members.values_mut().for_each(drop_links);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_links),
        _ => {}
    }
}

fn strip(volatile: &[Path], document: &mut Value) {
    for path in volatile {
        path.remove(document);
    }
}

fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            // Two integers are compared as such: beyond 2^53 several have the same nearest float.
            left == right || ((left.is_f64() || right.is_f64()) && left.as_f64() == right.as_f64())
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, left)| right.get(name).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

fn collect(path: &mut String, before: &Value, after: &Value, fields: &mut Vec<String>) {
    if same(before, after) {
        return;
    }
    let (Value::Object(left), Value::Object(right)) = (before, after) else {
        fields.push(path.clone());
        return;
    };
    let length = path.len();
    let gone = left.keys().filter(|name| !right.contains_key(*name));
    for name in right.keys().chain(gone) {
        if length > 0 {
            path.push('.');
        }
        path.push_str(name);
        collect(
            path,
            left.get(name).unwrap_or(&Value::Null),
            right.get(name).unwrap_or(&Value::Null),
            fields,
        );
        // A member that is null on one side and missing on the other differs in being there.
        if left.get(name).is_some() != right.get(name).is_some()
            && left.get(name).or(right.get(name)) == Some(&Value::Null)
        {
            fields.push(path.clone());
        }
        path.truncate(length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::resource_type;

    fn check(before: &str, after: &str, expected: Difference) {
        let resource_type = resource_type();
        assert_eq!(compare(&resource_type, before, after).unwrap(), expected);
    }

    #[test]
    fn order_links_and_spelling_do_not_count() {
        check(
            r#"{"a":1,"b":{"c":"x","_links":1},"_links":{"self":1}}"#,
            r#"{"_links":{},"b":{"c":"\u0078"},"a":1.0}"#,
            Difference::None,
        );
    }

    #[test]
    fn large_integers_differ_as_they_are_written() {
        check(
            r#"{"a":9007199254740992,"b":1}"#,
            r#"{"a":9007199254740993,"b":1.0}"#,
            Difference::Fields(vec!["a".into()]),
        );
    }

    #[test]
    fn a_volatile_field_alone_is_a_touch() {
        check(
            r#"{"lastLogin":"1","a":1}"#,
            r#"{"lastLogin":"2","a":1}"#,
            Difference::Volatile,
        );
    }

    #[test]
    fn fields_are_named_by_path() {
        check(
            r#"{"p":{"a":1,"b":2},"s":"x","l":[1]}"#,
            r#"{"p":{"a":1,"b":3,"n":4},"s":"x","l":[1,2],"lastLogin":"2"}"#,
            Difference::Fields(vec!["l".into(), "p.b".into(), "p.n".into()]),
        );
    }

    #[test]
    fn a_null_that_comes_or_goes_is_a_difference() {
        check(
            r#"{"a":1}"#,
            r#"{"a":1,"b":null}"#,
            Difference::Fields(vec!["b".into()]),
        );
    }
}
