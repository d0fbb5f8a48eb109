//! Types of one's own: defined, pushed, asked about, changed, deleted.

mod definitions;
mod keeping;
mod pushing;

use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::harness::{Asker, TestServer};

/// A server with an integration for custom data, and whoever may do everything.
async fn with_integration() -> (TestServer, Asker) {
    let server = TestServer::start().await;
    let owner = server.owner().await;
    let new = json!({"provider": "custom", "name": "HR", "settings": {}, "secrets": {}});
    owner.post("/api/integrations", new).await;
    (server, owner)
}

fn person() -> Value {
    json!({
        "name": "hr_person", "description": "Who is employed.", "key": ["number"], "label": "name",
        "schema": {
            "type": "object", "required": ["number", "name"],
            "properties": {
                "number": {"type": "integer"},
                "name": {"type": "string", "maxLength": 40},
                "startedAt": {"type": "string", "format": "date-time"},
                "manager": {"type": ["integer", "null"]},
                "desk": {"type": "object", "properties": {"floor": {"type": "integer"}, "room": {"type": "string"}}},
                "skills": {"type": "array", "items": {"type": "string"}},
                "pin": {"type": "string", "writeOnly": true}}}})
}

async fn defined() -> (TestServer, Asker) {
    let (server, owner) = with_integration().await;
    owner.post("/api/custom-types", person()).await;
    (server, owner)
}

/// A request with a body as it is.
async fn sent(
    asker: &Asker,
    method: Method,
    path: &str,
    body: impl Into<reqwest::Body>,
) -> Response {
    let mut request = asker
        .client
        .request(method, format!("{}{path}", asker.base))
        .body(body);
    if let Some(cookie) = &asker.cookie {
        request = request.header(header::COOKIE, cookie);
    }
    if let Some(csrf) = &asker.csrf {
        request = request.header("x-csrf-token", csrf);
    }
    if let Some(key) = &asker.key {
        request = request.bearer_auth(key);
    }
    request.send().await.unwrap()
}

async fn told(
    asker: &Asker,
    method: Method,
    path: &str,
    body: impl Into<reqwest::Body>,
) -> (u16, Value) {
    let response = sent(asker, method, path, body).await;
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

const PERSON: &str = "/api/ingest/hr_person";

async fn pushed(asker: &Asker, body: impl Into<reqwest::Body>) -> Value {
    let (status, answer) = told(asker, Method::POST, PERSON, body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn replaced(asker: &Asker, body: impl Into<reqwest::Body>) -> Value {
    let (status, answer) = told(asker, Method::PUT, PERSON, body).await;
    assert_eq!(status, 200, "{answer}");
    answer
}

async fn rows(asker: &Asker, sql: &str) -> Value {
    asker.post("/api/query", json!({"sql": sql})).await
}

async fn key(server: &TestServer, owner: &Asker, body: Value) -> Asker {
    let made = owner.post("/api/keys", body).await;
    let mut asker = server.stranger();
    asker.key = Some(made["secret"].as_str().unwrap().to_owned());
    asker
}

/// Documents of so many people, from number 1.
fn people(count: usize) -> Vec<Value> {
    (1..=count)
        .map(|number| json!({"number": number, "name": format!("Person {number}")}))
        .collect()
}

fn lines(documents: &[Value]) -> String {
    let texts: Vec<String> = documents.iter().map(Value::to_string).collect();
    texts.join("\n")
}
