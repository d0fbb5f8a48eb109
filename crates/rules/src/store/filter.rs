//! Lists of findings, a page at a time.

use muster_model::{IntegrationId, Severity};
use rusqlite::{params_from_iter, types::Value as Sql};

use super::finding::{COLUMNS, Finding, Findings, TABLES, WIDTH, read};
use crate::RulesError;

/// Which findings. What is empty or absent narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// By status.
    pub status: FindingStatusFilter,
    /// Of any of these.
    pub severity: Vec<Severity>,
    /// Of any of these rules, by id.
    pub rule: Vec<String>,
    /// Of any of these integrations.
    pub integration: Vec<IntegrationId>,
    /// Of resources of this type.
    pub resource_type: Option<String>,
    /// Of the resource of this key.
    pub key: Option<String>,
    /// Assigned to this user.
    pub assignee: Option<String>,
    /// Whose label, key, rule or title has these words in it, in this order.
    pub q: Option<String>,
}

/// Findings by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FindingStatusFilter {
    /// Open and not suppressed.
    #[default]
    Open,
    /// Mended.
    Resolved,
    /// Open and suppressed.
    Suppressed,
    /// Every one.
    All,
}

impl FindingStatusFilter {
    /// The filter of this name, if there is one.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "open" => Some(Self::Open),
            "resolved" => Some(Self::Resolved),
            "suppressed" => Some(Self::Suppressed),
            "all" => Some(Self::All),
            _ => None,
        }
    }

    fn word(self) -> Option<&'static str> {
        match self {
            Self::Open => Some("open"),
            Self::Resolved => Some("resolved"),
            Self::Suppressed => Some("suppressed"),
            Self::All => None,
        }
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FindingSort {
    /// The gravest first, among them the newest.
    #[default]
    SeverityDescending,
    /// The newest first.
    OpenedDescending,
    /// The oldest first.
    OpenedAscending,
    /// Those first to which something happened last.
    ChangedDescending,
}

impl FindingSort {
    /// The order of this name, if there is one: `-severity`, `-openedAt`, `openedAt`, `-changedAt`.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "-severity" => Some(Self::SeverityDescending),
            "-openedAt" => Some(Self::OpenedDescending),
            "openedAt" => Some(Self::OpenedAscending),
            "-changedAt" => Some(Self::ChangedDescending),
            _ => None,
        }
    }

    /// What is sorted by, the last of it unique; and whether the greatest comes first.
    fn keys(self) -> (&'static [&'static str], bool) {
        match self {
            Self::SeverityDescending => (&["f.severity", "f.opened_at", "f.number"], true),
            Self::OpenedDescending => (&["f.opened_at", "f.number"], true),
            Self::OpenedAscending => (&["f.opened_at", "f.number"], false),
            Self::ChangedDescending => (&["f.changed_at", "f.number"], true),
        }
    }

    fn letter(self) -> char {
        match self {
            Self::SeverityDescending => 's',
            Self::OpenedDescending => 'o',
            Self::OpenedAscending => 'a',
            Self::ChangedDescending => 'c',
        }
    }

    fn cursor(self, values: &[i64]) -> String {
        let mut text = self.letter().to_string();
        for value in values {
            text.push_str(&format!(".{value}"));
        }
        text
    }

    fn values(self, cursor: &str) -> Result<Vec<i64>, RulesError> {
        let mut parts = cursor.split('.');
        let letter = self.letter().to_string();
        if parts.next() != Some(letter.as_str()) {
            return Err(RulesError::BadCursor);
        }
        let values: Result<Vec<i64>, _> = parts.map(str::parse).collect();
        values
            .ok()
            .filter(|values| values.len() == self.keys().0.len())
            .ok_or(RulesError::BadCursor)
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingPage {
    /// The findings.
    pub items: Vec<Finding>,
    /// Where the next page begins; none when this is the last.
    pub next: Option<String>,
    /// How many there are on all pages.
    pub total: u64,
}

/// Conditions and their values.
#[derive(Default)]
struct Where {
    conditions: Vec<String>,
    values: Vec<Sql>,
}

impl Where {
    fn any(&mut self, column: &str, values: impl IntoIterator<Item = Sql>) {
        let before = self.values.len();
        self.values.extend(values);
        let marks = self.values.len() - before;
        if marks > 0 {
            let marks = vec!["?"; marks].join(", ");
            self.conditions.push(format!("{column} IN ({marks})"));
        }
    }

    fn text(&self) -> String {
        match self.conditions.is_empty() {
            true => "1".to_owned(),
            false => self.conditions.join(" AND "),
        }
    }
}

impl FindingFilter {
    fn conditions(&self) -> Where {
        let text = |text: &String| Sql::Text(text.clone());
        let mut found = Where::default();
        let status = self.status.word().map(|word| Sql::Text(word.to_owned()));
        found.any("f.status", status);
        let ranks = self.severity.iter().map(|one| Sql::Integer(one.rank()));
        found.any("f.severity", ranks);
        found.any("f.rule", self.rule.iter().map(text));
        let integrations = self.integration.iter().map(|id| Sql::Text(id.to_string()));
        found.any("f.integration", integrations);
        found.any("f.resource_type", self.resource_type.as_ref().map(text));
        found.any("f.key", self.key.as_ref().map(text));
        found.any("f.assignee_id", self.assignee.as_ref().map(text));
        let words = self.q.as_deref().map(str::trim);
        if let Some(words) = words.filter(|words| !words.is_empty()) {
            let escaped: String = words
                .chars()
                .flat_map(|letter| match letter {
                    '%' | '_' | '\\' => vec!['\\', letter],
                    letter => vec![letter],
                })
                .collect();
            found.conditions.push(
                "(f.label LIKE ? ESCAPE '\\' OR f.key LIKE ? ESCAPE '\\' OR f.rule LIKE ? ESCAPE '\\'
                  OR f.rule IN (SELECT id FROM rule WHERE title LIKE ? ESCAPE '\\'))"
                    .to_owned(),
            );
            let pattern = Sql::Text(format!("%{escaped}%"));
            found.values.extend(std::iter::repeat_n(pattern, 4));
        }
        found
    }
}

