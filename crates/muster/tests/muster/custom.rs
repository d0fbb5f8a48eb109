//! Custom data on the command line, and what a document becomes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path};

use muster_custom::{CustomType, Definition, parse};
use muster_ledger::decode::{Decoder, RowOrigin, parse_timestamp};
use muster_model::IntegrationId;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::common::{done, muster, number, rows};

fn definition() -> Value {
    json!({
        "name": "hr_person", "key": ["id"], "label": "name",
        "schema": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string"}, "name": {"type": "string"}, "age": {"type": "integer"}}}})
}

fn with_type(data: &Path) {
    done(data, &["integration", "add", "custom", "--name", "HR"]);
    let file = data.join("hr.json");
    fs::write(&file, definition().to_string()).unwrap();
    done(data, &["type", "add", file.to_str().unwrap()]);
}

fn push(data: &Path, documents: &Value, flags: &[&str]) -> (i32, String, String) {
    let file = data.join("people.json");
    fs::write(&file, documents.to_string()).unwrap();
    let arguments = [&["push", "hr_person", file.to_str().unwrap()], flags].concat();
    let output = muster(data, &arguments);
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_type_is_added_pushed_shown_and_removed() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    with_type(data);
    assert!(done(data, &["type", "list"]).contains("hr_person"));
    let shown: Value = serde_json::from_str(&done(data, &["type", "show", "hr_person"])).unwrap();
    assert_eq!(
        (&shown["integration"], &shown["key"]),
        (&json!("HR"), &json!(["id"]))
    );

    let all = json!([{"id": "a", "name": "Ada", "age": 36}, {"id": "b", "name": "Bob"}]);
    let (code, out, _) = push(data, &all, &["--all"]);
    assert_eq!(
        (code, out.as_str()),
        (0, "2 seen: 2 added, 0 modified, 0 unchanged, 0 removed\n")
    );
    let (_, out, _) = push(data, &json!([{"id": "b", "name": "Bo"}]), &["--json"]);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&report["modified"], &report["removed"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(
        rows(data, "SELECT id, name, age FROM hr_person ORDER BY id"),
        [
            json!({"id": "a", "name": "Ada", "age": 36}),
            json!({"id": "b", "name": "Bo", "age": null})
        ]
    );
    assert_eq!(
        number(data, "SELECT count(*) AS n FROM hr_person_changes"),
        3
    );

    let (code, _, error) = push(
        data,
        &json!([{"id": "c"}, {"id": "d", "age": "old"}]),
        &["--all"],
    );
    assert_eq!(code, 2);
    assert!(error.contains("document 2 /age: "), "{error}");
    assert!(error.contains("nothing was changed"), "{error}");
    assert_eq!(number(data, "SELECT count(*) AS n FROM hr_person"), 2);
    assert_eq!(fs::read_dir(data.join("pushes")).unwrap().count(), 0);

    let refused = muster(data, &["type", "remove", "hr_person"]);
    assert_eq!(refused.status.code(), Some(2));
    done(
        data,
        &["type", "remove", "hr_person", "--confirm", "hr_person"],
    );
    assert_eq!(
        muster(data, &["query", "SELECT * FROM hr_person"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn many_removals_are_held_back_and_say_so() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    with_type(data);
    let people =
        |count: usize| -> Value { (0..count).map(|n| json!({"id": n.to_string()})).collect() };
    assert_eq!(push(data, &people(60), &["--all"]).0, 0);
    let (code, out, error) = push(data, &people(5), &["--all"]);
    assert_eq!((code, out.contains("0 removed")), (1, true), "{error}");
    assert!(error.contains("--accept-removals"), "{error}");
    assert_eq!(number(data, "SELECT count(*) AS n FROM hr_person"), 60);
    assert_eq!(push(data, &people(5), &["--all", "--accept-removals"]).0, 0);
    assert_eq!(number(data, "SELECT count(*) AS n FROM hr_person"), 5);
}

#[test]
fn what_cannot_be_a_type_says_why() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    let file = data.join("type.json");
    done(data, &["integration", "add", "custom", "--name", "HR"]);
    let mut wrong = definition();
    wrong["key"] = json!(["number"]);
    wrong["schema"]["properties"]["age"] = json!({"type": "integr"});
    fs::write(&file, wrong.to_string()).unwrap();
    let output = muster(data, &["type", "add", file.to_str().unwrap()]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error.contains("/key/0: ") && error.contains("/schema/properties/age/type: "),
        "{error}"
    );
    let output = muster(data, &["push", "hr_person", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    let output = muster(data, &["sync"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("pushed"));
}

#[test]
fn a_rule_waits_for_everything_there_is() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    with_type(data);
    let rules = data.join("files/custom/rules");
    fs::create_dir_all(&rules).unwrap();
    let rule = r#"
id = "ACME-1"
title = "Everybody has a name"
why = "Nobody is nobody."
severity = "high"
judges = "hr_person"
breaks = "name IS NULL OR name = ''"
shows = ["id"]
remediation = ["Ask them."]

[[samples]]
name = "no name"
verdict = "fail"
[samples.documents]
hr_person = ['''{"id": "a"}''']

[[samples]]
name = "a name"
verdict = "pass"
[samples.documents]
hr_person = ['''{"id": "a", "name": "Ada"}''']
"#;
    fs::write(rules.join("person_without_name.toml"), rule).unwrap();
    let files = data.join("files");
    let check = || {
        let arguments = [
            "rules",
            "check",
            "ACME-1",
            "--json",
            "--providers",
            files.to_str().unwrap(),
        ];
        let output = muster(data, &arguments);
        let out = String::from_utf8(output.stdout).unwrap();
        assert!(
            output.status.code() != Some(2),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        (output.status.code().unwrap(), out)
    };
    push(data, &json!([{"id": "a"}]), &[]);
    let (code, out) = check();
    assert_eq!(
        code, 0,
        "what is missing is neither pass nor failure: {out}"
    );
    assert!(
        out.contains("collected completely") || out.contains("incomplete"),
        "{out}"
    );
    push(
        data,
        &json!([{"id": "a"}, {"id": "b", "name": "Bob"}]),
        &["--all"],
    );
    let (code, out) = check();
    assert_eq!(code, 1, "{out}");
}

/// The commands of the guide, as they are printed there.
#[test]
fn the_guide_works_as_it_is_printed() {
    let guide = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/guide/custom-data.md"
    ))
    .unwrap();
    let blocks: Vec<&str> = guide.split("```").skip(1).step_by(2).collect();
    let file = |name: &str| -> String {
        let block = blocks.iter().find(|block| {
            block.contains(&format!("// {name}\n")) || block.contains(&format!("# {name}\n"))
        });
        let text = block.unwrap_or_else(|| panic!("{name} is in the guide"));
        text.lines().skip(2).collect::<Vec<_>>().join("\n")
    };
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    for name in ["hr.json", "people.ndjson"] {
        fs::write(data.join(name), file(name)).unwrap();
    }
    let mut ran = 0;
    let shell = blocks.iter().filter(|block| block.starts_with("sh\n"));
    for line in shell.flat_map(|block| block.lines()) {
        let Some(command) = line.strip_prefix("muster ") else {
            continue;
        };
        if command.starts_with("serve") || command.starts_with("type remove") {
            continue;
        }
        let words: Vec<String> = words(command)
            .into_iter()
            .filter(|word| word != "--data" && word != "DIR")
            .map(|word| {
                if word.ends_with("json") && !word.starts_with("--") {
                    data.join(word).display().to_string()
                } else {
                    word
                }
            })
            .collect();
        done(data, &words.iter().map(String::as_str).collect::<Vec<_>>());
        ran += 1;
    }
    assert!(ran >= 5, "{ran} commands of the guide were run");
    assert_eq!(number(data, "SELECT count(*) AS n FROM hr_person"), 2);
}

/// The words of a command line; quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

// What fits decodes without loss.

/// A schema of a value, and values that may fit it.
fn shape(depth: u32) -> BoxedStrategy<(Value, BoxedStrategy<Value>)> {
    let leaf = prop_oneof![
        Just((
            json!({"type": "string"}),
            any::<String>().prop_map(Value::from).boxed()
        )),
        Just((
            json!({"type": "integer"}),
            any::<i64>().prop_map(Value::from).boxed()
        )),
        Just((
            json!({"type": "number"}),
            prop_oneof![
                any::<i32>().prop_map(Value::from),
                (-1e300..1e300_f64).prop_map(Value::from)
            ]
            .boxed()
        )),
        Just((
            json!({"type": ["boolean", "null"]}),
            prop_oneof![any::<bool>().prop_map(Value::from), Just(Value::Null)].boxed()
        )),
        Just((
            json!({"type": "string", "format": "date-time"}),
            moment().boxed()
        )),
        Just((
            json!({}),
            prop_oneof![
                any::<bool>().prop_map(Value::from),
                any::<String>().prop_map(Value::from)
            ]
            .boxed()
        )),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let list = shape(depth - 1).prop_map(|(schema, values)| {
        let lists = prop::collection::vec(values, 0..4)
            .prop_map(Value::Array)
            .boxed();
        (json!({"type": "array", "items": schema}), lists)
    });
    prop_oneof![3 => leaf, 1 => list, 1 => object(depth - 1)].boxed()
}

fn moment() -> impl Strategy<Value = Value> {
    (
        1..=9999_u32,
        1..=12_u32,
        1..=28_u32,
        0..86_400_u32,
        prop::option::of("[0-9]{1,9}"),
        "Z|[+-]0[0-9]:[0-5][0-9]",
    )
        .prop_map(|(year, month, day, second, fraction, zone)| {
            let (h, m, s) = (second / 3600, second / 60 % 60, second % 60);
            let fraction = fraction
                .map(|digits| format!(".{digits}"))
                .unwrap_or_default();
            json!(format!(
                "{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}{fraction}{zone}"
            ))
        })
}

fn object(depth: u32) -> BoxedStrategy<(Value, BoxedStrategy<Value>)> {
    prop::collection::btree_map("[a-d]", shape(depth), 1..4)
        .prop_map(|members| {
            let schemas: Map<String, Value> = members
                .iter()
                .map(|(name, (schema, _))| (name.clone(), schema.clone()))
                .collect();
            let mut values = Just(Map::new()).boxed();
            for (name, (_, member)) in members {
                values = (values, prop::option::of(member))
                    .prop_map(move |(mut object, value)| {
                        if let Some(value) = value {
                            object.insert(name.clone(), value);
                        }
                        object
                    })
                    .boxed();
            }
            // Members that no schema declares.
            let more = prop::option::of(any::<String>());
            let documents = (values, more).prop_map(|(mut object, more)| {
                object.extend(more.map(|text| ("undeclared".to_owned(), Value::from(text))));
                Value::Object(object)
            });
            (
                json!({"type": "object", "properties": schemas}),
                documents.boxed(),
            )
        })
        .boxed()
}

/// A type and a document of it.
fn typed() -> impl Strategy<Value = (Value, Value)> {
    object(2)
        .prop_flat_map(|(schema, documents)| (Just(schema), documents))
        .prop_map(|(mut schema, mut document)| {
            schema["properties"]["id"] = json!({"type": "string"});
            schema["required"] = json!(["id"]);
            document["id"] = json!("a/b c");
            (
                json!({"name": "hr_thing", "key": ["id"], "schema": schema}),
                document,
            )
        })
}

/// What a cell of a row says, against what the document does.
fn same(schema: &Value, document: &Value, cell: &Value) -> bool {
    match document {
        Value::Null => cell.is_null(),
        // What may be anything is kept as its text.
        Value::Array(_) | Value::Object(_) if cell.is_string() => {
            serde_json::from_str::<Value>(cell.as_str().unwrap()).unwrap() == *document
        }
        Value::String(text) if schema["format"] == "date-time" => {
            let said = cell.as_str().and_then(parse_timestamp);
            said.is_some() && said == parse_timestamp(text)
        }
        Value::Number(number) if schema["type"] == "integer" => cell.as_i64() == number.as_i64(),
        // The parser may miss the last bit of a number with many digits.
        Value::Number(number) => {
            let (said, meant) = (cell.as_f64().unwrap_or(f64::NAN), number.as_f64().unwrap());
            (said - meant).abs() <= meant.abs() * 2.0 * f64::EPSILON
        }
        Value::Array(elements) => cell.as_array().is_some_and(|cells| {
            cells.len() == elements.len()
                && elements
                    .iter()
                    .zip(cells)
                    .all(|(element, cell)| same(&schema["items"], element, cell))
        }),
        Value::Object(members) => {
            schema["properties"]
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, schema)| {
                    let value = members.get(name).unwrap_or(&Value::Null);
                    same(schema, value, &cell[name])
                })
        }
        // A column of any JSON is its text.
        plain if schema == &json!({}) => cell
            .as_str()
            .is_some_and(|text| serde_json::from_str::<Value>(text).unwrap() == *plain),
        plain => plain == cell,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_fits_decodes_without_loss_and_comes_back_whole((definition, document) in typed()) {
        let definition: Definition = serde_json::from_str(&definition.to_string()).unwrap();
        let custom = CustomType::of(&definition, IntegrationId::from_random(1)).unwrap();
        let text = document.to_string();
        let value = parse(&text).unwrap();
        prop_assert_eq!(custom.check(&value), Vec::new());
        let mut decoder = Decoder::new(&custom.resource_type);
        let origin = RowOrigin { key: "a%2Fb%20c", sequence: 1, recorded_at: 0 };
        decoder.push(origin, &text).unwrap();
        prop_assert!(decoder.warnings().iter().next().is_none());
        let batch = decoder.finish().unwrap();
        let raw = batch.column_by_name("_raw").unwrap();
        let raw = arrow::array::AsArray::as_string::<i32>(raw).value(0);
        prop_assert_eq!(raw, text.as_str());
        let mut written = Vec::new();
        let mut writer = arrow::json::LineDelimitedWriter::new(&mut written);
        writer.write(&batch).unwrap();
        writer.finish().unwrap();
        let row: Value = serde_json::from_slice(&written).unwrap();
        let schema: Value = serde_json::from_str(definition.schema.get()).unwrap();
        prop_assert!(same(&schema, &document, &row), "{row} of {document}");
    }
}
