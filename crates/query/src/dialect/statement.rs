//! Which statements there are.

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Query, Spanned, Statement, UtilityOption,
};

use super::{Rewriter, parse, query::Output};
use crate::{SqlError, suggestion::did_you_mean};

impl Rewriter<'_> {
    pub(super) fn statement(&mut self, statement: Statement) -> Result<Statement, SqlError> {
        let span = statement.span();
        match statement {
            Statement::Query(query) => self.top(*query),
            Statement::Explain {
                describe_alias,
                analyze,
                verbose,
                query_plan: false,
                estimate: false,
                statement,
                format: None,
                options,
            } if no_options(&options) => match *statement {
                Statement::Query(query) => Ok(Statement::Explain {
                    describe_alias,
                    analyze,
                    verbose,
                    query_plan: false,
                    estimate: false,
                    statement: Box::new(self.top(*query)?),
                    format: None,
                    options: None,
                }),
                _ => Err(self.error(span, "EXPLAIN explains queries only")),
            },
            Statement::ShowTables { .. } => self.written(
                "SELECT table_name, table_type, description FROM information_schema.tables ORDER BY table_name",
            ),
            Statement::ExplainTable { table_name, .. } => self.describe(&table_name),
            other => {
                let word = other.to_string();
                let word = word.split_whitespace().next().unwrap_or_default();
                let start = self.text.word_at(datafusion::sql::sqlparser::tokenizer::Location::new(1, 1));
                Err(SqlError::new(format!("{word} is not possible"))
                    .help("SQL reads; write SELECT … FROM …")
                    .at(self.place(span).or(start)))
            }
        }
    }

    fn top(&mut self, query: Query) -> Result<Statement, SqlError> {
        let rewritten = self.query(query, None, Output::Rows)?;
        Ok(Statement::Query(Box::new(rewritten.query)))
    }

    fn describe(&mut self, name: &ObjectName) -> Result<Statement, SqlError> {
        let words: Vec<Ident> = name
            .0
            .iter()
            .filter_map(|part| part.as_ident().cloned())
            .collect();
        let path: Vec<&str> = words.iter().map(|word| word.value.as_str()).collect();
        let path = path.join(".");
        let Some(table) = self.planning.table(&path)? else {
            let names = self.planning.table_names();
            return Err(self
                .error(name.span(), format!("there is no table `{path}`"))
                .or_help(did_you_mean(&path, names.iter().map(String::as_str))));
        };
        let quoted = table.name.replace('\'', "''");
        self.written(&format!(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{quoted}' ORDER BY ordinal_position",
        ))
    }

    /// A query of our own.
    fn written(&mut self, sql: &str) -> Result<Statement, SqlError> {
        match parse::expression(sql)? {
            (Expr::Subquery(query), _) => self.top(*query),
            _ => Err(SqlError::new("this statement is not possible")),
        }
    }
}

fn no_options(options: &Option<Vec<UtilityOption>>) -> bool {
    options.as_ref().is_none_or(Vec::is_empty)
}
