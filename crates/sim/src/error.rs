//! What keeps a stand-in from running.

/// Why a stand-in could not be started or went down.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// A flag does not make sense.
    #[error("{flag}: {problem}")]
    Option {
        /// The flag, as typed.
        flag: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The network would not let it.
    #[error("could not listen or answer")]
    Network(#[from] std::io::Error),
}

impl SimError {
    pub(crate) fn option(flag: &'static str, problem: impl Into<String>) -> Self {
        Self::Option {
            flag,
            problem: problem.into(),
        }
    }
}
