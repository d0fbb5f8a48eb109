use muster_control::ControlError;
use muster_query::{QueryError, SourceError};

/// Why something about rules or findings could not be done, by what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// There is no such finding: it was deleted with its integration, or never was.
    #[error("there is no finding `{0}`")]
    NoFinding(String),
    /// It cannot be done as things stand; the message says what to do instead.
    #[error("{0}")]
    Refused(String),
    /// A cursor that was not given out for this list.
    #[error("this cursor belongs to no list in this order; begin the list anew")]
    BadCursor,
    /// A rule could not be evaluated: correct the rule, or look at its cause.
    #[error("the rule {rule} could not be evaluated")]
    Query {
        /// Its id.
        rule: String,
        /// Why.
        #[source]
        source: QueryError,
    },
    /// What is collected could not be read: look at the disk.
    #[error("what was collected cannot be read")]
    Source(#[from] SourceError),
    /// The control file said no: look at the disk.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// Answers could not be put aside while rules were evaluated: look at the disk.
    #[error("the evaluation could not be put on disk")]
    Spool(#[source] std::io::Error),
    /// A mistake in Muster, or a stored value that somebody changed.
    #[error("the evaluation failed; please report it: {0}")]
    Internal(String),
}

impl From<rusqlite::Error> for RulesError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Control(ControlError::from(error))
    }
}
