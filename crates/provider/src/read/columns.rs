//! `[columns]`: a table mirrors an object, a one-element array an array, a word a leaf.

use muster_model::{Column, ColumnType, Path};
use toml::de::DeValue;

use super::table::{File, Placed, Table, Value, wrong};
use crate::{
    definition::{Added, Part},
    problem::suggest,
};

const WORDS: [&str; 6] = [
    "string",
    "boolean",
    "integer",
    "number",
    "timestamp",
    "json",
];

/// The members of an object. `inside` is the object's documented path, for messages.
pub(super) fn read_columns(
    inside: &str,
    table: &Table<'_, '_>,
    file: &mut File<'_>,
) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for (name, value) in table.entries(file) {
        let path = if inside.is_empty() {
            name.value.clone()
        } else {
            format!("{inside}.{}", name.value)
        };
        if let Some(twin) = columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(&name.value))
        {
            file.problem(
                name.line,
                format!("column `{path}` differs from `{}` only in case", twin.name),
                "keep one of the two; SQL does not tell them apart",
            );
            continue;
        }
        columns.push(read_column(&path, name, value, file));
    }
    columns
}

fn read_column(
    path: &str,
    name: Placed<String>,
    value: Value<'_, '_>,
    file: &mut File<'_>,
) -> Column {
    let itself = Path::fields([name.value.as_str()]);
    if let Some(word) = value.get_ref().as_str() {
        let line = file.line(value.span().start);
        let (word, from) = split_from(word);
        if let Some(from) = from.filter(|from| is_added(from)) {
            if path.contains('.') {
                file.problem(
                    line,
                    format!(
                        "column `{path}` is read from several members, a deeper one, or in part"
                    ),
                    "only columns of the table itself can be; move it there",
                );
            }
            let added = added(&name.value, from);
            if added.part != Part::Whole && added.from.contains(&itself) {
                file.problem(
                    line,
                    format!(
                        "column `{path}` would take the place of the vendor's own `{}`",
                        name.value
                    ),
                    "give it another name, and declare the vendor's beside it",
                );
            }
        }
        let from = from.filter(|from| !is_added(from));
        let from = match from.map(str::parse::<Path>) {
            None => itself,
            Some(Ok(from)) => from,
            Some(Err(_)) => {
                let message = format!("column `{path}`: what stands after `from` is not a path");
                file.problem(
                    line,
                    message,
                    "name the vendor's member, `field` or `field.field`",
                );
                itself
            }
        };
        let required = word.ends_with('!');
        let column_type = leaf(path, word.trim_end_matches('!'), line, file);
        return Column {
            name: name.value,
            from,
            column_type,
            required,
        };
    }
    Column {
        name: name.value,
        from: itself,
        column_type: read_type(path, value, file),
        required: false,
    }
}

/// A leaf's word, and where it is read from.
fn split_from(text: &str) -> (&str, Option<&str>) {
    match text.split_once(" from ") {
        Some((word, from)) => (word.trim(), Some(from.trim())),
        None => (text.trim(), None),
    }
}

/// Whether a column is read in a way that the vendor's document has to be added to for.
fn is_added(from: &str) -> bool {
    from.contains(['|', '.', ','])
}

/// The paths, and what stands behind a comma after the last of them.
fn split_part(from: &str) -> (&str, Option<&str>) {
    match from.split_once(',') {
        Some((paths, part)) => (paths, Some(part.trim())),
        None => (from, None),
    }
}

fn part_called(name: &str) -> Option<Part> {
    let mut parts = Part::NAMED.into_iter();
    parts.find_map(|(known, part)| (known == name).then_some(part))
}

fn added(name: &str, from: &str) -> Added {
    let (paths, part) = split_part(from);
    Added {
        name: name.to_owned(),
        from: paths
            .split('|')
            .filter_map(|path| path.trim().parse().ok())
            .collect(),
        part: part.and_then(part_called).unwrap_or_default(),
    }
}

