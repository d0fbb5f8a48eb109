//! Which resources a list has, in what order, and where its pages begin.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use muster_query::{Request, Variable};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::types::{ColumnKind, ColumnView};
use crate::problem::Problem;

/// By what a list is ordered: a column or nothing, then integration and key.
#[derive(Debug, Clone)]
pub struct Order {
    /// As it was asked for.
    written: String,
    /// The column's values, and whether the last comes first.
    by: Option<(String, ColumnKind, bool)>,
}

/// Where a page begins: behind the last resource of the one before.
#[derive(Debug, Serialize, Deserialize)]
pub struct Place {
    /// The order it is a place in.
    #[serde(rename = "o")]
    order: String,
    /// The last resource's value in the column that orders.
    #[serde(rename = "v")]
    value: Value,
    #[serde(rename = "i")]
    integration: String,
    #[serde(rename = "k")]
    key: String,
    /// How many fit on all pages, counted for the first.
    #[serde(rename = "n")]
    pub total: u64,
}

impl Order {
    /// The order that `-lastLogin` asks for.
    pub fn of(sort: Option<&str>, columns: &[ColumnView]) -> Result<Self, Problem> {
        let written = sort.unwrap_or_default().to_owned();
        if written.is_empty() {
            return Ok(Self { written, by: None });
        }
        let (name, descends) = match written.strip_prefix('-') {
            Some(name) => (name, true),
            None => (written.as_str(), false),
        };
        let kind = column(name, columns)?.kind;
        let values = match kind {
            ColumnKind::Json | ColumnKind::List => format!("CAST({} AS VARCHAR)", path(name)),
            _ => path(name),
        };
        Ok(Self {
            by: Some((values, kind, descends)),
            written,
        })
    }

    /// The expression whose values order the list; what [`Order::place`] takes.
    pub fn value(&self) -> String {
        match &self.by {
            Some((values, ..)) => values.clone(),
            None => "CAST(NULL AS VARCHAR)".to_owned(),
        }
    }

    /// What stands behind `ORDER BY`.
    pub fn sql(&self) -> String {
        let by = self.by.as_ref().map(|(values, _, descends)| {
            let direction = if *descends { "DESC" } else { "ASC" };
            format!("{values} {direction} NULLS LAST, ")
        });
        format!("{}r._integration, r._key", by.unwrap_or_default())
    }

    /// The cursor that begins behind a resource.
    pub fn place(&self, value: Value, integration: &str, key: &str, total: u64) -> String {
        let place = Place {
            order: self.written.clone(),
            value,
            integration: integration.to_owned(),
            key: key.to_owned(),
            total,
        };
        // A struct of texts and numbers is always JSON.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&place).unwrap_or_default())
    }

    /// What a cursor says, if it is one of this order.
    pub fn read(&self, cursor: &str) -> Result<Place, Problem> {
        let place: Option<Place> = URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        match place {
            None => Err(Problem::malformed(
                "the cursor is not one of ours; begin with the first page",
            )),
            Some(place) if place.order != self.written => Err(Problem::malformed(
                "the cursor belongs to a list in another order; begin with the first page",
            )),
            Some(place) => Ok(place),
        }
    }

    /// Leaves only what comes behind `place`.
    pub fn after(&self, place: Place, conditions: &mut Conditions) -> Result<(), Problem> {
        let integration = conditions.variable(Variable::String(place.integration));
        let key = conditions.variable(Variable::String(place.key));
        let later = format!(
            "(r._integration > ${integration} OR (r._integration = ${integration} AND r._key > ${key}))"
        );
        let condition = match &self.by {
            None => later,
            // Those without a value come last.
            Some((values, ..)) if place.value.is_null() => {
                format!("({values} IS NULL AND {later})")
            }
            Some((values, kind, descends)) => {
                let comparison = if *descends { '<' } else { '>' };
                let name = conditions.variable(place.value.into());
                let last = match kind {
                    ColumnKind::Timestamp => format!("CAST(${name} AS TIMESTAMP)"),
                    _ => format!("${name}"),
                };
                format!(
                    "({values} {comparison} {last} OR {values} IS NULL OR ({values} = {last} AND {later}))"
                )
            }
        };
        conditions.all.push(condition);
        Ok(())
    }
}

