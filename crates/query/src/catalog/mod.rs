//! The tables a principal may ask about, and what the words of a statement mean in them.

mod binding;
mod information;
mod resolve;
mod shape;
mod state;
mod table;

use std::sync::Arc;

use muster_model::{Integration, Principal, ResourceType};

pub(crate) use binding::{Binding, UsedOrigin};
pub(crate) use resolve::{PathProblem, Resolved, resolve_inside, same_name};
pub(crate) use shape::{Member, Shape, is_json, json_field, type_text};
pub(crate) use table::{
    ACTOR, ACTOR_NAME, EVENT, EVENT_TYPE, INTEGRATION, IntegrationFact, KEY, Kind, Origin, Table,
};

use crate::{AuditTable, QueryError, Source};

const CHANGES: &str = "_changes";
/// All logs together.
const AUDIT_EVENT: &str = "audit_event";

/// What exists for one principal.
pub(crate) struct Catalog {
    pub source: Arc<dyn Source>,
    /// Permitted types, in the source's order.
    pub types: Vec<Arc<ResourceType>>,
    /// Permitted integrations.
    pub integrations: Vec<Integration>,
    /// Names of permitted logs.
    logs: Vec<String>,
}

/// A table's name as written, without regard to case: `okta_user`, `information_schema.tables`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Builtin {
    SyncState,
    Integration,
    Tables,
    Columns,
}

const BUILTIN: [(&str, Builtin); 4] = [
    ("sync_state", Builtin::SyncState),
    ("integration", Builtin::Integration),
    ("information_schema.tables", Builtin::Tables),
    ("information_schema.columns", Builtin::Columns),
];

impl Catalog {
    pub fn new(principal: &Principal, source: Arc<dyn Source>) -> Self {
        let types = source
            .resource_types()
            .iter()
            .filter(|resource_type| principal.may_read_type(&resource_type.name))
            .cloned()
            .collect();
        let integrations = source
            .integrations()
            .iter()
            .filter(|integration| principal.may_read_integration(&integration.id))
            .cloned()
            .collect();
        let logs = source
            .audit_tables()
            .iter()
            .map(|log| log.name.clone())
            .filter(|name| principal.may_read_type(name))
            .collect();
        Self {
            source,
            types,
            integrations,
            logs,
        }
    }

    /// The table of this name, ignoring case.
    pub fn table(&self, name: &str) -> Result<Option<Arc<Table>>, QueryError> {
        if let Some((_, builtin)) = BUILTIN.iter().find(|(builtin, _)| same_name(builtin, name)) {
            return Ok(Some(Arc::new(match builtin {
                Builtin::SyncState => state::sync_state(self)?,
                Builtin::Integration => state::integration(self)?,
                Builtin::Tables => information::tables(self)?,
                Builtin::Columns => information::columns(self)?,
            })));
        }
        if let Some(table) = self.audit_table(name) {
            return Ok(Some(Arc::new(table)));
        }
        if let Some(resource_type) = self.resource_type(name) {
            return Ok(Some(Arc::new(Table::current(resource_type))));
        }
        let split = name.len().saturating_sub(CHANGES.len());
        let of_changes = name
            .get(split..)
            .filter(|suffix| suffix.eq_ignore_ascii_case(CHANGES))
            .and_then(|_| self.resource_type(&name[..split]));
        Ok(of_changes.map(|resource_type| Arc::new(Table::changes(resource_type))))
    }

    /// The table of one log, or of all of them.
    fn audit_table(&self, name: &str) -> Option<Table> {
        if same_name(AUDIT_EVENT, name) {
            let logs: Vec<AuditTable> = self.audit_tables().cloned().collect();
            let what = "Every entry of the vendors' own logs.";
            return (!logs.is_empty()).then(|| Table::events(AUDIT_EVENT, what, logs));
        }
        let log = self.audit_tables().find(|log| same_name(&log.name, name))?;
        Some(Table::events(
            &log.name,
            &log.description,
            vec![log.clone()],
        ))
    }

    /// The permitted logs.
    pub fn audit_tables(&self) -> impl Iterator<Item = &AuditTable> {
        let all = self.source.audit_tables().iter();
        all.filter(|log| self.logs.contains(&log.name))
    }

    /// The permitted integrations that have one of these logs.
    pub fn logging<'a>(&'a self, logs: &'a [AuditTable]) -> impl Iterator<Item = &'a Integration> {
        let has_one = |integration: &&Integration| {
            logs.iter().any(|log| log.provider == integration.provider)
        };
        self.integrations.iter().filter(has_one)
    }

    /// The permitted type of this name, ignoring case.
    pub fn resource_type(&self, name: &str) -> Option<&Arc<ResourceType>> {
        self.types
            .iter()
            .find(|resource_type| same_name(&resource_type.name, name))
    }

    /// Every table there is, for suggestions.
    pub fn names(&self) -> Vec<String> {
        self.types
            .iter()
            .flat_map(|resource_type| {
                [
                    resource_type.name.clone(),
                    format!("{}{CHANGES}", resource_type.name),
                ]
            })
            .chain(self.audit_tables().map(|log| log.name.clone()))
            .chain(self.audit_tables().next().map(|_| AUDIT_EVENT.to_owned()))
            .chain(BUILTIN.iter().map(|(name, _)| (*name).to_owned()))
            .collect()
    }

    /// Integrations whose rows a type can have.
    pub fn integrations_of<'a>(
        &'a self,
        resource_type: &'a ResourceType,
    ) -> impl Iterator<Item = &'a Integration> {
        self.integrations
            .iter()
            .filter(|integration| integration.provider == resource_type.provider)
    }
}
