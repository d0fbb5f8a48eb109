//! Questions over a million people, beside DuckDB fed with the same rows.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{Bench, measure::measure};
use crate::{
    stand_in,
    tools::{self, cargo},
};

const TYPES: &str = "okta_user,okta_application,okta_application_user";
/// What DuckDB is fed with.
const EXPORTS: [(&str, &str); 3] = [
    (
        "users.ndjson",
        "SELECT id, status, created, activated, statusChanged, lastLogin, lastUpdated, _raw.profile AS profile, \
         _raw.credentials AS credentials FROM okta_user",
    ),
    (
        "assign.csv",
        "SELECT appId AS app_id, id AS user_id, scope FROM okta_application_user",
    ),
    ("apps.csv", "SELECT id, label FROM okta_application"),
];

pub fn run(bench: &Bench) -> Result<()> {
    println!(
        "\n## Asking: 1,000,000 people, 3,000,000 assignments, 500 applications; warm, median of 5, milliseconds\n"
    );
    let options = ["--users", "1000000", "--groups", "100", "--apps", "500"];
    let more = ["--assignments", "3000000", "--control"];
    let (_sim, url) = stand_in::sim(&bench.muster, &[&options[..], &more[..]].concat())?;
    let data = bench.connected("query", &url)?;
    let (measured, synced) = bench.sync(&data, TYPES)?;
    println!(
        "Synced {} resources in {:.1} s: {:.0} MB anonymous at most, {:.0} MB mapped.\n",
        synced.seen, measured.seconds, measured.anonymous_megabytes, measured.mapped_megabytes,
    );
    let exports = bench.scratch.join("exports");
    fs::create_dir_all(&exports)?;
    for (name, sql) in EXPORTS {
        export(bench, &data, sql, &exports.join(name))?;
    }
    let duckdb = duckdb(bench, &exports)?;
    let clean = muster(&data)?;
    stand_in::post(&url, "/_sim/change", r#"{"churn":0.01}"#)?;
    let (_, synced) = bench.sync(&data, TYPES)?;
    let changed = muster(&data)?;
    println!(
        "| | DuckDB {} | Muster | ratio | Muster, {} changes later | first answer of the command |",
        duckdb["version"].as_str().unwrap_or_default(),
        synced.changes
    );
    println!("|---|---|---|---|---|---|");
    for (name, answer) in duckdb["queries"]
        .as_object()
        .context("DuckDB answered nothing")?
    {
        let theirs = answer["milliseconds"].as_f64().unwrap_or(f64::NAN);
        let of = |runs: &Value| {
            runs["queries"][name]["milliseconds"]
                .as_f64()
                .unwrap_or(f64::NAN)
        };
        let sql = clean["queries"][name]["sql"].as_str().unwrap_or_default();
        let mut command = Command::new(&bench.muster);
        let first = measure(command.args(["query", sql, "--data"]).arg(&data))?;
        println!(
            "| {name} | {theirs:.1} | {:.1} | {:.2} | {:.1} | {:.0} |",
            of(&clean),
            of(&clean) / theirs,
            of(&changed),
            first.seconds * 1e3,
        );
        if answer["rows"] != clean["queries"][name]["rows"] {
            println!(
                "\n{name} differs: DuckDB {}, Muster {}\n",
                answer["rows"], clean["queries"][name]["rows"]
            );
        }
    }
    for (name, runs) in [
        ("DuckDB", &duckdb),
        ("Muster", &clean),
        ("Muster, changed", &changed),
    ] {
        println!(
            "\n{name}: {:.0} MB anonymous, {:.0} MB mapped at the end; {:.0} MB resident at most.",
            runs["anonymous_megabytes"].as_f64().unwrap_or_default(),
            runs["mapped_megabytes"].as_f64().unwrap_or_default(),
            runs["peak_megabytes"].as_f64().unwrap_or_default()
        );
    }
    Ok(())
}

fn export(bench: &Bench, data: &Path, sql: &str, to: &Path) -> Result<()> {
    let format = to.extension().and_then(|end| end.to_str()).unwrap_or("csv");
    let status = Command::new(&bench.muster)
        .args([
            "query",
            sql,
            "--format",
            format,
            "--row-limit",
            "10000000",
            "--time-limit",
            "10m",
            "--data",
        ])
        .arg(data)
        .stdout(fs::File::create(to)?)
        .status()?;
    anyhow::ensure!(status.success(), "the rows for DuckDB could not be written");
    Ok(())
}

/// The questions as the engine answers them, asked of one open folder.
fn muster(data: &Path) -> Result<Value> {
    let output = tools::command(cargo())
        .args([
            "bench",
            "--quiet",
            "--workspace",
            "--bench",
            "questions",
            "--",
        ])
        .arg(data)
        .output()?;
    anyhow::ensure!(
        output.status.success(),
        "the questions could not be asked: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The same of DuckDB, in an environment of its own.
fn duckdb(bench: &Bench, exports: &Path) -> Result<Value> {
    let environment = bench.scratch.join("python");
    let python = environment.join("bin/python");
    if !python.exists() {
        tools::run(
            "python3",
            ["-m".as_ref(), "venv".as_ref(), environment.as_os_str()],
        )?;
        tools::run(
            environment.join("bin/pip"),
            ["install", "--quiet", "duckdb==2.0.0"],
        )?;
    }
    let output = Command::new(python)
        .arg(tools::root().join("xtask/bench/duckdb_questions.py"))
        .arg(exports)
        .output()?;
    anyhow::ensure!(
        output.status.success(),
        "DuckDB failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}
