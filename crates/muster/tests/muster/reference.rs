//! `docs/reference` is what the shipped provider files say.

use std::{
    fmt::Write as _,
    fs,
    path::{Path as FilePath, PathBuf},
    time::Duration,
};

use muster_model::{
    Column, ColumnType, Computation, Computed, OrganisationFact, Others, Path, ResourceType,
};
use muster_provider::{
    Catalogue, Provider, ResourceFile,
    definition::{Listing, Shape},
    named::ParentCheck,
};

#[test]
fn the_reference_says_what_the_provider_files_say() {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    let update = std::env::var_os("MUSTER_REFERENCE_UPDATE").is_some();
    let mut expected: Vec<PathBuf> = Vec::new();
    for provider in &Catalogue::embedded().unwrap().providers {
        // Types whose resources are pushed are made while the product runs.
        if provider.pushed {
            continue;
        }
        let file = folder.join(format!("{}.md", provider.name));
        let page = page(provider);
        if update {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, &page).unwrap();
        }
        let there = fs::read_to_string(&file).unwrap_or_default();
        assert!(
            there == page,
            "{} is not what the files say; {RENEW}",
            file.display()
        );
        expected.push(file);
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().path();
        assert!(
            expected.contains(&file),
            "no provider is described by {}; delete it",
            file.display()
        );
    }
}

const RENEW: &str =
    "run MUSTER_REFERENCE_UPDATE=1 cargo nextest run --workspace -E 'test(reference)' to renew it";

fn page(provider: &Provider) -> String {
    let mut types: Vec<&ResourceFile> = provider.resources.iter().map(AsRef::as_ref).collect();
    types.sort_by_key(|file| file.name());
    let mut page = format!(
        "<!-- Made from the provider files. {} -->\n\n# The tables of {}\n\n{}\n\n",
        capital(RENEW),
        provider.title,
        provider.description
    );
    page.push_str(
        "Every table has `_meta` besides its columns, and a table of its changes, `<table>_changes`; \
         [Asking in SQL](../guide/sql.md) has the rest. Members that are not declared here are read from the \
         vendor's document by their path.\n\n",
    );
    page.push_str("| table | |\n|---|---|\n");
    for file in &types {
        row(
            &mut page,
            &[
                &format!("[`{0}`](#{0})", file.name()),
                &file.resource_type.description,
            ],
        );
    }
    for file in types {
        section(&mut page, file);
    }
    page
}

fn section(page: &mut String, file: &ResourceFile) {
    let resource_type = &file.resource_type;
    let _ = write!(
        page,
        "\n## {}\n\n{}\n\n",
        file.name(),
        resource_type.description
    );
    for (what, text) in facts(file) {
        let _ = writeln!(page, "- {what}: {text}");
    }
    page.push_str("\n| column | type | |\n|---|---|---|\n");
    let mut references: Vec<(String, &str)> = resource_type
        .references
        .iter()
        .map(|reference| (reference.path.to_string(), reference.resource_type.as_str()))
        .collect();
    for parent in resource_type
        .parent
        .iter()
        .flat_map(|parent| &parent.columns)
    {
        if !resource_type
            .columns
            .iter()
            .any(|column| column.name == *parent)
        {
            row(page, &[&code(parent), "string", "of the parent's key"]);
        }
    }
    columns(page, file, &resource_type.columns, "", &mut references);
    for computed in &resource_type.computed {
        let notes = computed_from(computed);
        row(
            page,
            &[
                &code(&computed.name),
                &type_text(&computed.column_type),
                &notes,
            ],
        );
    }
    if !references.is_empty() {
        let inside: Vec<String> = references
            .iter()
            .map(|(path, to)| format!("`{path}` → `{to}`"))
            .collect();
        let _ = write!(
            page,
            "\nFurther in, these name other resources: {}.\n",
            inside.join(", ")
        );
    }
}

/// What there is to say about a type as a whole.
fn facts(file: &ResourceFile) -> Vec<(&'static str, String)> {
    let (resource_type, listing) = (&file.resource_type, &file.listing);
    let mut facts = vec![("Key", key(resource_type))];
    if let Some(parent) = &resource_type.parent {
        facts.push(("Parent", format!("`{}`", parent.resource_type)));
    }
    facts.push(("Listed", listed(file)));
    if let Some(detail) = &listing.detail {
        let when = match detail.refresh {
            Some(refresh) => format!("when the listed document moved, or after {}", time(refresh)),
            None => "in every sync".to_owned(),
        };
        facts.push(("Then, one by one", format!("`GET {}`, {when}", detail.path)));
    }
    for join in &listing.joins {
        facts.push((
            "With it",
            format!("`GET {}`, which becomes `{}`", join.path, join.into),
        ));
    }
    facts.push(("Asked for again", again(listing)));
    if let Some(derive) = &listing.derive {
        let name = ParentCheck::NAMES
            .into_iter()
            .find(|name| ParentCheck::parse(name) == Some(derive.parents));
        let name = name.unwrap_or_default();
        facts.push((
            "Not asked for",
            format!(
                "where the parent is `{name}`: every `{}` belongs there",
                derive.from
            ),
        ));
    }
    if let Some(feature) = &listing.requires {
        facts.push(("Exists only with", format!("`{feature}`")));
    }
    if let Some(same_as) = &resource_type.same_as {
        facts.push((
            "Read from",
            format!(
                "`{}`, whose documents these are: all columns outside the key, by `{}`",
                same_as.resource_type, same_as.column
            ),
        ));
    }
    for (what, paths) in [
        (
            "A difference here alone is no change",
            &resource_type.volatile,
        ),
        (
            "Replaced by `\"[redacted]\"` before anything is kept",
            &resource_type.redact,
        ),
    ] {
        if !paths.is_empty() {
            facts.push((what, list(paths.iter().map(Path::to_string))));
        }
    }
    facts
}

