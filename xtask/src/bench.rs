//! The benchmarks. Figures are written down by hand in `docs/benchmarks.md`, with the machine and the ratios.

use anyhow::{Result, bail};

use crate::tools::{self, cargo};

const NAMES: [&str; 3] = ["collect", "churn", "query"];

pub fn run(arguments: &[&str]) -> Result<()> {
    let chosen: Vec<&str> = match arguments.first() {
        None => NAMES.to_vec(),
        Some(name) if NAMES.contains(name) => vec![name],
        Some(name) => bail!(
            "there is no benchmark `{name}`; there are {}",
            NAMES.join(", ")
        ),
    };
    tools::run(cargo(), ["build", "--release", "-p", "muster"])?;
    let muster = tools::target()?.join("release").join("muster");
    let place = tools::target()?.join("bench");
    for name in chosen {
        let script = tools::root()
            .join("xtask")
            .join("bench")
            .join(format!("{name}.py"));
        let rest = arguments
            .iter()
            .skip(1)
            .map(|word| std::ffi::OsString::from(*word));
        let fixed = [
            script.into_os_string(),
            muster.clone().into_os_string(),
            place.clone().into_os_string(),
        ];
        tools::run("python3", fixed.into_iter().chain(rest))?;
    }
    Ok(())
}
