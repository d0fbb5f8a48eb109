//! What resource files mean together: every name one file uses for something in another is looked up here.

mod listing;

use std::{collections::BTreeMap, sync::Arc};

use muster_model::{
    Column, ColumnType, Computation, Computed, Others, Parent, Path, Reference, ResourceType,
    SameAs,
};

use super::{
    columns::{Place, resolve as resolve_path},
    raw::{RawComputation, RawList, RawResource},
    table::Placed,
};
use crate::{
    definition::{Explanation, Preparation, Provider, ResourceFile, VariantColumn},
    problem::{Problem, suggest},
};

/// Every resource file with its ties to others resolved.
pub(super) fn resolve(
    resources: &[RawResource],
    providers: &[Provider],
    problems: &mut Vec<Problem>,
) -> Vec<ResourceFile> {
    let all: BTreeMap<&str, &RawResource> = resources
        .iter()
        .map(|resource| (resource.name.as_str(), resource))
        .collect();
    resources
        .iter()
        .filter(|raw| !raw.broken)
        .map(|raw| {
            let provider = providers
                .iter()
                .find(|provider| provider.name == raw.provider);
            Resolver {
                raw,
                all: &all,
                provider,
                hot: raw.hot.iter().map(|path| path.value.clone()).collect(),
                problems,
            }
            .resource_file()
        })
        .collect()
}

