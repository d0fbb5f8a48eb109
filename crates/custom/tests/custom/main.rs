//! From definitions to columns, and which documents fit.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use muster_custom::{CustomType, Definition, Mistake, parse};
use muster_model::{Column, ColumnType, IntegrationId};
use serde_json::{Value, json};

fn understood(definition: Value) -> Result<CustomType, Vec<Mistake>> {
    let definition: Definition = serde_json::from_str(&definition.to_string()).unwrap();
    CustomType::of(&definition, IntegrationId::from_random(1))
}

fn person(properties: Value) -> Value {
    let mut all = json!({"id": {"type": "string"}});
    all.as_object_mut()
        .unwrap()
        .extend(properties.as_object().unwrap().clone());
    json!({
        "name": "hr_person",
        "key": ["id"],
        "schema": {"type": "object", "required": ["id"], "properties": all},
    })
}

fn column_type(schema: Value) -> ColumnType {
    let of = understood(person(json!({"x": schema}))).unwrap();
    column(&of.resource_type.columns, "x").column_type.clone()
}

fn column<'c>(columns: &'c [Column], name: &str) -> &'c Column {
    columns.iter().find(|column| column.name == name).unwrap()
}

fn pointers(definition: Value) -> Vec<String> {
    let mistakes = understood(definition).unwrap_err();
    mistakes
        .into_iter()
        .map(|mistake| mistake.pointer)
        .collect()
}

fn misfits(of: &CustomType, document: &str) -> Vec<String> {
    let value = parse(document).unwrap();
    let found = of.check(&value);
    found.into_iter().map(|mistake| mistake.pointer).collect()
}

#[test]
fn each_type_of_value_has_its_column() {
    let list = |of| ColumnType::List(Box::new(of));
    for (schema, expected) in [
        (json!({"type": "string"}), ColumnType::String),
        (json!({"type": ["null", "string"]}), ColumnType::String),
        (
            json!({"type": "string", "format": "date-time"}),
            ColumnType::Timestamp,
        ),
        (
            json!({"type": "string", "format": "email"}),
            ColumnType::String,
        ),
        (json!({"type": "integer"}), ColumnType::Integer),
        (json!({"type": ["integer", "number"]}), ColumnType::Number),
        (json!({"type": "boolean"}), ColumnType::Boolean),
        (json!({"enum": ["a", "b", null]}), ColumnType::String),
        (json!({"const": 3}), ColumnType::Number),
        (
            json!({"anyOf": [{"type": "integer"}, {"type": "null"}]}),
            ColumnType::Integer,
        ),
        (
            json!({"allOf": [{"$ref": "#/properties/id"}], "description": "x"}),
            ColumnType::String,
        ),
        (
            json!({"type": "array", "items": {"type": "string"}}),
            list(ColumnType::String),
        ),
        (json!({"type": "array"}), ColumnType::Json),
        (
            json!({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "string"}}),
            ColumnType::Json,
        ),
        (json!({"type": "object"}), ColumnType::Json),
        (json!({"type": ["string", "integer"]}), ColumnType::Json),
        (json!({}), ColumnType::Json),
        (json!(true), ColumnType::Json),
        (
            json!({"oneOf": [{"type": "integer"}, {"type": "string"}]}),
            ColumnType::Json,
        ),
    ] {
        assert_eq!(column_type(schema.clone()), expected, "{schema}");
    }
    let ColumnType::Struct(members) = column_type(
        json!({"type": "object", "properties": {"b": {"type": "integer"}, "a.b": {"type": "integer"}}}),
    ) else {
        panic!("an object with properties has members");
    };
    assert_eq!(
        members.len(),
        1,
        "what SQL cannot spell stays in the document"
    );
}

#[test]
fn columns_stand_in_the_order_of_the_schema() {
    let text = r##"{"name": "hr_person", "key": ["zip"], "schema": {"type": "object", "required": ["zip"],
        "properties": {"zip": {"type": "integer"}, "b": {"$ref": "#/$defs/pair"}, "a": {"type": "string"}},
        "$defs": {"pair": {"type": "object", "properties": {"y": {"type": "string"}, "x": {"type": "string"}}}}}}"##;
    let definition: Definition = serde_json::from_str(text).unwrap();
    let of = CustomType::of(&definition, IntegrationId::from_random(1)).unwrap();
    let names = |columns: &[Column]| -> Vec<String> {
        columns.iter().map(|column| column.name.clone()).collect()
    };
    let columns = &of.resource_type.columns;
    assert_eq!(names(columns), ["zip", "b", "a"]);
    let ColumnType::Struct(members) = &column(columns, "b").column_type else {
        panic!("a reference to an object is one");
    };
    assert_eq!(names(members), ["y", "x"]);
    assert_eq!(of.resource_type.title, "Hr Person");
    assert!(column(columns, "zip").required && !column(columns, "a").required);
}

