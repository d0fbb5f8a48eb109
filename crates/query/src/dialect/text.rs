use datafusion::sql::sqlparser::tokenizer::{Location, Span};

use crate::Place;

/// A statement's text, to say where a word stands.
pub(super) struct Text<'a> {
    sql: &'a str,
    line_starts: Vec<usize>,
}

impl<'a> Text<'a> {
    pub fn new(sql: &'a str) -> Self {
        let line_starts = std::iter::once(0)
            .chain(sql.match_indices('\n').map(|(offset, _)| offset + 1))
            .collect();
        Self { sql, line_starts }
    }

    /// Where a span of the parser lies; `None` for what the parser made up.
    pub fn place(&self, span: Span) -> Option<Place> {
        let offset = self.offset(span.start)?;
        let end = self.offset(span.end).unwrap_or(offset).max(offset);
        Some(self.place_of(offset, end - offset))
    }

    /// The word that starts at a location.
    pub fn word_at(&self, location: Location) -> Option<Place> {
        let offset = self.offset(location)?;
        let rest = &self.sql[offset..];
        let word = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let first = rest.chars().next().map_or(0, char::len_utf8);
        Some(self.place_of(offset, word.max(first)))
    }

    /// Just behind the last word.
    pub fn end(&self) -> Place {
        self.place_of(self.sql.trim_end().len(), 0)
    }

    pub fn place_of(&self, offset: usize, length: usize) -> Place {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line.saturating_sub(1)];
        Place {
            line,
            column: self.sql[start..offset].chars().count() + 1,
            offset,
            length,
        }
    }

    fn offset(&self, location: Location) -> Option<usize> {
        let line = usize::try_from(location.line).ok()?.checked_sub(1)?;
        let column = usize::try_from(location.column).ok()?.checked_sub(1)?;
        let start = *self.line_starts.get(line)?;
        let rest = &self.sql[start..];
        Some(
            rest.char_indices()
                .nth(column)
                .map_or(self.sql.len(), |(offset, _)| start + offset),
        )
    }
}
