use std::{fmt, sync::Arc};

use boon::{Compiler, Draft, SchemaIndex, Schemas, UrlLoader};
use muster_model::{Column, ColumnType, IntegrationId, Path, ResourceType, Segment};
use serde_json::Value;

use crate::{
    MISTAKES_TOLD, Mistake,
    columns::{self, Read},
    definition::Definition,
    fit::check_columns,
    keyword,
    mistake::below,
    order::property_order,
    schema::{required, subschemas},
};

/// The provider whose types these are.
pub const PROVIDER: &str = "custom";

/// The only dialect that is understood.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// What the schema is called while it is compiled; nobody is asked for it.
const PLACE: &str = "https://schema.invalid/type";
/// Bytes of a schema at most.
const LONGEST_SCHEMA: usize = 256 * 1024;
/// Properties of a key at most.
const MOST_KEYS: usize = 8;
/// Bytes of the values of a key at most, all together.
const LONGEST_KEY: usize = 1024;

/// A type that is understood: what its rows look like, and which documents it takes.
pub struct CustomType {
    /// The integration its resources belong to.
    pub integration: IntegrationId,
    /// What its rows look like.
    pub resource_type: Arc<ResourceType>,
    schemas: Schemas,
    top: SchemaIndex,
}

impl fmt::Debug for CustomType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CustomType")
            .field("integration", &self.integration)
            .field("resource_type", &self.resource_type)
            .finish_non_exhaustive()
    }
}

/// Nothing is ever fetched.
struct Nowhere;

impl UrlLoader for Nowhere {
    fn load(&self, _: &str) -> Result<Value, Box<dyn std::error::Error>> {
        Err("schemas are not fetched from elsewhere".into())
    }
}

impl CustomType {
    /// Understands a definition; its name has been looked at already. Pointers of mistakes are into the definition.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn of(definition: &Definition, integration: IntegrationId) -> Result<Self, Vec<Mistake>> {
        let text = definition.schema.get();
        if text.len() > LONGEST_SCHEMA {
            return Err(vec![Mistake::new(
                "/schema",
                "the schema is longer than 256 KiB; leave out what describes nothing",
            )]);
        }
        let mut schema = crate::document::parse(text).map_err(|mistake| {
            let message = match mistake.pointer.as_str() {
                "" => "a schema is a JSON object".to_owned(),
                _ => mistake.message,
            };
            vec![Mistake::new(format!("/schema{}", mistake.pointer), message)]
        })?;
        let mut mistakes = Vec::new();
        // Its own address means nothing here, and would be what references are relative to.
        if let Some(members) = schema.as_object_mut() {
            members.remove("$id");
        }
        check_dialect(&schema, &mut mistakes);
        check_references(&schema, "", &mut mistakes);
        if schema.get("type") != Some(&Value::String("object".to_owned())) {
            mistakes.push(Mistake::new(
                "/schema/type",
                "a resource is an object: write `\"type\": \"object\"` at the top of the schema",
            ));
        }
        let Read {
            columns,
            secrets,
            mistakes: found,
        } = columns::read(&schema, &property_order(text), "/schema");
        mistakes.extend(found);
        check_key(definition, &schema, &columns, &secrets, &mut mistakes);
        let label = check_label(definition, &columns, &secrets, &mut mistakes);
        // A reference to elsewhere has been told of; compiling would tell of it again.
        let compiled = if mistakes.is_empty() {
            compile(schema)
        } else {
            check_meaning(&schema, &mut mistakes);
            Err(Vec::new())
        };
        let (schemas, top) = match compiled {
            Ok(compiled) => compiled,
            Err(found) => {
                mistakes.extend(found);
                mistakes.sort();
                mistakes.dedup();
                return Err(mistakes);
            }
        };
        let resource_type = ResourceType {
            name: definition.name.clone(),
            provider: PROVIDER.to_owned(),
            title: title(definition),
            description: definition.description.clone().unwrap_or_default(),
            key: definition
                .key
                .iter()
                .map(|name| Path::fields([name.as_str()]))
                .collect(),
            label,
            parent: None,
            columns,
            computed: Vec::new(),
            same_as: None,
            volatile: Vec::new(),
            redact: secrets,
            references: Vec::new(),
            hot: Vec::new(),
        };
        Ok(Self {
            integration,
            resource_type: Arc::new(resource_type),
            schemas,
            top,
        })
    }

    /// What keeps `document` from being a resource of this type; nothing when it is one.
    pub fn check(&self, document: &Value) -> Vec<Mistake> {
        let mut found = Vec::new();
        if let Err(error) = self.schemas.validate(document, self.top) {
            keyword::mistakes(&error, "", &mut found);
        }
        if found.is_empty() {
            check_columns(&self.resource_type.columns, document, "", &mut found);
            self.check_key_values(document, &mut found);
        }
        found.truncate(MISTAKES_TOLD);
        found
    }

    /// A key is told from another by how it is written.
    fn check_key_values(&self, document: &Value, found: &mut Vec<Mistake>) {
        let mut length = 0;
        for path in &self.resource_type.key {
            let [Segment::Field(name)] = path.segments() else {
                continue;
            };
            let message = match document.get(name) {
                Some(Value::String(text)) if text.is_empty() => {
                    "a part of the key is empty; give it a value"
                }
                Some(Value::String(text)) => {
                    length += text.len();
                    continue;
                }
                Some(Value::Number(number)) if number.is_i64() => continue,
                Some(Value::Number(_)) => {
                    "a number in a key is written as a whole number of 64 bits, without fraction or exponent"
                }
                _ => "this is part of the key, which is a string or an integer",
            };
            let pointer = below("", name);
            if !found.iter().any(|known| known.pointer == pointer) {
                found.push(Mistake::new(pointer, message));
            }
        }
        if length > LONGEST_KEY {
            found.push(Mistake::new("", "the key is longer than 1,024 bytes"));
        }
    }
}

