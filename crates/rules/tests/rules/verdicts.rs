//! What comes of judging: findings, their steps, counts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::{Bench, DAY, NEW_YEAR, user};
use muster_control::Integrations;
use muster_model::{Severity, TypeStatus};
use muster_rules::{FindingStatus, FindingSteps, Findings, RuleStates};
use serde_json::json;

const FACTOR: &str = "active_user_without_factor";
const SYNC: &str = "application_user_sync_error";
const WEAK: &str = "user_with_weak_factors_only";

#[tokio::test]
async fn a_finding_is_opened_resolved_and_reopened_with_a_reason_each_time() {
    let mut bench = Bench::with(&[FACTOR]).await;
    bench.user("u1", 0);
    bench.user("u2", 1);
    let outcome = bench.evaluate().await;
    assert_eq!((outcome.opened, outcome.resolved), (1, 0));
    let finding = bench.finding();
    assert_eq!(finding.status, FindingStatus::Open);
    assert_eq!(finding.label, "u1@acme.com");
    assert_eq!(finding.key, "u1");
    assert_eq!(finding.rule.severity, Severity::High);
    assert_eq!(finding.rule.title, "Active users have a second factor");
    assert_eq!(finding.evidence["status"], "ACTIVE");
    assert_eq!(finding.evidence["created"], "2025-01-01T00:00:00.000Z");
    assert_eq!(bench.counts("OKTA-098"), [1, 1, 0, 0, 0]);

    bench.user("u1", 1);
    assert_eq!(bench.evaluate().await.resolved, 1);
    assert_eq!(bench.counts("OKTA-098"), [2, 0, 0, 0, 0]);
    bench.user("u1", 0);
    assert_eq!(bench.evaluate().await.reopened, 1);
    assert_eq!(bench.finding().id, finding.id);
    let acme = bench.acme.clone();
    bench.change(|register| register.put(&acme, "okta_user", None, user("u1", "SUSPENDED")));
    bench.evaluate().await;
    bench.user("u1", 0);
    bench.evaluate().await;
    bench.change(|register| register.remove(&acme, "okta_user", "u1"));
    bench.evaluate().await;
    assert_eq!(
        bench.steps(),
        [
            "opened: found when the rule was first evaluated here",
            "resolved: it does not break the rule any more",
            "reopened: it breaks the rule again",
            "resolved: the rule does not apply to it any more",
            "reopened: it breaks the rule again",
            "resolved: the resource is gone",
        ]
    );
    bench.user("u3", 0);
    bench.evaluate().await;
    let newest = bench.findings().pop().unwrap();
    let steps = bench.read(|transaction| Findings(transaction).steps(&newest.id));
    assert_eq!(
        steps[0].cause.as_deref(),
        Some("it breaks the rule since the last evaluation")
    );
}

#[tokio::test]
async fn the_same_state_judged_again_writes_nothing() {
    let mut bench = Bench::with(&[FACTOR, SYNC]).await;
    bench.user("u1", 0);
    bench.user("u2", 1);
    assert!(bench.evaluate().await.evaluated);
    let version = |bench: &mut Bench| -> i64 {
        bench.read(|transaction| {
            Ok(transaction.pragma_query_value(None, "data_version", |row| row.get(0))?)
        })
    };
    let before = version(&mut bench);
    assert!(!bench.evaluate().await.evaluated);
    // Asked to judge all the same, or because the clock went on, it comes to the same.
    assert!(bench.evaluate_everything().await.evaluated);
    bench.wait(2 * 3_600_000);
    assert!(bench.evaluate().await.evaluated);
    assert_eq!(version(&mut bench), before);
    bench.user("u1", 1);
    assert!(bench.evaluate().await.evaluated);
    assert_ne!(version(&mut bench), before);
}

