//! `Link` headers (RFC 8288): several targets in one line, several lines, or both.

use reqwest::header::{HeaderMap, LINK};

/// The target of the first link whose relation is `next`, over all header lines.
pub(super) fn next(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(LINK)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .find_map(next_in)
        .map(str::to_owned)
}

fn next_in(mut line: &str) -> Option<&str> {
    loop {
        let (_, rest) = line.split_once('<')?;
        let (target, rest) = rest.split_once('>')?;
        let (parameters, rest) = split_parameters(rest);
        if parameters.split(';').any(is_next) {
            return Some(target);
        }
        line = rest;
    }
}

/// The parameters of one link, and what follows the comma behind them. A comma in quotes is none.
fn split_parameters(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

fn is_next(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else {
        return false;
    };
    name.trim().eq_ignore_ascii_case("rel")
        && value
            .trim()
            .trim_matches('"')
            .split_ascii_whitespace()
            .any(|relation| relation.eq_ignore_ascii_case("next"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_of(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(LINK, line.parse().unwrap());
        }
        next(&headers)
    }

    #[test]
    fn one_line_or_several_give_the_same() {
        let (this, next) = (
            r#"<https://x/a?b=1>; rel="self""#,
            r#"<https://x/a?after=c,d>; rel="next""#,
        );
        let found = Some("https://x/a?after=c,d".to_owned());
        assert_eq!(next_of(&[this, next]), found);
        assert_eq!(next_of(&[&format!("{this}, {next}")]), found);
        assert_eq!(next_of(&[&format!("{next},{this}")]), found);
        assert_eq!(next_of(&[this]), None);
        assert_eq!(next_of(&[]), None);
    }

    #[test]
    fn odd_but_valid_links_are_read() {
        let found = Some("/a".to_owned());
        assert_eq!(next_of(&["</a>;rel=next"]), found);
        assert_eq!(
            next_of(&[r#"</a>; title="x, <y>"; REL="last Next""#]),
            found
        );
        assert_eq!(next_of(&["</a", "nonsense", r#"</a>; rel="next""#]), found);
    }
}
