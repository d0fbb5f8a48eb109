//! One question until it is answered: sending, retrying, and what a refusal means.

use bytes::{Bytes, BytesMut};
use muster_outbound::{refused_address, untrusted_certificate};
use reqwest::{
    Response,
    header::{CONTENT_TYPE, HeaderMap},
};

use url::Url;

use super::{
    answer, backoff, budget::RateHeaders, client::Client, counters::Counters, error::RequestError,
    page::BrokenBody, throttle::Outcome,
};
use crate::definition::Meaning;

/// Answers larger than this are not read. The largest page of the documented listings is a hundredth of it.
const LARGEST_BODY: usize = 512 * 1024 * 1024;
/// What is set aside at once for an answer that announces its length.
const LARGEST_RESERVE: usize = 16 * 1024 * 1024;
/// Times in a row a vendor may say "too many" before we give up; each comes after the wait that it asked for.
const MOST_REFUSALS: u32 = 30;

/// One question.
pub(super) struct Call<'a> {
    /// Path and query.
    pub target: &'a str,
    pub bucket: &'a str,
    pub counters: &'a Counters,
    /// JSON that is sent along, and where to when not to the vendor's usual address.
    pub question: Option<(Option<&'a Url>, &'a str)>,
}

impl Call<'_> {
    /// The path alone, for messages: a query may hold a cursor that nobody can read.
    pub(super) fn path(&self) -> String {
        let end = self.target.find('?').unwrap_or(self.target.len());
        self.target[..end].to_owned()
    }
}

/// An answer of success.
pub(super) struct Answer {
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// One try that did not succeed.
pub(super) enum Failure {
    /// For good.
    Final(RequestError),
    /// Another try may help.
    Again {
        reason: String,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The vendor wants fewer requests: at once, or in this window; the throttle knows until when.
    TooMany { at_once: bool },
}

impl Failure {
    /// Another try may help.
    pub(super) fn again(reason: &str) -> Self {
        Self::Again {
            reason: reason.to_owned(),
            source: None,
        }
    }
}

impl Client {
    /// Asks until there is an answer that `read` understands, or no hope for one.
    pub(super) async fn get<T>(
        &self,
        call: &Call<'_>,
        read: impl Fn(&Answer) -> Result<T, BrokenBody>,
    ) -> Result<(Answer, T), RequestError> {
        let mut failed = 0;
        let mut refused = 0;
        loop {
            let failure = match self.attempt(call).await {
                Ok(answer) => match self.understand(call, &answer, &read) {
                    Ok(understood) => return Ok((answer, understood)),
                    Err(failure) => failure,
                },
                Err(failure) => failure,
            };
            match failure {
                Failure::Final(error) => return Err(error),
                Failure::Again { reason, source } => {
                    failed += 1;
                    if failed >= self.attempts {
                        return Err(self.unreachable(failed, reason, source));
                    }
                    tracing::debug!(path = call.path(), reason, failed, "asking again");
                    let pause = backoff::delay(failed, self.shared.clock.random());
                    self.shared.clock.sleep(pause).await;
                }
                Failure::TooMany { at_once } => {
                    refused += 1;
                    if refused >= MOST_REFUSALS {
                        let reason = "it kept asking for fewer requests".to_owned();
                        return Err(self.unreachable(refused, reason, None));
                    }
                    if at_once {
                        let pause = backoff::delay(refused + 1, self.shared.clock.random());
                        call.counters.wait(pause);
                        self.shared.clock.sleep(pause).await;
                    }
                }
            }
            call.counters.retry();
        }
    }

    fn unreachable(
        &self,
        attempts: u32,
        reason: String,
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    ) -> RequestError {
        RequestError::Unreachable {
            host: self.host(),
            attempts,
            reason,
            source,
        }
    }

    pub(super) fn host(&self) -> String {
        self.shared.base.origin().ascii_serialization()
    }

