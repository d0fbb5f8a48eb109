use std::{io, path::PathBuf};

use muster_control::ControlError;

use crate::archive::ArchiveError;

/// What can go wrong in the ledger, by what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The control file said no.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// A file of the folder could not be read or written: look at the disk.
    #[error("cannot use {path}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// A file of the base is not what it should be: delete it, and the next to open the folder for writing rebuilds it from the archive.
    #[error(
        "{path} cannot be read ({detail}); delete it if it is there and run `muster sync`, which rebuilds it from the archive"
    )]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The archive and the control file are not of one folder: one of them was restored without the other.
    #[error(
        "the archive ends at change {archived}, the control file knows {noted} archived; restore both from the same backup"
    )]
    Mismatch {
        /// The last sequence number in the archive.
        archived: u64,
        /// The last one the control file knows to be there.
        noted: u64,
    },
    /// The archive said no.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The archive does not answer just now. Nothing is lost: what it lacks is kept until it does.
    #[error("{0}; everything collected is safe and goes to the archive once it answers")]
    ArchiveWaits(String),
    /// Arrow said no, which is a defect here.
    #[error("a batch could not be built")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A stored document is not JSON, which is a defect here.
    #[error("a stored document could not be read")]
    Document(#[from] serde_json::Error),
    /// The ledger was closed, or an earlier write failed: open it again.
    #[error("the ledger has stopped after an earlier failure ({0}); run the command again")]
    Stopped(String),
    /// History does not reach back that far.
    #[error("history of this type begins later, at {starts} (milliseconds since 1970)")]
    BeforeHistory {
        /// The first moment that is known.
        starts: i64,
    },
}

impl LedgerError {
    /// Whether it passes by itself, or when someone makes room.
    pub(crate) fn is_passing(&self) -> bool {
        use ArchiveError::{Changed, Full, Unreachable};
        matches!(self, Self::Archive(Unreachable(_) | Full(_) | Changed(_)))
    }

    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    pub(crate) fn database(error: rusqlite::Error) -> Self {
        Self::Control(ControlError::Database(error))
    }
}