fn title(definition: &Definition) -> String {
    let given = definition
        .title
        .as_deref()
        .map(str::trim)
        .unwrap_or_default();
    if !given.is_empty() {
        return given.to_owned();
    }
    let words: Vec<String> = definition
        .name
        .split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        })
        .collect();
    words.join(" ")
}

fn check_dialect(schema: &Value, mistakes: &mut Vec<Mistake>) {
    let fits = match schema.get("$schema") {
        None => true,
        Some(Value::String(dialect)) => dialect.trim_end_matches('#') == DIALECT,
        Some(_) => false,
    };
    if !fits {
        mistakes.push(Mistake::new(
            "/schema/$schema",
            format!("only `{DIALECT}` is understood; write that, or leave it out"),
        ));
    }
}

/// Everything a schema refers to is in it.
fn check_references(schema: &Value, pointer: &str, mistakes: &mut Vec<Mistake>) {
    for keyword in ["$ref", "$dynamicRef"] {
        if let Some(Value::String(reference)) = schema.get(keyword)
            && !reference.starts_with('#')
        {
            mistakes.push(Mistake::new(
                format!("/schema{}", below(pointer, keyword)),
                "nothing is fetched from elsewhere; copy the schema into `$defs` and refer to it as `#/$defs/name`",
            ));
        }
    }
    for keyword in ["$id", "$schema", "$vocabulary"] {
        if !pointer.is_empty() && schema.get(keyword).is_some() {
            mistakes.push(Mistake::new(
                format!("/schema{}", below(pointer, keyword)),
                format!("`{keyword}` can only stand at the top; leave it out"),
            ));
        }
    }
    subschemas(schema, pointer, &mut |inner, at| {
        check_references(inner, &at, mistakes)
    });
}

