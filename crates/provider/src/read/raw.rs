//! What a resource file says, before anyone asks what it means.

use muster_model::{Column, OrganisationFact};

use super::{
    columns::{read_added, read_columns},
    table::{File, Placed, Table, placed_text, placed_texts},
};
use crate::{definition::Added, problem::Problem};

#[derive(Debug)]
pub(super) struct RawResource {
    /// Whether it is no TOML; what it says is not worth judging.
    pub broken: bool,
    pub file: String,
    pub provider: String,
    pub name: String,
    pub title: String,
    pub description: String,
    pub key: Vec<Placed<String>>,
    pub label: Option<Placed<String>>,
    pub volatile: Vec<Placed<String>>,
    pub hot: Vec<Placed<String>>,
    pub redact: Vec<Placed<String>>,
    pub left_out: Vec<Placed<String>>,
    pub requires: Option<Placed<String>>,
    pub parent: Option<(Placed<String>, Vec<Placed<String>>)>,
    pub list: RawList,
    pub marker: Option<(Placed<String>, String)>,
    pub derive: Option<(Placed<String>, Placed<String>)>,
    pub detail: Option<(Placed<String>, Option<Placed<String>>)>,
    pub joins: Vec<(Placed<String>, Placed<String>)>,
    pub same_as: Option<(Placed<String>, Placed<String>)>,
    pub columns: Vec<Column>,
    pub added: Vec<Added>,
    pub read: Option<Placed<String>>,
    pub computed: Vec<RawComputed>,
    pub references: Vec<(Placed<String>, Vec<Placed<String>>)>,
    pub explained: Vec<(Placed<String>, String)>,
}

#[derive(Debug)]
pub(super) struct RawList {
    pub line: usize,
    pub path: Placed<String>,
    pub paging: Option<Placed<String>>,
    pub items: Option<Placed<String>>,
    pub bare: bool,
    pub parameter: Option<Placed<String>>,
    pub total: Option<Placed<String>>,
    pub total_header: Option<Placed<String>>,
    pub single: bool,
    pub bucket: String,
    pub refresh: Option<Placed<String>>,
    pub conditions: Vec<(Placed<String>, Vec<Placed<String>>)>,
    /// (placeholder, what is listed for it).
    pub variants: Vec<(Placed<String>, RawVariants)>,
}

#[derive(Debug)]
pub(super) struct RawVariants {
    pub column: Option<Placed<String>>,
    pub named: Vec<(Placed<String>, Placed<String>)>,
    pub values: ListsByName,
}

pub(super) type ListsByName = Vec<(Placed<String>, Vec<Placed<String>>)>;

#[derive(Debug)]
pub(super) struct RawComputed {
    pub name: Placed<String>,
    pub what: RawComputation,
    pub on: Vec<(Placed<String>, Placed<String>)>,
    pub filter: Vec<(Placed<String>, Placed<String>)>,
}

#[derive(Debug)]
pub(super) enum RawComputation {
    /// The type looked into.
    Exists(Placed<String>),
    /// The types looked into, and the column there.
    List(Vec<Placed<String>>, Placed<String>),
    Organisation(OrganisationFact),
}

/// Reads one resource file. Everything but its ties to other files is checked here.
pub(super) fn read_resource(
    path: &str,
    provider: &str,
    name: &str,
    text: &str,
) -> (RawResource, Vec<Problem>) {
    let mut file = File::new(path, text);
    let file = &mut file;
    let parsed = file.parse();
    let mut root = Table::root(&parsed);
    let mut added = Vec::new();
    let mut resource = RawResource {
        broken: false,
        file: path.to_owned(),
        provider: provider.to_owned(),
        name: name.to_owned(),
        title: root.needed("title", file).value,
        description: root.needed("description", file).value,
        key: root.texts("key", file),
        label: root.text("label", file),
        volatile: root.texts("volatile", file),
        hot: root.texts("hot", file),
        redact: root.texts("redact", file),
        left_out: root.texts("leave_out", file),
        requires: root.text("requires", file),
        parent: root.table("parent", file).map(|mut table| {
            let parent = (table.needed("type", file), table.texts("columns", file));
            table.finish(file);
            parent
        }),
        list: read_list(&mut root, file),
        marker: root.table("marker", file).map(|mut table| {
            let marker = (
                table.needed("path", file),
                table.needed("vendor_says", file).value,
            );
            table.finish(file);
            marker
        }),
        derive: pair(&mut root, "derive", ["parents", "from"], file),
        detail: root.table("detail", file).map(|mut table| {
            let detail = (table.needed("path", file), table.text("refresh", file));
            table.finish(file);
            detail
        }),
        joins: root
            .tables("join", file)
            .into_iter()
            .map(|mut table| {
                let join = (table.needed("path", file), table.needed("into", file));
                table.finish(file);
                join
            })
            .collect(),
        same_as: pair(&mut root, "same_as", ["type", "column"], file),
        added: Vec::new(),
        read: root.table("read", file).map(|mut table| {
            let path = table.needed("path", file);
            table.finish(file);
            path
        }),
        columns: match root.table("columns", file) {
            Some(table) => {
                added = read_added(&table, file);
                read_columns("", &table, file)
            }
            None => {
                file.problem(
                    0,
                    "the file lacks `[columns]`",
                    "declare the columns of the table",
                );
                Vec::new()
            }
        },
        computed: read_computed(&mut root, file),
        references: lists(&mut root, "references", file),
        explained: texts(&mut root, "explained", file)
            .into_iter()
            .map(|(path, note)| (path, note.value))
            .collect(),
    };
    root.finish(file);
    resource.added = added;
    resource.broken = file.broken;
    (resource, file.problems())
}

