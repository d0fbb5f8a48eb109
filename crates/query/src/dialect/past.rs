//! `AT`: a table as it was.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use datafusion::sql::sqlparser::{
    ast::{Ident, TableAlias},
    tokenizer::Span,
};

use super::{
    Rewriter,
    tokens::{At, Moment},
};
use crate::{
    QueryError, SourceError, SqlError,
    catalog::{Kind, Table},
};

impl Rewriter<'_> {
    /// The `AT` behind a table's name or behind its alias.
    pub(super) fn take_at(&mut self, name: &Ident, alias: Option<&TableAlias>) -> Option<At> {
        let behind_name = self.marks.at.remove(&name.span.start);
        let behind_alias = alias.and_then(|alias| self.marks.at.remove(&alias.name.span.start));
        behind_name.or(behind_alias)
    }

    /// An `AT` that stands behind no table.
    pub(super) fn unused_at(&self) -> Option<SqlError> {
        let at = self.marks.at.values().min_by_key(|at| at.span.start)?;
        Some(
            self.error(at.span, "AT goes after the name of a table")
                .help("write FROM okta_user AT '2026-01-01T00:00:00Z'"),
        )
    }

    /// `at` as an alias is more likely a question about the past that was not understood.
    pub(super) fn refuse_at_alias(&self, alias: &TableAlias) -> Result<(), SqlError> {
        let is_at = alias.name.quote_style.is_none() && alias.name.value.eq_ignore_ascii_case("at");
        match is_at {
            true => Err(self
                .error(alias.name.span, "AT takes a moment in quotes")
                .help("write AT '2026-01-01T00:00:00Z'")),
            false => Ok(()),
        }
    }

    /// The moment asked for, in milliseconds since 1970, and where it stands.
    pub(super) fn moment(&self, at: &At, table: &Table) -> Result<(i64, Span), SqlError> {
        match &table.kind {
            Kind::Current(_) => {}
            Kind::Changes(_) => {
                return Err(self
                    .error(at.span, format!("{} is the past already", table.name))
                    .help("filter it by recordedAt"));
            }
            Kind::Events(_) => {
                return Err(self
                    .error(at.span, format!("{} is never changed", table.name))
                    .help("filter it by time"));
            }
            Kind::Rows(_) => {
                return Err(self.error(at.span, format!("the past of {} is not kept", table.name)));
            }
        }
        let text = match &at.moment {
            Moment::Text(text) => text.clone(),
            Moment::Variable(name) => self.variable_text(name, at.span)?,
        };
        let Some(milliseconds) = parse(&text) else {
            return Err(self
                .error(at.span, format!("`{text}` is not a moment"))
                .help("write it like '2026-01-01T00:00:00Z' or '2026-01-01'"));
        };
        if milliseconds > self.planning.now().timestamp_millis() {
            return Err(self
                .error(at.span, format!("`{text}` is yet to come"))
                .help("leave AT out to ask about the present"));
        }
        Ok((milliseconds, at.span))
    }

    pub(super) fn past_error(&self, error: QueryError, span: Span) -> SqlError {
        let message = match error {
            QueryError::Source(SourceError::BeforeHistory { starts }) => {
                let starts = DateTime::from_timestamp_millis(starts)
                    .map_or_else(|| starts.to_string(), |moment| moment.to_rfc3339());
                return self
                    .error(span, "nothing was recorded yet at that moment")
                    .help(format!("the record starts at {starts}"));
            }
            other => other.to_string(),
        };
        self.error(span, message)
    }
}

/// RFC 3339, or without a zone in UTC, or a day.
fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(moment) = DateTime::parse_from_rfc3339(&text.replacen(' ', "T", 1)) {
        return Some(moment.timestamp_millis());
    }
    for format in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
    ] {
        if let Ok(moment) = NaiveDateTime::parse_from_str(text, format) {
            return Some(moment.and_utc().timestamp_millis());
        }
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_millis())
}
