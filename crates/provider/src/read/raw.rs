//! What a resource file says, before anyone asks what it means.

use muster_model::{Column, ColumnType};

use super::{
    columns::read_columns,
    table::{File, Placed, Table, placed_text, placed_texts},
};
use crate::problem::Problem;

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
    pub requires: Option<Placed<String>>,
    pub parent: Option<(Placed<String>, Vec<Placed<String>>)>,
    pub list: RawList,
    pub marker: Option<(Placed<String>, String)>,
    pub derive: Option<(Placed<String>, Placed<String>)>,
    pub detail: Option<(Placed<String>, Option<Placed<String>>)>,
    pub joins: Vec<(Placed<String>, Placed<String>)>,
    pub same_as: Option<(Placed<String>, Placed<String>)>,
    pub columns: Vec<Column>,
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
    pub single: bool,
    pub bucket: String,
    pub refresh: Option<Placed<String>>,
    pub conditions: Vec<(Placed<String>, Vec<Placed<String>>)>,
    /// (placeholder, (`always` or a feature, values)).
    pub variants: Vec<(Placed<String>, RawVariants)>,
}

pub(super) type RawVariants = Vec<(Placed<String>, Vec<Placed<String>>)>;

#[derive(Debug)]
pub(super) struct RawComputed {
    pub name: Placed<String>,
    pub column_type: ColumnType,
    pub exists: Placed<String>,
    pub on: Vec<(Placed<String>, Placed<String>)>,
    pub filter: Vec<(Placed<String>, Placed<String>)>,
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
        columns: match root.table("columns", file) {
            Some(table) => read_columns("", &table, file),
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
                    let table = Table::of(&format!("list.variants.{}", name.value), value, file)?;
                    Some((name, entries_of_lists(&table, file)))
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
        let word = table.needed("type", file);
        let exists = table.needed("exists", file);
        if word.value != "boolean" && !word.value.is_empty() {
            file.problem(
                word.line,
                format!(
                    "`{}` is of type `{}`, but whether something exists is yes or no",
                    name.value, word.value
                ),
                "write `type = \"boolean\"`",
            );
        }
        computed.push(RawComputed {
            name,
            column_type: ColumnType::Boolean,
            exists,
            on: texts(&mut table, "on", file),
            filter: texts(&mut table, "filter", file),
        });
        table.finish(file);
    }
    computed
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

fn entries_of_lists(table: &Table<'_, '_>, file: &mut File<'_>) -> RawVariants {
    table
        .entries(file)
        .into_iter()
        .map(|(name, value)| {
            let texts = placed_texts(&name.value, value, file);
            (name, texts)
        })
        .collect()
}
