//! `query`

use std::{
    collections::BTreeMap,
    io::{self, Read as _, Write},
    path::Path,
    sync::Arc,
};

use arrow::array::RecordBatch;
use muster_control::{Control, Folder};
use muster_model::Principal;
use muster_provider::Catalogue;
use muster_query::{
    Engine, EngineOptions, Limits, QueryError, Request, Variable,
    format::{Format as Written, WriteError, Writer, write_answer},
};
use serde_json::Value;

use super::print;
use crate::cli::{Format, Query};
use muster_office::{
    Configuration, Register,
    failure::{Failure, chain},
};

pub fn run(command: Query, providers: Option<&Path>) -> Result<(), Failure> {
    let catalogue = super::catalogue(providers)?;
    if command.list {
        list(&catalogue);
        return Ok(());
    }
    let folder = Folder::new(&command.data.data);
    Control::open_reader(&folder)?;
    let sql = statement(&command, &catalogue)?;
    let request = Request {
        variables: variables(&command.variables)?,
        limits: Limits {
            time: command.time_limit,
            memory_bytes: command.memory_limit << 20,
            rows: command.row_limit,
        },
        ..Request::new(sql.clone())
    };
    let archive = Configuration::of(&folder)?.archive(&folder)?;
    let moment = Arc::new(Register::open(&folder, &catalogue, archive)?.now()?);
    let engine = Engine::new(EngineOptions::default())
        .map_err(|error| Failure::Unable(format!("cannot start: {error}")))?;
    let row_limit = command.row_limit;
    super::runtime()?.block_on(async {
        let mut answer = engine
            .query(&Principal::Owner, moment, request)
            .await
            .map_err(|error| failure(&error, &sql))?;
        let output = io::BufWriter::new(io::stdout().lock());
        match write_answer(&mut answer, written(command.format), output).await {
            Ok(_) => {}
            Err(WriteError::Query(error)) => return Err(failure(&error, &sql)),
            // A reader that closed the pipe has seen enough.
            Err(WriteError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            Err(error) => return Err(Failure::Unable(chain(&error))),
        }
        if answer.truncated() {
            return Err(Failure::Incomplete(format!(
                "the answer was cut at the row limit of {row_limit}; narrow the question or raise it with --row-limit"
            )));
        }
        Ok(())
    })
}

fn list(catalogue: &Catalogue) {
    let rows = catalogue.queries().map(|query| {
        vec![
            query.id.clone(),
            format!("{}. {}", query.title, query.description),
        ]
    });
    print::table(&["id", "what it answers"], rows.collect::<Vec<_>>());
    print::line("muster query --managed ID --data DIR");
}

fn statement(command: &Query, catalogue: &Catalogue) -> Result<String, Failure> {
    if let Some(id) = &command.managed {
        return catalogue
            .query(id)
            .map(|query| query.sql.clone())
            .ok_or_else(|| {
                Failure::usage(format!(
                    "there is no managed query `{id}`; `muster query --list` shows them"
                ))
            });
    }
    if let Some(sql) = &command.sql {
        return Ok(sql.clone());
    }
    if print::is_interactive() {
        print::note("Type a statement and end with Control-D.");
    }
    let mut sql = String::new();
    io::stdin()
        .read_to_string(&mut sql)
        .map_err(|error| Failure::usage(format!("the statement could not be read: {error}")))?;
    Ok(sql)
}

fn variables(given: &[String]) -> Result<BTreeMap<String, Variable>, Failure> {
    given
        .iter()
        .map(|pair| {
            let (name, text) = pair.split_once('=').ok_or_else(|| {
                Failure::usage(format!(
                    "--variable takes NAME=VALUE; there is no `=` in `{pair}`"
                ))
            })?;
            let value =
                serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
            Ok((
                name.trim_start_matches('$').to_owned(),
                Variable::from(value),
            ))
        })
        .collect()
}

fn failure(error: &QueryError, sql: &str) -> Failure {
    let rendered = error.render(sql);
    let rendered = rendered
        .strip_prefix("error: ")
        .unwrap_or(&rendered)
        .to_owned();
    match error {
        QueryError::Sql(_) => Failure::Usage(rendered),
        QueryError::Limit(_) => Failure::Incomplete(rendered),
        QueryError::Cancelled | QueryError::Source(_) | QueryError::Internal(_) => {
            Failure::Unable(rendered)
        }
    }
}

fn written(format: Format) -> Written {
    match format {
        Format::Table => Written::Table,
        Format::Json => Written::Json,
        Format::Ndjson => Written::Ndjson,
        Format::Csv => Written::Csv,
    }
}

/// Writes one batch as a whole answer.
pub fn write(
    format: Format,
    output: &mut impl Write,
    batch: &RecordBatch,
) -> Result<(), WriteError> {
    let mut writer = Writer::new(written(format), batch.schema(), output);
    writer.write(batch)?;
    writer.finish()?;
    Ok(())
}
