//! What changed, of all types, newest first.

use std::collections::{HashMap, VecDeque};

use arrow::{
    array::{Array as _, AsArray as _, RecordBatch, StringArray},
    datatypes::{Int64Type, TimestampMicrosecondType},
};
use axum::extract::{Query, State};
use muster_model::{ChangeActor, ChangeKind, Integration, IntegrationId, Party, ResourceType};
use muster_office::{Moment, label};
use muster_query::Source as _;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::several;
use crate::{
    access::Caller,
    app::App,
    page::{Page, number_cursor},
    problem::Problem,
    reading::IntegrationName,
    time::Time,
};

/// The first look back goes this many changes; each further one four times as far.
const WINDOW: u64 = 500;
/// One request looks at this many changes at most, and says where to go on.
const FARTHEST: u64 = 200_000;

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeKind)]
pub enum ChangeKindName {
    Added,
    Modified,
    Removed,
}

impl ChangeKindName {
    /// The kind, where it is one that people are shown.
    pub fn of(kind: ChangeKind) -> Option<Self> {
        match kind {
            ChangeKind::Added => Some(Self::Added),
            ChangeKind::Modified => Some(Self::Modified),
            ChangeKind::Removed => Some(Self::Removed),
            ChangeKind::Touched => None,
        }
    }
}

/// One version step of a resource.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Change)]
pub struct ChangeView {
    /// Orders changes.
    pub sequence: u64,
    /// Its type's name.
    pub resource_type: String,
    /// Whose it is.
    pub integration: IntegrationName,
    /// Which.
    pub key: String,
    /// The name a person knows it by.
    pub label: String,
    /// What happened.
    pub kind: ChangeKindName,
    /// When it was recorded.
    pub recorded_at: Time,
    /// Who did it, where the vendor's log tells.
    pub actor: Option<ActorView>,
    /// What the vendor's log calls it.
    pub event_type: Option<String>,
    /// What differs.
    pub fields: Vec<String>,
    /// The document before.
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The document after.
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// Who made a change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorView {
    /// The vendor's id for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the vendor calls their kind: `User`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The name a person knows them by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl From<Party> for ActorView {
    fn from(actor: Party) -> Self {
        Self {
            id: actor.id,
            kind: actor.kind,
            name: actor.name,
        }
    }
}

/// Which changes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChangeFilter {
    /// Names of types, separated by commas.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    resource_type: Option<String>,
    /// Ids of integrations, separated by commas.
    integration: Option<String>,
    /// `added`, `modified`, `removed`, separated by commas.
    kind: Option<String>,
    /// Where a modified resource differs: this path or one below it.
    field: Option<String>,
    /// What the name or id of who made a change contains.
    actor: Option<String>,
    /// Changes after the one with this sequence number.
    since: Option<u64>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Changes at most; 1 to 500, 50 unless given.
    limit: Option<u32>,
}

/// What changed, newest first
#[utoipa::path(get, path = "/api/changes", tag = "resources", params(ChangeFilter),
    responses((status = 200, body = Page<ChangeView>)))]
pub async fn list(
    State(app): State<App>,
    _: Caller,
    Query(filter): Query<ChangeFilter>,
) -> Result<axum::Json<Page<ChangeView>>, Problem> {
    let page = crate::page::PageQuery {
        cursor: filter.cursor.clone(),
        limit: filter.limit,
    };
    let before = page.number()?.map(|number| number.max(0) as u64);
    let limit = page.limit() as usize;
    let found = app
        .blocking(move |app| newest(app, &Wanted::new(&filter), before, limit))
        .await?;
    Ok(axum::Json(found))
}

/// The filter, taken apart.
pub struct Wanted {
    types: Vec<String>,
    integrations: Vec<String>,
    kinds: Vec<String>,
    field: Option<String>,
    /// In small letters.
    actor: Option<String>,
    since: u64,
}

impl Wanted {
    fn new(filter: &ChangeFilter) -> Self {
        Self {
            types: several(&filter.resource_type),
            integrations: several(&filter.integration),
            kinds: several(&filter.kind),
            field: filter.field.clone().filter(|field| !field.is_empty()),
            actor: filter
                .actor
                .as_ref()
                .map(|actor| actor.trim().to_lowercase())
                .filter(|actor| !actor.is_empty()),
            since: filter.since.unwrap_or(0),
        }
    }

