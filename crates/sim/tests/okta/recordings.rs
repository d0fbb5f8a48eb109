//! What the vendor really answered, against what the stand-in answers: fields, nulls, types.

use std::collections::BTreeSet;

use super::openapi::Documented;
use super::served::{nothing, served};
use super::shapes::parent;
use super::support::shared;

/// Recorded of every document there is a recording of, and still not a rule.
const NOT_ALWAYS: [&str; 1] = [
    // every recorded rule asks for possession; one that is content with a password does not
    "okta_policy_rule actions.appSignOn.verificationMethod.constraints[].possession",
];

/// Served on the word of others.
const ATTESTED: [&str; 6] = [
    // the OpenAPI document has these in its example of an APP_GROUP, not in its schema
    "okta_group source",
    "okta_group source.id",
    "okta_group _links.source.href",
    // null in traffic that is not among the recordings at hand
    "okta_application_user credentials",
    "log event client.geographicalContext",
    "log event target",
];

#[tokio::test]
async fn every_field_that_is_always_recorded_is_always_served() {
    if shared().is_none() {
        return;
    }
    let mut missing = Vec::new();
    for (kind, served) in served().await {
        if kind.recordings.is_empty() {
            continue;
        }
        let recorded = kind.recorded();
        let always: BTreeSet<&String> = served.always().collect();
        // a field of an object that the stand-in never serves is not missing, the object would be
        for path in recorded.always().filter(|p| {
            !kind.is_free(p)
                && served.0.get(parent(p)).is_some_and(|s| s.objects > 0)
                && !always.contains(p)
        }) {
            let path = format!("{} {path}", kind.name);
            if !NOT_ALWAYS.contains(&path.as_str()) {
                missing.push(path);
            }
        }
    }
    nothing("always recorded, not always served", &missing);
}

#[tokio::test]
async fn every_field_served_was_recorded_or_is_documented() {
    let Some(documented) = Documented::load() else {
        return;
    };
    let mut unknown = Vec::new();
    for (kind, served) in served().await {
        let (recorded, documented) = (kind.recorded(), documented.shape(kind.schemas));
        for (path, _) in kind.fixed(&served) {
            if !recorded.0.contains_key(path) && !documented.has(path) {
                unknown.push(format!("{} {path}", kind.name));
            }
        }
    }
    unknown.retain(|path| !ATTESTED.contains(&path.as_str()));
    nothing("neither recorded nor documented", &unknown);
}

#[tokio::test]
async fn nulls_and_types_are_as_recorded_or_documented() {
    let Some(documented) = Documented::load() else {
        return;
    };
    let mut wrong = Vec::new();
    for (kind, served) in served().await {
        let (recorded, documented) = (kind.recorded(), documented.shape(kind.schemas));
        for (path, seen) in kind.fixed(&served) {
            for found in &seen.types {
                let recorded = recorded
                    .0
                    .get(path)
                    .is_some_and(|r| r.types.contains(found));
                if !recorded
                    && !documented.allows(path, found)
                    && !ATTESTED.contains(&format!("{} {path}", kind.name).as_str())
                {
                    wrong.push(format!("{} {path}: {found}", kind.name));
                }
            }
        }
    }
    nothing("of a type that was neither recorded nor documented", &wrong);
}
