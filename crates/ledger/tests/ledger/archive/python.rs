//! The archive as an outside engine sees it.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use muster_ledger::archive::month_of;
use serde_json::json;

use super::fixture::{Change, Folder, all, append, integration};

/// A Python with the `deltalake` package, made once below the build folder.
fn python() -> Result<PathBuf, String> {
    let built = std::env::current_exe().map_err(|error| error.to_string())?;
    // target/debug/deps/archive-...
    let target = built.ancestors().nth(3).ok_or("no build folder")?;
    let environment = target.join("archive-python");
    let python = environment.join("bin/python");
    let run = |command: &mut Command| match command.output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Err(error.to_string()),
    };
    let import = || run(Command::new(&python).args(["-c", "import deltalake"]));
    if import().is_err() {
        run(Command::new("python3")
            .args(["-m", "venv"])
            .arg(&environment))?;
        run(Command::new(&python).args(["-m", "pip", "install", "-q", "deltalake==1.6.6"]))?;
        import()?;
    }
    Ok(python)
}

#[tokio::test]
async fn another_engine_reads_the_same() {
    let python = match python() {
        Ok(python) => python,
        Err(reason) => {
            let line = format!("SKIPPED another_engine_reads_the_same: no python: {reason}");
            writeln!(std::io::stderr(), "{line}").unwrap();
            return;
        }
    };
    let folder = Folder::new();
    let mut archive = folder.open().await;
    append(&mut archive, 1..=900, 15).await;
    archive.compact().await.unwrap();
    archive
        .erase(&integration(0), "okta_user", "someone/key%2014")
        .await
        .unwrap();
    archive.delete_integration(&integration(1)).await.unwrap();
    append(&mut archive, 901..=930, 15).await;

    let expected = all(&archive, 0).await;
    let mut counts = [BTreeMap::new(), BTreeMap::new(), BTreeMap::new()];
    for change in &expected {
        let month = month_of(change.recorded_at).unwrap();
        let partition = format!("{}/{month}", change.integration);
        let words = [change.kind.clone(), change.resource_type.clone(), partition];
        for (counts, word) in counts.iter_mut().zip(words) {
            *counts.entry(word).or_insert(0) += 1;
        }
    }
    let row = |change: &Change| {
        json!({
            "sequence": change.sequence,
            "recorded_at": change.recorded_at / 1000,
            "type": change.resource_type,
            "kind": change.kind,
            "key": change.key,
            "scope": null,
            "fields": change.fields,
            "before": change.before,
            "after": change.after,
            "integration": change.integration,
            "month": month_of(change.recorded_at),
        })
    };
    let expectation = json!({
        "version_at_least": 60,
        "rows": expected.len(),
        "kinds": counts[0],
        "types": counts[1],
        "partitions": counts[2],
        "changes": expected.iter().step_by(97).map(row).collect::<Vec<_>>(),
    });
    let file = folder.path().join("expected.json");
    fs::write(&file, expectation.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/archive_python.py");
    let output = Command::new(python)
        .arg(script)
        .arg(folder.table())
        .arg(file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
