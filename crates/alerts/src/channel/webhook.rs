//! A webhook: the message as JSON, posted, signed where there is a secret.

use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use hmac::{Hmac, Mac as _};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{
    Accepted, ChannelForm, ChannelKind, Entered, Field, Outcome, Refusal,
    post::{address_problem, post},
};
use crate::{
    FieldProblem,
    identity::in_words,
    letter::Letter,
    message::{Item, Named},
    reach::Reach,
};

/// The id of the delivery, the same at every try.
const DELIVERY: HeaderName = HeaderName::from_static("muster-delivery");
/// `t=SECONDS,v1=HEX`: when it was sent, and the HMAC-SHA256 of `SECONDS.BODY`.
const SIGNATURE: HeaderName = HeaderName::from_static("muster-signature");
/// Shorter secrets can be guessed.
const SHORTEST_SECRET: usize = 16;

static FORM: ChannelForm = ChannelForm {
    kind: "webhook",
    title: "Webhook",
    description: "Posts each message as JSON to an address of your own, signed if you like.",
    fields: &[
        Field {
            name: "url",
            label: "Address",
            help: "Where to post to. It must answer with a status from 200 to 299 within half a minute.",
            example: Some("https://hooks.example.com/muster"),
            ..Field::REQUIRED
        },
        Field {
            name: "signing_secret",
            label: "Signing secret",
            help: "At least 16 characters. Each message is then signed with HMAC-SHA256 in the header \
                   Muster-Signature. Enter a new one to replace it.",
            secret: true,
            ..Field::OPTIONAL
        },
        Field {
            name: "headers",
            label: "Headers",
            help: "Further headers, one a line, such as a token that the receiver asks for.",
            example: Some("Authorization: Bearer 0123456789"),
            secret: true,
            multiline: true,
            ..Field::OPTIONAL
        },
    ],
};

/// The kind of channel.
pub(super) struct Webhook;

#[async_trait]
impl ChannelKind for Webhook {
    fn form(&self) -> &'static ChannelForm {
        &FORM
    }

    fn problems(&self, entered: &Entered<'_>) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        let address = entered.get("url").unwrap_or_default();
        if let Some(problem) = address_problem(address, entered.allow_insecure_endpoint) {
            problems.push(FieldProblem::new("url", problem));
        }
        if let Some(secret) = entered.get("signing_secret")
            && secret.len() < SHORTEST_SECRET
        {
            problems.push(FieldProblem::new(
                "signing_secret",
                format!("it is too short; use at least {SHORTEST_SECRET} characters"),
            ));
        }
        if let Err(problem) = headers(entered.get("headers").unwrap_or_default()) {
            problems.push(FieldProblem::new("headers", problem));
        }
        problems
    }

    fn render(&self, letter: &Letter<'_>) -> Value {
        let message = letter.message;
        json!({
            "delivery": letter.delivery,
            "createdAt": in_words(letter.created),
            "kind": message.kind,
            "alert": message.alert.as_ref().map(named),
            "title": message.title(),
            "severity": message.severity,
            "events": message.events,
            "counts": message.counts,
            "items": message.items.iter().map(|item| render_item(letter, item)).collect::<Vec<_>>(),
            "more": message.more(),
            "notes": message.notes,
            "link": letter.link(),
        })
    }

    async fn send(&self, entered: &Entered<'_>, letter: &Letter<'_>, reach: &Reach) -> Outcome {
        let body = self.render(letter).to_string().into_bytes();
        let mut headers =
            headers(entered.get("headers").unwrap_or_default()).map_err(Refusal::never)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Ok(id) = HeaderValue::from_str(letter.delivery) {
            headers.insert(DELIVERY, id);
        }
        if let Some(secret) = entered.get("signing_secret") {
            let seconds = letter.now / 1000;
            let signed = format!("t={seconds},v1={}", signature(secret, seconds, &body)?);
            if let Ok(signed) = HeaderValue::from_str(&signed) {
                headers.insert(SIGNATURE, signed);
            }
        }
        let address = entered.get("url").unwrap_or_default();
        let answer = post(entered, reach, address, headers, body).await?;
        if (200..300).contains(&answer.status) {
            return Ok(Accepted {
                answer: format!("it answered HTTP {}", answer.status),
            });
        }
        let now = UNIX_EPOCH + Duration::from_millis(letter.now.max(0).unsigned_abs());
        Err(answer.refusal(now))
    }
}

fn named(named: &Named) -> Value {
    json!({"id": named.id, "name": named.name})
}

fn render_item(letter: &Letter<'_>, item: &Item) -> Value {
    json!({
        "what": item.what,
        "at": in_words(item.at),
        "title": item.title(),
        "why": item.why,
        "severity": item.severity,
        "finding": item.finding,
        "rule": item.rule.as_ref().map(|rule| json!({"id": rule.id, "title": rule.name})),
        "integration": named(&item.integration),
        "resource": {"type": item.resource_type, "key": item.key, "label": item.label},
        "fields": item.fields,
        "link": letter.link_to(item),
    })
}

/// The HMAC-SHA256 of the moment, a dot and the body, in hexadecimal digits.
fn signature(secret: &str, seconds: i64, body: &[u8]) -> Result<String, Refusal> {
    let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .map_err(|_| Refusal::never("the signing secret cannot be used; enter another"))?;
    code.update(seconds.to_string().as_bytes());
    code.update(b".");
    code.update(body);
    let digest = code.finalize().into_bytes();
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// `Name: value`, one a line.
fn headers(text: &str) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once(':')
            .ok_or("write one header a line, like `Name: value`")?;
        let (name, value) = (name.trim(), value.trim());
        let known = HeaderName::try_from(name).map_err(|_| {
            format!("`{name}` is no name of a header; it has letters, digits and dashes")
        })?;
        if is_ours(&known) {
            return Err(format!("`{name}` is set by Muster; leave it out"));
        }
        // The value may be a secret, so it is not repeated.
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            format!("the value of `{name}` cannot be in a header; use plain characters")
        })?;
        value.set_sensitive(true);
        headers.append(known, value);
    }
    Ok(headers)
}

fn is_ours(name: &HeaderName) -> bool {
    let of_transport = [
        "host",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
    ];
    name == DELIVERY || name == SIGNATURE || of_transport.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_the_standard_says() {
        // RFC 4231, test case 2, with the message split where our dot would stand: checked against a key of its own.
        let secret = "Jefe";
        let expected = ring::hmac::sign(
            &ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes()),
            b"1790000000.{\"a\":1}",
        );
        let expected: String = expected
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            signature(secret, 1_790_000_000, b"{\"a\":1}").unwrap(),
            expected
        );
    }

    #[test]
    fn headers_are_one_a_line_and_ours_stay_ours() {
        let read = headers("Authorization: Bearer a:b\n\n X-Team :  security ").unwrap();
        assert_eq!(read["authorization"], "Bearer a:b");
        assert_eq!(read["x-team"], "security");
        assert!(read["authorization"].is_sensitive());
        for text in [
            "no colon",
            "a b: c",
            "Host: example.com",
            "Muster-Signature: x",
        ] {
            assert!(headers(text).is_err(), "{text}");
        }
        let told = headers("X-Key: secr\u{1}et").unwrap_err();
        assert!(!told.contains("secr"), "{told}");
    }
}
