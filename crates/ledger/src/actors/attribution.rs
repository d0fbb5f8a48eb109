//! Joining windows and hints.

use std::collections::BTreeSet;

use muster_control::{Control, ControlError};
use muster_model::Party;
use rusqlite::{OptionalExtension as _, Transaction};

use super::{
    KEPT,
    hints::HINTS_KEPT,
    matching::{Agreed, Candidate},
};
use crate::LedgerError;

/// Windows and hints looked at in one transaction, of each.
const AT_ONCE: i64 = 1_000;
/// From one look at what is old to the next, in milliseconds.
const HOURLY: i64 = 60 * 60 * 1000;

/// Says who made the changes that have come since the last time, and of earlier ones where an event has come since. Gives
/// how many attributions are new or other ones. Called again it does nothing; killed anywhere, it goes on there.
///
/// # Errors
/// [`LedgerError::Control`].
pub fn attribute(control: &mut Control, now: i64) -> Result<u64, LedgerError> {
    let mut changed = 0;
    while let Some(work) =
        control.read(|transaction| Ok::<_, ControlError>(Work::waiting(transaction)?))?
    {
        changed += control.write(|transaction| Ok::<_, ControlError>(work.done(transaction)?))?;
    }
    let is_due = control.read(|transaction| {
        let pruned: i64 =
            transaction.query_row("SELECT pruned FROM actor_position", [], |row| row.get(0))?;
        Ok::<_, ControlError>(pruned <= now - HOURLY)
    })?;
    if is_due {
        control.write(|transaction| Ok::<_, ControlError>(prune(transaction, now)?))?;
    }
    Ok(changed)
}

/// How far a step goes.
struct Work {
    sequences: (i64, i64),
    hints: (i64, i64),
}

impl Work {
    /// The next step; none when nothing waits.
    fn waiting(transaction: &Transaction<'_>) -> rusqlite::Result<Option<Self>> {
        let (sequence, hint): (i64, i64) =
            transaction.query_row("SELECT sequence, hint FROM actor_position", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let last = |sql: &str, after: i64| {
            let last: Option<i64> = transaction
                .prepare_cached(sql)?
                .query_row((after, AT_ONCE), |row| row.get(0))?;
            Ok::<_, rusqlite::Error>(last)
        };
        let to_sequence = last(
            "SELECT max(sequence) FROM (
                 SELECT sequence FROM change_window WHERE sequence > ?1 ORDER BY sequence LIMIT ?2)",
            sequence,
        )?;
        let to_hint = last(
            "SELECT max(id) FROM (SELECT id FROM event_hint WHERE id > ?1 ORDER BY id LIMIT ?2)",
            hint,
        )?;
        Ok((to_sequence.is_some() || to_hint.is_some()).then(|| Self {
            sequences: (sequence, to_sequence.unwrap_or(sequence)),
            hints: (hint, to_hint.unwrap_or(hint)),
        }))
    }

    /// Does the step and moves the position.
    fn done(&self, transaction: &Transaction<'_>) -> rusqlite::Result<u64> {
        let mut changed = 0;
        for sequence in self.concerned(transaction)? {
            changed += u64::from(attribute_one(transaction, sequence)?);
        }
        transaction.execute(
            "UPDATE actor_position SET sequence = ?1, hint = ?2",
            (self.sequences.1, self.hints.1),
        )?;
        Ok(changed)
    }

    /// The changes that are new, and those that new hints are about.
    fn concerned(&self, transaction: &Transaction<'_>) -> rusqlite::Result<BTreeSet<i64>> {
        let mut found = BTreeSet::new();
        for (sql, (after, to)) in [
            (
                "SELECT sequence FROM change_window WHERE sequence > ?1 AND sequence <= ?2",
                self.sequences,
            ),
            (
                // The planner must not go through all windows for each hint.
                "SELECT sequence FROM event_hint AS hint CROSS JOIN change_window AS window
                 WHERE hint.id > ?1 AND hint.id <= ?2 AND window.integration = hint.integration
                     AND window.resource_type = hint.resource_type AND window.key = hint.key
                     AND window.until >= hint.time AND window.since <= hint.time",
                self.hints,
            ),
        ] {
            let mut statement = transaction.prepare_cached(sql)?;
            let mut rows = statement.query((after, to))?;
            while let Some(row) = rows.next()? {
                found.insert(row.get(0)?);
            }
        }
        Ok(found)
    }
}

