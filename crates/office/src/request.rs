//! Commands that write, as data: what is handed to whoever holds the folder, and what comes back.

use std::collections::BTreeMap;

use muster_custom::Definition;
use muster_model::TypeStatus;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// What a writing command asks for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Request {
    /// `integration add`
    Add(Add),
    /// `integration set`
    Set(Set),
    /// `integration enable` and `disable`
    SetEnabled {
        /// Which.
        name: String,
        /// On or off.
        enabled: bool,
    },
    /// `integration delete`
    Delete {
        /// Which.
        name: String,
    },
    /// `sync`
    Sync(Sync),
    /// `apikey create`
    AddKey(AddKey),
    /// `integration webhook`
    Webhook {
        /// Whose.
        name: String,
        /// What about it.
        order: WebhookOrder,
    },
    /// `type add`
    DefineType(Box<Definition>),
    /// `type remove`
    RemoveType {
        /// Which.
        name: String,
    },
    /// `push`
    Push(Push),
    /// `alert test`
    TestChannel {
        /// The channel's name.
        name: String,
    },
}

impl Request {
    /// Whether what is done depends on the provider files.
    pub fn needs_providers(&self) -> bool {
        matches!(
            self,
            Self::Add(_) | Self::Set(_) | Self::Sync(_) | Self::Webhook { .. }
        )
    }
}

/// A request as it is handed over, with what its command was started with.
#[derive(Debug, Serialize, Deserialize)]
pub struct Visit {
    /// The fingerprint of the provider files it means.
    pub providers: String,
    /// What it asks for.
    pub request: Request,
}

/// A new integration.
#[derive(Clone, Serialize, Deserialize)]
pub struct Add {
    /// `okta`, ...
    pub provider: String,
    /// Must be free.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// As typed.
    pub settings: BTreeMap<String, String>,
    /// As read from the command line, a file or the environment.
    pub secrets: BTreeMap<String, String>,
    /// Whether its endpoint may be something else than public HTTPS.
    pub allow_insecure_endpoints: bool,
    /// How often it is collected, in seconds; the usual interval unless given.
    pub interval_seconds: Option<u32>,
}

impl std::fmt::Debug for Add {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Add")
            .field("provider", &self.provider)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What changes of an integration that is there.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Set {
    /// Which.
    pub name: String,
    /// What it is called from now on.
    pub new_name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Words to filter by.
    pub tags: Option<Vec<String>>,
    /// How often it is collected, in seconds.
    pub interval_seconds: Option<u32>,
    /// Those that change, as typed; empty ones are taken away.
    pub settings: BTreeMap<String, String>,
    /// Those that change, as read from the command line, a file or the environment.
    pub secrets: BTreeMap<String, String>,
    /// Whether its endpoint may be something else than public HTTPS from now on.
    pub allow_insecure_endpoints: bool,
}

impl std::fmt::Debug for Set {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Set")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// A key for the HTTP interface.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddKey {
    /// What it is for.
    pub name: String,
    /// `query`, `read`, `ingest` or `manage`.
    pub scope: String,
    /// The only type it may push, for a key of the scope `ingest`.
    #[serde(default)]
    pub resource_type: Option<String>,
    /// How long it is good for; for good unless given.
    pub valid_seconds: Option<u32>,
}

/// What is to be done about an integration's webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebhookOrder {
    /// Say how it is doing; make one where there is none.
    Show,
    /// Make another address.
    Replace,
    /// End it.
    Remove,
}

/// How an integration's webhook is doing. Times are milliseconds since 1970.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WebhookStatus {
    /// When it was made.
    pub created: i64,
    /// When the last message came.
    pub last_received: Option<i64>,
    /// Messages that came.
    pub received: i64,
    /// Messages that were not looked at yet.
    pub waiting: i64,
    /// Messages, and events in them, that were not understood.
    pub not_understood: i64,
}

impl From<muster_collect::WebhookState> for WebhookStatus {
    fn from(state: muster_collect::WebhookState) -> Self {
        Self {
            created: state.created,
            last_received: state.last_received,
            received: state.received,
            waiting: state.waiting,
            not_understood: state.not_understood,
        }
    }
}

