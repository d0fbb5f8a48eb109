//! From a JSON Schema to columns: what every document that fits the schema has, as far as a column can hold it.

use std::collections::HashSet;

use muster_model::{Column, ColumnType, Path, Segment};
use serde_json::{Map, Value};

use crate::{
    Mistake,
    mistake::below,
    order::Order,
    schema::{decoded, is_null, listed_values, required, subschemas},
};

/// Columns of one type at most, members of objects counted.
const MOST_COLUMNS: usize = 400;
/// Objects with columns of their own inside each other at most; deeper ones are JSON.
const DEEPEST: usize = 8;
/// Alternatives and references that are followed to find what a value is.
const FARTHEST: usize = 16;
/// What a row has besides its document.
const OWN_COLUMNS: [&str; 7] = [
    "_integration",
    "_key",
    "_links",
    "_meta",
    "_raw",
    "_recorded_at",
    "_sequence",
];
/// The same, spelled without an underscore.
const RESOURCE_ID: &str = "resourceId";

/// What a schema means for a table.
#[derive(Debug, Default)]
pub(crate) struct Read {
    pub columns: Vec<Column>,
    pub secrets: Vec<Path>,
    pub mistakes: Vec<Mistake>,
}

/// Reads the columns of `schema`, whose pointers begin with `base`.
pub(crate) fn read(schema: &Value, order: &Order, base: &str) -> Read {
    let mut reader = Reader {
        root: schema,
        order,
        base,
        read: Read::default(),
        counted: 0,
        understood: HashSet::new(),
        has_secrets: says_secret(schema),
    };
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        let required = required(schema);
        let place = Place {
            pointer: String::new(),
            path: Vec::new(),
            depth: 0,
            chain: Vec::new(),
        };
        reader.read.columns = reader.members(properties, &required, &place);
    }
    if reader.counted > MOST_COLUMNS {
        reader.read.mistakes.push(Mistake::new(
            format!("{base}/properties"),
            format!(
                "the schema declares {} properties, and a table has {MOST_COLUMNS} columns at most; leave out what \
                 is rarely asked about, it stays readable by its path",
                reader.counted
            ),
        ));
    }
    if reader.has_secrets {
        reader.lost_secrets(schema, "");
    }
    reader.read
}

struct Reader<'s> {
    root: &'s Value,
    order: &'s Order,
    base: &'s str,
    read: Read,
    counted: usize,
    /// Pointers of schemas that were read at a place that every document has.
    understood: HashSet<String>,
    /// Whether `writeOnly` stands anywhere.
    has_secrets: bool,
}

/// Where in the schema and in the documents a property is.
#[derive(Clone)]
struct Place {
    /// In the schema.
    pointer: String,
    /// In the documents.
    path: Vec<Segment>,
    depth: usize,
    /// References that were followed, so that a schema that contains itself comes to an end.
    chain: Vec<String>,
}

/// What a schema says a value is.
enum Kind<'s> {
    /// Any of several things.
    Any,
    Plain(ColumnType),
    Object(&'s Map<String, Value>, Vec<&'s str>, Place),
    Array(&'s Value, Place),
}

impl<'s> Reader<'s> {
    fn members(
        &mut self,
        properties: &'s Map<String, Value>,
        required: &[&str],
        place: &Place,
    ) -> Vec<Column> {
        let pointer = format!("{}/properties", place.pointer);
        let mut names: Vec<&String> = properties.keys().collect();
        if let Some(order) = self.order.get(&pointer) {
            names.sort_by_key(|name| order.iter().position(|known| known == *name));
        }
        let mut columns: Vec<Column> = Vec::new();
        for name in names {
            // One that refers to others twice over is longer than it looks.
            if self.counted > MOST_COLUMNS {
                break;
            }
            let Some(schema) = properties.get(name) else {
                continue;
            };
            let at = below(&pointer, name);
            if let Some(message) = self.wrong_name(name, &columns, place.depth) {
                self.mistake(&at, message);
                continue;
            }
            let mut inner = Place {
                pointer: at,
                path: place.path.clone(),
                depth: place.depth,
                chain: place.chain.clone(),
            };
            inner.path.push(Segment::Field(name.clone()));
            let column_type = self.column_type(schema, inner);
            // What SQL cannot spell is read from the document.
            if name.is_empty() || name.contains(['.', '[', ']', '"']) {
                continue;
            }
            self.counted += 1;
            columns.push(Column {
                name: name.clone(),
                from: Path::fields([name.as_str()]),
                column_type,
                required: required.contains(&name.as_str()),
            });
        }
        columns
    }

