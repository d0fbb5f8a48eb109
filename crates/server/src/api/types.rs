//! The types there are.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::{Query, State};
use muster_model::{ColumnType, ResourceType};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{app::App, page::Page, problem::Problem, reading};

/// What kind of values a column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    String,
    Integer,
    Number,
    Boolean,
    Timestamp,
    Json,
    List,
    Object,
}

/// One column, or one member of a structured column.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Column)]
pub struct ColumnView {
    /// As it is written in SQL; members behind dots.
    pub name: String,
    /// What kind of values it has.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// Whether the vendor may leave it out.
    pub nullable: bool,
    /// Whether its value lives in another resource.
    pub computed: bool,
    /// The types it is the key of.
    pub references: Vec<String>,
}

/// A type of resource, and how many there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ResourceType)]
pub struct TypeView {
    /// `okta_user`
    name: String,
    /// `Okta User`
    title: String,
    /// One or two sentences.
    description: String,
    /// `okta`
    provider: String,
    /// Resources there are.
    resources: u64,
    /// The columns people know a resource by.
    label: Option<String>,
    /// In declared order; members of objects after their object.
    columns: Vec<ColumnView>,
    /// By integration.
    integrations: Vec<TypeCount>,
}

/// How many resources of a type an integration has.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeCount {
    /// The integration's.
    id: String,
    /// Resources there are.
    resources: u64,
}

/// Which types.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TypeFilter {
    /// Counts of this integration alone.
    integration: Option<String>,
}

/// The types there are, with how many resources
#[utoipa::path(get, path = "/api/types", tag = "resources", params(TypeFilter), responses((status = 200, body = Page<TypeView>)))]
pub async fn list(
    State(app): State<App>,
    Query(filter): Query<TypeFilter>,
) -> Result<axum::Json<Page<TypeView>>, Problem> {
    let counted = app.blocking(|app| app.counts.now(app)).await?;
    let mut by_type: BTreeMap<&str, Vec<TypeCount>> = BTreeMap::new();
    for ((integration, resource_type), count) in counted.iter() {
        let wanted = filter
            .integration
            .as_ref()
            .is_none_or(|id| id == integration.as_str());
        if wanted {
            by_type.entry(resource_type).or_default().push(TypeCount {
                id: integration.to_string(),
                resources: *count,
            });
        }
    }
    let catalogue = app.office.catalogue();
    let types = catalogue.resource_types().map(|file| {
        let resource_type = &file.resource_type;
        let integrations = by_type
            .remove(resource_type.name.as_str())
            .unwrap_or_default();
        TypeView {
            name: resource_type.name.clone(),
            title: resource_type.title.clone(),
            description: resource_type.description.clone(),
            provider: resource_type.provider.clone(),
            resources: integrations.iter().map(|count| count.resources).sum(),
            label: resource_type.label.as_ref().map(ToString::to_string),
            columns: columns(resource_type),
            integrations,
        }
    });
    Ok(axum::Json(Page::whole(types.collect())))
}

/// Every column of a type, members of objects after their object.
pub fn columns(resource_type: &ResourceType) -> Vec<ColumnView> {
    let mut found = Vec::new();
    for column in &resource_type.columns {
        visit(
            &column.name,
            &column.column_type,
            column.required,
            &mut |name, kind, required| {
                found.push(ColumnView {
                    references: references(resource_type, &name),
                    name,
                    kind,
                    nullable: !required,
                    computed: false,
                });
            },
        );
    }
    for computed in &resource_type.computed {
        found.push(ColumnView {
            name: computed.name.clone(),
            kind: kind(&computed.column_type),
            nullable: true,
            computed: true,
            references: Vec::new(),
        });
    }
    found
}

fn visit(
    name: &str,
    column_type: &ColumnType,
    required: bool,
    found: &mut impl FnMut(String, ColumnKind, bool),
) {
    found(name.to_owned(), kind(column_type), required);
    if let ColumnType::Struct(members) = column_type {
        for member in members {
            let name = format!("{name}.{}", member.name);
            visit(&name, &member.column_type, member.required, found);
        }
    }
}

fn references(resource_type: &ResourceType, name: &str) -> Vec<String> {
    resource_type
        .references
        .iter()
        .filter(|reference| reference.path.to_string() == name)
        .map(|reference| reference.resource_type.clone())
        .collect()
}

fn kind(column_type: &ColumnType) -> ColumnKind {
    match column_type {
        ColumnType::String => ColumnKind::String,
        ColumnType::Boolean => ColumnKind::Boolean,
        ColumnType::Integer => ColumnKind::Integer,
        ColumnType::Number => ColumnKind::Number,
        ColumnType::Timestamp => ColumnKind::Timestamp,
        ColumnType::Json => ColumnKind::Json,
        ColumnType::Struct(_) => ColumnKind::Object,
        ColumnType::List(_) => ColumnKind::List,
    }
}

/// The type of this name and what it is called.
pub fn titled(app: &App, name: &str) -> Result<(Arc<ResourceType>, String), Problem> {
    let resource_type = reading::resource_type(app, name)?;
    let title = resource_type.title.clone();
    Ok((resource_type, title))
}
