//! The stand-ins, started and asked.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use crate::tools::Background;

/// The stand-in on a free port; the first line it prints says where.
pub fn start(muster: &Path) -> Result<(Background, String)> {
    sim(muster, &["--users", "2000", "--control"])
}

/// The stand-in on a free port, with other options.
pub fn sim(muster: &Path, options: &[&str]) -> Result<(Background, String)> {
    let options = [&["okta", "--listen", "127.0.0.1:0"], options].concat();
    let (sim, [url]) = start_at(muster, &options)?;
    Ok((sim, url))
}

/// One stand-in, or all of them, where the options say; and the addresses.
pub fn start_at<const N: usize>(
    muster: &Path,
    options: &[&str],
) -> Result<(Background, [String; N])> {
    let mut child = Command::new(muster)
        .arg("sim")
        .args(options)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("the stand-in cannot be started")?;
    let output = child.stdout.take().context("the stand-in says nothing")?;
    let sim = Background(child);
    let mut addresses = [const { String::new() }; N];
    let mut lines = BufReader::new(output).lines();
    for address in &mut addresses {
        // Below each address stands what it takes.
        while !address.starts_with("http://") {
            *address = lines.next().context("the stand-in ended")??;
        }
    }
    Ok((sim, addresses))
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
