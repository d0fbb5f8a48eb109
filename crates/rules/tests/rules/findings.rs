//! What people do about findings, and how findings are read.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use crate::support::{Bench, DAY, NEW_YEAR, ada};
use muster_model::Severity;
use muster_rules::{
    FindingFilter, FindingSort, FindingStatus, FindingStatusFilter, FindingSteps, Findings, Person,
    RuleStates, RulesError, StepKind,
};

const FACTOR: &str = "active_user_without_factor";
const NEVER: &str = "user_never_signed_in";

async fn one_finding() -> (Bench, String) {
    let mut bench = Bench::with(&[FACTOR]).await;
    bench.user("u1", 0);
    bench.user("u2", 1);
    bench.evaluate().await;
    let id = bench.finding().id;
    (bench, id)
}

fn now(bench: &Bench) -> i64 {
    *bench.now.lock().unwrap()
}

#[tokio::test]
async fn a_suppressed_finding_counts_apart_until_its_time_is_over() {
    let (mut bench, id) = one_finding().await;
    let (moment, until) = (now(&bench), now(&bench) + DAY);
    bench
        .write(|transaction| {
            Findings(transaction).suppress(&id, " a robot ", Some(until), &ada(), moment)
        })
        .unwrap();
    assert_eq!(bench.counts("OKTA-098"), [1, 0, 1, 0, 0]);
    let finding = bench.finding();
    assert_eq!(finding.status, FindingStatus::Suppressed);
    assert_eq!(finding.suppression.unwrap().reason, "a robot");
    let acme = bench.acme.clone();
    let keys = |bench: &mut Bench, at: i64| {
        bench.read(|transaction| Findings(transaction).suppressed_keys("OKTA-098", &acme, at))
    };
    assert_eq!(keys(&mut bench, moment), ["u1"]);
    assert!(keys(&mut bench, until).is_empty());

    // Mended and broken again while the suppression holds.
    bench.user("u1", 1);
    bench.evaluate().await;
    assert_eq!(bench.finding().status, FindingStatus::Resolved);
    bench.user("u1", 0);
    bench.evaluate().await;
    assert_eq!(bench.finding().status, FindingStatus::Suppressed);

    bench.wait(DAY);
    let outcome = bench.evaluate().await;
    assert_eq!((outcome.unsuppressed, outcome.opened), (1, 0));
    assert_eq!(bench.finding().status, FindingStatus::Open);
    assert_eq!(bench.finding().suppression, None);
    assert_eq!(bench.counts("OKTA-098"), [1, 1, 0, 0, 0]);
    assert_eq!(
        bench.steps(),
        [
            "opened: found when the rule was first evaluated here",
            "suppressed by Ada: a robot",
            "resolved: it does not break the rule any more",
            "reopened: it breaks the rule again",
            "unsuppressed: the suppression expired",
        ]
    );
    // Alerts can tell what happened while nobody wanted to hear of it.
    let steps = bench.read(|transaction| FindingSteps(transaction).after(0, 10));
    let suppressed: Vec<bool> = steps.iter().map(|step| step.suppressed).collect();
    assert_eq!(suppressed, [false, true, true, true, false]);
    assert!(steps.iter().all(|step| step.finding.label == "u1@acme.com"));
}

#[tokio::test]
async fn a_suppression_that_is_over_ends_although_nothing_else_moved() {
    let (mut bench, id) = one_finding().await;
    let moment = now(&bench);
    bench
        .write(|transaction| {
            Findings(transaction).suppress(&id, "soon", Some(moment + 60_000), &ada(), moment)
        })
        .unwrap();
    bench.wait(60_000);
    let outcome = bench.evaluate().await;
    assert!(!outcome.evaluated);
    assert_eq!(outcome.unsuppressed, 1);
    assert_eq!(bench.finding().status, FindingStatus::Open);
}

