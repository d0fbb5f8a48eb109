//! Reading JSON text without building a tree: what is looked for is found by skipping what is not.
//!
//! Documents come from the ledger and are well formed; text that is not reads as absent.

use std::borrow::Cow;

/// One step into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// The member of this name, exactly, else ignoring case.
    Member(&'a str),
    /// The element at this place, counted from 1; from the end when negative.
    Element(i64),
}

/// The text of the value at a path; `None` when there is none or it is null.
pub(super) fn find<'a>(document: &'a str, steps: &[Step<'_>]) -> Option<&'a str> {
    let mut value = trim(document);
    for step in steps {
        value = match step {
            Step::Member(name) => member(value, name)?,
            Step::Element(index) => element(value, *index)?,
        };
    }
    (!value.is_empty() && value != "null").then_some(value)
}

/// What a value holds: text without quotes and escapes, everything else as it is written.
pub(super) fn unquoted(value: &str) -> Option<Cow<'_, str>> {
    let Some(inner) = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
    else {
        return Some(Cow::Borrowed(value));
    };
    match inner.contains('\\') {
        false => Some(Cow::Borrowed(inner)),
        true => serde_json::from_str(value).ok().map(Cow::Owned),
    }
}

/// The texts of an array's elements; `None` when the value is no array.
pub(super) fn elements(value: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    each_element(value, |element| {
        found.push(element);
        true
    })?;
    Some(found)
}

/// The names of an object's members; `None` when the value is no object.
pub(super) fn keys(value: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut found = Vec::new();
    each_member(value, |key, _| {
        found.push(key);
        true
    })?;
    Some(found.into_iter().filter_map(unquoted).collect())
}

/// `object`, `array`, `string`, `number`, `boolean`.
pub(super) fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b'"') => "string",
        Some(b't' | b'f') => "boolean",
        _ => "number",
    }
}

fn member<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let mut exact = None;
    let mut folded = None;
    each_member(value, |key, member| {
        let same = |matches: &dyn Fn(&str) -> bool| match key.contains('\\') {
            false => matches(&key[1..key.len() - 1]),
            true => unquoted(key).is_some_and(|key| matches(&key)),
        };
        if same(&|key| key == name) {
            exact = Some(member);
            return false;
        }
        if folded.is_none() && same(&|key| key.eq_ignore_ascii_case(name)) {
            folded = Some(member);
        }
        true
    })?;
    exact.or(folded)
}

fn element(value: &str, index: i64) -> Option<&str> {
    let place = match index {
        0 => return None,
        1.. => usize::try_from(index - 1).ok()?,
        _ => {
            let back = usize::try_from(index.checked_neg()?).ok()?;
            elements(value)?.len().checked_sub(back)?
        }
    };
    let mut next = 0;
    let mut found = None;
    each_element(value, |element| {
        let here = next == place;
        if here {
            found = Some(element);
        }
        next += 1;
        !here
    })?;
    found
}

/// Visits the members of an object, keys with their quotes, until told to stop.
fn each_member<'a>(value: &'a str, mut visit: impl FnMut(&'a str, &'a str) -> bool) -> Option<()> {
    let bytes = value.as_bytes();
    let mut at = opening(bytes, b'{')?;
    while *bytes.get(at)? != b'}' {
        let key_end = end_of_value(bytes, at)?;
        if bytes[at] != b'"' {
            return None;
        }
        let colon = skip_space(bytes, key_end);
        if *bytes.get(colon)? != b':' {
            return None;
        }
        let start = skip_space(bytes, colon + 1);
        let end = end_of_value(bytes, start)?;
        if !visit(value.get(at..key_end)?, value.get(start..end)?) {
            return Some(());
        }
        at = after_separator(bytes, end)?;
    }
    Some(())
}

