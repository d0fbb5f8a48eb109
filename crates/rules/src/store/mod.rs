//! What is known of rules and findings, in the control file.

mod acting;
mod filter;
mod finding;
mod overview;
mod pack;
mod state;
mod step;
mod tables;

pub use filter::{FindingFilter, FindingPage, FindingSort, FindingStatusFilter};
pub use finding::{Finding, FindingStatus, Findings, Person, RuleName, Suppression};
pub use overview::{ActivityDay, TrendDay};
pub use pack::{ControlReport, ControlTally, ControlVerdict, PackReport};
pub use state::{Counts, IntegrationRuleState, RuleState, RuleStates};
pub use step::{FindingStep, FindingSteps, Step, StepKind};
pub use tables::{MIGRATION, forget};

pub(crate) use acting::expire;
pub(crate) use step::{NewStep, write_step};
