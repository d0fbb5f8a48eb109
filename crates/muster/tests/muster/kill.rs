//! Killed at any instant, the folder opens again by itself, with nothing lost, nothing twice and nothing half.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "a kill needs a moment to come at"
)]

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::common::{MUSTER, add, ask, done, muster, number, sim};

const KILLS: u64 = 50;

/// Starts a command and kills it after `delay`, whatever it is doing. Whether it was killed, rather than done.
fn killed(data: &Path, arguments: &[&str], delay: Duration) -> bool {
    let mut child = Command::new(MUSTER)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(delay);
    let running = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    let _ = child.wait();
    running
}

/// What holds at every moment: no key twice, and every row is what its changes add up to.
fn check(data: &Path) {
    for resource_type in ["okta_user", "okta_group", "okta_application_user"] {
        let all = number(data, &format!("SELECT count(*) AS n FROM {resource_type}"));
        let keys = number(
            data,
            &format!("SELECT count(DISTINCT _key) AS n FROM {resource_type}"),
        );
        assert_eq!(all, keys, "{resource_type} has a key twice");
        let changes = format!("{resource_type}_changes");
        let added = number(
            data,
            &format!("SELECT count(*) AS n FROM {changes} WHERE type = 'added'"),
        );
        let removed = number(
            data,
            &format!("SELECT count(*) AS n FROM {changes} WHERE type = 'removed'"),
        );
        assert_eq!(
            added - removed,
            all,
            "{resource_type} is not what its changes add up to"
        );
    }
}

#[test]
fn killed_at_random_instants_nothing_is_lost_twice_or_half() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(1_500);
    add(&data, &url, "main");
    let mut kills = 0;
    let mut random: u64 = 0x2545_F491_4F6C_DD1D;
    let mut next = |below: u64| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random % below
    };
    while kills < KILLS {
        // Changes keep merging and archiving at work; --full keeps listing at work.
        ask(&url, "/_sim/change", r#"{"churn":0.05}"#);
        let delay = Duration::from_millis(20 + next(1_500));
        let types = "okta_user,okta_group,okta_group_member,okta_application,okta_application_user";
        let full = next(3) == 0;
        let arguments = if full {
            vec!["sync", "--full", "--type", types]
        } else {
            vec!["sync", "--type", types]
        };
        if killed(&data, &arguments, delay) {
            kills += 1;
        }
        if kills % 10 == 0 {
            check(&data);
        }
    }
    done(
        &data,
        &[
            "sync",
            "--full",
            "--accept-removals",
            "okta_application_user,okta_group_member,okta_user",
        ],
    );
    check(&data);
    let counts: BTreeMap<String, u64> =
        serde_json::from_str(&ask(&url, "/_sim/counts", "")).unwrap();
    for resource_type in [
        "okta_user",
        "okta_group",
        "okta_group_member",
        "okta_application_user",
    ] {
        let here = number(&data, &format!("SELECT count(*) AS n FROM {resource_type}"));
        assert_eq!(here, counts[resource_type], "{resource_type}");
    }
}

#[test]
fn a_deletion_that_is_killed_is_finished_by_the_next_command() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(5_000);
    add(&data, &url, "kept");
    done(&data, &["sync", "kept", "--type", "okta_user"]);
    for attempt in 0..8_u64 {
        add(&data, &url, "gone");
        done(&data, &["sync", "gone", "--type", "okta_user,okta_group"]);
        killed(
            &data,
            &["integration", "delete", "gone", "--confirm", "gone"],
            Duration::from_millis(5 + attempt * 12),
        );
        let left = muster(&data, &["integration", "show", "gone"]);
        if left.status.success() {
            done(
                &data,
                &["integration", "delete", "gone", "--confirm", "gone"],
            );
        } else {
            // Any writing command goes on with it.
            done(&data, &["integration", "enable", "kept"]);
        }
        assert_eq!(number(&data, "SELECT count(*) AS n FROM okta_group"), 0);
        assert_eq!(number(&data, "SELECT count(*) AS n FROM okta_user"), 5_000);
        let bases = std::fs::read_dir(data.join("base")).unwrap().count();
        assert_eq!(bases, 1, "the deleted integration's base is still there");
    }
}
