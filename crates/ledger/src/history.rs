//! The past: every change of a type, and what was true at a moment.
//!
//! A moment is found by going back from now: a resource that changed after it is what its first later change says it was
//! before. The cost is that of the changes since, not of the register. Volatile fields are not recorded as they move:
//! they read as they were last seen before the resource next changed.

use std::{
    collections::HashMap,
    sync::{Arc, mpsc},
    thread,
};

use arrow::{
    array::{
        Array as _, ArrayRef, AsArray as _, RecordBatch, TimestampMillisecondArray, UInt64Array,
        new_null_array,
    },
    compute::cast,
    datatypes::{DataType, Field, Int64Type, Schema, SchemaRef, TimeUnit},
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::BoxStream};
use muster_model::{IntegrationId, ResourceType};

use crate::{
    LedgerError,
    archive::{Archive, ArchiveError, ArchiveOptions, ChangeFilter, Projection},
    archived::archive_batch,
    decode::{RowOrigin, UTC},
    hash::{KeyHash, ScopeHash, key_hash, scope_hash},
    run::Run,
    segment::LiveSegment,
    snapshot::{Part, Snapshot, decode_part, segment_parts},
    table::Overlay,
};

/// Batches read ahead.
const AHEAD: usize = 2;

/// Reads the archive together with what it does not have yet.
#[derive(Debug)]
pub struct History {
    archive: ArchiveOptions,
}

/// Changes as they are read.
pub type Changes = Box<dyn Iterator<Item = Result<RecordBatch, LedgerError>> + Send>;

/// The schema of [`History::changes`].
pub fn changes_schema() -> SchemaRef {
    let item = Arc::new(Field::new("item", DataType::Utf8, true));
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        Field::new("_sequence", DataType::UInt64, true),
        text("type"),
        text("resourceId"),
        Field::new(
            "recordedAt",
            DataType::Timestamp(TimeUnit::Millisecond, Some(UTC.into())),
            true,
        ),
        Field::new("fields", DataType::List(item), true),
        text("before"),
        text("after"),
    ]))
}

impl History {
    /// The history whose archive is there.
    pub fn new(archive: ArchiveOptions) -> Self {
        Self { archive }
    }

    /// Every change of a type up to the snapshot, oldest first, with [`changes_schema`].
    ///
    /// # Errors
    /// [`LedgerError::Archive`] when the archive cannot be read.
    pub fn changes(
        &self,
        snapshot: &Snapshot,
        resource_type: &ResourceType,
        integration: &IntegrationId,
    ) -> Result<Changes, LedgerError> {
        let changes = self.changes_of(snapshot, resource_type, integration, None)?;
        Ok(Box::new(
            changes.map(|batch| batch.and_then(|batch| shown(&batch))),
        ))
    }

    /// The rows of a type as they were at a moment, in milliseconds since 1970.
    ///
    /// # Errors
    /// [`LedgerError::Archive`] when the archive cannot be read.
    pub fn rows_at(
        &self,
        snapshot: &Snapshot,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        at_milliseconds: i64,
    ) -> Result<Vec<Part>, LedgerError> {
        if at_milliseconds < snapshot.began {
            return Err(LedgerError::BeforeHistory {
                starts: snapshot.began,
            });
        }
        let mut first_later: HashMap<(ScopeHash, KeyHash), Before> = HashMap::new();
        let changes =
            self.changes_of(snapshot, resource_type, integration, Some(at_milliseconds))?;
        for batch in changes {
            let batch = batch?;
            let column = |name: &str| {
                batch
                    .column_by_name(name)
                    .map(|column| column.as_string::<i32>())
            };
            let (Some(keys), Some(scopes), Some(before)) =
                (column("key"), column("scope"), column("before"))
            else {
                continue;
            };
            for row in 0..batch.num_rows() {
                let (key, scope) = (keys.value(row), scopes.value(row));
                first_later
                    .entry((scope_hash(scope), key_hash(key)))
                    .or_insert_with(|| {
                        (!before.is_null(row))
                            .then(|| (key.to_owned(), before.value(row).to_owned()))
                    });
            }
        }
        let mut segments = snapshot.segments(resource_type, integration).to_vec();
        let overlay = snapshot.overlay(resource_type, integration);
        retire(&mut segments, first_later.keys());
        crate::merge::retire(&mut segments, &overlay);
        let mut parts = segment_parts(resource_type, &segments)?;
        parts.extend(unchanged_since(resource_type, &overlay, &first_later)?);
        let restored = first_later.values().flatten().map(|(key, document)| {
            (
                RowOrigin {
                    key,
                    sequence: 0,
                    recorded_at: at_milliseconds,
                },
                document.as_str(),
            )
        });
        parts.extend(decode_part(resource_type, restored)?);
        Ok(parts)
    }

