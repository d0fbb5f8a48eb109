use super::table::{File, Table};
use crate::{definition::ManagedQuery, problem::Problem};

/// Reads one file under `queries/`.
pub(super) fn read_query(
    path: &str,
    provider: &str,
    id: &str,
    text: &str,
) -> (ManagedQuery, Vec<Problem>) {
    let mut file = File::new(path, text);
    let parsed = file.parse();
    let mut root = Table::root(&parsed);
    let columns = root.texts("columns", &mut file);
    let query = ManagedQuery {
        id: id.to_owned(),
        provider: provider.to_owned(),
        title: root.needed("title", &mut file).value,
        description: root.needed("description", &mut file).value,
        sql: root.needed("sql", &mut file).value.trim().to_owned(),
        columns: columns.iter().map(|column| column.value.clone()).collect(),
    };
    if columns.is_empty() {
        file.problem(
            0,
            "the file lacks `columns`",
            "name the columns of the answer, in order",
        );
    }
    root.finish(&mut file);
    (query, file.problems())
}
