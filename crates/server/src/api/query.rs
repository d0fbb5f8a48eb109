//! Questions in SQL.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use arrow::datatypes::{DataType, Field, SchemaRef};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use futures::StreamExt as _;
use muster_query::{
    Limits, QueryError, QueryStream, Request, Variable,
    format::{Format, WriteError, Writer},
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::ToSchema;

use super::{catalogue::source, queries::Asked};
use crate::{
    access::Caller,
    app::App,
    page::Json,
    problem::{Problem, ProblemDetails},
};

/// Pieces of an answer that may wait for whoever asked.
const WAITING: usize = 4;
/// What a page reads: columns first, then rows, then how it ended.
const ANSWER: &str = "application/vnd.muster.answer+ndjson";

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// One statement.
    sql: String,
    /// What `$name` stands for, without the sign.
    #[serde(default)]
    #[schema(value_type = Object)]
    variables: BTreeMap<String, Value>,
    /// Rows at most; 1,000,000 unless given.
    #[schema(minimum = 1, maximum = 1_000_000)]
    max_rows: Option<u64>,
    /// Seconds at most; 60 unless given.
    #[schema(minimum = 1, maximum = 600)]
    seconds: Option<u64>,
}

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Written {
    Plain(Format),
    Answer,
}

impl Written {
    fn asked_for(headers: &HeaderMap) -> Self {
        let accepted = headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let wants = |kind: &str| accepted.split(',').any(|one| one.trim().starts_with(kind));
        if wants(ANSWER) {
            Self::Answer
        } else if wants("application/x-ndjson") {
            Self::Plain(Format::Ndjson)
        } else if wants("text/csv") {
            Self::Plain(Format::Csv)
        } else {
            Self::Plain(Format::Json)
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Answer => ANSWER,
            Self::Plain(Format::Ndjson) => "application/x-ndjson",
            Self::Plain(Format::Csv) => "text/csv; charset=utf-8",
            Self::Plain(_) => "application/json",
        }
    }
}

/// Ask in SQL
///
/// The answer is one JSON array of objects; an object a line for `Accept: application/x-ndjson`; CSV for `text/csv`.
/// `application/vnd.muster.answer+ndjson` gives a line `{"columns": …}`, lines `{"rows": [[…]]}`, and last a line
/// `{"done": {"rows", "truncated", "milliseconds"}}` or `{"error": …}`. Rows come as they are found. Closing the
/// connection stops the query.
#[utoipa::path(post, path = "/api/query", tag = "query", request_body = Question,
    responses((status = 200, content_type = "application/json", body = Vec<Object>), (status = 401, body = ProblemDetails),
        (status = 422, body = ProblemDetails)))]
pub async fn ask(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
    Json(question): Json<Question>,
) -> Result<Response, Problem> {
    let written = Written::asked_for(&headers);
    let begun = Instant::now();
    let source = source(&app).await?;
    let usual = Limits::default();
    let request = Request {
        variables: question
            .variables
            .into_iter()
            .map(|(name, value)| {
                (
                    name.trim_start_matches('$').to_owned(),
                    Variable::from(value),
                )
            })
            .collect(),
        limits: Limits {
            rows: question
                .max_rows
                .map_or(usual.rows, |rows| rows.clamp(1, usual.rows)),
            time: question.seconds.map_or(usual.time, |seconds| {
                Duration::from_secs(seconds.clamp(1, 600))
            }),
            ..usual
        },
        ..Request::new(question.sql)
    };
    let asked = Asked::new(&app, &caller, &request.sql);
    let sql = request.sql.clone();
    let stream = match app.engine.query(&caller.principal(), source, request).await {
        Ok(stream) => stream,
        Err(error) => {
            asked.failed(begun, &error).await;
            return Err(Problem::query(&error, &sql));
        }
    };
    let (sender, receiver) = mpsc::channel(WAITING);
    // The answer outlives this call; it ends with the connection, which drops the receiver.
    tokio::spawn(
        Answer {
            stream,
            sender,
            sql,
            begun,
            asked,
            written,
        }
        .write(),
    );
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(receiver)));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(written.content_type()),
    );
    Ok(response)
}

/// An answer on its way.
struct Answer {
    stream: QueryStream,
    sender: mpsc::Sender<io::Result<Bytes>>,
    sql: String,
    begun: Instant,
    asked: Asked,
    written: Written,
}

