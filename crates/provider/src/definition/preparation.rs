//! What is done to a vendor's document before anybody sees it: members in their documented spelling, and the few
//! members that the resource file adds.

use std::{
    borrow::Cow,
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
};

use muster_model::{Column, ColumnType, Path, ResourceType, Segment};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::version;

/// What is done to each document of a type.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preparation {
    /// Whether members are brought into their documented spelling.
    pub ignore_case: bool,
    /// Members that are added where the vendor leaves them out.
    pub added: Vec<Added>,
    /// Members that are not kept: resources of another type, told whole.
    pub left_out: Vec<String>,
    /// The column that the variant of the listing is added as.
    pub variant: Option<VariantColumn>,
}

/// A member that is read from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// Its name.
    pub name: String,
    /// Where it is read from: the first that is there and not empty.
    pub from: Vec<Path>,
    /// What of it is taken.
    pub part: Part,
}

/// What of a text becomes a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    #[default]
    Whole,
    /// What stands behind the last `/`: the id in an address.
    Tail,
    /// All but the parts that are versions.
    Unversioned,
}

impl Part {
    /// How a file asks for it, and what it is.
    pub(crate) const NAMED: [(&str, Self); 2] =
        [("tail", Self::Tail), ("unversioned", Self::Unversioned)];

    fn of(self, text: String) -> String {
        let part = match self {
            Self::Whole => return text,
            Self::Tail => text.rsplit('/').next().unwrap_or_default().to_owned(),
            Self::Unversioned => version::without(&text),
        };
        // What is nothing but a version tells more than nothing.
        if part.is_empty() { text } else { part }
    }
}

/// The member that says which of several listings a document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantColumn {
    /// Its name.
    pub name: String,
    /// (value in the path, value of the column), where they differ.
    pub named: Vec<(String, String)>,
}

impl VariantColumn {
    fn value<'a>(&'a self, variant: &'a str) -> &'a str {
        let named = self.named.iter().find(|(value, _)| value == variant);
        named.map_or(variant, |(_, name)| name)
    }
}

impl Preparation {
    /// Whether documents stay as they are.
    pub fn is_trivial(&self) -> bool {
        !self.ignore_case
            && self.added.is_empty()
            && self.left_out.is_empty()
            && self.variant.is_none()
    }

    /// The document as it is kept. What is no object stays as it is.
    pub fn prepare<'d>(
        &self,
        resource_type: &ResourceType,
        document: &'d str,
        variant: Option<&str>,
    ) -> Cow<'d, str> {
        if self.is_trivial() {
            return Cow::Borrowed(document);
        }
        let spelled = if self.ignore_case {
            Cow::Owned(spell(document, &resource_type.columns))
        } else {
            Cow::Borrowed(document)
        };
        let mut additions = Vec::new();
        if !self.added.is_empty() {
            let value: Value = serde_json::from_str(&spelled).unwrap_or(Value::Null);
            for added in &self.added {
                if !is_there(value.get(&added.name))
                    && let Some(text) = added.value(&value)
                {
                    additions.push((added.name.as_str(), text));
                }
            }
        }
        if let (Some(column), Some(variant)) = (&self.variant, variant) {
            additions.push((column.name.as_str(), column.value(variant).to_owned()));
        }
        if additions.is_empty() && !self.leaves_out_of(&spelled) {
            return spelled;
        }
        Cow::Owned(changed(&spelled, &additions, &self.left_out))
    }

    fn leaves_out_of(&self, document: &str) -> bool {
        if self.left_out.is_empty() {
            return false;
        }
        let members: Members<'_> = serde_json::from_str(document).unwrap_or_default();
        self.left_out.iter().any(|name| members.get(name).is_some())
    }

    /// The member without versions that is part of the key: resources that differ in versions alone are told apart there.
    pub fn unversioned_key(&self, resource_type: &ResourceType) -> Option<&str> {
        let added = self.added.iter().find(|added| {
            let path = Path::fields([added.name.as_str()]);
            added.part == Part::Unversioned && resource_type.key.contains(&path)
        })?;
        Some(&added.name)
    }
}

impl Added {
    fn value(&self, document: &Value) -> Option<String> {
        let found = self.from.iter().find_map(|path| {
            let values = path.values(document);
            values
                .first()
                .filter(|value| is_there(Some(value)))
                .map(|value| match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                })
        })?;
        Some(self.part.of(found))
    }
}

fn is_there(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}

