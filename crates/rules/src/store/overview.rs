//! Numbers over all findings, and over time.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate};
use muster_model::Severity;

use super::{finding::Findings, state::RuleStates};
use crate::RulesError;

/// Findings on one day, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrendDay {
    /// `2026-11-23`.
    pub day: String,
    /// Open at its end, suppressed ones apart.
    pub open: u64,
    /// Opened or opened again.
    pub opened: u64,
    /// Resolved.
    pub resolved: u64,
}

/// What happened to the findings of one rule on one day, in UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityDay {
    /// `2026-11-23`.
    pub day: String,
    /// Opened or opened again.
    pub opened: u64,
    /// Resolved.
    pub resolved: u64,
}

impl Findings<'_> {
    /// How many are open, suppressed ones apart. Every severity is there.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn open_by_severity(&self) -> Result<BTreeMap<Severity, u64>, RulesError> {
        let mut counts: BTreeMap<Severity, u64> = Severity::ALL
            .into_iter()
            .map(|severity| (severity, 0))
            .collect();
        let mut statement = self.0.prepare_cached(
            "SELECT severity, count(*) FROM finding WHERE status = 'open' GROUP BY severity",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(severity) = Severity::from_rank(row.get(0)?) {
                counts.insert(severity, row.get::<_, i64>(1)? as u64);
            }
        }
        Ok(counts)
    }

    /// The last `days` days, the oldest first, today last.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn trend(&self, now: i64, days: u32) -> Result<Vec<TrendDay>, RulesError> {
        let span = Span::of(now, days)?;
        let mut changes: BTreeMap<String, (i64, u64, u64)> = BTreeMap::new();
        let mut statement = self.0.prepare_cached(
            "SELECT date(at / 1000, 'unixepoch'), sum(change), sum(kind IN ('opened', 'reopened')), sum(kind = 'resolved')
             FROM finding_step WHERE at >= ?1 GROUP BY 1",
        )?;
        let mut rows = statement.query([span.begins])?;
        while let Some(row) = rows.next()? {
            let sums = (
                row.get(1)?,
                row.get::<_, i64>(2)? as u64,
                row.get::<_, i64>(3)? as u64,
            );
            changes.insert(row.get(0)?, sums);
        }
        let mut open: i64 = self.0.query_row(
            "SELECT count(*) FROM finding WHERE status = 'open'",
            [],
            |row| row.get(0),
        )?;
        // From what is open now, back through what changed it.
        let mut trend: Vec<TrendDay> = Vec::new();
        for day in span.days().rev() {
            let (change, opened, resolved) = changes.get(&day).copied().unwrap_or_default();
            trend.push(TrendDay {
                day,
                open: open.max(0) as u64,
                opened,
                resolved,
            });
            open -= change;
        }
        trend.reverse();
        Ok(trend)
    }
}

impl RuleStates<'_> {
    /// What happened to the findings of a rule in the last `days` days, the oldest first, today last.
    ///
    /// # Errors
    /// [`RulesError::Control`].
    pub fn activity(
        &self,
        rule: &str,
        now: i64,
        days: u32,
    ) -> Result<Vec<ActivityDay>, RulesError> {
        let span = Span::of(now, days)?;
        let mut found: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        let mut statement = self.0.prepare_cached(
            "SELECT date(at / 1000, 'unixepoch'), sum(kind IN ('opened', 'reopened')), sum(kind = 'resolved')
             FROM finding_step WHERE rule = ?1 AND at >= ?2 GROUP BY 1",
        )?;
        let mut rows = statement.query((rule, span.begins))?;
        while let Some(row) = rows.next()? {
            let sums = (row.get::<_, i64>(1)? as u64, row.get::<_, i64>(2)? as u64);
            found.insert(row.get(0)?, sums);
        }
        Ok(span
            .days()
            .map(|day| {
                let (opened, resolved) = found.get(&day).copied().unwrap_or_default();
                ActivityDay {
                    day,
                    opened,
                    resolved,
                }
            })
            .collect())
    }
}

/// Some days up to today.
struct Span {
    first: NaiveDate,
    count: u32,
    /// When the first of them begins, milliseconds since 1970.
    begins: i64,
}

impl Span {
    fn of(now: i64, count: u32) -> Result<Self, RulesError> {
        let wrong = || RulesError::Internal(format!("{now} is no moment"));
        let today = DateTime::from_timestamp_millis(now)
            .ok_or_else(wrong)?
            .date_naive();
        let back = Days::new(u64::from(count.saturating_sub(1)));
        let first = today.checked_sub_days(back).ok_or_else(wrong)?;
        let begins = first
            .and_hms_opt(0, 0, 0)
            .ok_or_else(wrong)?
            .and_utc()
            .timestamp_millis();
        Ok(Self {
            first,
            count,
            begins,
        })
    }

    fn days(&self) -> impl DoubleEndedIterator<Item = String> {
        let first = self.first;
        (0..self.count).map(move |day| {
            let day = first.checked_add_days(Days::new(u64::from(day)));
            day.unwrap_or(first).to_string()
        })
    }
}
