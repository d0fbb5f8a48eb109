use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// The random identity of an integration, made once and never reused: 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntegrationId(String);

impl IntegrationId {
    /// An id from 128 random bits.
    pub fn from_random(bits: u128) -> Self {
        Self(format!("{bits:032x}"))
    }

    /// An id as stored earlier. `None` unless it has the form [`IntegrationId::from_random`] gives, so that
    /// an id can safely be part of a file name.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == 32
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IntegrationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A customer of a vendor: whose users and groups they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// The vendor's id for it.
    pub id: String,
    /// Its name, where the vendor tells.
    pub name: Option<String>,
}

/// One configured account of a provider, without its credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration {
    /// Never changes, whatever the name becomes.
    pub id: IntegrationId,
    /// `okta`, `jumpcloud`, ...
    pub provider: String,
    /// Unique among integrations; what commands take.
    pub name: String,
    /// Free text, may be empty.
    pub description: String,
    /// Words to filter by.
    pub tags: Vec<String>,
    /// Settings as given (`domain = example.okta.com`); no secrets.
    pub settings: BTreeMap<String, String>,
    /// A disabled integration is not collected; its resources stay.
    pub enabled: bool,
    /// Whether the operator allowed its endpoint although it is not public HTTPS.
    pub allow_insecure_endpoint: bool,
    /// How often it is collected, in seconds, from the beginning of one run to the beginning of the next.
    pub interval_seconds: u32,
    /// When it was added, milliseconds since 1970.
    pub created: i64,
    /// Who its credentials belong to, once the vendor told.
    pub organisation: Option<Organisation>,
}
