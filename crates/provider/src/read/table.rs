//! A TOML table that is read key by key; what nobody asked for is reported.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::problem::{Problem, suggest};

/// A value and the line it stands in.
#[derive(Debug, Clone)]
pub(super) struct Placed<T> {
    pub value: T,
    pub line: usize,
}

/// One file being read, and what is wrong with it so far.
pub(super) struct File<'a> {
    pub name: &'a str,
    text: &'a str,
    /// Whether it is no TOML.
    pub broken: bool,
    /// How many of the problems came with parsing.
    syntax: usize,
    problems: Vec<Problem>,
}

impl<'a> File<'a> {
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self {
            name,
            text,
            broken: false,
            syntax: 0,
            problems: Vec::new(),
        }
    }

    /// The file's TOML; syntax errors and keys that stand there twice become problems.
    pub fn parse(&mut self) -> Spanned<DeTable<'a>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let line = error.span().map_or(0, |span| self.line(span.start));
            let mut message = error
                .message()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned();
            let remedy = if message.contains("duplicate") {
                let twice = error
                    .span()
                    .and_then(|span| self.text.get(span))
                    .unwrap_or_default();
                message = format!("`{}` stands there twice", twice.trim());
                "keep one of the two"
            } else {
                self.broken = true;
                "see https://toml.io for how TOML is written"
            };
            self.problem(line, message, remedy);
        }
        self.syntax = self.problems.len();
        table
    }

    /// What is wrong with it. Where it is no TOML, nothing else is worth telling.
    pub fn problems(&mut self) -> Vec<Problem> {
        if self.broken {
            self.problems.truncate(self.syntax);
        }
        std::mem::take(&mut self.problems)
    }

    pub fn line(&self, offset: usize) -> usize {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// The line in which the words of a text begin whose value stands in `line`: below its quotes where it has lines of
    /// its own, and below the empty ones.
    pub fn words_line(&self, line: usize, value: &str) -> usize {
        let opens = self
            .text
            .lines()
            .nth(line.saturating_sub(1))
            .is_some_and(|text| text.ends_with("\"\"\"") || text.ends_with("'''"));
        let blank = &value[..value.len() - value.trim_start().len()];
        line + usize::from(opens) + blank.matches('\n').count()
    }

    pub fn problem(&mut self, line: usize, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem {
            file: self.name.to_owned(),
            line,
            message: message.into(),
            remedy: remedy.into(),
        });
    }
}

/// A table of a file.
pub(super) struct Table<'t, 'i> {
    /// What messages call it, `[list]`; empty for the file itself.
    name: String,
    pub line: usize,
    table: &'t DeTable<'i>,
    asked: Vec<&'static str>,
}

pub(super) type Value<'t, 'i> = &'t Spanned<DeValue<'i>>;

impl<'t, 'i> Table<'t, 'i> {
    pub fn root(table: &'t Spanned<DeTable<'i>>) -> Self {
        Self {
            name: String::new(),
            line: 0,
            table: table.get_ref(),
            asked: Vec::new(),
        }
    }

    pub fn of(name: &str, value: Value<'t, 'i>, file: &mut File<'_>) -> Option<Self> {
        let line = file.line(value.span().start);
        let Some(table) = value.get_ref().as_table() else {
            wrong(file, line, name, "a table", value.get_ref());
            return None;
        };
        Some(Self {
            name: format!("[{name}]"),
            line,
            table,
            asked: Vec::new(),
        })
    }

    fn child_name(&self, key: &str) -> String {
        let inner = self.name.trim_matches(['[', ']']);
        if inner.is_empty() {
            key.to_owned()
        } else {
            format!("{inner}.{key}")
        }
    }

    fn value(&mut self, key: &'static str) -> Option<Value<'t, 'i>> {
        self.asked.push(key);
        self.table.get(key)
    }

    pub fn text(&mut self, key: &'static str, file: &mut File<'_>) -> Option<Placed<String>> {
        let value = self.value(key)?;
        placed_text(&self.child_name(key), value, file)
    }

    /// A text that has to be there. Missing, it is a problem and empty.
    pub fn needed(&mut self, key: &'static str, file: &mut File<'_>) -> Placed<String> {
        if let Some(value) = self.value(key) {
            let text = placed_text(&self.child_name(key), value, file);
            if let Some(text) = &text
                && text.value.trim().is_empty()
            {
                file.problem(
                    text.line,
                    format!("`{}` is empty", self.child_name(key)),
                    "fill it in",
                );
            }
            return text.unwrap_or(Placed {
                value: String::new(),
                line: self.line,
            });
        }
        let place = if self.name.is_empty() {
            "the file"
        } else {
            &self.name
        };
        file.problem(
            self.line,
            format!("{place} lacks `{key}`"),
            format!("add `{key} = \"...\"`"),
        );
        Placed {
            value: String::new(),
            line: self.line,
        }
    }

