//! Who made changes, for whoever reads these.

use muster_model::{ChangeActor, Party};
use rusqlite::Transaction;

/// What is known of the changes with these sequence numbers, in no particular order; nothing of the others.
///
/// # Errors
/// The database's.
pub fn change_actors(
    transaction: &Transaction<'_>,
    sequences: &[u64],
) -> rusqlite::Result<Vec<ChangeActor>> {
    let numbers: Vec<String> = sequences.iter().map(u64::to_string).collect();
    let mut statement = transaction.prepare_cached(
        "SELECT sequence, actor_id, actor_kind, actor_name, event_type, event
         FROM json_each(?1) AS wanted CROSS JOIN change_actor ON sequence = wanted.value",
    )?;
    let rows = statement.query_map([format!("[{}]", numbers.join(","))], |row| {
        let actor = Party {
            id: row.get(1)?,
            kind: row.get(2)?,
            name: row.get(3)?,
        };
        Ok(ChangeActor {
            sequence: row.get::<_, i64>(0)?.unsigned_abs(),
            actor: (actor.id.is_some() || actor.name.is_some()).then_some(actor),
            event_type: row.get(4)?,
            event: row.get(5)?,
        })
    })?;
    rows.collect()
}
