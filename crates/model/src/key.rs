use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What a key's part escapes: the separator, the escape sign, and what would make a key unreadable in a log.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'/').add(b'%').add(b' ');

/// The identity of a resource inside (integration, type): its key fields' values, percent-escaped and joined
/// with `/`, the parent's first. Shown as `resourceId`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceKey(String);

/// Why a text is not a resource key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// A key field was empty; two such resources could not be told apart.
    #[error("a key field is empty")]
    Empty,
    /// The text holds a `%` sequence that is not UTF-8.
    #[error("the key `{0}` is not percent-escaped UTF-8")]
    Escape(String),
}

impl ResourceKey {
    /// The key made of `parts`, the parent's first.
    ///
    /// # Errors
    /// [`KeyError::Empty`] when there is no part, or one of them is empty.
    pub fn from_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> Result<Self, KeyError> {
        let mut text = String::new();
        for part in parts {
            if part.is_empty() {
                return Err(KeyError::Empty);
            }
            if !text.is_empty() {
                text.push('/');
            }
            text.extend(utf8_percent_encode(part, ESCAPED));
        }
        if text.is_empty() {
            Err(KeyError::Empty)
        } else {
            Ok(Self(text))
        }
    }

    /// A key as stored or typed earlier.
    ///
    /// # Errors
    /// [`KeyError`] when a part is empty or its escapes are not UTF-8.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let key = Self(text.to_owned());
        for part in key.parts() {
            if part?.is_empty() {
                return Err(KeyError::Empty);
            }
        }
        Ok(key)
    }

    /// The key as text, escaped and joined.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The values of the key fields, unescaped, the parent's first.
    pub fn parts(&self) -> impl Iterator<Item = Result<Cow<'_, str>, KeyError>> {
        Self::split(&self.0)
    }

    /// [`ResourceKey::parts`] of a key that is at hand as text.
    pub fn split(text: &str) -> impl Iterator<Item = Result<Cow<'_, str>, KeyError>> {
        text.split('/').map(|part| {
            percent_decode_str(part)
                .decode_utf8()
                .map_err(|_| KeyError::Escape(part.to_owned()))
        })
    }
}

impl fmt::Display for ResourceKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_part_is_refused() {
        assert_eq!(ResourceKey::from_parts(["a", ""]), Err(KeyError::Empty));
        assert_eq!(ResourceKey::from_parts([]), Err(KeyError::Empty));
        assert_eq!(ResourceKey::parse("a//b"), Err(KeyError::Empty));
    }

    #[test]
    fn a_separator_inside_a_value_does_not_split_it() {
        let key = ResourceKey::from_parts(["a/b", "c%d"]).unwrap();
        assert_eq!(key.as_str(), "a%2Fb/c%25d");
    }

    proptest! {
        #[test]
        fn parts_come_back(parts in prop::collection::vec(".{1,8}", 1..4)) {
            let key = ResourceKey::from_parts(parts.iter().map(String::as_str)).unwrap();
            let back: Vec<String> = key.parts().map(|part| part.unwrap().into_owned()).collect();
            prop_assert_eq!(&back, &parts);
            prop_assert_eq!(ResourceKey::parse(key.as_str()).unwrap(), key);
        }
    }
}
