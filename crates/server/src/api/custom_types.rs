//! Types of one's own.

use axum::{
    body::Bytes,
    extract::{Path, Query, State},
    http::StatusCode,
};
use muster_custom::{CustomTypes, Definition, Mistake, StoreError, StoredType};
use muster_model::{Integration, TypeState, TypeStatus};
use muster_office::Failure;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{json, value::RawValue};
use utoipa::{IntoParams, ToSchema};

use super::types::{ColumnView, columns};
use crate::{
    access::Caller,
    app::App,
    page::Page,
    problem::{Problem, ProblemDetails},
    reading::{Counted, IntegrationName},
    time::Time,
};

/// A type of one's own.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CustomType)]
pub struct CustomTypeView {
    /// Its table, `hr_person`.
    name: String,
    /// Name for people.
    title: String,
    /// One or two sentences.
    description: String,
    /// The integration its resources belong to.
    integration: IntegrationName,
    /// The properties that tell one resource from another.
    key: Vec<String>,
    /// The property that people know a resource by; the key where it is null.
    label: Option<String>,
    /// The JSON Schema, as it was written.
    #[schema(value_type = Object)]
    schema: Box<RawValue>,
    /// In the order of the schema; members of objects after their object.
    columns: Vec<ColumnView>,
    /// Where secrets are, which are not kept.
    secrets: Vec<String>,
    /// Resources there are.
    resources: u64,
    /// How far it can be believed.
    status: CustomTypeStatus,
    /// What is missing and why.
    reason: Option<String>,
    /// When everything there is was last pushed.
    last_full_push: Option<Time>,
    /// When it was added.
    created_at: Time,
    /// When it was last changed.
    changed_at: Time,
}

/// How far a type of one's own can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CustomTypeStatus {
    /// Everything there is was pushed.
    Complete,
    /// What is missing is not known.
    Incomplete,
}

/// A type to be.
#[derive(Debug, ToSchema)]
#[schema(as = NewCustomType)]
#[expect(dead_code, reason = "describes what Definition reads")]
pub struct NewCustomType {
    /// Its table: source and singular noun, `hr_person`.
    name: String,
    /// Name for people; made of the name unless given.
    title: Option<String>,
    /// One or two sentences.
    description: Option<String>,
    /// The integration it belongs to, by id or name; the only one there is unless given.
    integration: Option<String>,
    /// The properties that tell one resource from another: required strings or integers.
    key: Vec<String>,
    /// The property that people know a resource by.
    label: Option<String>,
    /// A JSON Schema of the dialect 2020-12 with an object at its top.
    #[schema(value_type = Object)]
    schema: serde_json::Value,
}

/// What is written of a type from now on. Name, integration and key stay; where they are given they must be what they are.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomTypeChange {
    name: Option<String>,
    /// Name for people; made of the name unless given.
    title: Option<String>,
    /// One or two sentences.
    description: Option<String>,
    integration: Option<String>,
    key: Option<Vec<String>>,
    /// The property that people know a resource by.
    label: Option<String>,
    /// A JSON Schema of the dialect 2020-12 with an object at its top.
    #[schema(value_type = Object)]
    schema: Box<RawValue>,
}

/// That it is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Confirm {
    /// The type's name once more.
    confirm: Option<String>,
}

