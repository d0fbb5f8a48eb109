use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};

use super::{AUDIT_EVENT, BUILTIN, Catalog, Kind, Table, state::batch, type_text};
use crate::QueryError;

/// The tables there are, themselves included.
pub(super) fn tables(catalog: &Catalog) -> Result<Table, QueryError> {
    let tables = described(catalog)?;
    let text = |of: &dyn Fn(&Table) -> Option<String>| -> ArrayRef {
        Arc::new(
            tables
                .iter()
                .map(|table| of(table))
                .collect::<StringArray>(),
        )
    };
    let rows = batch(vec![
        (
            "table_schema",
            text(&|table| Some(schema_and_name(table).0)),
        ),
        ("table_name", text(&|table| Some(schema_and_name(table).1))),
        ("table_type", text(&|table| Some(type_of(table).to_owned()))),
        (
            "provider",
            text(&|table| Some(table.resource_type()?.provider.clone())),
        ),
        (
            "title",
            text(&|table| Some(table.resource_type()?.title.clone())),
        ),
        (
            "description",
            text(&|table| Some(table.description.clone())),
        ),
    ])?;
    Ok(Table::rows(
        "information_schema.tables",
        "The tables there are.",
        rows,
    ))
}

/// Their columns; hidden ones are left out.
pub(super) fn columns(catalog: &Catalog) -> Result<Table, QueryError> {
    let mut schemas = Vec::new();
    let mut names = Vec::new();
    let mut columns = Vec::new();
    let mut positions = Vec::new();
    let mut types = Vec::new();
    let mut computed = Vec::new();
    for table in described(catalog)? {
        let (schema, name) = schema_and_name(&table);
        let visible = table.columns.iter().filter(|column| !column.hidden);
        for (position, column) in (1_i64..).zip(visible) {
            schemas.push(schema.clone());
            names.push(name.clone());
            columns.push(column.member.name.clone());
            positions.push(position);
            let field = column.member.shape.field(&column.member.name);
            types.push(type_text(&Arc::new(field)));
            computed.push(Some(matches!(column.origin, super::Origin::Computed(_))));
        }
    }
    let rows = batch(vec![
        ("table_schema", Arc::new(StringArray::from(schemas))),
        ("table_name", Arc::new(StringArray::from(names))),
        ("column_name", Arc::new(StringArray::from(columns))),
        ("ordinal_position", Arc::new(Int64Array::from(positions))),
        ("data_type", Arc::new(StringArray::from(types))),
        ("is_computed", Arc::new(BooleanArray::from(computed))),
    ])?;
    Ok(Table::rows(
        "information_schema.columns",
        "The columns of every table.",
        rows,
    ))
}

/// Every table but those of this schema, which would have to describe themselves.
fn described(catalog: &Catalog) -> Result<Vec<Arc<Table>>, QueryError> {
    let mut tables: Vec<Arc<Table>> = Vec::new();
    for resource_type in &catalog.types {
        tables.push(Arc::new(Table::current(resource_type)));
        tables.push(Arc::new(Table::changes(resource_type)));
    }
    for log in catalog.audit_tables() {
        tables.extend(catalog.table(&log.name)?);
    }
    tables.extend(catalog.table(AUDIT_EVENT)?);
    for (name, _) in BUILTIN
        .iter()
        .filter(|(name, _)| !name.starts_with("information_schema"))
    {
        tables.extend(catalog.table(name)?);
    }
    Ok(tables)
}

fn schema_and_name(table: &Table) -> (String, String) {
    match table.name.split_once('.') {
        Some((schema, name)) => (schema.to_owned(), name.to_owned()),
        None => ("muster".to_owned(), table.name.clone()),
    }
}

fn type_of(table: &Table) -> &'static str {
    match table.kind {
        Kind::Current(_) => "RESOURCES",
        Kind::Changes(_) => "CHANGES",
        Kind::Events(_) => "EVENTS",
        Kind::Rows(_) => "SYSTEM TABLE",
    }
}