fn read_list(root: &mut Table<'_, '_>, file: &mut File<'_>) -> RawList {
    let Some(mut list) = root.table("list", file) else {
        file.problem(
            0,
            "the file lacks `[list]`",
            "say where the resources are listed",
        );
        let nothing = Placed {
            value: String::new(),
            line: 0,
        };
        return RawList {
            line: 0,
            path: nothing,
            paging: None,
            items: None,
            bare: false,
            parameter: None,
            total: None,
            total_header: None,
            single: false,
            bucket: String::new(),
            refresh: None,
            conditions: Vec::new(),
            variants: Vec::new(),
        };
    };
    let read = RawList {
        line: list.line,
        path: list.needed("path", file),
        paging: list.text("paging", file),
        items: list.text("items", file),
        bare: list.boolean("bare", file).unwrap_or(false),
        parameter: list.text("parameter", file),
        total: list.text("total", file),
        total_header: list.text("total_header", file),
        single: list.boolean("single", file).unwrap_or(false),
        bucket: list.needed("bucket", file).value,
        refresh: list.text("refresh", file),
        conditions: lists(&mut list, "where", file),
        variants: match list.table("variants", file) {
            None => Vec::new(),
            Some(table) => table
                .entries(file)
                .into_iter()
                .filter_map(|(name, value)| {
                    let mut table =
                        Table::of(&format!("list.variants.{}", name.value), value, file)?;
                    let column = table.text("column", file);
                    let named = texts(&mut table, "named", file);
                    let values = entries_of_lists(&table, file);
                    Some((
                        name,
                        RawVariants {
                            column,
                            named,
                            values,
                        },
                    ))
                })
                .collect(),
        },
    };
    list.finish(file);
    read
}

fn read_computed(root: &mut Table<'_, '_>, file: &mut File<'_>) -> Vec<RawComputed> {
    let Some(table) = root.table("computed", file) else {
        return Vec::new();
    };
    let mut computed = Vec::new();
    for (name, value) in table.entries(file) {
        let Some(mut table) = Table::of(&format!("computed.{}", name.value), value, file) else {
            continue;
        };
        let types = table.texts("type", file);
        let what = read_computation(&mut table, &name, file);
        let fits = match &what {
            RawComputation::Exists(_) => "boolean",
            RawComputation::List(..) | RawComputation::Organisation(_) => "string",
        };
        if let [word] = types.as_slice()
            && word.value == fits
        {
        } else {
            let line = types.first().map_or(name.line, |word| word.line);
            file.problem(
                line,
                format!(
                    "`{}` has another type than what it is computed from",
                    name.value
                ),
                match &what {
                    RawComputation::Exists(_) => {
                        "whether something exists is yes or no: write `type = \"boolean\"`"
                    }
                    RawComputation::List(..) => "write `type = [\"string\"]`",
                    RawComputation::Organisation(_) => "write `type = \"string\"`",
                },
            );
        }
        computed.push(RawComputed {
            name,
            what,
            on: texts(&mut table, "on", file),
            filter: texts(&mut table, "filter", file),
        });
        table.finish(file);
    }
    computed
}

fn read_computation(
    table: &mut Table<'_, '_>,
    name: &Placed<String>,
    file: &mut File<'_>,
) -> RawComputation {
    let from = table.texts("from", file);
    if !from.is_empty() {
        return RawComputation::List(from, table.needed("value", file));
    }
    let Some(fact) = table.text("organisation", file) else {
        return RawComputation::Exists(table.needed("exists", file));
    };
    RawComputation::Organisation(match fact.value.as_str() {
        "id" => OrganisationFact::Id,
        "name" => OrganisationFact::Name,
        other => {
            file.problem(
                fact.line,
                format!("`{}`: an organisation has no `{other}`", name.value),
                "write \"id\" or \"name\"",
            );
            OrganisationFact::Id
        }
    })
}

fn pair(
    root: &mut Table<'_, '_>,
    key: &'static str,
    names: [&'static str; 2],
    file: &mut File<'_>,
) -> Option<(Placed<String>, Placed<String>)> {
    let mut table = root.table(key, file)?;
    let [first, second] = names;
    let read = (table.needed(first, file), table.needed(second, file));
    table.finish(file);
    Some(read)
}

/// A table of names and texts.
fn texts(
    root: &mut Table<'_, '_>,
    key: &'static str,
    file: &mut File<'_>,
) -> Vec<(Placed<String>, Placed<String>)> {
    let Some(table) = root.table(key, file) else {
        return Vec::new();
    };
    table
        .entries(file)
        .into_iter()
        .filter_map(|(name, value)| {
            let text = placed_text(&name.value, value, file)?;
            Some((name, text))
        })
        .collect()
}

/// A table of names and lists of texts; a single text is a list of one.
fn lists(
    root: &mut Table<'_, '_>,
    key: &'static str,
    file: &mut File<'_>,
) -> Vec<(Placed<String>, Vec<Placed<String>>)> {
    match root.table(key, file) {
        Some(table) => entries_of_lists(&table, file),
        None => Vec::new(),
    }
}

fn entries_of_lists(table: &Table<'_, '_>, file: &mut File<'_>) -> ListsByName {
    table
        .entries(file)
        .into_iter()
        .map(|(name, value)| {
            let texts = placed_texts(&name.value, value, file);
            (name, texts)
        })
        .collect()
}
