//! The vendors' own logs.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use muster_collect::AuditState;
use muster_provider::AuditLog;
use muster_query::Request;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::several;
use crate::{
    access::Caller,
    app::App,
    page::{Page, PageQuery},
    problem::{Problem, ProblemDetails},
    reading::{self, IntegrationName},
    time::Time,
};

/// Names that a histogram tells apart; the others are one.
const NAMES: usize = 8;
/// Bars of a histogram, about.
const BARS: i64 = 60;
/// How far back is looked when nothing else is said, in milliseconds.
const USUAL: i64 = 24 * 60 * 60 * 1000;

/// One entry of a vendor's own log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditEvent)]
pub struct AuditEventView {
    /// The vendor's id for it.
    id: String,
    /// When it happened, as the vendor says.
    time: Time,
    /// Whose log.
    integration: IntegrationName,
    /// The log's table.
    log: String,
    /// What the vendor calls what happened.
    activity: String,
    /// The verb in it.
    action: Option<String>,
    /// How it ended.
    outcome: Option<String>,
    /// Who did it.
    actor: PartyView,
    /// To what.
    target: PartyView,
    /// From which address.
    ip: Option<String>,
    /// From where.
    location: Option<String>,
    /// When Muster read it.
    received_at: Time,
    /// The whole event as the vendor wrote it.
    #[schema(value_type = Object)]
    event: Value,
}

/// Who, or what, an event is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Party)]
pub struct PartyView {
    id: Option<String>,
    kind: Option<String>,
    name: Option<String>,
}

/// Which events.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EventFilter {
    /// Not before this moment, RFC 3339; a day ago unless given.
    from: Option<Time>,
    /// Before this moment; now unless given.
    to: Option<Time>,
    /// Ids of integrations, separated by commas.
    integration: Option<String>,
    /// Activities, separated by commas.
    activity: Option<String>,
    /// Verbs, separated by commas.
    action: Option<String>,
    /// Outcomes, separated by commas.
    outcome: Option<String>,
    /// Part of the actor's name, or its id.
    actor: Option<String>,
    /// Part of the target's name, or its id.
    target: Option<String>,
    /// Words that stand anywhere in the event.
    q: Option<String>,
    /// The vendor's id for one event.
    id: Option<String>,
}

/// What a histogram tells apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupedBy {
    #[default]
    Activity,
    Integration,
    Action,
    Actor,
    Outcome,
}

/// By what.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Grouping {
    /// What is told apart; the activity unless given.
    #[param(inline)]
    by: Option<GroupedBy>,
}

/// How many events there were, over time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Histogram {
    /// The beginning of the first bar.
    from: Time,
    /// The end of the last bar.
    to: Time,
    /// How long each bar is.
    bar_seconds: u64,
    /// The most frequent first; the one without a name is all others together.
    series: Vec<Series>,
    /// All events.
    total: u64,
}

/// One kind of events, over time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Series {
    /// Null for all others together.
    name: Option<String>,
    /// All of the kind.
    total: u64,
    /// Per bar.
    counts: Vec<u64>,
}

/// The log of an integration, and how far it has been read.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuditLog)]
pub struct AuditLogView {
    /// Whose.
    integration: IntegrationName,
    /// The log's table.
    log: String,
    /// Its name for people.
    title: String,
    /// From when on everything is there, but for the gaps; null until it is read for the first time.
    since: Option<Time>,
    /// When it was last read to its end.
    reached: Option<Time>,
    /// Why it is not read any further, when it is not.
    reason: Option<String>,
    /// Spans that were lost: the vendor had forgotten them when they were asked for.
    gaps: Vec<Gap>,
    /// Which types of resource its parties are, by what the vendor calls their kinds.
    kinds: BTreeMap<String, String>,
}

/// A span that was lost.
#[derive(Debug, Serialize, ToSchema)]
pub struct Gap {
    from: Time,
    to: Time,
}

