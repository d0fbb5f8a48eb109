//! One module per noun; a handler per verb.

pub mod accounts;
pub mod alerts;
pub mod audit;
pub mod audit_events;
pub mod catalogue;
pub mod changes;
pub mod channels;
pub mod custom_types;
pub mod deliveries;
pub mod events;
pub mod findings;
pub mod hooks;
pub mod ingest;
pub mod integrations;
pub mod keys;
pub mod overview;
pub mod packs;
pub mod providers;
pub mod queries;
pub mod query;
mod resource_filter;
pub mod resources;
pub mod rules;
pub mod session;
pub mod types;
pub mod users;

use serde::{Deserialize, Deserializer};

/// A member that may be absent, null or a value: absent leaves things as they are, null takes them away.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Values of a parameter that may be given several times or separated by commas.
pub fn several(given: &Option<String>) -> Vec<String> {
    given
        .iter()
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
