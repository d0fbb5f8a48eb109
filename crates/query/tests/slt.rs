//! Runs every file under `tests/slt` against a small company.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "query/support/mod.rs"]
mod support;

use std::{path::Path, sync::Arc};

use arrow::{
    array::{Array, RecordBatch},
    util::display::{ArrayFormatter, FormatOptions},
};
use chrono::DateTime;
use futures::StreamExt;
use muster_model::Principal;
use muster_query::{Engine, EngineOptions, QueryError, Request, Variable};
use serde_json::json;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use support::{Company, NEW_YEAR};

#[derive(Clone)]
struct Muster {
    engine: Arc<Engine>,
    company: Arc<Company>,
}

/// An error as the files expect it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

#[async_trait::async_trait]
impl AsyncDB for Muster {
    type Error = Failure;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<Self::ColumnType>, Self::Error> {
        self.answer(sql)
            .await
            .map_err(|error| Failure(error.to_string()))
    }

    async fn shutdown(&mut self) {}
}

impl Muster {
    async fn answer(&self, sql: &str) -> Result<DBOutput<DefaultColumnType>, QueryError> {
        let mut request = Request::new(sql)
            .with_variable("status", "ACTIVE")
            .with_variable("evil", "x' OR '1'='1")
            .with_variable("yes", json!(true))
            .with_variable("seven", json!(7))
            .with_variable("minus", json!(-1))
            .with_variable("statuses", json!(["ACTIVE", "SUSPENDED"]))
            .with_variable("nothing", json!([]))
            .with_variable(
                "object",
                json!({"status": "SUSPENDED", "deep": {"list": ["u1", "u2"]}}),
            )
            .with_variable("moment", "2026-01-02")
            .with_variable(
                "filter",
                Variable::Sql("u.status = 'ACTIVE' OR u.logins = 0".to_owned()),
            )
            .with_variable(
                "ids",
                Variable::Sql("SELECT VALUE f.userId FROM okta_factor f".to_owned()),
            )
            .with_variable("two", Variable::Sql("1 = 1; SELECT 2".to_owned()))
            .with_variable("wrong", Variable::Sql("u.statsu = 'ACTIVE'".to_owned()))
            .with_variable("loop", Variable::Sql("$loop".to_owned()));
        // A month into the record.
        request.now = DateTime::from_timestamp_millis(NEW_YEAR + 31 * 86_400_000);
        let company: Arc<Company> = Arc::clone(&self.company);
        let mut stream = self
            .engine
            .query(&Principal::Owner, company, request)
            .await?;
        let width = stream.schema().fields().len();
        let mut rows = Vec::new();
        while let Some(batch) = stream.next().await {
            rows.extend(text(&batch?));
        }
        Ok(DBOutput::Rows {
            types: vec![DefaultColumnType::Any; width],
            rows,
        })
    }
}

fn text(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::default()
        .with_null("NULL")
        .with_display_error(true);
    let columns: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options).unwrap())
        .collect();
    (0..batch.num_rows())
        .map(|row| {
            columns
                .iter()
                .zip(batch.columns())
                .map(|(formatter, column)| match column.is_null(row) {
                    true => "NULL".to_owned(),
                    false => match formatter
                        .value(row)
                        .to_string()
                        .trim_end()
                        .replace('\n', " ⏎")
                    {
                        text if text.is_empty() => "(empty)".to_owned(),
                        text => text,
                    },
                })
                .collect()
        })
        .collect()
}

fn main() {
    let muster = Muster {
        engine: Arc::new(Engine::new(EngineOptions { threads: 2 }).unwrap()),
        company: Arc::new(Company::small()),
    };
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let arguments: Vec<String> = std::env::args().collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/slt");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "slt"))
        .collect();
    files.sort();
    let name = |path: &Path| path.file_stem().unwrap().to_string_lossy().into_owned();
    // What nextest asks of a test program without the usual harness.
    if arguments.iter().any(|argument| argument == "--list") {
        if !arguments.iter().any(|argument| argument == "--ignored") {
            for file in &files {
                writeln(&format!("{}: test", name(file)));
            }
        }
        return;
    }
    let mut failed = false;
    for file in files {
        if !wanted.is_empty() && !wanted.contains(&name(&file)) {
            continue;
        }
        let mut runner = Runner::new(|| async { Ok(muster.clone()) });
        if std::env::var_os("MUSTER_SLT_UPDATE").is_some() {
            let updated = futures::executor::block_on(runner.update_test_file(
                &file,
                " ",
                sqllogictest::default_validator,
                sqllogictest::default_normalizer,
                sqllogictest::default_column_validator,
            ));
            updated.unwrap();
            continue;
        }
        if let Err(error) = runner.run_file(&file) {
            writeln(&format!("{}: {}", name(&file), error.display(false)));
            failed = true;
        }
    }
    std::process::exit(i32::from(failed));
}

fn writeln(line: &str) {
    use std::io::Write;
    std::io::stdout().write_all(line.as_bytes()).unwrap();
    std::io::stdout().write_all(b"\n").unwrap();
}