/// Entries of the vendors' own logs, newest first
#[utoipa::path(get, path = "/api/audit-events", tag = "audit", params(EventFilter, PageQuery),
    responses((status = 200, body = Page<AuditEventView>), (status = 400, body = ProblemDetails)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<EventFilter>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Page<AuditEventView>>, Problem> {
    let mut wanted = Wanted::new(&app, &filter)?;
    if let Some(cursor) = &page.cursor {
        wanted.after(cursor)?;
    }
    let limit = page.limit() as usize;
    let sql = format!(
        "SELECT e.time AS \"time\", e._integration AS \"integration\", e._sequence AS \"sequence\", e.log AS \"log\", \
         e.activity AS \"activity\", e.action AS \"action\", e.outcome AS \"outcome\", e.actor AS \"actor\", \
         e.actorType AS \"actorType\", e.actorId AS \"actorId\", e.target AS \"target\", e.targetType AS \"targetType\", \
         e.targetId AS \"targetId\", e.ip AS \"ip\", e.location AS \"location\", e.id AS \"id\", \
         e.receivedAt AS \"receivedAt\", e.event AS \"event\" FROM audit_event e WHERE {} \
         ORDER BY e.time DESC, e._sequence DESC LIMIT {}",
        wanted.sql(),
        limit + 1
    );
    let mut rows = reading::rows(&app, &caller.principal(), wanted.request(sql)).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).and_then(|row| {
        let time = row.get("time")?.as_str()?;
        let sequence = row.get("sequence")?.as_i64()?;
        Some(format!("{time},{sequence}"))
    });
    let integrations = reading::integrations(&app).await?;
    let items = rows.into_iter().map(|row| view(row, &integrations));
    Ok(axum::Json(Page {
        items: items.collect(),
        next,
        total: None,
    }))
}

/// How many entries of the vendors' own logs there were, over time
#[utoipa::path(get, path = "/api/audit-events/histogram", tag = "audit", params(EventFilter, Grouping),
    responses((status = 200, body = Histogram), (status = 400, body = ProblemDetails)))]
pub async fn histogram(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<EventFilter>,
    Query(grouping): Query<Grouping>,
) -> Result<axum::Json<Histogram>, Problem> {
    let by = match grouping.by.unwrap_or_default() {
        GroupedBy::Activity => "e.activity",
        GroupedBy::Integration => "e.integration",
        GroupedBy::Action => "e.action",
        GroupedBy::Actor => "e.actor",
        GroupedBy::Outcome => "e.outcome",
    };
    let wanted = Wanted::new(&app, &filter)?;
    let (from, to) = (wanted.from, wanted.to);
    let bar = bar_seconds(from, to);
    let principal = caller.principal();
    let sql = format!(
        "SELECT {by} AS \"name\", count(*) AS \"n\" FROM audit_event e WHERE {} GROUP BY {by} ORDER BY count(*) DESC, {by} LIMIT {}",
        wanted.sql(),
        NAMES
    );
    let names = reading::rows(&app, &principal, wanted.request(sql)).await?;
    let names: Vec<String> = names
        .iter()
        .filter_map(|row| Some(row.get("name")?.as_str()?.to_owned()))
        .collect();
    // An empty list has no type that could be compared.
    let named = match names.is_empty() {
        true => "CAST(NULL AS VARCHAR)".to_owned(),
        false => format!("CASE WHEN array_has($names, {by}) THEN {by} END"),
    };
    let sql = format!(
        "SELECT {named} AS \"name\", \
         date_bin(INTERVAL '{bar} seconds', e.time) AS \"bar\", count(*) AS \"n\" \
         FROM audit_event e WHERE {} GROUP BY 1, 2",
        wanted.sql()
    );
    let request = wanted.request(sql).with_variable(
        "names",
        muster_query::Variable::Array(names.iter().cloned().map(Value::from).collect()),
    );
    let rows = reading::rows(&app, &principal, request).await?;
    let width = i64::try_from(bar).unwrap_or(1) * 1000;
    let first = from.div_euclid(width);
    let bars = usize::try_from((to - 1).div_euclid(width) - first + 1).unwrap_or(0);
    let mut series: BTreeMap<Option<String>, Vec<u64>> = BTreeMap::new();
    for row in rows {
        let moment = row.get("bar").cloned().unwrap_or_default();
        let Ok(Time(moment)) = serde_json::from_value(moment) else {
            continue;
        };
        let name = row.get("name").and_then(Value::as_str).map(str::to_owned);
        let counts = series.entry(name).or_insert_with(|| vec![0; bars]);
        let place = usize::try_from(moment.div_euclid(width) - first).unwrap_or(usize::MAX);
        if let Some(count) = counts.get_mut(place) {
            *count += row.get("n").and_then(Value::as_u64).unwrap_or(0);
        }
    }
    let mut series: Vec<Series> = series
        .into_iter()
        .map(|(name, counts)| Series {
            total: counts.iter().sum(),
            name,
            counts,
        })
        .collect();
    series.sort_by_key(|series| (series.name.is_none(), std::cmp::Reverse(series.total)));
    Ok(axum::Json(Histogram {
        from: Time(first * width),
        to: Time((first + bars as i64) * width),
        bar_seconds: bar,
        total: series.iter().map(|series| series.total).sum(),
        series,
    }))
}

