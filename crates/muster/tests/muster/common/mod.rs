//! The built binary, and a stand-in Okta served by it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

pub const MUSTER: &str = env!("CARGO_BIN_EXE_muster");

/// A stand-in that ends with the test.
pub struct Sim(Child);

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A stand-in with so many people, and its address.
pub fn sim(users: u32) -> (Sim, String) {
    sim_with(users, &[])
}

/// The same, with further flags.
pub fn sim_with(users: u32, flags: &[&str]) -> (Sim, String) {
    sim_of("okta", users, flags)
}

/// The same, of another vendor.
pub fn sim_of(vendor: &str, users: u32, flags: &[&str]) -> (Sim, String) {
    let mut child = Command::new(MUSTER)
        .args([
            "sim",
            vendor,
            "--listen",
            "127.0.0.1:0",
            "--control",
            "--users",
            &users.to_string(),
        ])
        .args(flags)
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

/// What a command did.
pub fn muster(data: &Path, arguments: &[&str]) -> Output {
    Command::new(MUSTER)
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output()
        .unwrap()
}

/// The answer of a command that succeeds.
pub fn done(data: &Path, arguments: &[&str]) -> String {
    let output = muster(data, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Connects the stand-in.
pub fn add(data: &Path, url: &str, name: &str) {
    let domain = format!("domain={url}");
    let secret = "api_token=sim-super-admin";
    add_of(data, "okta", name, &[&domain], secret);
}

/// Connects a stand-in of another vendor.
pub fn add_of(data: &Path, provider: &str, name: &str, settings: &[&str], secret: &str) {
    let mut arguments = vec!["integration", "add", provider, "--name", name];
    for setting in settings {
        arguments.extend(["--set", *setting]);
    }
    arguments.extend(["--secret", secret, "--allow-insecure-endpoints"]);
    done(data, &arguments);
}

/// The rows of an answer.
pub fn rows(data: &Path, sql: &str) -> Vec<Value> {
    serde_json::from_str(&done(data, &["query", sql, "--format", "json"])).unwrap()
}

/// The one number `n` of an answer.
pub fn number(data: &Path, sql: &str) -> u64 {
    rows(data, sql)[0]["n"].as_u64().unwrap()
}

/// One request to the stand-in, with a token it accepts.
pub fn ask(url: &str, path: &str, body: &str) -> String {
    ask_with(url, path, "Authorization: SSWS sim-super-admin", body)
}

/// One request, with headers of its own, each but the last ended by `\r\n`.
pub fn ask_with(url: &str, path: &str, headers: &str, body: &str) -> String {
    use std::io::{Read as _, Write as _};
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let method = if body.is_empty() { "GET" } else { "POST" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}
