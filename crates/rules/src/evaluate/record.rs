//! From verdicts to findings and their steps, in one transaction.

use std::collections::HashSet;

use muster_control::{Control, Integrations};
use rusqlite::{OptionalExtension as _, Transaction};

use super::{
    Judged, Outcome, Position,
    spool::{Spool, Unspool},
};
use crate::{
    Failing, Rulebook, RulesError, Standing, StepKind,
    judge::{Fate, key_hash},
    store::{NewStep, expire, write_step},
};

/// Records everything; the position too, so that either all of it is there or nothing.
pub(super) fn record(
    control: &mut Control,
    rulebook: &Rulebook,
    judged: Vec<Judged>,
    spool: Spool,
    position: &Position,
    now: i64,
) -> Result<Outcome, RulesError> {
    let mut spooled = spool.rewind()?;
    control.write(|transaction| {
        let mut recorder = Recorder {
            transaction,
            now,
            outcome: Outcome {
                evaluated: true,
                sequence: position.sequence,
                ..Outcome::default()
            },
        };
        recorder.outcome.unsuppressed = expire(transaction, now)?;
        let moved = recorder.move_to(position)?;
        let there: HashSet<String> = Integrations(transaction)
            .all()?
            .into_iter()
            .map(|integration| integration.id.to_string())
            .collect();
        recorder.name_rules(rulebook)?;
        for judged in judged {
            if !there.contains(judged.integration.id.as_str()) {
                // Deleted while it was judged.
                for _ in 0..judged.verdict.breaking {
                    spooled.take()?;
                }
                continue;
            }
            recorder.judged(&judged, &mut spooled, moved, position)?;
        }
        recorder.forget_rules(rulebook)?;
        Ok(recorder.outcome)
    })
}

struct Recorder<'t> {
    transaction: &'t Transaction<'t>,
    now: i64,
    outcome: Outcome,
}

/// A finding as it stands in the table.
struct Stored {
    number: i64,
    severity: i64,
    label: String,
    evidence: String,
    status: String,
    breaking: bool,
    held: bool,
}

/// What is open of one rule in one integration.
struct Open {
    number: i64,
    key: String,
    breaking: bool,
    suppressed: bool,
}

