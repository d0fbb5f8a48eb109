use std::{collections::BTreeMap, fmt};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What a value put into a path or query escapes: everything but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A text with `{names}` in it that values replace: `/api/v1/groups/{groupId}/users`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Name(String),
}

/// Why a text is not a template, or a template could not be filled in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace without its other half, or nothing between two.
    #[error("`{0}` has a brace without a name and its other half; write `{{name}}`")]
    Brace(String),
    /// A name that has no value.
    #[error("`{{{0}}}` has no value; name a setting, a key column or a variant")]
    NoValue(String),
}

impl Template {
    /// The template written as `text`.
    ///
    /// # Errors
    /// [`TemplateError::Brace`].
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let broken = || TemplateError::Brace(text.to_owned());
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(broken)?;
            if name.is_empty() || name.contains('{') || before.contains('}') {
                return Err(broken());
            }
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Name(name.to_owned()));
            rest = after;
        }
        if rest.contains('}') {
            return Err(broken());
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self { pieces })
    }

    pub(crate) fn empty() -> Self {
        Self { pieces: Vec::new() }
    }

    /// The names in braces, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text with every value as it is.
    ///
    /// # Errors
    /// [`TemplateError::NoValue`].
    pub fn fill(&self, values: &[(&str, &str)]) -> Result<String, TemplateError> {
        self.fill_with(values, |text, value| text.push_str(value))
    }

    /// The text with every value percent-escaped, so that no value can change the path it stands in. `terms` are
    /// settings: parts of paths that were checked as such, put in as they are where no value has their name.
    ///
    /// # Errors
    /// [`TemplateError::NoValue`].
    pub fn fill_path(
        &self,
        values: &[(&str, &str)],
        terms: &BTreeMap<String, String>,
    ) -> Result<String, TemplateError> {
        let settled = Self {
            pieces: self
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Name(name) if !values.iter().any(|(value, _)| value == name) => terms
                        .get(name)
                        .map_or_else(|| piece.clone(), |term| Piece::Text(term.clone())),
                    piece => piece.clone(),
                })
                .collect(),
        };
        settled.fill_with(values, |text, value| {
            // `.` and `..` are path segments to a URL parser whichever way they are written.
            match value {
                "." | ".." => text.push_str(&value.replace('.', "%252E")),
                value => text.extend(utf8_percent_encode(value, RESERVED)),
            }
        })
    }

    fn fill_with(
        &self,
        values: &[(&str, &str)],
        push: impl Fn(&mut String, &str),
    ) -> Result<String, TemplateError> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Name(name) => {
                    let value = values
                        .iter()
                        .find(|(candidate, _)| candidate == name)
                        .map(|(_, value)| *value)
                        .ok_or_else(|| TemplateError::NoValue(name.clone()))?;
                    push(&mut text, value);
                }
            }
        }
        Ok(text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => formatter.write_str(text)?,
                Piece::Name(name) => write!(formatter, "{{{name}}}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_place_in_the_path() {
        let template = Template::parse("/groups/{id}/users?limit=2").unwrap();
        let filled = template
            .fill_path(&[("id", "../x?y=1#z")], &BTreeMap::new())
            .unwrap();
        assert_eq!(filled, "/groups/..%2Fx%3Fy%3D1%23z/users?limit=2");
        assert_eq!(template.names().collect::<Vec<_>>(), ["id"]);
        assert_eq!(template.to_string(), "/groups/{id}/users?limit=2");
    }

    #[test]
    fn a_lone_brace_is_refused() {
        for text in ["a{b", "a}b", "{}", "{a{b}}"] {
            assert!(Template::parse(text).is_err(), "{text}");
        }
        assert!(Template::parse("{a}").unwrap().fill(&[]).is_err());
    }
}