#[tokio::test]
async fn people_act_and_each_act_is_a_step() {
    let (mut bench, id) = one_finding().await;
    let moment = now(&bench);
    let bob = Person {
        id: "8".to_owned(),
        name: "Bob".to_owned(),
    };
    bench
        .write(|transaction| {
            let findings = Findings(transaction);
            findings.assign(&id, Some(&bob), &ada(), moment)?;
            findings.assign(&id, Some(&bob), &ada(), moment)?;
            findings.set_due(&id, Some(NEW_YEAR + 30 * DAY), &ada(), moment)?;
            findings.comment(&id, "asked her", &bob, moment)?;
            findings.suppress(&id, "on leave", None, &ada(), moment)?;
            findings.suppress(&id, "on leave until May", None, &ada(), moment)?;
            findings.unsuppress(&id, "back", &bob, moment)?;
            findings.assign(&id, None, &bob, moment)
        })
        .unwrap();
    assert_eq!(
        bench.steps()[1..],
        [
            "assigned by Ada: Bob",
            "due by Ada: 2026-01-31T00:00:00Z",
            "comment by Bob: asked her",
            "suppressed by Ada: on leave",
            "suppressed by Ada: on leave until May",
            "unsuppressed by Bob: back",
            "assigned by Bob: ",
        ]
    );
    let finding = bench.finding();
    assert_eq!(finding.assignee, None);
    assert_eq!(finding.due_at, Some(NEW_YEAR + 30 * DAY));

    let mut refused = |work: &dyn Fn(&Findings<'_>) -> Result<(), RulesError>| {
        let result = bench.write(|transaction| work(&Findings(transaction)));
        result.unwrap_err().to_string()
    };
    let by = ada();
    assert_eq!(
        refused(&|findings| findings.suppress(&id, " ", None, &by, moment)),
        "say why it is accepted"
    );
    assert_eq!(
        refused(&|findings| findings.suppress(&id, "x", Some(moment), &by, moment)),
        "the end of a suppression lies in the future"
    );
    assert_eq!(
        refused(&|findings| findings.unsuppress(&id, "x", &by, moment)),
        "this finding is not suppressed"
    );
    assert_eq!(
        refused(&|findings| findings.comment("00", "x", &by, moment)),
        "there is no finding `00`"
    );
    bench.user("u1", 1);
    bench.evaluate().await;
    let result =
        bench.write(|transaction| Findings(transaction).suppress(&id, "x", None, &ada(), moment));
    assert!(matches!(result, Err(RulesError::Refused(_))));
}

#[tokio::test]
async fn pages_follow_each_other_in_every_order_and_miss_nothing() {
    let mut bench = Bench::with(&[FACTOR, NEVER]).await;
    for number in 0..7 {
        bench.user(&format!("u{number}"), 0);
        bench.evaluate().await;
    }
    let all: Vec<String> = bench.findings().into_iter().map(|one| one.id).collect();
    assert_eq!(all.len(), 14);
    for sort in [
        FindingSort::SeverityDescending,
        FindingSort::OpenedDescending,
        FindingSort::OpenedAscending,
        FindingSort::ChangedDescending,
    ] {
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let page = bench.read(|transaction| {
                let filter = FindingFilter::default();
                Findings(transaction).list(&filter, sort, cursor.as_deref(), 4)
            });
            assert_eq!(page.total, 14);
            found.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let mut ids: Vec<&String> = found.iter().map(|one| &one.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 14, "{sort:?}");
        let severities: Vec<Severity> = found.iter().map(|one| one.rule.severity).collect();
        let opened: Vec<i64> = found.iter().map(|one| one.opened_at).collect();
        match sort {
            FindingSort::SeverityDescending => {
                assert!(severities.is_sorted_by(|left, right| left >= right));
            }
            FindingSort::OpenedAscending => assert!(opened.is_sorted()),
            _ => assert!(opened.is_sorted_by(|left, right| left >= right)),
        }
    }
    let wrong = bench.control.read(|transaction| {
        let filter = FindingFilter::default();
        Findings(transaction).list(&filter, FindingSort::OpenedAscending, Some("s.1.2.3"), 4)
    });
    assert!(matches!(wrong, Err(RulesError::BadCursor)));
}

