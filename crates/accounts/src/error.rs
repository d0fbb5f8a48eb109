use muster_control::ControlError;

use crate::Role;

/// Why something about accounts was not done, by what to do about it. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Something typed cannot be taken.
    #[error("{reason}")]
    Invalid {
        /// Which member.
        field: &'static str,
        /// What is wrong and what to write instead.
        reason: String,
    },
    /// The address belongs to somebody.
    #[error("somebody with the address {0} is there already")]
    EmailTaken(String),
    /// No such user.
    #[error("there is no such user")]
    NoUser,
    /// No such key.
    #[error("there is no such key")]
    NoKey,
    /// The link was used, has expired or was replaced.
    #[error("this link does not work any more; ask for a new one")]
    NoInvitation,
    /// Address and password do not belong together.
    #[error("that address and password do not belong together")]
    WrongPassword,
    /// Without this owner nobody could manage owners.
    #[error("this is the only owner; make somebody else an owner first")]
    LastOwner,
    /// A role may not be given or touched by somebody below it.
    #[error("only an owner can do this to somebody who is {0}")]
    AboveYou(Role),
    /// The database said no.
    #[error(transparent)]
    Control(#[from] ControlError),
}

impl From<rusqlite::Error> for AccountError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Control(error.into())
    }
}
