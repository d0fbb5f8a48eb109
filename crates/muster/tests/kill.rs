//! Killed at any instant, the folder opens again by itself, with nothing lost, nothing twice and nothing half.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "a kill needs a moment to come at"
)]

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

const MUSTER: &str = env!("CARGO_BIN_EXE_muster");
const KILLS: u64 = 50;

struct Sim(Child);

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn sim(users: u32) -> (Sim, String) {
    let mut child = Command::new(MUSTER)
        .args([
            "sim",
            "okta",
            "--listen",
            "127.0.0.1:0",
            "--control",
            "--users",
            &users.to_string(),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    (Sim(child), line.trim().to_owned())
}

fn muster(data: &Path, arguments: &[&str]) -> Output {
    Command::new(MUSTER)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

fn done(data: &Path, arguments: &[&str]) -> String {
    let output = muster(data, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn add(data: &Path, url: &str, name: &str) {
    let domain = format!("domain={url}");
    let secret = "api_token=sim-super-admin";
    done(
        data,
        &[
            "integration",
            "add",
            "okta",
            "--name",
            name,
            "--set",
            &domain,
            "--secret",
            secret,
            "--allow-insecure-endpoints",
        ],
    );
}

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

fn rows(data: &Path, sql: &str) -> Vec<Value> {
    serde_json::from_str(&done(data, &["query", sql, "--format", "json"])).unwrap()
}

fn number(data: &Path, sql: &str) -> u64 {
    rows(data, sql)[0]["n"].as_u64().unwrap()
}

/// One request to the stand-in.
fn ask(url: &str, path: &str, body: &str) -> String {
    use std::io::{Read as _, Write as _};
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let method = if body.is_empty() { "GET" } else { "POST" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
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
