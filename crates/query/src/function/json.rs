use std::{
    borrow::Cow,
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use arrow::{
    array::{Array, ArrayRef, AsArray, Int64Array, ListBuilder, StringArray, StringBuilder},
    compute::cast,
    datatypes::{DataType, Field, FieldRef},
};
use datafusion::{
    common::ScalarValue,
    error::{DataFusionError, Result},
    logical_expr::{
        ColumnarValue, DocSection, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs,
        ScalarUDF, ScalarUDFImpl, Signature, Volatility,
        expr::ScalarFunction,
        simplify::{ExprSimplifyResult, SimplifyContext},
    },
};

use super::json_text::{Step, elements, find, keys, kind, unquoted};
use crate::catalog::json_field;

/// What is made of the value at the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Reading {
    Json,
    Text,
    Elements,
    Texts,
    Keys,
    Length,
    Kind,
}

/// A function of a document and a path into it: `json_get(document, 'member', 1, …)`.
#[derive(Debug, PartialEq, Eq, Hash)]
struct JsonFunction {
    name: &'static str,
    aliases: Vec<String>,
    result: Reading,
    signature: Signature,
}

/// The functions that read JSON text.
pub(super) fn all() -> Vec<Arc<ScalarUDF>> {
    [
        ("json_get", &[][..], Reading::Json),
        ("json_text", &["json_as_text"], Reading::Text),
        ("json_elements", &[], Reading::Elements),
        ("json_texts", &[], Reading::Texts),
        ("json_keys", &[], Reading::Keys),
        ("json_length", &[], Reading::Length),
        ("json_type", &[], Reading::Kind),
    ]
    .into_iter()
    .map(|(name, aliases, result)| {
        Arc::new(ScalarUDF::from(JsonFunction {
            name,
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            result,
            signature: Signature::variadic_any(Volatility::Immutable),
        }))
    })
    .collect()
}

/// What each does, for people.
static DOCUMENTATION: LazyLock<BTreeMap<&str, Documentation>> = LazyLock::new(|| {
    const SECTION: DocSection = DocSection {
        include: true,
        label: "JSON Functions",
        description: None,
    };
    [
        ("json_get", "What lies at a path in a JSON document, as JSON. Members are named, elements counted from 0."),
        ("json_text", "What lies at a path in a JSON document, as text: without quotes where it is a text itself."),
        ("json_elements", "The elements of the array at a path in a JSON document, a list of JSON."),
        ("json_texts", "The texts in the array at a path in a JSON document, a list of text."),
        ("json_keys", "The names of the members of the object at a path in a JSON document."),
        ("json_length", "How many elements or members the array or object at a path in a JSON document has."),
        ("json_type", "What lies at a path in a JSON document: object, array, string, number, boolean or null."),
    ]
    .into_iter()
    .map(|(name, description)| {
        let call = format!("{name}(document[, member_or_position, ...])");
        (name, Documentation::builder(SECTION, description, call).build())
    })
    .collect()
});

/// Whether an expression is JSON read as the value it holds.
pub(crate) fn is_json_text(expr: &Expr) -> bool {
    matches!(expr, Expr::ScalarFunction(function) if function.func.name() == "json_text")
}

impl JsonFunction {
    fn field(&self) -> Field {
        let text = || Field::new(self.name, DataType::Utf8, true);
        let list = |element: Field| {
            Field::new(
                self.name,
                DataType::List(Arc::new(element.with_name(Field::LIST_FIELD_DEFAULT_NAME))),
                true,
            )
        };
        match self.result {
            Reading::Json => json_field(text()),
            Reading::Text | Reading::Kind => text(),
            Reading::Elements => list(json_field(text())),
            Reading::Texts | Reading::Keys => list(text()),
            Reading::Length => Field::new(self.name, DataType::Int64, true),
        }
    }

    fn list<'a>(&self, values: impl Iterator<Item = Option<Vec<Cow<'a, str>>>>) -> ArrayRef {
        let field = match self.field().data_type() {
            DataType::List(element) => Arc::clone(element),
            _ => Arc::new(Field::new_list_field(DataType::Utf8, true)),
        };
        let mut builder = ListBuilder::new(StringBuilder::new()).with_field(field);
        for value in values {
            match value {
                Some(value) => {
                    for element in value {
                        builder.values().append_value(element);
                    }
                    builder.append(true);
                }
                None => builder.append(false),
            }
        }
        Arc::new(builder.finish())
    }

    fn evaluate<'a>(&self, values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
        let borrowed = |texts: Vec<&'a str>| texts.into_iter().map(Cow::Borrowed).collect();
        match self.result {
            Reading::Json => Arc::new(values.collect::<StringArray>()),
            Reading::Text => Arc::new(
                values
                    .map(|value| value.and_then(unquoted))
                    .collect::<StringArray>(),
            ),
            Reading::Kind => Arc::new(values.map(|value| value.map(kind)).collect::<StringArray>()),
            Reading::Elements => self.list(values.map(|value| Some(borrowed(elements(value?)?)))),
            Reading::Texts => self.list(values.map(|value| {
                let texts = elements(value?)?;
                Some(texts.into_iter().filter_map(unquoted).collect())
            })),
            Reading::Keys => self.list(values.map(|value| keys(value?))),
            Reading::Length => Arc::new(
                values
                    .map(|value| {
                        let value = value?;
                        let length = match kind(value) {
                            "array" => elements(value)?.len(),
                            "object" => keys(value)?.len(),
                            _ => return None,
                        };
                        i64::try_from(length).ok()
                    })
                    .collect::<Int64Array>(),
            ),
        }
    }
}

