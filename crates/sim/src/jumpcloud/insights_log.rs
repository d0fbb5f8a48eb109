//! `POST /insights/directory/v1/events`: what happened between two moments, by the order in which it did.

use serde_json::{Value, json};

use super::api::{Answer, Context, Reply};
use super::errors::ApiError;
use crate::clock::{DAY, parse_millis};

const DEFAULT: usize = 1000;
const MOST: usize = 10_000;
const SERVICES: [&str; 17] = [
    "all",
    "access_management",
    "alerts",
    "asset_management",
    "directory",
    "ldap",
    "mdm",
    "notifications",
    "object_storage",
    "password_manager",
    "radius",
    "reports",
    "saas_app_management",
    "software",
    "sso",
    "systems",
    "alert",
];

/// Answers what comes after `/insights/directory/v1/`.
pub fn answer(context: &Context<'_>, what: &str) -> Answer {
    let body: Value = serde_json::from_slice(context.body)
        .map_err(|error| ApiError::bad_request(&format!("invalid JSON: {error}")))?;
    let found = matching(context, &body)?;
    match what {
        "events" => page(&body, found),
        "events/count" => Ok(Reply::value(&json!({"count": found.len()}))),
        "events/distinct" => distinct(&body, &found),
        _ => Err(ApiError::not_found()),
    }
}

/// An event that fits: when it happened, and the document.
type Found = (i64, Value);

fn matching(context: &Context<'_>, body: &Value) -> Result<Vec<Found>, ApiError> {
    let services: Vec<&str> = body["service"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if services.is_empty() || services.iter().any(|s| !SERVICES.contains(s)) {
        return Err(ApiError::bad_request(&format!(
            "service must be one of: {}",
            SERVICES.join(", ")
        )));
    }
    let moment = |name: &str| -> Result<Option<i64>, ApiError> {
        body[name]
            .as_str()
            .map(|text| {
                parse_millis(text)
                    .ok_or_else(|| ApiError::bad_request(&format!("{name} is not an RFC3339 date")))
            })
            .transpose()
    };
    let start =
        moment("start_time")?.ok_or_else(|| ApiError::bad_request("start_time is required"))?;
    let end = moment("end_time")?.unwrap_or(i64::MAX);
    if start > context.now * 1000 + 999 {
        return Err(ApiError::bad_request("start_time is in the future"));
    }
    if end <= start {
        return Err(ApiError::bad_request("end_time must be after start_time"));
    }
    let kept = (context.now - 90 * DAY) * 1000;
    let state = context.state;
    let descending = body["sort"]
        .as_str()
        .is_some_and(|sort| sort.eq_ignore_ascii_case("DESC"));
    let after = match &body["search_after"] {
        Value::Array(_) if context.forget_cursor => {
            return Err(ApiError::bad_request("invalid search_after"));
        }
        Value::Array(parts) => {
            let at = parts.first().and_then(|at| {
                at.as_i64()
                    .or_else(|| at.as_str().and_then(|text| text.parse().ok()))
            });
            let number = parts
                .get(1)
                .and_then(Value::as_str)
                .and_then(|id| state.hex().read(super::ids::Kind::Event, id));
            match (at, number) {
                (Some(at), Some(number)) => Some((at, number)),
                _ => return Err(ApiError::bad_request("invalid search_after")),
            }
        }
        _ => None,
    };
    let mut found: Vec<(i64, u64)> = Vec::new();
    if !context.elsewhere {
        for (number, event) in state.insights(0) {
            let at = event.published;
            let wanted = services.contains(&"all") || services.contains(&event.kind.service());
            let beyond = after.is_none_or(|after| {
                if descending {
                    (at, number) < after
                } else {
                    (at, number) > after
                }
            });
            if at >= start.max(kept) && at < end && wanted && beyond {
                found.push((at, number));
            }
        }
    }
    found.sort_unstable();
    if descending {
        found.reverse();
    }
    // documents are only written for those that may be shown
    let most = if body["search_term"].is_object() || body.get("q").is_some() {
        usize::MAX
    } else {
        limit(body)
    };
    let counting = context.path.ends_with("events");
    let documents = found.into_iter().map(|(at, number)| {
        let event = state.insights(number).next().map(|(_, event)| *event);
        (
            at,
            event.map_or(Value::Null, |event| state.insight(number, &event)),
        )
    });
    Ok(documents
        .filter(|(_, document)| fits(&body["search_term"], document))
        .take(if counting { most } else { usize::MAX })
        .collect())
}

/// A nonsensical limit is the default.
fn limit(body: &Value) -> usize {
    body["limit"]
        .as_u64()
        .map(|n| n as usize)
        .filter(|n| (1..=MOST).contains(n))
        .unwrap_or(DEFAULT)
}

/// `and`, `or`, `not` over fields that hold one of some values.
fn fits(term: &Value, document: &Value) -> bool {
    let Some(parts) = term.as_object() else {
        return true;
    };
    let each = |list: &Value| -> Vec<bool> {
        let terms = match list {
            Value::Array(terms) => terms.iter().collect(),
            one => vec![one],
        };
        terms
            .into_iter()
            .flat_map(|term| term.as_object().into_iter().flatten())
            .map(|(path, wanted)| {
                let found = path.split('.').fold(document, |value, name| &value[name]);
                match wanted {
                    Value::Array(values) => values.contains(found),
                    one => one == found,
                }
            })
            .collect()
    };
    parts.iter().all(|(word, list)| match word.as_str() {
        "and" => each(list).into_iter().all(|fits| fits),
        "or" => each(list).into_iter().any(|fits| fits),
        "not" => !each(list).into_iter().any(|fits| fits),
        _ => each(&json!({word: list})).into_iter().all(|fits| fits),
    })
}

fn page(body: &Value, found: Vec<Found>) -> Answer {
    let limit = limit(body);
    let page: Vec<Found> = found.into_iter().take(limit).collect();
    let after = page
        .last()
        .map(|(at, document)| json!([at, document["id"]]))
        .or_else(|| body.get("search_after").cloned())
        .unwrap_or_else(|| json!([]));
    let descending = body["sort"]
        .as_str()
        .is_some_and(|sort| sort.eq_ignore_ascii_case("DESC"));
    let fields: Vec<&str> = body["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let documents: Vec<Value> = page
        .into_iter()
        .map(|(_, document)| match document {
            Value::Object(all) if !fields.is_empty() => all
                .into_iter()
                .filter(|(name, _)| fields.contains(&name.as_str()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            whole => whole,
        })
        .collect();
    let mut reply = Reply::value(&Value::Array(documents.clone()));
    reply.headers = vec![
        ("x-result-count", documents.len().to_string()),
        ("x-limit", limit.to_string()),
        ("x-sort", if descending { "DESC" } else { "ASC" }.to_owned()),
        ("x-search_after", after.to_string()),
    ];
    Ok(reply)
}

fn distinct(body: &Value, found: &[Found]) -> Answer {
    let field = body["field"]
        .as_str()
        .ok_or_else(|| ApiError::bad_request("field is required"))?;
    let mut counted: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for (_, document) in found {
        let value = field.split('.').fold(document, |value, name| &value[name]);
        if let Some(text) = value.as_str() {
            *counted.entry(text.to_owned()).or_default() += 1;
        }
    }
    let buckets: Vec<Value> = counted
        .into_iter()
        .map(|(key, count)| json!({"key": key, "doc_count": count}))
        .collect();
    Ok(Reply::value(
        &json!({"buckets": buckets, "doc_count_error_upper_bound": 0, "sum_other_doc_count": 0}),
    ))
}
