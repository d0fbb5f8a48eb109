use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use super::cursor::Cursor;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

/// One page of a listing: the answer as it came, and where in it the resources stand.
#[derive(Debug, Clone)]
pub struct Page {
    body: Bytes,
    items: Vec<Range<usize>>,
    next: Option<Cursor>,
    total: Option<u64>,
}

impl Page {
    pub(super) fn new(
        body: Bytes,
        items: Vec<Range<usize>>,
        next: Option<Cursor>,
        total: Option<u64>,
    ) -> Self {
        Self {
            body,
            items,
            next,
            total,
        }
    }

    /// How many resources the whole listing has, as this page says; a listing that ends with another number of them is
    /// not whole.
    pub fn total(&self) -> Option<u64> {
        self.total
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

/// Where things stand in an answer, settings filled in.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub place: Place,
    /// Whether the body holds the link to the next page.
    pub body_link: bool,
    /// The member that says how many resources there are.
    pub total: Option<String>,
    /// Whether members are found in any case.
    pub ignore_case: bool,
}

/// Where the resources are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    Array,
    Wrapped { member: String, bare: bool },
    Single,
}

impl Layout {
    /// An answer that is one object.
    pub(super) fn single() -> Self {
        Self {
            place: Place::Single,
            body_link: false,
            total: None,
            ignore_case: false,
        }
    }
}

/// Where the resources stand in a body, and what it tells about the listing.
pub(super) struct Split {
    pub items: Vec<Range<usize>>,
    pub next: Option<String>,
    pub total: Option<u64>,
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
    href: Cow<'a, str>,
}

/// Finds the resources without building anything for each of them.
pub(super) fn split(body: &Bytes, layout: &Layout) -> Result<Split, BrokenBody> {
    let (mut next, mut total) = (None, None);
    let array = match &layout.place {
        Place::Wrapped { bare: true, .. } if body.trim_ascii_start().starts_with(b"[") => {
            array_of(body, body)?
        }
        Place::Array => array_of(body, body)?,
        Place::Wrapped { member, .. } => {
            let whole = whole(body)?;
            if layout.body_link {
                next = next_link(whole)?;
            }
            if let Some(name) = &layout.total {
                total = wrapped(whole, name, layout.ignore_case)
                    .ok()
                    .and_then(|value| value.get().parse().ok());
            }
            array_of(
                body,
                wrapped(whole, member, layout.ignore_case)?.get().as_bytes(),
            )?
        }
        Place::Single => vec![whole(body)?],
    };
    let items: Vec<_> = array.into_iter().map(|item| range_in(body, item)).collect();
    if items.iter().any(|item| body.get(item.start) != Some(&b'{')) {
        return Err(BrokenBody::Shape(
            "a resource in it should be an object".to_owned(),
        ));
    }
    Ok(Split { items, next, total })
}

fn array_of<'a>(body: &Bytes, text: &'a [u8]) -> Result<Vec<&'a RawValue>, BrokenBody> {
    serde_json::from_slice(text).map_err(|error| not_array(body, error))
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

/// The member of `whole` at `path`, member by member.
fn wrapped<'a>(
    whole: &'a RawValue,
    path: &str,
    ignore_case: bool,
) -> Result<&'a RawValue, BrokenBody> {
    let missing = || BrokenBody::Shape(format!("it should be an object with an array `{path}`"));
    path.split('.').try_fold(whole, |value, name| {
        let members: BTreeMap<Cow<'a, str>, &'a RawValue> =
            serde_json::from_str(value.get()).map_err(|_| missing())?;
        let found = members.get(name).copied();
        let alike = || {
            let mut members = members.iter().filter(|_| ignore_case);
            members.find_map(|(member, value)| member.eq_ignore_ascii_case(name).then_some(*value))
        };
        found.or_else(alike).ok_or_else(missing)
    })
}

/// Where a value that was read from `body` without copying stands in it.
fn range_in(body: &Bytes, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - body.as_ptr() as usize;
    start..start + value.get().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(place: Place) -> Layout {
        Layout {
            place,
            body_link: true,
            total: Some("totalCount".to_owned()),
            ignore_case: false,
        }
    }

    fn wrapped_in(member: &str) -> Place {
        Place::Wrapped {
            member: member.to_owned(),
            bare: false,
        }
    }

    fn items(body: &str, layout: &Layout) -> Result<(Vec<String>, Option<String>), BrokenBody> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let split = split(&body, layout)?;
        let page = Page::new(body, split.items, None, split.total);
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
        assert_eq!(items(array, &layout(Place::Array)).unwrap().0, both);
        let wrapped =
            format!(r#"{{"x":1,"it\u0065ms":{array},"_links":{{"next":{{"href":"/b"}}}}}}"#);
        assert_eq!(
            items(&wrapped, &layout(wrapped_in("items"))).unwrap(),
            (both, Some("/b".to_owned()))
        );
        let single = r#" {"a":1} "#;
        assert_eq!(
            items(single, &layout(Place::Single)).unwrap().0,
            [r#"{"a":1}"#]
        );
    }

    #[test]
    fn another_shape_is_told_from_a_cut_body() {
        for (body, place) in [
            ("{}", Place::Array),
            ("[]", Place::Single),
            ("[1]", Place::Array),
            ("[]", wrapped_in("a")),
        ] {
            assert!(
                matches!(items(body, &layout(place)), Err(BrokenBody::Shape(_))),
                "{body}"
            );
        }
        for body in ["", "[{\"a\":1},", "<html>", "[{}] x"] {
            assert!(
                matches!(
                    items(body, &layout(Place::Array)),
                    Err(BrokenBody::NotJson(_))
                ),
                "{body}"
            );
        }
    }

    #[test]
    fn an_envelope_is_found_in_any_case_and_may_be_missing() {
        let mut layout = layout(Place::Wrapped {
            member: "Data.Items".to_owned(),
            bare: true,
        });
        layout.ignore_case = true;
        for body in [
            r#"{"Data":{"Items":[{"a":1}]}}"#,
            r#"{"data":{"items":[{"a":1}]}}"#,
            r#" [{"a":1}]"#,
        ] {
            assert_eq!(items(body, &layout).unwrap().0, [r#"{"a":1}"#], "{body}");
        }
        assert!(items(r#"{"data":[]}"#, &layout).is_err());
    }

    #[test]
    fn the_total_is_read_beside_the_resources() {
        let body = Bytes::from_static(br#"{"totalCount":7,"results":[]}"#);
        let split = split(&body, &layout(wrapped_in("results"))).unwrap();
        assert_eq!(split.total, Some(7));
    }
}
