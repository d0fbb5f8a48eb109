//! Taking rows out of the archive for good: an integration, one type of it, a resource, whole months.
//!
//! Each of these commits first, then deletes files, then shortens the log. Killed anywhere in between, it is
//! run again and finds the rest: a file that is in no list but in the folder is deleted all the same.

use arrow::{
    array::{AsArray, BooleanArray},
    compute::filter_record_batch,
};
use deltalake_core::{
    ObjectMeta, ObjectStoreError, Path, kernel::Action, protocol::DeltaOperation,
};
use futures::{StreamExt, TryStreamExt, stream};
use muster_model::IntegrationId;

use super::{
    ArchiveError,
    compaction::remove_leftovers,
    data_file::DataFile,
    reader::{Condition, scan},
    schema::{PARTITIONS, SEQUENCE, TYPE, is_month},
    table::{Table, now, remove},
    writer::FileWriter,
};

/// See [`super::Archive::delete_integration`].
pub(super) async fn delete_integration(
    table: &mut Table,
    integration: &IntegrationId,
) -> Result<u64, ArchiveError> {
    table.ensure_current().await?;
    let active = table.active()?;
    let files = active
        .iter()
        .filter(|file| file.integration == integration.as_str());
    let removals: Vec<Action> = files.map(|file| remove(file, true)).collect();
    let predicate = format!("{} = '{integration}'", PARTITIONS[0]);
    commit(table, removals, Some(predicate)).await?;
    purge(table, Some(integration), |_| true).await
}

/// See [`super::Archive::drop_before`].
pub(super) async fn drop_before(table: &mut Table, month: &str) -> Result<u64, ArchiveError> {
    if !is_month(month) {
        return Err(ArchiveError::Refused(format!("month `{month}`")));
    }
    table.ensure_current().await?;
    let active = table.active()?;
    let files = active.iter().filter(|file| file.month.as_str() < month);
    let removals: Vec<Action> = files.map(|file| remove(file, true)).collect();
    let predicate = format!("{} < '{month}'", PARTITIONS[1]);
    commit(table, removals, Some(predicate)).await?;
    let prefix = format!("{}=", PARTITIONS[1]);
    purge(table, None, |meta| {
        let folder = meta.location.parts().nth(1);
        folder.is_some_and(|folder| {
            let value = folder.as_ref().strip_prefix(&prefix);
            value.is_some_and(|value| is_month(value) && value < month)
        })
    })
    .await
}

/// See [`super::Archive::erase`] and, without a key, [`super::Archive::delete_type`].
pub(super) async fn erase(
    table: &mut Table,
    integration: &IntegrationId,
    resource_type: &str,
    key: Option<&str>,
) -> Result<u64, ArchiveError> {
    table.ensure_current().await?;
    let condition = Condition {
        resource_type: Some(resource_type.to_owned()),
        key: key.map(str::to_owned),
        ..Condition::default()
    };
    let mut erased = 0;
    let mut actions = Vec::new();
    for file in table.active()?.iter() {
        if file.integration != integration.as_str() || !condition.may_be_in(file) {
            continue;
        }
        let found = count(table, file, &condition).await?;
        if found > 0 {
            erased += found;
            actions.push(remove(file, true));
            actions.extend(without(table, file, resource_type, key).await?);
        }
    }
    // The condition is not written into the log: it would name the person.
    commit(table, actions, None).await?;
    // Files that compaction has replaced still hold the resource: none of them has any grace here.
    purge(table, Some(integration), |_| true).await?;
    Ok(erased)
}

async fn commit(
    table: &mut Table,
    actions: Vec<Action>,
    predicate: Option<String>,
) -> Result<(), ArchiveError> {
    if actions.is_empty() {
        return Ok(());
    }
    table
        .commit(actions, DeltaOperation::Delete { predicate }, None)
        .await
}

/// How many rows of `file` fulfil `condition`.
async fn count(table: &Table, file: &DataFile, condition: &Condition) -> Result<u64, ArchiveError> {
    let files = table.files.clone();
    let rows = scan(
        table.shape,
        files,
        file.clone(),
        condition.clone(),
        vec![SEQUENCE],
    )
    .await?;
    rows.try_fold(0, |count, batch| async move {
        Ok(count + batch.num_rows() as u64)
    })
    .await
}

/// Writes `file` again without a resource, or without all of a type, and gives the log entry, if there is a row left.
async fn without(
    table: &Table,
    file: &DataFile,
    resource_type: &str,
    key: Option<&str>,
) -> Result<Option<Action>, ArchiveError> {
    let columns = (0..table.shape.columns.fields().len()).collect();
    let files = table.files.clone();
    let rows = scan(
        table.shape,
        files,
        file.clone(),
        Condition::default(),
        columns,
    )
    .await?;
    let mut writer = FileWriter::begin(table, file.partition(), &file.sequence)?;
    let key_column = table.shape.columns.index_of("key")?;
    let mut rows = Box::pin(rows);
    while let Some(batch) = rows.try_next().await? {
        let types = batch.column(TYPE).as_string::<i32>();
        let keys = batch.column(key_column).as_string::<i32>();
        let stays = |row| {
            types.value(row) != resource_type || key.is_some_and(|key| keys.value(row) != key)
        };
        let stays: BooleanArray = (0..batch.num_rows()).map(|row| Some(stays(row))).collect();
        writer.write(&filter_record_batch(&batch, &stays)?).await?;
    }
    writer.finish(true).await
}

/// Deletes the files that `is_meant`, no longer belong to the table, and are in the integration's folders if
/// one is given; then shortens the log, so that it does not name them any longer than it must.
async fn purge(
    table: &mut Table,
    integration: Option<&IntegrationId>,
    is_meant: impl Fn(&ObjectMeta) -> bool,
) -> Result<u64, ArchiveError> {
    let prefix = integration.map(|id| Path::from(format!("{}={id}", PARTITIONS[0])));
    if let Some(folder) = table.folder.clone() {
        remove_leftovers(folder).await?;
    }
    let deleted = delete_inactive(table, prefix.as_ref(), is_meant).await?;
    // A moment ahead, because the youngest entry counts as well.
    table.checkpoint(Some(now() + 1000)).await?;
    Ok(deleted)
}

/// Deletes the data files below `prefix` that do not belong to the table and that `is_meant`.
pub(super) async fn delete_inactive(
    table: &Table,
    prefix: Option<&Path>,
    is_meant: impl Fn(&ObjectMeta) -> bool,
) -> Result<u64, ArchiveError> {
    let active: std::collections::HashSet<Path> =
        table.active()?.iter().map(DataFile::location).collect();
    let log = Path::from("_delta_log");
    let listed: Vec<ObjectMeta> = table.files.list(prefix).try_collect().await?;
    let inactive: Vec<_> = listed
        .into_iter()
        .filter(|meta| !meta.location.prefix_matches(&log))
        .filter(|meta| !active.contains(&meta.location) && is_meant(meta))
        .map(|meta| Ok(meta.location))
        .collect();
    let mut deletions = table.files.delete_stream(stream::iter(inactive).boxed());
    let mut deleted = 0;
    while let Some(outcome) = deletions.next().await {
        match outcome {
            Ok(_) => deleted += 1,
            Err(ObjectStoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(deleted)
}
