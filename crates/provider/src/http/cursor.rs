use url::{Url, form_urlencoded};

/// A place in a listing: path and query of a page, without scheme and host, and behind a `#` what the page has to fit
/// to. May be stored and taken up later.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

/// What the pages before a numbered one tell about it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Note {
    /// How many resources there are, as the page before said.
    pub total: Option<u64>,
    /// The resource that the page has to begin with, as a hash of its key.
    pub hinge: Option<u64>,
    /// How many resources were read before it.
    pub read: u64,
}

impl Cursor {
    /// A place as stored earlier. `None` unless it is a path, so that it cannot lead to another host.
    pub fn parse(text: &str) -> Option<Self> {
        let path = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
        path.then(|| Self(text.to_owned()))
    }

    /// The place as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Path and query, what is sent.
    pub(super) fn target(&self) -> &str {
        self.0.split_once('#').map_or(&self.0, |(target, _)| target)
    }

    /// The same place with pages of `limit` resources; none where the path says nothing about a limit.
    pub(super) fn with_limit(&self, limit: usize) -> Option<Self> {
        self.with_number("limit", limit as u64)
    }

    /// The number that the query gives to `parameter`.
    pub(super) fn number(&self, parameter: &str) -> Option<u64> {
        let (_, query) = self.target().split_once('?')?;
        let value = query
            .split('&')
            .find_map(|pair| pair.strip_prefix(parameter)?.strip_prefix('='))?;
        value.parse().ok()
    }

    /// The same place with another number for `parameter`; none where the query does not have it.
    pub(super) fn with_number(&self, parameter: &str, number: u64) -> Option<Self> {
        let (path, query) = self.target().split_once('?')?;
        let mut found = false;
        let pairs: Vec<String> = query
            .split('&')
            .map(|pair| {
                let is_it = pair
                    .strip_prefix(parameter)
                    .is_some_and(|rest| rest.starts_with('='));
                found |= is_it;
                if is_it {
                    format!("{parameter}={number}")
                } else {
                    pair.to_owned()
                }
            })
            .collect();
        found.then(|| Self(format!("{path}?{}", pairs.join("&"))))
    }

    /// What the pages before tell about this one.
    pub(super) fn note(&self) -> Note {
        let mut note = Note::default();
        let Some((_, noted)) = self.0.split_once('#') else {
            return note;
        };
        for (name, value) in form_urlencoded::parse(noted.as_bytes()) {
            match &*name {
                "total" => note.total = value.parse().ok(),
                "hinge" => note.hinge = u64::from_str_radix(&value, 16).ok(),
                "read" => note.read = value.parse().unwrap_or(0),
                _ => {}
            }
        }
        note
    }

    /// The same place with such a note.
    pub(super) fn with_note(&self, note: Note) -> Self {
        let mut text = format!("{}#read={}", self.target(), note.read);
        if let Some(total) = note.total {
            text.push_str(&format!("&total={total}"));
        }
        if let Some(hinge) = note.hinge {
            text.push_str(&format!("&hinge={hinge:x}"));
        }
        Self(text)
    }

    /// The place that `link` leads to from `from`, or the foreign origin it leads to.
    pub(super) fn follow(from: &Url, link: &str) -> Result<Self, String> {
        let target = from
            .join(link)
            .map_err(|_| "a malformed address".to_owned())?;
        if target.origin() != from.origin() {
            return Err(target.origin().ascii_serialization());
        }
        Self::of(&target)
    }

    /// The place whose path `link` has, wherever it leads: for vendors that name themselves by another host in a body.
    pub(super) fn follow_path(from: &Url, link: &str) -> Result<Self, String> {
        let target = from
            .join(link)
            .map_err(|_| "a malformed address".to_owned())?;
        Self::of(&target)
    }

    fn of(target: &Url) -> Result<Self, String> {
        let path = match target.query() {
            Some(query) => format!("{}?{query}", target.path()),
            None => target.path().to_owned(),
        };
        Self::parse(&path).ok_or_else(|| "a malformed path".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_stays_on_its_host() {
        let from = Url::parse("https://x.okta.com/api/v1/users?limit=2").unwrap();
        assert_eq!(
            Cursor::follow(&from, "https://x.okta.com/a?after=1")
                .unwrap()
                .as_str(),
            "/a?after=1"
        );
        assert_eq!(Cursor::follow(&from, "/a").unwrap().as_str(), "/a");
        for link in [
            "https://evil.example/a",
            "http://x.okta.com/a",
            "//evil.example/a",
            "https://x.okta.com:444/",
        ] {
            assert!(Cursor::follow(&from, link).is_err(), "{link}");
        }
        assert_eq!(Cursor::parse("//evil.example/"), None);
        assert_eq!(Cursor::parse("https://evil.example/"), None);
    }

    #[test]
    fn a_place_keeps_what_the_next_page_has_to_fit_to() {
        let place = Cursor::parse("/api/users?limit=100&skip=0&skipped=3").unwrap();
        assert_eq!(place.number("skip"), Some(0));
        assert_eq!(place.note(), Note::default());
        let note = Note {
            total: Some(230),
            hinge: Some(0xfeed),
            read: 100,
        };
        let next = place.with_number("skip", 99).unwrap().with_note(note);
        assert_eq!(next.target(), "/api/users?limit=100&skip=99&skipped=3");
        let stored = Cursor::parse(next.as_str()).unwrap();
        assert_eq!(stored.note(), note);
        assert_eq!(place.with_number("page", 1), None);
    }
}
