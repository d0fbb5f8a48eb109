//! A server on a folder of its own, and somebody who asks it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use muster_control::{Control, Folder, Lock};
use muster_office::{MIGRATIONS, Office, now_milliseconds};
use muster_provider::Catalogue;
use muster_server::{MIGRATION, Options, Server};
use muster_sim::{Sim, SimOptions};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub const PASSWORD: &str = "correct horse battery staple";

/// A running server. Its clock is the machine's, and can be put forward.
pub struct TestServer {
    pub base: String,
    pub setup: Option<String>,
    ahead: Arc<AtomicI64>,
    stop: CancellationToken,
    office: Arc<Office>,
    running: JoinHandle<()>,
    place: Arc<TempDir>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::open(Arc::new(tempfile::tempdir().unwrap())).await
    }

    async fn open(place: Arc<TempDir>) -> Self {
        let folder = Folder::new(place.path());
        let lock = Lock::try_acquire(&folder).unwrap();
        let catalogue = Arc::new(Catalogue::embedded().unwrap());
        let office =
            tokio::task::spawn_blocking(move || Office::open(folder, lock, catalogue).unwrap())
                .await
                .unwrap();
        office.finish_deletions().await.unwrap();
        office.finish_pushes().await.unwrap();
        let office = Arc::new(office);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let (moved, stop) = (Arc::clone(&ahead), CancellationToken::new());
        let options = Options {
            public_url: None,
            listening: listener.local_addr().unwrap(),
            clock: Arc::new(move || now_milliseconds() + moved.load(Relaxed)),
            opened: now_milliseconds(),
            stop: stop.clone(),
        };
        let base = options.base();
        let server = Server::open(Arc::clone(&office), options).await.unwrap();
        let setup = server.setup_link().unwrap();
        let running = tokio::spawn(async move { server.run(listener).await.unwrap() });
        Self {
            base,
            setup,
            ahead,
            stop,
            office,
            running,
            place,
        }
    }

    /// Ends the server and starts another on the same folder.
    pub async fn restart(self) -> Self {
        let place = Arc::clone(&self.place);
        self.end().await;
        Self::open(place).await
    }

    /// The same, with something done to the control file while nobody holds the folder.
    pub async fn restart_after(self, work: impl FnOnce(&mut Control)) -> Self {
        let place = Arc::clone(&self.place);
        self.end().await;
        let migrations: Vec<_> = MIGRATIONS.into_iter().chain([MIGRATION]).collect();
        work(&mut Control::open(&Folder::new(place.path()), &migrations).unwrap());
        Self::open(place).await
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.running.await.unwrap();
        let office = self.office;
        tokio::task::spawn_blocking(move || {
            office.close();
            drop(office);
        })
        .await
        .unwrap();
    }

    /// Where its data is.
    pub fn folder(&self) -> std::path::PathBuf {
        self.place.path().to_owned()
    }

    /// Puts the clock forward.
    pub fn wait(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap();
        self.ahead.fetch_add(by, Relaxed);
    }

    /// Somebody who is not signed in.
    pub fn stranger(&self) -> Asker {
        Asker {
            base: self.base.clone(),
            client: reqwest::Client::new(),
            cookie: None,
            csrf: None,
            key: None,
        }
    }

    /// The owner, made with the link that was printed.
    pub async fn owner(&self) -> Asker {
        let link = self.setup.as_ref().unwrap();
        let (_, token) = link.split_once('#').unwrap();
        let new = json!({"token": token, "name": "Olga Owner", "email": "olga@example.com", "password": PASSWORD});
        let mut asker = self.stranger();
        asker.sign_in_by(Method::POST, "/api/setup", new).await;
        asker
    }

    /// Somebody with a role, invited by the owner.
    pub async fn invite(&self, owner: &Asker, name: &str, role: &str) -> Asker {
        let new = json!({"name": name, "email": format!("{name}@example.com"), "role": role});
        let invited = owner.post("/api/users", new).await;
        let link = invited["invitation"].as_str().unwrap();
        let (_, token) = link.split_once('#').unwrap();
        let mut asker = self.stranger();
        asker
            .sign_in_by(
                Method::POST,
                &format!("/api/invitations/{token}"),
                json!({"password": PASSWORD}),
            )
            .await;
        asker
    }
}

/// Somebody who asks.
#[derive(Clone)]
pub struct Asker {
    pub base: String,
    pub client: reqwest::Client,
    pub cookie: Option<String>,
    pub csrf: Option<String>,
    pub key: Option<String>,
}

impl Asker {
    /// One request, as a page or a program sends it.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.base));
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if let Some(csrf) = &self.csrf {
            request = request.header("x-csrf-token", csrf);
        }
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    pub async fn sign_in_by(&mut self, method: Method, path: &str, body: Value) {
        let response = self.send(method, path, Some(body)).await;
        let status = response.status();
        let cookie = response
            .headers()
            .get(header::SET_COOKIE)
            .map(|cookie| cookie.to_str().unwrap().to_owned());
        let body: Value = response.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{body}");
        let cookie = cookie.unwrap();
        assert!(
            cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
            "{cookie}"
        );
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        self.csrf = Some(body["csrfToken"].as_str().unwrap().to_owned());
    }

    pub async fn get(&self, path: &str) -> Value {
        good(self.send(Method::GET, path, None).await).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        good(self.send(Method::POST, path, Some(body)).await).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Value {
        good(self.send(Method::PATCH, path, Some(body)).await).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Value {
        good(self.send(Method::PUT, path, Some(body)).await).await
    }

    /// The problem that a request meets.
    pub async fn refused(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let response = self.send(method, path, body).await;
        let (status, kind) = (
            response.status(),
            response.headers().get(header::CONTENT_TYPE).cloned(),
        );
        assert!(!status.is_success(), "{path} answered {status}");
        assert_eq!(kind.unwrap(), "application/problem+json");
        (status.as_u16(), response.json().await.unwrap())
    }

    /// Asks until the answer fits.
    pub async fn until(&self, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let mut last = Value::Null;
        for _ in 0..600 {
            last = self.get(path).await;
            if fits(&last) {
                return last;
            }
            tokio::time::timeout(Duration::from_millis(100), std::future::pending::<()>())
                .await
                .unwrap_err();
        }
        panic!("{path} never came to it: {last}");
    }
}

async fn good(response: Response) -> Value {
    let (status, url) = (response.status(), response.url().clone());
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{url} answered {status}: {text}");
    match text.is_empty() {
        true => Value::Null,
        false => serde_json::from_str(&text).unwrap(),
    }
}

/// A stand-in Okta.
pub async fn okta(users: u32) -> Sim {
    let options = SimOptions {
        users,
        control: true,
        listen: Some("127.0.0.1:0".parse().unwrap()),
        ..SimOptions::default()
    };
    Sim::start(options).await.unwrap()
}

/// What connects the stand-in.
pub fn connection(sim: &Sim, name: &str) -> Value {
    json!({
        "provider": "okta", "name": name, "settings": {"domain": sim.url()},
        "secrets": {"api_token": "sim-super-admin"}, "allowInsecureEndpoints": true,
    })
}

/// Connects the stand-in and waits until everything is there; the integration's id.
pub async fn connect(owner: &Asker, sim: &Sim, name: &str) -> String {
    let added = owner.post("/api/integrations", connection(sim, name)).await;
    let id = added["integration"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/integrations/{id}");
    owner
        .until(&path, |view| {
            !view["lastRun"].is_null() && view["state"] != "running"
        })
        .await;
    id
}