#[tokio::test]
async fn what_is_not_known_opens_nothing_and_resolves_nothing() {
    let mut bench = Bench::with(&[FACTOR, WEAK]).await;
    bench.user("u1", 0);
    bench.evaluate().await;
    let acme = bench.acme.clone();
    // The factors of u1 and u3 are still to be listed; those of u2 are known.
    bench.user("u2", 0);
    bench.user("u3", 0);
    bench.change(|register| {
        register.set(&acme, "okta_factor", TypeStatus::Incomplete);
        let listed = vec!["u2".to_owned()];
        register
            .listed
            .insert(("okta_factor".to_owned(), acme.clone()), listed);
    });
    let outcome = bench.evaluate().await;
    assert_eq!((outcome.opened, outcome.resolved), (1, 0));
    assert_eq!(bench.counts("OKTA-098"), [0, 1, 0, 0, 2]);
    let state = bench.state("OKTA-098");
    assert_eq!(
        state.reason.as_deref(),
        Some("okta_factor is incomplete: it was cut off")
    );
    // A rule that joins the factors needs all of them.
    assert_eq!(bench.counts("OKTA-100"), [0, 0, 0, 0, 3]);
    assert!(!bench.state("OKTA-100").integrations[0].evaluated);

    for (status, reason) in [
        (
            TypeStatus::Incomplete,
            "okta_user is incomplete: it was cut off",
        ),
        (
            TypeStatus::NotPermitted,
            "the integration's credentials may not read okta_user",
        ),
        (
            TypeStatus::Skipped,
            "the integration was told not to collect okta_user",
        ),
    ] {
        bench.change(|register| register.set(&acme, "okta_user", status));
        let outcome = bench.evaluate().await;
        assert_eq!((outcome.opened, outcome.resolved), (0, 0), "{status:?}");
        assert_eq!(bench.state("OKTA-098").reason.as_deref(), Some(reason));
        assert_eq!(bench.counts("OKTA-098"), [0, 0, 0, 0, 3]);
    }
    bench.change(|register| register.set(&acme, "okta_user", TypeStatus::NotAvailable));
    assert_eq!(bench.evaluate().await.resolved, 2);
    assert_eq!(bench.counts("OKTA-098"), [0, 0, 0, 0, 0]);
}

#[tokio::test]
async fn nothing_is_said_before_anything_was_listed() {
    let mut bench = Bench::with(&[FACTOR]).await;
    bench.user("u1", 0);
    bench.change(|register| {
        for state in &mut register.states {
            state.status = TypeStatus::Incomplete;
            state.last_complete = None;
        }
    });
    assert_eq!(bench.evaluate().await.opened, 0);
    assert_eq!(
        bench.state("OKTA-098").reason.as_deref(),
        Some("nothing has been collected completely yet")
    );
}

#[tokio::test]
async fn children_are_judged_by_parent_while_others_are_listed() {
    let mut bench = Bench::with(&[SYNC]).await;
    let acme = bench.acme.clone();
    let assigned = |id: &str, state: &str| {
        json!({"id": id, "status": "ACTIVE", "syncState": state,
        "credentials": {"userName": format!("{id}@app")}})
    };
    bench.change(|register| {
        for app in ["a1", "a2"] {
            register.put(&acme, "okta_application", None, json!({"id": app}));
            register.put(
                &acme,
                "okta_application_user",
                Some(app),
                assigned("u1", "ERROR"),
            );
            register.put(
                &acme,
                "okta_application_user",
                Some(app),
                assigned("u2", "SYNCHRONIZED"),
            );
        }
        register.set(&acme, "okta_application_user", TypeStatus::Incomplete);
        let listed = vec!["a1".to_owned()];
        register
            .listed
            .insert(("okta_application_user".to_owned(), acme.clone()), listed);
    });
    bench.evaluate().await;
    assert_eq!(bench.counts("OKTA-109"), [1, 1, 0, 0, 2]);
    let finding = bench.finding();
    assert_eq!(
        (finding.key.as_str(), finding.label.as_str()),
        ("a1/u1", "u1@app")
    );
    bench.change(|register| register.set(&acme, "okta_application_user", TypeStatus::Complete));
    bench.evaluate().await;
    assert_eq!(bench.counts("OKTA-109"), [2, 2, 0, 0, 0]);
}

#[tokio::test]
async fn a_listing_that_ends_while_rows_are_read_does_not_count() {
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    };
    // Every look at the register finds the factors listed anew since the last one.
    let bench = Bench::with(&[FACTOR]).await;
    bench.user("u1", 0);
    let looks = Arc::new(AtomicUsize::new(0));
    let register = bench.register.lock().unwrap().clone();
    let rulebook = muster_rules::Rulebook::of(&bench.engine, &crate::support::catalogue(&[FACTOR]))
        .await
        .unwrap();
    let shared = Arc::new(Mutex::new(register));
    let moments = move || {
        let look = looks.fetch_add(1, Ordering::SeqCst) as i64;
        let mut now = shared.lock().unwrap().clone();
        for state in &mut now.states {
            if state.resource_type == "okta_factor" {
                state.last_complete = Some(NEW_YEAR + look);
            }
        }
        Ok(muster_rules::Moment {
            sequence: now.sequence,
            source: Arc::new(now),
        })
    };
    let world = muster_rules::World::of(&moments, rulebook.rules()).unwrap();
    let judge = muster_rules::Judge::new(
        Arc::clone(&bench.engine),
        world,
        chrono::DateTime::from_timestamp_millis(NEW_YEAR).unwrap(),
    );
    let integration = judge.world().integrations()[0].clone();
    let verdict = judge
        .judge(
            rulebook.rule("OKTA-098").unwrap(),
            &integration,
            &mut |_| Ok(()),
        )
        .await
        .unwrap();
    assert_eq!((verdict.breaking, verdict.not_evaluated), (0, 1));
    assert_eq!(
        verdict.reason.as_deref(),
        Some("okta_factor is incomplete: it is being listed just now")
    );
}

