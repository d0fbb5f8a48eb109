//! How a command fails, by exit code.

use muster_accounts::AccountError;
use muster_alerts::AlertsError;
use muster_collect::CollectError;
use muster_control::ControlError;
use muster_custom::{Mistake, StoreError};
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
    /// Exit code 2: what was sent does not fit; nothing was done.
    #[error("{detail}{}", lines(misfits))]
    Misfits {
        /// In one sentence.
        detail: String,
        /// What does not fit, and where.
        misfits: Vec<Misfit>,
    },
    /// Exit code 2: more was sent than is taken at once; nothing was done.
    #[error("{0}")]
    TooLarge(String),
    /// Exit code 3: it could not run.
    #[error("{0}")]
    Unable(String),
}

/// Something in what was sent that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misfit {
    /// In which document, from 1, where there are several.
    pub document: Option<u64>,
    /// Where in it, as a JSON pointer; empty for the whole.
    pub pointer: String,
    /// In words, with what to do.
    pub message: String,
}

fn lines(misfits: &[Misfit]) -> String {
    let mut text = String::new();
    for misfit in misfits {
        text.push_str("\n  ");
        if let Some(number) = misfit.document {
            text.push_str(&format!("document {number} "));
        }
        text.push_str(&misfit.pointer);
        text.push_str(if misfit.pointer.is_empty() { "" } else { ": " });
        text.push_str(&misfit.message);
    }
    text
}

impl Failure {
    /// Exit code 2, for everything that is wrong with a definition.
    pub fn mistakes(detail: &str, mistakes: Vec<Mistake>) -> Self {
        let misfits = mistakes.into_iter().map(|mistake| Misfit {
            document: None,
            pointer: mistake.pointer,
            message: mistake.message,
        });
        Self::Misfits {
            detail: detail.to_owned(),
            misfits: misfits.collect(),
        }
    }

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Incomplete(_) => 1,
            Self::Usage(_) | Self::Misfits { .. } | Self::TooLarge(_) => 2,
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

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Control(error) => error.into(),
            StoreError::NoType(_) => Self::Usage(error.to_string()),
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
