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
    let order = order(filter.sort.as_deref(), &columns)?;
    let (offset, limit) = (page.number()?.unwrap_or(0).max(0), i64::from(page.limit()));
    let selected: Vec<String> = columns
        .iter()
        .map(|column| format!("{} AS {}", path(&column.name), quoted(&column.name)))
        .collect();
    let from = format!("FROM {} r{}", resource_type.name, conditions.sql());
    let sql = format!(
        "SELECT r._key AS \"_key\", r._integration AS \"_integration\", r._recorded_at AS \"_recorded_at\", \
         {label} AS \"_label\", {columns} {from} ORDER BY {order}r._integration, r._key LIMIT {more} OFFSET {offset}",
        label = label(&resource_type),
        columns = selected.join(", "),
        more = limit + 1,
    );
    let principal = caller.principal();
    let ask = |sql: String| Request {
        variables: conditions.variables.clone(),
        ..Request::new(sql)
    };
    let mut rows = reading::rows(&app, &principal, ask(sql)).await?;
    let total = reading::rows(
        &app,
        &principal,
        ask(format!("SELECT count(*) AS n {from}")),
    )
    .await?;
    let total = total
        .first()
        .and_then(|row| row.get("n"))
        .and_then(Value::as_u64)
        .unwrap_or(0);
    let more = rows.len() as i64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let integrations = reading::integrations(&app).await?;
    let items = rows
        .into_iter()
        .map(|row| self::row(row, &integrations))
        .collect();
    Ok(axum::Json(ResourcePage {
        columns,
        items,
        next: more.then(|| number_cursor(offset + limit)),
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

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A declared column or member, as SQL.
fn path(name: &str) -> String {
    let parts: Vec<String> = name.split('.').map(quoted).collect();
    format!("r.{}", parts.join("."))
}

fn order(sort: Option<&str>, columns: &[ColumnView]) -> Result<String, Problem> {
    let Some(sort) = sort.filter(|sort| !sort.is_empty()) else {
        return Ok(String::new());
    };
    let (name, direction) = match sort.strip_prefix('-') {
        Some(name) => (name, "DESC"),
        None => (sort, "ASC"),
    };
    let column = column(name, columns)?;
    let by = match column.kind {
        ColumnKind::Json | ColumnKind::List => format!("CAST({} AS VARCHAR)", path(name)),
        _ => path(name),
    };
    Ok(format!("{by} {direction} NULLS LAST, "))
}

fn column<'a>(name: &str, columns: &'a [ColumnView]) -> Result<&'a ColumnView, Problem> {
    columns
        .iter()
        .find(|column| column.name == name)
        .ok_or_else(|| {
            Problem::invalid(format!("there is no column `{name}` to filter or sort by"))
        })
}

/// What is asked for, with values as variables: nothing that was typed becomes SQL.
#[derive(Default)]
struct Conditions {
    all: Vec<String>,
    variables: BTreeMap<String, Variable>,
}

impl Conditions {
    /// A condition with `$` where the value goes.
    fn add(&mut self, condition: &str, value: Variable) {
        let name = format!("v{}", self.variables.len());
        self.all.push(condition.replace('$', &format!("${name}")));
        self.variables.insert(name, value);
    }

    fn filter(&mut self, written: &str, columns: &[ColumnView]) -> Result<(), Problem> {
        let mut parts = written.splitn(3, ':');
        let (name, operation, value) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let column = column(name, columns)?;
        let place = path(name);
        let text = match column.kind {
            ColumnKind::List => format!("array_to_string({place}, ' ')"),
            _ => format!("CAST({place} AS VARCHAR)"),
        };
        match (operation, column.kind) {
            ("empty", _) => self.all.push(format!("{place} IS NULL")),
            ("present", _) => self.all.push(format!("{place} IS NOT NULL")),
            ("contains", _) => {
                self.add(
                    &format!("strpos(lower({text}), lower($)) > 0"),
                    value.into(),
                );
            }
            ("is", ColumnKind::List) => self.add(&format!("array_has({place}, $)"), value.into()),
            ("not", ColumnKind::List) => {
                self.add(&format!("NOT array_has({place}, $)"), value.into())
            }
            ("is", _) => self.add(&format!("lower({text}) = lower($)"), value.into()),
            ("not", _) => self.add(
                &format!("({place} IS NULL OR lower({text}) != lower($))"),
                value.into(),
            ),
            ("before", ColumnKind::Timestamp) => {
                self.add(&format!("{place} < CAST($ AS TIMESTAMP)"), moment(value)?);
            }
            ("after", ColumnKind::Timestamp) => {
                self.add(&format!("{place} > CAST($ AS TIMESTAMP)"), moment(value)?);
            }
            ("before", ColumnKind::Integer | ColumnKind::Number) => {
                self.add(&format!("{place} < $"), number(value)?)
            }
            ("after", ColumnKind::Integer | ColumnKind::Number) => {
                self.add(&format!("{place} > $"), number(value)?)
            }
            _ => {
                return Err(Problem::invalid(format!(
                    "`{written}` is no filter of `{name}`; write COLUMN:OPERATION:VALUE with is, not, contains, before, \
                     after, empty or present"
                )));
            }
        }
        Ok(())
    }

    fn sql(&self) -> String {
        match self.all.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", self.all.join(" AND ")),
        }
    }
}

fn moment(value: &str) -> Result<Variable, Problem> {
    let value = match value.len() {
        10 => format!("{value}T00:00:00Z"),
        _ => value.to_owned(),
    };
    chrono::DateTime::parse_from_rfc3339(&value)
        .map(|_| Variable::from(value.as_str()))
        .map_err(|_| Problem::invalid(format!("`{value}` is no date such as 2026-01-31")))
}

fn number(value: &str) -> Result<Variable, Problem> {
    match serde_json::from_str(value) {
        Ok(Value::Number(number)) => Ok(Variable::Number(number)),
        _ => Err(Problem::invalid(format!("`{value}` is no number"))),
    }
}
