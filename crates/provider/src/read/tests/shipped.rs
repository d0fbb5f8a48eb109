//! What the shipped files mean, one snapshot per file.

use std::fmt::Write;

use muster_model::{Column, ColumnType, Computation, Others};

use crate::definition::{Catalogue, Paging, Part, ResourceFile, Shape};

#[test]
fn every_shipped_file_is_right() {
    let catalogue = Catalogue::embedded().unwrap_or_else(|problems| panic!("{problems}"));
    let okta = catalogue.provider("okta").unwrap();
    assert_eq!(okta.resources.len(), 51);
    assert_eq!(okta.queries.len(), 7);
    assert!(catalogue.query("okta_inactive_factors").is_some());
    assert_eq!(catalogue.near_resource_type("okta_usr"), Some("okta_user"));
    assert!(
        catalogue
            .find_provider("octa")
            .unwrap_err()
            .contains("did you mean `okta`?")
    );
}

#[test]
fn what_is_pushed_has_no_address_and_no_credentials() {
    let catalogue = Catalogue::embedded().unwrap();
    let custom = catalogue.provider("custom").unwrap();
    assert!(custom.pushed && custom.endpoints.is_empty() && custom.authentication.is_empty());
    assert!(custom.check_settings(&Default::default()).is_ok());
    assert!(custom.check_secret_names(std::iter::empty()).is_ok());
    assert!(!catalogue.provider("okta").unwrap().pushed);
}

#[test]
fn types_of_ones_own_join_the_others_and_leave_the_fingerprint() {
    let catalogue = Catalogue::embedded().unwrap();
    let mut own = catalogue
        .resource_type("okta_group")
        .unwrap()
        .resource_type
        .as_ref()
        .clone();
    own.name = "hr_person".to_owned();
    own.provider = "custom".to_owned();
    let with = catalogue.with_types("custom", vec![std::sync::Arc::new(own)]);
    assert!(with.resource_type("hr_person").is_some() && with.resource_type("okta_user").is_some());
    assert!(catalogue.resource_type("hr_person").is_none());
    assert_eq!(with.fingerprint(), catalogue.fingerprint());
    assert!(
        with.with_types("custom", Vec::new())
            .resource_type("hr_person")
            .is_none()
    );
}

#[test]
fn each_resource_file_means_this() {
    let catalogue = Catalogue::embedded().unwrap();
    for file in catalogue.resource_types() {
        insta::assert_snapshot!(file.name(), meaning(file));
    }
}

#[test]
fn parents_come_before_their_children() {
    let catalogue = Catalogue::embedded().unwrap();
    let names: Vec<&str> = catalogue.resource_types().map(|file| file.name()).collect();
    for (at, file) in catalogue.resource_types().enumerate() {
        if let Some(parent) = file.parent() {
            assert!(names[..at].contains(&parent), "{}", file.name());
        }
    }
    let okta = catalogue.provider("okta").unwrap();
    let children: Vec<&str> = okta
        .children("okta_policy")
        .map(|file| file.name())
        .collect();
    assert_eq!(
        children,
        ["okta_policy_mapped_application", "okta_policy_rule"]
    );
}

#[test]
fn a_parent_tells_about_its_listing() {
    let catalogue = Catalogue::embedded().unwrap();
    let facts = |name: &str, parent: serde_json::Value| {
        catalogue
            .resource_type(name)
            .unwrap()
            .listing
            .parent_facts(&parent)
    };
    let group = serde_json::json!({
        "type": "BUILT_IN", "profile": {"name": "Everyone"}, "lastMembershipUpdated": "2026-01-01T00:00:00.000Z"
    });
    let found = facts("okta_group_member", group);
    assert!(found.listed && found.derived);
    assert_eq!(found.marker.as_deref(), Some("2026-01-01T00:00:00.000Z"));
    assert!(
        facts(
            "okta_policy_mapped_application",
            serde_json::json!({"type": "ACCESS_POLICY"})
        )
        .listed
    );
    assert!(
        !facts(
            "okta_policy_mapped_application",
            serde_json::json!({"type": "PASSWORD"})
        )
        .listed
    );
    let users = &catalogue.resource_type("okta_factor").unwrap().listing;
    assert!(!users.needs_parent_document());
}

#[test]
fn policies_of_the_identity_engine_are_asked_for_only_there() {
    let catalogue = Catalogue::embedded().unwrap();
    let variants = catalogue
        .resource_type("okta_policy")
        .unwrap()
        .listing
        .variants
        .as_ref()
        .unwrap();
    assert_eq!(variants.values(|_| false).len(), 4);
    assert!(variants.values(|_| true).contains(&"ACCESS_POLICY"));
}