fn check_key(
    definition: &Definition,
    schema: &Value,
    columns: &[Column],
    secrets: &[Path],
    mistakes: &mut Vec<Mistake>,
) {
    if definition.key.is_empty() || definition.key.len() > MOST_KEYS {
        mistakes.push(Mistake::new(
            "/key",
            "name the properties that tell one resource from another: one, at most eight",
        ));
    }
    let required = required(schema);
    for (index, name) in definition.key.iter().enumerate() {
        let mut wrong = |message: String| {
            mistakes.push(Mistake::new(format!("/key/{index}"), message));
        };
        if definition.key[..index].contains(name) {
            wrong(format!("`{name}` stands twice in the key"));
            continue;
        }
        let Some(column) = columns.iter().find(|column| column.name == *name) else {
            wrong(format!("the schema's `properties` have no `{name}`"));
            continue;
        };
        if !required.contains(&name.as_str()) {
            wrong(format!(
                "`{name}` is part of the key, so every document has it; add it to the schema's `required`"
            ));
        }
        let property = schema
            .get("properties")
            .and_then(|properties| properties.get(name));
        if secrets.contains(&column.from) {
            wrong(format!(
                "`{name}` is a secret (`writeOnly`), and a key is shown everywhere"
            ));
        } else if !matches!(column.column_type, ColumnType::String | ColumnType::Integer) {
            wrong(format!(
                "`{name}` is part of the key, which is of strings and integers; say so in the schema"
            ));
        } else if property.is_some_and(may_be_null) {
            wrong(format!(
                "`{name}` is part of the key, so it is never null; say so in the schema"
            ));
        }
    }
}

/// Whether a property says outright that it may be null.
fn may_be_null(property: &Value) -> bool {
    property
        .get("type")
        .and_then(Value::as_array)
        .is_some_and(|types| types.iter().any(|name| name == "null"))
}

fn check_label(
    definition: &Definition,
    columns: &[Column],
    secrets: &[Path],
    mistakes: &mut Vec<Mistake>,
) -> Option<Path> {
    let name = definition.label.as_ref()?;
    let column = columns.iter().find(|column| column.name == *name);
    let fits = column.is_some_and(|column| {
        matches!(column.column_type, ColumnType::String | ColumnType::Integer)
            && !secrets.contains(&column.from)
    });
    if !fits {
        mistakes.push(Mistake::new(
            "/label",
            format!("the label is a property that is a string or an integer and no secret; `{name}` is none"),
        ));
    }
    Some(Path::fields([name.as_str()]))
}

/// Whether the schema is one, told beside other mistakes.
fn check_meaning(schema: &Value, mistakes: &mut Vec<Mistake>) {
    let mut alone = schema.clone();
    forget_references(&mut alone);
    if let Err(found) = compile(alone) {
        mistakes.extend(found);
    }
}

/// Takes away what has been told of, so that the rest can be looked at.
fn forget_references(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.retain(|name, value| {
                let elsewhere = matches!(value, Value::String(text) if !text.starts_with('#'));
                match name.as_str() {
                    "$ref" | "$dynamicRef" => !elsewhere,
                    "$schema" | "$id" | "$vocabulary" => false,
                    _ => true,
                }
            });
            members.values_mut().for_each(forget_references);
        }
        Value::Array(elements) => elements.iter_mut().for_each(forget_references),
        _ => {}
    }
}

fn compile(schema: Value) -> Result<(Schemas, SchemaIndex), Vec<Mistake>> {
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    compiler.use_loader(Box::new(Nowhere));
    let mut schemas = Schemas::new();
    let compiled = match compiler.add_resource(PLACE, schema) {
        Ok(()) => compiler.compile(PLACE, &mut schemas),
        Err(error) => Err(error),
    };
    match compiled {
        Ok(top) => Ok((schemas, top)),
        Err(boon::CompileError::ValidationError { src, .. }) => {
            let mut found = Vec::new();
            keyword::mistakes(&src, "/schema", &mut found);
            Err(found)
        }
        Err(error) => {
            // Where it is, without the name that only we know.
            let message = error.to_string().replace(PLACE, "");
            Err(vec![Mistake::new(
                "/schema",
                format!("the schema cannot be used: {message}"),
            )])
        }
    }
}