impl ScalarUDFImpl for JsonFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn documentation(&self) -> Option<&Documentation> {
        DOCUMENTATION.get(self.name)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(self.field().data_type().clone())
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let Some(document) = arguments.arg_fields.first() else {
            return Err(DataFusionError::Plan(format!(
                "{} takes a document",
                self.name
            )));
        };
        match document.data_type() {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => {}
            other => {
                return Err(DataFusionError::Plan(format!(
                    "{} reads JSON text, not {other}",
                    self.name
                )));
            }
        }
        Ok(Arc::new(self.field()))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let mut arguments_left = arguments.args.into_iter();
        let Some(document) = arguments_left.next() else {
            return Err(DataFusionError::Plan(format!(
                "{} takes a document",
                self.name
            )));
        };
        let steps: Vec<ColumnarValue> = arguments_left.collect();
        let scalar = matches!(document, ColumnarValue::Scalar(_))
            && steps
                .iter()
                .all(|step| matches!(step, ColumnarValue::Scalar(_)));
        let rows = if scalar { 1 } else { arguments.number_rows };
        let document = cast(&document.into_array(rows)?, &DataType::Utf8)?;
        if self.result == Reading::Json && steps.is_empty() && !scalar {
            return Ok(ColumnarValue::Array(document));
        }
        let documents = document.as_string::<i32>();
        if self.result == Reading::Text
            && steps.is_empty()
            && !scalar
            && reads_as_written(documents)
        {
            return Ok(ColumnarValue::Array(document));
        }
        let array = match constant_steps(&steps)? {
            Some(Some(steps)) => {
                let steps: Vec<Step<'_>> = steps.iter().map(OwnedStep::borrowed).collect();
                self.evaluate(documents.iter().map(|document| find(document?, &steps)))
            }
            Some(None) => self.evaluate((0..rows).map(|_| None)),
            None => {
                let columns = steps
                    .into_iter()
                    .map(|step| step.into_array(rows))
                    .collect::<Result<Vec<_>>>()?;
                self.evaluate((0..rows).map(|row| {
                    let steps = columns
                        .iter()
                        .map(|column| step_at(column, row))
                        .collect::<Option<Vec<_>>>()?;
                    let steps: Vec<Step<'_>> = steps.iter().map(OwnedStep::borrowed).collect();
                    documents
                        .is_valid(row)
                        .then(|| find(documents.value(row), &steps))?
                }))
            }
        };
        match scalar {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &array, 0,
            )?)),
            false => Ok(ColumnarValue::Array(array)),
        }
    }

    /// `f(json_get(document, path…))` is `f(document, path…)`: one pass over the document.
    fn simplify(
        &self,
        arguments: Vec<Expr>,
        _context: &SimplifyContext,
    ) -> Result<ExprSimplifyResult> {
        match arguments.as_slice() {
            [Expr::ScalarFunction(inner), rest @ ..] if inner.func.name() == "json_get" => {
                let mut joined = inner.args.clone();
                joined.extend(rest.iter().cloned());
                let function = Arc::new(ScalarUDF::from(Self {
                    name: self.name,
                    aliases: self.aliases.clone(),
                    result: self.result,
                    signature: self.signature.clone(),
                }));
                Ok(ExprSimplifyResult::Simplified(Expr::ScalarFunction(
                    ScalarFunction::new_udf(function, joined),
                )))
            }
            _ => Ok(ExprSimplifyResult::Original(arguments)),
        }
    }
}

/// Whether every value's text is the value itself, as a document's is, so that nothing needs to be copied.
fn reads_as_written(documents: &StringArray) -> bool {
    documents
        .iter()
        .flatten()
        .all(|text| !text.starts_with(['"', 'n', ' ', '\n', '\r', '\t']) && !text.is_empty())
}

enum OwnedStep {
    Member(String),
    Element(i64),
}

impl OwnedStep {
    fn borrowed(&self) -> Step<'_> {
        match self {
            Self::Member(name) => Step::Member(name),
            Self::Element(index) => Step::Element(*index),
        }
    }
}

/// The path when it is the same for every row; `Some(None)` when a step of it is null.
fn constant_steps(steps: &[ColumnarValue]) -> Result<Option<Option<Vec<OwnedStep>>>> {
    let mut constant = Vec::with_capacity(steps.len());
    for step in steps {
        let ColumnarValue::Scalar(scalar) = step else {
            return Ok(None);
        };
        match step_at(&scalar.to_array()?, 0) {
            Some(step) => constant.push(step),
            None => return Ok(Some(None)),
        }
    }
    Ok(Some(Some(constant)))
}

fn step_at(column: &ArrayRef, row: usize) -> Option<OwnedStep> {
    if column.is_null(row) {
        return None;
    }
    if column.data_type().is_integer() {
        let column = cast(&column.slice(row, 1), &DataType::Int64).ok()?;
        let column = column.as_any().downcast_ref::<Int64Array>()?;
        return Some(OwnedStep::Element(column.value(0)));
    }
    let column = cast(&column.slice(row, 1), &DataType::Utf8).ok()?;
    Some(OwnedStep::Member(
        column.as_string::<i32>().value(0).to_owned(),
    ))
}
