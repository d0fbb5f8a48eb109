//! What an event names is read again, and nothing else.

use std::{sync::Arc, time::Duration};

use muster_collect::{Connection, Extent, RereadReport, Rereading, SyncOptions, take_events};
use muster_control::{ControlError, Integrations};
use muster_ledger::{Ledger, LedgerError};
use muster_model::{AuditEvent, TypeStatus};
use serde_json::{Value, json};

use crate::common::{MovedClock, Place, company};

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_millis()).unwrap()
}

/// An event of Okta's log that says something of these targets, as (kind, id).
fn event(id: &str, activity: &str, age: Duration, targets: &[(&str, &str)]) -> Value {
    let published = std::time::SystemTime::now() - age;
    let targets: Vec<Value> = targets
        .iter()
        .map(|(kind, id)| json!({"type": kind, "id": id}))
        .collect();
    json!({
        "uuid": id, "published": humantime::format_rfc3339_millis(published).to_string(), "eventType": activity,
        "actor": {"id": "00uadmin", "type": "User"}, "outcome": {"result": "SUCCESS"}, "target": targets,
    })
}

impl Place {
    fn told(&self, documents: &[Value]) -> u64 {
        let provider = self.catalogue.provider(&self.integration.provider).unwrap();
        let log = provider.audit_log.as_ref().unwrap();
        let events: Vec<AuditEvent> = documents
            .iter()
            .map(|document| log.event(&document.to_string()).unwrap())
            .collect();
        let taken = self
            .control()
            .write(|transaction| -> Result<u64, LedgerError> {
                let id = &self.integration.id;
                take_events(transaction, id, provider, log, &events, now())
            });
        taken.unwrap()
    }

    /// Reads again what is due over one connection, lane after lane, until nothing is.
    async fn reread_over(&self, connection: &Connection, ledger: &Ledger) -> RereadReport {
        let mut all = RereadReport::default();
        loop {
            let mut done = 0;
            for extent in Extent::ALL {
                let report = self.lane(connection, ledger, extent).await;
                done += report.done;
                all.done += report.done;
                all.failed += report.failed;
                all.requests += report.requests;
            }
            if done == 0 {
                return all;
            }
        }
    }

    async fn lane(&self, connection: &Connection, ledger: &Ledger, extent: Extent) -> RereadReport {
        let integration = self.integration.clone();
        let ledger = ledger.clone();
        let lane = Rereading::new(&self.folder, integration, connection, ledger, extent);
        lane.unwrap().start().await.unwrap()
    }

    async fn reread(&self, ledger: &Ledger) -> RereadReport {
        self.reread_over(&self.connection(), ledger).await
    }

