use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, FieldRef, Schema, TimeUnit},
    error::ArrowError,
    json::writer::{Encoder, EncoderFactory, EncoderOptions, NullableEncoder, make_encoder},
};

use crate::catalog::is_json;

/// How every value is written: RFC 3339 in UTC, JSON as it is.
pub(super) fn options() -> EncoderOptions {
    let moment = "%Y-%m-%dT%H:%M:%S%.3fZ".to_owned();
    EncoderOptions::default()
        .with_explicit_nulls(true)
        .with_timestamp_format(moment.clone())
        .with_timestamp_tz_format(moment)
        .with_encoder_factory(Arc::new(JsonText))
}

/// Writes text that is JSON without quoting it again.
#[derive(Debug)]
struct JsonText;

impl EncoderFactory for JsonText {
    fn make_default_encoder<'a>(
        &self,
        field: &'a FieldRef,
        array: &'a dyn Array,
        _options: &'a EncoderOptions,
    ) -> Result<Option<NullableEncoder<'a>>, ArrowError> {
        if !is_json(field) {
            return Ok(None);
        }
        let Some(texts) = array.as_string_opt::<i32>() else {
            return Ok(None);
        };
        let encoder: Box<dyn Encoder + 'a> = Box::new(Verbatim(texts));
        Ok(Some(NullableEncoder::new(encoder, texts.nulls().cloned())))
    }
}

struct Verbatim<'a>(&'a arrow::array::StringArray);

impl Encoder for Verbatim<'_> {
    fn encode(&mut self, index: usize, out: &mut Vec<u8>) {
        let text = self.0.value(index);
        match text.is_empty() {
            true => out.extend_from_slice(b"null"),
            false => out.extend_from_slice(text.as_bytes()),
        }
    }
}

/// The columns of a batch, ready to be written: moments in UTC, the answer's fields.
pub(super) struct Columns {
    fields: Vec<FieldRef>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    pub fn new(batch: &RecordBatch, schema: &Schema) -> Result<Self, ArrowError> {
        let arrays = batch
            .columns()
            .iter()
            .map(in_utc)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            fields: schema.fields().iter().cloned().collect(),
            arrays,
        })
    }

    pub fn encoders<'a>(
        &'a self,
        options: &'a EncoderOptions,
    ) -> Result<Vec<NullableEncoder<'a>>, ArrowError> {
        self.fields
            .iter()
            .zip(&self.arrays)
            .map(|(field, array)| make_encoder(field, array.as_ref(), options))
            .collect()
    }
}

/// A moment of any zone and precision, in milliseconds and UTC.
fn in_utc(array: &ArrayRef) -> Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Millisecond, Some(zone)) if &**zone == "UTC" => {
            Ok(Arc::clone(array))
        }
        DataType::Timestamp(_, None) => {
            let plain = cast(array, &DataType::Timestamp(TimeUnit::Millisecond, None))?;
            Ok(plain)
        }
        DataType::Timestamp(..) => cast(
            array,
            &DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        ),
        _ => Ok(Arc::clone(array)),
    }
}

/// A cell for people: text without quotes, everything else as JSON.
pub(super) fn text(encoder: &mut NullableEncoder<'_>, row: usize) -> Option<String> {
    if encoder.is_null(row) {
        return None;
    }
    let mut bytes = Vec::new();
    encoder.encode(row, &mut bytes);
    let unquoted = match bytes.first() {
        Some(b'"') => serde_json::from_slice(&bytes).ok(),
        _ => None,
    };
    Some(unquoted.unwrap_or_else(|| String::from_utf8_lossy(&bytes).into_owned()))
}
