//! How fast, how much memory: measured with the release build, printed as Markdown for `docs/benchmarks.md`.
//!
//! Everything compared is compared inside one run. Inputs are pinned by sizes and seeds; machines are noisy, so each
//! figure is a median, or said to be a single run.

mod collect;
mod live;
mod measure;
mod poll;
mod query;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::tools::{self, cargo};

/// Runs the benchmarks named, or all.
pub fn run(names: &[&str]) -> Result<()> {
    let known = ["collect", "query", "poll", "aged", "live", "hour", "events"];
    if let Some(unknown) = names.iter().find(|name| !known.contains(name)) {
        bail!(
            "there is no benchmark `{unknown}`; there are {}",
            known.join(", ")
        );
    }
    println!("Building the release; the first time takes a quarter of an hour.");
    tools::run(cargo(), ["build", "--release", "--workspace"])?;
    let bench = Bench {
        muster: tools::target()?.join("release").join("muster"),
        scratch: tools::target()?.join("bench"),
    };
    std::fs::create_dir_all(&bench.scratch)?;
    for name in known {
        if names.is_empty() || names.contains(&name) {
            match name {
                "collect" => collect::run(&bench)?,
                "poll" => poll::run(&bench)?,
                "aged" => aged()?,
                "hour" => hour()?,
                "live" => live::run(&bench)?,
                "events" => events(&bench)?,
                _ => query::run(&bench)?,
            }
        }
    }
    Ok(())
}

fn aged() -> Result<()> {
    println!("\n## A year of hourly polls\n");
    let bench = ["bench", "--quiet", "--workspace", "--bench", "aged"];
    tools::run(cargo(), bench)
}

fn hour() -> Result<()> {
    println!("\n## An hour of 100,000 people, one of whom changes every half minute\n");
    let bench = ["bench", "--quiet", "--workspace", "--bench", "hour"];
    tools::run(cargo(), bench)
}

/// Ten million entries of a vendor's log.
fn events(bench: &Bench) -> Result<()> {
    println!("\n## Audit events\n");
    let folder = bench.scratch.join("events");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    let folder = folder.display().to_string();
    let bench = ["bench", "--quiet", "--workspace", "--bench", "events", "--"];
    tools::run(
        cargo(),
        bench.into_iter().chain([folder.as_str(), "10000000"]),
    )
}

/// What every benchmark needs.
struct Bench {
    /// The release build.
    muster: PathBuf,
    /// Where data folders go.
    scratch: PathBuf,
}

impl Bench {
    /// An empty data folder with one integration, `acme`, of the Okta at `url`.
    fn connected(&self, name: &str, url: &str) -> Result<PathBuf> {
        let data = self.scratch.join(name);
        if data.exists() {
            std::fs::remove_dir_all(&data)?;
        }
        let domain = format!("domain={url}");
        let output = std::process::Command::new(&self.muster)
            .args(["integration", "add", "okta", "--name", "acme"])
            .args(["--secret", "api_token=sim-super-admin"])
            .args(["--allow-insecure-endpoints", "--set", &domain])
            .arg("--data")
            .arg(&data)
            .output()?;
        if !output.status.success() {
            bail!(
                "cannot connect: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(data)
    }

    /// One sync, measured, and what it says of itself.
    fn sync(&self, data: &std::path::Path, types: &str) -> Result<(measure::Measured, Synced)> {
        let mut command = std::process::Command::new(&self.muster);
        command.args(["sync", "acme", "--json", "--data"]).arg(data);
        if !types.is_empty() {
            command.args(["--type", types]);
        }
        let measured = measure::measure(&mut command)?;
        let report: serde_json::Value = serde_json::from_str(&measured.output)?;
        let report = &report["integrations"][0];
        let number = |name: &str| report[name].as_u64().unwrap_or_default();
        let over_types = |name: &str| -> u64 {
            report["types"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|each| each[name].as_u64())
                .sum()
        };
        let synced = Synced {
            seen: over_types("seen"),
            changes: over_types("added") + over_types("modified") + over_types("removed"),
            requests: number("requests"),
            requests_of: report["types"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|each| {
                    Some((
                        each["type"].as_str()?.to_owned(),
                        each["requests"].as_u64()?,
                    ))
                })
                .collect(),
            acknowledged_seconds: number("acknowledged_milliseconds") as f64 / 1e3,
            seconds: number("duration_milliseconds") as f64 / 1e3,
        };
        if !measured.success {
            println!("the sync ended incomplete: {report}");
        }
        Ok((measured, synced))
    }
}

/// What a sync says of itself.
struct Synced {
    seen: u64,
    changes: u64,
    requests: u64,
    requests_of: Vec<(String, u64)>,
    /// Until the last page was durable.
    acknowledged_seconds: f64,
    /// Until everything was archived and merged.
    seconds: f64,
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
