//! What is served, against what the vendor documents and what was recorded of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::crawl::crawl;
use super::shapes::{Shape, join, parent};
use super::support::{World, shared, small, world};

/// Type, the vendor's document, the schemas, the recording, and what below which the organisation decides.
type Kind = (
    &'static str,
    &'static str,
    &'static [&'static str],
    Option<&'static str>,
    &'static [&'static str],
);

const KINDS: [Kind; 26] = [
    (
        "jumpcloud_user",
        "v1",
        &["systemuserreturn"],
        Some("jumpcloud_user"),
        &[],
    ),
    ("jumpcloud_device", "v1", &["JcSystem"], None, &[]),
    (
        "jumpcloud_application",
        "v1",
        &["application"],
        Some("jumpcloud_application"),
        &[],
    ),
    (
        "jumpcloud_organization",
        "v1",
        &["organization"],
        Some("jumpcloud_organization"),
        &[],
    ),
    (
        "jumpcloud_organization_settings",
        "v1",
        &["organization"],
        Some("jumpcloud_organization"),
        &[],
    ),
    ("jumpcloud_administrator", "v1", &["userreturn"], None, &[]),
    (
        "jumpcloud_user_group",
        "v2",
        &["UserGroup"],
        Some("jumpcloud_user_group"),
        &["attributes"],
    ),
    ("jumpcloud_device_group", "v2", &["SystemGroup"], None, &[]),
    ("jumpcloud_policy", "v2", &["PolicyWithDetails"], None, &[]),
    ("jumpcloud_policy_group", "v2", &["PolicyGroup"], None, &[]),
    (
        "jumpcloud_policy_result",
        "v2",
        &["PolicyResult"],
        None,
        &[],
    ),
    (
        "jumpcloud_authentication_policy",
        "v2",
        &["AuthnPolicy"],
        None,
        &["conditions", "targets"],
    ),
    ("jumpcloud_ip_list", "v2", &["IPList"], None, &[]),
    (
        "jumpcloud_apple_mdm",
        "v2",
        &["AppleMDM"],
        Some("jumpcloud_apple_mdm"),
        &[],
    ),
    ("jumpcloud_directory", "v2", &["Directory"], None, &[]),
    ("jumpcloud_ldap_server", "v2", &["ldap-server"], None, &[]),
    ("jumpcloud_gsuite", "v2", &["gsuite"], None, &[]),
    ("jumpcloud_office365", "v2", &["office365"], None, &[]),
    (
        "jumpcloud_active_directory",
        "v2",
        &["active-directory"],
        None,
        &[],
    ),
    (
        "jumpcloud_user_group_member",
        "v2",
        &["GraphConnection"],
        None,
        // recorded as null in the ways that traversals tell
        &["attributes", "to.attributes"],
    ),
    (
        "jumpcloud_application_user",
        "v2",
        &["GraphObjectWithPaths"],
        Some("jumpcloud_application_users"),
        &[
            "compiledAttributes",
            "paths[][].attributes",
            "paths[][].to.attributes",
        ],
    ),
    (
        "jumpcloud_application_user_group",
        "v2",
        &["GraphObjectWithPaths"],
        Some("jumpcloud_application_usergroups"),
        &[
            "compiledAttributes",
            "paths[][].attributes",
            "paths[][].to.attributes",
        ],
    ),
    (
        "jumpcloud_device_app",
        "v2",
        &[
            "system-insights-apps",
            "system-insights-programs",
            "system-insights-linux-packages",
        ],
        None,
        &[],
    ),
    (
        "jumpcloud_browser_extension",
        "v2",
        &[
            "system-insights-chrome-extensions",
            "system-insights-firefox-addons",
            "system-insights-safari-extensions",
            "system-insights-browser-plugins",
            "system-insights-ie-extensions",
        ],
        None,
        &[],
    ),
    (
        "jumpcloud_local_user",
        "v2",
        &["system-insights-users"],
        None,
        &[],
    ),
    (
        "jumpcloud_certificate",
        "v2",
        &["system-insights-certificates"],
        None,
        &[],
    ),
];

