use serde::{Deserialize, Serialize};

use crate::IntegrationId;

/// How far the register of one resource type of one integration can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypeStatus {
    /// Every listing the type needs has finished; removals have been taken.
    Complete,
    /// Something is missing or was cut off; what is there stays.
    Incomplete,
    /// The credentials may not read it.
    NotPermitted,
    /// The organisation does not have it (licence, engine).
    NotAvailable,
    /// The integration was told not to collect it.
    Skipped,
}

impl TypeStatus {
    /// The word used in SQL, files and on disk.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Incomplete => "incomplete",
            Self::NotPermitted => "not_permitted",
            Self::NotAvailable => "not_available",
            Self::Skipped => "skipped",
        }
    }

    /// The status stored under `word`, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Complete,
            Self::Incomplete,
            Self::NotPermitted,
            Self::NotAvailable,
            Self::Skipped,
        ]
        .into_iter()
        .find(|status| status.as_str() == word)
    }
}

/// One row of `sync_state`. Times are milliseconds since 1970 in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeState {
    /// Whose.
    pub integration: IntegrationId,
    /// Which type.
    pub resource_type: String,
    /// How far it can be believed.
    pub status: TypeStatus,
    /// For a type listed per parent: parents there are. Otherwise null.
    pub parents: Option<i64>,
    /// For a type listed per parent: parents whose listing has finished at least once. Otherwise null.
    pub parents_done: Option<i64>,
    /// Since when the type has been complete without interruption; null when it is not.
    pub complete_since: Option<i64>,
    /// When the last listing of the type finished.
    pub last_complete: Option<i64>,
    /// Whether what is there may be older than the integration's interval says: the status is not
    /// `complete`, or removals are held back, and rows from before remain.
    pub stale: bool,
    /// Whether removals are held back until they are accepted or three listings agree.
    pub held_back: bool,
    /// In words, what is missing and why; null when nothing is.
    pub reason: Option<String>,
}
