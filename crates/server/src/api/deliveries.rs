//! Messages: sent, waiting, and given up.

use axum::extract::{Path, Query, State};
use muster_alerts::{
    Deliveries, Delivery, DeliveryDetail, DeliveryFilter as Filter, DeliveryStatus,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::{
    access::Caller,
    app::App,
    page::{Page, PageQuery},
    problem::{Problem, ProblemDetails},
    time::Time,
};

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryStatus)]
pub enum DeliveryStatusName {
    /// It has not been sent yet.
    Waiting,
    /// It was taken.
    Sent,
    /// It was not taken, and is sent again.
    Failed,
    /// It was given up.
    Dead,
}

impl From<DeliveryStatus> for DeliveryStatusName {
    fn from(status: DeliveryStatus) -> Self {
        match status {
            DeliveryStatus::Waiting => Self::Waiting,
            DeliveryStatus::Sent => Self::Sent,
            DeliveryStatus::Failed => Self::Failed,
            DeliveryStatus::Dead => Self::Dead,
        }
    }
}

/// A channel as a message names it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelName)]
pub struct ChannelNameView {
    id: String,
    name: String,
    kind: String,
}

/// An alert as a message names it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertName)]
pub struct AlertNameView {
    id: String,
    name: String,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Delivery)]
pub struct DeliveryView {
    id: String,
    channel: ChannelNameView,
    /// Null for a test.
    alert: Option<AlertNameView>,
    status: DeliveryStatusName,
    title: String,
    /// How many events it tells of.
    events: u64,
    created_at: Time,
    sent_at: Option<Time>,
    next_attempt_at: Option<Time>,
    attempts: u32,
    last_error: Option<String>,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            channel: ChannelNameView {
                id: delivery.channel.id,
                name: delivery.channel.name,
                kind: delivery.channel.kind,
            },
            alert: delivery.alert.map(|alert| AlertNameView {
                id: alert.id,
                name: alert.name,
            }),
            status: delivery.status.into(),
            title: delivery.title,
            events: delivery.events,
            created_at: Time(delivery.created_at),
            sent_at: delivery.sent_at.map(Time),
            next_attempt_at: delivery.next_attempt_at.map(Time),
            attempts: delivery.attempts,
            last_error: delivery.last_error,
        }
    }
}

/// A message with what was sent and what came back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryDetail)]
pub struct DeliveryDetailView {
    #[serde(flatten)]
    delivery: DeliveryView,
    /// As it is sent, or a text.
    payload: Value,
    /// Each attempt, oldest first.
    history: Vec<AttemptView>,
}

/// One attempt to send a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub struct AttemptView {
    at: Time,
    /// What came back, in words.
    outcome: String,
    /// Null where that is not known.
    milliseconds: Option<u64>,
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryFilter {
    /// Through the channel with this id.
    channel: Option<String>,
    /// Of the alert with this id.
    alert: Option<String>,
    /// `waiting`, `sent`, `failed` or `dead`.
    status: Option<String>,
}

/// Messages, newest first
#[utoipa::path(get, path = "/api/deliveries", tag = "alerts", params(DeliveryFilter, PageQuery),
    responses((status = 200, body = Page<DeliveryView>), (status = 400, body = ProblemDetails)))]
pub async fn list(
    State(app): State<App>,
    Query(filter): Query<DeliveryFilter>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Page<DeliveryView>>, Problem> {
    let status = filter
        .status
        .filter(|word| !word.is_empty())
        .map(|word| {
            DeliveryStatus::parse(&word)
                .ok_or_else(|| Problem::malformed(format!("`{word}` is no status of a message")))
        })
        .transpose()?;
    let filter = Filter {
        channel: filter.channel.filter(|id| !id.is_empty()),
        alert: filter.alert.filter(|id| !id.is_empty()),
        status,
    };
    let found = app
        .read(move |transaction| {
            let deliveries = Deliveries(transaction);
            Ok(deliveries.list(&filter, page.cursor.as_deref(), page.limit())?)
        })
        .await?;
    Ok(axum::Json(Page {
        items: found.items.into_iter().map(DeliveryView::from).collect(),
        next: found.next,
        total: None,
    }))
}

/// One message with what was sent and what came back
#[utoipa::path(get, path = "/api/deliveries/{id}", tag = "alerts", params(("id" = String, Path)),
    responses((status = 200, body = DeliveryDetailView), (status = 404, body = ProblemDetails)))]
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<axum::Json<DeliveryDetailView>, Problem> {
    let base = app.options.public_url.clone();
    let detail: DeliveryDetail = app
        .read(move |transaction| Ok(Deliveries(transaction).detail(&id, base.as_ref())?))
        .await?;
    Ok(axum::Json(DeliveryDetailView {
        delivery: detail.delivery.into(),
        payload: detail.payload,
        history: detail
            .attempts
            .into_iter()
            .map(|attempt| AttemptView {
                at: Time(attempt.at),
                outcome: attempt.outcome,
                milliseconds: attempt.milliseconds,
            })
            .collect(),
    }))
}

/// Send a message again that was given up or waits
#[utoipa::path(post, path = "/api/deliveries/{id}/retry", tag = "alerts", params(("id" = String, Path)),
    responses((status = 200, body = DeliveryView), (status = 404, body = ProblemDetails), (status = 409, body = ProblemDetails)))]
pub async fn retry(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<DeliveryView>, Problem> {
    let now = app.now();
    let delivery = app
        .write(move |transaction| {
            let delivery = Deliveries(transaction).retry(&id, now)?;
            caller.note(
                transaction,
                "delivery.retry",
                Some(&delivery.title),
                None,
                now,
            )?;
            Ok(delivery)
        })
        .await?;
    app.sender.wake();
    Ok(axum::Json(delivery.into()))
}
