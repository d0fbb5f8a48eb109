//! What was recorded of the vendor, of every kind of document.

use serde_json::Value;

use super::kinds::Kind;
use super::shapes::Shape;

impl Kind {
    /// What was recorded of this kind.
    pub fn recorded(&self) -> Shape {
        let Some(shared) = super::support::shared() else {
            return Shape::default();
        };
        let mut documents = Vec::new();
        for name in self.recordings {
            let (name, member) = name
                .split_once('#')
                .map_or((*name, None), |(n, m)| (n, Some(m)));
            let (name, path) = name
                .split_once('@')
                .map_or((name, None), |(n, p)| (n, Some(p)));
            let file = std::fs::read(shared.join(format!("recordings/{name}.json"))).unwrap();
            let recording: Value = serde_json::from_slice(&file).unwrap();
            for response in recording["responses"].as_array().into_iter().flatten() {
                if response.get("shape").is_some_and(|s| s != "raw")
                    || response.get("status").is_some_and(|s| s != 200)
                {
                    continue;
                }
                let url = response["url"].as_str().unwrap_or_default();
                if path.is_some_and(|path| !leads_to(url, path)) {
                    continue;
                }
                let body = response.get("body").or(response.get("event"));
                let body = member.map_or(body, |member| body.and_then(|body| body.get(member)));
                match body {
                    Some(Value::Array(items)) => documents.extend(items.iter().cloned()),
                    Some(Value::Object(fields)) if fields.contains_key("domains") => documents
                        .extend(fields["domains"].as_array().into_iter().flatten().cloned()),
                    Some(one) => documents.push(one.clone()),
                    None => {}
                }
            }
        }
        // questions that could be asked are in the factor recordings too
        documents.retain(|d| self.name != "okta_factor" || d.get("factorType").is_some());
        Shape::of(&documents)
    }
}

/// Whether an address is of an endpoint, in which `*` is an identifier.
fn leads_to(url: &str, path: &str) -> bool {
    let asked = url.split_once("/api/v1/").map_or("", |(_, asked)| asked);
    let asked: Vec<&str> = asked
        .split('?')
        .next()
        .unwrap_or_default()
        .split('/')
        .collect();
    let wanted: Vec<&str> = path.split('/').collect();
    asked.len() == wanted.len()
        && asked
            .iter()
            .zip(&wanted)
            .all(|(asked, wanted)| *wanted == "*" || asked == wanted)
}
