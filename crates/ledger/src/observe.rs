//! From a page's items to [`Observations`]: key, redaction, hash. Runs beside the network, off the writer.

use std::borrow::Cow;

use muster_model::{KeyError, ResourceKey, ResourceType, Segment};
use serde_json::{Map, Value};

use crate::hash::{DocumentHash, KeyHash, document_hash, key_hash};

/// What a redacted secret reads as.
pub const REDACTED: &str = "[redacted]";

/// Documents of one listing, redacted, with their keys and hashes. Texts lie end to end in one buffer each.
#[derive(Debug, Default)]
pub struct Observations {
    keys: Texts,
    documents: Texts,
    hashes: Vec<(KeyHash, DocumentHash)>,
}

/// One observed document.
#[derive(Debug, Clone, Copy)]
pub struct Observation<'a> {
    /// The resource key.
    pub key: &'a str,
    /// Its hash.
    pub key_hash: KeyHash,
    /// The redacted document.
    pub document: &'a str,
    /// Its hash.
    pub document_hash: DocumentHash,
}

/// Why an item is not a resource.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The item is no JSON object, so it has no key.
    #[error("an item of {resource_type} is not a JSON object")]
    NotAnObject {
        /// The type that was listed.
        resource_type: String,
    },
    /// A key field is missing.
    #[error("an item of {resource_type} has no `{path}`, which is part of its key")]
    NoKey {
        /// The type that was listed.
        resource_type: String,
        /// The key field.
        path: String,
    },
}

impl Observations {
    /// Adds the item `document` of a listing of `resource_type` under the parent `parent_key`.
    ///
    /// # Errors
    /// [`ObserveError`] when the item has no key. Nothing is added then.
    pub fn push(
        &mut self,
        resource_type: &ResourceType,
        parent_key: Option<&str>,
        document: &str,
    ) -> Result<(), ObserveError> {
        let (key, own) = match parent_key {
            // The only one of its parent.
            Some(parent) if resource_type.key.is_empty() => {
                check_object(resource_type, document)?;
                (parent.to_owned(), String::new())
            }
            Some(parent) => {
                let own = own_key(resource_type, document)?;
                (format!("{parent}/{own}"), own.to_string())
            }
            None => {
                let own = own_key(resource_type, document)?.to_string();
                (own.clone(), own)
            }
        };
        let kept: Cow<'_, str> = if resource_type.same_as.is_some() {
            Cow::Owned(key_document(resource_type, own.as_str()))
        } else {
            redact(resource_type, document)
        };
        self.hashes.push((key_hash(&key), document_hash(&kept)));
        self.keys.push(&key);
        self.documents.push(&kept);
        Ok(())
    }

    /// Leaves out what `keep` does not want.
    pub fn retain(&mut self, keep: impl Fn(&Observation<'_>) -> bool) {
        if self.iter().all(|observation| keep(&observation)) {
            return;
        }
        let mut kept = Self::default();
        for observation in self.iter().filter(|observation| keep(observation)) {
            kept.keys.push(observation.key);
            kept.documents.push(observation.document);
            kept.hashes
                .push((observation.key_hash, observation.document_hash));
        }
        *self = kept;
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// All of them, in the order of the page.
    pub fn iter(&self) -> impl Iterator<Item = Observation<'_>> {
        self.hashes
            .iter()
            .enumerate()
            .map(|(index, &(key_hash, document_hash))| Observation {
                key: self.keys.get(index),
                key_hash,
                document: self.documents.get(index),
                document_hash,
            })
    }
}

/// Texts end to end.
#[derive(Debug, Default)]
struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    fn get(&self, index: usize) -> &str {
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }
}

/// That `document` is a JSON object; for a type whose resources have no key of their own.
fn check_object(resource_type: &ResourceType, document: &str) -> Result<(), ObserveError> {
    if document.trim_start().starts_with('{') {
        return Ok(());
    }
    Err(ObserveError::NotAnObject {
        resource_type: resource_type.name.clone(),
    })
}