struct Resolver<'a> {
    raw: &'a RawResource,
    all: &'a BTreeMap<&'a str, &'a RawResource>,
    provider: Option<&'a Provider>,
    hot: Vec<String>,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Resolver<'a> {
    fn resource_file(mut self) -> ResourceFile {
        let raw = self.raw;
        self.check_name();
        let resource_type = ResourceType {
            name: raw.name.clone(),
            provider: raw.provider.clone(),
            title: raw.title.clone(),
            description: raw.description.clone(),
            key: self.key(),
            label: self.label(),
            parent: self.parent(),
            columns: raw.columns.clone(),
            computed: self.computed(),
            same_as: self.same_as(),
            volatile: self.declared_paths("volatile", &raw.volatile),
            redact: self.redact(),
            references: self.references(),
            hot: self.hot(),
        };
        let explained = self.explained();
        let listing = self.listing();
        let preparation = self.preparation();
        ResourceFile {
            resource_type: Arc::new(resource_type),
            listing,
            preparation: Arc::new(preparation),
            explained,
            source_file: raw.file.clone(),
        }
    }

    /// What is done to documents before they are kept.
    fn preparation(&mut self) -> Preparation {
        let raw = self.raw;
        let variants = raw.list.variants.first();
        let variant = variants.and_then(|(_, variants)| {
            let column = variants.column.as_ref()?;
            self.column("list.variants", &raw.columns, column);
            let values: Vec<&str> = variants
                .values
                .iter()
                .flat_map(|(_, values)| values.iter().map(|value| value.value.as_str()))
                .collect();
            for (value, _) in &variants.named {
                if !values.contains(&value.value.as_str()) {
                    let remedy = suggest(&value.value, values.iter().copied());
                    self.problem(
                        value.line,
                        format!("list.variants: `{}` is not listed", value.value),
                        remedy,
                    );
                }
            }
            Some(VariantColumn {
                name: column.value.clone(),
                named: variants
                    .named
                    .iter()
                    .map(|(value, name)| (value.value.clone(), name.value.clone()))
                    .collect(),
            })
        });
        Preparation {
            ignore_case: self.provider.is_some_and(|provider| provider.ignore_case),
            added: raw.added.clone(),
            left_out: self.left_out(),
            variant,
        }
    }

    fn problem(&mut self, line: usize, message: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem {
            file: self.raw.file.clone(),
            line,
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    fn check_name(&mut self) {
        let raw = self.raw;
        if !raw.name.starts_with(&format!("{}_", raw.provider)) {
            self.problem(
                0,
                format!("the table `{}` does not begin with its provider", raw.name),
                format!("call the file `{}_{}.toml`", raw.provider, raw.name),
            );
        }
    }

    /// The type called `name`, or a problem.
    fn type_named(&mut self, what: &str, name: &Placed<String>) -> Option<&'a RawResource> {
        if let Some(found) = self.all.get(name.value.as_str()) {
            return Some(found);
        }
        if !name.value.is_empty() {
            let remedy = suggest(&name.value, self.all.keys().copied());
            self.problem(
                name.line,
                format!("{what}: there is no type `{}`", name.value),
                remedy,
            );
        }
        None
    }

    /// What stands at a documented path of this type, or a problem.
    fn place(&mut self, what: &str, path: &Placed<String>) -> Option<Place<'a>> {
        match resolve_path(&self.raw.columns, &self.hot, &path.value) {
            Ok(place) => Some(place),
            Err(remedy) => {
                self.problem(
                    path.line,
                    format!("{what}: there is no column `{}`", path.value),
                    remedy,
                );
                None
            }
        }
    }

    fn declared_paths(&mut self, what: &str, paths: &'a [Placed<String>]) -> Vec<Path> {
        paths
            .iter()
            .filter_map(|path| match self.place(what, path)? {
                Place::Declared(_, vendor) => Some(vendor),
                Place::Inside => self.parse(path),
            })
            .collect()
    }

    /// Asked for in SQL, so it stays in documented names.
    fn label(&mut self) -> Option<Path> {
        let label = self.raw.label.as_ref()?;
        self.place("label", label)?;
        self.parse(label)
    }

    fn parse(&mut self, path: &Placed<String>) -> Option<Path> {
        match path.value.parse() {
            Ok(path) => Some(path),
            Err(_) => {
                let message = format!("`{}` is not a path", path.value);
                self.problem(
                    path.line,
                    message,
                    "write `field.field`, with `[]` behind a field that holds an array",
                );
                None
            }
        }
    }

    fn key(&mut self) -> Vec<Path> {
        let raw = self.raw;
        // What a parent has one of is told from others by the parent.
        let only_one = raw.parent.is_some() && raw.list.single;
        if raw.key.is_empty() && !only_one {
            self.problem(
                0,
                "the file lacks `key`",
                "name the columns that tell one resource from another",
            );
        }
        let mut paths = Vec::new();
        for name in &raw.key {
            match self.place("key", name) {
                Some(Place::Declared(ColumnType::String | ColumnType::Integer, vendor)) => {
                    paths.push(vendor);
                }
                Some(_) => self.problem(
                    name.line,
                    format!("key: `{}` holds no text or integer", name.value),
                    "name a column of type \"string\" or \"integer\"",
                ),
                None => {}
            }
        }
        paths
    }

    fn parent(&mut self) -> Option<Parent> {
        let (name, columns) = self.raw.parent.as_ref()?;
        for column in columns {
            self.column("parent", &self.raw.columns, column);
        }
        let parent = self.type_named("parent", name)?;
        let above = std::iter::successors(Some(parent), |raw| {
            self.all.get(raw.parent.as_ref()?.0.value.as_str()).copied()
        });
        if above
            .take(self.all.len() + 1)
            .any(|raw| raw.name == self.raw.name)
        {
            self.problem(
                name.line,
                "the type is its own ancestor",
                "break the circle of parents",
            );
            return None;
        }
        let parts = parent.key.len()
            + parent
                .parent
                .as_ref()
                .map_or(0, |(_, columns)| columns.len());
        if columns.len() != parts {
            self.problem(
                name.line,
                format!(
                    "`columns` names {} columns, but a key of `{}` has {parts} parts",
                    columns.len(),
                    name.value
                ),
                "name one column for each part, in order",
            );
        }
        Some(Parent {
            resource_type: name.value.clone(),
            columns: columns.iter().map(|column| column.value.clone()).collect(),
        })
    }

    /// Checks that `name` is a top-level column of `columns`.
    fn column(&mut self, what: &str, columns: &[Column], name: &Placed<String>) {
        let is_there = columns.iter().any(|column| column.name == name.value);
        if !is_there && !name.value.is_empty() {
            let names = columns.iter().map(|column| column.name.as_str());
            let remedy = suggest(&name.value, names);
            self.problem(
                name.line,
                format!("{what}: there is no column `{}`", name.value),
                remedy,
            );
        }
    }

    fn computed(&mut self) -> Vec<Computed> {
        let raw = self.raw;
        let mut computed = Vec::new();
        for entry in &raw.computed {
            let name = &entry.name;
            if let Some(twin) = raw
                .columns
                .iter()
                .find(|column| column.name.eq_ignore_ascii_case(&name.value))
            {
                self.problem(
                    name.line,
                    format!("`{}` is a column as well (`{}`)", name.value, twin.name),
                    "keep one of the two",
                );
            }
            let what = format!("computed.{}", name.value);
            let (types, value) = match &entry.what {
                RawComputation::Exists(resource_type) => {
                    (std::slice::from_ref(resource_type), None)
                }
                RawComputation::List(types, value) => (types.as_slice(), Some(value)),
                RawComputation::Organisation(_) => (&[][..], None),
            };
            for source in types {
                let Some(source) = self.type_named(&what, source) else {
                    continue;
                };
                let there = entry.on.iter().chain(&entry.filter).map(|(there, _)| there);
                for there in there.chain(value) {
                    self.column(
                        &format!("{what}, in `{}`", source.name),
                        &source.columns,
                        there,
                    );
                }
            }
            for (_, here) in &entry.on {
                self.column(&what, &raw.columns, here);
            }
            if entry.on.is_empty() != types.is_empty() {
                let remedy = match types.is_empty() {
                    true => "take `on` away: it looks into no other type",
                    false => "write `on = { columnThere = \"columnHere\" }`",
                };
                self.problem(name.line, format!("{what}: `on` is wrong"), remedy);
            }
            let pairs = |entries: &[(Placed<String>, Placed<String>)]| {
                entries
                    .iter()
                    .map(|(left, right)| (left.value.clone(), right.value.clone()))
                    .collect()
            };
            let others = Others {
                resource_types: types.iter().map(|name| name.value.clone()).collect(),
                on: pairs(&entry.on),
                filter: pairs(&entry.filter),
            };
            let (column_type, computation) = match (&entry.what, value) {
                (RawComputation::Organisation(fact), _) => {
                    (ColumnType::String, Computation::Organisation(*fact))
                }
                (_, Some(value)) => {
                    let value = value.value.clone();
                    let list = ColumnType::List(Box::new(ColumnType::String));
                    (list, Computation::List { others, value })
                }
                (_, None) => (ColumnType::Boolean, Computation::Exists(others)),
            };
            computed.push(Computed {
                name: name.value.clone(),
                column_type,
                computation,
            });
        }
        computed
    }

    fn same_as(&mut self) -> Option<SameAs> {
        let (name, column) = self.raw.same_as.as_ref()?;
        self.column("same_as", &self.raw.columns, column);
        self.type_named("same_as", name)?;
        Some(SameAs {
            resource_type: name.value.clone(),
            column: column.value.clone(),
        })
    }

    fn redact(&mut self) -> Vec<Path> {
        let raw = self.raw;
        raw.redact
            .iter()
            .filter_map(|path| self.parse(path))
            .collect()
    }

    /// Members that are not kept. A column could not be read any more.
    fn left_out(&mut self) -> Vec<String> {
        let raw = self.raw;
        for name in &raw.left_out {
            let itself = Path::fields([name.value.as_str()]);
            if let Some(column) = raw.columns.iter().find(|column| column.from == itself) {
                self.problem(
                    name.line,
                    format!("leave_out: the column `{}` is read from it", column.name),
                    "remove the column, or read it `from` a deeper member",
                );
            }
        }
        raw.left_out.iter().map(|name| name.value.clone()).collect()
    }

    fn hot(&mut self) -> Vec<Path> {
        let raw = self.raw;
        let mut paths = Vec::new();
        for name in &raw.hot {
            match self.place("hot", name) {
                Some(Place::Declared(ColumnType::Struct(_), vendor)) => paths.push(vendor),
                Some(_) => self.problem(
                    name.line,
                    format!(
                        "hot: `{}` is not declared as an object with members",
                        name.value
                    ),
                    "name such a column; a \"json\" column keeps every member by itself",
                ),
                None => {}
            }
        }
        paths
    }

    fn references(&mut self) -> Vec<Reference> {
        let raw = self.raw;
        let mut references = Vec::new();
        for (path, targets) in &raw.references {
            let known = self.place("references", path).is_some();
            let parsed = self.parse(path);
            for target in targets {
                let found = self.type_named("references", target).is_some();
                if let (true, true, Some(path)) = (known, found, &parsed) {
                    references.push(Reference {
                        path: path.clone(),
                        resource_type: target.value.clone(),
                    });
                }
            }
        }
        references
    }

    fn explained(&mut self) -> Vec<Explanation> {
        let raw = self.raw;
        let mut explained = Vec::new();
        for (path, note) in &raw.explained {
            if self.place("explained", path).is_some()
                && let Some(path) = self.parse(path)
            {
                explained.push(Explanation {
                    path,
                    note: note.clone(),
                });
            }
        }
        explained
    }
}