/// The vendors' own logs, and how far each has been read
#[utoipa::path(get, path = "/api/audit-logs", tag = "audit", responses((status = 200, body = Page<AuditLogView>)))]
pub async fn logs(State(app): State<App>) -> Result<axum::Json<Page<AuditLogView>>, Problem> {
    let states: Vec<AuditState> = app
        .read(|transaction| Ok(muster_collect::audit_states(transaction)?))
        .await?;
    let integrations = reading::integrations(&app).await?;
    let catalogue = app.office.catalogue();
    let items = integrations.iter().filter_map(|integration| {
        let provider = catalogue.provider(&integration.provider)?;
        let log = provider.audit_log.as_ref()?;
        let state = states
            .iter()
            .find(|state| state.integration == integration.id.as_str() && state.log == log.name);
        let gaps = state.map_or(&[][..], |state| &state.gaps);
        Some(AuditLogView {
            integration: IntegrationName::of(&integration.id, &integrations),
            log: log.name.clone(),
            title: log.title.clone(),
            since: state.map(|state| Time(state.since)),
            reached: state.and_then(|state| state.reached).map(Time),
            reason: state.and_then(|state| state.reason.clone()),
            gaps: gaps
                .iter()
                .map(|(from, to)| Gap {
                    from: Time(*from),
                    to: Time(*to),
                })
                .collect(),
            kinds: kinds(log),
        })
    });
    Ok(axum::Json(Page::whole(items.collect())))
}

/// Kinds of parties that are resources by themselves: those that the key of a type is made of alone.
fn kinds(log: &AuditLog) -> BTreeMap<String, String> {
    let mut kinds = BTreeMap::new();
    for hint in &log.hints {
        if let [kind] = hint.key.as_slice() {
            kinds
                .entry(kind.clone())
                .or_insert_with(|| hint.resource_type.clone());
        }
    }
    kinds
}

/// The filter as SQL, its values as variables.
struct Wanted {
    from: i64,
    to: i64,
    conditions: Vec<String>,
    variables: Vec<(String, Value)>,
}

impl Wanted {
    fn new(app: &App, filter: &EventFilter) -> Result<Self, Problem> {
        if let (Some(from), Some(to)) = (&filter.from, &filter.to)
            && from.0 > to.0
        {
            return Err(Problem::malformed(
                "`from` is after `to`; ask for a span that begins before it ends",
            ));
        }
        let to = filter.to.map_or_else(|| app.now() + 1, |to| to.0);
        let from = filter.from.map_or(to - USUAL, |from| from.0).min(to - 1);
        let mut wanted = Self {
            from,
            to,
            conditions: vec![
                format!("e.time >= {}", moment(from)),
                format!("e.time < {}", moment(to)),
            ],
            variables: Vec::new(),
        };
        wanted.among("e._integration", &filter.integration);
        wanted.among("e.activity", &filter.activity);
        wanted.among("e.action", &filter.action);
        wanted.among("e.outcome", &filter.outcome);
        wanted.party("e.actor", "e.actorId", &filter.actor);
        wanted.party("e.target", "e.targetId", &filter.target);
        if let Some(id) = given(&filter.id) {
            let name = wanted.variable(id.into());
            wanted.conditions.push(format!("e.id = ${name}"));
        }
        if let Some(words) = given(&filter.q) {
            let name = wanted.variable(words.to_lowercase().into());
            let text = "lower(CAST(e.event AS VARCHAR))";
            wanted
                .conditions
                .push(format!("strpos({text}, ${name}) > 0"));
        }
        Ok(wanted)
    }

