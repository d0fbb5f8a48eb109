//! A rule as it is evaluated: its file, the statements made of it, and what they read.

use std::{collections::BTreeSet, sync::Arc};

use muster_model::ResourceType;
use muster_provider::definition::{PlacedText, RuleFile};
use muster_query::{Description, ReadWay};

/// What the judged row is called.
pub(crate) const ROW: &str = "r";

/// A rule that is understood.
#[derive(Debug)]
pub struct Rule {
    /// What its file says.
    pub file: Arc<RuleFile>,
    /// Every type it reads, the judged one included, by name.
    pub reads: Vec<String>,
    /// The statement that finds the resources that break it, for people: the evidence and the key.
    pub sql: String,
    /// The type it judges.
    pub(crate) judged: Arc<ResourceType>,
    /// Types that have to be complete as a whole.
    pub(crate) whole: BTreeSet<String>,
    /// Types that computed columns of the judged type look into: they are judged row by row.
    pub(crate) by_row: BTreeSet<String>,
    /// What the evidence is called, in the order of the file.
    pub(crate) shown: Vec<String>,
}

impl Rule {
    pub(crate) fn new(
        file: Arc<RuleFile>,
        judged: Arc<ResourceType>,
        description: &Description,
    ) -> Self {
        let mut whole = BTreeSet::new();
        let mut by_row = BTreeSet::new();
        for read in &description.reads {
            match &read.way {
                ReadWay::Computed(of) if *of == judged.name => {
                    by_row.insert(read.resource_type.clone());
                }
                _ => {
                    whole.insert(read.resource_type.clone());
                }
            }
        }
        whole.insert(judged.name.clone());
        // What is needed as a whole is not enough row by row.
        by_row.retain(|name| !whole.contains(name));
        let reads = whole.union(&by_row).cloned().collect();
        let shown = file
            .shows
            .iter()
            .map(|shown| named(&shown.text).1.to_owned())
            .collect();
        let sql = shown_statement(&file);
        Self {
            file,
            reads,
            sql,
            judged,
            whole,
            by_row,
            shown,
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// Selects key, label and evidence of what breaks it.
    pub(crate) fn failing(&self) -> String {
        failing_statement(&self.file, &self.judged).0
    }

    /// Selects the keys of what cannot be judged because a value is missing.
    pub(crate) fn unknown(&self) -> String {
        let breaks = &self.file.breaks.text;
        let condition = match &self.file.applies {
            Some(applies) => {
                let applies = &applies.text;
                format!("(\n{applies}\n) IS NULL OR ((\n{applies}\n) AND (\n{breaks}\n) IS NULL)")
            }
            None => format!("(\n{breaks}\n) IS NULL"),
        };
        self.keys(&condition)
    }

    /// Selects the keys of what it is not about; `None` when it is about all.
    pub(crate) fn aside(&self) -> Option<String> {
        let applies = &self.file.applies.as_ref()?.text;
        Some(self.keys(&format!("NOT (\n{applies}\n)")))
    }

    /// Selects the keys of those among `$keys` that are there, and of those it is not about.
    pub(crate) fn among(&self) -> (String, Option<String>) {
        let among = format!("{ROW}._key IN $keys");
        let aside = self
            .file
            .applies
            .as_ref()
            .map(|applies| self.keys(&format!("{among} AND NOT (\n{}\n)", applies.text)));
        (self.keys(&among), aside)
    }

    fn keys(&self, condition: &str) -> String {
        format!(
            "SELECT {ROW}._key AS k FROM {} {ROW} WHERE {condition}",
            self.file.judges
        )
    }
}

/// A part of a statement that came from the file: where it begins in the statement, and the text.
pub(crate) type Part<'a> = (usize, &'a PlacedText);

/// Selects key, label and evidence of what breaks the rule: `k`, `l`, `e0`, `e1`, ...
pub(crate) fn failing_statement<'f>(
    file: &'f RuleFile,
    judged: &ResourceType,
) -> (String, Vec<Part<'f>>) {
    let mut sql = format!("SELECT {ROW}._key AS k");
    let mut parts: Vec<Part<'f>> = Vec::new();
    let add = |sql: &mut String, before: &str, text: &str, after: &str| {
        sql.push_str(before);
        let place = sql.len();
        sql.push_str(text);
        sql.push_str(after);
        place
    };
    if let Some(label) = &file.label {
        parts.push((add(&mut sql, ", ", &label.text, " AS l"), label));
    } else if let Some(label) = &judged.label {
        sql.push_str(&format!(", {ROW}.{label} AS l"));
    }
    for (index, shown) in file.shows.iter().enumerate() {
        let after = format!(" AS e{index}");
        let place = add(&mut sql, ", ", named(&shown.text).0, &after);
        parts.push((place, shown));
    }
    sql.push_str(&format!(" FROM {} {ROW} WHERE ", file.judges));
    if let Some(applies) = &file.applies {
        parts.push((add(&mut sql, "(\n", &applies.text, "\n) AND "), applies));
    }
    let place = add(&mut sql, "(\n", &file.breaks.text, "\n)");
    parts.push((place, &file.breaks));
    (sql, parts)
}

fn shown_statement(file: &RuleFile) -> String {
    let mut columns = vec!["_key".to_owned()];
    columns.extend(file.shows.iter().map(|shown| shown.text.clone()));
    let breaks = &file.breaks.text;
    let condition = match &file.applies {
        Some(applies) => format!("({})\n  AND ({breaks})", applies.text),
        None => breaks.clone(),
    };
    format!(
        "SELECT {}\nFROM {} {ROW}\nWHERE {condition}",
        columns.join(", "),
        file.judges
    )
}

/// An expression and what it is called: by `AS name` at its end, else as it is written.
pub(crate) fn named(text: &str) -> (&str, &str) {
    match text.rsplit_once(" AS ") {
        Some((expression, name))
            if name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') =>
        {
            (expression.trim(), name)
        }
        _ => (text, text),
    }
}
