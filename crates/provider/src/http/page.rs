use std::ops::Range;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::definition::{Paging, Shape};

/// A place in a listing: path and query of a page, without scheme and host. May be stored and taken up later.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(String);

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

    /// The same place with pages of `limit` resources; none where the path says nothing about a limit.
    pub(super) fn with_limit(&self, limit: usize) -> Option<Self> {
        let (path, query) = self.0.split_once('?')?;
        if !query.split('&').any(|pair| pair.starts_with("limit=")) {
            return None;
        }
        let limit = format!("limit={limit}");
        let pairs: Vec<&str> = query
            .split('&')
            .map(|pair| {
                if pair.starts_with("limit=") {
                    limit.as_str()
                } else {
                    pair
                }
            })
            .collect();
        Some(Self(format!("{path}?{}", pairs.join("&"))))
    }

    /// The place that `link` leads to from `from`, or the foreign origin it leads to.
    pub(super) fn follow(from: &Url, link: &str) -> Result<Self, String> {
        let target = from
            .join(link)
            .map_err(|_| "a malformed address".to_owned())?;
        if target.origin() != from.origin() {
            return Err(target.origin().ascii_serialization());
        }
        let path = match target.query() {
            Some(query) => format!("{}?{query}", target.path()),
            None => target.path().to_owned(),
        };
        Self::parse(&path).ok_or_else(|| "a malformed path".to_owned())
    }
}

/// One page of a listing: the answer as it came, and where in it the resources stand.
#[derive(Debug, Clone)]
pub struct Page {
    body: Bytes,
    items: Vec<Range<usize>>,
    next: Option<Cursor>,
}

impl Page {
    pub(super) fn new(body: Bytes, items: Vec<Range<usize>>, next: Option<Cursor>) -> Self {
        Self { body, items, next }
    }

    /// How many resources it holds.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it holds no resource.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The resources, each one JSON object in UTF-8 as the vendor wrote it.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.items.iter().map(|range| &self.body[range.clone()])
    }

    /// One of them, sharing the page's memory.
    pub fn document(&self, index: usize) -> Option<Bytes> {
        self.items
            .get(index)
            .map(|range| self.body.slice(range.clone()))
    }

    /// The whole answer.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Where each resource stands in [`Page::body`].
    pub fn ranges(&self) -> &[Range<usize>] {
        &self.items
    }

    /// The page after this one; store it with this page's effects and the listing can be taken up there.
    pub fn next(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }
}

/// Where the resources stand in a body, and the link to the next page if the body holds it.
pub(super) struct Split {
    pub items: Vec<Range<usize>>,
    pub next: Option<String>,
}

/// Why a body is not what the resource file says.
#[derive(Debug)]
pub(super) enum BrokenBody {
    /// It is not JSON, or was cut off: asking again may help.
    NotJson(serde_json::Error),
    /// It is JSON of another shape: asking again does not help.
    Shape(String),
}

#[derive(Deserialize)]
struct Links<'a> {
    #[serde(borrow, rename = "_links")]
    links: Option<NextLink<'a>>,
}

#[derive(Deserialize)]
struct NextLink<'a> {
    #[serde(borrow)]
    next: Option<Href<'a>>,
}

#[derive(Deserialize)]
struct Href<'a> {
    #[serde(borrow)]
    href: std::borrow::Cow<'a, str>,
}

/// Finds the resources without building anything for each of them.
pub(super) fn split(body: &Bytes, shape: &Shape, paging: Paging) -> Result<Split, BrokenBody> {
    let (array, next) = match shape {
        Shape::Array => {
            let found = serde_json::from_slice::<Vec<&RawValue>>(body)
                .map_err(|error| not_array(body, error))?;
            (found, None)
        }
        Shape::Wrapped(member) => {
            let whole = whole(body)?;
            let found = serde_json::from_str(wrapped(whole, member)?.get())
                .map_err(|error| not_array(body, error))?;
            let next = if paging == Paging::BodyLink {
                next_link(whole)?
            } else {
                None
            };
            (found, next)
        }
        Shape::Single => (vec![whole(body)?], None),
    };
    let items: Vec<_> = array.into_iter().map(|item| range_in(body, item)).collect();
    if items.iter().any(|item| body.get(item.start) != Some(&b'{')) {
        return Err(BrokenBody::Shape(
            "a resource in it should be an object".to_owned(),
        ));
    }
    Ok(Split { items, next })
}

