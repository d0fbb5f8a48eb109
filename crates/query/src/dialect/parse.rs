use datafusion::sql::sqlparser::{
    ast::{Expr, Statement},
    parser::{Parser, ParserError},
    tokenizer::{Location, Token, Tokenizer},
};

use super::{
    grammar::Grammar,
    text::Text,
    tokens::{Marks, prepare},
};
use crate::SqlError;

/// The words a statement of the dialect can begin with.
const BEGINNINGS: [&str; 7] = [
    "SELECT", "WITH", "VALUES", "EXPLAIN", "SHOW", "DESCRIBE", "DESC",
];

/// How deep expressions and subqueries may nest.
const DEPTH: usize = 60;

/// How many tokens a statement may have; planning takes time and stack in proportion.
const TOKENS: usize = 20_000;

/// The one statement of a text.
pub(super) fn statement(sql: &str) -> Result<(Statement, Marks), SqlError> {
    let text = Text::new(sql);
    let (mut parser, marks) = parser(sql, &text)?;
    while parser.consume_token(&Token::SemiColon) {}
    if parser.peek_token_ref().token == Token::EOF {
        return Err(SqlError::new("there is no statement").help("write SELECT … FROM …"));
    }
    if let Token::Word(word) = &parser.peek_token_ref().token
        && !BEGINNINGS.contains(&word.value.to_uppercase().as_str())
    {
        let place = text.place(parser.peek_token_ref().span);
        return Err(SqlError::new(format!("{} is not possible", word.value))
            .help("SQL reads; write SELECT … FROM …")
            .at(place));
    }
    let statement = parser
        .parse_statement()
        .map_err(|error| syntax_error(&error, &text))?;
    while parser.consume_token(&Token::SemiColon) {}
    let next = parser.peek_token_ref();
    if next.token != Token::EOF {
        let place = text.place(next.span);
        let before = parser.peek_prev_word();
        let error = match next.token {
            _ if before
                .as_deref()
                .is_some_and(|word| word.eq_ignore_ascii_case("at")) =>
            {
                SqlError::new("AT takes a moment in quotes").help("write AT '2026-01-01T00:00:00Z'")
            }
            Token::Word(ref word) if starts_statement(&word.value) => {
                SqlError::new("one statement at a time").help("ask the second one on its own")
            }
            ref token => SqlError::new(format!("`{token}` is not expected here")),
        };
        return Err(error.at(place));
    }
    Ok((statement, marks))
}

/// The one expression, or the one query, of a text.
pub(super) fn expression(sql: &str) -> Result<(Expr, Marks), SqlError> {
    let text = Text::new(sql);
    let (mut parser, marks) = parser(sql, &text)?;
    let is_query = matches!(
        &parser.peek_token_ref().token,
        Token::Word(word) if ["SELECT", "WITH"].contains(&word.value.to_uppercase().as_str())
    );
    let expr = if is_query {
        parser.parse_query().map(Expr::Subquery)
    } else {
        parser.parse_expr()
    };
    let expr = expr.map_err(|error| syntax_error(&error, &text))?;
    let next = parser.peek_token_ref();
    if next.token != Token::EOF {
        return Err(SqlError::new(format!(
            "`{}` is not expected here",
            next.token
        )));
    }
    Ok((expr, marks))
}

fn parser<'a>(sql: &str, text: &Text<'_>) -> Result<(Parser<'a>, Marks), SqlError> {
    let tokens = Tokenizer::new(&Grammar, sql)
        .tokenize_with_location()
        .map_err(|error| {
            let message = lower_first(&error.message);
            SqlError::new(message).at(text.word_at(error.location))
        })?;
    let (tokens, marks) = prepare(tokens);
    if tokens.len() > TOKENS {
        return Err(SqlError::new("the statement is too long")
            .help("put long lists into an array variable: `IN $list`"));
    }
    let parser = Parser::new(&Grammar)
        .with_recursion_limit(DEPTH)
        .with_tokens_with_locations(tokens);
    Ok((parser, marks))
}

trait PreviousWord {
    fn peek_prev_word(&self) -> Option<String>;
}

impl PreviousWord for Parser<'_> {
    fn peek_prev_word(&self) -> Option<String> {
        match &self.get_current_token().token {
            Token::Word(word) => Some(word.value.clone()),
            _ => None,
        }
    }
}

fn starts_statement(word: &str) -> bool {
    [
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "DROP", "CREATE", "SET", "COPY", "EXPLAIN",
        "SHOW", "DESCRIBE", "ALTER", "TRUNCATE",
    ]
    .contains(&word.to_uppercase().as_str())
}

/// The parser puts the place into the text of its message; this takes it out again.
fn syntax_error(error: &ParserError, text: &Text<'_>) -> SqlError {
    let message = match error {
        ParserError::RecursionLimitExceeded => {
            return SqlError::new("the statement nests too deep").help("name its parts with WITH");
        }
        ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
    };
    let (what, place) = match message.rsplit_once(" at Line: ") {
        Some((what, location)) => (what, place_in(location, text)),
        None => (message.as_str(), None),
    };
    let message = what
        .replacen("Expected: ", "expected ", 1)
        .replacen(", found: EOF", ", but the statement ends", 1)
        .replacen(", found: ", ", found ", 1);
    SqlError::new(lower_first(&message)).at(Some(place.unwrap_or_else(|| text.end())))
}

fn place_in(location: &str, text: &Text<'_>) -> Option<crate::Place> {
    let (line, column) = location.split_once(", Column: ")?;
    text.word_at(Location {
        line: line.parse().ok()?,
        column: column.parse().ok()?,
    })
}

pub(crate) fn lower_first(message: &str) -> String {
    let mut characters = message.chars();
    match characters.next() {
        Some(first) if !characters.as_str().starts_with(char::is_uppercase) => {
            first.to_lowercase().chain(characters).collect()
        }
        _ => message.to_owned(),
    }
}
