//! Resources: lists of them, and one with everything about it.

use std::collections::BTreeMap;

use axum::extract::{Query, RawQuery, State};
use muster_model::ResourceType;
use muster_query::{Request, Variable};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{
    changes::{ChangeView, shown},
    resource_filter::{Conditions, Order, path, quoted},
    types::{ColumnKind, ColumnView, columns, titled},
};
use crate::{
    access::Caller,
    app::App,
    page::{Page, PageQuery, number_cursor},
    problem::{Problem, ProblemDetails},
    reading::{self, IntegrationName},
    time::Time,
};

/// A resource in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Whose it is.
    integration: IntegrationName,
    /// With integration and type, what it is.
    key: String,
    /// The name a person knows it by.
    label: String,
    /// When it last changed.
    recorded_at: Time,
    /// By the names of the columns.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
}

/// A page of resources.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResourcePage {
    /// The names in `fields`.
    columns: Vec<ColumnView>,
    /// In the order asked for.
    items: Vec<Row>,
    /// What to send as `cursor` for the rest.
    next: Option<String>,
    /// How many fit on all pages.
    total: u64,
}

/// A resource with everything about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDetail {
    #[serde(flatten)]
    row: Row,
    /// Its type's name.
    #[serde(rename = "type")]
    resource_type: String,
    /// Its type's title.
    title: String,
    /// Its type's columns.
    columns: Vec<ColumnView>,
    /// As the vendor gave it, with secrets replaced.
    #[schema(value_type = Object)]
    document: Value,
    /// What it points at.
    references: Vec<ReferenceView>,
}

/// Something that a resource points at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reference)]
pub struct ReferenceView {
    /// Where in the resource.
    path: String,
    /// What type it is.
    #[serde(rename = "type")]
    resource_type: String,
    /// Which.
    key: String,
    /// What people call it; null when it is not there.
    label: Option<String>,
}

/// Which resources.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResourceFilter {
    /// `okta_user`
    #[serde(rename = "type")]
    #[param(rename = "type")]
    resource_type: String,
    /// Of this integration alone.
    integration: Option<String>,
    /// Words that stand anywhere in the document.
    q: Option<String>,
    /// A column, with `-` before it for the other way round.
    sort: Option<String>,
}

/// One resource.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ResourceName {
    /// `okta_user`
    #[serde(rename = "type")]
    #[param(rename = "type")]
    pub resource_type: String,
    /// The integration's id.
    pub integration: String,
    /// Its key.
    pub key: String,
}

