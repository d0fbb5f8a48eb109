use std::sync::{Arc, LazyLock};

use arrow::{
    array::{Array, AsArray, Int64Array},
    datatypes::{DataType, TimeUnit, TimestampMillisecondType},
};
use chrono::{DateTime, Datelike, Utc};
use datafusion::{
    error::{DataFusionError, Result},
    logical_expr::{
        ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
        Volatility, scalar_doc_sections::DOC_SECTION_DATETIME,
    },
};

/// `date_diff('day', start, end)`: whole units that have passed from start to end; negative when end comes first.
#[derive(Debug, PartialEq, Eq, Hash)]
struct DateDiff {
    aliases: Vec<String>,
    signature: Signature,
}

static DOCUMENTATION: LazyLock<Documentation> = LazyLock::new(|| {
    Documentation::builder(
        DOC_SECTION_DATETIME,
        "Whole units that have passed from start to end; negative when end comes first. Units are millisecond, second, minute, hour, day, week, month, quarter and year.",
        "date_diff(unit, start, end)",
    )
    .build()
});

pub(super) fn date_diff() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(DateDiff {
        aliases: vec!["datediff".to_owned()],
        signature: Signature::user_defined(Volatility::Immutable),
    }))
}

fn moment() -> DataType {
    DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into()))
}

impl ScalarUDFImpl for DateDiff {
    fn name(&self) -> &str {
        "date_diff"
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&DOCUMENTATION)
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match types.len() {
            3 => Ok(vec![DataType::Utf8, moment(), moment()]),
            _ => Err(DataFusionError::Plan(
                "date_diff takes a unit, a start and an end: date_diff('day', created, now())"
                    .to_owned(),
            )),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&arguments.args)?;
        let [units, starts, ends] = arrays.as_slice() else {
            return Err(DataFusionError::Internal(
                "date_diff takes three".to_owned(),
            ));
        };
        let units = units.as_string::<i32>();
        let starts = starts.as_primitive::<TimestampMillisecondType>();
        let ends = ends.as_primitive::<TimestampMillisecondType>();
        let differences = (0..units.len())
            .map(|row| {
                if units.is_null(row) || starts.is_null(row) || ends.is_null(row) {
                    return Ok(None);
                }
                difference(units.value(row), starts.value(row), ends.value(row))
            })
            .collect::<Result<Int64Array>>()?;
        Ok(ColumnarValue::Array(Arc::new(differences)))
    }
}

fn difference(unit: &str, start: i64, end: i64) -> Result<Option<i64>> {
    const SECOND: i64 = 1_000;
    let unit = unit.to_ascii_lowercase();
    let milliseconds = match unit.trim_end_matches('s') {
        "millisecond" => 1,
        "second" => SECOND,
        "minute" => 60 * SECOND,
        "hour" => 3_600 * SECOND,
        "day" => 86_400 * SECOND,
        "week" => 7 * 86_400 * SECOND,
        "month" => return Ok(months(start, end)),
        "quarter" => return Ok(months(start, end).map(|months| months / 3)),
        "year" => return Ok(months(start, end).map(|months| months / 12)),
        _ => {
            return Err(DataFusionError::Plan(format!(
                "date_diff knows no unit `{unit}`; write millisecond, second, minute, hour, day, week, month, quarter or year"
            )));
        }
    };
    Ok(end.checked_sub(start).map(|passed| passed / milliseconds))
}

/// Whole months from start to end.
fn months(start: i64, end: i64) -> Option<i64> {
    if end < start {
        return months(end, start).map(|months| -months);
    }
    let start = DateTime::<Utc>::from_timestamp_millis(start)?;
    let end = DateTime::<Utc>::from_timestamp_millis(end)?;
    let apart = i64::from(end.year() - start.year()) * 12 + i64::from(end.month())
        - i64::from(start.month());
    let unfinished = (end.day(), end.time()) < (start.day(), start.time());
    Some(apart - i64::from(unfinished))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text)
            .unwrap()
            .timestamp_millis()
    }

    #[test]
    fn whole_units_count() {
        let (start, end) = (at("2024-01-31T12:00:00Z"), at("2024-03-31T11:59:59Z"));
        let count = |unit: &str| difference(unit, start, end).unwrap();
        assert_eq!(count("day"), Some(59));
        assert_eq!(count("MONTHS"), Some(1));
        assert_eq!(count("year"), Some(0));
        assert_eq!(difference("month", end, start).unwrap(), Some(-1));
        assert!(difference("fortnight", start, end).is_err());
    }
}
