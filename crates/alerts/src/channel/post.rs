//! Posting to an address that somebody entered, and what the answer means.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use muster_outbound::{check, refused_address, untrusted_certificate};
use reqwest::{
    Response,
    header::{HeaderMap, LOCATION, RETRY_AFTER},
};
use url::Url;

use super::{Again, Entered, Refusal};
use crate::reach::Reach;

/// So much of an answer is read, and so much of that is shown.
const MOST_READ: usize = 64 * 1024;
const MOST_SHOWN: usize = 200;
/// No server is waited for longer, whatever it asks.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// An answer, whole enough.
#[derive(Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub body: String,
    pub headers: HeaderMap,
}

/// What is wrong with an address; none when it may be posted to.
pub(super) fn address_problem(text: &str, allow_insecure_endpoint: bool) -> Option<String> {
    let Ok(url) = Url::parse(text) else {
        return Some("this is no address; write it like `https://example.com/path`".to_owned());
    };
    if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
        return Some("this is no web address; write it like `https://example.com/path`".to_owned());
    }
    if allow_insecure_endpoint {
        return None;
    }
    let refused = check(&url).err()?;
    Some(format!("{refused}; {REMEDY}"))
}

const REMEDY: &str = "use a public HTTPS address, or allow insecure endpoints for this channel";

/// Posts a body and gives the answer, whatever its status.
pub(super) async fn post(
    entered: &Entered<'_>,
    reach: &Reach,
    address: &str,
    headers: HeaderMap,
    body: Vec<u8>,
) -> Result<Answer, Refusal> {
    if let Some(problem) = address_problem(address, entered.allow_insecure_endpoint) {
        return Err(Refusal::never(problem));
    }
    let request = reach
        .http(entered.allow_insecure_endpoint)
        .post(address)
        .headers(headers)
        .body(body);
    let exchange = async {
        let response = request.send().await.map_err(lost)?;
        read(response).await
    };
    match tokio::time::timeout(reach.whole, exchange).await {
        Ok(answer) => answer,
        Err(_) => Err(Refusal::later(format!(
            "there was no answer within {} seconds; it may have arrived all the same",
            reach.whole.as_secs_f32().ceil()
        ))),
    }
}

async fn read(mut response: Response) -> Result<Answer, Refusal> {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    // The status says it; a body that breaks off changes nothing.
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_READ {
            break;
        }
    }
    Ok(Answer {
        status,
        body: String::from_utf8_lossy(&body).trim().to_owned(),
        headers,
    })
}

/// A request that got no answer.
fn lost(error: reqwest::Error) -> Refusal {
    if let Some(refused) = refused_address(&error) {
        return Refusal::never(format!("{refused}; {REMEDY}"));
    }
    if let Some(reason) = untrusted_certificate(&error) {
        return Refusal::later(untrusted(&reason));
    }
    let what = if error.is_timeout() {
        "there was no connection in time"
    } else if error.is_connect() {
        "there was no connection"
    } else {
        "the connection broke; it may have arrived all the same"
    };
    // The address may hold a secret, so it is not told.
    Refusal::later(match deepest(&error.without_url()) {
        Some(cause) => format!("{what} ({cause})"),
        None => what.to_owned(),
    })
}

/// The same words for every channel that speaks TLS.
pub(super) fn untrusted(reason: &str) -> String {
    format!(
        "the certificate there is not trusted: {reason}; if that is right, name the file of its authority in \
         MUSTER_CA_FILE or as `ca-file` in muster.toml, otherwise check the address"
    )
}

/// The words of the cause below all others.
pub(super) fn deepest(error: &(dyn Error + 'static)) -> Option<String> {
    std::iter::successors(error.source(), |&error| error.source())
        .last()
        .map(|cause| shortened(&cause.to_string()))
}

impl Answer {
    /// Why the message was not taken, by the status alone.
    pub(super) fn refusal(&self, now: SystemTime) -> Refusal {
        let said = match shortened(&self.body) {
            words if words.is_empty() || is_web_page(&words) => String::new(),
            words => format!(": {words}"),
        };
        let answered = format!("it answered HTTP {}{said}", self.status);
        match self.status {
            300..400 => {
                let place = self
                    .headers
                    .get(LOCATION)
                    .and_then(|place| Url::parse(place.to_str().ok()?).ok())
                    .map(|place| format!(" to {}", place.origin().ascii_serialization()))
                    .unwrap_or_default();
                Refusal::never(format!(
                    "{answered}: it sends us on{place}; enter the address that it leads to"
                ))
            }
            408 | 425 | 429 | 500.. => Refusal {
                reason: answered,
                again: Again::Later(retry_after(&self.headers, now)),
            },
            _ => Refusal::never(format!(
                "{answered}; that stays so until the channel or the receiver is changed"
            )),
        }
    }
}

/// How long the other end asks to wait: a number of seconds, or a date.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => httpdate::parse_http_date(text)
            .ok()?
            .duration_since(now)
            .unwrap_or_default(),
    };
    Some(wait.min(LONGEST_WAIT))
}

/// The beginning of a text, in one line.
pub(super) fn shortened(text: &str) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(MOST_SHOWN) {
        line.truncate(end);
        line.push('…');
    }
    line
}

fn is_web_page(text: &str) -> bool {
    text.starts_with('<')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str, headers: &[(&'static str, &str)]) -> Refusal {
        let headers = headers
            .iter()
            .map(|(name, value)| {
                (
                    reqwest::header::HeaderName::from_static(name),
                    value.parse().unwrap(),
                )
            })
            .collect();
        let answer = Answer {
            status,
            body: body.to_owned(),
            headers,
        };
        answer.refusal(SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn what_will_never_work_is_told_from_what_passes() {
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(
                answer(status, "", &[]).again,
                Again::Later(None),
                "{status}"
            );
        }
        for status in [301, 307, 400, 401, 403, 404, 410, 422] {
            assert_eq!(answer(status, "", &[]).again, Again::Never, "{status}");
        }
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_and_has_an_end() {
        let wait = |text: &str| match answer(429, "", &[("retry-after", text)]).again {
            Again::Later(wait) => wait,
            Again::Never => panic!(),
        };
        assert_eq!(wait("30"), Some(Duration::from_secs(30)));
        assert_eq!(
            wait("Thu, 01 Jan 1970 00:02:00 GMT"),
            Some(Duration::from_secs(120))
        );
        assert_eq!(wait("99999999"), Some(LONGEST_WAIT));
        assert_eq!(wait("soon"), None);
    }

    #[test]
    fn words_are_passed_on_and_web_pages_are_not() {
        assert_eq!(
            answer(404, "no\n such hook", &[]).reason,
            "it answered HTTP 404: no such hook; that stays so until the channel or the receiver is changed"
        );
        assert!(!answer(502, "<html>…", &[]).reason.contains("html"));
        let moved = answer(302, "", &[("location", "https://other.example/secret")]);
        assert!(
            moved.reason.contains("https://other.example;"),
            "{}",
            moved.reason
        );
    }

    #[test]
    fn addresses_that_are_not_public_https_need_permission() {
        for text in [
            "http://example.com",
            "https://10.0.0.1/hook",
            "https://[::1]/",
        ] {
            assert!(address_problem(text, false).is_some(), "{text}");
            assert!(address_problem(text, true).is_none(), "{text}");
        }
        assert!(address_problem("https://example.com/hook", false).is_none());
        assert!(address_problem("ftp://example.com", true).is_some());
        assert!(address_problem("example.com", true).is_some());
    }
}
