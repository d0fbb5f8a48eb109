//! Writes JSON straight into the answer. Pages of people are the bulk of what the stand-in serves, and a tree of
//! values per person would cost more than everything else together.

use crate::clock::Seconds;
use crate::ids::Id;

/// A JSON text under construction. The caller keeps it well-formed; the tests parse everything that is served.
#[derive(Debug, Default)]
pub struct Json {
    buffer: Vec<u8>,
}

impl Json {
    /// An empty text with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self {
            buffer: Vec::with_capacity(capacity),
        }
    }

    /// The finished text.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.buffer
    }

    /// How much was written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Takes back what was written after `length`.
    pub fn since(&mut self, length: usize) -> Vec<u8> {
        self.buffer.split_off(length)
    }

    /// Structure or a value that needs no escaping.
    #[inline]
    pub fn raw(&mut self, text: &str) -> &mut Self {
        self.buffer.extend_from_slice(text.as_bytes());
        self
    }

    /// A string, escaped and quoted.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.buffer.push(b'"');
        self.part(text);
        self.buffer.push(b'"');
        self
    }

    /// A piece of a string, escaped but not quoted.
    pub fn part(&mut self, text: &str) -> &mut Self {
        if text.bytes().all(|b| b >= 0x20 && b != b'"' && b != b'\\') {
            self.buffer.extend_from_slice(text.as_bytes());
        } else {
            let quoted = serde_json::Value::from(text).to_string();
            self.buffer
                .extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
        }
        self
    }

    /// A string or null.
    pub fn text_or_null(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.raw("null"),
        }
    }

    /// A number.
    pub fn number(&mut self, mut n: u64) -> &mut Self {
        let mut digits = [0u8; 20];
        let mut at = digits.len();
        loop {
            at -= 1;
            digits[at] = b'0' + (n % 10) as u8;
            n /= 10;
            if n == 0 {
                break;
            }
        }
        self.buffer.extend_from_slice(&digits[at..]);
        self
    }

    /// An identifier without quotes.
    #[inline]
    pub fn id(&mut self, id: &Id) -> &mut Self {
        self.raw(id.as_str())
    }

    /// A moment as the vendor writes it, quoted.
    pub fn time(&mut self, at: Seconds) -> &mut Self {
        self.buffer.push(b'"');
        self.buffer.extend_from_slice(&crate::clock::format(at));
        self.buffer.push(b'"');
        self
    }

    /// A moment or null.
    pub fn time_or_null(&mut self, at: Option<Seconds>) -> &mut Self {
        match at {
            Some(at) => self.time(at),
            None => self.raw("null"),
        }
    }

    /// A finished value.
    pub fn value(&mut self, value: &serde_json::Value) -> &mut Self {
        // writing a Value into a Vec cannot fail
        let _ = serde_json::to_writer(&mut self.buffer, value);
        self
    }
}
