use serde::{Deserialize, Serialize};

use crate::Party;

/// What one record of the ledger says happened to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The resource was not there before.
    Added,
    /// The resource differs outside its volatile fields.
    Modified,
    /// A finished listing no longer has the resource, or its parent went.
    Removed,
    /// Only volatile fields differ. Keeps the row fresh; is not a change: absent from `_changes` and
    /// from the archive.
    Touched,
}

impl ChangeKind {
    /// The word used in SQL, files and on disk.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Removed => "removed",
            Self::Touched => "touched",
        }
    }

    /// The kind called `word`, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Added, Self::Modified, Self::Removed, Self::Touched]
            .into_iter()
            .find(|kind| kind.as_str() == word)
    }

    /// The code stored in a run.
    pub fn code(self) -> u8 {
        match self {
            Self::Added => 0,
            Self::Modified => 1,
            Self::Removed => 2,
            Self::Touched => 3,
        }
    }

    /// The kind stored under `code`, if there is one.
    pub fn from_code(code: u8) -> Option<Self> {
        [Self::Added, Self::Modified, Self::Removed, Self::Touched]
            .get(usize::from(code))
            .copied()
    }
}

/// Who made a change, as far as the vendor's own log tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeActor {
    /// The change's sequence number.
    pub sequence: u64,
    /// Who; none where the log names several, or nobody.
    pub actor: Option<Party>,
    /// What the log calls what happened; none where it tells of several things.
    pub event_type: Option<String>,
    /// The id of the log's event.
    pub event: Option<String>,
}