/// Types of your own, by name
#[utoipa::path(get, path = "/api/custom-types", tag = "custom data",
    responses((status = 200, body = Page<CustomTypeView>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<CustomTypeView>>, Problem> {
    let shown = app.blocking(|app| views(app, None)).await?;
    Ok(axum::Json(Page::whole(shown)))
}

/// Add a type
#[utoipa::path(post, path = "/api/custom-types", tag = "custom data", request_body = NewCustomType,
    responses((status = 201, body = CustomTypeView), (status = 422, body = ProblemDetails)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    body: Bytes,
) -> Result<(StatusCode, axum::Json<CustomTypeView>), Problem> {
    let definition: Definition = read(&body)?;
    let stored = app.office.define_type(definition, true).await?;
    let name = stored.definition.name;
    note(&app, caller, "type.add", &name).await?;
    Ok((StatusCode::CREATED, view(&app, name).await?))
}

/// One type of your own
#[utoipa::path(get, path = "/api/custom-types/{name}", tag = "custom data", params(("name" = String, Path)),
    responses((status = 200, body = CustomTypeView), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<axum::Json<CustomTypeView>, Problem> {
    view(&app, name).await
}

/// Change a type; its resources stay as they are
#[utoipa::path(put, path = "/api/custom-types/{name}", tag = "custom data", params(("name" = String, Path)),
    request_body = CustomTypeChange,
    responses((status = 200, body = CustomTypeView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<axum::Json<CustomTypeView>, Problem> {
    let wanted = name.clone();
    let before = app
        .read(move |transaction| Ok(CustomTypes(transaction).named(&wanted)?))
        .await?;
    let change: CustomTypeChange = read(&body)?;
    if change.name.is_some_and(|other| other != name) {
        let mistake = Mistake::new(
            "/name",
            "a type keeps its name; define another type for another name",
        );
        return Err(Failure::mistakes("the type cannot be used: 1 mistake", vec![mistake]).into());
    }
    let definition = Definition {
        name: name.clone(),
        title: change.title,
        description: change.description,
        integration: change.integration,
        key: change.key.unwrap_or(before.definition.key),
        label: change.label,
        schema: change.schema,
    };
    app.office.define_type(definition, false).await?;
    note(&app, caller, "type.change", &name).await?;
    view(&app, name).await
}

/// Remove a type with its resources and their history, for good
#[utoipa::path(delete, path = "/api/custom-types/{name}", tag = "custom data", params(("name" = String, Path), Confirm),
    responses((status = 204), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Query(confirm): Query<Confirm>,
) -> Result<StatusCode, Problem> {
    let wanted = name.clone();
    app.read(move |transaction| Ok(CustomTypes(transaction).named(&wanted)?))
        .await?;
    if confirm.confirm.as_deref() != Some(&name) {
        return Err(Problem::invalid_field(
            "confirm",
            format!("this cannot be undone; send `?confirm={name}` if you mean it"),
        ));
    }
    note(&app, caller, "type.delete", &name).await?;
    app.office.delete_type(&name).await?;
    app.signals.evaluate.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// The body as it is written: a schema keeps the order of its properties.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            Problem::invalid(error.to_string())
        } else {
            Problem::malformed(format!("the body is no JSON: {error}"))
        }
    })
}

async fn note(app: &App, caller: Caller, action: &'static str, name: &str) -> Result<(), Problem> {
    let (name, now) = (name.to_owned(), app.now());
    app.write(move |transaction| {
        caller.note(transaction, action, Some(&name), Some(json!({})), now)
    })
    .await
}

async fn view(app: &App, name: String) -> Result<axum::Json<CustomTypeView>, Problem> {
    let shown = app.blocking(move |app| views(app, Some(&name))).await?;
    let only = shown.into_iter().next();
    only.map(axum::Json)
        .ok_or_else(|| Problem::not_found("there is no such type any more"))
}

/// All, or the one of this name. Reads files: not on a thread that serves.
fn views(app: &App, name: Option<&str>) -> Result<Vec<CustomTypeView>, Problem> {
    let counted = app.counts.now(app)?;
    let (stored, integrations, states) = app.database.read(|transaction| {
        let types = CustomTypes(transaction);
        let stored = match name {
            Some(name) => vec![types.named(name)?],
            None => types.all()?,
        };
        let integrations = muster_control::Integrations(transaction).all()?;
        let states = muster_collect::states(transaction).map_err(StoreError::from)?;
        Ok::<_, Problem>((stored, integrations, states))
    })?;
    Ok(stored
        .into_iter()
        .map(|stored| shown(app, stored, &integrations, &states, &counted))
        .collect())
}

fn shown(
    app: &App,
    stored: StoredType,
    integrations: &[Integration],
    states: &[TypeState],
    counted: &Counted,
) -> CustomTypeView {
    let Definition {
        name,
        title,
        description,
        key,
        label,
        schema,
        ..
    } = stored.definition;
    let known = app.office.custom_type(&name).ok();
    let resource_type = known.as_ref().map(|custom| &custom.resource_type);
    let state = states
        .iter()
        .find(|state| state.integration == stored.integration && state.resource_type == name);
    let is_complete = state.is_some_and(|state| state.status == TypeStatus::Complete);
    CustomTypeView {
        title: resource_type
            .map(|of| of.title.clone())
            .or(title)
            .unwrap_or_else(|| name.clone()),
        description: description.unwrap_or_default(),
        integration: IntegrationName::of(&stored.integration, integrations),
        key,
        label,
        schema,
        columns: resource_type.map(|of| columns(of)).unwrap_or_default(),
        secrets: resource_type
            .map(|of| of.redact.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        resources: counted
            .get(&(stored.integration.clone(), name.clone()))
            .copied()
            .unwrap_or(0),
        status: if is_complete {
            CustomTypeStatus::Complete
        } else {
            CustomTypeStatus::Incomplete
        },
        reason: state.and_then(|state| state.reason.clone()),
        last_full_push: state.and_then(|state| state.last_complete).map(Time),
        created_at: Time(stored.created),
        changed_at: Time(stored.changed),
        name,
    }
}