impl Findings<'_> {
    /// One page of the findings that fit, at most `limit` of them.
    ///
    /// # Errors
    /// [`RulesError::BadCursor`] for a cursor of another order.
    pub fn list(
        &self,
        filter: &FindingFilter,
        sort: FindingSort,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<FindingPage, RulesError> {
        let mut fit = filter.conditions();
        let total: i64 = self.0.query_row(
            &format!("SELECT count(*) FROM finding f WHERE {}", fit.text()),
            params_from_iter(fit.values.iter()),
            |row| row.get(0),
        )?;
        let (keys, descending) = sort.keys();
        if let Some(cursor) = cursor {
            let values = sort.values(cursor)?;
            let marks = vec!["?"; values.len()].join(", ");
            let sign = if descending { '<' } else { '>' };
            fit.conditions
                .push(format!("({}) {sign} ({marks})", keys.join(", ")));
            fit.values.extend(values.into_iter().map(Sql::Integer));
        }
        let direction = if descending { " DESC" } else { "" };
        let order: Vec<String> = keys.iter().map(|key| format!("{key}{direction}")).collect();
        let limit = limit.max(1);
        fit.values.push(Sql::Integer(i64::from(limit) + 1));
        let sql = format!(
            "SELECT {COLUMNS}, {} FROM {TABLES} WHERE {} ORDER BY {} LIMIT ?",
            keys.join(", "),
            fit.text(),
            order.join(", "),
        );
        let mut statement = self.0.prepare(&sql)?;
        let mut rows = statement.query(params_from_iter(fit.values.iter()))?;
        let mut items = Vec::new();
        let mut last = Vec::new();
        let mut more = false;
        while let Some(row) = rows.next()? {
            if items.len() == limit as usize {
                more = true;
                break;
            }
            items.push(read(row)?);
            last = (0..keys.len())
                .map(|index| row.get(WIDTH + index))
                .collect::<Result<Vec<i64>, _>>()?;
        }
        Ok(FindingPage {
            items,
            next: more.then(|| sort.cursor(&last)),
            total: total as u64,
        })
    }
}
