//! What can go wrong with the archive, one variant per reaction.

use std::{error::Error, io};

use arrow::error::ArrowError;
use deltalake_core::{
    DeltaTableError, ObjectStoreError,
    kernel::transaction::{CommitConflictError, TransactionError},
    parquet::errors::ParquetError,
};

type Source = Box<dyn Error + Send + Sync>;

/// Why the archive could not do what it was asked; the variant says how to react.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Try again later; nothing was lost.
    #[error("the archive's storage does not answer; collecting waits and tries again")]
    Unreachable(#[source] Source),
    /// Pause until someone makes room.
    #[error("the archive's storage is full; free some space, collecting goes on by itself")]
    Full(#[source] Source),
    /// A file the reader wanted was deleted or rewritten meanwhile: read again, from the last row seen.
    #[error("the archive's files changed while they were read; read again from the last row seen")]
    Changed(#[source] Source),
    /// Someone else wrote the same changes: stop, two processes hold this ledger.
    #[error("another process writes to this archive; stop one of them")]
    Conflict(#[source] Source),
    /// The storage answered no, or cannot be addressed: the settings need a person.
    #[error("the archive's storage refuses the settings ({reason}); correct them")]
    Settings {
        /// Which setting, as far as it is known.
        reason: String,
        /// What the storage said.
        #[source]
        source: Option<Source>,
    },
    /// What is stored makes no sense: stop and restore a backup.
    #[error("the archive is damaged ({reason}); restore it from a backup")]
    Damaged {
        /// What makes no sense.
        reason: String,
        /// What the decoder said.
        #[source]
        source: Option<Source>,
    },
    /// A newer Muster, or another engine, changed the table's format.
    #[error("the archive has a newer format ({0}); use a newer version of muster")]
    NewerFormat(String),
    /// The caller handed over rows or arguments that break the archive's rules: a defect of the caller.
    #[error("the archive refuses these rows ({0}); this is a defect of muster, please report it")]
    Refused(String),
}

impl ArchiveError {
    pub(super) fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged {
            reason: reason.into(),
            source: None,
        }
    }

    pub(super) fn settings(reason: impl Into<String>) -> Self {
        Self::Settings {
            reason: reason.into(),
            source: None,
        }
    }
}

/// Whether the error, or one beneath it, is that there is no room.
fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if let Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) = kind {
            return true;
        }
        next = error.source();
    }
    false
}

/// The storage's own error, which writing wraps into an input/output error.
fn storage_error(error: Source) -> Result<ObjectStoreError, Source> {
    let error = match error.downcast::<ObjectStoreError>() {
        Ok(error) => return Ok(*error),
        Err(error) => error,
    };
    let inner = error.downcast::<io::Error>()?.into_inner();
    let inner = inner.ok_or("an input/output error")?;
    inner.downcast().map(|error| *error)
}

impl From<ObjectStoreError> for ArchiveError {
    fn from(error: ObjectStoreError) -> Self {
        if is_full(&error) {
            return Self::Full(error.into());
        }
        match error {
            ObjectStoreError::NotFound { .. } => Self::Changed(error.into()),
            ObjectStoreError::AlreadyExists { .. } | ObjectStoreError::Precondition { .. } => {
                Self::Conflict(error.into())
            }
            ObjectStoreError::PermissionDenied { .. } => Self::Settings {
                reason: "permission denied".to_owned(),
                source: Some(error.into()),
            },
            ObjectStoreError::Unauthenticated { .. } => Self::Settings {
                reason: "credentials not accepted".to_owned(),
                source: Some(error.into()),
            },
            // The library has no variant for it, and no retry helps.
            error if error.to_string().contains("NoSuchBucket") => Self::Settings {
                reason: "there is no such bucket".to_owned(),
                source: Some(error.into()),
            },
            error => Self::Unreachable(error.into()),
        }
    }
}

impl From<ParquetError> for ArchiveError {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) if is_full(inner.as_ref()) => Self::Full(inner),
            ParquetError::External(inner) => match storage_error(inner) {
                Ok(error) => error.into(),
                Err(inner) => Self::Unreachable(inner),
            },
            other => Self::Damaged {
                reason: "a data file cannot be decoded".to_owned(),
                source: Some(other.into()),
            },
        }
    }
}

impl From<ArrowError> for ArchiveError {
    fn from(error: ArrowError) -> Self {
        match error {
            // The Parquet reader hands its own errors on inside Arrow's.
            ArrowError::ExternalError(inner) => match inner.downcast::<ParquetError>() {
                Ok(error) => (*error).into(),
                Err(inner) => Self::Unreachable(inner),
            },
            other => Self::Damaged {
                reason: "a row cannot be decoded".to_owned(),
                source: Some(other.into()),
            },
        }
    }
}

impl From<DeltaTableError> for ArchiveError {
    fn from(error: DeltaTableError) -> Self {
        if is_full(&error) {
            return Self::Full(error.into());
        }
        match error {
            DeltaTableError::ObjectStore { source } => match source {
                // The log names the file it misses, so this is no reader being late.
                ObjectStoreError::NotFound { path, source } => Self::Damaged {
                    reason: format!("`{path}` is missing"),
                    source: Some(source),
                },
                source => source.into(),
            },
            DeltaTableError::Parquet { source } => source.into(),
            DeltaTableError::Arrow { source } => source.into(),
            DeltaTableError::Transaction { source } => match source {
                TransactionError::ObjectStore { source } => source.into(),
                TransactionError::UnsupportedTableFeatures(features) => {
                    Self::NewerFormat(format!("table features {features:?}"))
                }
                TransactionError::CommitConflict(CommitConflictError::ConcurrentTransaction) => {
                    Self::Conflict(source.into())
                }
                // Another engine looks after the table, too; reading its work first resolves it.
                other => Self::Changed(other.into()),
            },
            DeltaTableError::VersionAlreadyExists(_)
            | DeltaTableError::VersionMismatch(..)
            | DeltaTableError::VersionDowngrade { .. } => Self::Changed(error.into()),
            DeltaTableError::Io { .. } => Self::Unreachable(error.into()),
            DeltaTableError::KernelError(ref inner) => {
                // The kernel's error type cannot be named from here and does not keep its source.
                let text = inner.to_string();
                let mentions = |words: &[&str]| words.iter().any(|word| text.contains(word));
                if mentions(&["No space left", "os error 28"]) {
                    Self::Full(error.into())
                } else if mentions(&["Unsupported", "not supported", "Unknown feature"]) {
                    Self::NewerFormat(text)
                } else if mentions(&["object store", "File not found", "os error"]) {
                    Self::Unreachable(error.into())
                } else {
                    Self::Damaged {
                        reason: "its log cannot be read".to_owned(),
                        source: Some(error.into()),
                    }
                }
            }
            other => Self::Damaged {
                reason: "its log cannot be read".to_owned(),
                source: Some(other.into()),
            },
        }
    }
}
