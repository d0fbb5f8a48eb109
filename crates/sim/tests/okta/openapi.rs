//! The vendor's OpenAPI document, flattened to paths: what may be at each, and with which values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::served::{nothing, served};
use super::shapes::join;
use super::support::{shared, skip};

/// The document.
pub struct Documented(Value);

/// What a path may hold.
#[derive(Debug, Default)]
struct May {
    types: BTreeSet<String>,
    values: BTreeSet<String>,
    /// Whether one of the schemas at the path leaves the text open.
    open: bool,
}

/// Everything a kind of document may contain.
#[derive(Debug, Default)]
pub struct Allowed {
    paths: BTreeMap<String, May>,
    required: BTreeSet<String>,
}

impl Documented {
    /// Reads the document. There is no YAML reader among the project's dependencies, so Python's is borrowed.
    pub fn load() -> Option<Self> {
        let document = shared()?.join("specs/okta-management.yaml");
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("okta-management.json");
        if !kept.is_file() {
            let program = "import json,os,sys,yaml\nd=yaml.load(open(sys.argv[1]),Loader=getattr(yaml,'CSafeLoader',yaml.SafeLoader))\n\
                t=sys.argv[2]+str(os.getpid())\njson.dump(d,open(t,'w'),default=str)\nos.replace(t,sys.argv[2])";
            let done = Command::new("python3")
                .args(["-c", program])
                .arg(&document)
                .arg(&kept)
                .output();
            if !done.is_ok_and(|d| d.status.success()) {
                skip("Python with PyYAML is needed to read the OpenAPI document");
                return None;
            }
        }
        Some(Self(
            serde_json::from_slice(&std::fs::read(kept).unwrap()).unwrap(),
        ))
    }

    /// What documents of these schemas may contain, together.
    pub fn shape(&self, schemas: &[&str]) -> Allowed {
        let mut allowed = Allowed::default();
        for name in schemas {
            let schema = &self.0["components"]["schemas"][name];
            assert!(!schema.is_null(), "{name} is not documented");
            self.walk("", schema, &mut allowed, &mut Vec::new());
            let required = schema["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned);
            allowed.required.extend(required);
        }
        allowed
    }

    fn walk(&self, path: &str, schema: &Value, allowed: &mut Allowed, above: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            // a schema inside itself says nothing new
            if above.iter().filter(|r| *r == reference).count() < 2 && above.len() < 24 {
                above.push(reference.to_owned());
                let found = self
                    .0
                    .pointer(reference.trim_start_matches('#'))
                    .unwrap_or(&Value::Null);
                self.walk(path, found, allowed, above);
                above.pop();
            }
            return;
        }
        let may = allowed.paths.entry(path.to_owned()).or_default();
        if let Some(found) = schema["type"].as_str() {
            may.types.insert(found.to_owned());
            may.open |= schema.get("enum").is_none();
        }
        if schema["nullable"] == true {
            may.types.insert("null".to_owned());
        }
        for value in schema["enum"].as_array().into_iter().flatten() {
            may.values.insert(
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned),
            );
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            may_be_object(allowed, path);
            self.walk(&join(path, name), property, allowed, above);
        }
        if schema["additionalProperties"].is_object() || schema["additionalProperties"] == true {
            allowed.paths.entry(join(path, "*")).or_default().open = true;
        }
        if !schema["items"].is_null() {
            self.walk(&format!("{path}[]"), &schema["items"], allowed, above);
        }
        for part in ["allOf", "oneOf", "anyOf"]
            .iter()
            .flat_map(|k| schema[*k].as_array().into_iter().flatten())
        {
            self.walk(path, part, allowed, above);
        }
        for reference in schema["discriminator"]["mapping"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, r)| r.as_str())
        {
            if !path.is_empty() {
                self.walk(
                    path,
                    &serde_json::json!({"$ref": reference}),
                    allowed,
                    above,
                );
            }
        }
    }
}

fn may_be_object(allowed: &mut Allowed, path: &str) {
    allowed
        .paths
        .entry(path.to_owned())
        .or_default()
        .types
        .insert("object".to_owned());
}

impl Allowed {
    fn at(&self, path: &str) -> Option<&May> {
        self.paths
            .get(path)
            .or_else(|| self.paths.get(&join(super::shapes::parent(path), "*")))
    }

    pub fn has(&self, path: &str) -> bool {
        self.at(path).is_some()
    }

    pub fn allows(&self, path: &str, found: &str) -> bool {
        self.at(path).is_some_and(|may| {
            may.types.is_empty()
                || may.types.contains(found)
                || (found == "integer" && may.types.contains("number"))
        })
    }
}

#[tokio::test]
async fn required_fields_are_served_and_enumerations_kept() {
    let Some(documented) = Documented::load() else {
        return;
    };
    let mut wrong = Vec::new();
    for (kind, served) in served().await {
        let (allowed, recorded) = (documented.shape(kind.schemas), kind.recorded());
        let always: BTreeSet<&String> = served.always().collect();
        for name in allowed.required.iter().filter(|r| !always.contains(r)) {
            wrong.push(format!("{} {name}: required", kind.name));
        }
        for (path, seen) in kind.fixed(&served) {
            let Some(may) = allowed.at(path).filter(|m| !m.values.is_empty() && !m.open) else {
                continue;
            };
            for value in seen.strings.iter().filter(|v| {
                !may.values.contains(*v)
                    && !recorded.0.get(path).is_some_and(|r| r.strings.contains(*v))
            }) {
                wrong.push(format!(
                    "{} {path}: '{value}' is not among {:?}",
                    kind.name, may.values
                ));
            }
        }
    }
    nothing("against the OpenAPI document", &wrong);
}

#[tokio::test]
async fn every_moment_is_written_in_the_vendors_form() {
    for (kind, served) in served().await {
        // these two have a form of their own
        if matches!(kind.name, "okta_behavior" | "okta_group_owner") {
            continue;
        }
        for (path, seen) in served.0 {
            let name = path.rsplit('.').next().unwrap();
            if [
                "created",
                "lastUpdated",
                "activated",
                "statusChanged",
                "lastLogin",
                "passwordChanged",
                "lastMembershipUpdated",
                "expiresAt",
                "published",
                "lastSync",
            ]
            .contains(&name)
            {
                for moment in seen.strings {
                    let rest: String = moment
                        .chars()
                        .map(|c| if c.is_ascii_digit() { '0' } else { c })
                        .collect();
                    assert_eq!(rest, "0000-00-00T00:00:00.000Z", "{} {path}", kind.name);
                }
            }
        }
    }
}
