//! The words of Muster as types. No I/O, no clock, no randomness.
//!
//! One word per thing, the same in code, SQL, files and screens: a [`ResourceType`] describes what the
//! resources of one table look like; a [`ResourceKey`] names one of them inside its integration; a
//! [`ChangeKind`] says what happened to it; a [`Principal`] is whoever asks.

mod audit;
mod change;
mod integration;
mod key;
mod path;
mod principal;
mod resource_type;
mod severity;
mod state;

pub use audit::{AuditEvent, Party};
pub use change::{ChangeActor, ChangeKind};
pub use integration::{Integration, IntegrationId, Organisation};
pub use key::{KeyError, ResourceKey};
pub use path::{Path, PathError, Segment};
pub use principal::Principal;
pub use resource_type::{
    Column, ColumnType, Computation, Computed, OrganisationFact, Others, Parent, Reference,
    ResourceType, SameAs,
};
pub use severity::Severity;
pub use state::{TypeState, TypeStatus};
