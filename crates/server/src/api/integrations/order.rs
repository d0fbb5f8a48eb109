//! What is asked for of connected accounts.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

/// Settings and credentials to be tried.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// `okta`
    pub provider: String,
    /// By the names of the provider's fields.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// By the names of the provider's fields.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// Whether the endpoint may be something else than public HTTPS.
    #[serde(default)]
    pub allow_insecure_endpoints: bool,
}

/// An account to be connected.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewIntegration {
    /// `okta`
    pub provider: String,
    /// Must be free.
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub description: String,
    /// Words to filter by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// By the names of the provider's fields.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// By the names of the provider's fields.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// How often it is collected; every ten minutes unless given.
    pub interval_seconds: Option<u32>,
    /// Whether the endpoint may be something else than public HTTPS.
    #[serde(default)]
    pub allow_insecure_endpoints: bool,
}

/// What changes of a connected account. Members that are absent stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IntegrationChange {
    pub name: Option<String>,
    pub description: Option<String>,
    pub tags: Option<Vec<String>>,
    /// Those given change; an empty one is taken away.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Those given are replaced.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    pub interval_seconds: Option<u32>,
    /// Whether it is collected.
    pub enabled: Option<bool>,
}

/// The name once more, so that nothing is deleted by accident.
#[derive(Debug, Deserialize, ToSchema)]
pub struct Confirmation {
    /// The integration's name.
    pub confirm: String,
}

/// How to collect.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct SyncOrder {
    /// List everything, also what did not move.
    pub full: bool,
    /// Types whose removals are taken however many they are.
    pub accept_removals: Vec<String>,
}
