//! What can be asked about, for editors.

use std::sync::Arc;

use axum::extract::State;
use muster_query::{Function, FunctionKind, Request, Source};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::types::{ColumnKind, ColumnView, columns};
use crate::{access::Caller, app::App, problem::Problem, reading};

/// What an editor completes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Catalogue)]
pub struct CatalogueView {
    /// Tables, resource types first.
    tables: Vec<TableView>,
    /// Functions, by name.
    functions: Vec<FunctionView>,
}

/// A table.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Table)]
pub struct TableView {
    /// As it is written in SQL.
    name: String,
    /// `resource`, `changes` or `system`.
    kind: &'static str,
    /// What it is.
    title: String,
    /// Members of objects after their object.
    columns: Vec<ColumnView>,
}

/// A function that a statement may call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Function)]
pub struct FunctionView {
    /// As it is written in SQL.
    name: String,
    /// What it is computed from.
    kind: FunctionKindName,
    /// How it is called, a way each.
    signatures: Vec<String>,
    /// What it does; empty where nothing is known.
    description: String,
}

/// What a function is computed from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FunctionKind)]
pub enum FunctionKindName {
    /// One row.
    Scalar,
    /// The rows of a group.
    Aggregate,
    /// The rows around a row.
    Window,
}

/// Tables, columns and functions
#[utoipa::path(get, path = "/api/catalogue", tag = "query", responses((status = 200, body = CatalogueView)))]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
) -> Result<axum::Json<CatalogueView>, Problem> {
    let types: Vec<_> = app
        .office
        .catalogue()
        .resource_types()
        .map(|file| Arc::clone(&file.resource_type))
        .collect();
    let mut tables: Vec<TableView> = types
        .iter()
        .map(|resource_type| TableView {
            name: resource_type.name.clone(),
            kind: "resource",
            title: resource_type.description.clone(),
            columns: columns(resource_type).into_iter().chain(meta()).collect(),
        })
        .collect();
    tables.extend(types.iter().map(|resource_type| TableView {
        name: format!("{}_changes", resource_type.name),
        kind: "changes",
        title: format!("What happened to each {}.", resource_type.title),
        columns: change_columns(),
    }));
    for name in ["sync_state", "integration"] {
        tables.push(system_table(&app, &caller, name).await?);
    }
    Ok(axum::Json(CatalogueView {
        tables,
        functions: app
            .engine
            .functions()
            .into_iter()
            .map(FunctionView::from)
            .collect(),
    }))
}

impl From<Function> for FunctionView {
    fn from(function: Function) -> Self {
        Self {
            name: function.name,
            kind: match function.kind {
                FunctionKind::Scalar => FunctionKindName::Scalar,
                FunctionKind::Aggregate => FunctionKindName::Aggregate,
                FunctionKind::Window => FunctionKindName::Window,
            },
            signatures: function.signatures,
            description: function.description,
        }
    }
}

async fn system_table(app: &App, caller: &Caller, name: &str) -> Result<TableView, Problem> {
    let request = Request::new(
        "SELECT column_name AS n, data_type AS t FROM information_schema.columns WHERE table_name = $table",
    )
    .with_variable("table", name);
    let rows = reading::rows(app, &caller.principal(), request).await?;
    let columns = rows.iter().map(|row| {
        let text = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        column(text("n"), kind_of(text("t")))
    });
    Ok(TableView {
        name: name.to_owned(),
        kind: "system",
        title: match name {
            "sync_state" => "How far each type of each integration can be believed.",
            _ => "The connected accounts.",
        }
        .to_owned(),
        columns: columns.collect(),
    })
}

fn kind_of(data_type: &str) -> ColumnKind {
    match data_type.to_lowercase() {
        kind if kind.contains("timestamp") => ColumnKind::Timestamp,
        kind if kind.contains("int") => ColumnKind::Integer,
        kind if kind.contains("bool") => ColumnKind::Boolean,
        kind if kind.contains("list") => ColumnKind::List,
        _ => ColumnKind::String,
    }
}

fn column(name: &str, kind: ColumnKind) -> ColumnView {
    ColumnView {
        name: name.to_owned(),
        kind,
        nullable: true,
        computed: false,
        references: Vec::new(),
    }
}

fn meta() -> impl Iterator<Item = ColumnView> {
    [
        ("_meta", ColumnKind::Object),
        ("_meta.integration", ColumnKind::Object),
        ("_meta.integration.id", ColumnKind::String),
        ("_meta.integration.name", ColumnKind::String),
        ("_meta.integration.tags", ColumnKind::List),
        ("_meta.resource", ColumnKind::String),
        ("_meta.recordedAt", ColumnKind::Timestamp),
        ("resourceId", ColumnKind::String),
        ("_raw", ColumnKind::Json),
    ]
    .into_iter()
    .map(|(name, kind)| column(name, kind))
}

fn change_columns() -> Vec<ColumnView> {
    [
        ("type", ColumnKind::String),
        ("resourceId", ColumnKind::String),
        ("recordedAt", ColumnKind::Timestamp),
        ("actor", ColumnKind::Object),
        ("actor.id", ColumnKind::String),
        ("actor.kind", ColumnKind::String),
        ("actor.name", ColumnKind::String),
        ("eventType", ColumnKind::String),
        ("fields", ColumnKind::List),
        ("before", ColumnKind::Json),
        ("after", ColumnKind::Json),
        ("_meta.integration.name", ColumnKind::String),
    ]
    .into_iter()
    .map(|(name, kind)| column(name, kind))
    .collect()
}

/// Everything as it is now, to be asked.
pub async fn source(app: &App) -> Result<Arc<dyn Source>, Problem> {
    app.blocking(|app| Ok(Arc::new(app.register.now()?) as Arc<dyn Source>))
        .await
}
