//! Pages by `limit` and `skip`, with `sort`, `filter` and `fields`: the old interface in an envelope with a total, the new one
//! as a bare list whose total is in a header.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::api::{Context, Reply};
use super::errors::ApiError;

/// A list that knows how long it is.
pub struct Listing<'a> {
    pub total: usize,
    pub get: Box<dyn Fn(usize) -> Value + 'a>,
}

impl<'a> Listing<'a> {
    /// A list of what stands at each place.
    pub fn new(total: usize, get: impl Fn(usize) -> Value + 'a) -> Self {
        Self {
            total,
            get: Box::new(get),
        }
    }

    /// A list of a few documents.
    #[must_use]
    pub fn of(documents: Vec<Value>) -> Self {
        Self::new(documents.len(), move |n| documents[n].clone())
    }
}

/// How a list is asked for and told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// `{"totalCount", "results"}` instead of a bare list.
    pub envelope: bool,
    /// Whether `x-total-count` tells how many there are.
    pub total: bool,
    /// How many items a page has unless asked, and at most.
    pub default: usize,
    pub most: usize,
}

/// The old interface.
pub const V1: Manner = Manner {
    envelope: true,
    total: false,
    default: 10,
    most: 100,
};
/// The new one.
pub const V2: Manner = Manner {
    envelope: false,
    total: true,
    default: 10,
    most: 100,
};
/// Apple's device management: one, unless asked.
pub const APPLE: Manner = Manner { default: 1, ..V2 };
/// System Insights have longer pages.
pub const INSIGHTS: Manner = Manner { most: 10_000, ..V2 };

/// What a page is asked with: parameters, or the fields of a search.
#[derive(Debug, Default)]
pub struct Wish {
    limit: Option<String>,
    skip: Option<String>,
    pub sort: Vec<String>,
    pub filter: Vec<String>,
    fields: Vec<String>,
}

impl Wish {
    /// Reads the parameters.
    pub fn read(context: &Context<'_>) -> Self {
        let list = |name: &str, apart: &[char]| {
            context
                .query
                .0
                .iter()
                .filter(|(n, _)| n == name || n.strip_suffix("[]") == Some(name))
                .flat_map(|(_, value)| value.split(apart))
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        };
        Self {
            limit: context.query.get("limit").map(str::to_owned),
            skip: context.query.get("skip").map(str::to_owned),
            sort: list("sort", &[',', ' ']),
            filter: list("filter", &[]),
            fields: list("fields", &[',', ' ']),
        }
    }

    /// Reads the body of a search.
    pub fn read_search(body: &[u8]) -> Result<Self, ApiError> {
        let body: Value = serde_json::from_slice(body)
            .map_err(|error| ApiError::bad_request(&format!("invalid JSON: {error}")))?;
        let words = |name: &str| -> Vec<String> {
            match &body[name] {
                Value::String(text) => text
                    .split([',', ' '])
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect(),
                Value::Array(list) => list
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
                _ => Vec::new(),
            }
        };
        let number = |name: &str| {
            body.get(name)
                .filter(|v| v.is_number())
                .map(Value::to_string)
        };
        let filter = match &body["filter"] {
            Value::Object(fields) => fields
                .iter()
                .filter_map(|(name, value)| Some(format!("{name}:eq:{}", value.as_str()?)))
                .collect(),
            _ => words("filter"),
        };
        Ok(Self {
            limit: number("limit"),
            skip: number("skip"),
            sort: words("sort"),
            filter,
            fields: words("fields"),
        })
    }

    fn limit(&self, manner: Manner) -> Result<usize, ApiError> {
        let Some(text) = &self.limit else {
            return Ok(manner.default);
        };
        let limit: usize = text
            .parse()
            .map_err(|_| ApiError::bad_request("request parameter \"limit\" must be a number"))?;
        if limit > manner.most {
            return Err(ApiError::bad_request(&format!(
                "request parameter \"limit\" exceeds maximum value of {}",
                manner.most
            )));
        }
        Ok(limit)
    }

    fn skip(&self) -> Result<usize, ApiError> {
        self.skip.as_ref().map_or(Ok(0), |text| {
            text.parse()
                .map_err(|_| ApiError::bad_request("request parameter \"skip\" must be a number"))
        })
    }
}

/// The page that was asked for.
pub fn page(
    context: &Context<'_>,
    manner: Manner,
    listing: Listing<'_>,
) -> Result<Reply, ApiError> {
    page_of(context, manner, &Wish::read(context), listing)
}

