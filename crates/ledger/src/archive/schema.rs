//! The tables of the archive: columns, partitions, order, properties.

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use chrono::DateTime;
use deltalake_core::kernel::{ArrayType, DataType as DeltaType, StructField};

/// The version of what this module writes, kept as a property of each table.
pub(super) const FORMAT: u32 = 1;
/// The property that holds [`FORMAT`].
pub(super) const FORMAT_PROPERTY: &str = "muster.format";
/// Under this name Delta keeps the last sequence number a table holds.
pub(super) const APPLICATION: &str = "muster";
/// Commits from one checkpoint of the log to the next.
pub(super) const CHECKPOINT_INTERVAL: u64 = 10;
/// How many leading columns have statistics in the log. Document text and keys come after them, so that
/// nobody's data is in the log, where erasing a person does not look.
const INDEXED_COLUMNS: usize = 3;

/// One table of the archive. Every table begins with a sequence number, a moment and a type, ends with the
/// partition columns `integration` and `month`, and keeps the rows of a file ordered by type, then sequence.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its folder.
    pub name: &'static str,
    /// What the table's description says to whoever opens it with another engine.
    pub description: &'static str,
    /// All columns, the partition columns last.
    pub columns: SchemaRef,
    /// The columns that are in the files.
    pub stored: SchemaRef,
    /// Columns of long text that is nearly always different: no dictionary, no statistics, small pages.
    pub documents: &'static [&'static str],
    /// Columns whose values must not be in Parquet statistics either, or for which these are useless.
    pub plain: &'static [&'static str],
}

/// Where the columns that this module reads itself stand, in every table.
pub(super) const SEQUENCE: usize = 0;
pub(super) const MOMENT: usize = 1;
pub(super) const TYPE: usize = 2;
/// The partition columns, outermost first.
pub(super) const PARTITIONS: [&str; 2] = ["integration", "month"];

/// `archive/change`.
pub(super) static CHANGE: LazyLock<Shape> = LazyLock::new(|| {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let names = DataType::List(Arc::new(Field::new("element", DataType::Utf8, false)));
    let stored = vec![
        Field::new("sequence", DataType::Int64, false),
        Field::new("recorded_at", instant, false),
        text("type", false),
        text("kind", false),
        text("key", false),
        text("scope", true),
        Field::new("fields", names, true),
        text("before", true),
        text("after", true),
    ];
    let partitions = PARTITIONS.map(|name| text(name, false));
    Shape {
        name: "change",
        description: "Every change of every resource that Muster has seen, one row each.",
        columns: Arc::new(Schema::new([stored.clone(), partitions.to_vec()].concat())),
        stored: Arc::new(Schema::new(stored)),
        documents: &["before", "after"],
        plain: &["key", "scope", "fields"],
    }
});

/// `archive/audit_event`.
pub(super) static AUDIT_EVENT: LazyLock<Shape> = LazyLock::new(|| {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    let instant = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    let stored = vec![
        Field::new("sequence", DataType::Int64, false),
        Field::new("time", instant.clone(), false),
        text("log", false),
        text("id", false),
        text("activity", false),
        text("action", true),
        text("outcome", true),
        text("actor_id", true),
        text("actor_type", true),
        text("actor", true),
        text("target_id", true),
        text("target_type", true),
        text("target", true),
        text("ip", true),
        text("location", true),
        Field::new("received_at", instant, false),
        text("event", false),
    ];
    let partitions = PARTITIONS.map(|name| text(name, false));
    Shape {
        name: "audit_event",
        description: "Every entry of the vendors' own logs that Muster has read, one row each.",
        columns: Arc::new(Schema::new([stored.clone(), partitions.to_vec()].concat())),
        stored: Arc::new(Schema::new(stored)),
        documents: &["event"],
        plain: &["id"],
    }
});

/// The columns of a batch of audit events.
pub fn audit_event_schema() -> SchemaRef {
    AUDIT_EVENT.columns.clone()
}

/// The columns of a batch that [`super::Archive::append`] takes and that reading gives.
pub fn change_schema() -> SchemaRef {
    CHANGE.columns.clone()
}

/// The `month` of a moment given in milliseconds since 1970: `2026-01`, in UTC. `None` past the calendar's end.
pub fn month_of(milliseconds: i64) -> Option<String> {
    let moment = DateTime::from_timestamp_millis(milliseconds)?;
    Some(moment.format("%Y-%m").to_string())
}

/// Whether `text` reads `YYYY-MM`.
pub(super) fn is_month(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 7
        && bytes[4] == b'-'
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && ("01"..="12").contains(&&text[5..])
}

impl Shape {
    /// The columns as Delta spells them.
    pub fn delta_columns(&self) -> impl Iterator<Item = StructField> + '_ {
        self.columns.fields().iter().map(|field| {
            let delta_type = match field.data_type() {
                DataType::Int64 => DeltaType::LONG,
                DataType::Timestamp(..) => DeltaType::TIMESTAMP,
                DataType::List(_) => ArrayType::new(DeltaType::STRING, false).into(),
                _ => DeltaType::STRING,
            };
            StructField::new(field.name(), delta_type, field.is_nullable())
        })
    }

    /// The properties a table is created with: a log that stays short, and says nothing about anyone.
    pub fn properties(&self) -> Vec<(String, Option<String>)> {
        [
            ("delta.checkpointInterval", CHECKPOINT_INTERVAL.to_string()),
            ("delta.logRetentionDuration", "interval 1 days".to_owned()),
            (
                "delta.deletedFileRetentionDuration",
                "interval 1 days".to_owned(),
            ),
            ("delta.enableExpiredLogCleanup", "true".to_owned()),
            (
                "delta.dataSkippingNumIndexedCols",
                INDEXED_COLUMNS.to_string(),
            ),
            (FORMAT_PROPERTY, FORMAT.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), Some(value)))
        .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_four_digits_and_two() {
        assert!(is_month("2026-01") && is_month("1999-12"));
        for text in [
            "2026-00", "2026-13", "2026-1", "26-01-1", "2026_01", "２026-1",
        ] {
            assert!(!is_month(text), "{text}");
        }
        assert_eq!(month_of(1_767_225_599_999).as_deref(), Some("2025-12"));
        assert_eq!(month_of(1_767_225_600_000).as_deref(), Some("2026-01"));
    }
}