    fn understand<T>(
        &self,
        call: &Call<'_>,
        answer: &Answer,
        read: impl Fn(&Answer) -> Result<T, BrokenBody>,
    ) -> Result<T, Failure> {
        let bad = |reason: String| {
            Failure::Final(RequestError::BadResponse {
                path: call.path(),
                reason,
            })
        };
        if let Some(refusal) = answer::unsuccessful(&self.shared.provider.errors, &answer.body) {
            let (means, detail) = refusal;
            return Err(match means {
                Some(means) => Self::final_refusal(call, 200, means, detail),
                None => bad(format!(
                    "the vendor says that it did not succeed ({detail})"
                )),
            });
        }
        read(answer).map_err(|broken| match broken {
            BrokenBody::Shape(reason) => {
                bad(format!("{reason}; correct the resource file, or report it"))
            }
            BrokenBody::NotJson(_) if is_web_page(&answer.headers) => {
                bad("it is a web page, not data; check the address of the integration".to_owned())
            }
            BrokenBody::NotJson(error) => Failure::Again {
                reason: "the answer is cut off or not JSON".to_owned(),
                source: Some(Box::new(error)),
            },
        })
    }

    /// Sends the request once.
    async fn attempt(&self, call: &Call<'_>) -> Result<Answer, Failure> {
        let shared = &*self.shared;
        let url = match call.question {
            Some((Some(origin), _)) => self.url_at(origin, call.target),
            _ => self.url(call.target),
        };
        let url = url.map_err(Failure::Final)?;
        let (name, value) = self.authorisation(call.counters).await?;
        let permit = shared.throttle.permit(call.bucket, call.counters).await;
        call.counters.request();
        let mut request = match call.question {
            None => shared.http.get(url),
            Some((_, question)) => shared
                .http
                .post(url)
                .header(CONTENT_TYPE, "application/json")
                .body(question.to_owned()),
        };
        request = request.header(name, value);
        for (name, value) in &shared.headers {
            request = request.header(name, value);
        }
        let request = request.send();
        let response =
            match tokio::time::timeout(shared.timeouts.connect + shared.timeouts.headers, request)
                .await
            {
                Ok(Ok(response)) => response,
                Ok(Err(error)) => {
                    permit.finish(Outcome::Lost, None);
                    return Err(self.lost(error));
                }
                Err(_) => {
                    permit.finish(Outcome::Strained, None);
                    return Err(Failure::Again {
                        reason: "no answer in time".to_owned(),
                        source: None,
                    });
                }
            };
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let now = shared.clock.now();
        let told = answer::rate_headers(&shared.provider.rate_limit, &headers, now);
        let body = match self.body(response, call.counters).await {
            Ok(body) => body,
            Err(failure) => {
                permit.finish(Outcome::Fine, believable(told));
                return Err(failure);
            }
        };
        if (200..300).contains(&status) {
            permit.finish(Outcome::Fine, believable(told));
            return Ok(Answer { headers, body });
        }
        let (failure, outcome) = self.refusal(call, status, &headers, &body, told);
        permit.finish(outcome, believable(told));
        match failure {
            Failure::Final(RequestError::BadCredentials { .. }) if self.drops_token().await => {
                Err(Failure::again("the token was taken back"))
            }
            failure => Err(failure),
        }
    }

    /// A request that got no answer.
    pub(super) fn lost(&self, error: reqwest::Error) -> Failure {
        if let Some(refused) = refused_address(&error) {
            return Failure::Final(RequestError::Refused {
                endpoint: self.host(),
                reason: refused.to_string(),
            });
        }
        if let Some(reason) = untrusted_certificate(&error) {
            return Failure::Final(RequestError::Untrusted {
                host: self.host(),
                reason,
            });
        }
        let reason = if error.is_timeout() {
            "no connection in time"
        } else if error.is_connect() {
            "no connection"
        } else {
            "the connection broke"
        };
        Failure::Again {
            reason: reason.to_owned(),
            // The address is in the message already, and may hold what nobody should read in a log.
            source: Some(Box::new(error.without_url())),
        }
    }

