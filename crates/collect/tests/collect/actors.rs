//! Who made a change: the vendor's log and what was found, brought together.

use std::{collections::BTreeMap, time::Duration};

use muster_collect::{Report, SyncOptions, take_events};
use muster_control::{ControlError, Integrations, NewIntegration};
use muster_ledger::{Ledger, LedgerError, attribute, change_actors};
use muster_model::{AuditEvent, ChangeActor, IntegrationId};
use muster_provider::http::Clock as _;
use serde_json::{Value, json};

use crate::common::{Place, company, of};

impl Place {
    fn milliseconds() -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        i64::try_from(since.unwrap().as_millis()).unwrap()
    }

    /// Collects people, groups and who is in them: so few requests that nobody waits, and the clock is the machine's.
    async fn list(&self, ledger: &Ledger) -> Report {
        self.listed(ledger, false).await
    }

    /// The same, whatever was listed lately.
    async fn list_all(&self, ledger: &Ledger) -> Report {
        self.listed(ledger, true).await
    }

    async fn listed(&self, ledger: &Ledger, full: bool) -> Report {
        let types = match self.integration.provider.as_str() {
            "okta" => ["okta_user", "okta_group", "okta_group_member"],
            _ => [
                "jumpcloud_user",
                "jumpcloud_user_group",
                "jumpcloud_user_group_member",
            ],
        };
        let options = SyncOptions {
            full,
            types: Some(types.map(str::to_owned).to_vec()),
            ..SyncOptions::default()
        };
        let before = self.clock.now();
        let report = self.sync_with(ledger, options).await;
        let took = self.clock.now().duration_since(before).unwrap();
        assert!(took < Duration::from_secs(20), "it waited: {took:?}");
        report
    }

    /// Joins what has come since the last time.
    fn attribute(&self) -> u64 {
        attribute(&mut self.control(), Self::milliseconds()).unwrap()
    }

    /// The last changes of a type's resources, where actor or event are known, by key.
    fn attributed(&self, resource_type: &str) -> BTreeMap<String, ChangeActor> {
        self.control()
            .read(|transaction| {
                let mut statement = transaction.prepare(
                    "SELECT key, max(sequence) FROM change_window WHERE resource_type = ?1 GROUP BY key",
                )?;
                let last: Vec<(String, i64)> = statement
                    .query_map([resource_type], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect::<Result<_, _>>()?;
                let mut found = BTreeMap::new();
                for (key, sequence) in last {
                    let known = change_actors(transaction, &[sequence.unsigned_abs()])?;
                    found.extend(known.into_iter().map(|known| (key.clone(), known)));
                }
                Ok::<_, ControlError>(found)
            })
            .unwrap()
    }

    /// Takes an event in as if the vendor's log had told it.
    fn take(&self, integration: &IntegrationId, document: &Value) {
        let provider = self.catalogue.provider(&self.integration.provider).unwrap();
        let log = provider.audit_log.as_ref().unwrap();
        let event: AuditEvent = log.event(&document.to_string()).unwrap();
        let taken = self
            .control()
            .write(|transaction| -> Result<u64, LedgerError> {
                take_events(
                    transaction,
                    integration,
                    provider,
                    log,
                    &[event],
                    Self::milliseconds(),
                )
            });
        assert_eq!(taken.unwrap(), 1);
    }
}

/// An event of Okta's log, now.
fn event(activity: &str, id: &str, by: &str, targets: &Value) -> Value {
    json!({
        "uuid": id,
        "published": humantime::format_rfc3339_millis(std::time::SystemTime::now()).to_string(),
        "eventType": activity,
        "outcome": {"result": "SUCCESS"},
        "actor": {"id": format!("00u{by}"), "type": "User", "alternateId": format!("{by}@example.com")},
        "target": targets,
    })
}

fn on_user(user: &str) -> Value {
    json!([{"id": user, "type": "User"}])
}

