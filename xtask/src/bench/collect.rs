//! Collecting from an Okta that costs nothing: how fast is everything but the vendor.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};

use super::{Bench, measure::measure, median};
use crate::tools::{self, Background, cargo};

const ADDRESS: &str = "http://127.0.0.1:18080";
const RUNS: usize = 5;

pub fn run(bench: &Bench) -> Result<()> {
    let peers = tools::root().join("../shared/peers");
    if !peers.is_dir() {
        println!("collect: skipped, there is no ../shared/peers here");
        return Ok(());
    }
    let _fake = start(bench, &peers.join("fake/fakeokta"))?;
    println!("\n## Collecting: 20,000 users, 200 groups, 30,000 memberships, median of {RUNS}\n");
    let mut floor = Vec::new();
    let mut acknowledged = Vec::new();
    let mut whole = Vec::new();
    let mut processor = Vec::new();
    let (mut seen, mut anonymous) = (0, 0_f64);
    for _ in 0..RUNS {
        let mut curl = Command::new(peers.join("collect/curl_floor.sh"));
        floor.push(measure(curl.args([ADDRESS, "20000", "200", "16"]))?.seconds);
        let data = bench.connected("collect", ADDRESS)?;
        let (measured, synced) = bench.sync(&data, "okta_user,okta_group,okta_group_member")?;
        seen = synced.seen;
        acknowledged.push(synced.acknowledged_seconds);
        whole.push(synced.seconds);
        processor.push(measured.processor_seconds);
        anonymous = anonymous.max(measured.anonymous_megabytes);
    }
    let rate = |seconds: f64| format!("{:.0}", seen as f64 / seconds);
    let (floor, acknowledged) = (median(&mut floor), median(&mut acknowledged));
    let (whole, processor) = (median(&mut whole), median(&mut processor));
    println!("| | seconds | resources per second |");
    println!("|---|---|---|");
    println!(
        "| curl, 16 at once, nothing read | {floor:.2} | {} |",
        rate(floor)
    );
    println!(
        "| acknowledged: durable and visible | {acknowledged:.2} | {} |",
        rate(acknowledged)
    );
    println!("| archived and merged | {whole:.2} | {} |", rate(whole));
    println!("\nProcessor {processor:.2} s; at most {anonymous:.0} MB anonymous.");
    Ok(())
}

/// The peer's server, built from a copy: its folder is not ours to write to.
fn start(bench: &Bench, sources: &std::path::Path) -> Result<Background> {
    let copy = bench.scratch.join("fakeokta");
    fs::create_dir_all(copy.join("src"))?;
    for file in ["Cargo.toml", "src/main.rs"] {
        fs::copy(sources.join(file), copy.join(file))?;
    }
    let target = tools::target()?.join("peers");
    let manifest = copy.join("Cargo.toml");
    tools::run(
        cargo(),
        [
            "build".as_ref(),
            "--release".as_ref(),
            "--quiet".as_ref(),
            "--manifest-path".as_ref(),
            manifest.as_os_str(),
            "--target-dir".as_ref(),
            target.as_os_str(),
        ],
    )?;
    let mut child = Command::new(target.join("release/fakeokta"))
        .args(["--users", "20000", "--groups", "200", "--members", "150"])
        .args(["--apps", "1", "--appusers", "0", "--threads", "1"])
        .args(["--http", "18080"])
        .stderr(Stdio::piped())
        .spawn()?;
    let lines = BufReader::new(child.stderr.take().context("it says nothing")?).lines();
    let fake = Background(child);
    for line in lines {
        if line?.starts_with("ready") {
            return Ok(fake);
        }
    }
    anyhow::bail!("the peer's server did not start; is port 18080 free?")
}