#[test]
fn a_schema_that_contains_itself_comes_to_an_end() {
    let of = understood(json!({
        "name": "hr_unit", "key": ["id"],
        "schema": {"type": "object", "required": ["id"], "properties": {
            "id": {"type": "string"},
            "parent": {"$ref": "#"},
            "children": {"type": "array", "items": {"$ref": "#"}}}},
    }))
    .unwrap();
    assert!(
        misfits(
            &of,
            r#"{"id": "a", "parent": {"id": "b", "parent": {"id": "c"}}}"#
        )
        .is_empty()
    );
    assert_eq!(
        misfits(&of, r#"{"id": "a", "parent": {"id": "b", "parent": {}}}"#),
        ["/parent/parent"]
    );
    let doubling: serde_json::Map<String, Value> = (0..60)
        .map(|n| {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            (
                format!("d{n}"),
                json!({"type": "object", "properties": {"l": next, "r": next}}),
            )
        })
        .collect();
    let mut long = person(json!({"x": {"$ref": "#/$defs/d0"}}));
    long["schema"]["$defs"] = doubling.into();
    long["schema"]["$defs"]["d60"] = json!({"type": "string"});
    assert!(!pointers(long).is_empty());
}

#[test]
fn every_mistake_is_told_at_once() {
    let found = pointers(json!({
        "name": "hr_person", "key": ["id", "absent", "age", "note"], "label": "tags",
        "schema": {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "array",
            "required": ["age"],
            "properties": {
                "id": {"type": ["string", "null"]},
                "age": {"type": "number"},
                "note": {"$ref": "https://example.com/note.json"},
                "Age": {"type": "string"},
                "_meta": {"type": "string"},
                "tags": {"type": "array", "items": {"type": "strin"}},
                "inner": {"type": "object", "properties": {"_links": {"type": "string"}}},
                "small": {"minimum": "0"}}},
    }));
    for expected in [
        "/key/0",
        "/key/1",
        "/key/2",
        "/key/3",
        "/label",
        "/schema/$schema",
        "/schema/type",
        "/schema/properties/note/$ref",
        "/schema/properties/age",
        "/schema/properties/_meta",
        "/schema/properties/tags/items/type",
        "/schema/properties/inner/properties/_links",
        "/schema/properties/small/minimum",
    ] {
        let there = found.iter().any(|pointer| pointer.starts_with(expected));
        assert!(
            there || found.contains(&expected.replace("age", "Age")),
            "{expected} in {found:?}"
        );
    }
    assert_eq!(
        pointers(json!({"name": "a_b", "key": ["id"], "schema": true})),
        ["/schema"]
    );
    assert_eq!(
        pointers(json!({"name": "a_b", "key": ["id"], "schema": {"type": "object", "type2": 1}})),
        ["/key/0"]
    );
}

#[test]
fn references_stay_inside_the_schema() {
    for (keyword, value) in [
        ("$ref", "other.json#/x"),
        ("$ref", "file:///etc/passwd"),
        ("$dynamicRef", "https://example.com/x"),
        ("$id", "https://example.com/inner"),
    ] {
        let found = pointers(person(json!({"x": {keyword: value}})));
        assert_eq!(
            found,
            [format!("/schema/properties/x/{keyword}")],
            "{value}"
        );
    }
    let dangling = understood(person(json!({"x": {"$ref": "#/$defs/none"}}))).unwrap_err();
    assert_eq!(dangling[0].pointer, "/schema");
    assert!(
        !dangling[0].message.contains("schema.invalid"),
        "{}",
        dangling[0].message
    );
    let mut own = person(json!({"x": {"$ref": "#/$defs/x"}}));
    own["schema"]["$id"] = "https://example.com/person".into();
    own["schema"]["$defs"] = json!({"x": {"type": "integer"}});
    assert!(understood(own).is_ok());
}

#[test]
fn secrets_are_found_where_every_document_has_them() {
    let secrets = |definition: Value| -> Vec<String> {
        let of = understood(definition).unwrap();
        of.resource_type
            .redact
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    let pin = json!({"type": "integer", "writeOnly": true});
    assert_eq!(secrets(person(json!({"pin": pin}))), ["pin"]);
    let mut by_reference = person(json!({
        "badge": {"type": "object", "properties": {"pin": {"$ref": "#/$defs/pin"}}},
        "codes": {"type": "array", "items": {"type": "object", "properties": {"code": {"$ref": "#/$defs/pin"}}}}}));
    by_reference["schema"]["$defs"] = json!({"pin": pin});
    assert_eq!(secrets(by_reference.clone()), ["badge.pin", "codes[].code"]);
    // The same secret at a place that is not in every document: once known is not always known.
    by_reference["schema"]["additionalProperties"] = json!({"$ref": "#/$defs/pin"});
    assert_eq!(pointers(by_reference), ["/schema/additionalProperties"]);
    for hidden in [
        json!({"type": "object", "patternProperties": {"^p": pin}}),
        json!({"anyOf": [{"type": "object", "properties": {"p": pin}}, {"type": "string"}]}),
        json!({"if": {"required": ["a"]}, "then": {"properties": {"p": pin}}}),
        json!({"type": "array", "prefixItems": [pin]}),
    ] {
        assert_eq!(pointers(person(json!({"x": hidden}))).len(), 1, "{hidden}");
    }
    let itself = person(json!({"pin": pin, "parent": {"$ref": "#"}}));
    assert!(!pointers(itself).is_empty());
    assert_eq!(
        pointers(person(json!({"a\"b": pin}))),
        ["/schema/properties/a\"b/writeOnly"]
    );
}

#[test]
fn a_secret_is_never_repeated_and_neither_is_any_value() {
    let of = understood(person(json!({
        "pin": {"type": "integer", "writeOnly": true},
        "mail": {"type": "string", "pattern": "@"},
        "age": {"type": "integer", "maximum": 100},
        "sort": {"enum": ["a", "b"]},
        "level": {"type": "number", "multipleOf": 3}})))
    .unwrap();
    let document = r#"{"id": "1", "pin": "s3cret", "mail": "s3cret", "age": 4242, "sort": "s3cret", "level": 4241}"#;
    let mistakes = of.check(&parse(document).unwrap());
    assert_eq!(mistakes.len(), 5, "{mistakes:?}");
    for mistake in mistakes {
        assert!(
            !mistake.message.contains("s3cret") && !mistake.message.contains("424"),
            "{mistake}"
        );
    }
}

#[test]
fn what_a_column_cannot_hold_is_refused() {
    let of = understood(json!({
        "name": "hr_person", "key": ["id", "site"],
        "schema": {"type": "object", "required": ["id", "site"], "properties": {
            "id": {"type": "integer"}, "site": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
            "count": {"type": "integer"},
            "all": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}}}}}}))
    .unwrap();
    for good in [
        r#"{"id": 1, "site": "a", "at": "2026-11-23T08:00:00Z", "count": 3.0, "all": [{"n": -9223372036854775808}]}"#,
        r#"{"id": -1, "site": "a", "other": [1e300]}"#,
    ] {
        assert!(misfits(&of, good).is_empty(), "{good}");
    }
    for (bad, at) in [
        (r#"{"id": 1.0, "site": "a"}"#, "/id"),
        (r#"{"id": 18446744073709551615, "site": "a"}"#, "/id"),
        (r#"{"id": 1, "site": ""}"#, "/site"),
        (r#"{"id": 1}"#, ""),
        (r#"{"id": 1, "site": "a", "at": "yesterday"}"#, "/at"),
        (r#"{"id": 1, "site": "a", "count": 1e30}"#, "/count"),
        (
            r#"{"id": 1, "site": "a", "all": [{}, {"n": 18446744073709551615}]}"#,
            "/all/1/n",
        ),
        (r#"{"id": 1, "site": "a", "all": [{"n": 1.5}]}"#, "/all/0/n"),
    ] {
        assert_eq!(misfits(&of, bad), [at], "{bad}");
    }
    let long = format!(r#"{{"id": 1, "site": "{}"}}"#, "x".repeat(2000));
    assert_eq!(misfits(&of, &long), [""]);
}

#[test]
fn a_pattern_takes_time_in_proportion_to_its_text() {
    let of = understood(person(
        json!({"x": {"type": "string", "pattern": "^(a+)+$"}}),
    ))
    .unwrap();
    let document = format!(r#"{{"id": "1", "x": "{}!"}}"#, "a".repeat(100_000));
    assert_eq!(misfits(&of, &document), ["/x"]);
}
