use muster_control::ControlError;
use muster_ledger::{LedgerError, ObserveError};
use muster_provider::{ClientError, RequestError, SettingsError};

/// Why a run, or a part of it, could not be done.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The settings or credentials cannot be used as they are.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// No client can be made of them.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The vendor did not give what was asked for.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The answer holds something that is no resource.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The credentials belong to another organisation than before.
    #[error(
        "the credentials belong to organisation {now}, those before to {before}; add another integration for it, or put the old credentials back"
    )]
    OtherOrganisation {
        /// Whose they were.
        before: String,
        /// Whose they are.
        now: String,
    },
    /// A listing had the same key more than once, twice in a row.
    #[error(
        "{count} keys stood more than once in the listing, so nothing was removed; it is listed again in the next run"
    )]
    Repeated {
        /// How many.
        count: u64,
    },
    /// A listing had another number of resources than the vendor says there are, twice in a row.
    #[error(
        "the listing has {read} resources and the vendor says there are {total}, so nothing was removed; it is listed again in the next run"
    )]
    Uneven {
        /// How many were read.
        read: u64,
        /// How many there are.
        total: u64,
    },
    /// The ledger said no.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The control file said no.
    #[error(transparent)]
    Control(#[from] ControlError),
}

impl CollectError {
    /// Whether no other type of the integration can be collected either.
    pub(crate) fn stops_integration(&self) -> bool {
        matches!(
            self,
            Self::Request(
                RequestError::BadCredentials { .. }
                    | RequestError::Refused { .. }
                    | RequestError::Untrusted { .. }
            ) | Self::OtherOrganisation { .. }
                | Self::Settings(_)
                | Self::Client(_)
                | Self::Ledger(_)
                | Self::Control(_)
        )
    }

    /// Whether nothing can be stored any more.
    pub(crate) fn is_fatal(&self) -> bool {
        matches!(self, Self::Ledger(_) | Self::Control(_))
    }
}

impl From<rusqlite::Error> for CollectError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Control(ControlError::Database(error))
    }
}