/// The page that was wished for.
pub fn page_of(
    context: &Context<'_>,
    manner: Manner,
    wish: &Wish,
    listing: Listing<'_>,
) -> Result<Reply, ApiError> {
    let limit = wish.limit(manner)?;
    let mut skip = wish.skip()?;
    let listing = arranged(wish, listing)?;
    let total = listing.total;
    if skip > 0 {
        skip = skip.saturating_add_signed(context.shift as isize);
    }
    let mut items: Vec<Value> = (skip..total.min(skip.saturating_add(limit)))
        .map(|n| chosen(wish, (listing.get)(n)))
        .collect();
    if context.empty_page && skip > 0 {
        items.clear();
    }
    let mut reply = if manner.envelope {
        Reply::value(&json!({"totalCount": total, "results": items}))
    } else {
        Reply::value(&Value::Array(items))
    };
    if manner.total && !context.no_total {
        reply.headers.push(("x-total-count", total.to_string()));
    }
    if context.misleading_link {
        // points behind the end: whoever follows it has read one page
        reply.headers.push((
            "link",
            format!(
                "<{}{}?limit={limit}&skip={total}>; rel=\"next\"",
                context.base, context.path
            ),
        ));
    }
    Ok(reply)
}

/// Filters and sorts. The order of identifiers is the natural one and costs nothing.
fn arranged<'a>(wish: &Wish, listing: Listing<'a>) -> Result<Listing<'a>, ApiError> {
    let natural = |key: &str| matches!(key, "_id" | "id" | "system_id");
    let total = listing.total;
    if wish.filter.is_empty() {
        match wish.sort.as_slice() {
            [] => return Ok(listing),
            [key] if natural(key) => return Ok(listing),
            [key] if natural(key.trim_start_matches('-')) => {
                return Ok(Listing::new(total, move |n| (listing.get)(total - 1 - n)));
            }
            _ => {}
        }
    }
    let mut all: Vec<Value> = (0..total).map(|n| (listing.get)(n)).collect();
    for filter in &wish.filter {
        let fits = fitting(filter)?;
        all.retain(|document| fits(document));
    }
    if !wish.sort.is_empty() {
        sort(&mut all, &wish.sort);
    }
    Ok(Listing::of(all))
}

/// Sorts by fields, in their order; a minus sign turns one around.
pub fn sort(documents: &mut [Value], keys: &[String]) {
    documents.sort_by(|a, b| {
        keys.iter()
            .map(|key| {
                let name = key.trim_start_matches('-');
                let order = compare(&a[name], &b[name]);
                if key.starts_with('-') {
                    order.reverse()
                } else {
                    order
                }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => plain(a).cmp(&plain(b)),
    }
}

/// Whether a document is one of those that were asked for.
type Fits<'a> = Box<dyn Fn(&Value) -> bool + 'a>;

/// `field:eq:value`, in the old interface `field:$eq:value`.
fn fitting(filter: &str) -> Result<Fits<'_>, ApiError> {
    let wrong = || ApiError::bad_request(&format!("invalid filter \"{filter}\""));
    let (field, rest) = filter.split_once(':').ok_or_else(wrong)?;
    let (operator, wanted) = rest.split_once(':').ok_or_else(wrong)?;
    let operator = operator.trim_start_matches('$').to_owned();
    if ![
        "eq", "ne", "gt", "ge", "gte", "lt", "le", "lte", "in", "search", "between",
    ]
    .contains(&operator.as_str())
    {
        return Err(wrong());
    }
    Ok(Box::new(move |document| {
        let found = field.split('.').fold(document, |value, name| &value[name]);
        let found = plain(found);
        match operator.as_str() {
            "eq" => found == wanted,
            "ne" => found != wanted,
            "gt" => found.as_str() > wanted,
            "ge" | "gte" => found.as_str() >= wanted,
            "lt" => found.as_str() < wanted,
            "le" | "lte" => found.as_str() <= wanted,
            "in" => wanted.split('|').any(|w| w == found),
            "between" => wanted
                .split_once(',')
                .is_some_and(|(from, to)| found.as_str() >= from && found.as_str() <= to),
            _ => found.to_lowercase().contains(&wanted.to_lowercase()),
        }
    }))
}

/// Only the fields that were asked for, and the identifiers.
fn chosen(wish: &Wish, document: Value) -> Value {
    if wish.fields.is_empty() {
        return document;
    }
    let Value::Object(fields) = document else {
        return document;
    };
    fields
        .into_iter()
        .filter(|(name, _)| {
            matches!(name.as_str(), "_id" | "id") || wish.fields.iter().any(|f| f == name)
        })
        .collect::<Map<_, _>>()
        .into()
}
