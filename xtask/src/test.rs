//! Everything that must pass.

use std::process::Command;

use anyhow::Result;

use crate::{
    tidy,
    tools::{self, cargo, cargo_tool},
};

fn run_step(name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("── {name}");
    step()
}

pub fn run(all: bool) -> Result<()> {
    run_step("format", || cargo_run(&["fmt", "--check"]))?;
    run_step("tidy", tidy::run)?;
    run_step("licences and sources", deny)?;
    run_step("lints", || {
        cargo_run(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ])
    })?;
    run_step("tests", || {
        let nextest = cargo_tool("cargo-nextest", "0.9.143")?;
        tools::run(nextest, ["nextest", "run", "--workspace", "--no-fail-fast"])
    })?;
    if all {
        run_step("outside clients", || {
            tools::run("python3", ["crates/sim/tests/okta_sdk.py"])
        })?;
    }
    Ok(())
}

fn cargo_run(arguments: &[&str]) -> Result<()> {
    tools::run(cargo(), arguments.iter().copied())
}

/// Licences, sources and bans need nothing from outside; the advisory database does.
fn deny() -> Result<()> {
    let deny = cargo_tool("cargo-deny", "0.20.2")?;
    tools::run(&deny, ["check", "licenses", "bans", "sources"])?;
    let advisories = Command::new(&deny)
        .args(["check", "advisories"])
        .current_dir(tools::root())
        .output();
    match advisories {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            if said.contains("advisory database") || said.contains("fetch") {
                println!(
                    "the advisory database cannot be had here: known vulnerabilities were not looked up"
                );
                Ok(())
            } else {
                anyhow::bail!("advisories:\n{said}")
            }
        }
        Err(error) => Err(error.into()),
    }
}
