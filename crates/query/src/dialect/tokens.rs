//! What the parser has no rule for is taken out of the tokens before it, and remembered by where it stood.

use std::collections::{HashMap, HashSet};

use datafusion::sql::sqlparser::{
    keywords::Keyword,
    tokenizer::{Location, Span, Token, TokenWithSpan},
};

/// What was taken out.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Where the `SELECT` of each `SELECT VALUE` stands.
    pub select_value: HashSet<Location>,
    /// The `AT` behind the word that starts there.
    pub at: HashMap<Location, At>,
}

/// `AT '2026-01-01T00:00:00Z'`.
#[derive(Debug, Clone)]
pub(super) struct At {
    pub moment: Moment,
    pub span: Span,
}

/// The moment of an `AT`.
#[derive(Debug, Clone)]
pub(super) enum Moment {
    Text(String),
    /// Without its sign.
    Variable(String),
}

/// Removes `VALUE` of `SELECT VALUE` and `AT 'moment'`, puts parentheses around `IN $variable`, and tells the
/// arrow of JSON (`document -> 'member'`) from the arrow of a function (`x -> x = 1`).
pub(super) fn prepare(tokens: Vec<TokenWithSpan>) -> (Vec<TokenWithSpan>, Marks) {
    let tokens: Vec<TokenWithSpan> = tokens
        .into_iter()
        .filter(|token| !matches!(token.token, Token::Whitespace(_)))
        .collect();
    let mut marks = Marks::default();
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut select: Option<Span> = None;
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let keyword = keyword_at(&tokens, index);
        if let Some(select_span) = select {
            match keyword {
                Some(Keyword::DISTINCT | Keyword::ALL) => {}
                Some(Keyword::VALUE) if starts_expression(&tokens, index + 1) => {
                    marks.select_value.insert(select_span.start);
                    select = None;
                    index += 1;
                    continue;
                }
                _ => select = None,
            }
        }
        match (keyword, &token.token) {
            (Some(Keyword::SELECT), _) => select = Some(token.span),
            (Some(Keyword::AT), _) => {
                if let Some((at, length)) = at(&tokens, index)
                    && let Some(before) = kept.last()
                    && matches!(before.token, Token::Word(_))
                {
                    marks.at.insert(before.span.start, at);
                    index += length;
                    continue;
                }
            }
            (Some(Keyword::IN), _) => {
                let length = variable_length(&tokens, index + 1);
                if length > 0 {
                    let variable = &tokens[index + 1..index + 1 + length];
                    let span = variable[0].span;
                    kept.push(token.clone());
                    kept.push(TokenWithSpan::new(Token::LParen, span));
                    kept.extend_from_slice(variable);
                    kept.push(TokenWithSpan::new(Token::RParen, span));
                    index += 1 + length;
                    continue;
                }
            }
            (_, Token::Arrow) => {
                let literal = matches!(
                    tokens.get(index + 1).map(|next| &next.token),
                    Some(Token::SingleQuotedString(_) | Token::Number(..))
                );
                if literal {
                    kept.push(TokenWithSpan::new(Token::HashArrow, token.span));
                    index += 1;
                    continue;
                }
            }
            _ => {}
        }
        kept.push(token.clone());
        index += 1;
    }
    (kept, marks)
}

fn keyword_at(tokens: &[TokenWithSpan], index: usize) -> Option<Keyword> {
    match &tokens.get(index)?.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.keyword),
        _ => None,
    }
}

/// Whether an expression starts here, so that the `VALUE` before it is not a column.
fn starts_expression(tokens: &[TokenWithSpan], index: usize) -> bool {
    let Some(token) = tokens.get(index) else {
        return false;
    };
    match &token.token {
        Token::Word(word) if word.quote_style.is_none() => match word.keyword {
            Keyword::NOT => !matches!(
                keyword_at(tokens, index + 1),
                Some(Keyword::IN | Keyword::LIKE | Keyword::ILIKE | Keyword::BETWEEN)
            ),
            Keyword::FROM
            | Keyword::AS
            | Keyword::IS
            | Keyword::IN
            | Keyword::LIKE
            | Keyword::ILIKE
            | Keyword::SIMILAR
            | Keyword::BETWEEN
            | Keyword::AND
            | Keyword::OR
            | Keyword::AT
            | Keyword::UNION
            | Keyword::EXCEPT
            | Keyword::INTERSECT
            | Keyword::WHERE
            | Keyword::GROUP
            | Keyword::ORDER
            | Keyword::HAVING
            | Keyword::LIMIT
            | Keyword::OFFSET
            | Keyword::FETCH => false,
            _ => true,
        },
        Token::Word(_)
        | Token::Number(..)
        | Token::SingleQuotedString(_)
        | Token::EscapedStringLiteral(_)
        | Token::Placeholder(_)
        | Token::LParen => true,
        _ => false,
    }
}

/// The `AT` that starts here and how many tokens it takes.
fn at(tokens: &[TokenWithSpan], index: usize) -> Option<(At, usize)> {
    let typed = matches!(
        keyword_at(tokens, index + 1),
        Some(Keyword::TIMESTAMP | Keyword::DATE)
    );
    let length = if typed { 3 } else { 2 };
    let last = tokens.get(index + length - 1)?;
    let moment = match &last.token {
        Token::SingleQuotedString(text) => Moment::Text(text.clone()),
        Token::Placeholder(name) if !typed => {
            Moment::Variable(name.trim_start_matches('$').to_owned())
        }
        _ => return None,
    };
    let span = last.span;
    Some((At { moment, span }, length))
}

/// How many tokens `$name.member.member` takes, 0 when there is none.
fn variable_length(tokens: &[TokenWithSpan], index: usize) -> usize {
    let token = |index: usize| tokens.get(index).map(|token| &token.token);
    if !matches!(token(index), Some(Token::Placeholder(_))) {
        return 0;
    }
    let mut length = 1;
    while matches!(token(index + length), Some(Token::Period))
        && matches!(token(index + length + 1), Some(Token::Word(_)))
    {
        length += 2;
    }
    length
}