fn key(resource_type: &ResourceType) -> String {
    let parents = resource_type
        .parent
        .iter()
        .flat_map(|parent| parent.columns.iter().cloned());
    list(parents.chain(resource_type.key.iter().map(Path::to_string)))
}

fn listed(file: &ResourceFile) -> String {
    let listing = &file.listing;
    let mut text = format!("`GET {}`", listing.path);
    if let Shape::Wrapped(member) = &listing.shape {
        let _ = write!(text, ", in `{}`", member.usual);
    }
    if let Some(parent) = file.parent() {
        let _ = write!(text, ", once per `{parent}`");
    }
    for condition in &listing.parent_conditions {
        let _ = write!(
            text,
            " whose `{}` is {}",
            condition.path,
            list(&condition.any_of)
        );
    }
    if let Some(variants) = &listing.variants {
        let _ = write!(
            text,
            ", once per `{}`: {}",
            variants.placeholder,
            list(&variants.always)
        );
        for (feature, values) in &variants.with_feature {
            let _ = write!(text, "; with `{feature}` also {}", list(values));
        }
    }
    text
}

fn again(listing: &Listing) -> String {
    match (&listing.marker, listing.refresh) {
        (Some(marker), refresh) => {
            let mut text = format!("when the parent's `{}` moved", marker.path);
            if let Some(refresh) = refresh {
                let _ = write!(text, ", or after {}", time(refresh));
            }
            let _ = write!(text, ". The vendor says: {}", marker.vendor_says);
            text
        }
        (None, Some(refresh)) => format!("after {}; the vendor promises no marker", time(refresh)),
        (None, None) => "in every sync".to_owned(),
    }
}

/// A line per column; the members of an object and of a list's elements are lines of their own.
fn columns<'a>(
    page: &mut String,
    file: &'a ResourceFile,
    columns_here: &[Column],
    before: &str,
    references: &mut Vec<(String, &'a str)>,
) {
    for column in columns_here {
        let path = format!("{before}{}", column.name);
        let notes = notes(file, column, &path, before.is_empty(), references);
        row(
            page,
            &[&code(&path), &type_text(&column.column_type), &notes],
        );
        match &column.column_type {
            ColumnType::Struct(members) => {
                columns(page, file, members, &format!("{path}."), references);
            }
            ColumnType::List(element) => {
                if let ColumnType::Struct(members) = element.as_ref() {
                    columns(page, file, members, &format!("{path}[]."), references);
                }
            }
            _ => {}
        }
    }
}

/// What there is to say about a column. References that are said here are taken out.
fn notes(
    file: &ResourceFile,
    column: &Column,
    path: &str,
    top: bool,
    references: &mut Vec<(String, &str)>,
) -> String {
    let mut notes = Vec::new();
    let parent = file.resource_type.parent.as_ref();
    if top && parent.is_some_and(|parent| parent.columns.contains(&column.name)) {
        notes.push("of the parent's key".to_owned());
    } else if column.from.to_string() != column.name {
        notes.push(format!("from `{}`", column.from));
    }
    if column.required {
        notes.push("always there".to_owned());
    }
    references.retain(|(place, to)| {
        let here = place == path || place.strip_suffix("[]") == Some(path);
        if here {
            notes.push(format!("→ `{to}`"));
        }
        !here
    });
    for explanation in &file.explained {
        if explanation.path.to_string() == path {
            notes.push(explanation.note.clone());
        }
    }
    notes.join("; ")
}

fn computed_from(computed: &Computed) -> String {
    let (others, what) = match &computed.computation {
        Computation::Organisation(OrganisationFact::Id) => {
            return "computed: the vendor's id for the organisation".to_owned();
        }
        Computation::Organisation(OrganisationFact::Name) => {
            return "computed: the organisation's name".to_owned();
        }
        Computation::Exists(others) => (others, "whether there is an".to_owned()),
        Computation::List { others, value } => (others, format!("every `{value}` of")),
    };
    let Others {
        resource_types,
        on,
        filter,
    } = others;
    let joined = on
        .iter()
        .map(|(there, here)| format!("whose `{there}` is this `{here}`"));
    let fixed = filter
        .iter()
        .map(|(there, text)| format!("whose `{there}` is `{text}`"));
    let conditions: Vec<String> = joined.chain(fixed).collect();
    format!(
        "computed: {what} `{}` {}; null until those are listed",
        resource_types.join("`, `"),
        conditions.join(" and ")
    )
}

/// The type as `information_schema.columns` calls it.
fn type_text(column_type: &ColumnType) -> String {
    match column_type {
        ColumnType::String => "string".to_owned(),
        ColumnType::Boolean => "boolean".to_owned(),
        ColumnType::Integer => "integer".to_owned(),
        ColumnType::Number => "number".to_owned(),
        ColumnType::Timestamp => "timestamp".to_owned(),
        ColumnType::Json => "json".to_owned(),
        ColumnType::Struct(_) => "struct".to_owned(),
        ColumnType::List(element) => format!("list of {}", type_text(element)),
    }
}

fn time(duration: Duration) -> String {
    match duration.as_secs() / 60 {
        60 => "an hour".to_owned(),
        minutes if minutes % 60 == 0 => format!("{} hours", minutes / 60),
        minutes => format!("{minutes} minutes"),
    }
}

fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| code(word.as_ref())).collect();
    words.join(", ")
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn row(page: &mut String, cells: &[&str]) {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    let _ = writeln!(page, "| {} |", cells.join(" | "));
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}
