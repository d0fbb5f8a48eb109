use std::sync::Arc;

use arrow::{array::RecordBatch, datatypes::DataType};
use muster_model::{Computation, OrganisationFact, ResourceType};

use super::shape::{Member, Shape, fields_of};
use crate::{AuditTable, suggestion::near};

/// One table: what `FROM` can name.
#[derive(Debug)]
pub(crate) struct Table {
    /// As it is written in the documentation.
    pub name: String,
    /// For people.
    pub description: String,
    pub kind: Kind,
    pub columns: Vec<TableColumn>,
    /// Objects of the document that are kept as JSON columns of their own: (path, column).
    pub hot: Vec<(Vec<String>, String)>,
}

/// Where a table's rows come from.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Resources as they are now, or were at a moment.
    Current(Arc<ResourceType>),
    /// Their changes.
    Changes(Arc<ResourceType>),
    /// Rows at hand.
    Rows(RecordBatch),
    /// Entries of these logs.
    Events(Vec<AuditTable>),
}

/// One column of a table.
#[derive(Debug)]
pub(crate) struct TableColumn {
    pub member: Member,
    /// Not in `SELECT *`.
    pub hidden: bool,
    pub origin: Origin,
}

/// How a column's values are had.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    /// Under this name in the rows.
    Stored(String),
    /// The same in every row of an integration.
    Integration(IntegrationFact),
    /// Made of others.
    Struct(Vec<(String, Origin)>),
    /// The computed column of this index, from another type's rows.
    Computed(usize),
    /// The other type's column of the same name, for a type with `same_as`.
    Elsewhere,
}

/// What a row's `_meta.integration` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntegrationFact {
    Id,
    Name,
    Tags,
    OrganisationId,
    OrganisationName,
}

/// The hidden column with the document.
pub(crate) const RAW: &str = "_raw";
/// The hidden column with the resource key.
pub(crate) const KEY: &str = "_key";
/// Who made a change, and the column with their name, or their id where they have none.
pub(crate) const ACTOR: &str = "actor";
pub(crate) const ACTOR_NAME: &str = "_actor";
/// What the vendor's log calls a change, and the id of its event.
pub(crate) const EVENT_TYPE: &str = "eventType";
pub(crate) const EVENT: &str = "_event";
/// The hidden column with the integration's id.
pub(crate) const INTEGRATION: &str = "_integration";

impl Table {
    /// The resources of a type.
    pub fn current(resource_type: &Arc<ResourceType>) -> Self {
        let own_columns = own_columns(resource_type);
        let is_own = |name: &str| {
            resource_type.same_as.is_none() || own_columns.iter().any(|own| own == name)
        };
        let stored_or_elsewhere = |name: &str| match is_own(name) {
            true => Origin::Stored(name.to_owned()),
            false => Origin::Elsewhere,
        };
        let declared = |name: &str| {
            resource_type
                .columns
                .iter()
                .any(|column| column.name.eq_ignore_ascii_case(name))
        };

        let mut columns = Vec::new();
        for parent_column in resource_type
            .parent
            .iter()
            .flat_map(|parent| &parent.columns)
        {
            if !declared(parent_column) {
                columns.push(TableColumn::visible(
                    Member::new(parent_column, Shape::text()),
                    Origin::Stored(parent_column.clone()),
                ));
            }
        }
        for column in &resource_type.columns {
            columns.push(TableColumn::visible(
                Member::from_column(column),
                stored_or_elsewhere(&column.name),
            ));
        }
        for (index, computed) in resource_type.computed.iter().enumerate() {
            columns.push(TableColumn::visible(
                Member::new(
                    &computed.name,
                    Shape::from_column_type(&computed.column_type),
                ),
                match computed.computation {
                    Computation::Organisation(OrganisationFact::Id) => {
                        Origin::Integration(IntegrationFact::OrganisationId)
                    }
                    Computation::Organisation(OrganisationFact::Name) => {
                        Origin::Integration(IntegrationFact::OrganisationName)
                    }
                    Computation::Exists(_) | Computation::List { .. } => Origin::Computed(index),
                },
            ));
        }
        columns.push(meta("_key", "_recorded_at", Vec::new()));
        for name in [KEY, "resourceId"] {
            columns.push(TableColumn::hidden(name, Shape::text(), KEY));
        }
        columns.push(integration_id());
        columns.push(TableColumn::hidden(
            "_sequence",
            Shape::Value(DataType::UInt64),
            "_sequence",
        ));
        columns.push(TableColumn::hidden(
            "_recorded_at",
            Shape::timestamp(),
            "_recorded_at",
        ));
        let mut hot = Vec::new();
        for path in resource_type.hot.iter().filter_map(fields_of) {
            let Some(top) = path.first() else { continue };
            let name = format!("_hot_{top}");
            columns.push(TableColumn {
                member: Member::new(&name, Shape::Json),
                hidden: true,
                origin: stored_or_elsewhere(&name),
            });
            hot.push((path, name));
        }
        columns.push(TableColumn {
            member: Member::new(RAW, Shape::Json),
            hidden: true,
            origin: stored_or_elsewhere(RAW),
        });
        Self {
            name: resource_type.name.clone(),
            description: resource_type.description.clone(),
            kind: Kind::Current(Arc::clone(resource_type)),
            columns,
            hot,
        }
    }

