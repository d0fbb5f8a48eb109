//! How a command fails, by exit code.

use muster_accounts::AccountError;
use muster_alerts::AlertsError;
use muster_collect::CollectError;
use muster_control::ControlError;
use muster_ledger::LedgerError;
use serde::{Deserialize, Serialize};

/// Why a command did not do what was asked. The sentence says what to do.
#[derive(Debug, Clone, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// Exit code 1: done, but something is incomplete or failing.
    #[error("{0}")]
    Incomplete(String),
    /// Exit code 2: the command line, configuration, credentials or SQL is wrong; nothing was done.
    #[error("{0}")]
    Usage(String),
    /// Exit code 3: it could not run.
    #[error("{0}")]
    Unable(String),
}

impl Failure {
    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Incomplete(_) => 1,
            Self::Usage(_) => 2,
            Self::Unable(_) => 3,
        }
    }

    /// Exit code 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// Exit code 3, with every cause.
    pub fn unable(error: &dyn std::error::Error) -> Self {
        Self::Unable(chain(error))
    }
}

/// An error with its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

impl From<ControlError> for Failure {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::NameTaken(_)
            | ControlError::NoIntegration { .. }
            | ControlError::NoFolder(_)
            | ControlError::NewerFormat { .. }
            | ControlError::BadKey(_)
            | ControlError::WrongKey => Self::Usage(error.to_string()),
            other => Self::unable(&other),
        }
    }
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Control(error) => error.into(),
            other => Self::usage(other.to_string()),
        }
    }
}

impl From<AlertsError> for Failure {
    fn from(error: AlertsError) -> Self {
        match error {
            AlertsError::Control(error) => error.into(),
            AlertsError::Ledger(error) => error.into(),
            AlertsError::Rules(_) | AlertsError::Corrupt(_) | AlertsError::Stopped => {
                Self::unable(&error)
            }
            other => Self::Usage(chain(&other)),
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Control(error) => error.into(),
            other => Self::unable(&other),
        }
    }
}

impl From<CollectError> for Failure {
    fn from(error: CollectError) -> Self {
        match error {
            CollectError::Control(error) => error.into(),
            CollectError::Ledger(error) => error.into(),
            CollectError::Settings(_) | CollectError::Client(_) => Self::Usage(chain(&error)),
            other => Self::Incomplete(chain(&other)),
        }
    }
}
