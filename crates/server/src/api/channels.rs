//! Where messages go.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use muster_alerts::{Channel, ChannelChange as Change, Channels, NewChannel as New, channel_kinds};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::{deliveries::DeliveryView, providers::Field};
use crate::{
    access::Caller,
    app::App,
    page::{Json, Page},
    problem::{Problem, ProblemDetails},
};

/// A kind of channel and its form.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelKind {
    /// `webhook`, `slack`, `email`
    kind: String,
    /// Name for people.
    title: String,
    /// What it does.
    description: String,
    /// What the form asks for.
    fields: Vec<Field>,
}

/// Where messages go.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Channel)]
pub struct ChannelView {
    id: String,
    kind: String,
    name: String,
    /// By the names of the kind's fields.
    settings: BTreeMap<String, String>,
    /// The secret fields that are set.
    secrets_set: Vec<String>,
    enabled: bool,
    /// Whether it may lead to something else than a public address over TLS.
    allow_insecure_endpoint: bool,
    /// What was last sent, or not.
    last_delivery: Option<DeliveryView>,
}

impl From<Channel> for ChannelView {
    fn from(channel: Channel) -> Self {
        Self {
            id: channel.id,
            kind: channel.kind,
            name: channel.name,
            settings: channel.settings,
            secrets_set: channel.secrets_set,
            enabled: channel.enabled,
            allow_insecure_endpoint: channel.allow_insecure_endpoint,
            last_delivery: channel.last_delivery.map(DeliveryView::from),
        }
    }
}

/// A channel to be.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewChannel {
    kind: String,
    name: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    #[serde(default)]
    allow_insecure_endpoint: bool,
}

/// What changes of a channel. Members that are absent stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelChange {
    name: Option<String>,
    /// Replaces all of them.
    settings: Option<BTreeMap<String, String>>,
    /// Those given are replaced; an empty one is taken away.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    enabled: Option<bool>,
    allow_insecure_endpoint: Option<bool>,
}

/// The kinds of channels and their forms
#[utoipa::path(get, path = "/api/channel-kinds", tag = "alerts", responses((status = 200, body = Page<ChannelKind>)))]
pub async fn kinds() -> Result<axum::Json<Page<ChannelKind>>, Problem> {
    let kinds = channel_kinds().into_iter().map(|form| ChannelKind {
        kind: form.kind.to_owned(),
        title: form.title.to_owned(),
        description: form.description.to_owned(),
        fields: form
            .fields
            .iter()
            .map(|field| Field {
                name: field.name.to_owned(),
                label: field.label.to_owned(),
                help: field.help.to_owned(),
                example: field.example.map(str::to_owned),
                secret: field.secret,
                required: field.required,
                multiline: field.multiline,
                default: None,
                choices: Vec::new(),
            })
            .collect(),
    });
    Ok(axum::Json(Page::whole(kinds.collect())))
}

/// Channels, by name
#[utoipa::path(get, path = "/api/channels", tag = "alerts", responses((status = 200, body = Page<ChannelView>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<ChannelView>>, Problem> {
    let channels = app
        .read(|transaction| Ok(Channels(transaction).list()?))
        .await?;
    Ok(axum::Json(Page::whole(
        channels.into_iter().map(ChannelView::from).collect(),
    )))
}

/// Make a channel
#[utoipa::path(post, path = "/api/channels", tag = "alerts", request_body = NewChannel,
    responses((status = 200, body = ChannelView), (status = 422, body = ProblemDetails)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewChannel>,
) -> Result<axum::Json<ChannelView>, Problem> {
    let (key, now) = (app.office.key().clone(), app.now());
    let channel = app
        .write(move |transaction| {
            let new = New {
                kind: new.kind,
                name: new.name,
                settings: new.settings,
                secrets: sealed(new.secrets),
                allow_insecure_endpoint: new.allow_insecure_endpoint,
            };
            let channel = Channels(transaction).create(&key, new, now)?;
            let detail = json!({"kind": channel.kind, "allowInsecureEndpoint": channel.allow_insecure_endpoint});
            caller.note(transaction, "channel.add", Some(&channel.name), Some(detail), now)?;
            Ok(channel)
        })
        .await?;
    Ok(axum::Json(channel.into()))
}

/// Change a channel
#[utoipa::path(patch, path = "/api/channels/{id}", tag = "alerts", params(("id" = String, Path)), request_body = ChannelChange,
    responses((status = 200, body = ChannelView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<ChannelChange>,
) -> Result<axum::Json<ChannelView>, Problem> {
    let (key, now) = (app.office.key().clone(), app.now());
    let channel = app
        .write(move |transaction| {
            let replaced: Vec<String> = change.secrets.keys().cloned().collect();
            let change = Change {
                name: change.name,
                settings: change.settings,
                secrets: sealed(change.secrets),
                enabled: change.enabled,
                allow_insecure_endpoint: change.allow_insecure_endpoint,
            };
            let channel = Channels(transaction).update(&key, &id, change)?;
            let detail = json!({"enabled": channel.enabled, "secretsReplaced": replaced});
            caller.note(
                transaction,
                "channel.change",
                Some(&channel.name),
                Some(detail),
                now,
            )?;
            Ok(channel)
        })
        .await?;
    app.sender.wake();
    Ok(axum::Json(channel.into()))
}

/// Remove a channel that no alert uses
#[utoipa::path(delete, path = "/api/channels/{id}", tag = "alerts", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails), (status = 409, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let now = app.now();
    app.write(move |transaction| {
        let channel = Channels(transaction).find(&id)?;
        Channels(transaction).delete(&id, now)?;
        caller.note(
            transaction,
            "channel.remove",
            Some(&channel.name),
            None,
            now,
        )
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a message now, to see whether it arrives
#[utoipa::path(post, path = "/api/channels/{id}/test", tag = "alerts", params(("id" = String, Path)),
    responses((status = 200, body = DeliveryView), (status = 404, body = ProblemDetails)))]
pub async fn test(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<DeliveryView>, Problem> {
    let delivery = app.sender.test(&id).await?;
    let (name, now) = (delivery.channel.name.clone(), app.now());
    app.write(move |transaction| caller.note(transaction, "channel.test", Some(&name), None, now))
        .await?;
    Ok(axum::Json(delivery.into()))
}

fn sealed(secrets: BTreeMap<String, String>) -> BTreeMap<String, Zeroizing<String>> {
    secrets
        .into_iter()
        .map(|(name, value)| (name, Zeroizing::new(value)))
        .collect()
}