    /// Only what comes after the last event of the page before.
    fn after(&mut self, cursor: &str) -> Result<(), Problem> {
        let wrong = || Problem::malformed("the cursor is none that was given out");
        let (time, sequence) = cursor.split_once(',').ok_or_else(wrong)?;
        let time: DateTime<Utc> = time.parse().map_err(|_| wrong())?;
        let sequence: i64 = sequence.parse().map_err(|_| wrong())?;
        let time = moment(time.timestamp_millis());
        self.conditions.push(format!("e.time <= {time}"));
        self.conditions
            .push(format!("(e.time < {time} OR e._sequence < {sequence})"));
        Ok(())
    }

    fn among(&mut self, column: &str, wanted: &Option<String>) {
        let values = several(wanted);
        if values.is_empty() {
            return;
        }
        let values: Vec<String> = values
            .into_iter()
            .map(|value| format!("${}", self.variable(value.into())))
            .collect();
        self.conditions
            .push(format!("{column} IN ({})", values.join(", ")));
    }

    fn party(&mut self, name: &str, id: &str, wanted: &Option<String>) {
        if let Some(text) = given(wanted) {
            let part = self.variable(text.to_lowercase().into());
            let whole = self.variable(text.into());
            self.conditions.push(format!(
                "(strpos(lower({name}), ${part}) > 0 OR {id} = ${whole})"
            ));
        }
    }

    fn variable(&mut self, value: Value) -> String {
        let name = format!("v{}", self.variables.len());
        self.variables.push((name.clone(), value));
        name
    }

    fn sql(&self) -> String {
        self.conditions.join(" AND ")
    }

    fn request(&self, sql: String) -> Request {
        let mut request = Request::new(sql);
        for (name, value) in &self.variables {
            let text = value.as_str().unwrap_or_default();
            request = request.with_variable(name, text);
        }
        request
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// A moment as SQL spells it.
fn moment(milliseconds: i64) -> String {
    format!("TIMESTAMP '{}'", Time(milliseconds).text())
}

/// A round length that makes about [`BARS`] bars.
fn bar_seconds(from: i64, to: i64) -> u64 {
    const ROUND: [u64; 14] = [
        1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000,
    ];
    let wanted = u64::try_from((to - from) / 1000 / BARS).unwrap_or(1);
    ROUND
        .into_iter()
        .find(|length| *length >= wanted)
        .unwrap_or(2_592_000)
}

fn view(mut row: Map<String, Value>, integrations: &[muster_model::Integration]) -> AuditEventView {
    let mut take = |name: &str| row.remove(name).unwrap_or_default();
    let text = |value: Value| match value {
        Value::String(text) => Some(text),
        _ => None,
    };
    let time = |value: Value| serde_json::from_value(value).unwrap_or(Time(0));
    let integration =
        text(take("integration")).and_then(|id| muster_model::IntegrationId::parse(&id));
    AuditEventView {
        id: text(take("id")).unwrap_or_default(),
        time: time(take("time")),
        integration: match integration {
            Some(id) => IntegrationName::of(&id, integrations),
            None => IntegrationName {
                id: String::new(),
                name: "deleted".to_owned(),
            },
        },
        log: text(take("log")).unwrap_or_default(),
        activity: text(take("activity")).unwrap_or_default(),
        action: text(take("action")),
        outcome: text(take("outcome")),
        actor: PartyView {
            id: text(take("actorId")),
            kind: text(take("actorType")),
            name: text(take("actor")),
        },
        target: PartyView {
            id: text(take("targetId")),
            kind: text(take("targetType")),
            name: text(take("target")),
        },
        ip: text(take("ip")),
        location: text(take("location")),
        received_at: time(take("receivedAt")),
        event: take("event"),
    }
}