    /// Every change of every type after a sequence number up to the snapshot, strictly in sequence, with
    /// [`change_schema`](crate::archive::change_schema): what search, graph and rules catch up with.
    ///
    /// # Errors
    /// [`LedgerError::BeforeHistory`] when changes after `sequence` are forgotten already;
    /// [`LedgerError::Archive`] when the archive cannot be read.
    pub fn changes_after(
        &self,
        snapshot: &Snapshot,
        sequence: u64,
    ) -> Result<Changes, LedgerError> {
        self.changes_between(snapshot, sequence, u64::MAX)
    }

    /// [`History::changes_after`] without those that have the sequence number `before` or a greater one. The archive is not
    /// opened for what it does not have yet.
    ///
    /// # Errors
    /// As [`History::changes_after`].
    pub fn changes_between(
        &self,
        snapshot: &Snapshot,
        after: u64,
        before: u64,
    ) -> Result<Changes, LedgerError> {
        if after < snapshot.forgotten.sequence {
            return Err(LedgerError::BeforeHistory {
                starts: snapshot.began,
            });
        }
        let is_wanted = move |run: &Run| run.last_sequence() > after && run.first_sequence < before;
        let runs = snapshot.all_runs();
        let changes = if after >= snapshot.archived {
            newer(runs, is_wanted)
        } else {
            self.archived_and_newer(snapshot, Wanted::Between(after, before), runs, is_wanted)?
        };
        let changes = changes.take_while(move |batch| match batch {
            Ok(batch) => first_sequence(batch).is_none_or(|first| first < before),
            Err(_) => true,
        });
        Ok(Box::new(changes.map(move |batch| {
            between(batch?, after, before.saturating_sub(1))
        })))
    }

    /// What the archive holds of one type, in sequence.
    pub(crate) fn archived(
        &self,
        integration: &IntegrationId,
        resource_type: &ResourceType,
        columns: Projection<'static>,
    ) -> Result<Archived, LedgerError> {
        let wanted = Wanted::OfType {
            integration: integration.clone(),
            resource_type: resource_type.name.clone(),
            recorded_after: None,
            columns,
        };
        Ok(self.read(wanted)?.1)
    }

    /// Changes of one type with the archive's columns.
    fn changes_of(
        &self,
        snapshot: &Snapshot,
        resource_type: &ResourceType,
        integration: &IntegrationId,
        recorded_after: Option<i64>,
    ) -> Result<Changes, LedgerError> {
        let wanted = Wanted::OfType {
            integration: integration.clone(),
            resource_type: resource_type.name.clone(),
            recorded_after,
            columns: Projection::All,
        };
        let runs = snapshot.runs(resource_type, integration).to_vec();
        self.archived_and_newer(snapshot, wanted, runs, |run| {
            recorded_after.is_none_or(|after| run.recorded_at > after)
        })
    }

