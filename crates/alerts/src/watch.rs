//! What an alert watches for.

use muster_model::{ChangeKind, IntegrationId, Severity};
use muster_rules::{FindingStep, StepKind};
use serde::{Deserialize, Serialize};

use crate::FieldProblem;

/// What an alert watches. An empty list means all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watch {
    /// Steps in the life of findings.
    Finding(FindingWatch),
    /// Changes of resources.
    Change(ChangeWatch),
}

/// Which steps of which findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingWatch {
    /// Of rules at least this severe.
    pub minimum_severity: Severity,
    /// Of these rules, by id.
    #[serde(default)]
    pub rules: Vec<String>,
    /// In these integrations.
    #[serde(default)]
    pub integrations: Vec<IntegrationId>,
    /// These steps.
    #[serde(default)]
    pub steps: Vec<FindingStepKind>,
}

/// The steps of a finding that can be told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingStepKind {
    /// A resource breaks a rule for the first time.
    Opened,
    /// It breaks it again.
    Reopened,
    /// It no longer does.
    Resolved,
}

/// Which changes of which resources.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeWatch {
    /// Of these types.
    #[serde(default)]
    pub types: Vec<String>,
    /// In these integrations.
    #[serde(default)]
    pub integrations: Vec<IntegrationId>,
    /// These kinds.
    #[serde(default)]
    pub kinds: Vec<ChangeKind>,
    /// A modified resource counts when one of these, or something below one of them, differs.
    #[serde(default)]
    pub fields: Vec<String>,
}

impl FindingStepKind {
    /// The word in files, messages and the interface.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Reopened => "reopened",
            Self::Resolved => "resolved",
        }
    }

    pub(crate) fn of(kind: StepKind) -> Option<Self> {
        match kind {
            StepKind::Opened => Some(Self::Opened),
            StepKind::Reopened => Some(Self::Reopened),
            StepKind::Resolved => Some(Self::Resolved),
            _ => None,
        }
    }
}

/// One change as the archive has it.
pub(crate) struct ChangeRow<'a> {
    pub sequence: u64,
    pub recorded_at: i64,
    pub resource_type: &'a str,
    pub kind: &'a str,
    pub key: &'a str,
    pub integration: &'a str,
    pub fields: Vec<&'a str>,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
}

impl Watch {
    /// `finding` or `change`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Finding(_) => "finding",
            Self::Change(_) => "change",
        }
    }

    pub(crate) fn parse(kind: &str, text: &str) -> serde_json::Result<Self> {
        Ok(match kind {
            "finding" => Self::Finding(serde_json::from_str(text)?),
            _ => Self::Change(serde_json::from_str(text)?),
        })
    }

    pub(crate) fn to_text(&self) -> serde_json::Result<String> {
        match self {
            Self::Finding(watch) => serde_json::to_string(watch),
            Self::Change(watch) => serde_json::to_string(watch),
        }
    }

    pub(crate) fn problems(&self) -> Vec<FieldProblem> {
        match self {
            Self::Finding(_) => Vec::new(),
            Self::Change(watch) if watch.kinds.contains(&ChangeKind::Touched) => {
                vec![FieldProblem::new(
                    "kinds",
                    "a difference in volatile fields alone is no change; use added, modified or removed",
                )]
            }
            Self::Change(watch)
                if !watch.fields.is_empty()
                    && !watch.kinds.is_empty()
                    && !watch.kinds.contains(&ChangeKind::Modified) =>
            {
                vec![FieldProblem::new(
                    "fields",
                    "only a modified resource has fields that differ; add modified to the kinds, or leave the fields out",
                )]
            }
            Self::Change(_) => Vec::new(),
        }
    }
}

fn among<T: PartialEq>(wanted: &[T], one: &T) -> bool {
    wanted.is_empty() || wanted.contains(one)
}

impl FindingWatch {
    /// Whether this step is told about. A suppressed finding is not: somebody decided that already.
    pub(crate) fn wants(&self, step: &FindingStep) -> bool {
        let Some(kind) = FindingStepKind::of(step.step.kind) else {
            return false;
        };
        let finding = &step.finding;
        !step.suppressed
            && among(&self.steps, &kind)
            && finding.rule.severity >= self.minimum_severity
            && among(&self.rules, &finding.rule.id)
            && among(&self.integrations, &finding.integration)
    }
}

impl ChangeWatch {
    pub(crate) fn wants(&self, change: &ChangeRow<'_>) -> bool {
        let named = |list: &[String], word: &str| {
            list.is_empty() || list.iter().any(|known| known.eq_ignore_ascii_case(word))
        };
        named(&self.types, change.resource_type)
            && (self.integrations.is_empty()
                || self
                    .integrations
                    .iter()
                    .any(|known| known.as_str() == change.integration))
            && (self.kinds.is_empty() || self.kinds.iter().any(|kind| kind.as_str() == change.kind))
            && (change.kind != ChangeKind::Modified.as_str() || self.differs(&change.fields))
    }

    /// Whether one of the fields that are watched, or one below it, is among those that differ.
    fn differs(&self, fields: &[&str]) -> bool {
        self.fields.is_empty()
            || self.fields.iter().any(|watched| {
                fields.iter().any(|field| {
                    let same = |text: &str| text.eq_ignore_ascii_case(watched);
                    same(field)
                        || field.get(..watched.len()).is_some_and(same)
                            && field[watched.len()..].starts_with(['.', '['])
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change<'a>(kind: &'a str, fields: &[&'a str]) -> ChangeRow<'a> {
        ChangeRow {
            sequence: 1,
            recorded_at: 0,
            resource_type: "okta_user",
            kind,
            key: "00u1",
            integration: "0123456789abcdef0123456789abcdef",
            fields: fields.to_vec(),
            before: None,
            after: None,
        }
    }

    #[test]
    fn an_empty_watch_wants_every_change() {
        let watch = ChangeWatch::default();
        assert!(watch.wants(&change("added", &[])) && watch.wants(&change("modified", &["a"])));
    }

    #[test]
    fn a_field_counts_with_what_is_below_it_and_not_with_its_neighbour() {
        let watch = ChangeWatch {
            fields: vec!["profile".into(), "status".into()],
            ..ChangeWatch::default()
        };
        assert!(watch.wants(&change("modified", &["profile.email"])));
        assert!(watch.wants(&change("modified", &["Status"])));
        assert!(watch.wants(&change("modified", &["profile[0]"])));
        assert!(!watch.wants(&change("modified", &["profileUrl", "statusChanged"])));
        assert!(
            watch.wants(&change("removed", &[])),
            "it has no fields to look at"
        );
    }

    #[test]
    fn every_condition_must_hold() {
        let watch = ChangeWatch {
            types: vec!["okta_user".into()],
            kinds: vec![ChangeKind::Removed],
            ..ChangeWatch::default()
        };
        assert!(watch.wants(&change("removed", &[])));
        assert!(!watch.wants(&change("added", &[])));
        let elsewhere = ChangeWatch {
            integrations: vec![IntegrationId::from_random(9)],
            ..ChangeWatch::default()
        };
        assert!(!elsewhere.wants(&change("removed", &[])));
    }
}