/// What tells this document from others of its listing: the values of its key columns.
pub(crate) fn identity(resource_type: &ResourceType, document: &str) -> Identity {
    let members: Members<'_> = serde_json::from_str(document).unwrap_or_default();
    let mut whole: Option<Value> = None;
    let mut parts = resource_type.key.iter().map(|path| {
        let mut hasher = DefaultHasher::new();
        match path.segments() {
            [Segment::Field(name)] => members.get(name).hash(&mut hasher),
            _ => {
                let whole = whole
                    .get_or_insert_with(|| serde_json::from_str(document).unwrap_or(Value::Null));
                let values: Vec<String> =
                    path.values(whole).iter().map(ToString::to_string).collect();
                values.hash(&mut hasher);
            }
        }
        hasher.finish()
    });
    let first = parts.next().unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    first.hash(&mut hasher);
    parts.for_each(|part| part.hash(&mut hasher));
    Identity {
        first,
        all: hasher.finish(),
    }
}

/// Hashes of a document's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Of its first column.
    pub first: u64,
    /// Of all of them.
    pub all: u64,
}

/// `document` with these members; those it has already get the new value.
pub(crate) fn with_members(document: &str, additions: &[(&str, String)]) -> String {
    changed(document, additions, &[])
}

/// `document` with these members and without those.
fn changed(document: &str, additions: &[(&str, String)], left_out: &[String]) -> String {
    let Ok(members) = serde_json::from_str::<Members<'_>>(document) else {
        return document.to_owned();
    };
    let kept = members
        .0
        .iter()
        .filter(|(name, _)| {
            !additions.iter().any(|(added, _)| added == name)
                && !left_out.iter().any(|left_out| left_out == name)
        })
        .map(|(name, raw)| (name.as_ref(), Cow::Borrowed(raw.get())));
    let added = additions
        .iter()
        .map(|(name, text)| (*name, Cow::Owned(Value::from(text.as_str()).to_string())));
    object(kept.chain(added))
}

/// The text member `name` of `document`.
pub(crate) fn text_member(document: &str, name: &str) -> Option<String> {
    let members: Members<'_> = serde_json::from_str(document).ok()?;
    serde_json::from_str(members.get(name)?).ok()
}

/// `document` with its members as `columns` spell them, in whatever case they came. A member that is not declared gets
/// a small first letter; what lies inside it is data and stays.
fn spell(document: &str, columns: &[Column]) -> String {
    let Ok(Members(members)) = serde_json::from_str::<Members<'_>>(document) else {
        return document.to_owned();
    };
    let mut spelled: Vec<(String, Cow<'_, str>)> = Vec::with_capacity(members.len());
    for (name, raw) in &members {
        let column = columns
            .iter()
            .find(|column| vendor_name(column) == Some(name.as_ref()))
            .or_else(|| {
                columns.iter().find(|column| {
                    vendor_name(column).is_some_and(|known| known.eq_ignore_ascii_case(name))
                })
            });
        let (name, value) = match column {
            Some(column) => (
                vendor_name(column).unwrap_or(name).to_owned(),
                spell_value(raw.get(), &column.column_type),
            ),
            None => (small_first(name), Cow::Borrowed(raw.get())),
        };
        if !spelled.iter().any(|(known, _)| *known == name) {
            spelled.push((name, value));
        }
    }
    object(
        spelled
            .iter()
            .map(|(name, value)| (name.as_str(), Cow::Borrowed(&**value))),
    )
}

fn spell_value<'d>(raw: &'d str, column_type: &ColumnType) -> Cow<'d, str> {
    match column_type {
        ColumnType::Struct(members) if raw.starts_with('{') => Cow::Owned(spell(raw, members)),
        ColumnType::List(element) if raw.starts_with('[') => {
            let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(raw) else {
                return Cow::Borrowed(raw);
            };
            let elements: Vec<_> = elements
                .iter()
                .map(|raw| spell_value(raw.get(), element))
                .collect();
            Cow::Owned(format!("[{}]", elements.join(",")))
        }
        _ => Cow::Borrowed(raw),
    }
}

fn vendor_name(column: &Column) -> Option<&str> {
    match column.from.segments() {
        [Segment::Field(name)] => Some(name),
        _ => None,
    }
}

pub(crate) fn small_first(name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a str, Cow<'a, str>)>) -> String {
    let mut text = String::from("{");
    for (index, (name, raw)) in members.enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&Value::from(name).to_string());
        text.push(':');
        text.push_str(&raw);
    }
    text.push('}');
    text
}

/// The members of an object as they are written, in order.
#[derive(Debug, Default)]
struct Members<'d>(Vec<(Cow<'d, str>, &'d RawValue)>);

impl Members<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let member = self.0.iter().find(|(member, _)| member == name);
        member.map(|(_, raw)| raw.get())
    }
}

