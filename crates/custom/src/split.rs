//! The documents in a body that arrives piece by piece: one, several after one another (NDJSON), or a JSON array of them.
//!
//! Only strings and brackets are looked at; what a document means is [`crate::parse`]'s matter.

use crate::LONGEST_DOCUMENT;

/// One document of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece<'b> {
    /// Which, from 1.
    pub number: u64,
    /// Its text; the bytes are those that were sent.
    pub bytes: &'b [u8],
}

/// Why a body cannot be taken apart. Nothing after that place is looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// Something that is no object stands where a document is expected.
    #[error(
        "document {number} is no JSON object; send one object, one per line, or an array of them"
    )]
    NotAnObject {
        /// Which, from 1.
        number: u64,
    },
    /// A document is too long.
    #[error("document {number} is longer than 1 MiB")]
    TooLong {
        /// Which, from 1.
        number: u64,
    },
    /// The body ends inside a document or before the end of the array.
    #[error("the body breaks off after {documents} whole documents")]
    BrokenOff {
        /// Documents that are whole.
        documents: u64,
    },
    /// There is nothing in the body. Whoever has nothing says `[]`.
    #[error("the body is empty; where there really is nothing, send an empty array, `[]`")]
    Empty,
    /// Something stands behind the array, or between documents.
    #[error("after document {documents} stands something that is no document")]
    Trailing {
        /// Documents before it.
        documents: u64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Nothing has been seen but space.
    Unknown,
    /// One after the other.
    Sequence,
    /// In an array.
    Array(Expected),
}

/// What may come next in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    DocumentOrEnd,
    Document,
    CommaOrEnd,
    Nothing,
}

/// See the module.
#[derive(Debug)]
pub struct Splitter {
    shape: Shape,
    /// The document that has begun.
    begun: Vec<u8>,
    depth: usize,
    in_string: bool,
    escaped: bool,
    documents: u64,
    /// Bytes of a byte order mark that were skipped.
    mark: usize,
}

/// A byte order mark, which some exports begin with.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

impl Default for Splitter {
    fn default() -> Self {
        Self {
            shape: Shape::Unknown,
            begun: Vec::new(),
            depth: 0,
            in_string: false,
            escaped: false,
            documents: 0,
            mark: 0,
        }
    }
}

impl Splitter {
    /// Takes the next bytes of the body; `take` is given each document that ends in them.
    ///
    /// # Errors
    /// [`SplitError`], or what `take` gives.
    pub fn feed<E: From<SplitError>>(
        &mut self,
        bytes: &[u8],
        mut take: impl FnMut(Piece<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // Where the document under way begins in these bytes.
        let mut start = 0;
        for (position, &byte) in bytes.iter().enumerate() {
            if self.depth == 0 {
                if self.begins(byte)? {
                    start = position;
                }
                continue;
            }
            self.inside(byte);
            let length = self.begun.len() + position + 1 - start;
            if length > LONGEST_DOCUMENT {
                let number = self.documents + 1;
                return Err(SplitError::TooLong { number }.into());
            }
            if self.depth > 0 {
                continue;
            }
            self.documents += 1;
            let number = self.documents;
            let rest = &bytes[start..=position];
            if self.begun.is_empty() {
                take(Piece {
                    number,
                    bytes: rest,
                })?;
            } else {
                self.begun.extend_from_slice(rest);
                let whole = std::mem::take(&mut self.begun);
                take(Piece {
                    number,
                    bytes: &whole,
                })?;
            }
            if let Shape::Array(expected) = &mut self.shape {
                *expected = Expected::CommaOrEnd;
            }
        }
        if self.depth > 0 {
            self.begun.extend_from_slice(&bytes[start..]);
        }
        Ok(())
    }

    /// Ends the body; gives how many documents there were.
    ///
    /// # Errors
    /// [`SplitError::BrokenOff`] or [`SplitError::Empty`].
    pub fn finish(&self) -> Result<u64, SplitError> {
        let documents = self.documents;
        match self.shape {
            _ if self.depth > 0 => Err(SplitError::BrokenOff { documents }),
            Shape::Unknown => Err(SplitError::Empty),
            Shape::Sequence | Shape::Array(Expected::Nothing) => Ok(documents),
            Shape::Array(_) => Err(SplitError::BrokenOff { documents }),
        }
    }

    /// A byte between documents; whether it begins one.
    fn begins(&mut self, byte: u8) -> Result<bool, SplitError> {
        if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            return Ok(false);
        }
        if self.shape == Shape::Unknown && MARK.get(self.mark) == Some(&byte) {
            self.mark += 1;
            return Ok(false);
        }
        let documents = self.documents;
        let number = documents + 1;
        let after = match (self.shape, byte) {
            (Shape::Unknown | Shape::Sequence, b'{') => {
                self.depth = 1;
                Shape::Sequence
            }
            (Shape::Array(Expected::DocumentOrEnd | Expected::Document), b'{') => {
                self.depth = 1;
                self.shape
            }
            (Shape::Unknown, b'[') => Shape::Array(Expected::DocumentOrEnd),
            (Shape::Array(Expected::DocumentOrEnd | Expected::CommaOrEnd), b']') => {
                Shape::Array(Expected::Nothing)
            }
            (Shape::Array(Expected::CommaOrEnd), b',') => Shape::Array(Expected::Document),
            (Shape::Array(Expected::CommaOrEnd | Expected::Nothing), _) => {
                return Err(SplitError::Trailing { documents });
            }
            _ => return Err(SplitError::NotAnObject { number }),
        };
        self.shape = after;
        Ok(self.depth == 1)
    }