/// The columns of a table that are read from several members, a deeper one, or in part.
pub(super) fn read_added(table: &Table<'_, '_>, file: &mut File<'_>) -> Vec<Added> {
    let mut found = Vec::new();
    for (name, value) in table.entries(file) {
        let Some((_, Some(from))) = value.get_ref().as_str().map(split_from) else {
            continue;
        };
        if !is_added(from) {
            continue;
        }
        let added = added(&name.value, from);
        if added.from.len() != from.split('|').count() {
            file.problem(
                name.line,
                format!(
                    "column `{}`: what stands after `from` is not a path",
                    name.value
                ),
                "write `from member | other.member`, and `, tail` or `, unversioned` behind the last",
            );
        }
        if let (_, Some(part)) = split_part(from)
            && part_called(part).is_none()
        {
            file.problem(
                name.line,
                format!("column `{}`: there is no part `{part}`", name.value),
                suggest(part, Part::NAMED.map(|(name, _)| name)),
            );
        }
        found.push(added);
    }
    found
}

/// A type that could not be read counts as text or JSON, so that one mistake is told once.
fn read_type(path: &str, value: Value<'_, '_>, file: &mut File<'_>) -> ColumnType {
    let line = file.line(value.span().start);
    match value.get_ref() {
        DeValue::String(word) => leaf(path, word, line, file),
        DeValue::Table(_) => {
            let members = Table::of(&format!("columns.{path}"), value, file)
                .map(|table| read_columns(path, &table, file))
                .unwrap_or_default();
            if members.is_empty() {
                file.problem(
                    line,
                    format!("column `{path}` is an object without members"),
                    "declare its members, or make it \"json\"",
                );
                return ColumnType::Json;
            }
            ColumnType::Struct(members)
        }
        DeValue::Array(elements) => match elements.iter().collect::<Vec<_>>()[..] {
            [element] => ColumnType::List(Box::new(read_type(path, element, file))),
            _ => {
                file.problem(
                    line,
                    format!("column `{path}` is an array of {} elements", elements.len()),
                    "write one element, the shape that all of them have",
                );
                ColumnType::Json
            }
        },
        other => {
            wrong(
                file,
                line,
                path,
                "a type word, a table or a one-element array",
                other,
            );
            ColumnType::Json
        }
    }
}

fn leaf(path: &str, word: &str, line: usize, file: &mut File<'_>) -> ColumnType {
    match word {
        "string" => ColumnType::String,
        "boolean" => ColumnType::Boolean,
        "integer" => ColumnType::Integer,
        "number" => ColumnType::Number,
        "timestamp" => ColumnType::Timestamp,
        "json" => ColumnType::Json,
        _ => {
            file.problem(
                line,
                format!("column `{path}` is of no known type `{word}`"),
                suggest(word, WORDS),
            );
            ColumnType::String
        }
    }
}

/// What stands at a documented path.
pub(super) enum Place<'a> {
    /// A declared column or member, with the vendor's path to it.
    Declared(&'a ColumnType, Path),
    /// Somewhere inside a JSON column, or inside an object whose undeclared members are kept as well.
    Inside,
}

/// What stands at `path`, given in documented names. `hot` are the objects with undeclared members.
pub(super) fn resolve<'a>(
    columns: &'a [Column],
    hot: &[String],
    path: &str,
) -> Result<Place<'a>, String> {
    let mut members = columns;
    let mut walked = String::new();
    let mut vendor = String::new();
    let mut parts = path.split('.').peekable();
    while let Some(part) = parts.next() {
        let name = part.trim_end_matches("[]");
        let Some(column) = members.iter().find(|column| column.name == name) else {
            if hot.contains(&walked) {
                return Ok(Place::Inside);
            }
            let names: Vec<&str> = members.iter().map(|column| column.name.as_str()).collect();
            return Err(suggest(name, names));
        };
        for text in [&mut walked, &mut vendor] {
            if !text.is_empty() {
                text.push('.');
            }
        }
        walked.push_str(name);
        vendor.push_str(&column.from.to_string());
        let mut column_type = &column.column_type;
        for _ in 0..(part.len() - name.len()) / 2 {
            match column_type {
                ColumnType::List(element) => column_type = element,
                ColumnType::Json => return Ok(Place::Inside),
                _ => return Err(format!("write `{name}` without `[]`, it holds no array")),
            }
            vendor.push_str("[]");
        }
        if parts.peek().is_none() {
            let vendor = vendor.parse().map_err(|error| format!("{error}"))?;
            return Ok(Place::Declared(column_type, vendor));
        }
        members = match column_type {
            ColumnType::Struct(members) => members,
            ColumnType::Json => return Ok(Place::Inside),
            ColumnType::List(_) => return Err(format!("write `{name}[]`, it holds an array")),
            _ => return Err(format!("end the path at `{walked}`, it holds no object")),
        };
    }
    Err("write a path".to_owned())
}
