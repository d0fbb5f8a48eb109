use std::{fmt, str::FromStr};

use serde_json::Value;

/// A place in a vendor's document: `profile.email`, `conditions.people.groups.include[]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    segments: Vec<Segment>,
}

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Into the named member of an object.
    Field(String),
    /// Into every element of an array.
    Each,
}

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a path; write `field.field` with `[]` after a field that holds an array")]
pub struct PathError(String);

impl Path {
    /// The path made of plain field names.
    pub fn fields(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            segments: names
                .into_iter()
                .map(|name| Segment::Field(name.into()))
                .collect(),
        }
    }

    /// The path made of these steps, outermost first.
    pub fn from_segments(segments: Vec<Segment>) -> Self {
        Self { segments }
    }

    /// The steps, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Every value of `document` that lies at this path, in order. Missing members give nothing.
    pub fn values<'a>(&self, document: &'a Value) -> Vec<&'a Value> {
        let mut found = vec![document];
        for segment in &self.segments {
            found = match segment {
                Segment::Field(name) => found
                    .into_iter()
                    .filter_map(|value| value.get(name))
                    .collect(),
                Segment::Each => found
                    .into_iter()
                    .filter_map(Value::as_array)
                    .flatten()
                    .collect(),
            };
        }
        found
    }

    /// Calls `visit` on every value of `document` that lies at this path.
    pub fn visit_mut(&self, document: &mut Value, visit: &mut impl FnMut(&mut Value)) {
        visit_mut(&self.segments, document, visit);
    }

    /// Removes every member of `document` that lies at this path.
    pub fn remove(&self, document: &mut Value) {
        let Some((Segment::Field(last), parents)) = self.segments.split_last() else {
            return;
        };
        visit_mut(parents, document, &mut |parent| {
            if let Some(object) = parent.as_object_mut() {
                object.remove(last);
            }
        });
    }
}

fn visit_mut(segments: &[Segment], value: &mut Value, visit: &mut impl FnMut(&mut Value)) {
    match segments.split_first() {
        None => visit(value),
        Some((Segment::Field(name), rest)) => {
            if let Some(member) = value.get_mut(name) {
                visit_mut(rest, member, visit);
            }
        }
        Some((Segment::Each, rest)) => {
            for element in value.as_array_mut().into_iter().flatten() {
                visit_mut(rest, element, visit);
            }
        }
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        let mut segments = Vec::new();
        for part in text.split('.') {
            let name = part.trim_end_matches("[]");
            if name.is_empty() || name.contains(['[', ']']) {
                return Err(PathError(text.to_owned()));
            }
            segments.push(Segment::Field(name.to_owned()));
            let arrays = (part.len() - name.len()) / 2;
            segments.extend(std::iter::repeat_n(Segment::Each, arrays));
        }
        Ok(Self { segments })
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.segments.iter().enumerate() {
            match segment {
                Segment::Field(name) if index == 0 => formatter.write_str(name)?,
                Segment::Field(name) => write!(formatter, ".{name}")?,
                Segment::Each => formatter.write_str("[]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_go_through_arrays_and_skip_what_is_missing() {
        let path: Path = "a.b[].c".parse().unwrap();
        let document = json!({"a": {"b": [{"c": 1}, {}, {"c": 2}]}});
        assert_eq!(path.values(&document), [&json!(1), &json!(2)]);
        assert_eq!(path.to_string(), "a.b[].c");
    }

    #[test]
    fn remove_takes_the_member_away() {
        let path: Path = "a.b".parse().unwrap();
        let mut document = json!({"a": {"b": 1, "c": 2}});
        path.remove(&mut document);
        assert_eq!(document, json!({"a": {"c": 2}}));
    }

    #[test]
    fn a_malformed_path_is_refused() {
        for text in ["", "a..b", "[]", "a[0]"] {
            assert!(text.parse::<Path>().is_err(), "{text}");
        }
    }
}
