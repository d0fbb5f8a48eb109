use std::sync::{Arc, Mutex, PoisonError};

use super::{
    shape::Shape,
    table::{Origin, Table, TableColumn},
};

/// One use of a table in a statement, and which of its columns the statement reads there. Only those exist for
/// the engine, so what is not asked for costs nothing.
#[derive(Debug)]
pub(crate) struct Binding {
    /// Unique within the statement; the name the engine knows.
    pub id: String,
    pub table: Arc<Table>,
    /// The moment asked for, in milliseconds since 1970.
    pub at: Option<i64>,
    used: Mutex<Vec<Used>>,
    /// Places of the document that are read without a declared column.
    document_paths: Mutex<Vec<Vec<String>>>,
}

/// A column, or a member of one, that the statement reads.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Used {
    /// The path joined with dots; the column's name for the engine.
    pub name: String,
    /// Documented names, the column's first.
    pub path: Vec<String>,
    pub shape: Shape,
    pub origin: UsedOrigin,
}

/// How the values of a [`Used`] column are had.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum UsedOrigin {
    /// From the table's own rows: what to start from, then the members to go through.
    Own(Origin, Vec<String>),
    /// The computed column of this index.
    Computed(usize),
    /// From the rows of the type that `same_as` names.
    Elsewhere,
}

impl Binding {
    pub fn new(id: String, table: Arc<Table>, at: Option<i64>) -> Self {
        Self {
            id,
            table,
            at,
            used: Mutex::new(Vec::new()),
            document_paths: Mutex::new(Vec::new()),
        }
    }

    /// The engine's name of the column at `path`, which the statement reads from now on.
    pub fn use_path(&self, path: &[String], shape: &Shape) -> String {
        let name = path.join(".");
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if !used.iter().any(|column| column.name == name)
            && let Some((top, members)) = path.split_first()
            && let Some(column) = self.column(top)
        {
            used.push(Used {
                name: name.clone(),
                path: path.to_vec(),
                shape: shape.clone(),
                origin: origin_of(&column.origin, members),
            });
        }
        name
    }

    /// Everything the statement reads here so far.
    pub fn used(&self) -> Vec<Used> {
        self.used
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes that the statement reads a place of the document.
    pub fn note_document_path(&self, path: Vec<String>) {
        let mut paths = self
            .document_paths
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }

    /// Every place of the document the statement reads so far, as the vendor spells it.
    pub fn document_paths(&self) -> Vec<Vec<String>> {
        self.document_paths
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn column(&self, name: &str) -> Option<&TableColumn> {
        self.table
            .columns
            .iter()
            .find(|column| column.member.name == name)
    }
}

/// Follows members through columns that are put together, so that only the wanted part is.
fn origin_of(origin: &Origin, members: &[String]) -> UsedOrigin {
    match (origin, members.split_first()) {
        (Origin::Struct(parts), Some((first, rest))) => {
            parts.iter().find(|(name, _)| name == first).map_or_else(
                || UsedOrigin::Own(origin.clone(), members.to_vec()),
                |(_, part)| origin_of(part, rest),
            )
        }
        (Origin::Computed(index), _) => UsedOrigin::Computed(*index),
        (Origin::Elsewhere, _) => UsedOrigin::Elsewhere,
        _ => UsedOrigin::Own(origin.clone(), members.to_vec()),
    }
}
