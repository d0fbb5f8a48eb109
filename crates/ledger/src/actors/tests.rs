//! Windows and hints, in whichever order they come.

use std::collections::BTreeMap;

use muster_control::{Control, ControlError, Folder};
use muster_model::{AuditEvent, ChangeActor, IntegrationId, Party};
use proptest::{collection::vec, prelude::*};
use rusqlite::Transaction;

use super::{
    Dated, KEPT, attribute, change_actors, note_hints, note_listed, note_window, observed,
};
use crate::LedgerError;

const T: i64 = 1_772_323_200_000;
const TYPE: &str = "test_user";

struct Place {
    control: Control,
    integration: IntegrationId,
    _temporary: tempfile::TempDir,
}

/// What happens, in milliseconds after `T`.
#[derive(Debug, Clone)]
enum Step {
    /// The whole type was read, asked for at.
    Listed(i64),
    /// A change of a key that was asked for and recorded at.
    Change(u8, i64, i64),
    /// An event about a key, at, by, what.
    Event(u8, i64, u8, u8),
    Attribute,
}

impl Place {
    fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path());
        Self {
            control: Control::open(&folder, &[crate::MIGRATION]).unwrap(),
            integration: IntegrationId::from_random(7),
            _temporary: temporary,
        }
    }

    /// Takes the steps in order; changes are numbered as they come, events by their place among all.
    fn take(&mut self, steps: &[(usize, Step)]) {
        let mut sequence = 0;
        for part in steps.split_inclusive(|(_, step)| matches!(step, Step::Attribute)) {
            let integration = self.integration.clone();
            self.control
                .write(|transaction| {
                    for (number, step) in part {
                        sequence += u64::from(matches!(step, Step::Change(..)));
                        write(transaction, &integration, *number, step, sequence)?;
                    }
                    Ok::<_, LedgerError>(())
                })
                .unwrap();
            attribute(&mut self.control, T).unwrap();
        }
    }

    fn attributed(&mut self) -> BTreeMap<u64, ChangeActor> {
        let all: Vec<u64> = (1..1_000).collect();
        let found = self
            .control
            .read(|transaction| Ok::<_, ControlError>(change_actors(transaction, &all)?));
        let found = found.unwrap().into_iter();
        found.map(|found| (found.sequence, found)).collect()
    }
}

fn event(number: usize, at: i64, by: u8, what: u8) -> AuditEvent {
    AuditEvent {
        id: format!("e{number:03}"),
        time: T + at,
        activity: format!("user.lifecycle.{what}"),
        actor: Party {
            id: (by > 0).then(|| format!("00u{by}")),
            ..Party::default()
        },
        ..AuditEvent::default()
    }
}

fn write(
    transaction: &Transaction<'_>,
    integration: &IntegrationId,
    number: usize,
    step: &Step,
    sequence: u64,
) -> Result<(), LedgerError> {
    match *step {
        Step::Listed(at) => {
            note_listed(transaction, integration, TYPE, "", T + at).map_err(LedgerError::database)
        }
        Step::Change(key, asked, at) => {
            match observed(transaction, integration, TYPE, "", T + asked)? {
                None => Ok(()),
                Some(observed) => {
                    let dated = Dated {
                        sequence,
                        key: format!("u{key}"),
                        observed,
                    };
                    note_window(transaction, integration, TYPE, &dated, T + at)
                }
            }
        }
        Step::Event(key, at, by, what) => {
            let event = event(number, at, by, what);
            let about = |_: &AuditEvent| vec![(TYPE.to_owned(), format!("u{key}"))];
            note_hints(transaction, integration, [&event], about, T)
        }
        Step::Attribute => Ok(()),
    }
}

/// What is to come out, by the words of the decision and nothing else.
fn expected(steps: &[(usize, Step)]) -> BTreeMap<u64, ChangeActor> {
    let events: Vec<(u8, AuditEvent)> = steps
        .iter()
        .filter_map(|(number, step)| match step {
            Step::Event(key, at, by, what) => Some((*key, event(*number, *at, *by, *what))),
            _ => None,
        })
        .collect();
    let (mut listed, mut asked_before) = (None, BTreeMap::new());
    let (mut sequence, mut found) = (0, BTreeMap::new());
    for (_, step) in steps {
        match step {
            Step::Listed(at) => listed = Some(*at),
            Step::Change(key, asked, at) => {
                sequence += 1;
                let Some(listed) = listed else { continue };
                let since = asked_before
                    .get(key)
                    .copied()
                    .unwrap_or(i64::MIN)
                    .max(listed - 5_000);
                let newest = asked_before.entry(*key).or_insert(*asked);
                *newest = (*newest).max(*asked);
                let mut candidates: Vec<&AuditEvent> = events
                    .iter()
                    .filter(|(other, event)| {
                        other == key && (since..=at + 2_000).contains(&(event.time - T))
                    })
                    .map(|(_, event)| event)
                    .collect();
                candidates.sort_by_key(|event| (event.time, event.id.clone()));
                let Some(last) = candidates.last() else {
                    continue;
                };
                let same_actor = last.actor.id.is_some()
                    && candidates.iter().all(|other| other.actor == last.actor);
                let same = candidates
                    .iter()
                    .all(|other| other.activity == last.activity);
                if same_actor || same {
                    found.insert(
                        sequence,
                        ChangeActor {
                            sequence,
                            actor: same_actor.then(|| last.actor.clone()),
                            event_type: same.then(|| last.activity.clone()),
                            event: same.then(|| last.id.clone()),
                        },
                    );
                }
            }
            _ => {}
        }
    }
    found
}

