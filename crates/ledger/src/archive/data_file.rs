//! What the log says about one data file.

use std::{collections::HashMap, ops::RangeInclusive};

use arrow::{
    array::{AsArray, RecordBatch},
    compute::{max, max_string, min, min_string},
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use chrono::{DateTime, SecondsFormat};
use deltalake_core::{
    Path,
    kernel::{Action, Add, LogicalFileView},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    ArchiveError,
    schema::{MOMENT, PARTITIONS, SEQUENCE, Shape, TYPE},
    table::now,
};

/// One file of a table. What the log does not say reads as the widest range.
#[derive(Debug, Clone)]
pub(super) struct DataFile {
    /// Relative to the table's folder.
    pub path: String,
    pub integration: String,
    pub month: String,
    /// In bytes.
    pub size: u64,
    pub sequence: RangeInclusive<i64>,
    /// Of the table's moments, in microseconds since 1970.
    pub moments: RangeInclusive<i64>,
    /// First and last type.
    pub types: Option<(String, String)>,
}

/// The statistics of a file as they stand in the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct LogStatistics {
    num_records: i64,
    #[serde(default)]
    min_values: Bounds,
    #[serde(default)]
    max_values: Bounds,
    #[serde(default)]
    null_count: HashMap<String, serde_json::Value>,
}

/// Values by the names of columns.
type Bounds = serde_json::Map<String, serde_json::Value>;

impl DataFile {
    /// Reads an entry of the log.
    pub fn from_log(shape: &Shape, view: &LogicalFileView) -> Result<Self, ArchiveError> {
        let path = view.path().into_owned();
        if view.deletion_vector_descriptor().is_some() {
            let reason = "another engine marked rows as deleted with deletion vectors";
            return Err(ArchiveError::NewerFormat(reason.to_owned()));
        }
        let mut partition = view.partition_values_map();
        let [integration, month] = PARTITIONS.map(|name| partition.remove(name).flatten());
        let (Some(integration), Some(month)) = (integration, month) else {
            return Err(ArchiveError::damaged(format!("`{path}` has no partition")));
        };
        let statistics = view
            .stats()
            .and_then(|text| serde_json::from_str::<LogStatistics>(&text).ok());
        let (low, high) = statistics
            .map(|statistics| (statistics.min_values, statistics.max_values))
            .unwrap_or_default();
        let [number, instant, word] =
            [SEQUENCE, MOMENT, TYPE].map(|column| shape.stored.field(column).name().as_str());
        // Engines keep milliseconds here, cut off: the last one may be anywhere inside its millisecond.
        let micros = |bounds: &Bounds| {
            let text = bounds.get(instant)?.as_str()?;
            let moment = DateTime::parse_from_rfc3339(text).ok()?;
            Some(moment.timestamp_micros())
        };
        let first = micros(&low).unwrap_or(i64::MIN);
        let last = micros(&high).map_or(i64::MAX, |micros| micros + 999);
        let sequence = |bounds: &Bounds| bounds.get(number)?.as_i64();
        let text = |bounds: &Bounds| Some(bounds.get(word)?.as_str()?.to_owned());
        Ok(Self {
            size: u64::try_from(view.size())
                .map_err(|_| ArchiveError::damaged(format!("`{path}` has a negative size")))?,
            path,
            integration,
            month,
            sequence: sequence(&low).unwrap_or(0)..=sequence(&high).unwrap_or(i64::MAX),
            moments: first..=last,
            types: text(&low).zip(text(&high)),
        })
    }

    /// The values of its partition columns.
    pub fn partition(&self) -> [&str; 2] {
        [&self.integration, &self.month]
    }

    /// Where the file is in the table's storage.
    pub fn location(&self) -> Path {
        Path::parse(&self.path).unwrap_or_else(|_| Path::from(self.path.as_str()))
    }

    /// Whether rows of `resource_type` may be in it.
    pub fn may_hold_type(&self, resource_type: &str) -> bool {
        self.types
            .as_ref()
            .is_none_or(|(first, last)| (first.as_str()..=last.as_str()).contains(&resource_type))
    }
}

/// Collects a file's statistics while it is written.
#[derive(Debug, Default)]
pub(super) struct Statistics {
    rows: usize,
    sequence: Option<(i64, i64)>,
    moments: Option<(i64, i64)>,
    types: Option<(String, String)>,
}

impl Statistics {
    /// Takes the next rows into account.
    pub fn add(&mut self, batch: &RecordBatch) {
        fn widen<T: Ord + Clone>(range: &mut Option<(T, T)>, low: Option<T>, high: Option<T>) {
            let Some((low, high)) = low.zip(high) else {
                return;
            };
            *range = Some(match range.take() {
                None => (low, high),
                Some((first, last)) => (first.min(low), last.max(high)),
            });
        }
        self.rows += batch.num_rows();
        let sequence = batch.column(SEQUENCE).as_primitive::<Int64Type>();
        widen(&mut self.sequence, min(sequence), max(sequence));
        let instants = batch
            .column(MOMENT)
            .as_primitive::<TimestampMicrosecondType>();
        widen(&mut self.moments, min(instants), max(instants));
        let types = batch.column(TYPE).as_string::<i32>();
        let (low, high) = (min_string(types), max_string(types));
        widen(
            &mut self.types,
            low.map(str::to_owned),
            high.map(str::to_owned),
        );
    }

    /// How many rows there were.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// As the log wants them.
    fn to_json(&self, shape: &Shape) -> Result<String, ArchiveError> {
        let instant = |micros: i64| {
            let moment = DateTime::from_timestamp_micros(micros)?;
            Some(moment.to_rfc3339_opts(SecondsFormat::Millis, true))
        };
        let (low_sequence, high_sequence) = self.sequence.unzip();
        let (low_instant, high_instant) = self.moments.unzip();
        // Cut off to the millisecond, so that one more is beyond the last row.
        let high_instant = high_instant.map(|micros| micros.saturating_add(999));
        let (low_type, high_type) = self.types.clone().unzip();
        let names =
            [SEQUENCE, MOMENT, TYPE].map(|column| shape.stored.field(column).name().clone());
        let bounds = |sequence: Option<i64>, moment: Option<i64>, word: Option<String>| -> Bounds {
            let values = [
                json!(sequence),
                json!(moment.and_then(instant)),
                json!(word),
            ];
            names.clone().into_iter().zip(values).collect()
        };
        let statistics = LogStatistics {
            num_records: i64::try_from(self.rows).unwrap_or(i64::MAX),
            min_values: bounds(low_sequence, low_instant, low_type),
            max_values: bounds(high_sequence, high_instant, high_type),
            null_count: names.clone().map(|name| (name, 0.into())).into(),
        };
        serde_json::to_string(&statistics)
            .map_err(|error| ArchiveError::damaged(format!("statistics: {error}")))
    }

    /// The log entry by which the finished file enters the table. `data_change` is false when its rows were
    /// in the table before.
    pub fn add_action(
        &self,
        shape: &Shape,
        path: String,
        partition: [&str; 2],
        size: u64,
        data_change: bool,
    ) -> Result<Action, ArchiveError> {
        let values = partition.map(|value| Some(value.to_owned()));
        Ok(Action::Add(Add {
            path,
            partition_values: PARTITIONS
                .map(str::to_owned)
                .into_iter()
                .zip(values)
                .collect(),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            modification_time: now(),
            data_change,
            stats: Some(self.to_json(shape)?),
            ..Add::default()
        }))
    }
}