/// Served on the word of others than the vendor's document and the recordings.
const ATTESTED: [&str; 8] = [
    // both spellings are recorded of organisations, applications and users, and said of the others
    "id",
    "_id",
    // columns of these names are documented of the product that reads them
    "jumpcloud_device tags",
    "jumpcloud_device systemToken",
    "jumpcloud_user tags",
    "jumpcloud_administrator role",
    // null in the recording of a group, where the document knows only objects
    "jumpcloud_device_group attributes",
    "jumpcloud_policy_group attributes",
];

/// Path → types, and values where a list of them is documented.
#[derive(Default)]
struct Documented {
    paths: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>,
    required: BTreeSet<String>,
}

impl Documented {
    fn of(document: &Value, schemas: &[&str]) -> Self {
        let mut found = Self::default();
        for name in schemas {
            let schema = &document["definitions"][*name];
            assert!(!schema.is_null(), "{name} is not documented");
            found.walk(document, "", schema, 0);
            let required = schema["required"].as_array().into_iter().flatten();
            found
                .required
                .extend(required.filter_map(Value::as_str).map(str::to_owned));
        }
        found
    }

    fn walk(&mut self, document: &Value, path: &str, schema: &Value, depth: usize) {
        if let Some(reference) = schema["$ref"].as_str() {
            if depth < 24 {
                let found = document.pointer(reference.trim_start_matches('#')).unwrap();
                self.walk(document, path, found, depth + 1);
            }
            return;
        }
        let (types, values) = self.paths.entry(path.to_owned()).or_default();
        types.extend(schema["type"].as_str().map(str::to_owned));
        if schema["x-nullable"] == true {
            types.insert("null".to_owned());
        }
        values.extend(
            schema["enum"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned),
        );
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            self.walk(document, &join(path, name), property, depth + 1);
        }
        if schema["additionalProperties"].is_object() || schema["additionalProperties"] == true {
            self.paths.entry(join(path, "*")).or_default();
        }
        if !schema["items"].is_null() {
            self.walk(document, &format!("{path}[]"), &schema["items"], depth + 1);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.walk(document, path, part, depth + 1);
        }
    }

    fn at(&self, path: &str) -> Option<&(BTreeSet<String>, BTreeSet<String>)> {
        let mut above = path;
        loop {
            let open = self.paths.get(&join(parent(above), "*"));
            if let Some(found) = self.paths.get(path).or(open) {
                return Some(found);
            }
            if parent(above).is_empty() {
                return None;
            }
            above = parent(above);
        }
    }
}

struct Compared {
    name: &'static str,
    served: Shape,
    documented: Documented,
    recorded: Shape,
    free: &'static [&'static str],
}

