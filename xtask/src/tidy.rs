//! How the code lies: which crate may import which, and how long files are.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Result, bail};

use crate::tools::root;

/// Each crate and what it may import of ours; the direction of data. What is not here is not allowed.
const IMPORTS: [(&str, &[&str]); 16] = [
    ("model", &[]),
    ("control", &["model"]),
    ("accounts", &["control"]),
    ("custom", &["control", "model"]),
    ("outbound", &[]),
    ("provider", &["model", "outbound"]),
    ("ledger", &["control", "model"]),
    ("collect", &["control", "ledger", "model", "provider"]),
    ("query", &["model"]),
    (
        "rules",
        &["control", "ledger", "model", "provider", "query"],
    ),
    (
        "alerts",
        &["control", "ledger", "model", "outbound", "rules"],
    ),
    ("sim", &[]),
    (
        "office",
        &[
            "accounts", "alerts", "collect", "control", "custom", "ledger", "model", "provider",
            "query", "rules",
        ],
    ),
    (
        "server",
        &[
            "accounts", "alerts", "collect", "control", "custom", "ledger", "model", "office",
            "provider", "query", "rules",
        ],
    ),
    (
        "muster",
        &[
            "alerts", "collect", "control", "custom", "ledger", "model", "office", "provider",
            "query", "rules", "server", "sim",
        ],
    ),
    ("xtask", &[]),
];

/// Only these crates may name these libraries.
const OWNERS: [(&str, &[&str]); 7] = [
    ("datafusion", &["query"]),
    ("deltalake-core", &["ledger"]),
    ("parquet", &["ledger"]),
    ("reqwest", &["outbound", "provider", "alerts"]),
    ("lettre", &["alerts"]),
    ("clap", &["muster", "sim"]),
    ("axum", &["sim", "server"]),
];

/// A file past this many lines is two things.
const LONG: usize = 750;

pub fn run() -> Result<()> {
    let mut problems = Vec::new();
    for (name, allowed) in IMPORTS {
        let folder = if name == "xtask" {
            root().join(name)
        } else {
            root().join("crates").join(name)
        };
        let manifest = fs::read_to_string(folder.join("Cargo.toml"))?;
        let dependencies = section(&manifest, "[dependencies]");
        for line in dependencies.lines() {
            let Some(dependency) = line
                .split(['.', ' ', '='])
                .next()
                .filter(|word| !word.is_empty())
            else {
                continue;
            };
            if let Some(ours) = dependency.strip_prefix("muster-")
                && !allowed.contains(&ours)
            {
                problems.push(format!("{name} imports {ours}, against the flow of data"));
            }
            if let Some((library, owners)) =
                OWNERS.iter().find(|(library, _)| *library == dependency)
                && !owners.contains(&name)
            {
                problems.push(format!(
                    "{name} imports {library}, which belongs to {}",
                    owners.join(" and ")
                ));
            }
        }
    }
    let mut lengths = BTreeMap::new();
    measure(&root().join("crates"), &mut lengths)?;
    measure(&root().join("xtask"), &mut lengths)?;
    let mut longest: Vec<(&String, &usize)> =
        lengths.iter().filter(|(_, lines)| **lines > 500).collect();
    longest.sort_by(|left, right| right.1.cmp(left.1));
    for (path, lines) in &longest {
        println!("{lines:5} lines  {path}");
        if **lines > LONG {
            problems.push(format!("{path} has {lines} lines: which two things is it?"));
        }
    }
    if problems.is_empty() {
        println!(
            "{} files, {} of them over 500 lines",
            lengths.len(),
            longest.len()
        );
        return Ok(());
    }
    bail!("{}", problems.join("\n"))
}

fn section<'a>(manifest: &'a str, heading: &str) -> &'a str {
    let Some(start) = manifest.find(heading) else {
        return "";
    };
    let body = &manifest[start + heading.len()..];
    &body[..body.find("\n[").unwrap_or(body.len())]
}

fn measure(folder: &Path, lengths: &mut BTreeMap<String, usize>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            measure(&path, lengths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let shown = path
                .strip_prefix(root())
                .unwrap_or(&path)
                .display()
                .to_string();
            lengths.insert(shown, fs::read_to_string(&path)?.lines().count());
        }
    }
    Ok(())
}
