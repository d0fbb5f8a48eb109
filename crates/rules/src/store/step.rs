use rusqlite::{Row, Transaction};
use serde::{Deserialize, Serialize};

use super::finding::{COLUMNS, Finding, Person, TABLES, WIDTH, read};
use crate::RulesError;

/// One thing that happened to a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Grows with each step of any finding; no number is used twice.
    pub sequence: u64,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// What.
    pub kind: StepKind,
    /// Who did it; Muster where nobody did.
    pub by: Option<Person>,
    /// Why, in words.
    pub cause: Option<String>,
    /// What was said: a comment, a reason, who it was assigned to.
    pub text: Option<String>,
}

/// What can happen to a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The resource was first seen to break the rule.
    Opened,
    /// It does not any more.
    Resolved,
    /// It does again.
    Reopened,
    /// Somebody accepted it for now.
    Suppressed,
    /// Somebody took that back, or its time was over.
    Unsuppressed,
    /// Somebody was given it, or it was taken from them.
    Assigned,
    /// A day was set by which it is to be put right, or taken away.
    Due,
    /// Somebody said something.
    Comment,
}

impl StepKind {
    const ALL: [Self; 8] = [
        Self::Opened,
        Self::Resolved,
        Self::Reopened,
        Self::Suppressed,
        Self::Unsuppressed,
        Self::Assigned,
        Self::Due,
        Self::Comment,
    ];

    /// The word used in the API and on disk.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Resolved => "resolved",
            Self::Reopened => "reopened",
            Self::Suppressed => "suppressed",
            Self::Unsuppressed => "unsuppressed",
            Self::Assigned => "assigned",
            Self::Due => "due",
            Self::Comment => "comment",
        }
    }

    /// The kind of this name, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A step and the finding it happened to.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingStep {
    /// What happened.
    pub step: Step,
    /// Whether the finding was suppressed then.
    pub suppressed: bool,
    /// The finding as it is now.
    pub finding: Finding,
}

/// The steps of all findings in the order in which they happened, inside a transaction.
#[derive(Debug)]
pub struct FindingSteps<'t>(pub &'t Transaction<'t>);

impl FindingSteps<'_> {
    /// The first `limit` steps after `sequence`.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn after(&self, sequence: u64, limit: u32) -> Result<Vec<FindingStep>, RulesError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS}, t.sequence, t.at, t.kind, t.by_id, t.by_name, t.cause, t.text, t.suppressed
             FROM {TABLES} JOIN finding_step t ON t.finding = f.number
             WHERE t.sequence > ?1 ORDER BY t.sequence LIMIT ?2"
        ))?;
        let mut rows = statement.query((sequence as i64, limit))?;
        let mut steps = Vec::new();
        while let Some(row) = rows.next()? {
            steps.push(FindingStep {
                step: read_step(row, WIDTH)?,
                suppressed: row.get(WIDTH + 7)?,
                finding: read(row)?,
            });
        }
        Ok(steps)
    }

    /// The number of the last step; 0 when there is none.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn last(&self) -> Result<u64, RulesError> {
        // The last step may have been deleted with its integration; its number is not given again.
        let last: i64 = self.0.query_row(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'finding_step'",
            [],
            |row| row.get(0),
        )?;
        Ok(last as u64)
    }
}

/// The steps of one finding, oldest first.
pub(super) fn steps_of(
    transaction: &Transaction<'_>,
    finding: i64,
) -> Result<Vec<Step>, RulesError> {
    let mut statement = transaction.prepare_cached(
        "SELECT sequence, at, kind, by_id, by_name, cause, text FROM finding_step WHERE finding = ?1 ORDER BY sequence",
    )?;
    let mut rows = statement.query([finding])?;
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(read_step(row, 0)?);
    }
    Ok(steps)
}

fn read_step(row: &Row<'_>, from: usize) -> Result<Step, RulesError> {
    let sequence: i64 = row.get(from)?;
    let kind: String = row.get(from + 2)?;
    Ok(Step {
        sequence: sequence as u64,
        at: row.get(from + 1)?,
        kind: StepKind::parse(&kind)
            .ok_or_else(|| RulesError::Internal(format!("there is no step `{kind}`")))?,
        by: Person::of(row.get(from + 3)?, row.get(from + 4)?),
        cause: row.get(from + 5)?,
        text: row.get(from + 6)?,
    })
}

/// A step to be appended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewStep<'s> {
    pub finding: i64,
    pub rule: &'s str,
    pub integration: &'s str,
    pub at: i64,
    pub kind: StepKind,
    pub by: Option<&'s Person>,
    pub cause: Option<&'s str>,
    pub text: Option<&'s str>,
    pub suppressed: bool,
    /// By how much the number of open findings changes.
    pub change: i64,
}

pub(crate) fn write_step(
    transaction: &Transaction<'_>,
    step: NewStep<'_>,
) -> Result<(), RulesError> {
    transaction
        .prepare_cached(
            "INSERT INTO finding_step (finding, rule, integration, at, kind, by_id, by_name, cause, text, suppressed,
                 change)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute((
            step.finding,
            step.rule,
            step.integration,
            step.at,
            step.kind.as_str(),
            step.by.map(|person| person.id.as_str()),
            step.by.map(|person| person.name.as_str()),
            step.cause,
            step.text,
            step.suppressed,
            step.change,
        ))?;
    Ok(())
}
