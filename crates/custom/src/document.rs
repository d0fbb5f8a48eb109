//! From a document's text to its value. Stricter than JSON: a member that stands twice means two things, and what nests
//! without end is no document.

use std::{cell::RefCell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::Mistake;

/// Bytes of one document at most.
pub const LONGEST_DOCUMENT: usize = 1 << 20;
/// Objects and arrays inside each other at most.
const DEEPEST: usize = 64;

/// The value of a document, which is an object.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Value, Mistake> {
    let trouble = Trouble::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = Seed {
        depth: 0,
        trouble: &trouble,
    };
    let read = seed
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    match read {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(Mistake::new("", "this is no JSON object")),
        Err(error) => {
            let Trouble { message, steps } = trouble;
            let mut pointer = String::new();
            for step in steps.into_inner().iter().rev() {
                pointer = crate::mistake::below(&pointer, step);
            }
            let message = message
                .into_inner()
                // What is read into any value only fails in its syntax, so no value is repeated here.
                .unwrap_or_else(|| format!("this is no JSON: {error}"));
            Err(Mistake::new(pointer, message))
        }
    }
}

/// What went wrong, and the way to it from the inside out.
#[derive(Default)]
struct Trouble {
    message: RefCell<Option<String>>,
    steps: RefCell<Vec<String>>,
}

impl Trouble {
    fn say<E: Error>(&self, message: &str) -> E {
        *self.message.borrow_mut() = Some(message.to_owned());
        E::custom(message)
    }

    fn step(&self, step: impl fmt::Display) {
        self.steps.borrow_mut().push(step.to_string());
    }
}

#[derive(Clone, Copy)]
struct Seed<'t> {
    depth: usize,
    trouble: &'t Trouble,
}

impl Seed<'_> {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= DEEPEST {
            return Err(self
                .trouble
                .say("objects and arrays nest deeper than 64 here; flatten the document"));
        }
        Ok(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut elements = Vec::new();
        loop {
            match sequence.next_element_seed(inner) {
                Ok(Some(element)) => elements.push(element),
                Ok(None) => return Ok(Value::Array(elements)),
                Err(error) => {
                    self.trouble.step(elements.len());
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = match map.next_value_seed(inner) {
                Ok(value) => value,
                Err(error) => {
                    self.trouble.step(&name);
                    return Err(error);
                }
            };
            if members.contains_key(&name) {
                self.trouble.step(&name);
                return Err(self
                    .trouble
                    .say("this member stands twice in its object; keep one of the two"));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_an_object_whose_members_stand_once() {
        assert!(parse(r#"{"a":[1,2.5,null,true,"x"]}"#).is_ok());
        let twice = parse(r#"{"a":[{"b/c":1},{"b/c":1,"b/c":2}]}"#).unwrap_err();
        assert_eq!(twice.pointer, "/a/1/b~1c");
        assert!(twice.message.contains("twice"));
        assert!(parse("[]").unwrap_err().message.contains("no JSON object"));
        assert!(parse(r#"{"a":1} x"#).is_err());
        assert!(parse(r#"{"a":1e999}"#).is_err());
        assert!(parse(r#"{"a":"\ud800"}"#).is_err());
    }

    #[test]
    fn what_nests_deeper_than_allowed_is_refused_where_it_does() {
        let nested = |depth: usize| {
            format!(
                "{}{}",
                r#"{"a":"#.repeat(depth),
                "1".to_owned() + &"}".repeat(depth)
            )
        };
        assert!(parse(&nested(DEEPEST)).is_ok());
        let mistake = parse(&nested(DEEPEST + 1)).unwrap_err();
        assert_eq!(mistake.pointer, "/a".repeat(DEEPEST));
        assert!(mistake.message.contains("64"));
    }
}