/// Takes a user's access away in the stand-in.
async fn deactivate(place: &Place, user: &str) {
    let order = json!([{"op": "set_status", "user": user, "status": "DEPROVISIONED"}]);
    place.change(order).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_deactivated_has_the_administrator_as_actor() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.list(&ledger).await;
    place.follow().await;
    place.attribute();
    assert!(
        place.attributed("okta_user").is_empty(),
        "nobody is named for what was there when it was first listed"
    );
    let users = place.keys("okta_user");
    deactivate(&place, &users[7]).await;
    place.list(&ledger).await;
    assert_eq!(place.attribute(), 0, "the log was not read yet");
    place.follow().await;
    assert!(place.attribute() > 0);
    let found = place.attributed("okta_user");
    let by = &found[&users[7]];
    let actor = by.actor.as_ref().unwrap();
    let administrator = place.document("okta_user", actor.id.as_deref().unwrap());
    assert_eq!(
        administrator["profile"]["login"].as_str(),
        actor.name.as_deref()
    );
    assert_eq!(actor.kind.as_deref(), Some("User"));
    assert_eq!(by.event_type.as_deref(), Some("user.lifecycle.deactivate"));
    assert_eq!(place.attribute(), 0, "nothing new, nothing done");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_adds_and_removes_a_member_is_told() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.list(&ledger).await;
    let is_own = |key: &&String| {
        let group = key.split('/').next().unwrap();
        place.document("okta_group", group)["type"] == "OKTA_GROUP"
    };
    let members = place.keys("okta_group_member");
    let member = members.iter().find(is_own).unwrap();
    let (group, there) = member.split_once('/').unwrap();
    let mut users = place.keys("okta_user").into_iter();
    let new = users
        .find(|user| !members.contains(&format!("{group}/{user}")))
        .unwrap();
    for (order, user, activity) in [
        ("add_member", new.as_str(), "group.user_membership.add"),
        ("remove_member", there, "group.user_membership.remove"),
    ] {
        let order = json!([{"op": order, "group": group, "user": user}]);
        place.change(order).await;
        place.list(&ledger).await;
        place.follow().await;
        place.attribute();
        let found = place.attributed("okta_group_member");
        let by = found.get(&format!("{group}/{user}"));
        let by = by.unwrap_or_else(|| panic!("{activity}: {found:#?}"));
        assert_eq!(by.event_type.as_deref(), Some(activity));
        assert!(by.actor.is_some(), "{by:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_are_known_as_of_their_groups_last_listing_while_no_marker_moves() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.list(&ledger).await;
    // Later than the groups' markers, so that these can be believed.
    place.clock.advance(Duration::from_secs(120));
    place.list(&ledger).await;
    place.clock.advance(Duration::from_secs(120));
    let report = place.list(&ledger).await;
    assert_eq!(of(&report, "okta_group_member").requests, 0);
    let observed = |resource_type: &str, extent: &str| -> i64 {
        let read = |transaction: &rusqlite::Transaction<'_>| {
            let sql = "SELECT max(time) FROM observation WHERE resource_type = ?1 AND extent = ?2";
            Ok::<_, ControlError>(
                transaction.query_row(sql, (resource_type, extent), |row| row.get(0))?,
            )
        };
        place.control().read(read).unwrap()
    };
    assert_eq!(
        observed("okta_group_member", "type"),
        observed("okta_group", "scope")
    );
    assert!(observed("okta_group_member", "scope") < observed("okta_group", "scope"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_administrators_between_two_looks_are_nobody() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.list(&ledger).await;
    let users = place.keys("okta_user");
    deactivate(&place, &users[7]).await;
    let second = event(
        "user.lifecycle.deactivate",
        "second",
        "second",
        &on_user(&users[7]),
    );
    place.take(&place.integration.id, &second);
    deactivate(&place, &users[8]).await;
    place.list(&ledger).await;
    place.follow().await;
    place.attribute();
    let found = place.attributed("okta_user");
    let by = &found[&users[7]];
    assert_eq!(by.actor, None);
    assert_eq!(by.event_type.as_deref(), Some("user.lifecycle.deactivate"));
    assert!(found[&users[8]].actor.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_late_is_matched_when_it_comes_and_a_second_one_takes_it_back() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.list(&ledger).await;
    let users = place.keys("okta_user");
    let order =
        json!([{"op": "update_user", "user": users[3], "profile": {"department": "Choir"}}]);
    let first = event(
        "user.account.update_profile",
        "first",
        "first",
        &on_user(&users[3]),
    );
    let second = event(
        "user.account.update_profile",
        "second",
        "second",
        &on_user(&users[3]),
    );
    place.change(order).await;
    place.list(&ledger).await;
    // The change is looked at before the log has told anything.
    place.attribute();
    assert!(place.attributed("okta_user").is_empty());
    place.take(&place.integration.id, &first);
    place.attribute();
    let by = &place.attributed("okta_user")[&users[3]];
    let actor = by.actor.clone().unwrap();
    assert_eq!(actor.name.as_deref(), Some("first@example.com"));
    assert_eq!(by.event.as_deref(), Some("first"));
    place.take(&place.integration.id, &second);
    place.attribute();
    let by = &place.attributed("okta_user")[&users[3]];
    assert_eq!(by.actor, None);
    assert_eq!(by.event.as_deref(), Some("second"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_another_integration_says_nothing() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.list(&ledger).await;
    let other = place
        .control()
        .write(|transaction| -> Result<_, ControlError> {
            let new = NewIntegration {
                provider: "okta".into(),
                name: "other".into(),
                description: String::new(),
                tags: vec![],
                settings: BTreeMap::new(),
                allow_insecure_endpoint: true,
                interval_seconds: 600,
            };
            Ok(Integrations(transaction).add(new, 0)?.id)
        })
        .unwrap();
    let users = place.keys("okta_user");
    let order =
        json!([{"op": "update_user", "user": users[3], "profile": {"department": "Choir"}}]);
    place.change(order).await;
    place.list(&ledger).await;
    let elsewhere = event(
        "user.account.update_profile",
        "one",
        "ada",
        &on_user(&users[3]),
    );
    place.take(&other, &elsewhere);
    place.attribute();
    assert!(place.attributed("okta_user").is_empty());
    place.take(&place.integration.id, &elsewhere);
    place.attribute();
    assert_eq!(place.attributed("okta_user").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_attributed_stays_whoever_opens_the_folder_next() {
    let place = Place::new(company(60)).await;
    let ledger = place.open();
    place.list(&ledger).await;
    let users = place.keys("okta_user");
    deactivate(&place, &users[7]).await;
    place.list(&ledger).await;
    // The process ends between the change and the log, and between the log and the look at both.
    ledger.close();
    place.follow().await;
    let ledger = place.open();
    place.attribute();
    let before = place.attributed("okta_user");
    assert_eq!(before.len(), 1);
    // Everything is archived meanwhile; what is known of the change is known by its number.
    place.list_all(&ledger).await;
    place.attribute();
    assert_eq!(place.attributed("okta_user"), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn jumpcloud_tells_who_suspended_whom_and_who_gave_a_group_a_member() {
    let place = Place::jumpcloud(company(60)).await;
    let ledger = place.open();
    place
        .change(json!([{"op": "add_group", "name": "Choir"}]))
        .await;
    place.list(&ledger).await;
    let done = place
        .change(json!([
            {"op": "set_account", "user": 7, "state": "SUSPENDED"},
            {"op": "add_member", "group": "Choir", "user": 3},
        ]))
        .await;
    let user = done["changed"]["jumpcloud_user"]["modified"][0].as_str();
    place.list_all(&ledger).await;
    // The newest events are left for later.
    place.clock.advance(Duration::from_secs(60));
    place.follow().await;
    place.attribute();
    let found = place.attributed("jumpcloud_user");
    let by = found.get(user.unwrap());
    let by = by.unwrap_or_else(|| panic!("{done} {found:#?}"));
    assert!(by.actor.is_some(), "{by:?}");
    assert_eq!(by.event_type.as_deref(), Some("user_suspended"));
    let found = place.attributed("jumpcloud_user_group_member");
    assert_eq!(found.len(), 1, "{done} {found:#?}");
    let by = found.values().next().unwrap();
    assert!(by.actor.is_some(), "{by:?}");
    assert_eq!(by.event_type.as_deref(), Some("association_change"));
}
