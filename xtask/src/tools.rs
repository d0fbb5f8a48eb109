//! Other programs: found, installed where they are not, run.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use anyhow::{Context as _, Result, bail};

/// The checkout: where cargo found us, which a shared target folder does not decide.
pub fn root() -> PathBuf {
    let own = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    own.as_deref()
        .and_then(Path::parent)
        .map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Where cargo builds: shared by every command here, and with other checkouts where `CARGO_TARGET_DIR` says so.
pub fn target() -> Result<PathBuf> {
    let output = command(cargo())
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .context("cargo cannot be run")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let marker = "\"target_directory\":\"";
    let start = text
        .find(marker)
        .context("cargo does not tell its target folder")?
        + marker.len();
    let length = text[start..]
        .find('"')
        .context("cargo does not tell its target folder")?;
    Ok(PathBuf::from(&text[start..start + length]))
}

/// A program to be run in the checkout, without what `cargo run` told us of ourselves: build scripts that look at
/// `CARGO_PKG_NAME` and the like would run again, and with them everything that stands on them.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    for (name, _) in env::vars_os() {
        let of_ours = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
        ];
        let is_ours = |text: &str| of_ours.iter().any(|start| text.starts_with(start));
        if name.to_str().is_some_and(is_ours) {
            command.env_remove(name);
        }
    }
    command
}

/// The cargo that runs us.
pub fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Runs a program in the checkout and insists that it succeeds.
pub fn run<S: AsRef<OsStr>>(
    program: impl AsRef<OsStr>,
    arguments: impl IntoIterator<Item = S>,
) -> Result<()> {
    let mut command = command(program);
    command.args(arguments);
    let shown = format!("{command:?}");
    let status = command
        .status()
        .with_context(|| format!("{shown} cannot be run"))?;
    if !status.success() {
        bail!("{shown} failed");
    }
    Ok(())
}

/// A cargo subcommand's program, installed beside the build when it is not on the machine. Its own build is not
/// optimised: it runs for a second.
pub fn cargo_tool(name: &str, version: &str) -> Result<PathBuf> {
    let works = |program: &Path| {
        Command::new(program)
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success())
    };
    let on_path = PathBuf::from(name);
    if works(&on_path) {
        return Ok(on_path);
    }
    let place = target()?.join("tools");
    let own = place.join("bin").join(name);
    if !works(&own) {
        println!("installing {name} {version} into {}", place.display());
        run(
            cargo(),
            [
                "install".as_ref(),
                "--debug".as_ref(),
                "--locked".as_ref(),
                "--version".as_ref(),
                version.as_ref(),
                "--root".as_ref(),
                place.as_os_str(),
                OsStr::new(name),
            ],
        )?;
    }
    Ok(own)
}

/// A program in the background that ends with us.
pub struct Background(pub Child);

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