/// Whoever asked has gone.
struct Gone;

impl Answer {
    async fn write(mut self) {
        let mut rows = 0;
        let result = match self.written {
            Written::Plain(format) => self.plain(format, &mut rows).await,
            Written::Answer => self.answer(&mut rows).await,
        };
        match result {
            Ok(Ok(())) => self.asked.answered(self.begun, rows).await,
            Ok(Err(error)) => self.asked.failed(self.begun, &error).await,
            Err(Gone) => self.asked.failed(self.begun, &QueryError::Cancelled).await,
        }
    }

    /// An error on the way cuts the connection off, so that half an answer is not taken for a whole one.
    async fn plain(
        &mut self,
        format: Format,
        rows: &mut u64,
    ) -> Result<Result<(), QueryError>, Gone> {
        let buffer = Buffer::default();
        let mut writer = Writer::new(format, self.stream.schema(), buffer.clone());
        while let Some(batch) = self.stream.next().await {
            let written = batch.map_err(WriteError::Query).and_then(|batch| {
                *rows += batch.num_rows() as u64;
                writer.write(&batch)
            });
            if let Err(error) = written {
                return self.cut_off(error).await;
            }
            self.send(buffer.take()).await?;
        }
        if let Err(error) = writer.finish() {
            return self.cut_off(error).await;
        }
        self.send(buffer.take()).await?;
        Ok(Ok(()))
    }

    async fn cut_off(&self, error: WriteError) -> Result<Result<(), QueryError>, Gone> {
        let error = query_error(error);
        let told = io::Error::other(error.to_string());
        self.sender.send(Err(told)).await.map_err(|_| Gone)?;
        Ok(Err(error))
    }

    async fn answer(&mut self, rows: &mut u64) -> Result<Result<(), QueryError>, Gone> {
        let schema = self.stream.schema();
        self.line(&json!({"columns": columns(&schema)})).await?;
        let buffer = Buffer::default();
        let mut writer = Writer::new(Format::Rows, schema, buffer.clone());
        while let Some(batch) = self.stream.next().await {
            let written = batch.map_err(WriteError::Query).and_then(|batch| {
                *rows += batch.num_rows() as u64;
                writer.write(&batch)
            });
            if let Err(error) = written {
                let error = query_error(error);
                let problem = Problem::query(&error, &self.sql);
                self.line(&json!({"error": problem})).await?;
                return Ok(Err(error));
            }
            let mut line = b"{\"rows\":[".to_vec();
            for (index, row) in buffer
                .take()
                .split(|byte| *byte == b'\n')
                .filter(|row| !row.is_empty())
                .enumerate()
            {
                if index > 0 {
                    line.push(b',');
                }
                line.extend_from_slice(row);
            }
            line.extend_from_slice(b"]}\n");
            self.send(Bytes::from(line)).await?;
        }
        let done = json!({"done": {
            "rows": *rows,
            "truncated": self.stream.truncated(),
            "milliseconds": u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        }});
        self.line(&done).await?;
        Ok(Ok(()))
    }

    async fn line(&self, value: &Value) -> Result<(), Gone> {
        self.send(Bytes::from(format!("{value}\n"))).await
    }

    async fn send(&self, bytes: Bytes) -> Result<(), Gone> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.sender.send(Ok(bytes)).await.map_err(|_| Gone)
    }
}

fn query_error(error: WriteError) -> QueryError {
    match error {
        WriteError::Query(error) => error,
        other => QueryError::Internal(other.to_string()),
    }
}

fn columns(schema: &SchemaRef) -> Vec<Value> {
    schema
        .fields()
        .iter()
        .map(|field| json!({"name": field.name(), "type": kind(field)}))
        .collect()
}

fn kind(field: &Field) -> &'static str {
    if field
        .metadata()
        .get("muster.type")
        .is_some_and(|kind| kind == "json")
    {
        return "json";
    }
    match field.data_type() {
        DataType::Boolean => "boolean",
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => "timestamp",
        DataType::Struct(_) => "object",
        DataType::List(_) | DataType::LargeList(_) => "list",
        kind if kind.is_integer() => "integer",
        kind if kind.is_numeric() => "number",
        _ => "string",
    }
}

/// Takes what a writer writes, to be sent piece by piece.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn take(&self) -> Bytes {
        let mut bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Bytes::from(std::mem::take(&mut *bytes))
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
