//! The whole product on lifelike data, in one command.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{
    slack, stand_in,
    tools::{self, Background, cargo},
    web,
};

/// Where things are in a demonstration, unless somebody else is there.
const MUSTER: &str = "127.0.0.1:8400";
const OKTA: &str = "127.0.0.1:8410";
const SLACK: &str = "127.0.0.1:8420";

pub fn run() -> Result<()> {
    println!("Building Muster; the first time takes some minutes.");
    web::build()?;
    tools::run(cargo(), ["build", "--workspace"])?;
    let target = tools::target()?;
    let muster = target.join("debug").join("muster");
    let data = target.join("demo");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    // Two thousand people, of whom a few move, join or leave every minute.
    let company = [
        "all",
        "--users",
        "2000",
        "--epoch",
        "now",
        "--churn",
        "0.05/h",
        "--control",
        "--listen",
        &free(OKTA),
    ];
    let (_vendors, [okta, jumpcloud, monosign]) = stand_in::start_at(&muster, &company)?;
    let slack = slack::listen(&free(SLACK))?;
    let (mut server, lines) = serve(&muster, &data, &free(MUSTER))?;
    let address = lines
        .last()
        .and_then(|line| line.split_whitespace().last())
        .context("the server does not say where it is")?;
    println!(
        "
Open        {address}

There, connect the stand-ins: one company of 2,000 people that changes while you watch, as three vendors tell of it.
  Okta          domain {}
                {}
                A lesser role does not see everything: try sim-read-only.
  JumpCloud     address {}
                {}
  MonoSign      base API URL {}
                {}
  For each, allow an endpoint that is not public, because it is on this machine.

To see changes within a second, make a webhook on an integration's page, and give its URL, and header if it has one, to its stand-in:
  curl {okta_address}/_sim/change -d '{{\"op\": \"hook\", \"url\": \"URL\", \"header\": \"Authorization: VALUE\"}}'
  curl {jumpcloud_address}/_sim/change -d '{{\"op\": \"hook\", \"url\": \"URL\", \"header\": \"Authorization: VALUE\"}}'
  curl {monosign_address}/_sim/change -d '{{\"op\": \"hook\", \"url\": \"URL\"}}'

To be told of findings, make a Slack channel with the webhook
  {slack}
and allow it a private address. What it receives is printed here.

The same from the command line, while the server runs:
  {muster} query \"SELECT status, count(*) FROM okta_user GROUP BY status\" --data {data}
  {muster} rules list

Control-C ends everything.
",
        okta.address,
        okta.credentials,
        jumpcloud.address,
        jumpcloud.credentials,
        monosign.address,
        monosign.credentials,
        okta_address = okta.address,
        jumpcloud_address = jumpcloud.address,
        monosign_address = monosign.address,
        muster = muster.display(),
        data = data.display(),
    );
    let status = server.0.wait()?;
    if !status.success() {
        bail!("the server ended with {status}");
    }
    Ok(())
}

/// The address, or a free one when it is taken.
fn free(address: &str) -> String {
    match TcpListener::bind(address) {
        Ok(_) => address.to_owned(),
        Err(_) => "127.0.0.1:0".to_owned(),
    }
}

/// The server, and what it says first: where it is, and the link that makes the owner.
fn serve(muster: &Path, data: &Path, address: &str) -> Result<(Background, Vec<String>)> {
    let mut child = Command::new(muster)
        .args(["serve", "--listen", address, "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .context("the server cannot be started")?;
    let output = child.stdout.take().context("the server says nothing")?;
    let server = Background(child);
    let mut lines = Vec::new();
    for line in BufReader::new(output).lines().take(2) {
        lines.push(line?);
    }
    Ok((server, lines))
}
