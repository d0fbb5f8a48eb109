//! A stand-in and somebody who asks it.

use muster_sim::{Sim, SimOptions};
use serde_json::Value;

/// A running stand-in and a token.
pub struct World {
    pub sim: Sim,
    pub http: reqwest::Client,
    pub token: Option<&'static str>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers
            .get(name)
            .and_then(|v| v.to_str().ok())
            .map(str::to_owned)
    }

    /// The link with this relation, whichever form the header has.
    pub fn link(&self, relation: &str) -> Option<String> {
        let lines = self
            .headers
            .get_all("link")
            .iter()
            .filter_map(|v| v.to_str().ok());
        lines
            .flat_map(|line| line.split(", <"))
            .find(|part| part.ends_with(&format!("rel=\"{relation}\"")))
            .map(|part| {
                part.trim_start_matches('<')
                    .split('>')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            })
    }

    pub fn items(&self) -> &Vec<Value> {
        self.body
            .as_array()
            .unwrap_or_else(|| panic!("not a list: {} {}", self.status, self.body))
    }
}

/// Small, with the control interface.
pub fn small() -> SimOptions {
    SimOptions {
        users: 300,
        control: true,
        ..SimOptions::default()
    }
}

pub async fn world(options: SimOptions) -> World {
    let http = reqwest::Client::builder()
        .no_proxy()
        .timeout(std::time::Duration::from_secs(30))
        .build()
        .unwrap();
    World {
        sim: Sim::start(options).await.unwrap(),
        http,
        token: Some("sim-super-admin"),
    }
}

impl World {
    /// Asks with a path and query, or with a whole address.
    pub async fn ask(&self, address: &str) -> Answer {
        self.try_ask(address).await.unwrap()
    }

    pub async fn try_ask(&self, address: &str) -> Result<Answer, reqwest::Error> {
        let address = if address.starts_with("http") {
            address.to_owned()
        } else {
            format!("{}{address}", self.sim.url())
        };
        let mut request = self.http.get(address);
        if let Some(token) = self.token {
            request = request.header("authorization", format!("SSWS {token}"));
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await?;
        Ok(Answer {
            status,
            headers,
            body: serde_json::from_slice(&bytes)
                .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&bytes))),
        })
    }

    /// The body of an answer that must be 200.
    pub async fn get(&self, address: &str) -> Value {
        let answer = self.ask(address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        answer.body
    }

    /// A whole list, following the next links.
    pub async fn all(&self, address: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(address.to_owned());
        while let Some(address) = next {
            let answer = self.ask(&address).await;
            assert_eq!(answer.status, 200, "{address}: {}", answer.body);
            items.extend(answer.items().iter().cloned());
            next = answer.link("next");
            assert!(next.as_deref() != Some(&address), "next repeats {address}");
        }
        items
    }

    /// A whole list that stands in `member`, with the next link beside it.
    pub async fn all_in(&self, address: &str, member: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(address.to_owned());
        while let Some(address) = next {
            let body = self.get(&address).await;
            items.extend(body[member].as_array().unwrap().iter().cloned());
            next = body["_links"]["next"]["href"].as_str().map(str::to_owned);
            assert!(next.as_deref() != Some(&address), "next repeats {address}");
        }
        items
    }

    pub async fn change(&self, orders: Value) -> Value {
        let (status, body) = self.try_change(orders).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub async fn try_change(&self, orders: Value) -> (u16, Value) {
        let response = self
            .http
            .post(format!("{}/_sim/change", self.sim.url()))
            .body(orders.to_string())
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        (
            status,
            serde_json::from_slice(&response.bytes().await.unwrap()).unwrap(),
        )
    }
}

/// A field as text.
pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// The identifiers of a list.
pub fn ids(items: &[Value]) -> Vec<String> {
    items.iter().map(|i| text(i, "id").to_owned()).collect()
}

/// Read-only material that is not part of the project; without it some tests have nothing to compare with.
pub fn shared() -> Option<std::path::PathBuf> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if path.is_dir() {
        return Some(path);
    }
    skip("the folder with the vendor's documents and recordings is not there");
    None
}

#[expect(clippy::print_stderr, reason = "a test that did not run has to say so")]
pub fn skip(why: &str) {
    eprintln!("SKIPPED: {why}");
}
