use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::stream;

use super::vendor::{START, Vendor, error, page, refusal};
use crate::RequestError;

fn rate(limit: u64, remaining: u64, resets_in: u64) -> Vec<(&'static str, String)> {
    vec![
        ("x-rate-limit-limit", limit.to_string()),
        ("x-rate-limit-remaining", remaining.to_string()),
        ("x-rate-limit-reset", (START + resets_in).to_string()),
    ]
}

fn with(status: u16, body: &str, headers: &[(&'static str, String)]) -> super::vendor::Answer {
    // The client goes by the vendor's clock; here it is the made-up one's first moment.
    let mut all = vec![("date", "Tue, 14 Nov 2023 22:13:20 GMT")];
    all.extend(headers.iter().map(|(name, value)| (*name, value.as_str())));
    refusal(status, body, &all)
}

#[tokio::test]
async fn a_hiccup_is_asked_again_with_growing_pauses() {
    let vendor = Vendor::start(|number, _| match number {
        0..=2 => error(500, "E0000009"),
        _ => page("[]", &[]),
    })
    .await;
    vendor.ids("okta_group", &[]).await.unwrap();
    let slept = vendor.clock.slept();
    assert_eq!(slept, [375, 750, 1500].map(Duration::from_millis));
    let usage = vendor.client.usage();
    assert_eq!((usage.requests, usage.retries, usage.waits), (4, 3, 0));
}

#[tokio::test]
async fn a_cut_body_is_asked_for_again() {
    let vendor = Vendor::start(|number, _| {
        let mut answer = page("", &[]);
        match number {
            // Breaks off against its own length.
            0 => {
                let pieces: Vec<Result<Bytes, std::io::Error>> = vec![
                    Ok(Bytes::from_static(b"[{\"id\":\"a\"},")),
                    Err(std::io::Error::other("cut")),
                ];
                *answer.body_mut() = Body::from_stream(stream::iter(pieces));
                answer
            }
            // Ends well as far as HTTP can tell.
            1 => page("[{\"id\":\"a\"},", &[]),
            _ => page("[{\"id\":\"a\"}]", &[]),
        }
    })
    .await;
    assert_eq!(vendor.ids("okta_group", &[]).await.unwrap(), [["a"]]);
    assert_eq!(vendor.client.usage().retries, 2);
}

#[tokio::test]
async fn silence_is_given_up_at_every_stage() {
    let vendor = Vendor::start_with(
        |number, _| {
            let mut answer = page("", &[]);
            if number < 2 {
                let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"["))]);
                *answer.body_mut() =
                    Body::from_stream(futures::StreamExt::chain(begun, stream::pending()));
                return answer;
            }
            page("[]", &[])
        },
        |_| {},
    )
    .await;
    vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(vendor.client.usage().retries, 2);
}

#[tokio::test]
async fn too_many_a_minute_waits_for_the_reset() {
    let vendor = Vendor::start(|number, _| match number {
        0 => with(429, r#"{"errorCode":"E0000047"}"#, &rate(600, 0, 42)),
        _ => with(200, "[]", &rate(600, 599, 102)),
    })
    .await;
    vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(vendor.clock.slept(), [Duration::from_millis(42_500)]);
    assert!(
        vendor.client.allowed() >= 4.0,
        "it was not too many at once"
    );
    let usage = vendor.client.counters("okta_group").usage();
    assert_eq!(
        (usage.requests, usage.waits, usage.waited.as_millis()),
        (2, 1, 42_500)
    );
}

#[tokio::test]
async fn too_many_at_once_halves_concurrency_and_does_not_wait_for_the_reset() {
    let vendor = Vendor::start(|number, _| match number {
        0 => with(429, r#"{"errorCode":"E0000047"}"#, &rate(0, 0, 42)),
        _ => page("[]", &[]),
    })
    .await;
    vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(vendor.clock.slept(), [Duration::from_millis(750)]);
    assert!(vendor.client.allowed() < 3.0, "{}", vendor.client.allowed());
}

#[tokio::test]
async fn only_our_share_of_a_window_is_used() {
    let vendor = Vendor::start(|number, _| {
        let (limit, number) = (10, number as u64);
        let (used, reset) = if number < 5 {
            (number + 1, 30)
        } else {
            (number - 4, 90)
        };
        let link = format!("<{{base}}/api/v1/groups?after={number}>; rel=\"next\"");
        let mut headers = rate(limit, limit - used, reset);
        if number < 7 {
            headers.push(("link", link));
        }
        with(200, "[{\"id\":\"a\"}]", &headers)
    })
    .await;
    vendor.ids("okta_group", &[]).await.unwrap();
    assert_eq!(vendor.seen().len(), 8);
    assert_eq!(vendor.clock.slept(), [Duration::from_millis(30_500)]);
    let budget = vendor.client.budgets().remove(0);
    assert_eq!(
        (budget.bucket.as_str(), budget.limit, budget.ours),
        ("groups", Some(10), Some(5))
    );
}

#[tokio::test]
async fn an_endless_refusal_is_given_up() {
    let vendor = Vendor::start(|_, _| refusal(429, "{}", &[("retry-after", "7")])).await;
    let error = vendor.ids("okta_group", &[]).await.unwrap_err();
    assert!(matches!(error, RequestError::Unreachable { .. }), "{error}");
    assert!(
        vendor
            .clock
            .slept()
            .iter()
            .all(|slept| slept.as_millis() == 7_500)
    );
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let vendor = Vendor::start(|_, _| page("[]", &[])).await;
    // A port that was just free, and nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let options = crate::ClientOptions {
        allow_insecure_endpoints: true,
        clock: std::sync::Arc::clone(&vendor.clock) as _,
        ..crate::ClientOptions::default()
    };
    let client = super::vendor::connect(&vendor.provider, &format!("http://{free}"), "t", &options);
    let file = vendor.provider.resource_type("okta_group").unwrap();
    let error = client.pages(file, &[]).unwrap().next().await.unwrap_err();
    assert!(
        matches!(
            error,
            RequestError::Unreachable {
                attempts: 5,
                source: Some(_),
                ..
            }
        ),
        "{error}"
    );
}