/// Documents that were looked at and lie in the folder of pushes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Push {
    /// Of which type.
    pub resource_type: String,
    /// The file's name.
    pub file: String,
    /// How many they are.
    pub documents: u64,
    /// Which types there were when they were looked at.
    pub generation: i64,
    /// Whether they are everything there is.
    pub everything: bool,
    /// Whether removals are taken however many.
    pub accept_removals: bool,
}

/// What a push did; written as it is by `push --json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PushReport {
    /// Documents that were sent.
    pub seen: u64,
    /// Resources that were not there.
    pub added: u64,
    /// Resources that differ.
    pub modified: u64,
    /// Resources that are as they were.
    pub unchanged: u64,
    /// Resources that went.
    pub removed: u64,
    /// Resources that would go, and are held back.
    pub held_back: u64,
    /// Why, and what to do.
    pub reason: Option<String>,
}

/// A run of some or all integrations.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sync {
    /// Empty for all that are enabled.
    pub names: Vec<String>,
    /// List everything.
    pub full: bool,
    /// Only these types.
    pub types: Option<Vec<String>>,
    /// Types whose removals are taken however many.
    pub accept_removals: Vec<String>,
    /// Whether endpoints may be something else than public HTTPS.
    pub allow_insecure_endpoints: bool,
}

/// What comes back, in order; the last is an answer or a failure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Event {
    /// How far a sync has come.
    Progress(Vec<TypeProgress>),
    /// Done.
    Answer(Answer),
    /// Not done.
    Failure(Failure),
}

/// What a command did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Answer {
    /// The integration is there.
    Added(Connection),
    /// It is connected in another way.
    Changed(Connection),
    /// Done, in a sentence.
    Done(String),
    /// A key, to be shown this once.
    Key(String),
    /// How a webhook is doing.
    Webhook(WebhookStatus),
    /// A webhook, to be shown this once.
    MadeWebhook(crate::office::MadeWebhook),
    /// What a push did.
    Pushed(PushReport),
    /// One report per integration.
    Synced(Vec<IntegrationReport>),
}

/// What settings and credentials turned out to be good for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Connection {
    /// The integration's name.
    pub name: String,
    /// Whose the credentials are.
    pub organisation: Option<String>,
    /// What they will not see, a line each.
    pub unseen: Vec<String>,
    /// Whether there is nobody to ask, because resources are pushed.
    #[serde(default)]
    pub pushed: bool,
}

/// One type while it is collected.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TypeProgress {
    /// The integration's name.
    pub integration: String,
    /// Which type.
    pub resource_type: String,
    /// Resources seen.
    pub seen: u64,
    /// Changes found.
    pub changes: u64,
    /// Parents and parents listed, for a type that is listed per parent.
    pub parents: Option<(u64, u64)>,
    /// How it ended, once it has.
    pub state: Option<TypeStatus>,
    /// Requests sent for it.
    pub requests: u64,
}

/// What a sync did for one integration; written as it is by `sync --json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IntegrationReport {
    /// Its name.
    pub name: String,
    /// Its provider.
    pub provider: String,
    /// Whether everything that can be had is there.
    pub complete: bool,
    /// Requests sent, retries included.
    pub requests: u64,
    /// Requests that were repeated.
    pub retries: u64,
    /// Milliseconds that requests waited for the vendor's rate limit.
    pub waited_milliseconds: u64,
    /// Milliseconds until the last page was durable and visible.
    pub acknowledged_milliseconds: u64,
    /// How long it took, in milliseconds, with archiving and merging.
    pub duration_milliseconds: u64,
    /// Why the archive does not have everything yet.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub archive_waits: Option<String>,
    /// Why it ended early.
    pub stopped: Option<String>,
    /// Whether that was because of settings or credentials.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub misconfigured: bool,
    /// One per type.
    pub types: Vec<TypeResult>,
}

/// What a sync did for one type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TypeResult {
    /// Which.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// How far it can be believed.
    pub state: TypeStatus,
    /// Resources seen.
    pub seen: u64,
    /// Resources that were not there.
    pub added: u64,
    /// Resources that differ.
    pub modified: u64,
    /// Resources that went.
    pub removed: u64,
    /// Resources that differ in volatile fields alone.
    pub touched: u64,
    /// Requests sent for it.
    pub requests: u64,
    /// What is missing and why.
    pub reason: Option<String>,
}