impl Compared {
    fn is_free(&self, path: &str) -> bool {
        self.free.iter().any(|free| {
            path.strip_prefix(free)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    fn attested(&self, path: &str) -> bool {
        ATTESTED.contains(&path) || ATTESTED.contains(&format!("{} {path}", self.name).as_str())
    }
}

async fn compared(world: &World) -> Option<Vec<Compared>> {
    let shared = shared()?;
    let read = |path: String| -> Value {
        serde_json::from_slice(&std::fs::read(shared.join(path)).unwrap()).unwrap()
    };
    let found = crawl(world).await;
    let kinds = KINDS
        .iter()
        .map(|(name, document, schemas, recording, free)| {
            let recorded: Vec<Value> = recording.map_or_else(Vec::new, |recording| {
                let file = read(format!("recordings/{recording}.json"));
                let responses = file["responses"].as_array().unwrap().clone();
                let items = responses.into_iter().flat_map(|r| {
                    let body = &r["body"];
                    body.as_array()
                        .or_else(|| body["results"].as_array())
                        .cloned()
                        .unwrap_or_default()
                });
                items
                    .map(|mut item| {
                        // blacked out where it was recorded
                        if item["config"] == "[REDACTED]" {
                            item.as_object_mut().unwrap().remove("config");
                        }
                        item
                    })
                    .collect()
            });
            Compared {
                name,
                served: Shape::of(&found[name]),
                documented: Documented::of(
                    &read(format!("specs/jumpcloud-{document}.json")),
                    schemas,
                ),
                recorded: Shape::of(&recorded),
                free,
            }
        });
    Some(kinds.collect())
}

fn nothing(what: &str, wrong: &[String]) {
    assert!(wrong.is_empty(), "{what}:\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_served_is_recorded_or_documented_in_name_type_and_value() {
    let Some(kinds) = compared(&world(small()).await).await else {
        return;
    };
    let mut wrong = Vec::new();
    for kind in &kinds {
        assert!(kind.served.0.len() > 1, "nothing of {}", kind.name);
        for (path, seen) in &kind.served.0 {
            if path.is_empty() || kind.is_free(path) || kind.attested(path) {
                continue;
            }
            let recorded = kind.recorded.0.get(path);
            let Some((types, values)) = kind.documented.at(path) else {
                if recorded.is_none() {
                    wrong.push(format!(
                        "{} {path}: neither recorded nor documented",
                        kind.name
                    ));
                }
                continue;
            };
            for found in &seen.types {
                let like = |t: &String| t == found || (t == "number" && *found == "integer");
                if !types.is_empty()
                    && !types.iter().any(like)
                    && !recorded.is_some_and(|r| r.types.contains(found))
                {
                    wrong.push(format!(
                        "{} {path}: {found} instead of {types:?}",
                        kind.name
                    ));
                }
            }
            for value in seen
                .strings
                .iter()
                .filter(|v| !values.is_empty() && !values.contains(*v))
            {
                wrong.push(format!(
                    "{} {path}: '{value}' is not among {values:?}",
                    kind.name
                ));
            }
        }
        let always: BTreeSet<&String> = kind.served.always().collect();
        for name in kind
            .documented
            .required
            .iter()
            .filter(|name| !always.contains(name))
        {
            wrong.push(format!("{} {name}: required", kind.name));
        }
    }
    nothing("against the vendor's documents", &wrong);
}

#[tokio::test]
async fn every_field_that_is_always_recorded_is_always_served() {
    let Some(kinds) = compared(&world(small()).await).await else {
        return;
    };
    let mut missing = Vec::new();
    for kind in kinds.iter().filter(|kind| !kind.recorded.0.is_empty()) {
        let always: BTreeSet<&String> = kind.served.always().collect();
        for path in kind.recorded.always() {
            let there = kind
                .served
                .0
                .get(parent(path))
                .is_some_and(|seen| seen.objects > 0);
            // only one application is recorded, and it has a certificate
            let only_saml = path == "sso.idpCertExpirationAt";
            if there && !only_saml && !kind.is_free(path) && !always.contains(path) {
                missing.push(format!("{} {path}", kind.name));
            }
        }
    }
    nothing("always recorded, not always served", &missing);
}

#[tokio::test]
async fn events_have_what_recorded_events_have() {
    let Some(shared) = shared() else {
        return;
    };
    let file =
        std::fs::read(shared.join("recordings/jumpcloud_directory_insights_events.json")).unwrap();
    let file: Value = serde_json::from_slice(&file).unwrap();
    let recorded: Vec<&Value> = file["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| &r["event"])
        .collect();
    let world = world(small()).await;
    world
        .change(serde_json::json!([{"churn": 0.5, "kinds": ["sign_in", "profile"]}]))
        .await;
    let served = world.every_event().await;
    let mut missing = Vec::new();
    for kind in ["sso_auth", "user_update"] {
        let of = |list: &mut dyn Iterator<Item = &Value>| -> Vec<Value> {
            list.filter(|e| e["event_type"] == kind).cloned().collect()
        };
        let (recorded, served) = (of(&mut recorded.iter().copied()), of(&mut served.iter()));
        assert!(!recorded.is_empty() && !served.is_empty(), "{kind}");
        let (recorded, served) = (Shape::of(&recorded), Shape::of(&served));
        let always: BTreeSet<&String> = served.always().collect();
        for path in recorded
            .always()
            .filter(|p| !p.starts_with("changes") && !p.starts_with("auth_context.system"))
        {
            if served.0.get(parent(path)).is_some_and(|s| s.objects > 0) && !always.contains(path) {
                missing.push(format!("{kind} {path}"));
            }
        }
    }
    nothing("always recorded of events, not always served", &missing);
}
