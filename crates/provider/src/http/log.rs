//! A vendor's own log, page by page and from then on.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use super::{
    client::Client,
    cursor::Cursor,
    error::RequestError,
    link,
    page::{Layout, Place, split},
    transport::Call,
};
use crate::{
    definition::{AuditLog, Follow, first_filled},
    template::Template,
};

/// One page of a log.
#[derive(Debug)]
pub struct LogPage {
    /// The events, each one JSON object as the vendor wrote it.
    pub documents: Vec<Bytes>,
    /// Where the log goes on; to be kept with the events.
    pub cursor: String,
    /// Whether there is nothing more for now.
    pub is_last: bool,
}

/// Where a question with a time window goes on.
#[derive(Debug, Serialize, Deserialize)]
struct Window {
    /// The window's beginning, RFC 3339.
    start: String,
    /// Its end, while it is under way.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    end: Option<String>,
    /// What the vendor said to go on after.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    after: Option<Value>,
}

impl Client {
    /// The next page of a log: the one at `cursor`, or the first one after `since` where there is no cursor.
    ///
    /// # Errors
    /// [`RequestError`]; `RestartListing` and `BadRequest` where the vendor does not know the cursor any more.
    pub async fn log_page(
        &self,
        log: &AuditLog,
        cursor: Option<&str>,
        since: SystemTime,
    ) -> Result<LogPage, RequestError> {
        match &log.follow {
            Some(Follow::PollingLink { path }) => self.polled(log, path, cursor, since).await,
            Some(Follow::SearchAfter { .. }) => self.searched(log, cursor, since).await,
            None => Err(broken(log, "it only comes by webhook")),
        }
    }

    async fn polled(
        &self,
        log: &AuditLog,
        path: &Template,
        cursor: Option<&str>,
        since: SystemTime,
    ) -> Result<LogPage, RequestError> {
        let place = match cursor.and_then(Cursor::parse) {
            Some(place) => place,
            None => self.fill(path, &[("since", &moment(since))])?,
        };
        let counters = self.counters(&log.name);
        let call = Call {
            target: place.as_str(),
            bucket: &log.bucket,
            counters: &counters,
            question: None,
        };
        let (answer, found) = self
            .get(&call, |answer| split(&answer.body, &layout()))
            .await?;
        let next = match link::next(&answer.headers) {
            None if found.items.is_empty() => place.clone(),
            None => return Err(no_way_on(&call, "it has events and no next page")),
            Some(link) => {
                Cursor::follow(&self.url(call.target)?, &link).map_err(|elsewhere| {
                    RequestError::BadResponse {
                        path: call.path(),
                        reason: format!(
                            "its next page is at {elsewhere}, which is not the vendor's address; nothing is sent there"
                        ),
                    }
                })?
            }
        };
        if next == place && !found.items.is_empty() {
            return Err(no_way_on(&call, "its next page is itself"));
        }
        Ok(LogPage {
            is_last: found.items.is_empty(),
            documents: documents(&answer.body, &found.items),
            cursor: next.as_str().to_owned(),
        })
    }

    async fn searched(
        &self,
        log: &AuditLog,
        cursor: Option<&str>,
        since: SystemTime,
    ) -> Result<LogPage, RequestError> {
        let Some(Follow::SearchAfter {
            endpoints,
            path,
            body,
            limit,
            lag,
            overlap,
        }) = &log.follow
        else {
            return Err(broken(log, "it is followed in another way"));
        };
        let window = cursor.and_then(|cursor| serde_json::from_str::<Window>(cursor).ok());
        let window = window.unwrap_or_else(|| Window {
            start: moment(since),
            end: None,
            after: None,
        });
        let end = match window.end {
            Some(end) => end,
            None => moment(self.now() - *lag),
        };
        let mut question = body.clone();
        question.insert("start_time".to_owned(), window.start.clone().into());
        question.insert("end_time".to_owned(), end.clone().into());
        question.insert("limit".to_owned(), (*limit).into());
        if let Some(after) = &window.after {
            question.insert("search_after".to_owned(), after.clone());
        }
        let origin = match endpoints.is_empty() {
            true => None,
            false => {
                let filled = first_filled(endpoints, self.terms())
                    .map_err(|name| broken(log, &format!("the setting `{name}` has no value")))?;
                Some(Url::parse(&filled).map_err(|_| broken(log, "its address is no URL"))?)
            }
        };
        let target = self.fill(path, &[])?;
        let counters = self.counters(&log.name);
        let question = Value::Object(question).to_string();
        let call = Call {
            target: target.as_str(),
            bucket: &log.bucket,
            counters: &counters,
            question: Some((origin.as_ref(), &question)),
        };
        let (answer, found) = self
            .get(&call, |answer| split(&answer.body, &layout()))
            .await?;
        let after = search_after(&answer.headers);
        let more = found.items.len() as u64 >= page_limit(&answer.headers).unwrap_or(*limit);
        if more && after.is_none() {
            return Err(no_way_on(
                &call,
                "it is full and does not say where to go on",
            ));
        }
        if more && after == window.after {
            return Err(no_way_on(&call, "it is full and goes on where it began"));
        }
        let next = match more {
            true => Window {
                start: window.start,
                end: Some(end),
                after,
            },
            false => Window {
                start: earlier(&end, *overlap).unwrap_or(end),
                end: None,
                after: None,
            },
        };
        let cursor =
            serde_json::to_string(&next).map_err(|error| broken(log, &error.to_string()))?;
        Ok(LogPage {
            documents: documents(&answer.body, &found.items),
            cursor,
            is_last: !more,
        })
    }
}

/// A page behind which there must be another that nothing leads to. Asking again would never end.
fn no_way_on(call: &Call<'_>, reason: &str) -> RequestError {
    RequestError::BadResponse {
        path: call.path(),
        reason: format!("{reason}; what follows cannot be read"),
    }
}

fn layout() -> Layout {
    Layout {
        place: Place::Array,
        body_link: false,
        total: None,
        ignore_case: false,
    }
}

fn documents(body: &Bytes, items: &[std::ops::Range<usize>]) -> Vec<Bytes> {
    items.iter().map(|item| body.slice(item.clone())).collect()
}

fn moment(time: SystemTime) -> String {
    humantime::format_rfc3339_millis(time).to_string()
}

fn earlier(moment_text: &str, by: Duration) -> Option<String> {
    let time = humantime::parse_rfc3339_weak(moment_text).ok()?;
    Some(moment(time.checked_sub(by)?))
}

/// JumpCloud's `X-Search_after`: a JSON array.
fn search_after(headers: &HeaderMap) -> Option<Value> {
    let text = headers.get("x-search_after")?.to_str().ok()?;
    serde_json::from_str(text).ok()
}

/// JumpCloud's `X-Limit`: what it made of the limit asked for; a nonsensical one becomes the default in silence.
fn page_limit(headers: &HeaderMap) -> Option<u64> {
    headers.get("x-limit")?.to_str().ok()?.parse().ok()
}

fn broken(log: &AuditLog, reason: &str) -> RequestError {
    RequestError::BadResponse {
        path: log.name.clone(),
        reason: reason.to_owned(),
    }
}
