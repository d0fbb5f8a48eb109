//! Everything that must pass.

use std::process::Command;

use anyhow::Result;

use crate::{
    stand_in, tidy,
    tools::{self, cargo, cargo_tool},
    web,
};

fn run_step(name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("── {name}");
    step()
}

pub fn run(all: bool) -> Result<()> {
    run_step("format", || cargo_run(&["fmt", "--check"]))?;
    run_step("tidy", tidy::run)?;
    run_step("licences and sources", deny)?;
    run_step("the page: types, lints, layout", web::check)?;
    run_step("the page: built", web::build)?;
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
    run_step("the binary, with the page in it", || {
        cargo_run(&["build", "--workspace"])
    })?;
    run_step("a walk through the product in a browser", web::walk)?;
    if all {
        run_step("an independent crawl of the stand-in", crawl)?;
        run_step("the vendor's own SDK against the stand-in", okta_sdk)?;
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

/// Clients that share no code with the stand-ins find what these say there is.
fn crawl() -> Result<()> {
    cargo_run(&["build", "--workspace"])?;
    let muster = tools::target()?.join("debug").join("muster");
    let company = [
        "all",
        "--listen",
        "127.0.0.1:0",
        "--users",
        "300",
        "--control",
    ];
    let (_sim, [okta, jumpcloud, _]) = stand_in::start_at::<3>(&muster, &company)?;
    tools::run("python3", ["crates/sim/tests/crawl.py", &okta.address])?;
    tools::run(
        "python3",
        ["crates/sim/tests/crawl_jumpcloud.py", &jumpcloud.address],
    )
}

/// The official Okta SDK reads the stand-in; installed into an environment of its own.
fn okta_sdk() -> Result<()> {
    let target = tools::target()?;
    let environment = target.join("okta-sdk");
    if !environment.join("bin").join("python").exists() {
        tools::run(
            "python3",
            ["-m".as_ref(), "venv".as_ref(), environment.as_os_str()],
        )?;
    }
    // Asks for nothing where it is installed already.
    tools::run(
        environment.join("bin").join("pip"),
        ["install", "--quiet", "okta==3.4.6"],
    )?;
    cargo_run(&["build", "--workspace"])?;
    let (_sim, url) = stand_in::start(&target.join("debug").join("muster"))?;
    tools::run(
        environment.join("bin").join("python"),
        ["crates/sim/tests/okta_sdk.py", &url],
    )
}