    /// A byte of a document.
    fn inside(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(body: &[u8], chunk: usize) -> Result<Vec<String>, SplitError> {
        let mut splitter = Splitter::default();
        let mut found = Vec::new();
        for part in body.chunks(chunk.max(1)) {
            splitter.feed(part, |piece| {
                assert_eq!(piece.number, found.len() as u64 + 1);
                found.push(String::from_utf8(piece.bytes.to_vec()).unwrap());
                Ok::<_, SplitError>(())
            })?;
        }
        splitter.finish().map(|_| found)
    }

    #[test]
    fn one_lines_and_arrays_are_understood() {
        for body in [
            "{\"a\":\"}\\\"]\"}\n{\"b\":[1,{}]}",
            "\u{feff}[{\"a\":\"}\\\"]\"} , {\"b\":[1,{}]}]\n",
            "{\"a\":\"}\\\"]\"}{\"b\":[1,{}]}",
        ] {
            for chunk in 1..body.len() {
                let found = split(body.as_bytes(), chunk).unwrap();
                assert_eq!(
                    found,
                    ["{\"a\":\"}\\\"]\"}", "{\"b\":[1,{}]}"],
                    "{body} by {chunk}"
                );
            }
        }
        assert_eq!(split(b"[]", 1), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_list_of_documents_is_refused() {
        let refused = |body: &str| split(body.as_bytes(), 3).unwrap_err();
        assert_eq!(refused(" \n"), SplitError::Empty);
        assert_eq!(refused("{\"a\":1"), SplitError::BrokenOff { documents: 0 });
        assert_eq!(refused("[{},{}"), SplitError::BrokenOff { documents: 2 });
        assert_eq!(refused("[{},"), SplitError::BrokenOff { documents: 1 });
        assert_eq!(refused("[{},1]"), SplitError::NotAnObject { number: 2 });
        assert_eq!(refused("[{},]"), SplitError::NotAnObject { number: 2 });
        assert_eq!(refused("[{}] {}"), SplitError::Trailing { documents: 1 });
        assert_eq!(refused("[{} {}]"), SplitError::Trailing { documents: 1 });
        assert_eq!(refused("{} 1"), SplitError::NotAnObject { number: 2 });
        assert_eq!(refused("null"), SplitError::NotAnObject { number: 1 });
        let long = format!("{{}}\n{{\"a\":\"{}\"}}", "x".repeat(LONGEST_DOCUMENT));
        assert_eq!(
            split(long.as_bytes(), 4096),
            Err(SplitError::TooLong { number: 2 })
        );
    }

    proptest! {
        #[test]
        fn pieces_come_out_as_they_went_in(texts in prop::collection::vec(".{0,20}", 0..6), chunk in 1_usize..40) {
            let documents: Vec<String> = texts
                .iter()
                .map(|text| serde_json::json!({"t": text, "n": [{"x": text}]}).to_string())
                .collect();
            let array = format!("[{}]", documents.join(",\n"));
            prop_assert_eq!(&split(array.as_bytes(), chunk).unwrap(), &documents);
            if !documents.is_empty() {
                prop_assert_eq!(&split(documents.join("\n").as_bytes(), chunk).unwrap(), &documents);
            }
        }
    }
}
