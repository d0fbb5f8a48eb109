//! What an answer's head and a refusal's body tell.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde_json::{Value, value::RawValue};

use super::budget::RateHeaders;
use crate::definition::{ErrorRules, Meaning, RateLimit};

/// Longest part of a vendor's sentence that goes into our own.
const LONGEST_DETAIL: usize = 200;

fn number(headers: &HeaderMap, name: Option<&String>) -> Option<u64> {
    headers.get(name?)?.to_str().ok()?.trim().parse().ok()
}

/// What the headers tell about the rate limit. The end of the window is turned into our own time by the vendor's
/// `Date`, because its clock and ours need not agree.
pub(super) fn rate_headers(
    names: &RateLimit,
    headers: &HeaderMap,
    now: SystemTime,
) -> Option<RateHeaders> {
    let limit = number(headers, names.limit.as_ref())?;
    let remaining = number(headers, names.remaining.as_ref())?;
    let reset = number(headers, names.reset.as_ref()).map(|seconds| {
        let reset = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let theirs = date(headers).unwrap_or(now);
        now + reset.duration_since(theirs).unwrap_or_default()
    });
    Some(RateHeaders {
        limit,
        remaining,
        reset,
    })
}

/// How long the vendor asks to wait, where it says so in seconds.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

/// The `Date` header, `Sun, 06 Nov 1994 08:49:37 GMT`.
fn date(headers: &HeaderMap) -> Option<SystemTime> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let rest = text.split_once(", ")?.1.strip_suffix(" GMT")?;
    let mut parts = rest.split(' ');
    let day: u64 = parts.next()?.parse().ok()?;
    let month = parts.next()?;
    let year: u64 = parts.next()?.parse().ok()?;
    let mut clock = parts.next()?.split(':').map(str::parse::<u64>);
    let (hour, minute, second) = (
        clock.next()?.ok()?,
        clock.next()?.ok()?,
        clock.next()?.ok()?,
    );
    let names = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = names.iter().position(|name| *name == month)? as u64 + 1;
    if !(1970..10_000).contains(&year) || day == 0 {
        return None;
    }
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Days from 1970-01-01, by counting in years that begin in March.
fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year / 4 - year / 100 + year / 400;
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468
}

/// The vendor's code and words in the body of a refusal. Words that are no sentence of the vendor's (a web page)
/// are left out.
pub(super) fn refusal(rules: &ErrorRules, status: u16, body: &[u8]) -> (Option<String>, String) {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let member = |name: Option<&String>| match parsed.as_ref()?.get(name?)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let code = member(rules.code.as_ref());
    let mut detail = member(rules.summary.as_ref()).unwrap_or_else(|| format!("HTTP {status}"));
    if let Some((end, _)) = detail.char_indices().nth(LONGEST_DETAIL) {
        detail.truncate(end);
        detail.push('…');
    }
    if let Some(code) = &code {
        detail = format!("{detail} [{code}]");
    }
    (code, detail)
}

/// What an answer with a status of success means whose body says that it did not succeed, and in which words. The
/// meaning is unknown where no rule names the vendor's code.
pub(super) fn unsuccessful(rules: &ErrorRules, body: &[u8]) -> Option<(Option<Meaning>, String)> {
    let name = rules.success.as_deref()?;
    let members: BTreeMap<&str, &RawValue> = serde_json::from_slice(body).ok()?;
    let told = members
        .iter()
        .find(|(member, _)| member.eq_ignore_ascii_case(name))?;
    if told.1.get() != "false" {
        return None;
    }
    let (code, detail) = refusal(rules, 200, body);
    let rule = rules
        .rules
        .iter()
        .find(|rule| rule.status.is_none() && rule.code.is_some() && rule.code == code);
    Some((rule.map(|rule| rule.means), detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        let seconds = date(&headers)
            .unwrap()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(seconds.as_secs(), 784_111_777);
        headers.insert(DATE, "Thu, 29 Feb 2024 00:00:00 GMT".parse().unwrap());
        let seconds = date(&headers)
            .unwrap()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(seconds.as_secs(), 1_709_164_800);
        headers.insert(DATE, "yesterday".parse().unwrap());
        assert_eq!(date(&headers), None);
    }
}
