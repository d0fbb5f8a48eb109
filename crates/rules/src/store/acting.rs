//! What people do about findings. Each act is a step.

use rusqlite::{OptionalExtension as _, Transaction};

use super::{
    finding::{FindingStatus, Findings, Person},
    step::{NewStep, StepKind, write_step},
};
use crate::RulesError;

/// A text that somebody wrote is at most so long.
const LONG: usize = 10_000;

/// What acting needs to know of a finding.
struct Known {
    number: i64,
    rule: String,
    integration: String,
    status: FindingStatus,
    suppression: Option<i64>,
    assignee: Option<String>,
    due_at: Option<i64>,
}

impl Findings<'_> {
    /// Accepts an open finding until `until`, or for good. Said again, it replaces what was said before.
    ///
    /// # Errors
    /// [`RulesError::Refused`] for a finding that is resolved, without a reason, or with an end that has passed.
    pub fn suppress(
        &self,
        id: &str,
        reason: &str,
        until: Option<i64>,
        by: &Person,
        now: i64,
    ) -> Result<(), RulesError> {
        let reason = words(reason, "say why it is accepted")?;
        if until.is_some_and(|until| until <= now) {
            return Err(refused("the end of a suppression lies in the future"));
        }
        let known = self.known(id)?;
        if known.status == FindingStatus::Resolved {
            return Err(refused(
                "this finding is resolved; there is nothing to suppress",
            ));
        }
        if let Some(before) = known.suppression {
            self.remove(before, None, "replaced", now)?;
        }
        self.0.execute(
            "INSERT INTO suppression (finding, integration, reason, by_id, by_name, at, until)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                known.number,
                &known.integration,
                reason,
                &by.id,
                &by.name,
                now,
                until,
            ),
        )?;
        let suppression = self.0.last_insert_rowid();
        self.0.execute(
            "UPDATE finding SET status = 'suppressed', suppression = ?2, changed_at = ?3 WHERE number = ?1",
            (known.number, suppression, now),
        )?;
        let change = -i64::from(known.status == FindingStatus::Open);
        self.step(
            &known,
            StepKind::Suppressed,
            by,
            Some(reason),
            true,
            change,
            now,
        )
    }

    /// Takes a suppression back.
    ///
    /// # Errors
    /// [`RulesError::Refused`] for a finding that is not suppressed, or without a reason.
    pub fn unsuppress(
        &self,
        id: &str,
        reason: &str,
        by: &Person,
        now: i64,
    ) -> Result<(), RulesError> {
        let reason = words(reason, "say why it is not accepted any more")?;
        let known = self.known(id)?;
        let Some(suppression) = known.suppression else {
            return Err(refused("this finding is not suppressed"));
        };
        self.remove(suppression, Some(by), reason, now)?;
        let change = self.show_again(&known, now)?;
        self.step(
            &known,
            StepKind::Unsuppressed,
            by,
            Some(reason),
            false,
            change,
            now,
        )
    }

    /// Gives a finding to somebody, or to nobody. Given to whoever has it, nothing happens.
    ///
    /// # Errors
    /// [`RulesError::NoFinding`].
    pub fn assign(
        &self,
        id: &str,
        assignee: Option<&Person>,
        by: &Person,
        now: i64,
    ) -> Result<(), RulesError> {
        let known = self.known(id)?;
        if known.assignee.as_deref() == assignee.map(|person| person.id.as_str()) {
            return Ok(());
        }
        let (new_id, new_name) = assignee.map(|person| (&person.id, &person.name)).unzip();
        self.0.execute(
            "UPDATE finding SET assignee_id = ?2, assignee_name = ?3, changed_at = ?4 WHERE number = ?1",
            (known.number, new_id, new_name, now),
        )?;
        let text = new_name.map(String::as_str);
        self.step(
            &known,
            StepKind::Assigned,
            by,
            text,
            known.is_suppressed(),
            0,
            now,
        )
    }

    /// Sets by when a finding is to be put right, or that there is no such day. Set to what it is, nothing happens.
    ///
    /// # Errors
    /// [`RulesError::NoFinding`].
    pub fn set_due(
        &self,
        id: &str,
        due: Option<i64>,
        by: &Person,
        now: i64,
    ) -> Result<(), RulesError> {
        let known = self.known(id)?;
        if known.due_at == due {
            return Ok(());
        }
        self.0.execute(
            "UPDATE finding SET due_at = ?2, changed_at = ?3 WHERE number = ?1",
            (known.number, due, now),
        )?;
        let text = due
            .and_then(chrono::DateTime::from_timestamp_millis)
            .map(|due| due.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        self.step(
            &known,
            StepKind::Due,
            by,
            text.as_deref(),
            known.is_suppressed(),
            0,
            now,
        )
    }

    /// Adds what somebody has to say.
    ///
    /// # Errors
    /// [`RulesError::Refused`] without a word.
    pub fn comment(&self, id: &str, text: &str, by: &Person, now: i64) -> Result<(), RulesError> {
        let text = words(text, "write something")?;
        let known = self.known(id)?;
        self.0.execute(
            "UPDATE finding SET changed_at = ?2 WHERE number = ?1",
            (known.number, now),
        )?;
        self.step(
            &known,
            StepKind::Comment,
            by,
            Some(text),
            known.is_suppressed(),
            0,
            now,
        )
    }

    fn known(&self, id: &str) -> Result<Known, RulesError> {
        self.0
            .prepare_cached(
                "SELECT number, rule, integration, status, suppression, assignee_id, due_at FROM finding WHERE id = ?1",
            )?
            .query_row([id], |row| {
                let status: String = row.get(3)?;
                Ok(Known {
                    number: row.get(0)?,
                    rule: row.get(1)?,
                    integration: row.get(2)?,
                    status: FindingStatus::parse(&status).unwrap_or(FindingStatus::Open),
                    suppression: row.get(4)?,
                    assignee: row.get(5)?,
                    due_at: row.get(6)?,
                })
            })
            .optional()?
            .ok_or_else(|| RulesError::NoFinding(id.to_owned()))
    }

    fn remove(
        &self,
        suppression: i64,
        by: Option<&Person>,
        reason: &str,
        now: i64,
    ) -> Result<(), RulesError> {
        let (id, name) = by.map(|person| (&person.id, &person.name)).unzip();
        self.0.execute(
            "UPDATE suppression SET removed_at = ?2, removed_by_id = ?3, removed_by_name = ?4, removed_reason = ?5
             WHERE number = ?1",
            (suppression, now, id, name, reason),
        )?;
        Ok(())
    }

    /// A finding without its suppression; by how much there are more open ones.
    fn show_again(&self, known: &Known, now: i64) -> Result<i64, RulesError> {
        self.0.execute(
            "UPDATE finding SET suppression = NULL, changed_at = ?2,
                 status = CASE status WHEN 'suppressed' THEN 'open' ELSE status END
             WHERE number = ?1",
            (known.number, now),
        )?;
        Ok(i64::from(known.is_suppressed()))
    }

    #[expect(clippy::too_many_arguments, reason = "all of them are the step")]
    fn step(
        &self,
        known: &Known,
        kind: StepKind,
        by: &Person,
        text: Option<&str>,
        suppressed: bool,
        change: i64,
        now: i64,
    ) -> Result<(), RulesError> {
        let step = NewStep {
            finding: known.number,
            rule: &known.rule,
            integration: &known.integration,
            at: now,
            kind,
            by: Some(by),
            cause: None,
            text,
            suppressed,
            change,
        };
        write_step(self.0, step)
    }
}

