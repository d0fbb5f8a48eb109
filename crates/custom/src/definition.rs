use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Mistake;

/// A type as somebody writes it down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its table, `hr_person`.
    pub name: String,
    /// Name for people; made of the name unless given.
    #[serde(default)]
    pub title: Option<String>,
    /// One or two sentences.
    #[serde(default)]
    pub description: Option<String>,
    /// The integration it belongs to, by name or id; the only one there is unless given.
    #[serde(default)]
    pub integration: Option<String>,
    /// The properties that tell one resource from another.
    pub key: Vec<String>,
    /// The property that people know a resource by; the key unless given.
    #[serde(default)]
    pub label: Option<String>,
    /// The JSON Schema, as it was written: the order of its properties is the order of the columns.
    pub schema: Box<RawValue>,
}

/// Words that SQL, or Muster, has another meaning for at the beginning of a name.
const RESERVED: [&str; 8] = [
    "audit",
    "current",
    "information",
    "local",
    "muster",
    "session",
    "sync",
    "system",
];
/// Longer names are no names.
const LONGEST_NAME: usize = 63;

/// What is wrong with a type's name. `providers` are the vendors' names, whose types begin with them; `tables` are
/// there already.
pub fn check_name<'a>(
    name: &str,
    providers: impl IntoIterator<Item = &'a str>,
    tables: impl IntoIterator<Item = &'a str>,
) -> Option<Mistake> {
    let wrong = |message: String| Some(Mistake::new("/name", message));
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let (source, noun) = name.split_once('_').unwrap_or((name, ""));
    if !plain
        || name.len() > LONGEST_NAME
        || !source.starts_with(|first: char| first.is_ascii_lowercase())
        || noun.is_empty()
        || name.ends_with('_')
    {
        return wrong(
            "a type is called after its source and a singular noun, such as `hr_person`: lower-case letters, digits \
             and `_`, 63 at most"
                .to_owned(),
        );
    }
    if name.ends_with("_changes") {
        return wrong(
            "a name that ends in `_changes` is the table of another type's changes; choose another"
                .to_owned(),
        );
    }
    let mut providers = providers.into_iter();
    if RESERVED.contains(&source) || providers.any(|provider| provider == source) {
        return wrong(format!(
            "names that begin with `{source}_` are Muster's own; choose another, such as `our_{name}`"
        ));
    }
    if tables.into_iter().any(|table| table == name) {
        return wrong(format!("there is a table `{name}`; choose another name"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> bool {
        check_name(name, ["okta", "custom"], ["hr_person"]).is_some()
    }

    #[test]
    fn a_name_is_a_source_and_a_noun_that_nothing_else_has() {
        for good in ["hr_employee", "cmdb2_server", "a_b", "my_okta_user"] {
            assert!(!refused(good), "{good}");
        }
        for bad in [
            "",
            "person",
            "HR_person",
            "hr-person",
            "2hr_person",
            "_person",
            "hr_",
            "hr_person",
            "hr_person_changes",
            "okta_thing",
            "current_date",
            "sync_state",
            "audit_event",
            "custom_x",
            "hr_p\u{f6}rson",
        ] {
            assert!(refused(bad), "{bad}");
        }
        assert!(refused(&format!("a_{}", "b".repeat(62))));
    }
}
