use muster_control::ControlError;
use muster_ledger::LedgerError;
use muster_outbound::OutboundError;
use muster_rules::RulesError;

/// What can go wrong with alerts, by what to do about it. A delivery that fails is none of these: it is in the history.
#[derive(Debug, thiserror::Error)]
pub enum AlertsError {
    /// There is no such channel.
    #[error("there is no channel `{0}`; it may have been deleted")]
    NoChannel(String),
    /// There is no such alert.
    #[error("there is no alert `{0}`; it may have been deleted")]
    NoAlert(String),
    /// There is no such delivery.
    #[error("there is no delivery `{0}`; old ones are forgotten")]
    NoDelivery(String),
    /// The name is taken: choose another.
    #[error("the name `{0}` is taken; choose another")]
    NameTaken(String),
    /// The channel is named by alerts: take it out of them first.
    #[error("{} the channel `{channel}`; take it out there first, or switch the channel off", used_by(.alerts))]
    InUse {
        /// The channel's name.
        channel: String,
        /// Names of the alerts.
        alerts: Vec<String>,
    },
    /// It cannot be done as things are; in words.
    #[error("{0}")]
    Refused(String),
    /// What was entered cannot be used: every field that is wrong.
    #[error("{}", in_words(.0))]
    Invalid(Vec<FieldProblem>),
    /// The place in the list is none that was given out: begin at the beginning.
    #[error("this place in the list is not known; begin at its beginning")]
    BadCursor,
    /// The control file said no.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// Changes could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The history of findings could not be read.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// No client could be made to send with.
    #[error(transparent)]
    Outbound(#[from] OutboundError),
    /// A stored value cannot be understood.
    #[error("the control file holds an alert, channel or delivery that cannot be understood: {0}")]
    Corrupt(String),
    /// Work in the background ended early.
    #[error("sending was stopped before it was done; nothing is lost")]
    Stopped,
}

/// One field that cannot be used as it was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Its name, as in the form; `name`, `kind`, `channels`, ... for what every form has.
    pub field: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl FieldProblem {
    /// A problem with one field.
    pub fn new(field: &str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            message: message.into(),
        }
    }
}

impl AlertsError {
    pub(crate) fn database(error: rusqlite::Error) -> Self {
        Self::Control(ControlError::Database(error))
    }
}

impl From<rusqlite::Error> for AlertsError {
    fn from(error: rusqlite::Error) -> Self {
        Self::database(error)
    }
}

fn used_by(alerts: &[String]) -> String {
    match alerts {
        [one] => format!("the alert `{one}` uses"),
        many => format!("the alerts `{}` use", many.join("`, `")),
    }
}

fn in_words(problems: &[FieldProblem]) -> String {
    let each: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.field, problem.message))
        .collect();
    each.join("; ")
}