impl<'de: 'd, 'd> Deserialize<'de> for Members<'d> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(name) = map.next_key::<Name<'de>>()? {
                    members.push((name.0, map.next_value()?));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// A name that is borrowed where it holds no escapes.
#[derive(Deserialize)]
struct Name<'d>(#[serde(borrow)] Cow<'d, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        let column = |name: &str, column_type: ColumnType| Column {
            name: name.to_owned(),
            from: Path::fields([name]),
            column_type,
            required: false,
        };
        vec![
            column("userId", ColumnType::String),
            column("attributes", ColumnType::Json),
            column(
                "groups",
                ColumnType::List(Box::new(ColumnType::Struct(vec![column(
                    "id",
                    ColumnType::String,
                )]))),
            ),
        ]
    }

    #[test]
    fn either_spelling_gives_the_documented_one() {
        let documented = r#"{"userId":"u","attributes":{"Shoe Size":1.50},"groups":[{"id":"g","title":null}],"mfa":1}"#;
        for written in [
            documented,
            r#"{"UserId":"u","Attributes":{"Shoe Size":1.50},"Groups":[{"Id":"g","Title":null}],"Mfa":1}"#,
            r#"{"USERID":"u","attributes":{"Shoe Size":1.50},"groups":[{"ID":"g","title":null}],"mfa":1,"Mfa":2}"#,
        ] {
            assert_eq!(spell(written, &columns()), documented);
        }
    }

    #[test]
    fn the_first_that_is_there_is_taken_and_nothing_is_overwritten() {
        let added = |from: &[&str], part| Added {
            name: "place".to_owned(),
            from: from.iter().map(|path| path.parse().unwrap()).collect(),
            part,
        };
        let prepare = |added: Added, document: &str| prepare(vec![added], &[], document);
        let either = || added(&["a", "b.c"], Part::Whole);
        assert_eq!(
            prepare(either(), r#"{"a":"","b":{"c":7}}"#),
            r#"{"a":"","b":{"c":7},"place":"7"}"#
        );
        assert_eq!(
            prepare(either(), r#"{"a":"x","place":null}"#),
            r#"{"a":"x","place":"x"}"#
        );
        for document in [r#"{"a":"x","place":"p"}"#, r#"{"d":1}"#] {
            assert_eq!(prepare(either(), document), document);
        }
        let unversioned = || added(&["a"], Part::Unversioned);
        assert_eq!(
            prepare(unversioned(), r#"{"a":"7-Zip 23.01 (x64)"}"#),
            r#"{"a":"7-Zip 23.01 (x64)","place":"7-Zip (x64)"}"#
        );
        assert_eq!(
            prepare(unversioned(), r#"{"a":"1.2.3"}"#),
            r#"{"a":"1.2.3","place":"1.2.3"}"#
        );
    }

    #[test]
    fn the_tail_of_an_address_is_the_id_in_it() {
        let tail = |address: &str| {
            let added = Added {
                name: "id".to_owned(),
                from: vec!["link.href".parse().unwrap()],
                part: Part::Tail,
            };
            let document = serde_json::json!({"link": {"href": address}}).to_string();
            let prepared: Value =
                serde_json::from_str(&prepare(vec![added], &[], &document)).unwrap();
            prepared["id"].as_str().unwrap().to_owned()
        };
        assert_eq!(tail("https://x.okta.com/api/v1/users/00u1"), "00u1");
        assert_eq!(tail("00u1"), "00u1");
        assert_eq!(tail("https://x.okta.com/"), "https://x.okta.com/");
    }

    #[test]
    fn what_is_left_out_gives_its_id_before_it_goes() {
        let added = Added {
            name: "userId".to_owned(),
            from: vec!["user.id".parse().unwrap()],
            part: Part::Whole,
        };
        let prepare = |document: &str| prepare(vec![added.clone()], &["user".to_owned()], document);
        assert_eq!(
            prepare(r#"{"a":1.50,"user":{"id":"u","status":"ACTIVE"}}"#),
            r#"{"a":1.50,"userId":"u"}"#
        );
        assert_eq!(prepare(r#"{"user":null,"a":1}"#), r#"{"a":1}"#);
        assert_eq!(prepare(r#"{"a": 1}"#), r#"{"a": 1}"#);
    }

    fn prepare(added: Vec<Added>, left_out: &[String], document: &str) -> String {
        let preparation = Preparation {
            added,
            left_out: left_out.to_vec(),
            ..Preparation::default()
        };
        let resource_type = ResourceType {
            name: "x_thing".to_owned(),
            provider: "x".to_owned(),
            title: String::new(),
            description: String::new(),
            key: vec![Path::fields(["place"])],
            label: None,
            parent: None,
            columns: Vec::new(),
            computed: Vec::new(),
            same_as: None,
            volatile: Vec::new(),
            redact: Vec::new(),
            references: Vec::new(),
            hot: Vec::new(),
        };
        preparation
            .prepare(&resource_type, document, None)
            .into_owned()
    }
}