#[tokio::test]
async fn filters_narrow() {
    let mut bench = Bench::with(&[FACTOR, NEVER]).await;
    for number in 0..3 {
        bench.user(&format!("u{number}"), 0);
    }
    bench.user("a%b", 1);
    bench.evaluate().await;
    let mut count = |filter: FindingFilter| {
        bench.read(|transaction| {
            let page = Findings(transaction).list(&filter, FindingSort::default(), None, 50)?;
            assert_eq!(page.total as usize, page.items.len());
            Ok(page.items.len())
        })
    };
    let all = FindingFilter::default;
    assert_eq!(count(all()), 7);
    assert_eq!(
        count(FindingFilter {
            severity: vec![Severity::High],
            ..all()
        }),
        3
    );
    assert_eq!(
        count(FindingFilter {
            rule: vec!["OKTA-103".to_owned()],
            ..all()
        }),
        4
    );
    assert_eq!(
        count(FindingFilter {
            key: Some("u1".to_owned()),
            ..all()
        }),
        2
    );
    assert_eq!(
        count(FindingFilter {
            resource_type: Some("okta_group".to_owned()),
            ..all()
        }),
        0
    );
    assert_eq!(
        count(FindingFilter {
            status: FindingStatusFilter::Resolved,
            ..all()
        }),
        0
    );
    assert_eq!(
        count(FindingFilter {
            q: Some("U2@acme".to_owned()),
            ..all()
        }),
        2
    );
    assert_eq!(
        count(FindingFilter {
            q: Some("second factor".to_owned()),
            ..all()
        }),
        3
    );
    assert_eq!(
        count(FindingFilter {
            q: Some("a%b".to_owned()),
            ..all()
        }),
        1
    );
    assert_eq!(
        count(FindingFilter {
            q: Some("%".to_owned()),
            ..all()
        }),
        1
    );
    assert_eq!(
        count(FindingFilter {
            assignee: Some("7".to_owned()),
            ..all()
        }),
        0
    );
}

#[tokio::test]
async fn the_trend_is_what_was_open_each_day() {
    let mut bench = Bench::with(&[FACTOR]).await;
    bench.user("u1", 0);
    bench.user("u2", 0);
    bench.evaluate().await;
    bench.wait(DAY);
    let id = bench.findings()[0].id.clone();
    let moment = now(&bench);
    bench
        .write(|transaction| Findings(transaction).suppress(&id, "known", None, &ada(), moment))
        .unwrap();
    bench.wait(DAY);
    bench.user("u1", 1);
    bench.user("u2", 1);
    bench.user("u3", 0);
    bench.evaluate().await;
    let moment = now(&bench);
    let trend = bench.read(|transaction| Findings(transaction).trend(moment, 4));
    let days: Vec<(&str, u64, u64, u64)> = trend
        .iter()
        .map(|day| (day.day.as_str(), day.open, day.opened, day.resolved))
        .collect();
    assert_eq!(
        days,
        [
            ("2025-12-31", 0, 0, 0),
            ("2026-01-01", 2, 2, 0),
            ("2026-01-02", 1, 0, 0),
            ("2026-01-03", 1, 1, 2),
        ]
    );
    let activity =
        bench.read(|transaction| RuleStates(transaction).activity("OKTA-098", moment, 3));
    let activity: Vec<(u64, u64)> = activity
        .iter()
        .map(|day| (day.opened, day.resolved))
        .collect();
    assert_eq!(activity, [(2, 0), (0, 0), (1, 2)]);
    let open = bench.read(|transaction| Findings(transaction).open_by_severity());
    assert_eq!(
        (open[&Severity::High], open[&Severity::Low], open.len()),
        (1, 0, 5)
    );
    let steps = bench.read(|transaction| FindingSteps(transaction).after(2, 2));
    let kinds: Vec<StepKind> = steps.iter().map(|step| step.step.kind).collect();
    assert_eq!(kinds.len(), 2);
    assert_eq!(kinds[0], StepKind::Suppressed);
}
