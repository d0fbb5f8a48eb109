//! The filter language of lists: `status eq "ACTIVE" and (lastUpdated gt "…" or id eq "…")`.

use super::errors::ApiError;

/// A condition, read once and asked of every item.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Test {
        path: String,
        operator: Operator,
        value: String,
    },
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    StartsWith,
    Contains,
    Present,
}

/// Which paths an endpoint filters by, and with what.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    /// Paths compared with `eq` only.
    pub equal: &'static [&'static str],
    /// Paths compared in any way.
    pub ordered: &'static [&'static str],
    /// Whether any path may be compared in any way.
    pub anything: bool,
}

impl Filter {
    /// Reads a filter and refuses what the endpoint does not support.
    pub fn read(text: &str, allowed: Allowed) -> Result<Self, ApiError> {
        let tokens = tokens(text)?;
        let mut reader = Reader {
            tokens: &tokens,
            at: 0,
            allowed,
        };
        let filter = reader.any()?;
        if reader.at < tokens.len() {
            return Err(ApiError::bad_search(&format!(
                "unexpected '{}'",
                reader.tokens[reader.at].text
            )));
        }
        Ok(filter)
    }

    /// Whether an item fits; `get` tells what it has at a path.
    pub fn fits(&self, get: &mut dyn FnMut(&str) -> Option<String>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|p| p.fits(get)),
            Self::Any(parts) => parts.iter().any(|p| p.fits(get)),
            Self::Test {
                path,
                operator,
                value,
            } => {
                let Some(found) = get(path) else {
                    return *operator == Operator::NotEqual;
                };
                let order = match (
                    crate::clock::parse_millis(&found),
                    crate::clock::parse_millis(value),
                ) {
                    (Some(found), Some(value)) => found.cmp(&value),
                    _ => found.as_str().cmp(value.as_str()),
                };
                match operator {
                    Operator::Equal => order.is_eq(),
                    Operator::NotEqual => order.is_ne(),
                    Operator::Greater => order.is_gt(),
                    Operator::GreaterOrEqual => order.is_ge(),
                    Operator::Less => order.is_lt(),
                    Operator::LessOrEqual => order.is_le(),
                    Operator::StartsWith => found.to_lowercase().starts_with(&value.to_lowercase()),
                    Operator::Contains => found.to_lowercase().contains(&value.to_lowercase()),
                    Operator::Present => true,
                }
            }
        }
    }
}

#[derive(Debug)]
struct Token {
    text: String,
    quoted: bool,
}

fn tokens(text: &str) -> Result<Vec<Token>, ApiError> {
    let mut tokens = Vec::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' => {}
            '(' | ')' => tokens.push(Token {
                text: letter.to_string(),
                quoted: false,
            }),
            '"' => {
                let mut value = String::new();
                loop {
                    match letters.next() {
                        Some('"') => break,
                        Some('\\') => value.extend(letters.next()),
                        Some(c) => value.push(c),
                        None => return Err(ApiError::bad_search("a quoted value has no end")),
                    }
                }
                tokens.push(Token {
                    text: value,
                    quoted: true,
                });
            }
            _ => {
                let mut word = letter.to_string();
                while let Some(c) = letters.next_if(|c| !matches!(c, ' ' | '(' | ')' | '"')) {
                    word.push(c);
                }
                tokens.push(Token {
                    text: word,
                    quoted: false,
                });
            }
        }
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    allowed: Allowed,
}

impl Reader<'_> {
    fn word(&mut self, word: &str) -> bool {
        let here = self
            .tokens
            .get(self.at)
            .is_some_and(|t| !t.quoted && t.text.eq_ignore_ascii_case(word));
        self.at += usize::from(here);
        here
    }

    fn take(&mut self) -> Result<&Token, ApiError> {
        self.at += 1;
        self.tokens
            .get(self.at - 1)
            .ok_or_else(|| ApiError::bad_search("the expression ends too early"))
    }

    fn any(&mut self) -> Result<Filter, ApiError> {
        let mut parts = vec![self.all()?];
        while self.word("or") {
            parts.push(self.all()?);
        }
        Ok(Filter::Any(parts))
    }

    fn all(&mut self) -> Result<Filter, ApiError> {
        let mut parts = vec![self.one()?];
        while self.word("and") {
            parts.push(self.one()?);
        }
        Ok(Filter::All(parts))
    }

    fn one(&mut self) -> Result<Filter, ApiError> {
        if self.word("(") {
            let inner = self.any()?;
            return if self.word(")") {
                Ok(inner)
            } else {
                Err(ApiError::bad_search("a parenthesis is not closed"))
            };
        }
        let path = self.take()?.text.clone();
        let operator = match self.take()?.text.to_ascii_lowercase().as_str() {
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "gt" => Operator::Greater,
            "ge" => Operator::GreaterOrEqual,
            "lt" => Operator::Less,
            "le" => Operator::LessOrEqual,
            "sw" => Operator::StartsWith,
            "co" => Operator::Contains,
            "pr" => Operator::Present,
            other => return Err(ApiError::bad_search(&format!("unknown operator '{other}'"))),
        };
        let known = self.allowed.anything || self.allowed.ordered.contains(&path.as_str());
        let ordering = matches!(
            operator,
            Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual
        );
        let supported = self.allowed.anything || operator == Operator::Equal || (ordering && known);
        if !supported || !(known || self.allowed.equal.contains(&path.as_str())) {
            return Err(ApiError::bad_search(&format!(
                "'{path}' cannot be filtered this way"
            )));
        }
        let value = if operator == Operator::Present {
            String::new()
        } else {
            self.take()?.text.clone()
        };
        Ok(Filter::Test {
            path,
            operator,
            value,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: Allowed = Allowed {
        equal: &["status", "id"],
        ordered: &["lastUpdated"],
        anything: false,
    };

    fn fits(filter: &str, status: &str) -> bool {
        Filter::read(filter, USERS)
            .unwrap()
            .fits(&mut |path| match path {
                "status" => Some(status.to_owned()),
                "lastUpdated" => Some("2026-01-02T00:00:00.000Z".to_owned()),
                _ => None,
            })
    }

    #[test]
    fn and_binds_before_or() {
        assert!(fits(
            r#"status eq "A" or status eq "B" and lastUpdated gt "2027-01-01T00:00:00.000Z""#,
            "A"
        ));
        assert!(!fits(
            r#"(status eq "A" or status eq "B") and lastUpdated gt "2027-01-01T00:00:00.000Z""#,
            "A"
        ));
        assert!(fits(r#"lastUpdated ge "2026-01-02T00:00:00Z""#, "A"));
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for bad in [
            r#"status gt "A""#,
            r#"profile.city eq "Berlin""#,
            r#"status eq"#,
            r#"status eq "A" status"#,
            r#"(status eq "A""#,
            r#"not status eq "A""#,
        ] {
            assert_eq!(
                Filter::read(bad, USERS).unwrap_err().code,
                "E0000031",
                "{bad}"
            );
        }
    }
}
