//! What a handler is given, and what it gives back.

use percent_encoding::percent_decode_str;

use super::errors::ApiError;
use crate::clock::Seconds;
use crate::json::Json;
use crate::state::State;

/// One request.
#[derive(Debug)]
pub struct Context<'a> {
    pub state: &'a State,
    /// Scheme and host as the caller addressed us; every link starts with it.
    pub base: &'a str,
    pub path: &'a str,
    pub query: Query,
    pub now: Seconds,
    /// How many items a page after the first is off by: a list that changed while it was read.
    pub shift: i64,
}

/// The parameters of a request, in their order.
#[derive(Debug, Default, Clone)]
pub struct Query(pub Vec<(String, String)>);

impl Context<'_> {
    /// Where a page after the first begins, once the list has shifted.
    #[must_use]
    pub fn shifted(&self, place: u64) -> u64 {
        place.saturating_add_signed(self.shift)
    }
}

impl Query {
    /// Reads what follows the question mark.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let decode = |part: &str| {
            percent_decode_str(&part.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        Self(
            text.split('&')
                .filter(|p| !p.is_empty())
                .map(|pair| {
                    pair.split_once('=').map_or_else(
                        || (decode(pair), String::new()),
                        |(k, v)| (decode(k), decode(v)),
                    )
                })
                .collect(),
        )
    }

    /// A parameter that has a value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(n, v)| n == name && !v.is_empty())
            .map(|(_, v)| v.as_str())
    }
}

/// What a handler answers.
#[derive(Debug, Default)]
pub struct Reply {
    pub body: Vec<u8>,
    /// `rel="self"`, without angle brackets.
    pub link_self: Option<String>,
    pub link_next: Option<String>,
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A document that is not a page of a list.
    #[must_use]
    pub fn document(json: Json) -> Self {
        Self {
            body: json.into_bytes(),
            ..Self::default()
        }
    }

    /// A document built as a value.
    #[must_use]
    pub fn value(value: &serde_json::Value) -> Self {
        let mut json = Json::with_capacity(1024);
        json.value(value);
        Self::document(json)
    }
}

/// What every handler returns.
pub type Answer = Result<Reply, ApiError>;
