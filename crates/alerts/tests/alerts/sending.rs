//! From the outbox to the receiver: order, retries, dead letters, and channels that do not wait for one another.

use std::sync::{Arc, Mutex};

use crate::support::{Answer, Place, Receiver};
use muster_alerts::{AlertsError, ChannelChange, Deliveries, DeliveryFilter, DeliveryStatus};
use tokio::sync::oneshot;

#[tokio::test(flavor = "multi_thread")]
async fn twelve_tries_take_a_night_and_then_somebody_decides() {
    let place = Place::new();
    let receiver = Receiver::start(|number, _| match number {
        0..12 => Answer::plain(503, "busy"),
        _ => Answer::ok(),
    })
    .await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sender = place.sender();
    let begun = place.now();
    for attempt in 1..=12 {
        sender.send_due().await.unwrap();
        assert_eq!(receiver.received().len(), attempt);
        let delivery = place.only();
        assert_eq!(delivery.attempts as usize, attempt);
        let Some(next) = delivery.next_attempt_at else {
            assert_eq!(attempt, 12);
            break;
        };
        assert_eq!(delivery.status, DeliveryStatus::Failed);
        assert_eq!(
            delivery.last_error.as_deref(),
            Some("it answered HTTP 503: busy")
        );
        // The middle of the wait's spread: three quarters of a doubled 30 seconds, up to six hours.
        let wait = (30_000 << (attempt - 1)).min(6 * 60 * 60_000) * 3 / 4;
        assert_eq!(next - place.now(), wait);
        let wait = u64::try_from(wait).unwrap();
        place.clock.pass(std::time::Duration::from_millis(wait - 1));
        sender.send_due().await.unwrap();
        assert_eq!(receiver.received().len(), attempt, "not before its time");
        place.clock.pass(std::time::Duration::from_millis(1));
    }
    assert!(place.now() - begun > 8 * 60 * 60_000);
    let dead = place.only();
    assert_eq!(dead.status, DeliveryStatus::Dead);
    assert_eq!(
        dead.last_error.as_deref(),
        Some("given up after 12 tries; the last time: it answered HTTP 503: busy")
    );
    place.clock.seconds(100_000);
    sender.send_due().await.unwrap();
    assert_eq!(receiver.received().len(), 12, "it stays given up");

    place.retry(&dead.id).unwrap();
    assert_eq!(sender.send_due().await.unwrap().sent, 1);
    let sent = place.only();
    assert_eq!((sent.status, sent.attempts), (DeliveryStatus::Sent, 13));
    assert_eq!(sent.last_error, None);
    let received = receiver.received();
    assert!(
        received
            .iter()
            .all(|one| one.header("muster-delivery") == sent.id && one.body == received[0].body)
    );
    let attempts = place.detail(&sent.id).attempts;
    assert_eq!(attempts.len(), 13);
    assert_eq!(attempts[0].outcome, "it answered HTTP 503: busy");
    assert_eq!(attempts[12].outcome, "it answered HTTP 200");
    assert!(matches!(
        place.retry(&sent.id),
        Err(AlertsError::Refused(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_does_not_hold_up_those_behind_it() {
    let place = Place::new();
    let receiver = Receiver::start(|number, _| match number {
        0 => Answer::plain(400, "not this one"),
        _ => Answer::ok(),
    })
    .await;
    let channel = place.webhook("hook", &receiver.url("/"));
    for name in ["One", "Two", "Three"] {
        place.finding_alert(name, &[&channel]);
    }
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sending = place.sender().send_due().await.unwrap();
    assert_eq!((sending.sent, sending.dead, sending.next), (2, 1, None));
    let order: Vec<String> = receiver
        .received()
        .iter()
        .map(|one| one.header("muster-delivery").to_owned())
        .collect();
    let made: Vec<String> = place
        .deliveries()
        .into_iter()
        .map(|delivery| delivery.id)
        .collect();
    assert_eq!(order, made, "in the order in which they were made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_does_not_answer_rests_with_all_that_waits_for_it() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::plain(502, "")).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    for name in ["One", "Two", "Three"] {
        place.finding_alert(name, &[&channel]);
    }
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sender = place.sender();
    sender.send_due().await.unwrap();
    assert_eq!(
        receiver.received().len(),
        1,
        "the others would fare the same"
    );
    let waiting = place
        .deliveries()
        .iter()
        .filter(|delivery| delivery.status == DeliveryStatus::Waiting)
        .count();
    assert_eq!(waiting, 2);
    place.clock.seconds(60);
    sender.send_due().await.unwrap();
    assert_eq!(receiver.received().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn running_sends_what_is_due_and_no_channel_waits_for_another() {
    let place = Place::new();
    let silent = Receiver::start(|_, _| Answer::Never).await;
    let awake = Receiver::start(|number, _| match number {
        1 => Answer::plain(500, ""),
        _ => Answer::ok(),
    })
    .await;
    let first = place.webhook("a silent one", &silent.url("/"));
    let second = place.webhook("one that answers", &awake.url("/"));
    place.finding_alert("Security", &[&first, &second]);
    let told: Arc<Mutex<Vec<DeliveryStatus>>> = Arc::default();
    let hears = Arc::clone(&told);
    let sender = place
        .sender()
        .observed_by(move |_, status| hears.lock().unwrap().push(status));
    let sender = Arc::new(sender);
    let (stop, stopped) = oneshot::channel::<()>();
    let running = Arc::clone(&sender);
    let run = tokio::spawn(async move {
        running
            .run(async {
                let _ = stopped.await;
            })
            .await;
    });
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    sender.wake();
    silent.until(1).await;
    awake.until(1).await;
    // The silent one still has not answered.
    place.step("jo", "opened");
    place.fill();
    place.clock.seconds(10);
    sender.wake();
    awake.until(2).await;
    while !told.lock().unwrap().contains(&DeliveryStatus::Failed) {
        tokio::task::yield_now().await;
    }
    // The one that failed is due again by the clock alone.
    for _ in 0..60 {
        place.clock.seconds(1);
        tokio::task::yield_now().await;
    }
    sender.wake();
    awake.until(3).await;
    while told.lock().unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        *told.lock().unwrap(),
        [
            DeliveryStatus::Sent,
            DeliveryStatus::Failed,
            DeliveryStatus::Sent
        ]
    );
    run.abort();
    drop(stop);
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_finishes_what_is_on_its_way_and_begins_nothing() {
    let place = Place::new();
    let (answer, when) = std::sync::mpsc::channel::<()>();
    let when = Mutex::new(when);
    let receiver = Receiver::start(move |_, _| {
        when.lock().unwrap().recv().unwrap();
        Answer::ok()
    })
    .await;
    let channel = place.webhook("hook", &receiver.url("/"));
    for name in ["One", "Two"] {
        place.finding_alert(name, &[&channel]);
    }
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sender = Arc::new(place.sender());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = Arc::clone(&sender);
    let run = tokio::spawn(async move {
        running
            .run(async {
                let _ = stopped.await;
            })
            .await;
    });
    receiver.until(1).await;
    stop.send(()).unwrap();
    // It has heard that it should stop by the time it sees the answer.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    answer.send(()).unwrap();
    drop(answer);
    run.await.unwrap();
    let all = place.deliveries();
    assert_eq!(all[0].status, DeliveryStatus::Sent);
    assert_eq!(all[1].status, DeliveryStatus::Waiting);
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_channel_that_was_switched_off_goes_when_it_is_on() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::ok()).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    let switch = |enabled| ChannelChange {
        enabled: Some(enabled),
        ..ChannelChange::default()
    };
    place.change_channel(&channel.id, switch(false)).unwrap();
    place.clock.seconds(1000);
    let sender = place.sender();
    assert_eq!(sender.send_due().await.unwrap().sent, 0);
    place.change_channel(&channel.id, switch(true)).unwrap();
    assert_eq!(sender.send_due().await.unwrap().sent, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_that_fails_is_told_and_not_tried_again() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::plain(503, "busy")).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    let sender = place.sender();
    let delivery = sender.test(&channel.id).await.unwrap();
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    assert_eq!(
        delivery.last_error.as_deref(),
        Some("it answered HTTP 503: busy")
    );
    place.clock.seconds(100_000);
    sender.send_due().await.unwrap();
    assert_eq!(receiver.received().len(), 1);
    assert!(matches!(
        place.retry(&delivery.id),
        Err(AlertsError::Refused(_))
    ));
    assert!(matches!(
        sender.test("nothing").await,
        Err(AlertsError::NoChannel(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_is_listed_newest_first_a_page_at_a_time() {
    let place = Place::new();
    let receiver = Receiver::start(|number, _| match number % 2 {
        0 => Answer::ok(),
        _ => Answer::plain(404, ""),
    })
    .await;
    let (first, second) = (
        place.webhook("a", &receiver.url("/")),
        place.webhook("b", &receiver.url("/")),
    );
    let sender = place.sender();
    for _ in 0..3 {
        sender.test(&first.id).await.unwrap();
        sender.test(&second.id).await.unwrap();
    }
    let list = |filter: DeliveryFilter, cursor: Option<&str>, limit| {
        place.write(|transaction| Deliveries(transaction).list(&filter, cursor, limit))
    };
    let all = list(DeliveryFilter::default(), None, 100).unwrap();
    assert_eq!((all.items.len(), all.next), (6, None));
    let mut paged = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = list(DeliveryFilter::default(), cursor.as_deref(), 2).unwrap();
        assert!(page.items.len() <= 2);
        paged.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(paged, all.items);
    let filter = DeliveryFilter {
        channel: Some(second.id.clone()),
        status: Some(DeliveryStatus::Dead),
        alert: None,
    };
    let dead = list(filter, None, 100).unwrap().items;
    assert_eq!(dead.len(), 3);
    assert!(dead.iter().all(|delivery| delivery.channel.name == "b"));
    assert!(matches!(
        list(DeliveryFilter::default(), Some("here"), 2),
        Err(AlertsError::BadCursor)
    ));
}