fn column<'a>(name: &str, columns: &'a [ColumnView]) -> Result<&'a ColumnView, Problem> {
    columns
        .iter()
        .find(|column| column.name == name)
        .ok_or_else(|| {
            Problem::invalid(format!("there is no column `{name}` to filter or sort by"))
        })
}

/// A name as SQL has it, whatever is in it.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A declared column or member, as SQL.
pub fn path(name: &str) -> String {
    let parts: Vec<String> = name.split('.').map(quoted).collect();
    format!("r.{}", parts.join("."))
}

/// What is asked for, with values as variables: nothing that was typed becomes SQL.
#[derive(Default)]
pub struct Conditions {
    all: Vec<String>,
    variables: BTreeMap<String, Variable>,
}

impl Conditions {
    /// A condition with `$` where the value goes.
    pub fn add(&mut self, condition: &str, value: Variable) {
        let name = self.variable(value);
        self.all.push(condition.replace('$', &format!("${name}")));
    }

    fn variable(&mut self, value: Variable) -> String {
        let name = format!("v{}", self.variables.len());
        self.variables.insert(name.clone(), value);
        name
    }

    /// Adds `COLUMN:OPERATION:VALUE`.
    pub fn filter(&mut self, written: &str, columns: &[ColumnView]) -> Result<(), Problem> {
        let mut parts = written.splitn(3, ':');
        let (name, operation, value) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let column = column(name, columns)?;
        let place = path(name);
        let text = match column.kind {
            ColumnKind::List => format!("array_to_string({place}, ' ')"),
            _ => format!("CAST({place} AS VARCHAR)"),
        };
        match (operation, column.kind) {
            ("empty", _) => self.all.push(format!("{place} IS NULL")),
            ("present", _) => self.all.push(format!("{place} IS NOT NULL")),
            ("contains", _) => {
                self.add(
                    &format!("strpos(lower({text}), lower($)) > 0"),
                    value.into(),
                );
            }
            ("is", ColumnKind::List) => self.add(&format!("array_has({place}, $)"), value.into()),
            ("not", ColumnKind::List) => {
                self.add(&format!("NOT array_has({place}, $)"), value.into())
            }
            ("is", _) => self.add(&format!("lower({text}) = lower($)"), value.into()),
            ("not", _) => self.add(
                &format!("({place} IS NULL OR lower({text}) != lower($))"),
                value.into(),
            ),
            ("before", ColumnKind::Timestamp) => {
                self.add(&format!("{place} < CAST($ AS TIMESTAMP)"), moment(value)?);
            }
            ("after", ColumnKind::Timestamp) => {
                self.add(&format!("{place} > CAST($ AS TIMESTAMP)"), moment(value)?);
            }
            ("before", ColumnKind::Integer | ColumnKind::Number) => {
                self.add(&format!("{place} < $"), number(value)?)
            }
            ("after", ColumnKind::Integer | ColumnKind::Number) => {
                self.add(&format!("{place} > $"), number(value)?)
            }
            _ => {
                return Err(Problem::invalid(format!(
                    "`{written}` is no filter of `{name}`; write COLUMN:OPERATION:VALUE with is, not, contains, before, \
                     after, empty or present"
                )));
            }
        }
        Ok(())
    }

    /// A statement in which these conditions stand.
    pub fn request(&self, sql: String) -> Request {
        Request {
            variables: self.variables.clone(),
            ..Request::new(sql)
        }
    }

    /// What stands behind the tables.
    pub fn sql(&self) -> String {
        match self.all.is_empty() {
            true => String::new(),
            false => format!(" WHERE {}", self.all.join(" AND ")),
        }
    }
}

fn moment(value: &str) -> Result<Variable, Problem> {
    let value = match value.len() {
        10 => format!("{value}T00:00:00Z"),
        _ => value.to_owned(),
    };
    chrono::DateTime::parse_from_rfc3339(&value)
        .map(|_| Variable::from(value.as_str()))
        .map_err(|_| Problem::invalid(format!("`{value}` is no date such as 2026-01-31")))
}

fn number(value: &str) -> Result<Variable, Problem> {
    match serde_json::from_str(value) {
        Ok(Value::Number(number)) => Ok(Variable::Number(number)),
        _ => Err(Problem::invalid(format!("`{value}` is no number"))),
    }
}