    fn wrong_name(&self, name: &str, columns: &[Column], depth: usize) -> Option<String> {
        if name == "_links" {
            return Some(
                "differences in members called `_links` are no changes; call the property otherwise".to_owned(),
            );
        }
        let is_own = OWN_COLUMNS.iter().any(|own| own.eq_ignore_ascii_case(name))
            || RESOURCE_ID.eq_ignore_ascii_case(name);
        if depth == 0 && is_own {
            return Some(format!(
                "`{name}` is what Muster itself says of a resource; call the property otherwise"
            ));
        }
        columns
            .iter()
            .find(|column| column.name.eq_ignore_ascii_case(name))
            .map(|twin| {
                format!(
                    "`{name}` and `{}` differ in their case alone, which SQL does not see; rename one of the two",
                    twin.name
                )
            })
    }

    fn mistake(&mut self, pointer: &str, message: impl Into<String>) {
        let pointer = format!("{}{pointer}", self.base);
        self.read.mistakes.push(Mistake::new(pointer, message));
    }

    fn column_type(&mut self, schema: &'s Value, place: Place) -> ColumnType {
        self.understood.insert(place.pointer.clone());
        if self.has_secrets && self.is_secret(schema, &place.pointer, FARTHEST) {
            let unsure = |segment: &Segment| match segment {
                Segment::Field(name) => {
                    name.contains(['"', '\\', '/']) || name.contains(char::is_control)
                }
                Segment::Each => false,
            };
            if place.path.iter().any(unsure) {
                self.mistake(
                    &format!("{}/writeOnly", place.pointer),
                    "a secret cannot have quotes, slashes or control characters in its name, because JSON spells \
                     them in several ways; rename the property",
                );
            }
            // A secret is replaced by a text, whatever it was.
            self.read.secrets.push(Path::from_segments(place.path));
            return ColumnType::String;
        }
        match self.kind(schema, place, FARTHEST) {
            Kind::Any => ColumnType::Json,
            Kind::Plain(column_type) => column_type,
            Kind::Object(properties, required, place) => {
                let is_deep = place.depth >= DEEPEST;
                let inner = Place {
                    depth: place.depth + 1,
                    ..place
                };
                let members = self.members(properties, &required, &inner);
                if members.is_empty() || is_deep {
                    ColumnType::Json
                } else {
                    ColumnType::Struct(members)
                }
            }
            Kind::Array(items, mut place) => {
                place.path.push(Segment::Each);
                place.pointer.push_str("/items");
                place.depth += 1;
                if place.depth > DEEPEST {
                    return ColumnType::Json;
                }
                match self.column_type(items, place) {
                    ColumnType::Json => ColumnType::Json,
                    element => ColumnType::List(Box::new(element)),
                }
            }
        }
    }

    /// Whether the schema, or what it refers to, says `writeOnly`.
    fn is_secret(&mut self, schema: &'s Value, pointer: &str, left: usize) -> bool {
        if left == 0 {
            return false;
        }
        let mut secret = schema.get("writeOnly") == Some(&Value::Bool(true));
        for (inner, at) in self.same_value(schema, pointer) {
            secret |= self.is_secret(inner, &at, left - 1);
        }
        if secret {
            self.understood.insert(pointer.to_owned());
        }
        secret
    }

