//! `muster serve` as its operator meets it: commands beside it, a kill in the middle of the first run, an end in order.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "a server in another process is waited for"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::common::{MUSTER, add, ask, done, muster, number, sim};
use serde_json::Value;

struct Served {
    process: Child,
    address: String,
    link: Option<String>,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Serves a folder; `is_new` says whether a link for the owner is printed.
fn serve(data: &Path, is_new: bool) -> Served {
    let mut process = Command::new(MUSTER)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let link = is_new.then(|| lines.next().unwrap().unwrap());
    Served {
        process,
        address: first.rsplit('/').next().unwrap().to_owned(),
        link,
    }
}

/// One question over HTTP: the status and the body.
fn query(address: &str, key: &str, sql: &str) -> (u16, String) {
    let body = serde_json::json!({"sql": sql}).to_string();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /api/query HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

fn wait_until(mut fits: impl FnMut() -> bool) {
    for _ in 0..1200 {
        if fits() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("it never came to it");
}

fn complete(data: &Path) -> u64 {
    number(
        data,
        "SELECT count(*) AS n FROM sync_state WHERE status IN ('complete', 'not_available')",
    )
}

#[test]
fn a_first_run_that_is_killed_goes_on_after_a_restart_and_the_end_is_in_order() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let (_sim, url) = sim(150);
    let slow = r#"[{"op": "latency", "value": "20ms"}]"#;
    ask(&url, "/_sim/change", slow);
    let mut served = serve(&data, true);
    assert!(served.link.as_ref().unwrap().contains("/setup#"));
    // Another server, and a command that would write, meet the one that holds the folder.
    let second = muster(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(3));
    add(&data, &url, "main");
    let made = done(
        &data,
        &["apikey", "create", "--name", "test", "--scope", "query"],
    );
    let key = made.lines().last().unwrap().to_owned();
    let (status, body) = query(&served.address, &key, "SELECT name FROM integration");
    assert_eq!(status, 200, "{body}");
    assert!(body.contains("main"), "{body}");
    assert_eq!(query(&served.address, "muster_made.up", "SELECT 1").0, 401);
    wait_until(|| number(&data, "SELECT count(*) AS n FROM okta_user") > 0);
    served.process.kill().unwrap();
    served.process.wait().unwrap();
    let counts: Value = serde_json::from_str(&ask(&url, "/_sim/counts", "")).unwrap();
    let types = counts.as_object().unwrap().len() as u64;
    assert!(complete(&data) < types, "it was killed in the middle");

    ask(
        &url,
        "/_sim/change",
        r#"[{"op": "latency", "value": "0ms"}]"#,
    );
    let mut served = serve(&data, true);
    wait_until(|| complete(&data) == types);
    for resource_type in ["okta_user", "okta_factor", "okta_group_member"] {
        let there = number(&data, &format!("SELECT count(*) AS n FROM {resource_type}"));
        assert_eq!(
            Some(there),
            counts[resource_type].as_u64(),
            "{resource_type}"
        );
    }
    let terminated = Command::new("kill")
        .arg(served.process.id().to_string())
        .status()
        .unwrap();
    assert!(terminated.success());
    assert_eq!(served.process.wait().unwrap().code(), Some(0));
    assert!(!data.join("muster.sock").exists());
}
