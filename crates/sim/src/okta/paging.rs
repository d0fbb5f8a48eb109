//! Pages: limits per endpoint, cursors, and the Link header's two addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::context::{Context, Reply};
use super::errors::ApiError;
use crate::ids::Kind;
use crate::json::Json;

/// How many items a page has if nothing is asked, and at most. More than that is cut, as the vendor does.
#[derive(Debug, Clone, Copy)]
pub struct Limits(pub usize, pub usize);

/// What is escaped in a query string; the vendor writes a space as a plus sign.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b' ');

/// The size of the page that was asked for.
pub fn limit(context: &Context<'_>, limits: Limits) -> Result<usize, ApiError> {
    let Some(text) = context.query.get("limit") else {
        return Ok(limits.0);
    };
    match text.parse::<i64>() {
        // the vendor's own way of saying "the default"
        Ok(-1) => Ok(limits.0),
        Ok(n) if n > 0 => Ok((n as usize).min(limits.1)),
        _ => Err(ApiError::invalid(
            "limit",
            "limit: must be a positive number",
        )),
    }
}

/// An opaque cursor around a place in a list.
#[must_use]
pub fn cursor(context: &Context<'_>, place: u64) -> String {
    context
        .state
        .company
        .ids
        .id(Kind::Cursor, place)
        .to_string()
}

/// The place in a list that `after` asks for; the beginning without it.
pub fn place(context: &Context<'_>) -> Result<u64, ApiError> {
    match context.query.get("after") {
        None => Ok(0),
        Some(after) => context
            .state
            .company
            .ids
            .read(Kind::Cursor, after)
            .map(|place| context.shifted(place))
            .ok_or_else(ApiError::bad_cursor),
    }
}

/// The address of a page: cursor and limit first, then whatever else was asked for.
#[must_use]
pub fn address(context: &Context<'_>, after: Option<&str>, limit: Option<usize>) -> String {
    let mut address = format!("{}{}", context.base, context.path);
    let mut separator = '?';
    let mut push = |name: &str, value: &str| {
        address.push(separator);
        separator = '&';
        address.push_str(name);
        address.push('=');
        address.push_str(
            &utf8_percent_encode(value, ESCAPED)
                .to_string()
                .replace(' ', "+"),
        );
    };
    if let Some(after) = after {
        push("after", after);
    }
    if let Some(limit) = limit {
        push("limit", &limit.to_string());
    }
    for (name, value) in context
        .query
        .0
        .iter()
        .filter(|(n, _)| n != "after" && n != "limit")
    {
        push(name, value);
    }
    address
}

/// A page with its links.
#[must_use]
pub fn page(context: &Context<'_>, json: Json, limit: usize, next: Option<&str>) -> Reply {
    Reply {
        body: json.into_bytes(),
        link_self: Some(address(context, context.query.get("after"), Some(limit))),
        link_next: next.map(|after| address(context, Some(after), Some(limit))),
        headers: Vec::new(),
    }
}

/// A page of a list whose items are few enough to be numbered: writes those that belong to it.
pub fn numbered<T>(
    context: &Context<'_>,
    limits: Limits,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut Json, T),
) -> Result<Reply, ApiError> {
    let limit = limit(context, limits)?;
    let from = place(context)?;
    let mut items = items.skip(from as usize);
    let mut json = Json::with_capacity(limit.min(200) * 2048);
    json.raw("[");
    for n in 0..limit {
        let Some(item) = items.next() else { break };
        if n > 0 {
            json.raw(",");
        }
        write(&mut json, item);
    }
    json.raw("]");
    let next = items.next().map(|_| cursor(context, from + limit as u64));
    Ok(page(context, json, limit, next.as_deref()))
}