    /// Changes with the archive's columns, oldest first: those archived, then those in `runs`.
    fn archived_and_newer(
        &self,
        snapshot: &Snapshot,
        wanted: Wanted,
        runs: Vec<Arc<Run>>,
        is_wanted: impl Fn(&Run) -> bool,
    ) -> Result<Changes, LedgerError> {
        let last = snapshot.sequence;
        let (archived, stream) = if self.has_archive() {
            let (archived, stream) = self.read(wanted)?;
            (archived, Some(stream))
        } else {
            (0, None)
        };
        let newer = newer(runs, |run| run.first_sequence > archived && is_wanted(run));
        let stored = stream
            .into_iter()
            .flatten()
            .map(move |batch| batch.and_then(|batch| between(batch, 0, last)));
        Ok(Box::new(stored.chain(newer)))
    }

    /// Whether there is an archive to read: a reader makes none.
    fn has_archive(&self) -> bool {
        self.archive
            .url
            .to_file_path()
            .map_or(true, |path| path.join("change").join("_delta_log").is_dir())
    }

    /// How far the archive has come, and what is wanted of it.
    fn read(&self, wanted: Wanted) -> Result<(u64, Archived), LedgerError> {
        let options = self.archive.clone();
        streamed(
            async move {
                let archive = Archive::open(options).await?;
                let changes = wanted.of(&archive)?;
                Ok((archive.archived_sequence(), changes))
            }
            .boxed(),
        )
    }
}

/// A stream of the archive, and how far the archive had come when it was opened.
type Opened = (u64, BoxStream<'static, Result<RecordBatch, ArchiveError>>);

/// Reads a stream of the archive on a thread of its own.
pub(crate) fn streamed(
    open: BoxFuture<'static, Result<Opened, LedgerError>>,
) -> Result<(u64, Archived), LedgerError> {
    let (batches, received) = mpsc::sync_channel(AHEAD);
    let (opened, when_opened) = mpsc::channel();
    thread::Builder::new()
        .name("history".into())
        .spawn(move || {
            let runtime = match tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
            {
                Ok(runtime) => runtime,
                Err(error) => {
                    let _ = opened.send(Err(LedgerError::file("a runtime")(error)));
                    return;
                }
            };
            runtime.block_on(async {
                let mut stream = match open.await {
                    Ok((archived, stream)) => {
                        let _ = opened.send(Ok(archived));
                        stream
                    }
                    Err(error) => return drop(opened.send(Err(error))),
                };
                while let Some(batch) = stream.next().await {
                    // Whoever asked may have seen enough.
                    if batches.send(batch.map_err(LedgerError::from)).is_err() {
                        return;
                    }
                }
            });
        })
        .map_err(LedgerError::file("a thread"))?;
    let archived = when_opened
        .recv()
        .unwrap_or_else(|_| Err(LedgerError::Stopped("the archive's reader ended".into())))?;
    Ok((archived, received.into_iter()))
}

/// Batches of the archive as they are read.
pub(crate) type Archived = mpsc::IntoIter<Result<RecordBatch, LedgerError>>;

/// What is read of the archive.
pub(crate) enum Wanted {
    /// The changes of one type of one integration, in sequence.
    OfType {
        integration: IntegrationId,
        resource_type: String,
        recorded_after: Option<i64>,
        columns: Projection<'static>,
    },
    /// All changes after a sequence number and before another, in sequence.
    Between(u64, u64),
}

impl Wanted {
    fn of(
        &self,
        archive: &Archive,
    ) -> Result<BoxStream<'static, Result<RecordBatch, ArchiveError>>, LedgerError> {
        Ok(match self {
            Self::OfType {
                integration,
                resource_type,
                recorded_after,
                columns,
            } => {
                let filter = ChangeFilter {
                    resource_type: Some(resource_type),
                    recorded_after: *recorded_after,
                    columns: *columns,
                    ..ChangeFilter::all(integration)
                };
                archive.changes(&filter)?.boxed()
            }
            Self::Between(after, before) => archive.changes_between(*after, *before)?.boxed(),
        })
    }
}

