//! The stand-ins, started and asked.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
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
    let (sim, [one]) = start_at(muster, &options)?;
    Ok((sim, one.address))
}

/// A stand-in that listens.
#[derive(Debug)]
pub struct StandIn {
    pub address: String,
    /// What lets a caller in, in a sentence.
    pub credentials: String,
}

/// What a stand-in says before it tells what lets a caller in.
const LISTENS: &str = " listens there. ";

/// One stand-in, or all of them, where the options say.
pub fn start_at<const N: usize>(
    muster: &Path,
    options: &[&str],
) -> Result<(Background, [StandIn; N])> {
    let mut child = Command::new(muster)
        .arg("sim")
        .args(options)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("the stand-in cannot be started")?;
    let output = child.stdout.take().context("the stand-in says nothing")?;
    let notes = child.stderr.take().context("the stand-in says nothing")?;
    let sim = Background(child);
    let (tell, told) = mpsc::channel();
    // Read to its end, so that the stand-in never waits for a reader.
    thread::spawn(move || {
        for line in BufReader::new(notes).lines().map_while(Result::ok) {
            if let Some((_, credentials)) = line.split_once(LISTENS) {
                let _ = tell.send(credentials.to_owned());
            }
        }
    });
    let mut stand_ins = [const {
        StandIn {
            address: String::new(),
            credentials: String::new(),
        }
    }; N];
    let mut lines = BufReader::new(output).lines();
    for stand_in in &mut stand_ins {
        stand_in.address = lines.next().context("the stand-in ended")??;
        stand_in.credentials = told.recv().context("the stand-in ended")?;
    }
    Ok((sim, stand_ins))
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