/// Resources of a type
#[utoipa::path(get, path = "/api/resources", tag = "resources", params(ResourceFilter, PageQuery,
        ("filter" = Option<Vec<String>>, Query, description = "`COLUMN:OPERATION:VALUE`, may be given several times; operations: is, not, contains, before, after, empty, present")),
    responses((status = 200, body = ResourcePage), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    RawQuery(raw): RawQuery,
    Query(filter): Query<ResourceFilter>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<ResourcePage>, Problem> {
    let resource_type = reading::resource_type(&app, &filter.resource_type)?;
    let columns: Vec<ColumnView> = columns(&resource_type)
        .into_iter()
        .filter(|column| column.kind != ColumnKind::Object)
        .collect();
    let mut conditions = Conditions::default();
    if let Some(integration) = &filter.integration {
        conditions.add("r._integration = $", integration.as_str().into());
    }
    if let Some(words) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        conditions.add("strpos(lower(r._raw), lower($)) > 0", words.into());
    }
    let pairs = raw.unwrap_or_default();
    for (name, value) in url::form_urlencoded::parse(pairs.as_bytes()) {
        if name == "filter" {
            conditions.filter(&value, &columns)?;
        }
    }
    let order = Order::of(filter.sort.as_deref(), &columns)?;
    let limit = page.limit() as usize;
    let principal = caller.principal();
    let from = format!("FROM {} r", resource_type.name);
    // Counted once: later pages know it from the first.
    let total = match &page.cursor {
        Some(cursor) => {
            let place = order.read(cursor)?;
            let total = place.total;
            order.after(place, &mut conditions)?;
            total
        }
        None => {
            let sql = format!("SELECT count(*) AS n {from}{}", conditions.sql());
            let counted = reading::rows(&app, &principal, conditions.request(sql)).await?;
            let counted = counted.first().and_then(|row| row.get("n"));
            counted.and_then(Value::as_u64).unwrap_or(0)
        }
    };
    let selected: Vec<String> = columns
        .iter()
        .map(|column| format!("{} AS {}", path(&column.name), quoted(&column.name)))
        .collect();
    let sql = format!(
        "SELECT r._key AS \"_key\", r._integration AS \"_integration\", r._recorded_at AS \"_recorded_at\", \
         {label} AS \"_label\", {value} AS \"_value\", {columns} {from}{conditions} ORDER BY {order} LIMIT {more}",
        label = label(&resource_type),
        value = order.value(),
        columns = selected.join(", "),
        conditions = conditions.sql(),
        order = order.sql(),
        more = limit + 1,
    );
    let mut rows = reading::rows(&app, &principal, conditions.request(sql)).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|last| {
        let text = |name: &str| last.get(name).and_then(Value::as_str).unwrap_or_default();
        let value = last.get("_value").cloned().unwrap_or_default();
        order.place(value, text("_integration"), text("_key"), total)
    });
    let integrations = reading::integrations(&app).await?;
    let items = rows
        .into_iter()
        .map(|row| self::row(row, &integrations))
        .collect();
    Ok(axum::Json(ResourcePage {
        columns,
        items,
        next,
        total,
    }))
}

/// One resource with everything about it
#[utoipa::path(get, path = "/api/resource", tag = "resources", params(ResourceName),
    responses((status = 200, body = ResourceDetail), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    caller: Caller,
    Query(name): Query<ResourceName>,
) -> Result<axum::Json<ResourceDetail>, Problem> {
    let (resource_type, title) = titled(&app, &name.resource_type)?;
    let top: Vec<String> = resource_type
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .chain(
            resource_type
                .computed
                .iter()
                .map(|computed| computed.name.as_str()),
        )
        .map(|column| format!("r.{0} AS {0}", quoted(column)))
        .collect();
    let sql = format!(
        "SELECT r._key AS \"_key\", r._integration AS \"_integration\", r._recorded_at AS \"_recorded_at\", \
         {label} AS \"_label\", r._raw AS \"_raw\", {top} FROM {table} r \
         WHERE r._integration = $integration AND r._key = $key",
        label = label(&resource_type),
        top = top.join(", "),
        table = resource_type.name,
    );
    let request = Request::new(sql)
        .with_variable("integration", name.integration.as_str())
        .with_variable("key", name.key.as_str());
    let mut rows = reading::rows(&app, &caller.principal(), request).await?;
    let Some(mut found) = rows.pop() else {
        return Err(Problem::not_found(format!(
            "there is no {title} with the key {}; it may have been removed: look at its changes",
            name.key
        )));
    };
    let document = found.remove("_raw").unwrap_or_default();
    let integrations = reading::integrations(&app).await?;
    let row = row(found, &integrations);
    let references = references(&app, &caller, &resource_type, &name, &row.fields).await?;
    Ok(axum::Json(ResourceDetail {
        columns: columns(&resource_type),
        resource_type: name.resource_type,
        title,
        document,
        references,
        row,
    }))
}

/// What happened to one resource, newest first
#[utoipa::path(get, path = "/api/resource/history", tag = "resources", params(ResourceName, PageQuery),
    responses((status = 200, body = Page<ChangeView>), (status = 404, body = ProblemDetails)))]
