//! A vendor's own log, followed: nothing is lost, nothing is kept twice, and a place that was forgotten is found again.

use std::{collections::BTreeSet, time::Duration};

use muster_collect::{AuditReport, AuditRound, AuditState};
use muster_control::ControlError;
use muster_sim::SimOptions;
use serde_json::{Value, json};

use crate::common::Place;

fn company() -> SimOptions {
    SimOptions {
        epoch: "now".to_owned(),
        ..crate::common::company(300)
    }
}

impl Place {
    /// A round of the log.
    async fn round(&self) -> AuditReport {
        let connection = self.connection();
        let round = AuditRound::new(&self.folder, self.integration.clone(), &connection);
        round.unwrap().unwrap().start().await.unwrap()
    }

    fn log_state(&self) -> AuditState {
        let states = self.control().read(|transaction| {
            muster_collect::audit_states(transaction).map_err(ControlError::from)
        });
        states.unwrap().remove(0)
    }

    /// How many events are kept, and how many different ones.
    fn kept(&self) -> (i64, i64) {
        let counts = self.control().read(|transaction| {
            let number = |sql: &str| transaction.query_row(sql, [], |row| row.get::<_, i64>(0));
            let counts = number("SELECT coalesce(sum(rows), 0) FROM event_run")
                .and_then(|rows| Ok((rows, number("SELECT count(*) FROM event_seen")?)));
            counts.map_err(ControlError::from)
        });
        counts.unwrap()
    }

    async fn churn(&self) {
        let orders = json!([{"churn": 0.3}, {"churn": 0.3, "kinds": ["sign_in"]}]);
        self.change(orders).await;
    }

    /// The ids of all events that the stand-in has in its log.
    async fn okta_events(&self) -> BTreeSet<String> {
        let address = format!(
            "{}/api/v1/logs?sortOrder=ASCENDING&limit=1000",
            self.sim.url()
        );
        let request = reqwest::Client::new().get(address);
        let request = request.header("authorization", format!("SSWS {}", self.token));
        let events: Vec<Value> = request.send().await.unwrap().json().await.unwrap();
        assert!(events.len() < 1000, "they fit on a page");
        let ids = events.iter().map(|event| event["uuid"].as_str().unwrap());
        ids.map(str::to_owned).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn late_sparse_and_repeated_events_are_all_kept_once() {
    let place = Place::new(SimOptions {
        fault: ["late:0.2", "sparse:0.2", "shift:/api/v1/logs"]
            .map(str::to_owned)
            .to_vec(),
        ..company()
    })
    .await;
    for _ in 0..3 {
        place.churn().await;
        place.round().await;
        let events = place.okta_events().await.len() as i64;
        assert_eq!(place.kept(), (events, events));
    }
    let state = place.log_state();
    assert_eq!((state.reason, state.gaps.as_slice()), (None, [].as_slice()));
    assert_eq!(place.round().await.events, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_or_unknown_cursor_begins_again_from_the_newest_once() {
    let place = Place::new(company()).await;
    place.churn().await;
    place.round().await;
    place.churn().await;
    place.faults(&["forget-cursor:#1@/api/v1/logs"]).await;
    let round = place.round().await;
    assert!(round.events > 0);
    let events = place.okta_events().await.len() as i64;
    assert_eq!(place.kept(), (events, events), "nothing twice");
    assert_eq!(place.log_state().reason, None);

    // A vendor that knows no cursor at all is asked twice a round, not for ever.
    place.churn().await;
    place.faults(&["forget-cursor:1@/api/v1/logs"]).await;
    let round = place.round().await;
    assert!(round.requests <= 4, "{round:?}");
    let reason = place.log_state().reason.unwrap();
    assert!(reason.contains("no longer knows the place"), "{reason}");
    place.faults(&[]).await;
    place.round().await;
    let events = place.okta_events().await.len() as i64;
    assert_eq!(place.kept(), (events, events));
    assert_eq!(place.log_state().reason, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_leads_to_itself_is_told_and_not_asked_for_ever() {
    let place = Place::new(company()).await;
    place.churn().await;
    place.faults(&["repeat-next:/api/v1/logs"]).await;
    let round = place.round().await;
    assert!(round.requests < 4, "{round:?}");
    let reason = place.log_state().reason.unwrap();
    assert!(reason.contains("its next page is itself"), "{reason}");
    place.faults(&[]).await;
    place.round().await;
    let events = place.okta_events().await.len() as i64;
    assert_eq!(place.kept(), (events, events));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_vendor_has_forgotten_is_a_gap_and_nobody_asks_for_180_days() {
    const DAY: u64 = 24 * 3600;
    let place = Place::new(company()).await;
    place.churn().await;
    place.round().await;
    let before = place.log_state().reached.unwrap();
    // Nobody followed it for longer than Okta answers at all.
    place.change(json!([{"op": "advance", "by": "200d"}])).await;
    place.clock.advance(Duration::from_secs(200 * DAY));
    place.churn().await;
    place.round().await;
    let state = place.log_state();
    assert_eq!(state.reason, None);
    assert_eq!(state.gaps.len(), 1);
    let (since, until) = state.gaps[0];
    assert_eq!(since, before);
    let days = (until - since) as u64 / 1000 / DAY;
    assert_eq!(days, 110, "Okta keeps ninety days");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_insights_are_kept_once_although_each_round_reaches_back() {
    let place = Place::jumpcloud(SimOptions {
        fault: ["late:0.2", "sparse:0.2"].map(str::to_owned).to_vec(),
        ..company()
    })
    .await;
    let mut all = 0;
    for _ in 0..3 {
        place.churn().await;
        // What moved in Okta moves here a while later; late events come up to ten minutes late.
        place.change(json!([{"op": "advance", "by": "3h"}])).await;
        place.clock.advance(Duration::from_secs(3 * 3600));
        all += place.round().await.events;
        place.change(json!([{"op": "advance", "by": "12m"}])).await;
        place.clock.advance(Duration::from_secs(12 * 60));
        all += place.round().await.events;
    }
    let there = place.insights().await;
    assert!(there > 100, "{there}");
    assert_eq!((all as i64, place.kept()), (there, (there, there)));
    assert_eq!(place.log_state().reason, None);
}

impl Place {
    /// How many events Directory Insights has.
    async fn insights(&self) -> i64 {
        let address = format!("{}/insights/directory/v1/events/count", self.sim.url());
        let question = json!({"service": ["all"], "start_time": "2020-01-01T00:00:00Z"});
        let request = reqwest::Client::new().post(address).json(&question);
        let request = request.header("x-api-key", self.token);
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["count"].as_i64().unwrap()
    }
}