impl Recorder<'_> {
    /// Notes what was seen; says whether it is something else than before.
    fn move_to(&self, position: &Position) -> Result<bool, RulesError> {
        let moved = self.transaction.execute(
            "INSERT INTO rule_position (one, sequence, rules, states) VALUES (1, ?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET sequence = ?1, rules = ?2, states = ?3
             WHERE sequence != ?1 OR rules != ?2 OR states != ?3",
            (position.sequence as i64, &position.rules, &position.states),
        )?;
        Ok(moved > 0)
    }

    fn name_rules(&self, rulebook: &Rulebook) -> Result<(), RulesError> {
        for rule in rulebook.rules() {
            let (id, rank) = (rule.id(), rule.file.severity.rank());
            self.transaction
                .prepare_cached(
                    "INSERT INTO rule (id, title, severity) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET title = ?2, severity = ?3 WHERE title != ?2 OR severity != ?3",
                )?
                .execute((id, &rule.file.title, rank))?;
            self.transaction
                .prepare_cached(
                    "UPDATE finding SET severity = ?2 WHERE rule = ?1 AND severity != ?2",
                )?
                .execute((id, rank))?;
        }
        Ok(())
    }

    fn judged(
        &mut self,
        judged: &Judged,
        spooled: &mut Unspool,
        moved: bool,
        position: &Position,
    ) -> Result<(), RulesError> {
        let is_first = self.is_first(judged)?;
        for _ in 0..judged.verdict.breaking {
            let failing = spooled.take()?;
            self.fails(judged, &failing, is_first)?;
        }
        match judged.verdict.standing {
            Standing::Judged => {
                for open in self.open(judged.rule.id(), Some(judged.integration.id.as_str()))? {
                    self.still_open(judged, &open)?;
                }
            }
            Standing::NotApplicable => {
                let cause = judged.verdict.reason.as_deref().unwrap_or_default();
                for open in self.open(judged.rule.id(), Some(judged.integration.id.as_str()))? {
                    self.resolve(
                        judged.rule.id(),
                        judged.integration.id.as_str(),
                        &open,
                        cause,
                    )?;
                }
            }
            Standing::NotEvaluated => {}
        }
        self.state(judged, moved, position)
    }

    fn is_first(&self, judged: &Judged) -> Result<bool, RulesError> {
        let known: bool = self
            .transaction
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM rule_state WHERE rule = ?1 AND integration = ?2 AND standing = 'judged')",
            )?
            .query_row(
                (judged.rule.id(), judged.integration.id.as_str()),
                |row| row.get(0),
            )?;
        Ok(!known)
    }

    /// A resource breaks a rule.
    fn fails(
        &mut self,
        judged: &Judged,
        failing: &Failing,
        is_first: bool,
    ) -> Result<(), RulesError> {
        let (rule, integration) = (judged.rule.id(), judged.integration.id.as_str());
        let resource_type = judged.rule.judged.name.as_str();
        let rank = judged.rule.file.severity.rank();
        let stored = self
            .transaction
            .prepare_cached(
                "SELECT number, severity, label, evidence, status, breaking, suppression IS NOT NULL FROM finding
                 WHERE rule = ?1 AND integration = ?2 AND resource_type = ?3 AND key = ?4",
            )?
            .query_row((rule, integration, resource_type, &failing.key), |row| {
                Ok(Stored {
                    number: row.get(0)?,
                    severity: row.get(1)?,
                    label: row.get(2)?,
                    evidence: row.get(3)?,
                    status: row.get(4)?,
                    breaking: row.get(5)?,
                    held: row.get(6)?,
                })
            })
            .optional()?;
        let Some(stored) = stored else {
            self.transaction
                .prepare_cached(
                    "INSERT INTO finding (id, rule, severity, integration, resource_type, key, label, evidence, status,
                         breaking, opened_at, changed_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'open', 1, ?9, ?9)",
                )?
                .execute((
                    id_of(rule, integration, resource_type, &failing.key),
                    rule,
                    rank,
                    integration,
                    resource_type,
                    &failing.key,
                    &failing.label,
                    &failing.evidence,
                    self.now,
                ))?;
            let number = self.transaction.last_insert_rowid();
            let cause = match is_first {
                true => "found when the rule was first evaluated here",
                false => "it breaks the rule since the last evaluation",
            };
            self.outcome.opened += 1;
            return self.step(
                (number, rule, integration),
                StepKind::Opened,
                cause,
                false,
                1,
            );
        };
        if stored.status == "resolved" {
            let status = if stored.held { "suppressed" } else { "open" };
            self.transaction
                .prepare_cached(
                    "UPDATE finding SET status = ?2, breaking = 1, severity = ?3, label = ?4, evidence = ?5,
                         opened_at = ?6, changed_at = ?6
                     WHERE number = ?1",
                )?
                .execute((
                    stored.number,
                    status,
                    rank,
                    &failing.label,
                    &failing.evidence,
                    self.now,
                ))?;
            self.outcome.reopened += 1;
            return self.step(
                (stored.number, rule, integration),
                StepKind::Reopened,
                "it breaks the rule again",
                stored.held,
                i64::from(!stored.held),
            );
        }
        let same = stored.breaking
            && stored.severity == rank
            && stored.label == failing.label
            && stored.evidence == failing.evidence;
        if !same {
            self.transaction
                .prepare_cached(
                    "UPDATE finding SET breaking = 1, severity = ?2, label = ?3, evidence = ?4 WHERE number = ?1",
                )?
                .execute((stored.number, rank, &failing.label, &failing.evidence))?;
        }
        Ok(())
    }

    fn open(&self, rule: &str, integration: Option<&str>) -> Result<Vec<Open>, RulesError> {
        let mut statement = self.transaction.prepare_cached(
            "SELECT number, key, breaking, status = 'suppressed' FROM finding
             WHERE rule = ?1 AND (?2 IS NULL OR integration = ?2) AND status IN ('open', 'suppressed') ORDER BY number",
        )?;
        let rows = statement.query_map((rule, integration), |row| {
            Ok(Open {
                number: row.get(0)?,
                key: row.get(1)?,
                breaking: row.get(2)?,
                suppressed: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// An open finding after its rule was judged: it fails still, is not known, or is mended.
    fn still_open(&mut self, judged: &Judged, open: &Open) -> Result<(), RulesError> {
        let hash = key_hash(&open.key);
        if judged.verdict.failing.contains(&hash) {
            return Ok(());
        }
        if judged.verdict.unknown.contains(&hash) {
            if open.breaking {
                self.transaction
                    .prepare_cached("UPDATE finding SET breaking = 0 WHERE number = ?1")?
                    .execute([open.number])?;
            }
            return Ok(());
        }
        let cause = match judged.fates.get(&hash) {
            Some(Fate::Gone) => "the resource is gone",
            Some(Fate::Aside) => "the rule does not apply to it any more",
            Some(Fate::Kept) | None => "it does not break the rule any more",
        };
        self.resolve(
            judged.rule.id(),
            judged.integration.id.as_str(),
            open,
            cause,
        )
    }

    fn resolve(
        &mut self,
        rule: &str,
        integration: &str,
        open: &Open,
        cause: &str,
    ) -> Result<(), RulesError> {
        self.transaction
            .prepare_cached(
                "UPDATE finding SET status = 'resolved', breaking = 0, changed_at = ?2 WHERE number = ?1",
            )?
            .execute((open.number, self.now))?;
        self.outcome.resolved += 1;
        self.step(
            (open.number, rule, integration),
            StepKind::Resolved,
            cause,
            open.suppressed,
            -i64::from(!open.suppressed),
        )
    }

    /// Rules that are not among those any more take their findings along.
    fn forget_rules(&mut self, rulebook: &Rulebook) -> Result<(), RulesError> {
        let known: Vec<String> = self
            .transaction
            .prepare_cached(
                "SELECT rule FROM rule_state UNION SELECT rule FROM finding WHERE status != 'resolved'",
            )?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for rule in known.iter().filter(|rule| rulebook.rule(rule).is_none()) {
            let integrations: Vec<String> = self
                .transaction
                .prepare_cached(
                    "SELECT DISTINCT integration FROM finding WHERE rule = ?1 AND status != 'resolved'",
                )?
                .query_map([rule], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            for integration in integrations {
                for open in self.open(rule, Some(&integration))? {
                    self.resolve(rule, &integration, &open, "the rule is gone")?;
                }
            }
            self.transaction
                .execute("DELETE FROM rule_state WHERE rule = ?1", [rule])?;
        }
        Ok(())
    }

    fn state(&self, judged: &Judged, moved: bool, position: &Position) -> Result<(), RulesError> {
        let verdict = &judged.verdict;
        let standing = match verdict.standing {
            Standing::Judged => "judged",
            Standing::NotEvaluated => "not_evaluated",
            Standing::NotApplicable => "not_applicable",
        };
        self.transaction
            .prepare_cached(
                "INSERT INTO rule_state (rule, integration, standing, pass, breaking, not_applicable, not_evaluated,
                     reason, evaluated_at, sequence)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 ON CONFLICT DO UPDATE SET standing = ?3, pass = ?4, breaking = ?5, not_applicable = ?6,
                     not_evaluated = ?7, reason = ?8, evaluated_at = ?9, sequence = ?10
                 WHERE ?11 OR standing != ?3 OR pass != ?4 OR breaking != ?5 OR not_applicable != ?6
                     OR not_evaluated != ?7 OR reason IS NOT ?8",
            )?
            .execute(rusqlite::params![
                judged.rule.id(),
                judged.integration.id.as_str(),
                standing,
                verdict.pass as i64,
                verdict.breaking as i64,
                verdict.not_applicable as i64,
                verdict.not_evaluated as i64,
                verdict.reason,
                self.now,
                position.sequence as i64,
                moved,
            ])?;
        Ok(())
    }

    fn step(
        &self,
        (finding, rule, integration): (i64, &str, &str),
        kind: StepKind,
        cause: &str,
        suppressed: bool,
        change: i64,
    ) -> Result<(), RulesError> {
        let step = NewStep {
            finding,
            rule,
            integration,
            at: self.now,
            kind,
            by: None,
            cause: Some(cause),
            text: None,
            suppressed,
            change,
        };
        write_step(self.transaction, step)
    }
}

/// The same for the same rule and resource. An integration's id is random, so it cannot be guessed.
fn id_of(rule: &str, integration: &str, resource_type: &str, key: &str) -> String {
    let text = [rule, integration, resource_type, key].join("\n");
    let hash = blake3::hash(text.as_bytes()).to_hex();
    hash.as_str()[..32].to_owned()
}
