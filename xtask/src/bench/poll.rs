//! Syncs of a company in which little happens.

use std::{thread, time::Duration};

use anyhow::Result;

use super::{Bench, Synced, measure::Measured};
use crate::stand_in;

const USERS: u64 = 200_000;
/// Listed once for each person; everything else is what a poll costs.
const PER_USER: [&str; 1] = ["okta_factor"];

#[expect(clippy::disallowed_methods, reason = "real time has to pass")]
pub fn run(bench: &Bench) -> Result<()> {
    println!(
        "\n## Polling: {USERS} users, 2,000 groups, 500 applications, all types; single runs\n"
    );
    let users = USERS.to_string();
    let options = [
        "--users",
        &users,
        "--groups",
        "2000",
        "--apps",
        "500",
        "--control",
    ];
    let (_sim, url) = stand_in::sim(&bench.muster, &options)?;
    let data = bench.connected("poll", &url)?;
    println!(
        "| sync | seconds | resources | changes | requests | per user | others | anonymous MB | mapped MB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    row("first", &bench.sync(&data, "")?);
    // Markers younger than a minute are not trusted.
    thread::sleep(Duration::from_secs(62));
    row("second, nothing changed", &bench.sync(&data, "")?);
    let size = folder_bytes(&data)?;
    row("third, nothing changed", &bench.sync(&data, "")?);
    let grown = folder_bytes(&data)?.abs_diff(size);
    stand_in::post(&url, "/_sim/change", r#"{"churn":0.001}"#)?;
    row("after 0.1 % of the people changed", &bench.sync(&data, "")?);
    println!("\nThe third sync changed the folder's size by {grown} bytes.");
    Ok(())
}

fn row(name: &str, (measured, synced): &(Measured, Synced)) {
    let per_user: u64 = synced
        .requests_of
        .iter()
        .filter(|(resource_type, _)| PER_USER.contains(&resource_type.as_str()))
        .map(|(_, requests)| requests)
        .sum();
    println!(
        "| {name} | {:.1} | {} | {} | {} | {per_user} | {} | {:.0} | {:.0} |",
        measured.seconds,
        synced.seen,
        synced.changes,
        synced.requests,
        synced.requests - per_user,
        measured.anonymous_megabytes,
        measured.mapped_megabytes,
    );
}

fn folder_bytes(folder: &std::path::Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() {
            folder_bytes(&entry.path())?
        } else {
            meta.len()
        };
    }
    Ok(bytes)
}
