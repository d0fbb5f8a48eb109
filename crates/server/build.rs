//! Puts the built user interface into the binary, or a page that says how to build it.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let built = Path::new("../../web/dist");
    let target = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("web");
    println!("cargo::rerun-if-changed=src/unbuilt.html");
    println!("cargo::rerun-if-changed=../../web/dist");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    fs::create_dir_all(&target)?;
    if built.join("index.html").is_file() {
        copy(built, &target)
    } else {
        fs::copy("src/unbuilt.html", target.join("index.html")).map(|_| ())
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let (from, to) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        if from.is_dir() {
            fs::create_dir_all(&to)?;
            copy(&from, &to)?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}
