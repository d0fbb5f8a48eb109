//! Changes as tests think of them, and a folder for an archive.

use std::{
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{
        Array, ArrayRef, AsArray, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
        TimestampMicrosecondArray,
    },
    datatypes::{DataType, Field, Int64Type, TimestampMicrosecondType},
};
use futures::TryStreamExt;
use muster_ledger::archive::{Archive, ArchiveOptions, change_schema, month_of};
use muster_model::IntegrationId;
use serde_json::json;
use tempfile::TempDir;
use url::Url;

pub const DAY: i64 = 24 * 60 * 60 * 1000;
/// 2026-01-30 12:00 UTC.
pub const START: i64 = 1_769_774_400_000;

/// One change, as a test thinks of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub sequence: i64,
    pub recorded_at: i64,
    pub integration: IntegrationId,
    pub resource_type: String,
    pub kind: String,
    pub key: String,
    pub fields: Option<Vec<String>>,
    pub before: Option<String>,
    pub after: Option<String>,
}

pub fn integration(number: u128) -> IntegrationId {
    IntegrationId::from_random(number)
}

/// The change with this sequence number: three integrations, four types, a day for every hundred.
pub fn change(sequence: i64) -> Change {
    let kind = ["added", "modified", "removed"][usize::try_from(sequence % 3).unwrap()];
    let document = |side: &str| {
        json!({"id": sequence, "side": side, "name": "o'Brien/é \u{1f512} %2F\n", "secret": "Zürich-secret"})
            .to_string()
    };
    Change {
        sequence,
        recorded_at: START + sequence * DAY / 100,
        integration: integration(u128::try_from(sequence % 7 % 3).unwrap()),
        resource_type: ["okta_app", "okta_group", "okta_user", "okta_user_factor"]
            [usize::try_from(sequence * 31 % 11 % 4).unwrap()]
        .to_owned(),
        kind: kind.to_owned(),
        key: format!("someone/key%20{}", sequence % 50),
        fields: (kind == "modified").then(|| vec!["profile.email".to_owned(), "status".to_owned()]),
        before: (kind != "added").then(|| document("before")),
        after: (kind != "removed").then(|| document("after")),
    }
}

pub fn changes(sequences: impl IntoIterator<Item = i64>) -> Vec<Change> {
    sequences.into_iter().map(change).collect()
}

pub fn batch(changes: &[Change]) -> RecordBatch {
    let text = |value: &dyn Fn(&Change) -> Option<String>| -> ArrayRef {
        Arc::new(changes.iter().map(value).collect::<StringArray>())
    };
    let instants = changes.iter().map(|change| change.recorded_at * 1000);
    let element = Field::new("element", DataType::Utf8, false);
    let mut fields = ListBuilder::new(StringBuilder::new()).with_field(element);
    for change in changes {
        match &change.fields {
            None => fields.append_null(),
            Some(names) => fields.append_value(names.iter().map(Some)),
        }
    }
    let columns: Vec<ArrayRef> = vec![
        Arc::new(
            changes
                .iter()
                .map(|change| change.sequence)
                .collect::<Int64Array>(),
        ),
        Arc::new(TimestampMicrosecondArray::from_iter_values(instants).with_timezone("UTC")),
        text(&|change| Some(change.resource_type.clone())),
        text(&|change| Some(change.kind.clone())),
        text(&|change| Some(change.key.clone())),
        text(&|_| None),
        Arc::new(fields.finish()),
        text(&|change| change.before.clone()),
        text(&|change| change.after.clone()),
        text(&|change| Some(change.integration.to_string())),
        text(&|change| month_of(change.recorded_at)),
    ];
    RecordBatch::try_new(change_schema(), columns).unwrap()
}

pub fn rows(batch: &RecordBatch) -> Vec<Change> {
    assert_eq!(batch.schema(), change_schema());
    let text = |name: &str, row: usize| {
        let column = batch.column_by_name(name).unwrap().as_string::<i32>();
        column.is_valid(row).then(|| column.value(row).to_owned())
    };
    let fields = batch.column_by_name("fields").unwrap().as_list::<i32>();
    let instants = batch.column(1).as_primitive::<TimestampMicrosecondType>();
    (0..batch.num_rows())
        .map(|row| {
            let change = Change {
                sequence: batch.column(0).as_primitive::<Int64Type>().value(row),
                recorded_at: instants.value(row) / 1000,
                integration: IntegrationId::parse(&text("integration", row).unwrap()).unwrap(),
                resource_type: text("type", row).unwrap(),
                kind: text("kind", row).unwrap(),
                key: text("key", row).unwrap(),
                fields: fields.is_valid(row).then(|| {
                    let names = fields.value(row);
                    names
                        .as_string::<i32>()
                        .iter()
                        .map(|name| name.unwrap().to_owned())
                        .collect()
                }),
                before: text("before", row),
                after: text("after", row),
            };
            assert_eq!(text("month", row), month_of(change.recorded_at));
            change
        })
        .collect()
}

pub struct Folder {
    directory: TempDir,
}

impl Folder {
    pub fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { directory }
    }

    /// A path that is not plain in a URL.
    pub fn path(&self) -> PathBuf {
        self.directory.path().join("data é #1/archive")
    }

    pub fn table(&self) -> PathBuf {
        self.path().join("change")
    }

    pub fn options(&self) -> ArchiveOptions {
        ArchiveOptions::new(Url::from_directory_path(self.path()).unwrap())
    }

    pub async fn open(&self) -> Archive {
        Archive::open(self.options()).await.unwrap()
    }

    /// All files below, relative to the table.
    pub fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, found);
                } else {
                    found.push(
                        path.strip_prefix(root)
                            .unwrap()
                            .to_str()
                            .unwrap()
                            .to_owned(),
                    );
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.table(), &self.table(), &mut found);
        found.sort();
        found
    }

    pub fn data_files(&self) -> Vec<String> {
        let mut files = self.files();
        files.retain(|file| !file.starts_with("_delta_log"));
        files
    }

    pub fn log_files(&self) -> Vec<String> {
        let mut files = self.files();
        files.retain(|file| file.starts_with("_delta_log"));
        files
    }
}

pub async fn all(archive: &Archive, after_sequence: u64) -> Vec<Change> {
    let stream = archive.changes_all(after_sequence).unwrap();
    let batches: Vec<RecordBatch> = stream.try_collect().await.unwrap();
    batches.iter().flat_map(rows).collect()
}

/// Appends `sequences` in batches of `size`, one commit each.
pub async fn append(archive: &mut Archive, sequences: RangeInclusive<i64>, size: usize) {
    let changes = changes(sequences);
    for part in changes.chunks(size) {
        let last = u64::try_from(part.last().unwrap().sequence).unwrap();
        archive.append(&[batch(part)], last).await.unwrap();
    }
}
