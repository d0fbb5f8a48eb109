use std::{fmt, time::Duration};

use crate::SourceError;

/// Why there is no answer, by what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// The statement is to be changed.
    #[error("{0}")]
    Sql(SqlError),
    /// It costs more than it may: narrow the question or raise the limit.
    #[error("{0}")]
    Limit(LimitReached),
    /// Whoever asked does not want the answer any more.
    #[error("the query was cancelled")]
    Cancelled,
    /// What is stored cannot be read: look at the disk.
    #[error("the stored data cannot be read")]
    Source(#[source] SourceError),
    /// A mistake in Muster: report it.
    #[error("the query engine failed; please report it: {0}")]
    Internal(String),
}

impl QueryError {
    /// The message with the offending line of `sql` and carets under the word, several lines without a last
    /// line end.
    pub fn render(&self, sql: &str) -> String {
        let Self::Sql(error) = self else {
            return match std::error::Error::source(self) {
                Some(source) => format!("error: {self}: {source}"),
                None => format!("error: {self}"),
            };
        };
        let mut text = format!("error: {}", error.message);
        if let Some(place) = error.place {
            let line = sql
                .lines()
                .nth(place.line.saturating_sub(1))
                .unwrap_or_default();
            let number = place.line.to_string();
            let margin = " ".repeat(number.len());
            let before: String = line
                .chars()
                .take(place.column.saturating_sub(1))
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            let rest = line
                .chars()
                .count()
                .saturating_sub(place.column.saturating_sub(1));
            let word = sql
                .get(place.offset..place.offset + place.length)
                .map_or(1, |word| word.chars().count());
            let carets = "^".repeat(word.min(rest.max(1)).max(1));
            text.push_str(&format!(
                "\n{margin} |\n{number} | {line}\n{margin} | {before}{carets}"
            ));
        }
        if let Some(help) = &error.help {
            text.push_str(&format!("\nhelp: {help}"));
        }
        text
    }
}

/// What is wrong with a statement, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqlError {
    /// Lower case, without an end mark.
    pub message: String,
    /// What to write instead, where that can be said.
    pub help: Option<String>,
    /// The offending word, where there is one.
    pub place: Option<Place>,
}

impl fmt::Display for SqlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(formatter, "{place}: ")?;
        }
        formatter.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(formatter, "; {help}"),
            None => Ok(()),
        }
    }
}

impl SqlError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
            place: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// [`SqlError::help`] where there is something to say.
    pub(crate) fn or_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    pub(crate) fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }
}

impl From<SqlError> for QueryError {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

/// Where a word stands in the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// In bytes from the start of the statement.
    pub offset: usize,
    /// In bytes.
    pub length: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}, column {}", self.line, self.column)
    }
}

/// Which limit stopped a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitReached {
    /// [`crate::Limits::time`].
    Time(Duration),
    /// [`crate::Limits::memory_bytes`].
    Memory(usize),
}

impl fmt::Display for LimitReached {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(limit) => write!(
                formatter,
                "the query took longer than its time limit of {}; narrow it with WHERE or raise the time limit",
                Seconds(*limit)
            ),
            Self::Memory(limit) => write!(
                formatter,
                "the query needs more than its memory limit of {} MiB; sort, join or group fewer rows, or raise the memory limit",
                limit.div_ceil(1024 * 1024)
            ),
        }
    }
}

struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_millis() == 0 {
            write!(formatter, "{} s", self.0.as_secs())
        } else {
            write!(formatter, "{} ms", self.0.as_millis())
        }
    }
}
