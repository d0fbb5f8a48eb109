//! What the provider files mean.

mod catalogue;
mod listing;
mod provider;
mod rule;
mod settings;

pub use catalogue::{Catalogue, lint};
pub use listing::{
    Derive, Detail, Explanation, Join, Listing, Marker, Paging, ParentCondition, ParentFacts,
    ResourceFile, Shape, Variants,
};
pub use provider::{
    Authentication, ErrorRule, ErrorRules, Feature, Header, ManagedQuery, Meaning, Organisation,
    Provider, RateLimit, Secret, Setting,
};
pub use rule::{Framework, PlacedText, RuleFile, Sample, SampleDocuments, SampleVerdict};
pub(crate) use settings::first_filled;
pub use settings::{Settings, SettingsError};
