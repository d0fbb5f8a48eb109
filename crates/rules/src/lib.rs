#![doc = include_str!("../README.md")]

mod error;
mod evaluate;
mod judge;
mod pack;
mod rule;
mod rulebook;
mod sample;
mod store;

pub use error::RulesError;
pub use evaluate::{Clock, Evaluator, Outcome, Wanted};
pub use judge::{Failing, Judge, Moment, Register, RuleVerdict, Standing, World};
pub use muster_model::Severity;
pub use pack::{Control, Pack};
pub use rule::Rule;
pub use rulebook::Rulebook;
pub use sample::{SampleResult, lint, run_samples};
pub use store::{
    ActivityDay, ControlReport, ControlTally, ControlVerdict, Counts, Finding, FindingFilter,
    FindingPage, FindingSort, FindingStatus, FindingStatusFilter, FindingStep, FindingSteps,
    Findings, IntegrationRuleState, MIGRATION, PackReport, Person, RuleName, RuleState, RuleStates,
    Step, StepKind, Suppression, TrendDay, forget,
};