pub async fn history(
    State(app): State<App>,
    caller: Caller,
    Query(name): Query<ResourceName>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Page<ChangeView>>, Problem> {
    let resource_type = reading::resource_type(&app, &name.resource_type)?;
    let (offset, limit) = (page.number()?.unwrap_or(0).max(0), i64::from(page.limit()));
    let sql = format!(
        "SELECT c._sequence AS \"sequence\", c.type AS \"kind\", c.resourceId AS \"key\", c.recordedAt AS \"recordedAt\", \
         c.actor AS \"actor\", c.eventType AS \"eventType\", c.fields AS \"fields\", c.before AS \"before\", \
         c.after AS \"after\", c._integration AS \"integration\" FROM {}_changes c \
         WHERE c._integration = $integration AND c.resourceId = $key ORDER BY c._sequence DESC LIMIT {} OFFSET {offset}",
        resource_type.name,
        limit + 1,
    );
    let request = Request::new(sql)
        .with_variable("integration", name.integration.as_str())
        .with_variable("key", name.key.as_str());
    let mut rows = reading::rows(&app, &caller.principal(), request).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let integrations = reading::integrations(&app).await?;
    let items = rows
        .into_iter()
        .filter_map(|row| shown(&resource_type, row, &integrations))
        .collect();
    Ok(axum::Json(Page {
        items,
        next: more.then(|| number_cursor(offset + limit)),
        total: None,
    }))
}

async fn references(
    app: &App,
    caller: &Caller,
    resource_type: &ResourceType,
    name: &ResourceName,
    fields: &Map<String, Value>,
) -> Result<Vec<ReferenceView>, Problem> {
    /// More are not named one by one.
    const NAMED: usize = 200;
    let whole = Value::Object(fields.clone());
    let mut found = Vec::new();
    let mut wanted: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for reference in &resource_type.references {
        for value in reference.path.values(&whole) {
            let Some(key) = value.as_str().filter(|_| found.len() < NAMED) else {
                continue;
            };
            wanted
                .entry(&reference.resource_type)
                .or_default()
                .push(key.into());
            found.push(ReferenceView {
                path: reference.path.to_string(),
                resource_type: reference.resource_type.clone(),
                key: key.to_owned(),
                label: None,
            });
        }
    }
    for (target, keys) in wanted {
        let target = reading::resource_type(app, target)?;
        let sql = format!(
            "SELECT r._key AS \"key\", {} AS \"label\" FROM {} r WHERE r._integration = $integration AND r._key IN ($keys)",
            label(&target),
            target.name
        )
        .replace("IN ($keys)", "IN $keys");
        let request = Request::new(sql)
            .with_variable("integration", name.integration.as_str())
            .with_variable("keys", Variable::Array(keys));
        for row in reading::rows(app, &caller.principal(), request).await? {
            let text = |name: &str| row.get(name).and_then(Value::as_str);
            for reference in &mut found {
                if reference.resource_type == target.name && text("key") == Some(&reference.key) {
                    reference.label = text("label").map(str::to_owned);
                }
            }
        }
    }
    // A value may be the key of one of several types; where it is there, it is that one.
    let known: Vec<(String, String)> = found
        .iter()
        .filter(|reference| reference.label.is_some())
        .map(|reference| (reference.path.clone(), reference.key.clone()))
        .collect();
    found.retain(|reference| {
        reference.label.is_some()
            || !known.contains(&(reference.path.clone(), reference.key.clone()))
    });
    Ok(found)
}

fn row(mut found: Map<String, Value>, integrations: &[muster_model::Integration]) -> Row {
    let mut text = |name: &str| match found.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let (key, integration) = (text("_key"), text("_integration"));
    let (label, recorded_at) = (text("_label"), text("_recorded_at"));
    found.remove("_value");
    let integration = muster_model::IntegrationId::parse(&integration);
    Row {
        integration: integration.map_or(
            IntegrationName {
                id: String::new(),
                name: "deleted".to_owned(),
            },
            |id| IntegrationName::of(&id, integrations),
        ),
        label: if label.is_empty() { key.clone() } else { label },
        key,
        recorded_at: serde_json::from_value(Value::String(recorded_at)).unwrap_or(Time(0)),
        fields: found,
    }
}

/// The expression of the name a person knows a resource by.
fn label(resource_type: &ResourceType) -> String {
    match &resource_type.label {
        Some(label) => format!("CAST({} AS VARCHAR)", path(&label.to_string())),
        None => "r._key".to_owned(),
    }
}
