//! Trying a channel.

use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::Path,
    thread,
};

use muster_alerts::{Channels, NewChannel};
use muster_control::{Control, Folder, SecretKey};
use muster_office::MIGRATIONS;

use crate::common::muster;

/// Answers every request with this status; gives its address.
fn receiver(status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            // The body of a test message ends with its last brace.
            while !request.ends_with(b"}") {
                let mut piece = [0; 4096];
                match stream.read(&mut piece).unwrap() {
                    0 => break,
                    length => request.extend_from_slice(&piece[..length]),
                }
            }
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    format!("http://{address}/")
}

fn channel(data: &Path, name: &str, url: &str) {
    let folder = Folder::new(data);
    let mut control = Control::open(&folder, &MIGRATIONS).unwrap();
    let key = SecretKey::of(&folder).unwrap();
    let new = NewChannel {
        kind: "webhook".into(),
        name: name.into(),
        settings: BTreeMap::from([("url".into(), url.into())]),
        allow_insecure_endpoint: true,
        ..NewChannel::default()
    };
    control
        .write(|transaction| Channels(transaction).create(&key, new, 0))
        .unwrap();
}

#[test]
fn a_test_says_what_the_receiver_said() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path();
    let nothing = muster(data, &["alert", "test", "hook"]);
    assert_eq!(nothing.status.code(), Some(2));
    channel(data, "hook", &receiver("204 No Content"));
    channel(data, "broken", &receiver("503 Service Unavailable"));

    let taken = muster(data, &["alert", "test", "HOOK"]);
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    assert_eq!(
        String::from_utf8(taken.stdout).unwrap(),
        "hook took a test message: it answered HTTP 204\n"
    );
    let refused = muster(data, &["alert", "test", "broken"]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(refused.stderr).unwrap(),
        "muster: broken did not take a test message: it answered HTTP 503\n",
        "said once"
    );
    let unknown = muster(data, &["alert", "test", "other"]);
    assert_eq!(unknown.status.code(), Some(2));
    let told = String::from_utf8(unknown.stderr).unwrap();
    assert!(told.contains("there are: broken, hook"), "{told}");
}
