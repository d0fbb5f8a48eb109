use std::sync::Arc;

use arrow::datatypes::{DataType, Field, FieldRef, Fields, TimeUnit};
use muster_model::{Column, ColumnType, Path, Segment};

/// The key of the field metadata that marks text as JSON.
pub(crate) const TYPE_KEY: &str = "muster.type";

/// The value under [`TYPE_KEY`] that marks text as JSON.
pub(crate) const JSON: &str = "json";

/// What an expression's value is, as far as names inside it need to be resolved.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// One value without members.
    Value(DataType),
    /// JSON text; members are read at run time.
    Json,
    /// Named members.
    Struct(Vec<Member>),
    /// Elements that are alike.
    List(Box<Shape>),
    /// The result of an operator or a function; only the engine knows.
    Unknown,
}

/// One member of a structured value, or one column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    /// The documented name.
    pub name: String,
    /// Where the vendor's document has it, relative to the enclosing object.
    pub from: Vec<String>,
    pub shape: Shape,
}

impl Member {
    pub fn new(name: &str, shape: Shape) -> Self {
        Self {
            name: name.to_owned(),
            from: vec![name.to_owned()],
            shape,
        }
    }

    pub fn from_column(column: &Column) -> Self {
        Self {
            name: column.name.clone(),
            from: fields_of(&column.from).unwrap_or_else(|| vec![column.name.clone()]),
            shape: Shape::from_column_type(&column.column_type),
        }
    }
}

/// The names of a path that goes through objects only.
pub(crate) fn fields_of(path: &Path) -> Option<Vec<String>> {
    path.segments()
        .iter()
        .map(|segment| match segment {
            Segment::Field(name) => Some(name.clone()),
            Segment::Each => None,
        })
        .collect()
}

impl Shape {
    pub fn from_column_type(column_type: &ColumnType) -> Self {
        match column_type {
            ColumnType::String => Self::text(),
            ColumnType::Boolean => Self::Value(DataType::Boolean),
            ColumnType::Integer => Self::Value(DataType::Int64),
            ColumnType::Number => Self::Value(DataType::Float64),
            ColumnType::Timestamp => Self::timestamp(),
            ColumnType::Json => Self::Json,
            ColumnType::Struct(columns) => {
                Self::Struct(columns.iter().map(Member::from_column).collect())
            }
            ColumnType::List(element) => Self::List(Box::new(Self::from_column_type(element))),
        }
    }

    /// The shape of what a planned subquery or the engine calls `field`.
    pub fn from_field(field: &Field) -> Self {
        if is_json(field) {
            return Self::Json;
        }
        match field.data_type() {
            DataType::Struct(fields) => Self::Struct(
                fields
                    .iter()
                    .map(|field| Member::new(field.name(), Self::from_field(field)))
                    .collect(),
            ),
            DataType::List(element) => Self::List(Box::new(Self::from_field(element))),
            other => Self::Value(other.clone()),
        }
    }

    pub fn text() -> Self {
        Self::Value(DataType::Utf8)
    }

    pub fn timestamp() -> Self {
        Self::Value(DataType::Timestamp(
            TimeUnit::Millisecond,
            Some("UTC".into()),
        ))
    }

    /// The field of this shape, marked where it is JSON.
    pub fn field(&self, name: &str) -> Field {
        let field = Field::new(name, self.data_type(), true);
        match self {
            Self::Json => json_field(field),
            _ => field,
        }
    }

    pub fn data_type(&self) -> DataType {
        match self {
            Self::Value(data_type) => data_type.clone(),
            Self::Json | Self::Unknown => DataType::Utf8,
            Self::Struct(members) => DataType::Struct(
                members
                    .iter()
                    .map(|member| member.shape.field(&member.name))
                    .collect::<Fields>(),
            ),
            Self::List(element) => {
                DataType::List(Arc::new(element.field(Field::LIST_FIELD_DEFAULT_NAME)))
            }
        }
    }
}

/// Whether a field holds JSON text.
pub(crate) fn is_json(field: &Field) -> bool {
    field
        .metadata()
        .get(TYPE_KEY)
        .is_some_and(|kind| kind == JSON)
}

/// `field`, marked as JSON text.
pub(crate) fn json_field(field: Field) -> Field {
    field.with_metadata([(TYPE_KEY.to_owned(), JSON.to_owned())].into())
}

/// The type of a field in the words of the documentation: `list<struct<id: string>>`.
pub(crate) fn type_text(field: &FieldRef) -> String {
    if is_json(field) {
        return JSON.to_owned();
    }
    match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "string".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Int64 | DataType::UInt64 => "integer".to_owned(),
        DataType::Float64 => "number".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        DataType::List(element) => format!("list<{}>", type_text(element)),
        DataType::Struct(fields) => {
            let members: Vec<String> = fields
                .iter()
                .map(|field| format!("{}: {}", field.name(), type_text(field)))
                .collect();
            format!("struct<{}>", members.join(", "))
        }
        other => other.to_string(),
    }
}
