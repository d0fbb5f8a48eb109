//! The vendors' own logs: kept once, read from the control file and the archive as one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::common::Place;
use arrow::array::{Array as _, AsArray as _};
use muster_control::Control;
use muster_ledger::{
    EVENTS_MIGRATION, EventKeeper, EventReader, EventsWanted, LedgerError, forget_events,
    local_archive, note_events,
};
use muster_model::{AuditEvent, IntegrationId, Party};

const DAY: i64 = 24 * 60 * 60 * 1000;
/// 2026-03-01T00:00:00Z
const NOW: i64 = 1_772_323_200_000;

struct Log {
    place: Place,
    control: Control,
}

impl Log {
    fn new() -> Self {
        let place = Place::new();
        let control = Control::open(&place.folder, &[EVENTS_MIGRATION]).unwrap();
        Self { place, control }
    }

    fn note(&mut self, events: &[AuditEvent]) -> Vec<usize> {
        let integration = self.place.integration.clone();
        self.control
            .write(|transaction| -> Result<_, LedgerError> {
                note_events(transaction, &integration, "test_log", events, NOW)
            })
            .unwrap()
    }

    async fn keep(&self, everything: bool) -> u64 {
        let archive = local_archive(&self.place.folder).unwrap();
        let mut keeper = EventKeeper::open(&self.place.folder, archive).unwrap();
        keeper.keep(NOW, everything).await.unwrap()
    }

    /// The ids of the events of a span, in order.
    fn ids(&self, from: Option<i64>, before: Option<i64>) -> Vec<String> {
        let archive = local_archive(&self.place.folder).unwrap();
        let reader = EventReader::open(&self.place.folder, archive).unwrap();
        let wanted = EventsWanted {
            integration: self.place.integration.clone(),
            from,
            before,
            columns: vec!["id".to_owned(), "event".to_owned()],
        };
        let mut ids = Vec::new();
        for batch in reader.events(wanted).unwrap() {
            let batch = batch.unwrap();
            assert_eq!(batch.num_columns(), 2);
            let column = batch.column_by_name("id").unwrap().as_string::<i32>();
            ids.extend((0..column.len()).map(|row| column.value(row).to_owned()));
        }
        ids.sort();
        ids
    }
}

fn event(id: &str, time: i64) -> AuditEvent {
    AuditEvent {
        id: id.to_owned(),
        time,
        activity: "user.session.start".to_owned(),
        actor: Party {
            name: Some("ada".to_owned()),
            ..Party::default()
        },
        document: format!(r#"{{"uuid":"{id}"}}"#),
        ..AuditEvent::default()
    }
}

#[tokio::test]
async fn an_event_that_comes_again_is_kept_once_also_after_it_was_archived() {
    let mut log = Log::new();
    let (first, second) = (event("a", NOW - 1000), event("b", NOW - 2000));
    assert_eq!(
        log.note(&[first.clone(), second.clone(), first.clone()]),
        [0, 1]
    );
    assert_eq!(log.note(&[second.clone(), event("c", NOW)]), [1]);
    assert_eq!(log.keep(true).await, 3);
    assert!(log.note(&[first, second]).is_empty());
    assert_eq!(log.ids(None, None), ["a", "b", "c"]);
}

#[tokio::test]
async fn what_waits_and_what_is_archived_are_one_log() {
    let mut log = Log::new();
    log.note(&[event("a", NOW - 40 * DAY), event("b", NOW - DAY)]);
    assert_eq!(
        log.keep(false).await,
        0,
        "two events are not worth a file yet"
    );
    assert_eq!(log.keep(true).await, 2);
    log.note(&[event("c", NOW - 1)]);
    assert_eq!(log.ids(None, None), ["a", "b", "c"]);
    assert_eq!(log.ids(Some(NOW - DAY), None), ["b", "c"]);
    assert_eq!(log.ids(Some(NOW - DAY), Some(NOW - 1)), ["b"]);
    assert_eq!(log.ids(None, Some(NOW - DAY)), ["a"]);
    assert_eq!(log.keep(true).await, 1);
    assert_eq!(log.ids(None, None), ["a", "b", "c"]);
}

#[tokio::test]
async fn months_and_integrations_go_as_a_whole() {
    let mut log = Log::new();
    log.note(&[event("a", NOW - 40 * DAY), event("b", NOW)]);
    log.keep(true).await;
    let archive = local_archive(&log.place.folder).unwrap();
    let mut keeper = EventKeeper::open(&log.place.folder, archive).unwrap();
    keeper.drop_before(NOW - DAY).await.unwrap();
    assert_eq!(log.ids(None, None), ["b"]);
    log.note(&[event("c", NOW)]);
    let other = IntegrationId::from_random(9);
    keeper.delete(&other).await.unwrap();
    assert_eq!(log.ids(None, None), ["b", "c"]);
    let integration = log.place.integration.clone();
    keeper.delete(&integration).await.unwrap();
    log.control
        .write(|transaction| {
            forget_events(transaction, &integration).map_err(muster_control::ControlError::from)
        })
        .unwrap();
    assert!(log.ids(None, None).is_empty());
}

#[tokio::test]
async fn only_the_pages_of_the_span_are_read() {
    let mut log = Log::new();
    log.note(&[event("a", NOW - 3 * DAY), event("b", NOW - 2 * DAY)]);
    log.note(&[event("c", NOW - DAY), event("d", NOW)]);
    // A page from before it was written down when its events were.
    log.note(&[event("e", NOW - DAY)]);
    log.control
        .write(|transaction| -> Result<_, muster_control::ControlError> {
            // Whoever read the first page would fail.
            let spoil = "UPDATE event_run SET data = x'00' WHERE last_sequence = 2";
            transaction.execute(spoil, [])?;
            let old =
                "UPDATE event_run SET first_time = NULL, last_time = NULL WHERE last_sequence = 5";
            transaction.execute(old, [])?;
            Ok(())
        })
        .unwrap();
    assert_eq!(log.ids(Some(NOW - DAY), None), ["c", "d", "e"]);
    assert_eq!(log.ids(Some(NOW - 2 * DAY + 1), Some(NOW)), ["c", "e"]);
    assert_eq!(log.ids(Some(NOW), Some(NOW + 1)), ["d"]);
    assert!(log.ids(None, Some(NOW - 3 * DAY)).is_empty());
}