/// What the writer does, in the order of time.
fn writing() -> impl Strategy<Value = Vec<Step>> {
    vec((any::<bool>(), 0..2_u8, 1..5_000_i64, 0..800_i64), 1..12).prop_map(|steps| {
        let mut at = 0;
        let step = |(lists, key, later, took)| {
            at += later;
            match lists {
                true => Step::Listed(at),
                false => Step::Change(key, at - took, at),
            }
        };
        steps.into_iter().map(step).collect()
    })
}

fn happening() -> impl Strategy<Value = (Vec<Step>, Vec<(Step, usize, bool)>)> {
    let event = (0..2_u8, 0..40_000_i64, 0..3_u8, 0..2_u8)
        .prop_map(|(key, at, by, what)| Step::Event(key, at, by, what));
    // Each event with where it comes, and whether somebody looks right after it.
    (writing(), vec((event, 0..100_usize, any::<bool>()), 0..12))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn who_made_a_change_does_not_depend_on_the_order_in_which_it_becomes_known(
        (written, events) in happening()
    ) {
        let mut steps: Vec<(usize, Step)> = written.into_iter().enumerate().collect();
        for (number, (event, place, looks)) in events.into_iter().enumerate() {
            let place = place % (steps.len() + 1);
            if looks {
                steps.insert(place, (0, Step::Attribute));
            }
            steps.insert(place, (100 + number, event));
        }
        let mut place = Place::new();
        place.take(&steps);
        prop_assert_eq!(place.attributed(), expected(&steps));
    }
}

fn told(steps: &[Step]) -> Place {
    let mut place = Place::new();
    let steps: Vec<(usize, Step)> = steps.iter().cloned().enumerate().collect();
    place.take(&steps);
    place
}

#[test]
fn an_event_that_disagrees_takes_the_attribution_back() {
    let steps = [
        Step::Listed(0),
        Step::Change(1, 60_000, 61_000),
        Step::Event(1, 30_000, 1, 1),
        Step::Attribute,
        Step::Event(1, 40_000, 2, 2),
    ];
    let before = told(&steps[..4]).attributed();
    assert_eq!(
        before[&1].actor.as_ref().unwrap().id.as_deref(),
        Some("00u1")
    );
    assert_eq!(before[&1].event.as_deref(), Some("e002"));
    assert!(told(&steps).attributed().is_empty());
}

#[test]
fn the_first_listing_names_nobody() {
    let steps = [
        Step::Event(1, 500, 1, 1),
        Step::Change(1, 1_000, 1_500),
        Step::Listed(900),
    ];
    assert!(told(&steps).attributed().is_empty());
}

#[test]
fn what_fails_half_way_is_done_whole_the_next_time() {
    let mut place = told(&[]);
    let steps = [
        Step::Listed(0),
        Step::Change(1, 60_000, 61_000),
        Step::Change(0, 60_000, 61_000),
        Step::Event(1, 30_000, 1, 1),
        Step::Event(0, 30_000, 1, 1),
    ];
    let integration = place.integration.clone();
    place
        .control
        .write(|transaction| {
            let mut sequence = 0;
            for (number, step) in steps.iter().enumerate() {
                sequence += u64::from(matches!(step, Step::Change(..)));
                write(transaction, &integration, number, step, sequence)?;
            }
            // As if the process ended after the first.
            transaction
                .execute_batch(
                    "CREATE TRIGGER killed BEFORE INSERT ON change_actor WHEN new.sequence = 2
                     BEGIN SELECT raise(ABORT, 'killed'); END",
                )
                .map_err(LedgerError::database)
        })
        .unwrap();
    attribute(&mut place.control, T).unwrap_err();
    assert!(place.attributed().is_empty());
    place
        .control
        .write(|transaction| {
            transaction.execute_batch("DROP TRIGGER killed")?;
            Ok::<_, ControlError>(())
        })
        .unwrap();
    assert_eq!(attribute(&mut place.control, T).unwrap(), 2);
    assert_eq!(place.attributed().len(), 2);
    assert_eq!(attribute(&mut place.control, T).unwrap(), 0);
}

#[test]
fn only_attributions_stay() {
    let mut place = told(&[
        Step::Listed(0),
        Step::Change(1, 60_000, 61_000),
        Step::Event(1, 30_000, 1, 1),
    ]);
    let rows = |place: &mut Place, table: &str| {
        let sql = format!("SELECT count(*) FROM {table}");
        let read = |transaction: &Transaction<'_>| {
            Ok::<_, ControlError>(transaction.query_row(&sql, [], |row| row.get::<_, i64>(0))?)
        };
        place.control.read(read).unwrap()
    };
    let tables = ["change_window", "event_hint", "observation", "change_actor"];
    for (later, expected) in [
        (KEPT - 60 * 60 * 1000, [1, 1, 1, 1]),
        (3 * KEPT, [0, 0, 0, 1]),
    ] {
        attribute(&mut place.control, T + later).unwrap();
        assert_eq!(tables.map(|table| rows(&mut place, table)), expected);
    }
    let integration = place.integration.clone();
    place
        .control
        .write(|transaction| Ok::<_, ControlError>(super::forget(transaction, &integration)?))
        .unwrap();
    assert_eq!(rows(&mut place, "change_actor"), 0);
}

#[test]
fn a_failed_attempt_is_nobodys_change() {
    let mut place = told(&[Step::Listed(0), Step::Change(1, 60_000, 61_000)]);
    let failed = AuditEvent {
        outcome: Some("FAILURE".to_owned()),
        ..event(9, 30_000, 1, 1)
    };
    let integration = place.integration.clone();
    place
        .control
        .write(|transaction| {
            let about = |_: &AuditEvent| vec![(TYPE.to_owned(), "u1".to_owned())];
            note_hints(transaction, &integration, [&failed], about, T)
        })
        .unwrap();
    attribute(&mut place.control, T).unwrap();
    assert!(place.attributed().is_empty());
}