    fn waiting(&self) -> Vec<(Extent, i64)> {
        self.control()
            .read(|transaction| {
                muster_collect::rereads_due(transaction, &self.integration)
                    .map_err(ControlError::from)
            })
            .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_read_again_with_one_request() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let user = place.keys("okta_user")[5].clone();
    place
        .change(json!({"op": "set_status", "user": user, "status": "SUSPENDED"}))
        .await;
    let suspended = event(
        "1",
        "user.lifecycle.suspend",
        Duration::ZERO,
        &[("User", &user)],
    );
    // The same event twice, and another about the same user: one reading.
    let again = event(
        "2",
        "user.account.update_profile",
        Duration::ZERO,
        &[("User", &user)],
    );
    assert_eq!(place.told(&[suspended.clone(), suspended, again]), 2);
    let report = place.reread(&ledger).await;
    assert_eq!((report.done, report.failed, report.requests), (1, 0, 1));
    assert_eq!(place.document("okta_user", &user)["status"], "SUSPENDED");
    assert_eq!(place.waiting(), []);
    let counts = crate::common::changes(&place.sync(&ledger).await);
    assert_eq!(
        counts,
        Default::default(),
        "the next run finds nothing more"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_or_not_collected_or_disabled_is_not_asked_for() {
    let mut place = Place::new(company(40)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let user = place.keys("okta_user")[3].clone();
    let old = event(
        "1",
        "user.lifecycle.suspend",
        Duration::from_secs(3700),
        &[("User", &user)],
    );
    place.told(&[old]);
    assert_eq!(place.waiting(), []);
    let types = |types: &str| {
        let mut changed = place.integration.clone();
        changed.settings.insert("types".into(), types.into());
        let written = place
            .control()
            .write(|transaction| -> Result<_, ControlError> {
                Integrations(transaction).update(&changed)?;
                Ok(changed)
            });
        written.unwrap()
    };
    let changed = types("okta_group");
    place.integration = changed;
    let young = |id: &str| {
        event(
            id,
            "user.lifecycle.suspend",
            Duration::ZERO,
            &[("User", &user)],
        )
    };
    place.told(&[young("2")]);
    assert_eq!(place.waiting(), []);
    let mut changed = place.integration.clone();
    changed.settings.insert("types".into(), "okta_user".into());
    place
        .control()
        .write(|transaction| -> Result<_, ControlError> {
            Integrations(transaction).update(&changed)?;
            Integrations(transaction).set_enabled(&changed.id, false)
        })
        .unwrap();
    place.told(&[young("3")]);
    assert_eq!(place.waiting(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_comes_with_what_hangs_below() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let made = place.change(json!({"op": "add_user"})).await;
    let user = made["created"][0].as_str().unwrap();
    place.told(&[event(
        "1",
        "user.lifecycle.create",
        Duration::ZERO,
        &[("User", user)],
    )]);
    let everyone = place.connection();
    let report = place.lane(&everyone, &ledger, Extent::Resource).await;
    assert_eq!((report.done, report.failed), (1, 0));
    assert!(place.keys("okta_user").iter().any(|key| key == user));
    let state = place.state("okta_group_member");
    assert_eq!(state.status, TypeStatus::Incomplete, "{state:?}");
    let report = place.reread_over(&everyone, &ledger).await;
    assert_eq!(report.failed, 0);
    for name in ["okta_user", "okta_factor", "okta_group_member"] {
        let state = place.state(name);
        assert_eq!(state.status, TypeStatus::Complete, "{state:?}");
    }
    let (register, counts) = (place.register(), place.counts().await);
    for name in ["okta_user", "okta_factor"] {
        assert_eq!(register[name], counts[name], "{name}");
    }
    // Everybody is in one group; what else the user got has events of its own.
    let members = place.keys("okta_group_member");
    let own = members.iter().filter(|key| key.ends_with(user));
    assert_eq!(own.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_is_gone_goes_with_everything_of_theirs() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let of = |name: &str, user: &str| {
        let keys = place.keys(name).into_iter();
        keys.filter(|key| key.split('/').any(|part| part == user))
            .count()
    };
    let users = place.keys("okta_user");
    let user = users
        .iter()
        .find(|user| of("okta_application_user", user) > 0 && of("okta_factor", user) > 0);
    let user = user.unwrap().clone();
    assert!(of("okta_group_member", &user) > 1);
    place
        .change(json!({"op": "remove_user", "user": user}))
        .await;
    let gone = event(
        "1",
        "user.lifecycle.delete.initiated",
        Duration::ZERO,
        &[("User", &user)],
    );
    place.told(&[gone]);
    let report = place.reread(&ledger).await;
    assert_eq!(report.failed, 0);
    for name in [
        "okta_user",
        "okta_factor",
        "okta_application_user",
        "okta_group_member",
    ] {
        assert_eq!(of(name, &user), 0, "{name}");
    }
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_membership_is_listed_again_for_its_group_alone() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.keys("okta_user");
    let made = place
        .change(json!({"op": "add_group", "name": "Poets"}))
        .await;
    let group = made["created"][0].as_str().unwrap();
    place
        .change(json!([
            {"op": "add_member", "group": group, "user": users[4]},
            {"op": "add_member", "group": group, "user": users[5]},
        ]))
        .await;
    // The membership is told before the group: what it hangs below is read first.
    let added = [("UserGroup", group), ("User", users[4].as_str())];
    place.told(&[event(
        "1",
        "group.user_membership.add",
        Duration::ZERO,
        &added,
    )]);
    let report = place.reread(&ledger).await;
    assert_eq!(report.failed, 0);
    assert!(report.requests < 12, "{report:?}");
    let members = place.keys("okta_group_member");
    for user in &users[4..6] {
        assert!(members.contains(&format!("{group}/{user}")));
    }
    assert_eq!(place.register(), place.counts().await);
    place
        .change(json!({"op": "remove_member", "group": group, "user": users[5]}))
        .await;
    let removed = [("User", users[5].as_str()), ("UserGroup", group)];
    place.told(&[event(
        "2",
        "group.user_membership.remove",
        Duration::ZERO,
        &removed,
    )]);
    let report = place.reread(&ledger).await;
    assert_eq!((report.failed, report.requests), (0, 1));
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_tried_again_after_a_pause_and_survives_a_kill() {
    let place = Place::new(company(40)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let user = place.keys("okta_user")[7].clone();
    place
        .change(json!({"op": "set_status", "user": user, "status": "SUSPENDED"}))
        .await;
    place.faults(&["500:1@/api/v1/users/*"]).await;
    place.told(&[event(
        "1",
        "user.lifecycle.suspend",
        Duration::ZERO,
        &[("User", &user)],
    )]);
    let connection = place.connection();
    let report = place.lane(&connection, &ledger, Extent::Resource).await;
    assert_eq!((report.done, report.failed), (0, 1));
    drop(ledger);
    let ledger = place.open();
    let waiting = place.waiting();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    place.faults(&[]).await;
    place.clock.advance(Duration::from_secs(600));
    let report = place
        .lane(&place.connection(), &ledger, Extent::Resource)
        .await;
    assert_eq!((report.done, report.failed), (1, 0));
    assert_eq!(place.document("okta_user", &user)["status"], "SUSPENDED");
    assert_eq!(place.waiting(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_again_beside_a_run_loses_and_revives_nobody() {
    let mut options = company(700);
    options.latency = Some("5ms".to_owned());
    let place = Arc::new(Place::new(options).await);
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.keys("okta_user");
    let connection = place.connection();
    let running = {
        let full = SyncOptions {
            full: true,
            types: Some(vec![
                "okta_user".into(),
                "okta_group".into(),
                "okta_group_member".into(),
            ]),
            ..SyncOptions::default()
        };
        let run = place.run_over(&connection, &ledger, full);
        let runtime = tokio::runtime::Handle::current();
        tokio::task::spawn_blocking(move || runtime.block_on(run.start()))
    };
    // While it runs people come, go and move, and each of that is read at once.
    let mut number = 0;
    while !running.is_finished() && number < 40 {
        let (gone, moved) = (&users[10 + 2 * number], &users[11 + 2 * number]);
        let made = place
            .change(json!([
                {"op": "add_user"},
                {"op": "remove_user", "user": gone},
                {"op": "set_status", "user": moved, "status": "SUSPENDED"},
            ]))
            .await;
        let came = made["created"][0].as_str().unwrap();
        let told = |what: &str, activity: &str, user: &str| {
            let id = format!("{what}{number}");
            event(&id, activity, Duration::ZERO, &[("User", user)])
        };
        place.told(&[
            told("came", "user.lifecycle.create", came),
            told("gone", "user.lifecycle.delete.initiated", gone),
            told("moved", "user.lifecycle.suspend", moved),
        ]);
        place.lane(&connection, &ledger, Extent::Resource).await;
        let keys = place.keys("okta_user");
        assert!(keys.iter().any(|key| key == came), "{number}");
        assert!(!keys.contains(gone), "{number}");
        number += 1;
    }
    let report = running.await.unwrap().unwrap();
    assert!(report.complete(), "{report:?}");
    let keys = place.keys("okta_user");
    for gone in (0..number).map(|number| &users[10 + 2 * number]) {
        assert!(!keys.contains(gone), "{gone} came back");
    }
    for moved in (0..number).map(|number| &users[11 + 2 * number]) {
        assert_eq!(place.document("okta_user", moved)["status"], "SUSPENDED");
    }
    assert_eq!(
        place.register()["okta_user"],
        place.counts().await["okta_user"]
    );
    place.reread_over(&connection, &ledger).await;
    let full = SyncOptions {
        full: true,
        ..SyncOptions::default()
    };
    place.sync_with(&ledger, full).await;
    assert_eq!(place.register(), place.counts().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_a_type_is_listed_once_in_ten_seconds_at_most() {
    let place = Place::monosign(company(40)).await;
    let ledger = place.open();
    place.sync(&ledger).await;
    let users = place.keys("monosign_user");
    let told = |id: &str| {
        json!({"EventId": id, "EventType": "User.Deactivated", "EventDate": humantime::format_rfc3339_millis(std::time::SystemTime::now()).to_string(),
            "Actor": {"Type": "System"}, "Target": {"Type": "User", "Id": users[2]}})
    };
    place
        .change(json!({"op": "set_status", "user": 2, "status": "DEPROVISIONED"}))
        .await;
    assert_eq!(place.told(&[told("a")]), 1);
    let connection = place.connection();
    let first = place.lane(&connection, &ledger, Extent::Everything).await;
    assert!(first.requests > 0);
    place.told(&[told("b"), told("c")]);
    let second = place.lane(&connection, &ledger, Extent::Everything).await;
    assert_eq!(second.requests, 0, "it rests");
    assert_eq!(place.waiting().len(), 1);
    let clock: &MovedClock = &place.clock;
    clock.advance(Duration::from_secs(11));
    let third = place.lane(&connection, &ledger, Extent::Everything).await;
    assert!(third.done > 0);
    assert_eq!(place.waiting(), []);
}
