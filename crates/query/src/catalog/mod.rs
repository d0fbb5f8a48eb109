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
pub(crate) use table::{INTEGRATION, IntegrationFact, KEY, Kind, Origin, Table};

use crate::{QueryError, Source};

const CHANGES: &str = "_changes";

/// What exists for one principal.
pub(crate) struct Catalog {
    pub source: Arc<dyn Source>,
    /// Permitted types, in the source's order.
    pub types: Vec<Arc<ResourceType>>,
    /// Permitted integrations.
    pub integrations: Vec<Integration>,
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
        Self {
            source,
            types,
            integrations,
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
