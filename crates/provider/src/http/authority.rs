//! How a request proves who asks: a header that is always the same, or a token that is fetched and lasts a while.

use std::time::{Duration, SystemTime};

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Deserialize;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use super::{
    assertion::SigningKey, client::Client, counters::Counters, error::RequestError,
    transport::Failure,
};

/// A token is replaced this long before it ends, so that none ends on its way.
const BEFORE_THE_END: Duration = Duration::from_secs(60);
/// How long a token lasts when the vendor does not say.
const USUAL_LIFE: u64 = 300;
/// Says that what proves the client is a signed statement (RFC 7523, 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// A token that is refused at this age was not good from the start.
const YOUNG: Duration = Duration::from_secs(5);

/// What goes along with every request.
pub(super) enum Authority {
    /// The same header every time.
    Header(HeaderName, Zeroizing<String>),
    /// A token, fetched when there is none that holds.
    Token(Box<TokenSource>),
}

/// Where tokens come from, and the one there is.
pub(super) struct TokenSource {
    pub(super) address: Url,
    pub(super) grant: Grant,
    held: tokio::sync::Mutex<Option<Held>>,
}

/// What is exchanged for a token.
pub(super) enum Grant {
    /// An id and a secret.
    ClientCredentials {
        client_id: Zeroizing<String>,
        client_secret: Zeroizing<String>,
        scope: Option<String>,
    },
    /// An id and a signature.
    PrivateKeyJwt {
        client_id: Zeroizing<String>,
        key: SigningKey,
        scope: Option<String>,
    },
}

struct Held {
    token: Zeroizing<String>,
    fetched: SystemTime,
    ends: SystemTime,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: Option<u64>,
}

impl TokenSource {
    pub(super) fn new(address: Url, grant: Grant) -> Self {
        Self {
            address,
            grant,
            held: tokio::sync::Mutex::new(None),
        }
    }
}

impl Grant {
    /// The body of the question for a token at `address`; `number` is not used twice.
    fn body(&self, address: &Url, now: SystemTime, number: &str) -> Option<Zeroizing<String>> {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        let (Self::ClientCredentials { scope, .. } | Self::PrivateKeyJwt { scope, .. }) = self;
        if let Some(scope) = scope {
            form.append_pair("scope", scope);
        }
        if let Self::PrivateKeyJwt { client_id, key, .. } = self {
            let assertion = key.assertion(client_id, address.as_str(), now, number)?;
            form.append_pair("client_assertion_type", ASSERTION_TYPE);
            form.append_pair("client_assertion", &assertion);
        }
        Some(Zeroizing::new(form.finish()))
    }
}

impl Client {
    /// The header that proves who asks.
    pub(super) async fn authorisation(
        &self,
        counters: &Counters,
    ) -> Result<(HeaderName, HeaderValue), Failure> {
        let (name, value) = match &self.shared.authority {
            Authority::Header(name, value) => (name.clone(), value.clone()),
            Authority::Token(source) => {
                let token = self.token(source, counters).await?;
                (AUTHORIZATION, Zeroizing::new(format!("Bearer {}", *token)))
            }
        };
        let mut value = HeaderValue::from_str(&value).map_err(|_| {
            Failure::Final(RequestError::BadCredentials {
                detail: "they cannot be part of a request".to_owned(),
            })
        })?;
        value.set_sensitive(true);
        Ok((name, value))
    }

    /// Whether a request that was refused for its credentials is worth another try with a fresh token: a vendor may
    /// take one back before it ends.
    pub(super) async fn drops_token(&self) -> bool {
        let Authority::Token(source) = &self.shared.authority else {
            return false;
        };
        let mut held = source.held.lock().await;
        let now = self.shared.clock.now();
        let is_old = held.as_ref().is_some_and(|held| {
            now.duration_since(held.fetched)
                .is_ok_and(|age| age >= YOUNG)
        });
        if is_old {
            *held = None;
        }
        is_old
    }

    async fn token(
        &self,
        source: &TokenSource,
        counters: &Counters,
    ) -> Result<Zeroizing<String>, Failure> {
        // Held over the question, so that many requests ask for one token.
        let mut held = source.held.lock().await;
        let now = self.shared.clock.now();
        if let Some(held) = held.as_ref()
            && now < held.ends
        {
            return Ok(held.token.clone());
        }
        let token = self.fetch_token(source, counters).await?;
        let life = Duration::from_secs(token.expires_in.unwrap_or(USUAL_LIFE));
        let fresh = Held {
            token: Zeroizing::new(token.access_token),
            fetched: now,
            ends: now + life.saturating_sub(BEFORE_THE_END).max(life / 2),
        };
        Ok(held.insert(fresh).token.clone())
    }

    async fn fetch_token(
        &self,
        source: &TokenSource,
        counters: &Counters,
    ) -> Result<Token, Failure> {
        let clock = &self.shared.clock;
        let number: String = std::iter::repeat_with(|| clock.random().to_bits())
            .take(2)
            .map(|bits| format!("{bits:016x}"))
            .collect();
        let body = source.grant.body(&source.address, clock.now(), &number);
        let body = body.ok_or_else(|| {
            Failure::Final(RequestError::BadCredentials {
                detail: "nothing can be signed with the private key".to_owned(),
            })
        })?;
        counters.request();
        let mut request = self
            .shared
            .http
            .post(source.address.clone())
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body.to_string());
        if let Grant::ClientCredentials {
            client_id,
            client_secret,
            ..
        } = &source.grant
        {
            request = request.basic_auth(&**client_id, Some(&**client_secret));
        }
        let timeouts = &self.shared.timeouts;
        let answer = tokio::time::timeout(timeouts.connect + timeouts.headers, request.send())
            .await
            .map_err(|_| Failure::again("no token in time"))?
            .map_err(|error| self.lost(error))?;
        let status = answer.status().as_u16();
        let body = self.body(answer, counters).await?;
        match status {
            200..=299 => serde_json::from_slice(&body).map_err(|_| {
                Failure::Final(RequestError::BadResponse {
                    path: source.address.path().to_owned(),
                    reason:
                        "it should hold an `access_token`; check the address of the integration"
                            .to_owned(),
                })
            }),
            400 | 401 | 403 => Err(Failure::Final(RequestError::BadCredentials {
                detail: refused_grant(&body, status),
            })),
            408 | 429 | 500..=599 => Err(Failure::again(&format!("no token (HTTP {status})"))),
            _ => Err(Failure::Final(RequestError::BadResponse {
                path: source.address.path().to_owned(),
                reason: format!(
                    "no token is made there (HTTP {status}); check the address of the integration"
                ),
            })),
        }
    }
}

/// The vendor's words for a grant that it refuses (RFC 6749, 5.2).
fn refused_grant(body: &[u8], status: u16) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        error: Option<String>,
        error_description: Option<String>,
    }
    let refusal: Option<Refusal> = serde_json::from_slice(body).ok();
    let words = refusal.and_then(|refusal| refusal.error_description.or(refusal.error));
    let mut words = words.unwrap_or_else(|| format!("HTTP {status}"));
    if let Some((end, _)) = words.char_indices().nth(200) {
        words.truncate(end);
    }
    words
}
