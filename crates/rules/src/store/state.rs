use std::collections::BTreeMap;

use muster_model::IntegrationId;
use rusqlite::Transaction;
use serde::Serialize;

use crate::RulesError;

/// What rules say, inside a transaction.
#[derive(Debug)]
pub struct RuleStates<'t>(pub &'t Transaction<'t>);

/// Resources by what a rule says of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// They keep it.
    pub pass: u64,
    /// They break it.
    pub fail: u64,
    /// They break it, and that is accepted.
    pub suppressed: u64,
    /// It is not about them.
    pub not_applicable: u64,
    /// Something it looks at is missing.
    pub not_evaluated: u64,
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.pass += other.pass;
        self.fail += other.fail;
        self.suppressed += other.suppressed;
        self.not_applicable += other.not_applicable;
        self.not_evaluated += other.not_evaluated;
    }
}

/// What a rule says over all integrations. The default is a rule that was never judged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleState {
    /// Over all integrations.
    pub counts: Counts,
    /// Why it was not evaluated, or not for all resources.
    pub reason: Option<String>,
    /// When it was last evaluated and something had moved, milliseconds since 1970.
    pub evaluated_at: Option<i64>,
    /// One by one.
    pub integrations: Vec<IntegrationRuleState>,
}

/// What a rule says in one integration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrationRuleState {
    /// Which.
    pub integration: IntegrationId,
    /// Resources by what is said of them.
    pub counts: Counts,
    /// Whether something it reads is missing altogether, so that no resource was judged.
    pub evaluated: bool,
    /// Why it was not evaluated or does not apply, or not for all resources.
    pub reason: Option<String>,
    /// When, milliseconds since 1970.
    pub evaluated_at: i64,
}

impl RuleStates<'_> {
    /// What every rule says that was ever judged, by id.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn all(&self) -> Result<BTreeMap<String, RuleState>, RulesError> {
        self.read(None)
    }

    /// What one rule says.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn of(&self, rule: &str) -> Result<RuleState, RulesError> {
        Ok(self.read(Some(rule))?.remove(rule).unwrap_or_default())
    }

    fn read(&self, rule: Option<&str>) -> Result<BTreeMap<String, RuleState>, RulesError> {
        let mut statement = self.0.prepare_cached(
            "SELECT s.rule, s.integration, s.standing, s.pass, s.breaking, s.not_applicable, s.not_evaluated, s.reason,
                 s.evaluated_at,
                 (SELECT count(*) FROM finding f WHERE f.rule = s.rule AND f.integration = s.integration
                      AND f.status = 'suppressed' AND f.breaking)
             FROM rule_state s WHERE ?1 IS NULL OR s.rule = ?1 ORDER BY s.rule, s.integration",
        )?;
        let mut rows = statement.query([rule])?;
        let mut states: BTreeMap<String, RuleState> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let integration: String = row.get(1)?;
            let Some(integration) = IntegrationId::parse(&integration) else {
                continue;
            };
            let standing: String = row.get(2)?;
            let number = |index| row.get::<_, i64>(index).map(|number| number as u64);
            let breaking = number(4)?;
            // A rule that is not judged at present says nothing of what it once said.
            let suppressed = match standing.as_str() {
                "judged" => number(9)?.min(breaking),
                _ => 0,
            };
            let one = IntegrationRuleState {
                integration,
                counts: Counts {
                    pass: number(3)?,
                    fail: breaking - suppressed,
                    suppressed,
                    not_applicable: number(5)?,
                    not_evaluated: number(6)?,
                },
                evaluated: standing != "not_evaluated",
                reason: row.get(7)?,
                evaluated_at: row.get(8)?,
            };
            let state = states.entry(row.get(0)?).or_default();
            state.counts.add(one.counts);
            state.evaluated_at = state.evaluated_at.max(Some(one.evaluated_at));
            state.integrations.push(one);
        }
        for state in states.values_mut() {
            state.reason = reason(&state.integrations);
        }
        Ok(states)
    }
}

/// The reasons of several integrations in one line.
fn reason(states: &[IntegrationRuleState]) -> Option<String> {
    let mut reasons = states.iter().filter_map(|state| state.reason.as_deref());
    let first = reasons.next()?;
    Some(match reasons.count() {
        0 => first.to_owned(),
        1 => format!("{first} (and another integration)"),
        more => format!("{first} (and {more} other integrations)"),
    })
}