#[tokio::test]
async fn organisations_are_judged_apart() {
    let mut bench = Bench::with(&[FACTOR]).await;
    let other = bench.connect("other");
    // The same id in both: with a factor here, without one there.
    bench.user("u1", 1);
    bench.user_of(&other, "u1", 0);
    bench.evaluate().await;
    assert_eq!(bench.finding().integration, other);
    let state = bench.state("OKTA-098");
    let fails: Vec<u64> = state
        .integrations
        .iter()
        .map(|one| one.counts.fail)
        .collect();
    assert_eq!(fails.iter().sum::<u64>(), 1);
    assert_eq!(fails.len(), 2);

    // Disabled: what is known stays, nothing is judged anew.
    bench.user_of(&other, "u1", 1);
    bench.change(|register| {
        for integration in &mut register.integrations {
            integration.enabled = integration.id != other;
        }
    });
    bench.evaluate().await;
    assert_eq!(bench.finding().status, FindingStatus::Open);
}

#[tokio::test]
async fn a_deleted_integration_takes_everything_along_and_no_number_comes_again() {
    let mut bench = Bench::with(&[FACTOR]).await;
    bench.user("u1", 0);
    bench.evaluate().await;
    let last = bench.read(|transaction| FindingSteps(transaction).last());
    let acme = bench.acme.clone();
    bench
        .write(|transaction| {
            Integrations(transaction).begin_deletion(&acme)?;
            muster_rules::forget(transaction, &acme)
        })
        .unwrap();
    // An evaluation that began before brings nothing back.
    bench.user("u2", 0);
    assert_eq!(bench.evaluate().await.opened, 0);
    assert!(bench.findings().is_empty());
    assert!(
        bench
            .read(|transaction| RuleStates(transaction).all())
            .is_empty()
    );
    assert_eq!(
        bench.read(|transaction| FindingSteps(transaction).last()),
        last
    );

    let other = bench.connect("other");
    bench.user_of(&other, "u1", 0);
    bench.change(|register| register.integrations.retain(|one| one.id != acme));
    bench.evaluate().await;
    let steps = bench.read(|transaction| FindingSteps(transaction).after(last, 10));
    assert_eq!(steps.len(), 1);
    assert_eq!(steps[0].step.sequence, last + 1);
}

#[tokio::test]
async fn findings_of_a_rule_that_is_gone_are_resolved_and_can_be_read() {
    let mut bench = Bench::with(&[FACTOR, SYNC]).await;
    bench.user("u1", 0);
    bench.evaluate().await;
    bench.restart_with(&[SYNC]).await;
    assert_eq!(bench.evaluate().await.resolved, 1);
    let finding = bench.finding();
    assert_eq!(finding.status, FindingStatus::Resolved);
    assert_eq!(finding.rule.title, "Active users have a second factor");
    assert_eq!(bench.steps()[1], "resolved: the rule is gone");
    assert_eq!(bench.counts("OKTA-098"), [0; 5]);
    bench.restart_with(&[FACTOR, SYNC]).await;
    assert_eq!(bench.evaluate().await.reopened, 1);
}

#[tokio::test]
async fn the_clock_alone_can_break_a_rule() {
    let mut bench = Bench::with(&["user_not_signed_in"]).await;
    let acme = bench.acme.clone();
    bench.change(|register| {
        let mut user = user("u1", "ACTIVE");
        user["lastLogin"] = json!("2025-12-31T00:00:00.000Z");
        register.put(&acme, "okta_user", None, user);
    });
    bench.evaluate().await;
    assert_eq!(bench.counts("OKTA-102"), [1, 0, 0, 0, 0]);
    bench.wait(90 * DAY);
    assert_eq!(bench.evaluate().await.opened, 1);
}