/// Looks at all candidates of a change anew; says whether its attribution is another one now.
fn attribute_one(transaction: &Transaction<'_>, sequence: i64) -> rusqlite::Result<bool> {
    let agreed = Agreed::of(candidates(transaction, sequence)?);
    let before = known(transaction, sequence)?;
    if agreed == before {
        return Ok(false);
    }
    if agreed.is_empty() {
        transaction.execute("DELETE FROM change_actor WHERE sequence = ?1", [sequence])?;
        return Ok(true);
    }
    let actor = agreed.actor.unwrap_or_default();
    let (event_type, event) = agreed.event.unzip();
    transaction
        .prepare_cached(
            "INSERT INTO change_actor (sequence, integration, recorded_at, actor_id, actor_kind, actor_name, event_type, event)
             SELECT sequence, integration, recorded_at, ?2, ?3, ?4, ?5, ?6 FROM change_window WHERE sequence = ?1
             ON CONFLICT DO UPDATE SET actor_id = ?2, actor_kind = ?3, actor_name = ?4, event_type = ?5, event = ?6",
        )?
        .execute((sequence, actor.id, actor.kind, actor.name, event_type, event))?;
    Ok(true)
}

fn candidates(transaction: &Transaction<'_>, sequence: i64) -> rusqlite::Result<Vec<Candidate>> {
    let mut statement = transaction.prepare_cached(
        "SELECT hint.time, hint.event, hint.activity, hint.actor_id, hint.actor_kind, hint.actor_name
         FROM change_window AS window CROSS JOIN event_hint AS hint
         WHERE window.sequence = ?1 AND hint.integration = window.integration
             AND hint.resource_type = window.resource_type AND hint.key = window.key
             AND hint.time BETWEEN window.since AND window.until",
    )?;
    let rows = statement.query_map([sequence], |row| {
        Ok(Candidate {
            time: row.get(0)?,
            event: row.get(1)?,
            activity: row.get(2)?,
            actor: Party {
                id: row.get(3)?,
                kind: row.get(4)?,
                name: row.get(5)?,
            },
        })
    })?;
    rows.collect()
}

/// What is written of a change.
fn known(transaction: &Transaction<'_>, sequence: i64) -> rusqlite::Result<Agreed> {
    let found = transaction
        .prepare_cached(
            "SELECT actor_id, actor_kind, actor_name, event_type, event FROM change_actor WHERE sequence = ?1",
        )?
        .query_row([sequence], |row| {
            let actor = Party {
                id: row.get(0)?,
                kind: row.get(1)?,
                name: row.get(2)?,
            };
            let event: (Option<String>, Option<String>) = (row.get(3)?, row.get(4)?);
            Ok(Agreed {
                actor: (actor.id.is_some() || actor.name.is_some()).then_some(actor),
                event: event.0.zip(event.1),
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Takes away what no change and no event can need any more.
fn prune(transaction: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
    // Windows are in the order of time, so this looks at those that go and one more.
    transaction.execute(
        "DELETE FROM change_window WHERE sequence < coalesce(
             (SELECT sequence FROM change_window WHERE until >= ?1 ORDER BY sequence LIMIT 1),
             (SELECT max(sequence) + 1 FROM change_window))",
        [now - KEPT],
    )?;
    transaction.execute("DELETE FROM event_hint WHERE time < ?1", [now - HINTS_KEPT])?;
    transaction.execute("DELETE FROM observation WHERE time < ?1", [now - KEPT])?;
    transaction.execute("UPDATE actor_position SET pruned = ?1", [now])?;
    Ok(())
}
