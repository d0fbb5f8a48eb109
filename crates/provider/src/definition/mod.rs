//! What the provider files mean.

mod audit;
mod catalogue;
mod listing;
mod preparation;
mod provider;
mod rule;
mod settings;
mod version;
mod webhook;

pub use audit::{AuditLog, EventFields, Follow, Hint, Hinted, PartyFields};
pub use catalogue::{Catalogue, lint};
pub use listing::{
    Counting, Derive, Detail, Envelope, Explanation, Join, Listing, Marker, Numbered, Paging,
    ParentCondition, ParentFacts, Read, ResourceFile, Shape, Total, Variants,
};
pub use preparation::{Added, Part, Preparation, VariantColumn};
pub(crate) use preparation::{Identity, identity, small_first, text_member, with_members};
pub use provider::{
    Authentication, ErrorRule, ErrorRules, Feature, Header, ManagedQuery, Meaning, Organisation,
    Proof, Provider, RateLimit, Secret, Setting,
};
pub use rule::{Framework, PlacedText, RuleFile, Sample, SampleDocuments, SampleVerdict};
pub(crate) use settings::first_filled;
pub use settings::{Settings, SettingsError};
pub use webhook::{Challenge, Webhook};
