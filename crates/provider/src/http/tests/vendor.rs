use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Response},
};
use futures::future::BoxFuture;
use zeroize::Zeroizing;

use crate::{
    definition::{Catalogue, Provider},
    http::{Client, ClientOptions, Clock, Secrets, Timeouts},
};

/// Time that passes only by sleeping, and chance that is always in the middle.
#[derive(Default)]
pub struct MadeUp {
    slept: Mutex<Vec<Duration>>,
}

impl MadeUp {
    /// Lets time go by.
    pub fn pass(&self, duration: Duration) {
        self.slept.lock().unwrap().push(duration);
    }

    pub fn slept(&self) -> Vec<Duration> {
        self.slept.lock().unwrap().clone()
    }
}

/// A moment that header values in tests can be written down for.
pub const START: u64 = 1_700_000_000;

impl Clock for MadeUp {
    fn now(&self) -> SystemTime {
        let passed: Duration = self.slept().iter().sum();
        SystemTime::UNIX_EPOCH + Duration::from_secs(START) + passed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.slept.lock().unwrap().push(duration);
        Box::pin(tokio::task::yield_now())
    }

    fn random(&self) -> f64 {
        0.5
    }
}

pub type Answer = Response<Body>;
type Script = dyn Fn(usize, &str) -> Answer + Send + Sync;

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub target: String,
    pub headers: HeaderMap,
    pub body: String,
}

pub struct Vendor {
    pub client: Client,
    pub clock: Arc<MadeUp>,
    pub provider: Arc<Provider>,
    pub address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Vendor {
    /// A vendor that answers by `script`, given the number of the request, from 0, and its path and query.
    /// `{base}` in a header stands for its own address.
    pub async fn start(script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Self {
        Self::start_with(script, |_| {}).await
    }

    pub async fn start_with(
        script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
        adjust: impl FnOnce(&mut ClientOptions),
    ) -> Self {
        let catalogue = Catalogue::embedded().unwrap();
        let okta = Arc::clone(catalogue.provider("okta").unwrap());
        let typed = [("domain", "{base}")];
        Self::start_as(okta, &typed, &[("api_token", "the-token")], script, adjust).await
    }

    /// A vendor of another kind than Okta; `{base}` in a setting stands for its own address.
    pub async fn start_as(
        provider: Arc<Provider>,
        typed: &[(&str, &str)],
        secrets: &[(&str, &str)],
        script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
        adjust: impl FnOnce(&mut ClientOptions),
    ) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let state = Shared {
            script: Arc::new(script),
            seen: Arc::clone(&seen),
            address: address.clone(),
        };
        let router = Router::new().fallback(answer).with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = Arc::new(MadeUp::default());
        let mut options = ClientOptions {
            allow_insecure_endpoints: true,
            timeouts: Timeouts {
                connect: Duration::from_secs(2),
                headers: Duration::from_millis(300),
                body: Duration::from_millis(300),
            },
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ..ClientOptions::default()
        };
        adjust(&mut options);
        let typed: BTreeMap<String, String> = typed
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.replace("{base}", &address)))
            .collect();
        let settings = provider.check_settings(&typed).unwrap();
        let secrets = Secrets::new(
            secrets
                .iter()
                .map(|(name, value)| ((*name).to_owned(), Zeroizing::new((*value).to_owned()))),
        );
        let client = Client::new(Arc::clone(&provider), &settings, &secrets, &options).unwrap();
        Self {
            client,
            clock,
            provider,
            address,
            seen,
        }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }

    /// The ids on every page of the listing of a type, or the first error.
    pub async fn ids(
        &self,
        resource_type: &str,
        values: &[(&str, &str)],
    ) -> Result<Vec<Vec<String>>, crate::RequestError> {
        let file = self.provider.resource_type(resource_type).unwrap();
        let mut pages = self.client.pages(file, values)?;
        let mut ids = Vec::new();
        while let Some(page) = pages.next().await? {
            ids.push(ids_of(&page));
        }
        Ok(ids)
    }
}

pub fn ids_of(page: &crate::Page) -> Vec<String> {
    page.documents()
        .map(|document| {
            let value: serde_json::Value = serde_json::from_slice(document).unwrap();
            value["id"].as_str().unwrap().to_owned()
        })
        .collect()
}

pub fn connect(
    provider: &Arc<Provider>,
    domain: &str,
    token: &str,
    options: &ClientOptions,
) -> Client {
    try_connect(provider, domain, token, options).unwrap()
}

pub fn try_connect(
    provider: &Arc<Provider>,
    domain: &str,
    token: &str,
    options: &ClientOptions,
) -> Result<Client, crate::ClientError> {
    let typed = BTreeMap::from([("domain".to_owned(), domain.to_owned())]);
    let settings = provider.check_settings(&typed).unwrap();
    let secrets = Secrets::new([("api_token".to_owned(), Zeroizing::new(token.to_owned()))]);
    Client::new(Arc::clone(provider), &settings, &secrets, options)
}

#[derive(Clone)]
struct Shared {
    script: Arc<Script>,
    seen: Arc<Mutex<Vec<Seen>>>,
    address: String,
}

async fn answer(State(shared): State<Shared>, request: Request) -> Answer {
    let target = request.uri().to_string();
    let headers = request.headers().clone();
    let body = axum::body::to_bytes(request.into_body(), 1 << 20)
        .await
        .unwrap();
    let number = {
        let mut seen = shared.seen.lock().unwrap();
        seen.push(Seen {
            target: target.clone(),
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        seen.len() - 1
    };
    let mut answer = (shared.script)(number, &target);
    for value in answer.headers_mut().values_mut() {
        let text = value.to_str().unwrap().replace("{base}", &shared.address);
        *value = text.parse().unwrap();
    }
    answer
}

/// A page of JSON with these header lines.
pub fn page(body: &str, headers: &[(&str, &str)]) -> Answer {
    refusal(200, body, headers)
}

pub fn refusal(status: u16, body: &str, headers: &[(&str, &str)]) -> Answer {
    let mut answer = Response::builder()
        .status(status)
        .header("content-type", "application/json");
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    answer.body(Body::from(body.to_owned())).unwrap()
}

/// A refusal as Okta words it.
pub fn error(status: u16, code: &str) -> Answer {
    refusal(
        status,
        &format!(r#"{{"errorCode":"{code}","errorSummary":"in words"}}"#),
        &[],
    )
}
