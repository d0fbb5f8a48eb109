//! Which fields documents have, how often, of which JSON types: what can be compared between a recording, the vendor's
//! OpenAPI document and the stand-in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What was seen at a path such as `credentials.emails[].value`.
#[derive(Debug, Default, Clone)]
pub struct Seen {
    pub count: usize,
    /// How many of them were objects.
    pub objects: usize,
    pub types: BTreeSet<&'static str>,
    pub strings: BTreeSet<String>,
}

/// Path → what was seen there. The path of the document itself is empty.
#[derive(Debug, Default, Clone)]
pub struct Shape(pub BTreeMap<String, Seen>);

impl Shape {
    pub fn of<'a>(documents: impl IntoIterator<Item = &'a Value>) -> Self {
        let mut shape = Self::default();
        for document in documents {
            shape.add("", document);
        }
        shape
    }

    fn add(&mut self, path: &str, value: &Value) {
        let seen = self.0.entry(path.to_owned()).or_default();
        seen.count += 1;
        seen.types.insert(type_of(value));
        seen.objects += usize::from(value.is_object());
        match value {
            Value::String(text) if seen.strings.len() < 200 => {
                seen.strings.insert(text.clone());
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.add(&join(path, name), value);
                }
            }
            Value::Array(items) => {
                for item in items {
                    self.add(&format!("{path}[]"), item);
                }
            }
            _ => {}
        }
    }

    /// Paths that every object of their parent has.
    pub fn always(&self) -> impl Iterator<Item = &String> {
        self.0
            .iter()
            .filter(|(path, seen)| {
                !path.is_empty()
                    && !path.ends_with("[]")
                    && self.objects(parent(path)) == seen.count
            })
            .map(|(path, _)| path)
    }

    fn objects(&self, path: &str) -> usize {
        self.0.get(path).map_or(0, |s| s.objects)
    }
}

pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The path of the object a field is in.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
