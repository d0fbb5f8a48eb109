use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use serde_json::{Map, Number, Value};

/// One question.
#[derive(Debug, Clone)]
pub struct Request {
    /// One statement of the dialect the crate's README describes.
    pub sql: String,
    /// What `$name` stands for, by name without the sign.
    pub variables: BTreeMap<String, Variable>,
    /// What the answer may cost.
    pub limits: Limits,
    /// What `now()` says; the clock when absent.
    pub now: Option<DateTime<Utc>>,
}

impl Request {
    /// A question without variables under the usual limits.
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            variables: BTreeMap::new(),
            limits: Limits::default(),
            now: None,
        }
    }

    /// The same question with `$name` standing for `value`.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<String>, value: impl Into<Variable>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }

    /// The same question under other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// What `$name` stands for. A value is never read as SQL, except in [`Variable::Sql`].
#[derive(Debug, Clone, PartialEq)]
pub enum Variable {
    /// No value.
    Null,
    /// Text.
    String(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(Number),
    /// Several values; `x IN $name` asks for any of them.
    Array(Vec<Value>),
    /// Members are reached by dots: `$name.member`.
    Object(Map<String, Value>),
    /// One expression or subquery, written by whoever saved the query. It is parsed on its own, so it cannot
    /// end the statement it stands in or begin another.
    Sql(String),
}

impl From<Value> for Variable {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Boolean(value),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::String(text),
            Value::Array(values) => Self::Array(values),
            Value::Object(members) => Self::Object(members),
        }
    }
}

impl From<&str> for Variable {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

/// What one answer may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From asking until the last row is handed over.
    pub time: Duration,
    /// Memory for sorting, joining and grouping. Mapped files do not count.
    pub memory_bytes: usize,
    /// Rows of the answer; more are cut off, which is no error.
    pub rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(60),
            memory_bytes: 512 * 1024 * 1024,
            rows: 1_000_000,
        }
    }
}
