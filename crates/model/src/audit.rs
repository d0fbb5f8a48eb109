/// One entry of a vendor's own log. Times are milliseconds since 1970 in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditEvent {
    /// The vendor's id for it; the same event is never kept twice.
    pub id: String,
    /// When it happened, as the vendor says.
    pub time: i64,
    /// What the vendor calls what happened: `user.lifecycle.deactivate`.
    pub activity: String,
    /// The verb in it: `deactivate`.
    pub action: Option<String>,
    /// How it ended: `SUCCESS`, `FAILURE`, ...
    pub outcome: Option<String>,
    /// Who did it.
    pub actor: Party,
    /// What it was done to; the first where there are several.
    pub target: Party,
    /// From which address.
    pub ip: Option<String>,
    /// From where, in words.
    pub location: Option<String>,
    /// The whole event as the vendor wrote it.
    pub document: String,
}

/// Who, or what, an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// The vendor's id.
    pub id: Option<String>,
    /// What the vendor calls its kind: `User`.
    pub kind: Option<String>,
    /// The name a person knows it by.
    pub name: Option<String>,
}