impl Known {
    fn is_suppressed(&self) -> bool {
        self.status == FindingStatus::Suppressed
    }
}

/// Ends suppressions whose time is over; how many findings show again.
pub(crate) fn expire(transaction: &Transaction<'_>, now: i64) -> Result<u64, RulesError> {
    let findings = Findings(transaction);
    let ids: Vec<String> = transaction
        .prepare_cached(
            "SELECT f.id FROM suppression s JOIN finding f ON f.suppression = s.number
             WHERE s.removed_at IS NULL AND s.until IS NOT NULL AND s.until <= ?1 ORDER BY s.number",
        )?
        .query_map([now], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for id in &ids {
        let known = findings.known(id)?;
        if let Some(suppression) = known.suppression {
            findings.remove(suppression, None, "expired", now)?;
        }
        let change = findings.show_again(&known, now)?;
        let step = NewStep {
            finding: known.number,
            rule: &known.rule,
            integration: &known.integration,
            at: now,
            kind: StepKind::Unsuppressed,
            by: None,
            cause: Some("the suppression expired"),
            text: None,
            suppressed: false,
            change,
        };
        write_step(transaction, step)?;
    }
    Ok(ids.len() as u64)
}

fn refused(message: &str) -> RulesError {
    RulesError::Refused(message.to_owned())
}

fn words<'t>(text: &'t str, missing: &str) -> Result<&'t str, RulesError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refused(missing));
    }
    if text.len() > LONG {
        return Err(RulesError::Refused(format!(
            "the text is longer than {LONG} bytes; shorten it"
        )));
    }
    Ok(text)
}
