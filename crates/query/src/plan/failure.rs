use arrow::error::ArrowError;
use datafusion::{common::Diagnostic, error::DataFusionError};

use crate::{LimitReached, Limits, Place, QueryError, SourceError, SqlError};

/// What an error of the engine asks for. `sql` is the statement, to say where the word stands.
pub(crate) fn query_error(error: DataFusionError, sql: Option<&str>, limits: Limits) -> QueryError {
    Reading { sql, limits }.read(error, None)
}

struct Reading<'a> {
    sql: Option<&'a str>,
    limits: Limits,
}

impl Reading<'_> {
    fn read(&self, error: DataFusionError, place: Option<Place>) -> QueryError {
        match error {
            DataFusionError::Context(_, inner) => self.read(*inner, place),
            DataFusionError::Diagnostic(diagnostic, inner) => {
                let place = self.place(&diagnostic).or(place);
                self.read(*inner, place)
            }
            DataFusionError::Collection(mut errors) if !errors.is_empty() => {
                self.read(errors.remove(0), place)
            }
            DataFusionError::Shared(shared) => match std::sync::Arc::try_unwrap(shared) {
                Ok(error) => self.read(error, place),
                Err(shared) => self.read_shared(&shared, place),
            },
            DataFusionError::External(error) => match error.downcast::<QueryError>() {
                Ok(error) => *error,
                Err(error) => match error.downcast::<DataFusionError>() {
                    Ok(error) => self.read(*error, place),
                    Err(error) => QueryError::Internal(error.to_string()),
                },
            },
            DataFusionError::ArrowError(error, _) => match *error {
                ArrowError::ExternalError(error) => match error.downcast::<DataFusionError>() {
                    Ok(error) => self.read(*error, place),
                    Err(error) => match error.downcast::<QueryError>() {
                        Ok(error) => *error,
                        Err(error) => QueryError::Internal(error.to_string()),
                    },
                },
                other => self.statement(&other.to_string(), place),
            },
            DataFusionError::ResourcesExhausted(_) => {
                QueryError::Limit(LimitReached::Memory(self.limits.memory_bytes))
            }
            DataFusionError::Internal(message) => QueryError::Internal(first_line(&message)),
            DataFusionError::ExecutionJoin(error) => QueryError::Internal(error.to_string()),
            other => self.statement(&other.strip_backtrace(), place),
        }
    }

    /// An error that others hold too.
    fn read_shared(&self, error: &DataFusionError, place: Option<Place>) -> QueryError {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => {
                QueryError::Limit(LimitReached::Memory(self.limits.memory_bytes))
            }
            DataFusionError::External(inner) => match inner.downcast_ref::<QueryError>() {
                Some(QueryError::Sql(error)) => QueryError::Sql(error.clone()),
                Some(QueryError::Limit(limit)) => QueryError::Limit(*limit),
                Some(QueryError::Cancelled) => QueryError::Cancelled,
                Some(QueryError::Source(SourceError::BeforeHistory { starts })) => {
                    QueryError::Source(SourceError::BeforeHistory { starts: *starts })
                }
                Some(QueryError::Source(error)) => {
                    QueryError::Source(SourceError::Read(error.to_string().into()))
                }
                Some(QueryError::Internal(message)) => QueryError::Internal(message.clone()),
                None => QueryError::Internal(inner.to_string()),
            },
            DataFusionError::Internal(message) => QueryError::Internal(first_line(message)),
            other => self.statement(&other.strip_backtrace(), place),
        }
    }

    fn statement(&self, message: &str, place: Option<Place>) -> QueryError {
        let place = place.or_else(|| self.quoted(message));
        let ungrouped = message.contains("must be in GROUP BY")
            || message.contains("must appear in the GROUP BY");
        let error = match ungrouped {
            true => SqlError::new("this column is neither grouped by nor inside an aggregate")
                .help("add it to GROUP BY, or write min(…) around it"),
            false => SqlError::new(readable(message)),
        };
        QueryError::Sql(error.at(place))
    }

    /// Where the statement has the one text literal that a message quotes.
    fn quoted(&self, message: &str) -> Option<Place> {
        let sql = self.sql?;
        let start = message.find('\'')?;
        let end = start + 1 + message[start + 1..].find('\'')?;
        let literal = message.get(start..=end)?;
        let offset = sql.find(literal)?;
        let alone = sql.rfind(literal) == Some(offset) && literal.len() > 2;
        alone.then(|| crate::dialect::place_of(sql, offset, literal.len()))
    }

    fn place(&self, diagnostic: &Diagnostic) -> Option<Place> {
        use datafusion::sql::sqlparser::tokenizer::{Location, Span};
        let span = diagnostic.span?;
        let location =
            |place: datafusion::common::Location| Location::new(place.line, place.column);
        crate::dialect::place(
            self.sql?,
            Span::new(location(span.start), location(span.end)),
        )
    }
}

/// The engine's words without what only the engine knows.
fn readable(message: &str) -> String {
    const PREFIXES: [&str; 12] = [
        "Error during planning: ",
        "Execution error: ",
        "Schema error: ",
        "SQL error: ",
        "Arrow error: ",
        "Optimizer rule ",
        "type_coercion",
        "caused by",
        "Cast error: ",
        "Parser error: ",
        "Invalid argument error: ",
        "This feature is not implemented: ",
    ];
    let mut text = message;
    while let Some(rest) = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)) {
        text = rest.trim_start();
    }
    if let Some(function) = text
        .split_once("Function '")
        .filter(|_| text.contains("failed to match any signature"))
        .and_then(|(_, rest)| rest.split_once('\''))
    {
        let given = text
            .rsplit_once("DataType: ")
            .and_then(|(_, rest)| rest.split_once(')'))
            .map_or(String::new(), |(given, _)| format!(" of type {given}"));
        return format!(
            "the function `{}` does not take arguments{given}",
            function.0
        );
    }
    let mut words = String::with_capacity(text.len());
    let mut characters = first_line(text)
        .chars()
        .collect::<Vec<_>>()
        .into_iter()
        .peekable();
    while let Some(character) = characters.next() {
        let numbered = character == '#' && characters.peek().is_some_and(char::is_ascii_digit);
        if !numbered {
            words.push(character);
            continue;
        }
        while characters.peek().is_some_and(char::is_ascii_digit) {
            characters.next();
        }
    }
    crate::dialect::lower_first(words.trim_end_matches('.'))
}

fn first_line(message: &str) -> String {
    message.lines().next().unwrap_or_default().to_owned()
}