    /// The changes of a type.
    pub fn changes(resource_type: &Arc<ResourceType>) -> Self {
        let stored = |name: &str, shape: Shape| {
            TableColumn::visible(Member::new(name, shape), Origin::Stored(name.to_owned()))
        };
        Self {
            name: format!("{}_changes", resource_type.name),
            description: format!("Every change of {}.", resource_type.title),
            kind: Kind::Changes(Arc::clone(resource_type)),
            columns: vec![
                stored("type", Shape::text()),
                stored("resourceId", Shape::text()),
                stored("recordedAt", Shape::timestamp()),
                stored(ACTOR, party()),
                stored(EVENT_TYPE, Shape::text()),
                stored("fields", Shape::List(Box::new(Shape::text()))),
                stored("before", Shape::Json),
                stored("after", Shape::Json),
                meta(
                    "resourceId",
                    "recordedAt",
                    vec![("actor", ACTOR_NAME), ("type", EVENT_TYPE), ("id", EVENT)],
                ),
                TableColumn::hidden("_sequence", Shape::Value(DataType::UInt64), "_sequence"),
                integration_id(),
            ],
            hot: Vec::new(),
        }
    }

    /// The entries of vendors' own logs.
    pub fn events(name: &str, description: &str, logs: Vec<AuditTable>) -> Self {
        let column = |name: &str, shape: Shape, stored: &str| {
            TableColumn::visible(Member::new(name, shape), Origin::Stored(stored.to_owned()))
        };
        let text = |name: &str, stored: &str| column(name, Shape::text(), stored);
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            kind: Kind::Events(logs),
            columns: vec![
                column("time", Shape::timestamp(), "time"),
                TableColumn::visible(
                    Member::new("integration", Shape::text()),
                    Origin::Integration(IntegrationFact::Name),
                ),
                text("log", "log"),
                text("activity", "activity"),
                text("action", "action"),
                text("outcome", "outcome"),
                text("actor", "actor"),
                text("actorType", "actor_type"),
                text("actorId", "actor_id"),
                text("target", "target"),
                text("targetType", "target_type"),
                text("targetId", "target_id"),
                text("ip", "ip"),
                text("location", "location"),
                text("id", "id"),
                column("receivedAt", Shape::timestamp(), "received_at"),
                column("event", Shape::Json, "event"),
                TableColumn::hidden("_sequence", Shape::Value(DataType::Int64), "sequence"),
                integration_id(),
            ],
            hot: Vec::new(),
        }
    }

    /// A table whose rows are at hand.
    pub fn rows(name: &str, description: &str, rows: RecordBatch) -> Self {
        let columns = rows
            .schema()
            .fields()
            .iter()
            .map(|field| {
                TableColumn::visible(
                    Member::new(field.name(), Shape::from_field(field)),
                    Origin::Stored(field.name().clone()),
                )
            })
            .collect();
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            kind: Kind::Rows(rows),
            columns,
            hot: Vec::new(),
        }
    }

    /// The paths of visible members that are named like `word`, nearest first, for suggestions.
    pub fn near_members(&self, word: &str) -> Vec<String> {
        let mut paths = Vec::new();
        for column in self.columns.iter().filter(|column| !column.hidden) {
            if column.member.name != "_meta" {
                collect(&column.member, "", &mut paths);
            }
        }
        let names: Vec<&str> = paths.iter().map(|(name, _)| name.as_str()).collect();
        near(word, names)
            .into_iter()
            .flat_map(|name| paths.iter().filter(move |(other, _)| other == name))
            .map(|(_, path)| path.clone())
            .collect()
    }

    /// The type whose rows the table shows.
    pub fn resource_type(&self) -> Option<&Arc<ResourceType>> {
        match &self.kind {
            Kind::Current(resource_type) | Kind::Changes(resource_type) => Some(resource_type),
            Kind::Rows(_) | Kind::Events(_) => None,
        }
    }
}