/// The changes of runs, in their order.
fn newer(mut runs: Vec<Arc<Run>>, is_wanted: impl Fn(&Run) -> bool) -> Changes {
    runs.retain(|run| is_wanted(run));
    Box::new(
        runs.into_iter()
            .filter_map(|run| archive_batch(&run).transpose()),
    )
}

/// What a resource was: its key and document, or nothing.
type Before = Option<(String, String)>;

/// Marks the rows of `keys` as gone.
fn retire<'k>(
    segments: &mut [LiveSegment],
    keys: impl Iterator<Item = &'k (ScopeHash, KeyHash)> + Clone,
) {
    for segment in segments {
        let index = &segment.segment.index;
        let dead: Vec<u32> = keys
            .clone()
            .filter_map(|(scope, key)| index.find(&index.scope(*scope), key))
            .map(|entry| entry.row)
            .filter(|row| segment.live.is_live(*row))
            .collect();
        if !dead.is_empty() {
            segment.live = segment.live.without(dead);
        }
    }
}

/// Rows of newer runs that are as they were: only touched, or changed before the moment.
fn unchanged_since(
    resource_type: &ResourceType,
    overlay: &Overlay,
    changed: &HashMap<(ScopeHash, KeyHash), Before>,
) -> Result<Option<Part>, LedgerError> {
    let rows = overlay
        .entries()
        .filter(|(key, entry)| !entry.removed && !changed.contains_key(*key))
        .filter_map(|(_, entry)| {
            let row = entry.row as usize;
            let origin = RowOrigin {
                key: entry.run.key(row),
                sequence: entry.run.first_sequence + u64::from(entry.row),
                recorded_at: entry.run.recorded_at,
            };
            Some((origin, entry.run.after(row)?))
        });
    decode_part(resource_type, rows)
}

fn first_sequence(batch: &RecordBatch) -> Option<u64> {
    let sequences = batch
        .column_by_name("sequence")?
        .as_primitive_opt::<Int64Type>()?;
    sequences.values().first().map(|first| first.unsigned_abs())
}

/// The rows of a batch after one sequence number, up to another.
fn between(batch: RecordBatch, after: u64, last: u64) -> Result<RecordBatch, LedgerError> {
    let bounds = after as i64 + 1..=i64::try_from(last).unwrap_or(i64::MAX);
    let Some(sequences) = batch
        .column_by_name("sequence")
        .and_then(|column| column.as_primitive_opt::<Int64Type>())
    else {
        return Ok(batch);
    };
    if sequences
        .values()
        .iter()
        .all(|value| bounds.contains(value))
    {
        return Ok(batch);
    }
    let kept = sequences
        .iter()
        .map(|value| value.map(|value| bounds.contains(&value)))
        .collect();
    Ok(arrow::compute::filter_record_batch(&batch, &kept)?)
}

/// A batch of the archive as `<type>_changes` shows it.
fn shown(batch: &RecordBatch) -> Result<RecordBatch, LedgerError> {
    let rows = batch.num_rows();
    let column = |name: &str| -> ArrayRef {
        batch
            .column_by_name(name)
            .map_or_else(|| new_null_array(&DataType::Utf8, rows), Arc::clone)
    };
    let schema = changes_schema();
    let sequences = cast(&column("sequence"), &DataType::UInt64)?;
    let recorded = cast(&column("recorded_at"), schema.field(3).data_type())?;
    let fields = cast(&column("fields"), schema.field(4).data_type())?;
    let columns = vec![
        sequences,
        column("kind"),
        column("key"),
        recorded,
        fields,
        column("before"),
        column("after"),
    ];
    debug_assert!(
        columns[0].as_any().is::<UInt64Array>()
            && columns[3].as_any().is::<TimestampMillisecondArray>()
    );
    Ok(RecordBatch::try_new(schema, columns)?)
}