    pub fn boolean(&mut self, key: &'static str, file: &mut File<'_>) -> Option<bool> {
        let value = self.value(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            let line = file.line(value.span().start);
            wrong(
                file,
                line,
                &self.child_name(key),
                "true or false",
                value.get_ref(),
            );
        }
        found
    }

    pub fn number(&mut self, key: &'static str, file: &mut File<'_>) -> Option<Placed<f64>> {
        let value = self.value(key)?;
        let line = file.line(value.span().start);
        let text = match value.get_ref() {
            DeValue::Integer(number) => Some(number.as_str()),
            DeValue::Float(number) => Some(number.as_str()),
            _ => None,
        };
        let number = text.and_then(|text| text.replace('_', "").parse().ok());
        if number.is_none() {
            wrong(
                file,
                line,
                &self.child_name(key),
                "a number",
                value.get_ref(),
            );
        }
        number.map(|value| Placed { value, line })
    }

    /// A text or an array of texts; nothing when the key is absent.
    pub fn texts(&mut self, key: &'static str, file: &mut File<'_>) -> Vec<Placed<String>> {
        let name = self.child_name(key);
        self.value(key)
            .map(|value| placed_texts(&name, value, file))
            .unwrap_or_default()
    }

    pub fn table(&mut self, key: &'static str, file: &mut File<'_>) -> Option<Self> {
        let name = self.child_name(key);
        let value = self.value(key)?;
        Self::of(&name, value, file)
    }

    /// An array of tables, `[[key]]`.
    pub fn tables(&mut self, key: &'static str, file: &mut File<'_>) -> Vec<Self> {
        let name = self.child_name(key);
        let Some(value) = self.value(key) else {
            return Vec::new();
        };
        let Some(array) = value.get_ref().as_array() else {
            let line = file.line(value.span().start);
            wrong(
                file,
                line,
                &name,
                "an array of tables, `[[...]]`",
                value.get_ref(),
            );
            return Vec::new();
        };
        array
            .iter()
            .filter_map(|element| Self::of(&name, element, file))
            .collect()
    }

    /// Every entry that nobody asked for by name, in the order of the file.
    pub fn entries(&self, file: &File<'_>) -> Vec<(Placed<String>, Value<'t, 'i>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .filter(|(key, _)| !self.asked.iter().any(|asked| asked == key.get_ref()))
            .collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        entries
            .into_iter()
            .map(|(key, value)| {
                let placed = Placed {
                    value: key.get_ref().to_string(),
                    line: file.line(key.span().start),
                };
                (placed, value)
            })
            .collect()
    }

    /// Reports the keys that nobody asked for.
    pub fn finish(self, file: &mut File<'_>) {
        for (key, _) in self.entries(file) {
            let place = if self.name.is_empty() {
                String::new()
            } else {
                format!(" in {}", self.name)
            };
            let remedy = suggest(&key.value, self.asked.iter().copied());
            file.problem(
                key.line,
                format!("unknown key `{}`{place}", key.value),
                remedy,
            );
        }
    }
}

pub(super) fn placed_text(
    name: &str,
    value: Value<'_, '_>,
    file: &mut File<'_>,
) -> Option<Placed<String>> {
    let line = file.line(value.span().start);
    match value.get_ref().as_str() {
        Some(text) => Some(Placed {
            value: text.to_owned(),
            line,
        }),
        None => {
            wrong(file, line, name, "a text in quotes", value.get_ref());
            None
        }
    }
}

pub(super) fn placed_texts(
    name: &str,
    value: Value<'_, '_>,
    file: &mut File<'_>,
) -> Vec<Placed<String>> {
    match value.get_ref().as_array() {
        Some(array) => array
            .iter()
            .filter_map(|element| placed_text(name, element, file))
            .collect(),
        None => placed_text(name, value, file).into_iter().collect(),
    }
}

pub(super) fn wrong(
    file: &mut File<'_>,
    line: usize,
    name: &str,
    wanted: &str,
    found: &DeValue<'_>,
) {
    let found = found.type_str();
    file.problem(
        line,
        format!("`{name}` is of type {found}"),
        format!("write {wanted}"),
    );
}
