use std::{collections::BTreeMap, fmt};

/// A place where documents hold something else than the column says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Warning {
    /// The column, in documented names, `[]` after lists.
    pub path: String,
    /// What the column holds.
    pub expected: &'static str,
    /// What the document held.
    pub found: &'static str,
}

impl fmt::Display for Warning {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            expected,
            found,
        } = self;
        write!(formatter, "{path}: expected {expected}, found {found}")
    }
}

/// Warnings, each with how many values it concerns.
#[derive(Debug, Clone, Default)]
pub struct Warnings {
    counts: BTreeMap<Warning, u64>,
}

impl Warnings {
    pub(super) fn add(&mut self, path: &str, expected: &'static str, found: &'static str) {
        *self
            .counts
            .entry(Warning {
                path: path.to_owned(),
                expected,
                found,
            })
            .or_default() += 1;
    }

    /// Each warning and its count.
    pub fn iter(&self) -> impl Iterator<Item = (&Warning, u64)> {
        self.counts.iter().map(|(warning, count)| (warning, *count))
    }

    /// Whether everything fitted.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }
}
