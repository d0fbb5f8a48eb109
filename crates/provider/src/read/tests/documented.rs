//! The tables against the product's documented field lists, where those are at hand.

use std::{collections::BTreeMap, fs, path::Path};

use muster_model::{Column, ColumnType};
use serde::Deserialize;

use crate::definition::Catalogue;

const DOCUMENTED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/reference/resource-types.json"
);

#[derive(Deserialize)]
struct Documented {
    provider: String,
    fields: BTreeMap<String, String>,
    #[serde(default)]
    objects: BTreeMap<String, BTreeMap<String, String>>,
}

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test has to be seen")]
fn every_documented_field_is_a_column_of_that_name_and_type() {
    let path = Path::new(DOCUMENTED);
    let Ok(text) = fs::read_to_string(path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return;
    };
    let documented: BTreeMap<String, Documented> = serde_json::from_str(&text).unwrap();
    let catalogue = Catalogue::embedded().unwrap();
    let mut wrong = Vec::new();
    for (name, documented) in documented
        .iter()
        .filter(|(_, documented)| catalogue.provider(&documented.provider).is_some())
    {
        let Some(file) = catalogue.resource_type(name) else {
            wrong.push(format!("{name} is missing"));
            continue;
        };
        let resource_type = &file.resource_type;
        let explained: Vec<String> = file
            .explained
            .iter()
            .map(|note| note.path.to_string())
            .collect();
        let mut columns = resource_type.columns.clone();
        columns.extend(resource_type.computed.iter().map(|computed| {
            Column {
                name: computed.name.clone(),
                from: muster_model::Path::fields([computed.name.as_str()]),
                column_type: computed.column_type.clone(),
                // It is null while what it is computed from is not complete.
                required: documented
                    .fields
                    .get(&computed.name)
                    .is_some_and(|documented| !documented.ends_with('?')),
            }
        }));
        compare(
            name,
            "",
            &documented.fields,
            &documented.objects,
            &columns,
            &explained,
            &mut wrong,
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(
    table: &str,
    inside: &str,
    fields: &BTreeMap<String, String>,
    objects: &BTreeMap<String, BTreeMap<String, String>>,
    columns: &[Column],
    explained: &[String],
    wrong: &mut Vec<String>,
) {
    for (name, documented) in fields {
        let path = if inside.is_empty() {
            name.clone()
        } else {
            format!("{inside}.{name}")
        };
        let Some(column) = columns.iter().find(|column| column.name == *name) else {
            wrong.push(format!("{table}.{path} is missing"));
            continue;
        };
        let always = !documented.ends_with('?');
        let word = documented.trim_end_matches('?');
        let element = word
            .strip_prefix("List<")
            .and_then(|rest| rest.strip_suffix('>'));
        let column_type = match (element, &column.column_type) {
            (Some(_), ColumnType::List(element)) => element,
            (_, other) => other,
        };
        let object = objects.get(element.unwrap_or(word).trim_end_matches('?'));
        let fits = match (element.unwrap_or(word), column_type) {
            ("String", ColumnType::String | ColumnType::Timestamp)
            | ("Boolean", ColumnType::Boolean)
            | ("Int" | "Long", ColumnType::Integer)
            | ("Double", ColumnType::Number)
            | ("JSON", ColumnType::Json) => object.is_none(),
            (word, ColumnType::Json) if word.starts_with("Map") => true,
            (_, ColumnType::Struct(members)) => {
                if let Some(object) = object {
                    compare(table, &path, object, objects, members, explained, wrong);
                }
                object.is_some()
            }
            _ => false,
        };
        if !fits && !explained.contains(&path) {
            wrong.push(format!(
                "{table}.{path} is {column_type:?}, documented as {documented}"
            ));
        }
        if always != column.required && object.is_none() {
            wrong.push(format!(
                "{table}.{path}: always there is {}, documented as {documented}",
                column.required
            ));
        }
    }
}
