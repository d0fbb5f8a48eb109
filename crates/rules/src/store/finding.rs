use muster_model::{IntegrationId, Severity};
use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::step::{Step, steps_of};
use crate::RulesError;

/// Findings, inside a transaction.
#[derive(Debug)]
pub struct Findings<'t>(pub &'t Transaction<'t>);

/// One resource that breaks one rule, or did.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// 32 hexadecimal digits; the same for the same rule and resource for ever.
    pub id: String,
    /// The rule.
    pub rule: RuleName,
    /// Whose resource.
    pub integration: IntegrationId,
    /// Its type.
    pub resource_type: String,
    /// Its key.
    pub key: String,
    /// The name a person knows it by.
    pub label: String,
    /// Whether it breaks the rule still.
    pub status: FindingStatus,
    /// When it was opened, or opened again, milliseconds since 1970.
    pub opened_at: i64,
    /// When its last step was.
    pub changed_at: i64,
    /// What the rule shows of the resource, as it was when it last broke the rule.
    pub evidence: Map<String, Value>,
    /// Who has it in hand.
    pub assignee: Option<Person>,
    /// By when it is to be put right.
    pub due_at: Option<i64>,
    /// Why it is held under, and until when. Stays while the finding is resolved.
    pub suppression: Option<Suppression>,
}

/// What a finding says of its rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleName {
    /// `OKTA-098`.
    pub id: String,
    /// In a line; the id where the rule is gone and was never evaluated.
    pub title: String,
    /// How much harm it invites.
    pub severity: Severity,
}

/// Whether a resource breaks a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingStatus {
    /// It does.
    Open,
    /// It does, and that is accepted for now.
    Suppressed,
    /// It did.
    Resolved,
}

impl FindingStatus {
    /// The word used in the API and on disk.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Suppressed => "suppressed",
            Self::Resolved => "resolved",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Suppressed, Self::Resolved]
            .into_iter()
            .find(|status| status.as_str() == word)
    }
}

/// Somebody who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The user's id.
    pub id: String,
    /// What they were called then.
    pub name: String,
}

impl Person {
    pub(crate) fn of(id: Option<String>, name: Option<String>) -> Option<Self> {
        Some(Self {
            id: id?,
            name: name.unwrap_or_default(),
        })
    }
}

/// Why a finding is held under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// In words.
    pub reason: String,
    /// When it ends, milliseconds since 1970; never when absent.
    pub until: Option<i64>,
    /// Who said so.
    pub by: Person,
    /// When.
    pub at: i64,
}

/// What [`read`] reads.
pub(super) const COLUMNS: &str = "f.id, f.rule, coalesce(r.title, f.rule), f.severity, f.integration, f.resource_type,
    f.key, f.label, f.status, f.opened_at, f.changed_at, f.evidence, f.assignee_id, f.assignee_name, f.due_at,
    s.reason, s.until, s.by_id, s.by_name, s.at, f.number";

/// Where it is read from.
pub(super) const TABLES: &str = "finding f LEFT JOIN rule r ON r.id = f.rule LEFT JOIN suppression s ON s.number = f.suppression";

/// How many columns [`COLUMNS`] are.
pub(super) const WIDTH: usize = 21;

/// A row that begins with [`COLUMNS`].
pub(super) fn read(row: &Row<'_>) -> Result<Finding, RulesError> {
    let broken = |what: &str| RulesError::Internal(format!("a finding's {what} cannot be read"));
    let integration: String = row.get(4)?;
    let status: String = row.get(8)?;
    let evidence: String = row.get(11)?;
    let suppression = match row.get::<_, Option<String>>(15)? {
        Some(reason) => Some(Suppression {
            reason,
            until: row.get(16)?,
            by: Person {
                id: row.get(17)?,
                name: row.get(18)?,
            },
            at: row.get(19)?,
        }),
        None => None,
    };
    Ok(Finding {
        id: row.get(0)?,
        rule: RuleName {
            id: row.get(1)?,
            title: row.get(2)?,
            severity: Severity::from_rank(row.get(3)?).ok_or_else(|| broken("severity"))?,
        },
        integration: IntegrationId::parse(&integration).ok_or_else(|| broken("integration"))?,
        resource_type: row.get(5)?,
        key: row.get(6)?,
        label: row.get(7)?,
        status: FindingStatus::parse(&status).ok_or_else(|| broken("status"))?,
        opened_at: row.get(9)?,
        changed_at: row.get(10)?,
        evidence: serde_json::from_str(&evidence).map_err(|_| broken("evidence"))?,
        assignee: Person::of(row.get(12)?, row.get(13)?),
        due_at: row.get(14)?,
        suppression,
    })
}

impl Findings<'_> {
    /// The finding of this id.
    ///
    /// # Errors
    /// [`RulesError::NoFinding`].
    pub fn find(&self, id: &str) -> Result<Finding, RulesError> {
        let mut statement = self
            .0
            .prepare_cached(&format!("SELECT {COLUMNS} FROM {TABLES} WHERE f.id = ?1"))?;
        statement
            .query_row([id], |row| Ok(read(row)))
            .optional()?
            .ok_or_else(|| RulesError::NoFinding(id.to_owned()))?
    }

    /// Keys of the resources that may break a rule for now, because somebody accepted it. None in a folder in which
    /// no rule was ever evaluated.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn suppressed_keys(
        &self,
        rule: &str,
        integration: &IntegrationId,
        now: i64,
    ) -> Result<Vec<String>, RulesError> {
        let known: bool = self.0.query_row(
            "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'finding')",
            [],
            |row| row.get(0),
        )?;
        if !known {
            return Ok(Vec::new());
        }
        let mut statement = self.0.prepare_cached(
            "SELECT f.key FROM finding f JOIN suppression s ON s.number = f.suppression
             WHERE f.rule = ?1 AND f.integration = ?2 AND (s.until IS NULL OR s.until > ?3)",
        )?;
        let keys = statement.query_map((rule, integration.as_str(), now), |row| row.get(0))?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// What happened to a finding, oldest first.
    ///
    /// # Errors
    /// [`RulesError::NoFinding`].
    pub fn steps(&self, id: &str) -> Result<Vec<Step>, RulesError> {
        let number: Option<i64> = self
            .0
            .prepare_cached("SELECT number FROM finding WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
            .optional()?;
        match number {
            Some(number) => steps_of(self.0, number),
            None => Err(RulesError::NoFinding(id.to_owned())),
        }
    }
}
