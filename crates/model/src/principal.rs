use crate::IntegrationId;

/// Whoever asks. Every entry of `query`, `search` and `graph` takes one: it decides which types and which
/// integrations exist for that question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Principal {
    /// Whoever holds the data folder: the command line, and the owner in the user interface. Sees all.
    Owner,
    /// Someone who may read only these.
    Limited {
        /// Who, for the audit log.
        name: String,
        /// Names of the resource types that may be read.
        resource_types: Vec<String>,
        /// Integrations whose rows may be read.
        integrations: Vec<IntegrationId>,
    },
}

impl Principal {
    /// Whether tables of this type exist for the principal.
    pub fn may_read_type(&self, resource_type: &str) -> bool {
        match self {
            Self::Owner => true,
            Self::Limited { resource_types, .. } => resource_types
                .iter()
                .any(|permitted| permitted == resource_type),
        }
    }

    /// Whether rows of this integration exist for the principal.
    pub fn may_read_integration(&self, integration: &IntegrationId) -> bool {
        match self {
            Self::Owner => true,
            Self::Limited { integrations, .. } => integrations.contains(integration),
        }
    }
}
