//! Packs: frameworks and sets of good practice, as files under `packs/`.

use include_dir::{Dir, include_dir};
use muster_model::Severity;
use muster_provider::Problem;
use serde::Deserialize;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../packs");

/// A framework, or a set of good practice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The file's name without its ending.
    #[serde(skip)]
    pub id: String,
    /// Name for people.
    pub title: String,
    /// What it is and who asks for it.
    pub description: String,
    /// Its own version, `V1R2`.
    pub version: String,
    /// What it asks for.
    pub controls: Vec<Control>,
}

/// One thing a pack asks for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its name in the framework, `V-273186`.
    pub id: String,
    /// What is asked for, in a line.
    pub title: String,
    /// How much the framework makes of it.
    pub severity: Severity,
    /// Rules that decide it; none where what is collected does not tell.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// The packs that come with the product, by id. A control speaks only of rules that are `known`.
pub(crate) fn embedded(known: impl Fn(&str) -> bool) -> (Vec<Pack>, Vec<Problem>) {
    let mut packs = Vec::new();
    let mut problems = Vec::new();
    for file in EMBEDDED.files() {
        let path = file.path().to_string_lossy().into_owned();
        let (Some(id), Some(text)) = (path.strip_suffix(".toml"), file.contents_utf8()) else {
            continue;
        };
        match read(id, text) {
            Ok(pack) => packs.push(pack),
            Err(message) => problems.push(Problem {
                file: format!("packs/{path}"),
                line: 0,
                message,
                remedy: "see docs/guide/rules.md for how a pack is written".to_owned(),
            }),
        }
    }
    packs.sort_by(|left, right| left.id.cmp(&right.id));
    for control in packs.iter_mut().flat_map(|pack| &mut pack.controls) {
        control.rules.retain(|rule| known(rule));
    }
    (packs, problems)
}

fn read(id: &str, text: &str) -> Result<Pack, String> {
    let mut pack: Pack = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    id.clone_into(&mut pack.id);
    let mut ids: Vec<&str> = pack
        .controls
        .iter()
        .map(|control| control.id.as_str())
        .collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("the control `{}` stands there twice", pair[0])),
        None => Ok(pack),
    }
}