fn whole(body: &Bytes) -> Result<&RawValue, BrokenBody> {
    serde_json::from_slice(body).map_err(BrokenBody::NotJson)
}

/// Tells a body that is something else from one that is nothing whole.
fn not_array(body: &Bytes, error: serde_json::Error) -> BrokenBody {
    if error.is_data() && whole(body).is_ok() {
        BrokenBody::Shape("it should be an array of resources".to_owned())
    } else {
        BrokenBody::NotJson(error)
    }
}

fn next_link(whole: &RawValue) -> Result<Option<String>, BrokenBody> {
    let links: Links<'_> = serde_json::from_str(whole.get())
        .map_err(|_| BrokenBody::Shape("`_links.next.href` in it should be a text".to_owned()))?;
    let next = links.links.and_then(|links| links.next);
    Ok(next.map(|next| next.href.into_owned()))
}

fn wrapped<'a>(whole: &'a RawValue, member: &str) -> Result<&'a RawValue, BrokenBody> {
    let missing = || BrokenBody::Shape(format!("it should be an object with an array `{member}`"));
    let members: std::collections::BTreeMap<std::borrow::Cow<'a, str>, &'a RawValue> =
        serde_json::from_str(whole.get()).map_err(|_| missing())?;
    members.get(member).copied().ok_or_else(missing)
}

/// Where a value that was read from `body` without copying stands in it.
fn range_in(body: &Bytes, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - body.as_ptr() as usize;
    start..start + value.get().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(
        body: &str,
        shape: &Shape,
        paging: Paging,
    ) -> Result<(Vec<String>, Option<String>), BrokenBody> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let split = split(&body, shape, paging)?;
        let page = Page::new(body, split.items, None);
        let texts = page
            .documents()
            .map(|item| String::from_utf8(item.to_vec()).unwrap())
            .collect();
        Ok((texts, split.next))
    }

    #[test]
    fn resources_are_found_in_every_shape() {
        let both = vec![r#"{"a": [1]}"#.to_owned(), r#"{}"#.to_owned()];
        let array = " [ {\"a\": [1]} ,{}] ";
        assert_eq!(items(array, &Shape::Array, Paging::Link).unwrap().0, both);
        let wrapped =
            format!(r#"{{"x":1,"it\u0065ms":{array},"_links":{{"next":{{"href":"/b"}}}}}}"#);
        let shape = Shape::Wrapped("items".to_owned());
        assert_eq!(
            items(&wrapped, &shape, Paging::BodyLink).unwrap(),
            (both, Some("/b".to_owned()))
        );
        let single = r#" {"a":1} "#;
        assert_eq!(
            items(single, &Shape::Single, Paging::None).unwrap().0,
            [r#"{"a":1}"#]
        );
    }

    #[test]
    fn another_shape_is_told_from_a_cut_body() {
        for (body, shape) in [
            ("{}", Shape::Array),
            ("[]", Shape::Single),
            ("[1]", Shape::Array),
            ("[]", Shape::Wrapped("a".to_owned())),
        ] {
            assert!(
                matches!(items(body, &shape, Paging::Link), Err(BrokenBody::Shape(_))),
                "{body}"
            );
        }
        for body in ["", "[{\"a\":1},", "<html>", "[{}] x"] {
            assert!(
                matches!(
                    items(body, &Shape::Array, Paging::Link),
                    Err(BrokenBody::NotJson(_))
                ),
                "{body}"
            );
        }
    }

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
}