    pub(super) async fn body(
        &self,
        mut response: Response,
        counters: &Counters,
    ) -> Result<Bytes, Failure> {
        let again = |reason: &str, source: Option<reqwest::Error>| Failure::Again {
            reason: reason.to_owned(),
            source: source.map(|error| Box::new(error.without_url()) as _),
        };
        let expected =
            usize::try_from(response.content_length().unwrap_or(0)).unwrap_or(usize::MAX);
        let mut first: Option<Bytes> = None;
        let mut whole = BytesMut::new();
        loop {
            let chunk =
                match tokio::time::timeout(self.shared.timeouts.body, response.chunk()).await {
                    Err(_) => return Err(again("the answer stopped half-way", None)),
                    Ok(Err(error)) => return Err(again("the answer was cut off", Some(error))),
                    Ok(Ok(None)) => break,
                    Ok(Ok(Some(chunk))) => chunk,
                };
            counters.read(chunk.len());
            match first.take() {
                // An answer in one piece is not copied.
                None if whole.is_empty() => first = Some(chunk),
                None => whole.extend_from_slice(&chunk),
                Some(begun) => {
                    // The announced length saves growing; it is not believed beyond reason.
                    whole.reserve(expected.min(LARGEST_RESERVE).max(begun.len() + chunk.len()));
                    whole.extend_from_slice(&begun);
                    whole.extend_from_slice(&chunk);
                }
            }
            if whole.len() > LARGEST_BODY {
                return Err(Failure::Final(RequestError::BadResponse {
                    path: response.url().path().to_owned(),
                    reason: format!("it is larger than {} MB", LARGEST_BODY >> 20),
                }));
            }
        }
        Ok(first.unwrap_or_else(|| whole.freeze()))
    }

    /// What an answer other than success means, for the caller and for the throttle.
    fn refusal(
        &self,
        call: &Call<'_>,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
        told: Option<RateHeaders>,
    ) -> (Failure, Outcome) {
        let shared = &*self.shared;
        if (300..400).contains(&status) {
            let refused = RequestError::Refused {
                endpoint: self.host(),
                reason: "it sends us on to another host".to_owned(),
            };
            return (Failure::Final(refused), Outcome::Fine);
        }
        let rules = &shared.provider.errors;
        let (code, detail) = answer::refusal(rules, status, body);
        match rules.meaning(status, code.as_deref()) {
            Meaning::RateLimited => self.too_many(headers, told),
            Meaning::Retry => (Failure::again(&detail), Outcome::Strained),
            means => (
                Self::final_refusal(call, status, means, detail),
                Outcome::Fine,
            ),
        }
    }

    /// The error for a refusal that another try would not change.
    fn final_refusal(call: &Call<'_>, status: u16, means: Meaning, detail: String) -> Failure {
        let path = call.path();
        Failure::Final(match means {
            Meaning::RateLimited | Meaning::Retry => return Failure::again(&detail),
            Meaning::BadCredentials => RequestError::BadCredentials { detail },
            Meaning::NotPermitted => RequestError::NotPermitted { path, detail },
            Meaning::NotAvailable => RequestError::NotAvailable { path, detail },
            Meaning::Gone => RequestError::Gone { path },
            Meaning::RestartListing => RequestError::RestartListing { path },
            Meaning::BadRequest => RequestError::BadRequest {
                path,
                status,
                detail,
            },
        })
    }

    /// Too many at once and too many a minute come with the same status; a limit of 0 tells the first.
    fn too_many(&self, headers: &HeaderMap, told: Option<RateHeaders>) -> (Failure, Outcome) {
        let shared = &*self.shared;
        let now = shared.clock.now();
        let concurrency = shared.provider.rate_limit.zero_limit_is_concurrency
            && told.is_some_and(|told| told.limit == 0 && told.remaining == 0);
        if concurrency {
            return (Failure::TooMany { at_once: true }, Outcome::Strained);
        }
        let until = answer::retry_after(headers)
            .map(|wait| now + wait)
            .or(told
                .and_then(|told| told.reset)
                .filter(|reset| *reset > now))
            .unwrap_or_else(|| now + backoff::delay(3, shared.clock.random()));
        (Failure::TooMany { at_once: false }, Outcome::Limited(until))
    }
}

/// A limit of 0 describes nothing that a budget could be kept of.
fn believable(told: Option<RateHeaders>) -> Option<RateHeaders> {
    told.filter(|told| told.limit > 0)
}

fn is_web_page(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .trim_start()
                .to_ascii_lowercase()
                .starts_with("text/html")
        })
}
