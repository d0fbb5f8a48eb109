use std::{collections::BTreeMap, fs, path::Path};

use include_dir::{Dir, DirEntry, include_dir};

use crate::problem::{Problem, Problems};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../providers");

/// The files that come with the product, by path relative to the folder of providers.
pub(crate) fn embedded_files() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![&EMBEDDED];
    while let Some(folder) = folders.pop() {
        for entry in folder.entries() {
            match entry {
                DirEntry::Dir(inner) => folders.push(inner),
                DirEntry::File(file) => {
                    let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8())
                    else {
                        continue;
                    };
                    files.insert(path.replace('\\', "/"), text.to_owned());
                }
            }
        }
    }
    files
}

/// The files in the folder `root`, by path relative to it.
pub(crate) fn folder_files(root: &Path) -> Result<BTreeMap<String, String>, Problems> {
    let mut files = BTreeMap::new();
    let mut problems = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut unreadable = |path: &Path, error: std::io::Error| {
            problems.push(Problem {
                file: path.display().to_string(),
                line: 0,
                message: format!("it cannot be read ({error})"),
                remedy: "name a folder that holds one folder per provider, and is readable"
                    .to_owned(),
            });
        };
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                unreadable(&folder, error);
                continue;
            }
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if path.is_dir() && !hidden {
                folders.push(path);
            } else if !hidden
                && path
                    .extension()
                    .is_some_and(|extension| extension == "toml")
            {
                match fs::read_to_string(&path) {
                    Ok(text) => {
                        let relative = path.strip_prefix(root).unwrap_or(&path);
                        let parts: Vec<_> =
                            relative.iter().map(|part| part.to_string_lossy()).collect();
                        files.insert(parts.join("/"), text);
                    }
                    Err(error) => unreadable(&path, error),
                }
            }
        }
    }
    if files.is_empty() && problems.is_empty() {
        problems.push(Problem {
            file: root.display().to_string(),
            line: 0,
            message: "there is no provider file in this folder".to_owned(),
            remedy: "name a folder that holds one folder per provider, `okta/provider.toml`"
                .to_owned(),
        });
    }
    Problems::check(problems)?;
    if files.contains_key("provider.toml") {
        // One provider's own folder was named instead of the folder above it.
        let name = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        return Ok(files
            .into_iter()
            .map(|(path, text)| (format!("{name}/{path}"), text))
            .collect());
    }
    Ok(files)
}

/// `files` and what `added` adds. A provider with a `provider.toml` of its own in `added` comes from there alone.
pub(crate) fn overlay(
    mut files: BTreeMap<String, String>,
    added: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    for path in added.keys() {
        if let Some(provider) = path.strip_suffix("/provider.toml") {
            files.retain(|path, _| !path.starts_with(&format!("{provider}/")));
        }
    }
    files.extend(added);
    files
}
