use muster_model::IntegrationId;

use crate::request::TypeProgress;

/// Something that just happened here, for whoever watches. Watching is optional: what matters is in the folder.
#[derive(Debug, Clone)]
pub enum Notice {
    /// An integration was added, changed or deleted.
    Integrations,
    /// A run has begun.
    Begun(IntegrationId),
    /// How far a run has come.
    Progress(IntegrationId, Vec<TypeProgress>),
    /// New events stand in an integration's log.
    AuditEvents(IntegrationId),
    /// Something that an event named was read again.
    Reread(IntegrationId),
    /// A type was added, changed or deleted.
    Types,
    /// Resources of a type were pushed.
    Pushed(IntegrationId, String),
    /// A run has ended, however it did.
    Ended(IntegrationId),
}
