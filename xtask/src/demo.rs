//! The product on lifelike data, in one command.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use crate::tools::{self, Background, cargo};

/// What the demo asks, and why.
const QUESTIONS: [(&str, &str); 5] = [
    (
        "Who is there?",
        "SELECT status, count(*) AS users FROM okta_user GROUP BY status ORDER BY users DESC",
    ),
    (
        "Who has no second factor?",
        "SELECT u.profile.login, u.profile.department, u.lastLogin FROM okta_user u \
         WHERE u.status = 'ACTIVE' AND NOT u.mfaEnabled ORDER BY u.lastLogin DESC LIMIT 5",
    ),
    (
        "Which applications do most people reach?",
        "SELECT a.label, count(*) AS users FROM okta_application a \
         JOIN okta_application_user p ON p.appId = a.id GROUP BY a.label ORDER BY users DESC LIMIT 5",
    ),
    (
        "What has changed since the first sync?",
        "SELECT type, resourceId, fields FROM okta_user_changes WHERE type != 'added' ORDER BY recordedAt DESC LIMIT 5",
    ),
    (
        "How far can this be believed?",
        "SELECT type, status, reason FROM sync_state WHERE status != 'complete' OR reason IS NOT NULL",
    ),
];

pub fn run() -> Result<()> {
    println!("Building Muster; the first time takes some minutes.");
    tools::run(cargo(), ["build", "--workspace"])?;
    let target = tools::target()?;
    let muster = target.join("debug").join("muster");
    let data = target.join("demo");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let (_sim, url) = start_sim(&muster)?;
    println!("\nA stand-in Okta with 2,000 people listens at {url}.\n");
    let data_text = data.to_string_lossy().into_owned();
    let command = |arguments: &[&str]| -> Result<()> {
        let shown: Vec<String> = arguments
            .iter()
            .map(|word| {
                if word.contains([' ', '*']) {
                    format!("\"{word}\"")
                } else {
                    (*word).to_owned()
                }
            })
            .collect();
        println!("$ muster {} --data {data_text}", shown.join(" "));
        tools::run(
            &muster,
            arguments.iter().copied().chain(["--data", &data_text]),
        )?;
        println!();
        Ok(())
    };
    let domain = format!("domain={url}");
    command(&[
        "integration",
        "add",
        "okta",
        "--name",
        "acme",
        "--set",
        &domain,
        "--secret",
        "api_token=sim-super-admin",
        "--allow-insecure-endpoints",
    ])?;
    command(&["sync", "acme"])?;
    println!("Some hours pass at the company: people move, join and leave.\n");
    churn(&url)?;
    command(&["sync", "acme"])?;
    for (question, sql) in QUESTIONS {
        println!("{question}");
        command(&["query", sql])?;
    }
    println!(
        "Ask your own:  {} query \"SELECT ...\" --data {data_text}",
        muster.display()
    );
    println!(
        "More to ask:   {} query --list --data {data_text}",
        muster.display()
    );
    Ok(())
}

/// The stand-in on a free port; the first line it prints says where.
pub fn start_sim(muster: &Path) -> Result<(Background, String)> {
    sim(muster, &["--users", "2000", "--control"])
}

/// The stand-in with other options.
pub fn sim(muster: &Path, options: &[&str]) -> Result<(Background, String)> {
    let mut child = Command::new(muster)
        .args(["sim", "okta", "--listen", "127.0.0.1:0"])
        .args(options)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("the stand-in cannot be started")?;
    let output = child.stdout.take().context("the stand-in says nothing")?;
    let sim = Background(child);
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    Ok((sim, line.trim().to_owned()))
}

/// Changes one person in fifty, through the stand-in's control door.
fn churn(url: &str) -> Result<()> {
    post(url, "/_sim/change", r#"{"churn":0.02}"#).map(|_| ())
}

/// One request to the stand-in, without a client library.
pub fn post(url: &str, path: &str, body: &str) -> Result<String> {
    use std::io::{Read as _, Write as _};
    let address = url
        .strip_prefix("http://")
        .context("the stand-in speaks http")?;
    let mut stream = std::net::TcpStream::connect(address)?;
    let method = if body.is_empty() { "GET" } else { "POST" };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .context("the stand-in's answer is cut off")?;
    anyhow::ensure!(
        head.starts_with("HTTP/1.1 200"),
        "the stand-in refused: {body}"
    );
    Ok(body.to_owned())
}