fn meaning(file: &ResourceFile) -> String {
    let mut text = String::new();
    let resource_type = &file.resource_type;
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            writeln!(text, "{name}: {value}").unwrap();
        }
    };
    line("title", resource_type.title.clone());
    line("key", join(&resource_type.key));
    if let Some(parent) = &resource_type.parent {
        line(
            "parent",
            format!("{} by {}", parent.resource_type, parent.columns.join(", ")),
        );
    }
    if let Some(same_as) = &resource_type.same_as {
        line(
            "same as",
            format!("{} by {}", same_as.resource_type, same_as.column),
        );
    }
    line("volatile", join(&resource_type.volatile));
    line("hot", join(&resource_type.hot));
    line("redact", join(&resource_type.redact));
    let listing = &file.listing;
    let paging = match &listing.paging {
        Paging::Link => "link".to_owned(),
        Paging::BodyLink => "link in the body".to_owned(),
        Paging::None => "one page".to_owned(),
        Paging::Numbered(numbered) => format!(
            "by {:?} in {}, total {:?}, sorted {}",
            numbered.counting, numbered.parameter, numbered.total, numbered.sorted
        ),
    };
    let shape = match &listing.shape {
        Shape::Array => "array".to_owned(),
        Shape::Wrapped(envelope) => format!("array in `{}`", envelope.member),
        Shape::Single => "single object".to_owned(),
    };
    line(
        "list",
        format!(
            "{} ({shape}, {paging}, bucket {})",
            listing.path, listing.bucket
        ),
    );
    if let Some(variants) = &listing.variants {
        line("variants", format!("{variants:?}"));
    }
    line("only parents with", join_debug(&listing.parent_conditions));
    if let Some(derive) = &listing.derive {
        line(
            "derived",
            format!("{:?} from {}", derive.parents, derive.from),
        );
    }
    let age = |refresh: Option<std::time::Duration>| {
        refresh.map_or("every run".to_owned(), |age| {
            humantime::format_duration(age).to_string()
        })
    };
    line("refresh", age(listing.refresh));
    if let Some(marker) = &listing.marker {
        line(
            "marker",
            format!("{} because {}", marker.path, marker.vendor_says),
        );
    }
    if let Some(detail) = &listing.detail {
        line(
            "detail",
            format!("{} ({})", detail.path, age(detail.refresh)),
        );
    }
    if let Some(read) = &listing.read {
        line(
            "read",
            format!("{} by {}", read.path, read.names.join(", ")),
        );
    }
    for added in &file.preparation.added {
        let versions = match added.part {
            Part::Whole => "",
            Part::Tail => ", its tail",
            Part::Unversioned => ", without versions",
        };
        line(
            "added",
            format!("{} from {}{versions}", added.name, join(&added.from)),
        );
    }
    line("left out", file.preparation.left_out.join(", "));
    if let Some(variant) = &file.preparation.variant {
        line(
            "added",
            format!("{} from the variant {:?}", variant.name, variant.named),
        );
    }
    for part in &listing.joins {
        line("join", format!("{} into {}", part.path, part.into));
    }
    if let Some(feature) = &listing.requires {
        line("requires", feature.clone());
    }
    for column in &resource_type.columns {
        line("column", describe(column));
    }
    for computed in &resource_type.computed {
        let what = match &computed.computation {
            Computation::Exists(others) => format!("exists {}", looked_into(others)),
            Computation::List { others, value } => {
                format!("every {value} of {}", looked_into(others))
            }
            Computation::Organisation(fact) => format!("{fact:?} of the organisation"),
        };
        line("computed", format!("{} = {what}", computed.name));
    }
    for reference in &resource_type.references {
        line(
            "reference",
            format!("{} -> {}", reference.path, reference.resource_type),
        );
    }
    for explanation in &file.explained {
        line(
            "explained",
            format!("{}: {}", explanation.path, explanation.note),
        );
    }
    text
}

fn join(paths: &[muster_model::Path]) -> String {
    let texts: Vec<String> = paths.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

fn join_debug<T: std::fmt::Debug>(values: &[T]) -> String {
    let texts: Vec<String> = values.iter().map(|value| format!("{value:?}")).collect();
    texts.join(", ")
}

fn describe(column: &Column) -> String {
    let mut text = format!("{} {}", column.name, kind(&column.column_type));
    if column.required {
        text.push_str(", always there");
    }
    if column.from.to_string() != column.name {
        write!(text, ", from {}", column.from).unwrap();
    }
    text
}

fn kind(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::Struct(members) => {
            let members: Vec<String> = members.iter().map(describe).collect();
            format!("{{ {} }}", members.join("; "))
        }
        ColumnType::List(element) => format!("[{}]", kind(element)),
        leaf => format!("{leaf:?}").to_lowercase(),
    }
}

fn looked_into(others: &Others) -> String {
    let Others {
        resource_types,
        on,
        filter,
    } = others;
    let types = resource_types.join(", ");
    format!("{types} on {on:?} where {filter:?}")
}