impl TableColumn {
    fn visible(member: Member, origin: Origin) -> Self {
        Self {
            member,
            hidden: false,
            origin,
        }
    }

    fn hidden(name: &str, shape: Shape, stored: &str) -> Self {
        Self {
            member: Member::new(name, shape),
            hidden: true,
            origin: Origin::Stored(stored.to_owned()),
        }
    }
}

/// The members inside a structured value: (name, path).
fn collect(member: &Member, before: &str, paths: &mut Vec<(String, String)>) {
    let path = match before.is_empty() {
        true => member.name.clone(),
        false => format!("{before}.{}", member.name),
    };
    if let Shape::Struct(members) = &member.shape {
        for member in members {
            collect(member, &path, paths);
        }
    }
    if !before.is_empty() {
        paths.push((member.name.clone(), path));
    }
}

/// The columns of a type with `same_as` that are read from its own key, not from the other resource.
fn own_columns(resource_type: &ResourceType) -> Vec<String> {
    let parents = resource_type
        .parent
        .iter()
        .flat_map(|parent| parent.columns.iter().cloned());
    let keys = resource_type.key.iter().filter_map(|path| {
        let path = fields_of(path)?;
        resource_type
            .columns
            .iter()
            .find(|column| fields_of(&column.from).as_ref() == Some(&path))
            .map(|column| column.name.clone())
    });
    let joined = resource_type
        .same_as
        .iter()
        .map(|same_as| same_as.column.clone());
    parents.chain(keys).chain(joined).collect()
}

fn integration_id() -> TableColumn {
    TableColumn {
        member: Member::new(INTEGRATION, Shape::text()),
        hidden: true,
        origin: Origin::Integration(IntegrationFact::Id),
    }
}

/// Somebody, as an event of a vendor's log names them.
fn party() -> Shape {
    let text = |name: &str| Member::new(name, Shape::text());
    Shape::Struct(vec![text("id"), text("kind"), text("name")])
}

/// The column `_meta`, made of the columns that hold its parts. `event` is what it says of the event behind a row, as
/// (member, column): only changes have that.
fn meta(key: &str, recorded_at: &str, event: Vec<(&str, &str)>) -> TableColumn {
    let stored = |name: &str| Origin::Stored(name.to_owned());
    let integration = |fact| Origin::Integration(fact);
    let mut members = vec![
        Member::new(
            "integration",
            Shape::Struct(vec![
                Member::new("id", Shape::text()),
                Member::new("name", Shape::text()),
                Member::new("tags", Shape::List(Box::new(Shape::text()))),
            ]),
        ),
        Member::new("resource", Shape::text()),
        Member::new("recordedAt", Shape::timestamp()),
    ];
    let mut origins = vec![
        (
            "integration".to_owned(),
            Origin::Struct(vec![
                ("id".to_owned(), integration(IntegrationFact::Id)),
                ("name".to_owned(), integration(IntegrationFact::Name)),
                ("tags".to_owned(), integration(IntegrationFact::Tags)),
            ]),
        ),
        ("resource".to_owned(), stored(key)),
        ("recordedAt".to_owned(), stored(recorded_at)),
    ];
    if !event.is_empty() {
        let shapes = event
            .iter()
            .map(|(name, _)| Member::new(name, Shape::text()));
        members.push(Member::new("event", Shape::Struct(shapes.collect())));
        let stored = event
            .iter()
            .map(|(name, column)| ((*name).to_owned(), stored(column)));
        origins.push(("event".to_owned(), Origin::Struct(stored.collect())));
    }
    TableColumn::visible(
        Member::new("_meta", Shape::Struct(members)),
        Origin::Struct(origins),
    )
}