/// The key of `document` below its parent; the type has one.
///
/// # Errors
/// [`ObserveError`] when a key field is missing.
pub fn own_key(resource_type: &ResourceType, document: &str) -> Result<ResourceKey, ObserveError> {
    let missing = |path: &muster_model::Path| ObserveError::NoKey {
        resource_type: resource_type.name.clone(),
        path: path.to_string(),
    };
    let mut parts: Vec<Cow<'_, str>> = Vec::with_capacity(resource_type.key.len());
    for path in &resource_type.key {
        let part = match path.segments() {
            [Segment::Field(name)] => member_text(document, name),
            _ => serde_json::from_str::<Value>(document)
                .ok()
                .and_then(|value| path.values(&value).first().and_then(|value| scalar(value)))
                .map(Cow::Owned),
        };
        parts.push(part.ok_or_else(|| missing(path))?);
    }
    ResourceKey::from_parts(parts.iter().map(|part| &**part)).map_err(|error| match error {
        KeyError::Empty | KeyError::Escape(_) if document.trim_start().starts_with('{') => {
            ObserveError::NoKey {
                resource_type: resource_type.name.clone(),
                path: resource_type
                    .key
                    .first()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            }
        }
        _ => ObserveError::NotAnObject {
            resource_type: resource_type.name.clone(),
        },
    })
}

fn member_text<'a>(document: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let raw = crate::decode::member(document, name)?.get();
    // Nearly every key is a string without escapes.
    if let Some(inner) = raw
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        && !inner.contains('\\')
    {
        return Some(Cow::Borrowed(inner));
    }
    scalar(&serde_json::from_str(raw).ok()?).map(Cow::Owned)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// What is kept of a document that another resource has whole: its key fields.
fn key_document(resource_type: &ResourceType, own: &str) -> String {
    let mut document = Map::new();
    for (path, part) in resource_type.key.iter().zip(ResourceKey::split(own)) {
        if let (Some(Segment::Field(name)), Ok(part)) = (path.segments().first(), part) {
            document.insert(name.clone(), Value::String(part.into_owned()));
        }
    }
    Value::Object(document).to_string()
}

/// `document` with every secret that `resource_type` names replaced.
pub fn redact<'a>(resource_type: &ResourceType, document: &'a str) -> Cow<'a, str> {
    let may_hold_one = resource_type
        .redact
        .iter()
        .any(|path| match path.segments().last() {
            Some(Segment::Field(name)) => document.contains(name.as_str()),
            _ => true,
        });
    // A name spelled with escapes is not found by its letters.
    if !may_hold_one && !document.contains("\\u") {
        return Cow::Borrowed(document);
    }
    let Ok(mut value) = serde_json::from_str::<Value>(document) else {
        return Cow::Borrowed(document);
    };
    let mut found = false;
    for path in &resource_type.redact {
        path.visit_mut(&mut value, &mut |secret| {
            if !secret.is_null() {
                *secret = Value::String(REDACTED.to_owned());
                found = true;
            }
        });
    }
    if found {
        Cow::Owned(value.to_string())
    } else {
        Cow::Borrowed(document)
    }
}

#[cfg(test)]
mod tests {
    use muster_model::Parent;

    use super::*;
    use crate::testing::resource_type;

    #[test]
    fn what_a_parent_has_one_of_has_the_key_of_its_parent() {
        let mut only_one = resource_type();
        only_one.key.clear();
        only_one.parent = Some(Parent {
            resource_type: "test_brand".into(),
            columns: vec!["brandId".into()],
        });
        let mut observations = Observations::default();
        observations
            .push(&only_one, Some("b1"), r#"{"page": "hello"}"#)
            .unwrap();
        let keys: Vec<&str> = observations.iter().map(|seen| seen.key).collect();
        assert_eq!(keys, ["b1"]);
        let error = observations
            .push(&only_one, Some("b2"), "[]")
            .unwrap_err()
            .to_string();
        assert!(error.contains("not a JSON object"), "{error}");
        assert_eq!(observations.len(), 1);
    }
}
