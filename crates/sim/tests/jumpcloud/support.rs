//! A stand-in and somebody who asks it.

use muster_sim::{Sim, SimOptions, Vendor};
use reqwest::Method;
use serde_json::{Value, json};

/// A JumpCloud and the Okta of the same company.
pub struct World {
    pub sim: Sim,
    pub okta: Sim,
    pub http: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// The items of either kind of list.
    pub fn items(&self) -> &Vec<Value> {
        self.body
            .as_array()
            .or_else(|| self.body["results"].as_array())
            .unwrap_or_else(|| panic!("not a list: {} {}", self.status, self.body))
    }

    /// How long the list says it is.
    pub fn total(&self) -> usize {
        match self.body["totalCount"].as_u64() {
            Some(total) => total as usize,
            None => self.header("x-total-count").unwrap().parse().unwrap(),
        }
    }
}

pub fn small() -> SimOptions {
    SimOptions {
        users: 300,
        control: true,
        ..SimOptions::default()
    }
}

pub async fn world(options: SimOptions) -> World {
    let mut sims = Sim::start_together(&[Vendor::JumpCloud, Vendor::Okta], options)
        .await
        .unwrap();
    let okta = sims.remove(1);
    World {
        sim: sims.remove(0),
        okta,
        http: reqwest::Client::builder().no_proxy().build().unwrap(),
    }
}

impl World {
    pub async fn send(
        &self,
        method: Method,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Answer {
        let mut request = self
            .http
            .request(method, format!("{}{address}", self.sim.url()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let response = request.send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: serde_json::from_slice(&response.bytes().await.unwrap()).unwrap(),
        }
    }

    pub async fn ask(&self, address: &str) -> Answer {
        let key = [("x-api-key", "sim-api-key")];
        self.send(Method::GET, address, &key, None).await
    }

    pub async fn get(&self, address: &str) -> Value {
        let answer = self.ask(address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.body);
        answer.body
    }

    /// A whole list, by skipping what was read, until a page is empty. The total must be told by each page.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let most = if path.contains("systeminsights") {
            10_000
        } else {
            100
        };
        let mark = if path.contains('?') { '&' } else { '?' };
        loop {
            let address = format!("{path}{mark}limit={most}&skip={}", items.len());
            let answer = self.ask(&address).await;
            assert_eq!(answer.status, 200, "{address}: {}", answer.body);
            if answer.items().is_empty() {
                assert_eq!(answer.total(), items.len(), "{path}");
                return items;
            }
            items.extend(answer.items().iter().cloned());
        }
    }

    pub async fn change(&self, orders: Value) -> Value {
        let answer = self
            .send(Method::POST, "/_sim/change", &[], Some(orders.to_string()))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    pub async fn events(&self, query: Value) -> Answer {
        let key = [("x-api-key", "sim-api-key")];
        let address = "/insights/directory/v1/events";
        self.send(Method::POST, address, &key, Some(query.to_string()))
            .await
    }

    /// Every event there is.
    pub async fn every_event(&self) -> Vec<Value> {
        let answer = self
            .events(
                json!({"service": ["all"], "start_time": "2020-01-01T00:00:00Z", "limit": 10_000}),
            )
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.items().clone()
    }
}

pub fn ids(items: &[Value]) -> Vec<String> {
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    items.iter().map(id).collect()
}

/// The keys of a case of the answer key.
pub fn keys(truth: &Value, case: &str) -> Vec<String> {
    truth[case]["keys"]
        .as_array()
        .unwrap_or_else(|| panic!("no case '{case}'"))
        .iter()
        .map(|key| key.as_str().unwrap().to_owned())
        .collect()
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
fn skip(why: &str) {
    eprintln!("SKIPPED: {why}");
}
