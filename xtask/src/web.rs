//! The user interface: installed, checked, built, and tried in a browser.

use std::{
    fs,
    hash::{DefaultHasher, Hasher as _},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::tools::{self, command, root};

/// Where Debian puts its browser.
const CHROMIUM: &str = "/usr/bin/chromium";

fn folder() -> PathBuf {
    root().join("web")
}

fn npm(arguments: &[&str]) -> Result<()> {
    let mut npm = command("npm");
    npm.args(arguments).current_dir(folder());
    let status = npm
        .status()
        .context("npm cannot be run; install Node.js 20 or newer")?;
    if !status.success() {
        bail!("npm {} failed", arguments.join(" "));
    }
    Ok(())
}

/// The libraries that the lock file names, where they are not there yet.
pub fn install() -> Result<()> {
    let lock = fs::read(folder().join("package-lock.json"))?;
    let stamp = folder().join("node_modules").join(".installed");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    // Not `npm ci`: it insists on the entries of every platform's binaries, which a registry need not have.
    npm(&["install", "--no-save", "--no-audit", "--no-fund"])?;
    fs::write(stamp, lock)?;
    Ok(())
}

/// Builds the page into `web/dist`, unless it was built from the same sources.
pub fn build() -> Result<()> {
    install()?;
    let sources = digest()?;
    let stamp = folder().join("node_modules").join(".built");
    let is_there = folder().join("dist").join("index.html").is_file();
    if is_there && fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    npm(&["run", "build"])?;
    fs::write(stamp, sources)?;
    Ok(())
}

/// Types, lints, layout of the sources.
pub fn check() -> Result<()> {
    install()?;
    npm(&["run", "check"])
}

/// Walks through the product in a browser. The binary is built, with the page in it.
pub fn walk() -> Result<()> {
    install()?;
    browser()?;
    let muster = tools::target()?.join("debug").join("muster");
    let mut playwright = command("npm");
    playwright
        .args(["test"])
        .current_dir(folder())
        .env("MUSTER_BIN", muster);
    if !playwright.status()?.success() {
        bail!("the walk through the product failed");
    }
    Ok(())
}

/// Debian's browser; installed where it can be.
fn browser() -> Result<()> {
    if std::env::var_os("CHROMIUM_BIN").is_some() || Path::new(CHROMIUM).is_file() {
        return Ok(());
    }
    println!("installing Chromium");
    let apt = |arguments: &[&str]| {
        Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .is_ok_and(|status| status.success())
    };
    let done = apt(&["update", "-q"])
        && apt(&["install", "-y", "-q", "--no-install-recommends", "chromium"]);
    if !done {
        bail!(
            "Chromium is not at {CHROMIUM} and cannot be installed; install it, or name it in CHROMIUM_BIN"
        );
    }
    Ok(())
}

/// What the page is made of, in short.
fn digest() -> Result<String> {
    let mut files = vec![
        folder().join("index.html"),
        folder().join("vite.config.ts"),
        folder().join("package-lock.json"),
    ];
    for part in ["src", "public"] {
        collect(&folder().join(part), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(&file).unwrap_or_default());
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
