//! Reads JSON into the builders of [`super::column`].

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{
    Warnings,
    column::{Builder, ColumnDecoder, StructDecoder},
    timestamp::parse_timestamp,
};

/// Whole numbers up to here are exact in a number with a fraction: 2^53.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads one object into the columns of `decoder` and closes its row.
pub(super) struct StructSeed<'a> {
    pub decoder: &'a mut StructDecoder,
    pub warnings: &'a mut Warnings,
}

impl<'de> DeserializeSeed<'de> for StructSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for StructSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        read_members(self.decoder, self.warnings, &mut map)
    }
}

fn read_members<'de, A: MapAccess<'de>>(
    decoder: &mut StructDecoder,
    warnings: &mut Warnings,
    map: &mut A,
) -> Result<(), A::Error> {
    let row = decoder.rows();
    let mut expected = 0;
    while let Some(position) = map.next_key_seed(Member { decoder, expected })? {
        // A column that has its value already came from the key, or the document repeats a member.
        match position.and_then(|index| {
            decoder
                .columns
                .get_mut(index)
                .filter(|column| column.len() == row)
        }) {
            Some(column) => map.next_value_seed(ValueSeed { column, warnings })?,
            None => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        expected = position.map_or(expected, |index| index + 1);
    }
    decoder.close_row(true);
    Ok(())
}

/// Reads a member's name as the position of its column.
struct Member<'a> {
    decoder: &'a StructDecoder,
    expected: usize,
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Member<'_> {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.decoder.position(name, self.expected))
    }
}

struct ValueSeed<'a> {
    column: &'a mut ColumnDecoder,
    warnings: &'a mut Warnings,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if let Builder::Json(builder) = &mut self.column.builder {
            let raw = <&RawValue as serde::Deserialize>::deserialize(deserializer)?;
            builder.append_option((raw.get() != "null").then(|| raw.get()));
            return Ok(());
        }
        deserializer.deserialize_any(self)
    }
}

impl ValueSeed<'_> {
    fn unfit(self, found: &'static str) {
        self.warnings
            .add(&self.column.path, self.column.builder.expects(), found);
        self.column.push_null();
    }

    fn text_of(self, value: &dyn fmt::Display, found: &'static str) {
        if let Builder::Text(builder) = &mut self.column.builder {
            builder.append_value(value.to_string());
            self.warnings.add(&self.column.path, "string", found);
        } else {
            self.unfit(found);
        }
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.column.push_null();
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        match &mut self.column.builder {
            Builder::Boolean(builder) => builder.append_value(value),
            _ => self.text_of(&value, "boolean"),
        }
        Ok(())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        match &mut self.column.builder {
            Builder::Integer(builder) => builder.append_value(value),
            Builder::Number(builder) => builder.append_value(value as f64),
            _ => self.text_of(&value, "number"),
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => return self.visit_i64(value),
            Err(_) => match &mut self.column.builder {
                Builder::Number(builder) => builder.append_value(value as f64),
                _ => self.text_of(&value, "number"),
            },
        }
        Ok(())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        match &mut self.column.builder {
            Builder::Number(builder) => builder.append_value(value),
            // `3.0` and `3e2` are whole numbers in another spelling; up to here none has two.
            Builder::Integer(builder) if value.fract() == 0.0 && value.abs() <= EXACT => {
                builder.append_value(value as i64);
            }
            _ => self.text_of(&value, "number"),
        }
        Ok(())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        match &mut self.column.builder {
            Builder::Text(builder) => builder.append_value(value),
            Builder::Timestamp(builder) => match parse_timestamp(value) {
                Some(moment) => builder.append_value(moment),
                None if value.is_empty() => builder.append_null(),
                None => self.unfit("another text"),
            },
            _ => self.unfit("string"),
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if let Builder::Struct(decoder) = &mut self.column.builder {
            return read_members(decoder, self.warnings, &mut map);
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        self.unfit("object");
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        if let Builder::List(list) = &mut self.column.builder {
            let warnings = self.warnings;
            while sequence
                .next_element_seed(ValueSeed {
                    column: &mut list.element,
                    warnings: &mut *warnings,
                })?
                .is_some()
            {}
            list.close_row(true);
            return Ok(());
        }
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        self.unfit("array");
        Ok(())
    }
}

impl Builder {
    fn expects(&self) -> &'static str {
        match self {
            Self::Text(_) => "string",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::Number(_) => "number",
            Self::Timestamp(_) => "timestamp",
            Self::Json(_) => "json",
            Self::Struct(_) => "object",
            Self::List(_) => "array",
        }
    }
}

/// The text of the top-level member `name` of `document`.
pub(crate) fn member<'a>(document: &'a str, name: &str) -> Option<&'a RawValue> {
    struct Find<'n>(&'n str);

    impl<'de> Visitor<'de> for Find<'_> {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(is_it) = map.next_key_seed(Equals(self.0))? {
                if is_it && found.is_none() {
                    found = Some(map.next_value()?);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    struct Equals<'n>(&'n str);

    impl<'de> DeserializeSeed<'de> for Equals<'_> {
        type Value = bool;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
            deserializer.deserialize_str(self)
        }
    }

    impl Visitor<'_> for Equals<'_> {
        type Value = bool;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a member name")
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<bool, E> {
            Ok(name == self.0)
        }
    }

    serde_json::Deserializer::from_str(document)
        .deserialize_map(Find(name))
        .ok()
        .flatten()
}