    /// Schemas of the very same value: what a reference refers to, and what combines alternatives.
    fn same_value(&self, schema: &'s Value, pointer: &str) -> Vec<(&'s Value, String)> {
        let mut found: Vec<(&Value, String)> = self.target(schema).into_iter().collect();
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let several = schema.get(keyword).and_then(Value::as_array);
            for (index, inner) in several.into_iter().flatten().enumerate() {
                found.push((inner, format!("{pointer}/{keyword}/{index}")));
            }
        }
        found
    }

    /// What `$ref` refers to inside this schema, and its pointer.
    fn target(&self, schema: &'s Value) -> Option<(&'s Value, String)> {
        let reference = schema.get("$ref")?.as_str()?.strip_prefix('#')?;
        let pointer = if reference.is_empty() {
            String::new()
        } else {
            decoded(reference.strip_prefix('/').map(|_| reference)?)?
        };
        self.root
            .pointer(&pointer)
            .map(|target| (target, pointer.clone()))
    }

    /// What every value that fits the schema is.
    fn kind(&mut self, schema: &'s Value, place: Place, left: usize) -> Kind<'s> {
        if left == 0 {
            self.cut(schema, &place.pointer);
            return Kind::Any;
        }
        self.understood.insert(place.pointer.clone());
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let types: Vec<&str> = types.into_iter().filter(|name| *name != "null").collect();
        match types.as_slice() {
            ["string"] if schema.get("format").and_then(Value::as_str) == Some("date-time") => {
                return Kind::Plain(ColumnType::Timestamp);
            }
            ["string"] => return Kind::Plain(ColumnType::String),
            ["boolean"] => return Kind::Plain(ColumnType::Boolean),
            ["integer"] => return Kind::Plain(ColumnType::Integer),
            ["number"] | ["integer", "number"] | ["number", "integer"] => {
                return Kind::Plain(ColumnType::Number);
            }
            ["object"] => {
                return match schema.get("properties").and_then(Value::as_object) {
                    Some(properties) => Kind::Object(properties, required(schema), place),
                    None => Kind::Any,
                };
            }
            ["array"] => {
                return match schema.get("items") {
                    Some(items) if items.is_object() && schema.get("prefixItems").is_none() => {
                        Kind::Array(items, place)
                    }
                    _ => Kind::Any,
                };
            }
            [] => {}
            _ => return Kind::Any,
        }
        if let Some(kind) = listed_values(schema) {
            return Kind::Plain(kind);
        }
        if let Some((target, pointer)) = self.target(schema) {
            if place.chain.contains(&pointer) {
                self.cut(target, &place.pointer);
                return Kind::Any;
            }
            let mut chain = place.chain.clone();
            chain.push(pointer.clone());
            return self.kind(
                target,
                Place {
                    pointer,
                    chain,
                    ..place
                },
                left - 1,
            );
        }
        // A value fits all of these, so what one of them says holds.
        for (index, inner) in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            let inner_place = Place {
                pointer: format!("{}/allOf/{index}", place.pointer),
                ..place.clone()
            };
            match self.kind(inner, inner_place, left - 1) {
                Kind::Any => {}
                decided => return decided,
            }
        }
        // Of alternatives the one that is left besides null.
        for keyword in ["anyOf", "oneOf"] {
            let alternatives = schema.get(keyword).and_then(Value::as_array);
            let mut others = alternatives
                .into_iter()
                .flatten()
                .enumerate()
                .filter(|(_, inner)| !is_null(inner));
            if let (Some((index, inner)), None) = (others.next(), others.next()) {
                let inner_place = Place {
                    pointer: format!("{}/{keyword}/{index}", place.pointer),
                    ..place
                };
                return self.kind(inner, inner_place, left - 1);
            }
        }
        Kind::Any
    }

    /// What is not followed any further must hold no secret.
    fn cut(&mut self, schema: &'s Value, pointer: &str) {
        if self.has_secrets && self.holds_secret(schema, &mut HashSet::new()) {
            self.mistake(pointer, LOST);
        }
    }

    /// A secret has to be at a place that every document has; at any other it would be kept as it is. So each schema that is
    /// one, and each reference to one that holds one, has been read as a column.
    fn lost_secrets(&mut self, schema: &'s Value, pointer: &str) {
        let is_one = schema.get("writeOnly") == Some(&Value::Bool(true));
        let refers = self.refers_to_secret(schema, &mut HashSet::new());
        if (is_one || refers) && !self.understood.contains(pointer) {
            self.mistake(pointer, LOST);
        }
        let mut inside = Vec::new();
        subschemas(schema, pointer, &mut |inner, at| inside.push((inner, at)));
        for (inner, at) in inside {
            self.lost_secrets(inner, &at);
        }
    }

    fn refers_to_secret(&self, schema: &'s Value, seen: &mut HashSet<String>) -> bool {
        if schema.get("$dynamicRef").is_some() {
            return true;
        }
        if schema.get("$ref").is_none() {
            return false;
        }
        match self.target(schema) {
            Some((target, at)) => seen.insert(at) && self.holds_secret(target, seen),
            // By an anchor: it may be anywhere.
            None => true,
        }
    }

    fn holds_secret(&self, schema: &'s Value, seen: &mut HashSet<String>) -> bool {
        if schema.get("writeOnly") == Some(&Value::Bool(true))
            || self.refers_to_secret(schema, seen)
        {
            return true;
        }
        let mut inside = Vec::new();
        subschemas(schema, "", &mut |inner, _| inside.push(inner));
        inside
            .into_iter()
            .any(|inner| self.holds_secret(inner, seen))
    }
}

/// Why a secret cannot be kept out.
const LOST: &str = "the secret here (`writeOnly`) would not be found in every document; say it of a property, or of the \
                    elements of an array, outside of conditions, alternatives, patterns and schemas that contain \
                    themselves";

/// Whether `writeOnly` stands anywhere in a schema.
fn says_secret(schema: &Value) -> bool {
    let mut found = schema.get("writeOnly") == Some(&Value::Bool(true));
    subschemas(schema, "", &mut |inner, _| {
        found = found || says_secret(inner)
    });
    found
}
