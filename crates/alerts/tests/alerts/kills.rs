//! Killed at every step: between cause and outbox, between outbox and sending, between sending and knowing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

use crate::support::{
    Answer, Place, Receiver,
    place::{Known, document},
};
use muster_alerts::{ChangeWatch, DeliveryStatus, Knowledge, Watch};
use serde_json::Value;

/// Falls over when it is asked the first time.
struct FallsOver(fn());

impl Knowledge for FallsOver {
    fn why(&self, _: &str) -> Option<String> {
        self.0();
        None
    }

    fn type_title(&self, resource_type: &str) -> Option<String> {
        Known.type_title(resource_type)
    }

    fn label(&self, _: &str, _: &str, _: &Value) -> Option<String> {
        self.0();
        None
    }
}

fn fall() {
    panic!("killed here");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_cause_and_outbox_it_is_in_the_outbox_once() {
    let place = Place::new();
    let channel = place.webhook("hook", "https://hooks.example.com/");
    place.finding_alert("Findings", &[&channel]);
    place.alert(
        "Changes",
        Watch::Change(ChangeWatch::default()),
        &[&channel],
    );
    place.step("jane", "opened");
    for _ in 0..2 {
        let filler = place.filler_with(Arc::new(FallsOver(fall)));
        let fallen = catch_unwind(AssertUnwindSafe(|| filler.fill(&BTreeSet::new())));
        assert!(fallen.is_err());
        assert!(place.deliveries().is_empty());
    }
    place.fill();
    assert_eq!(place.only().events, 1);
    let ledger = place.ledger();
    place.commit(&ledger, &[document(1, "Jane")]).await;
    let filler = place.filler_with(Arc::new(FallsOver(fall)));
    assert!(catch_unwind(AssertUnwindSafe(|| filler.fill(&BTreeSet::new()))).is_err());
    assert_eq!(place.deliveries().len(), 1);
    place.fill();
    place.fill();
    let all = place.deliveries();
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|delivery| delivery.events == 1));
    ledger.close();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_sending_it_is_repeated_once_with_the_same_id_and_content() {
    let place = Place::new();
    let receiver = Receiver::start(|number, _| match number {
        0 => Answer::Never,
        _ => Answer::ok(),
    })
    .await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    let sender = place.sender();
    let killed = tokio::spawn(async move { sender.send_due().await });
    receiver.until(1).await;
    killed.abort();
    assert!(killed.await.unwrap_err().is_cancelled());

    // What comes meanwhile is another message: this one may have arrived.
    place.step("jo", "opened");
    place.fill();
    let sender = place.sender();
    sender.send_due().await.unwrap();
    sender.send_due().await.unwrap();
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(
        received[0].header("muster-delivery"),
        received[1].header("muster-delivery")
    );
    let delivery = place.deliveries().remove(0);
    assert_eq!(
        (delivery.status, delivery.attempts),
        (DeliveryStatus::Sent, 2)
    );
    let attempts = place.detail(&delivery.id).attempts;
    assert_eq!(
        attempts[0].outcome,
        "cut off: Muster was stopped; it may have arrived"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kills_us_every_time_is_given_up_in_the_end() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::Never).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    place.fill();
    place.clock.seconds(10);
    for attempt in 1..=12 {
        let sender = place.sender();
        let killed = tokio::spawn(async move { sender.send_due().await });
        receiver.until(attempt).await;
        killed.abort();
        let _ = killed.await;
    }
    let sending = place.sender().send_due().await.unwrap();
    assert_eq!((sending.dead, receiver.received().len()), (1, 12));
    assert_eq!(
        place.only().last_error.as_deref(),
        Some("given up after 12 tries; the last one was cut off")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_that_was_cut_off_is_over() {
    let place = Place::new();
    let receiver = Receiver::start(|_, _| Answer::Never).await;
    let channel = place.webhook("hook", &receiver.url("/"));
    let sender = place.sender();
    let id = channel.id.clone();
    let killed = tokio::spawn(async move { sender.test(&id).await });
    receiver.until(1).await;
    killed.abort();
    let _ = killed.await;
    let sender = place.sender();
    sender.send_due().await.unwrap();
    sender.run(std::future::ready(())).await;
    let delivery = place.only();
    assert_eq!(delivery.status, DeliveryStatus::Dead);
    assert!(delivery.last_error.unwrap().contains("send another test"));
    assert_eq!(receiver.received().len(), 1);
}

/// What the other process is told: which folder, and where to die.
const FOLDER: &str = "MUSTER_TEST_FOLDER";
const DIES: &str = "MUSTER_TEST_DIES";

/// The other process: this very test, run by [`process`].
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the tests below, in a process of its own"]
async fn other_process() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let dies = env::var(DIES).unwrap();
    let place = Place::again(&folder);
    let knowledge: Arc<dyn Knowledge> = if dies == "while filling" {
        Arc::new(FallsOver(|| std::process::abort()))
    } else {
        Arc::new(Known)
    };
    place.filler_with(knowledge).fill(&BTreeSet::new()).unwrap();
    if dies == "before sending" {
        std::process::abort();
    }
    place.clock.seconds(10);
    place.sender().send_due().await.unwrap();
}

fn process(folder: &Path, dies: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "kills::other_process", "--ignored"])
        .env(FOLDER, folder)
        .env(DIES, dies)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_killed_at_every_step_delivers_once_or_repeats_once_with_the_same_id() {
    let place = Place::new();
    let receiver = Receiver::start(|number, _| match number {
        0 => Answer::Never,
        _ => Answer::ok(),
    })
    .await;
    let channel = place.webhook("hook", &receiver.url("/"));
    place.finding_alert("Security", &[&channel]);
    place.step("jane", "opened");
    let folder = place.folder.root().to_owned();

    for dies in ["while filling", "before sending"] {
        assert!(!process(&folder, dies).wait().unwrap().success());
    }
    assert!(receiver.received().is_empty());
    assert_eq!(place.only().events, 1, "in the outbox once");

    let mut killed = process(&folder, "while sending");
    receiver.until(1).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(place.only().status, DeliveryStatus::Waiting);

    for _ in 0..2 {
        assert!(process(&folder, "never").wait().unwrap().success());
    }
    let received = receiver.received();
    assert_eq!(received.len(), 2, "one repetition");
    assert_eq!(
        received[0].header("muster-delivery"),
        received[1].header("muster-delivery")
    );
    assert_eq!(received[0].body, received[1].body);
    assert_eq!(place.only().status, DeliveryStatus::Sent);
}
