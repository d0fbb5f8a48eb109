use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, Response, StatusCode},
};
use futures::future::BoxFuture;
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Received {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What a receiver answers.
pub enum Answer {
    Now(u16, Vec<(&'static str, String)>, String),
    /// It has the message and never says so.
    Never,
}

impl Answer {
    pub fn ok() -> Self {
        Self::plain(200, "ok")
    }

    pub fn plain(status: u16, body: &str) -> Self {
        Self::Now(status, Vec::new(), body.to_owned())
    }
}

type Script = dyn Fn(usize, &Received) -> Answer + Send + Sync;

struct Shared {
    script: Box<Script>,
    received: Mutex<Vec<Received>>,
    arrived: Notify,
}

/// A server on 127.0.0.1 that writes down what it gets, and answers as it is told.
pub struct Receiver {
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

impl Receiver {
    /// Answers by the number of the request, from 0, and what it is.
    pub async fn start(
        script: impl Fn(usize, &Received) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            received: Mutex::default(),
            arrived: Notify::new(),
        });
        let router = Router::new().fallback(take).with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }

    /// The only one there is.
    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.into_iter().next().unwrap()
    }

    /// Returns once there are as many.
    pub async fn until(&self, count: usize) {
        loop {
            let arrived = self.shared.arrived.notified();
            if self.received().len() >= count {
                return;
            }
            arrived.await;
        }
    }
}

fn take(State(shared): State<Arc<Shared>>, request: Request) -> BoxFuture<'static, Response<Body>> {
    Box::pin(async move {
        let (parts, body) = request.into_parts();
        let received = Received {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            headers: parts.headers,
            body: to_bytes(body, 10_000_000).await.unwrap(),
        };
        let number = {
            let mut all = shared.received.lock().unwrap();
            all.push(received.clone());
            all.len() - 1
        };
        shared.arrived.notify_waiters();
        match (shared.script)(number, &received) {
            Answer::Now(status, headers, body) => {
                let mut response =
                    Response::builder().status(StatusCode::from_u16(status).unwrap());
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                response.body(Body::from(body)).unwrap()
            }
            Answer::Never => std::future::pending().await,
        }
    })
}
