//! What a schema says of a value, in words. Values of documents are never repeated.

use boon::{ErrorKind, InstanceToken, Type, ValidationError};
use serde_json::Value;

use crate::{Mistake, mistake::below};

/// Alternatives of an enumeration that are named at most.
const NAMED: usize = 10;

/// Every mistake in `error`, the innermost each.
pub(crate) fn mistakes(error: &ValidationError<'_, '_>, prefix: &str, found: &mut Vec<Mistake>) {
    let splits = matches!(
        error.kind,
        ErrorKind::Group
            | ErrorKind::Schema { .. }
            | ErrorKind::Reference { .. }
            | ErrorKind::ContentSchema
            | ErrorKind::AllOf
    );
    if splits && !error.causes.is_empty() {
        for cause in &error.causes {
            mistakes(cause, prefix, found);
        }
        return;
    }
    let mut pointer = prefix.to_owned();
    for token in &error.instance_location.tokens {
        pointer = match token {
            InstanceToken::Prop(name) => below(&pointer, name),
            InstanceToken::Item(index) => below(&pointer, &index.to_string()),
        };
    }
    let mistake = Mistake::new(pointer, words(&error.kind));
    if !found.contains(&mistake) {
        found.push(mistake);
    }
}

fn words(kind: &ErrorKind<'_, '_>) -> String {
    match kind {
        ErrorKind::Type { got, want } => {
            let want: Vec<&str> = want.iter().map(type_name).collect();
            format!(
                "this is {}, and the schema wants {}",
                type_name(*got),
                join(&want, " or ")
            )
        }
        ErrorKind::Required { want } => match want.as_slice() {
            [one] => format!("the property `{one}` is missing"),
            several => format!("the properties {} are missing", quoted(several)),
        },
        ErrorKind::AdditionalProperties { got } => {
            let names: Vec<&str> = got.iter().map(|name| &**name).take(NAMED).collect();
            format!("the schema does not know {}", quoted(&names))
        }
        ErrorKind::Enum { want } => {
            let texts: Option<Vec<&str>> = want.iter().map(Value::as_str).collect();
            match texts {
                Some(texts) if texts.len() <= NAMED => {
                    format!("this is none of {}", quoted(&texts))
                }
                _ => format!(
                    "this is none of the {} values the schema allows",
                    want.len()
                ),
            }
        }
        ErrorKind::Const { want } => match want.as_str() {
            Some(text) => format!("this is not `{text}`"),
            None => "this is not the one value the schema allows".to_owned(),
        },
        ErrorKind::Pattern { want, .. } => format!("this does not match the pattern `{want}`"),
        ErrorKind::Format { want, .. } => format!("this is not written as `{want}`"),
        ErrorKind::MinLength { got, want } => {
            format!("this has {got} characters, and {want} are needed")
        }
        ErrorKind::MaxLength { got, want } => {
            format!("this has {got} characters, and {want} are allowed")
        }
        ErrorKind::MinItems { got, want } => {
            format!("this has {got} elements, and {want} are needed")
        }
        ErrorKind::MaxItems { got, want } => {
            format!("this has {got} elements, and {want} are allowed")
        }
        ErrorKind::MinProperties { got, want } => {
            format!("this has {got} members, and {want} are needed")
        }
        ErrorKind::MaxProperties { got, want } => {
            format!("this has {got} members, and {want} are allowed")
        }
        ErrorKind::UniqueItems { got } => {
            format!("the elements {} and {} are the same", got[0], got[1])
        }
        ErrorKind::AdditionalItems { got } => format!("the last {got} elements are not allowed"),
        ErrorKind::Minimum { want, .. } => format!("this is below {want}"),
        ErrorKind::Maximum { want, .. } => format!("this is above {want}"),
        ErrorKind::ExclusiveMinimum { want, .. } => format!("this is not above {want}"),
        ErrorKind::ExclusiveMaximum { want, .. } => format!("this is not below {want}"),
        ErrorKind::MultipleOf { want, .. } => format!("this is no multiple of {want}"),
        ErrorKind::PropertyName { .. } => {
            "the schema does not allow a member of this name".to_owned()
        }
        ErrorKind::Dependency { prop, missing }
        | ErrorKind::DependentRequired { prop, missing } => {
            format!(
                "where there is `{prop}`, {} is needed as well",
                quoted(missing)
            )
        }
        ErrorKind::Contains | ErrorKind::MinContains { .. } => {
            "too few elements are as `contains` says".to_owned()
        }
        ErrorKind::MaxContains { .. } => "too many elements are as `contains` says".to_owned(),
        ErrorKind::FalseSchema => "the schema allows nothing here".to_owned(),
        ErrorKind::Not => "this is what the schema says it must not be".to_owned(),
        ErrorKind::AnyOf => "this fits none of the alternatives of `anyOf`".to_owned(),
        ErrorKind::OneOf(None) => "this fits none of the alternatives of `oneOf`".to_owned(),
        ErrorKind::OneOf(Some(_)) => {
            "this fits several alternatives of `oneOf`, and must fit one".to_owned()
        }
        ErrorKind::ContentEncoding { want, .. } => format!("this is not encoded as {want}"),
        ErrorKind::ContentMediaType { want, .. } => format!("this is not of the media type {want}"),
        ErrorKind::RefCycle { .. } => "the schema refers to itself without end".to_owned(),
        ErrorKind::Group
        | ErrorKind::Schema { .. }
        | ErrorKind::Reference { .. }
        | ErrorKind::ContentSchema
        | ErrorKind::AllOf => "this is not as the schema says".to_owned(),
    }
}

fn type_name(of: Type) -> &'static str {
    match of {
        Type::Null => "null",
        Type::Boolean => "a boolean",
        Type::Number => "a number",
        Type::Integer => "an integer",
        Type::String => "a string",
        Type::Array => "an array",
        Type::Object => "an object",
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| {
            let short: String = name.chars().take(60).collect();
            format!("`{short}`")
        })
        .collect();
    join(
        &names.iter().map(String::as_str).collect::<Vec<_>>(),
        " and ",
    )
}

fn join(words: &[&str], last: &str) -> String {
    match words.split_last() {
        Some((end, rest)) if !rest.is_empty() => format!("{}{last}{end}", rest.join(", ")),
        Some((end, _)) => (*end).to_owned(),
        None => String::new(),
    }
}
