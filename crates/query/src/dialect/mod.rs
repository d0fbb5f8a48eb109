//! The dialect: what was asked becomes a statement the engine plans, every name resolved against the catalogue.
//!
//! One pass over the parsed statement. What it does not know is an error: no clause is passed on or left out
//! because nobody thought of it.

mod access;
mod exists;
mod expression;
mod factor;
mod form;
mod from;
mod function;
mod grammar;
mod join;
mod list;
mod membership;
mod names;
mod parse;
mod past;
mod query;
mod scope;
mod select;
mod statement;
mod syntax;
mod text;
mod tokens;
mod variables;

use std::collections::BTreeMap;

use datafusion::sql::sqlparser::{ast::Statement, tokenizer::Span};

pub(crate) use self::parse::lower_first;
use self::{query::NamedQuery, text::Text, tokens::Marks};
use crate::{Place, QueryError, SqlError, Variable, plan::Planning};

/// The statement `sql` means for the engine. The tables it reads are added to `planning`.
pub(crate) fn rewrite(
    sql: &str,
    variables: &BTreeMap<String, Variable>,
    planning: &Planning,
) -> Result<Statement, QueryError> {
    let (statement, marks) = parse::statement(sql)?;
    let mut rewriter = Rewriter {
        text: Text::new(sql),
        variables,
        planning,
        marks,
        named: Vec::new(),
        fragments: Vec::new(),
        count: 0,
        depth: 0,
    };
    let rewritten = match rewriter.statement(statement) {
        Ok(rewritten) => rewritten,
        Err(error) => return Err(planning.failure().unwrap_or_else(|| error.into())),
    };
    match rewriter.unused_at() {
        Some(error) => Err(error.into()),
        None => Ok(rewritten),
    }
}

/// Where a span of the rewritten statement stands in `sql`.
pub(crate) fn place(sql: &str, span: Span) -> Option<Place> {
    Text::new(sql).place(span)
}

/// The place of what stands at an offset of `sql`, both in bytes.
pub(crate) fn place_of(sql: &str, offset: usize, length: usize) -> Place {
    Text::new(sql).place_of(offset, length)
}

struct Rewriter<'a> {
    text: Text<'a>,
    variables: &'a BTreeMap<String, Variable>,
    planning: &'a Planning,
    marks: Marks,
    /// What `WITH` names, the innermost last.
    named: Vec<NamedQuery>,
    /// The SQL variables the rewriting is inside of.
    fragments: Vec<Span>,
    count: usize,
    /// How many expressions the rewriting is inside of.
    depth: usize,
}

impl Rewriter<'_> {
    fn error(&self, span: Span, message: impl Into<String>) -> SqlError {
        SqlError::new(message).at(self.place(span))
    }

    fn place(&self, span: Span) -> Option<Place> {
        self.text
            .place(self.fragments.first().copied().unwrap_or(span))
    }

    /// A name nobody can have written.
    fn unique(&mut self, name: &str) -> String {
        self.count += 1;
        format!("{name}#{}", self.count)
    }
}