    /// Every change.
    pub fn all() -> Self {
        Self::new(&ChangeFilter::default())
    }

    fn fits(&self, change: &Found<'_>) -> bool {
        let among = |wanted: &[String], value: &str| {
            wanted.is_empty() || wanted.iter().any(|wanted| wanted == value)
        };
        among(&self.types, change.resource_type)
            && among(&self.integrations, change.integration)
            && among(&self.kinds, change.kind.as_str())
            && self.field.as_ref().is_none_or(|field| {
                change.fields.iter().any(|differs| {
                    differs == field
                        || differs
                            .strip_prefix(field.as_str())
                            .is_some_and(|rest| rest.starts_with(['.', '[']))
                })
            })
    }
}

/// A change as it lies in a batch.
struct Found<'b> {
    sequence: u64,
    resource_type: &'b str,
    integration: &'b str,
    key: &'b str,
    kind: ChangeKind,
    recorded_at: i64,
    fields: Vec<String>,
    before: Option<&'b str>,
    after: Option<&'b str>,
}

/// The newest changes before a sequence number. Reads the archive: not on a thread that serves.
pub fn newest(
    app: &App,
    wanted: &Wanted,
    before: Option<u64>,
    limit: usize,
) -> Result<Page<ChangeView>, Problem> {
    let moment = app.register.now()?;
    let (snapshot, integrations) = (moment.snapshot(), &moment.snapshot().integrations);
    let end = before.unwrap_or(u64::MAX).min(snapshot.sequence + 1);
    let floor = snapshot.forgotten_until().max(wanted.since);
    let mut items: Vec<ChangeView> = Vec::new();
    let (mut to, mut window, mut looked) = (end, WINDOW, 0);
    while to > floor + 1 && items.len() < limit && looked < FARTHEST {
        let from = to.saturating_sub(window + 1).max(floor);
        let room = limit - items.len();
        let mut newest: VecDeque<ChangeView> = VecDeque::new();
        let history = app.register.history();
        for batch in history.changes_between(snapshot, from, to)? {
            let batch = batch?;
            let mut fitting: Vec<Found<'_>> = (0..batch.num_rows())
                .filter_map(|row| found(&batch, row))
                .filter(|change| wanted.fits(change))
                .collect();
            let known = attributed(&moment, wanted, &mut fitting, room)?;
            for change in &fitting {
                if newest.len() == room {
                    newest.pop_front();
                }
                newest.extend(view(app, change, known.get(&change.sequence), integrations));
            }
        }
        items.extend(newest.into_iter().rev());
        looked += to - from;
        to = from + 1;
        window *= 4;
    }
    let next = if items.len() >= limit {
        items.last().map(|change| change.sequence)
    } else {
        Some(to)
    };
    Ok(Page {
        next: next
            .filter(|next| *next > floor + 1)
            .map(|next| number_cursor(i64::try_from(next).unwrap_or(i64::MAX))),
        items,
        total: None,
    })
}

fn found(batch: &RecordBatch, row: usize) -> Option<Found<'_>> {
    let text = |name: &str| -> Option<&StringArray> {
        batch
            .column_by_name(name)
            .and_then(|column| column.as_string_opt::<i32>())
    };
    let value = |name: &str| {
        text(name)
            .filter(|column| !column.is_null(row))
            .map(|column| column.value(row))
    };
    let sequence = batch
        .column_by_name("sequence")?
        .as_primitive_opt::<Int64Type>()?
        .value(row);
    let recorded_at = batch
        .column_by_name("recorded_at")?
        .as_primitive_opt::<TimestampMicrosecondType>()?
        .value(row);
    let fields = batch
        .column_by_name("fields")
        .and_then(|column| column.as_list_opt::<i32>())
        .filter(|column| !column.is_null(row))
        .map(|column| {
            let names = column.value(row);
            names
                .as_string_opt::<i32>()
                .map(|names| names.iter().flatten().map(str::to_owned).collect())
                .unwrap_or_default()
        });
    Some(Found {
        sequence: u64::try_from(sequence).ok()?,
        resource_type: value("type")?,
        integration: value("integration")?,
        key: value("key")?,
        kind: ChangeKind::parse(value("kind")?)?,
        recorded_at: recorded_at / 1000,
        fields: fields.unwrap_or_default(),
        before: value("before"),
        after: value("after"),
    })
}