fn each_element<'a>(value: &'a str, mut visit: impl FnMut(&'a str) -> bool) -> Option<()> {
    let bytes = value.as_bytes();
    let mut at = opening(bytes, b'[')?;
    while *bytes.get(at)? != b']' {
        let end = end_of_value(bytes, at)?;
        if !visit(value.get(at..end)?) {
            return Some(());
        }
        at = after_separator(bytes, end)?;
    }
    Some(())
}

fn opening(bytes: &[u8], bracket: u8) -> Option<usize> {
    (*bytes.first()? == bracket).then(|| skip_space(bytes, 1))
}

/// Behind the comma that may follow a value.
fn after_separator(bytes: &[u8], end: usize) -> Option<usize> {
    let at = skip_space(bytes, end);
    match *bytes.get(at)? {
        b',' => Some(skip_space(bytes, at + 1)),
        b'}' | b']' => Some(at),
        _ => None,
    }
}

fn end_of_value(bytes: &[u8], start: usize) -> Option<usize> {
    match *bytes.get(start)? {
        b'"' => end_of_text(bytes, start),
        b'{' | b'[' => {
            let mut depth = 0_usize;
            let mut at = start;
            loop {
                match *bytes.get(at)? {
                    b'"' => {
                        at = end_of_text(bytes, at)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        b',' | b':' | b'}' | b']' => None,
        _ => {
            let rest = &bytes[start..];
            let length = rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t'))
                .unwrap_or(rest.len());
            Some(start + length)
        }
    }
}

fn end_of_text(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        let rest = bytes.get(at..)?;
        let next = rest.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        match rest[next] {
            b'"' => return Some(at + next + 1),
            _ => at += next + 2,
        }
    }
}

fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\n', '\r', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str =
        r#" { "a": {"b\"c": [1, {"x": "}"}, "é\n"], "B": null}, "n": -1.5e3 ,"t":true} "#;

    #[test]
    fn a_value_is_found_by_its_path() {
        let get = |steps: &[Step<'_>]| find(DOCUMENT, steps);
        assert_eq!(get(&[Step::Member("n")]), Some("-1.5e3"));
        assert_eq!(get(&[Step::Member("T")]), Some("true"));
        let list = [Step::Member("a"), Step::Member("b\"c")];
        assert_eq!(get(&[list[0], list[1], Step::Element(1)]), Some("1"));
        assert_eq!(
            get(&[list[0], list[1], Step::Element(2), Step::Member("x")]),
            Some("\"}\"")
        );
        assert_eq!(
            get(&[list[0], list[1], Step::Element(-1)]),
            Some("\"é\\n\"")
        );
        assert_eq!(get(&[list[0], list[1], Step::Element(4)]), None);
        assert_eq!(get(&[Step::Member("a"), Step::Member("B")]), None, "null");
        assert_eq!(get(&[Step::Member("n"), Step::Member("b")]), None);
    }

    #[test]
    fn the_exact_name_wins_over_one_that_differs_in_case() {
        let document = r#"{"Id": 1, "id": 2}"#;
        assert_eq!(find(document, &[Step::Member("id")]), Some("2"));
        assert_eq!(find(document, &[Step::Member("ID")]), Some("1"));
    }

    #[test]
    fn damaged_text_reads_as_absent() {
        for text in [
            "",
            "{",
            "{\"a\"",
            "{\"a\":",
            "{\"a\":}",
            "{\"a\" 1}",
            "[1",
            "{a:1}",
        ] {
            assert_eq!(find(text, &[Step::Member("a")]), None, "{text}");
        }
    }

    #[test]
    fn text_loses_its_quotes_and_escapes() {
        assert_eq!(unquoted(r#""a\u00e9""#).as_deref(), Some("aé"));
        assert_eq!(unquoted("12").as_deref(), Some("12"));
        assert_eq!(
            elements("[ 1 ,\"a,b\", [] ]"),
            Some(vec!["1", "\"a,b\"", "[]"])
        );
        assert_eq!(keys(r#"{"a":1,"b":{}}"#).unwrap(), ["a", "b"]);
    }
}
