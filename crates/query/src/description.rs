//! What a statement reads and answers, told without running it.

use std::collections::BTreeSet;

use arrow::datatypes::SchemaRef;

use crate::catalog::{Binding, Catalog, Kind, UsedOrigin};

/// What a statement reads and answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Each resource type that is read, by name and way; one that is read in two ways stands there twice.
    pub reads: Vec<Read>,
    /// Tables that are read and show no resource type: `sync_state`, `information_schema.columns`.
    pub system_tables: Vec<String>,
    /// Paths that are read inside elements of JSON lists, whose type cannot be told: `["possession", "required"]`.
    pub inner_paths: Vec<Vec<String>>,
    /// Names and types of the columns of the answer.
    pub columns: SchemaRef,
}

/// One resource type that a statement reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Read {
    /// `okta_user`.
    pub resource_type: String,
    /// By what.
    pub way: ReadWay,
    /// Paths into its documents that no column declares, as the vendor spells them. Only for [`ReadWay::Table`].
    pub document_paths: Vec<Vec<String>>,
}

/// How a resource type comes to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadWay {
    /// `FROM` names its table.
    Table,
    /// `FROM` names its table as it was at a moment.
    Past,
    /// `FROM` names the table of its changes.
    Changes,
    /// A computed column of this other type looks into it, and is null in rows it is not complete for.
    Computed(String),
    /// This other type repeats its documents and reads its columns from it.
    SameAs(String),
}

/// What the uses of tables in a statement read.
pub(crate) fn reads(bindings: &[std::sync::Arc<Binding>], catalog: &Catalog) -> Vec<Read> {
    let mut reads = BTreeSet::new();
    let mut add = |resource_type: &str, way: ReadWay, document_paths: Vec<Vec<String>>| {
        reads.insert(Read {
            resource_type: resource_type.to_owned(),
            way,
            document_paths,
        });
    };
    for binding in bindings {
        let (resource_type, way) = match &binding.table.kind {
            Kind::Current(resource_type) if binding.at.is_some() => (resource_type, ReadWay::Past),
            Kind::Current(resource_type) => (resource_type, ReadWay::Table),
            Kind::Changes(resource_type) => (resource_type, ReadWay::Changes),
            Kind::Rows(_) | Kind::Events(_) => continue,
        };
        add(&resource_type.name, way, binding.document_paths());
        for used in binding.used() {
            match used.origin {
                UsedOrigin::Own(..) => {}
                UsedOrigin::Computed(index) => {
                    if let Some(computed) = resource_type.computed.get(index) {
                        for other in computed
                            .computation
                            .others()
                            .into_iter()
                            .flat_map(|others| &others.resource_types)
                        {
                            let way = ReadWay::Computed(resource_type.name.clone());
                            add(other, way, Vec::new());
                        }
                    }
                }
                UsedOrigin::Elsewhere => {
                    let other = resource_type
                        .same_as
                        .as_ref()
                        .and_then(|same_as| catalog.resource_type(&same_as.resource_type));
                    if let Some(other) = other {
                        let way = ReadWay::SameAs(resource_type.name.clone());
                        add(&other.name, way, Vec::new());
                    }
                }
            }
        }
    }
    reads.into_iter().collect()
}

/// Tables without a resource type, by name.
pub(crate) fn system_tables(bindings: &[std::sync::Arc<Binding>]) -> Vec<String> {
    let names: BTreeSet<String> = bindings
        .iter()
        .filter(|binding| matches!(binding.table.kind, Kind::Rows(_) | Kind::Events(_)))
        .map(|binding| binding.table.name.clone())
        .collect();
    names.into_iter().collect()
}