/// Who made the changes, as far as that is known. Leaves out those that somebody else made than is asked for, and all but
/// the last few.
fn attributed(
    moment: &Moment,
    wanted: &Wanted,
    changes: &mut Vec<Found<'_>>,
    room: usize,
) -> Result<HashMap<u64, ChangeActor>, Problem> {
    let last = |changes: &mut Vec<Found<'_>>| {
        changes.drain(..changes.len().saturating_sub(room));
    };
    if wanted.actor.is_none() {
        last(changes);
    }
    let sequences: Vec<u64> = changes.iter().map(|change| change.sequence).collect();
    if sequences.is_empty() {
        return Ok(HashMap::new());
    }
    let mut known: HashMap<u64, ChangeActor> = moment
        .actors(&sequences)
        .map_err(|error| Problem::internal(&error))?
        .into_iter()
        .map(|found| (found.sequence, found))
        .collect();
    if let Some(part) = &wanted.actor {
        known.retain(|_, found| {
            found
                .actor
                .as_ref()
                .is_some_and(|actor| is_named(actor, part))
        });
        changes.retain(|change| known.contains_key(&change.sequence));
        last(changes);
    }
    Ok(known)
}

/// Whether name or id contain `part`, which is in small letters.
fn is_named(actor: &Party, part: &str) -> bool {
    [&actor.name, &actor.id]
        .into_iter()
        .flatten()
        .any(|text| text.to_lowercase().contains(part))
}

fn view(
    app: &App,
    change: &Found<'_>,
    by: Option<&ChangeActor>,
    integrations: &[Integration],
) -> Option<ChangeView> {
    let parse = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let (before, after) = (parse(change.before), parse(change.after));
    let named = app
        .office
        .catalogue()
        .resource_type(change.resource_type)
        .and_then(|file| label(&file.resource_type, after.as_ref().or(before.as_ref())?));
    let integration = IntegrationId::parse(change.integration);
    Some(ChangeView {
        sequence: change.sequence,
        resource_type: change.resource_type.to_owned(),
        integration: match integration {
            Some(id) => IntegrationName::of(&id, integrations),
            None => IntegrationName {
                id: change.integration.to_owned(),
                name: "deleted".to_owned(),
            },
        },
        key: change.key.to_owned(),
        label: named.unwrap_or_else(|| change.key.to_owned()),
        kind: ChangeKindName::of(change.kind)?,
        recorded_at: Time(change.recorded_at),
        actor: by.and_then(|by| by.actor.clone()).map(ActorView::from),
        event_type: by.and_then(|by| by.event_type.clone()),
        fields: change.fields.clone(),
        before,
        after,
    })
}

/// A row of `<type>_changes` as the interface shows it.
pub fn shown(
    resource_type: &ResourceType,
    mut row: Map<String, Value>,
    integrations: &[Integration],
) -> Option<ChangeView> {
    let mut take = |name: &str| row.remove(name).filter(|value| !value.is_null());
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (before, after) = (take("before"), take("after"));
    let key = text(take("key")).unwrap_or_default();
    let integration = text(take("integration")).and_then(|id| IntegrationId::parse(&id));
    Some(ChangeView {
        sequence: take("sequence")
            .and_then(|value| value.as_u64())
            .unwrap_or(0),
        resource_type: resource_type.name.clone(),
        integration: match integration {
            Some(id) => IntegrationName::of(&id, integrations),
            None => IntegrationName {
                id: String::new(),
                name: "deleted".to_owned(),
            },
        },
        label: after
            .as_ref()
            .or(before.as_ref())
            .and_then(|document| label(resource_type, document))
            .unwrap_or_else(|| key.clone()),
        key,
        kind: ChangeKindName::of(ChangeKind::parse(&text(take("kind"))?)?)?,
        recorded_at: take("recordedAt")
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or(Time(0)),
        actor: take("actor").and_then(|value| serde_json::from_value(value).ok()),
        event_type: text(take("eventType")),
        fields: take("fields")
            .and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default(),
        before,
        after,
    })
}
