use std::{io, path::PathBuf};

/// What can go wrong below everything else, by what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Another process holds the folder: hand the work to it, or wait.
    #[error("another muster process is using this data folder")]
    Locked,
    /// The folder was written by a newer version: update the binary.
    #[error(
        "this data folder has format {found}, newer than the {known} this version knows; update muster"
    )]
    NewerFormat {
        /// The folder's format.
        found: i64,
        /// The newest this version reads.
        known: i64,
    },
    /// There is no folder here to read.
    #[error("there is no muster data folder at {0}; `muster integration add` makes one")]
    NoFolder(PathBuf),
    /// The name is taken: choose another.
    #[error("an integration named `{0}` is there already; choose another name")]
    NameTaken(String),
    /// There is no such integration.
    #[error("there is no integration named `{name}`{}", list(.known))]
    NoIntegration {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The key does not open the stored credentials.
    #[error(
        "the stored credentials cannot be opened with this key; restore the folder's `key` file, set MUSTER_KEY to the key they were stored with, or enter them again with `muster integration set`"
    )]
    WrongKey,
    /// The key is not usable.
    #[error("{0}")]
    BadKey(String),
    /// The file system said no.
    #[error("cannot use {path}")]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// What the system answered.
        source: io::Error,
    },
    /// The database said no.
    #[error("the control file could not be read or written")]
    Database(#[from] rusqlite::Error),
    /// A stored value cannot be understood.
    #[error("the control file holds a value that cannot be understood: {0}")]
    Corrupt(String),
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "; there are none yet".to_owned()
    } else {
        format!("; there are: {}", names.join(", "))
    }
}

impl ControlError {
    /// A file error with the path it concerns.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
