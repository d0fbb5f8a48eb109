use std::{
    fs,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use crate::ControlError;

/// A data folder and where things lie in it.
///
/// ```text
/// muster.db      control file (SQLite, WAL)
/// muster.lock    held by the one writer
/// muster.sock    where the writer takes work from other commands
/// key            0600, the key of the stored credentials, unless MUSTER_KEY is set
/// runs/          committed batches not yet merged and archived
/// base/          what is true now, per integration and type
/// archive/       every change, as Delta Lake tables
/// listings/      keys seen by listings that are under way
/// pushes/        documents pushed to us, until they are in the ledger
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder at `root`; nothing is read or made.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Makes the folder, readable by its owner only, if it is not there.
    ///
    /// # Errors
    /// [`ControlError::File`] when it cannot be made.
    pub fn create(&self) -> Result<(), ControlError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.root)
            .map_err(ControlError::file(&self.root))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The control file.
    pub fn database(&self) -> PathBuf {
        self.root.join("muster.db")
    }

    /// The file the writer holds locked.
    pub fn lock(&self) -> PathBuf {
        self.root.join("muster.lock")
    }

    /// The socket the writer listens on.
    pub fn socket(&self) -> PathBuf {
        self.root.join("muster.sock")
    }

    /// The key of the stored credentials.
    pub fn key(&self) -> PathBuf {
        self.root.join("key")
    }

    /// Committed batches.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    /// What is true now.
    pub fn base(&self) -> PathBuf {
        self.root.join("base")
    }

    /// Every change.
    pub fn archive(&self) -> PathBuf {
        self.root.join("archive")
    }

    /// Keys seen by listings under way.
    pub fn listings(&self) -> PathBuf {
        self.root.join("listings")
    }

    /// Documents pushed to us that are on their way into the ledger.
    pub fn pushes(&self) -> PathBuf {
        self.root.join("pushes")
    }
}

/// Restricts `path` to its owner.
pub(crate) fn owner_only(path: &Path) -> Result<(), ControlError> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(ControlError::file(path))
}
