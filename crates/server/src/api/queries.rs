//! Questions that are kept: managed ones, saved ones, and what was asked lately.

use std::time::Instant;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
};
use muster_accounts::Permission;
use muster_query::QueryError;
use rand::Rng as _;
use rusqlite::{OptionalExtension as _, Row, Transaction};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    access::Caller,
    app::App,
    page::{Json, Page, PageQuery, number_cursor},
    problem::{Problem, ProblemDetails},
    time::Time,
};

/// Questions remembered per person.
const REMEMBERED: i64 = 1_000;

/// Where a query comes from.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QueryKind {
    /// With the product.
    Managed,
    /// From somebody here.
    Saved,
}

/// A question that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Query)]
pub struct QueryView {
    /// Never changes.
    id: String,
    /// Where it comes from.
    kind: QueryKind,
    /// What it is called.
    title: String,
    /// What it answers.
    description: String,
    /// The statement.
    sql: String,
    /// Of a managed one.
    provider: Option<String>,
    /// Whether everybody sees it.
    shared: bool,
    /// Who saved it.
    owner: Option<String>,
    /// Whether that was you.
    mine: bool,
    /// When it was last saved.
    updated_at: Option<Time>,
}

/// A question to be kept.
#[derive(Debug, Deserialize, ToSchema)]
pub struct NewQuery {
    /// What it is called.
    title: String,
    /// What it answers.
    #[serde(default)]
    description: String,
    /// The statement.
    sql: String,
    /// Whether everybody sees it.
    #[serde(default)]
    shared: bool,
}

/// A question that was asked.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskedView {
    /// Grows with time.
    id: i64,
    /// When.
    at: Time,
    /// Who asked.
    by: String,
    /// The statement.
    sql: String,
    /// Rows of the answer; null when there was none.
    rows: Option<i64>,
    /// How long it took.
    milliseconds: i64,
    /// Why there was none.
    error: Option<String>,
}

/// Whose questions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AskedFilter {
    /// Everybody's; for who may read the record of who did what.
    #[serde(default)]
    everyone: bool,
}

/// Managed queries, your own, and those that are shared
#[utoipa::path(get, path = "/api/queries", tag = "query", responses((status = 200, body = Page<QueryView>)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
) -> Result<axum::Json<Page<QueryView>>, Problem> {
    let catalogue = app.office.catalogue();
    let managed = catalogue.queries().map(|query| QueryView {
        id: query.id.clone(),
        kind: QueryKind::Managed,
        title: query.title.clone(),
        description: query.description.clone(),
        sql: query.sql.clone(),
        provider: Some(query.provider.clone()),
        shared: true,
        owner: None,
        mine: false,
        updated_at: None,
    });
    let mut queries: Vec<QueryView> = managed.collect();
    let saved = app
        .read(move |transaction| {
            let mut statement = transaction.prepare_cached(&format!(
                "{SELECT} WHERE q.owner = ?1 OR q.shared ORDER BY q.title COLLATE NOCASE, q.id"
            ))?;
            let rows = statement.query_map([caller.id()], |row| saved(row, caller.id()))?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await?;
    queries.extend(saved);
    Ok(axum::Json(Page::whole(queries)))
}

/// Keep a question
#[utoipa::path(post, path = "/api/queries", tag = "query", request_body = NewQuery,
    responses((status = 200, body = QueryView), (status = 422, body = ProblemDetails)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewQuery>,
) -> Result<axum::Json<QueryView>, Problem> {
    let owner = caller.user()?.0.id.clone();
    let (new, now) = (checked(new)?, app.now());
    let id = format!("{:032x}", rand::rng().random::<u128>());
    let query = app
        .write(move |transaction| {
            transaction.execute(
                "INSERT INTO saved_query (id, owner, title, description, sql, shared, updated)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                (
                    &id,
                    &owner,
                    &new.title,
                    &new.description,
                    &new.sql,
                    new.shared,
                    now,
                ),
            )?;
            find(transaction, &id, &owner)
        })
        .await?;
    Ok(axum::Json(query))
}

/// Save a question of yours anew
#[utoipa::path(put, path = "/api/queries/{id}", tag = "query", params(("id" = String, Path)), request_body = NewQuery,
    responses((status = 200, body = QueryView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(new): Json<NewQuery>,
) -> Result<axum::Json<QueryView>, Problem> {
    let (new, now) = (checked(new)?, app.now());
    let query = app
        .write(move |transaction| {
            let changed = transaction.execute(
                "UPDATE saved_query SET title = ?3, description = ?4, sql = ?5, shared = ?6, updated = ?7
                 WHERE id = ?1 AND owner = ?2",
                (&id, caller.id(), &new.title, &new.description, &new.sql, new.shared, now),
            )?;
            match changed {
                0 => Err(nobodys()),
                _ => find(transaction, &id, caller.id()),
            }
        })
        .await?;
    Ok(axum::Json(query))
}

/// Forget a question of yours
#[utoipa::path(delete, path = "/api/queries/{id}", tag = "query", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    app.write(move |transaction| {
        let removed = transaction.execute(
            "DELETE FROM saved_query WHERE id = ?1 AND owner = ?2",
            (&id, caller.id()),
        )?;
        match removed {
            0 => Err(nobodys()),
            _ => Ok(()),
        }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was asked lately, newest first
#[utoipa::path(get, path = "/api/queries/history", tag = "query", params(AskedFilter, PageQuery),
    responses((status = 200, body = Page<AskedView>), (status = 403, body = ProblemDetails)))]
pub async fn history(
    State(app): State<App>,
    caller: Caller,
    Query(filter): Query<AskedFilter>,
    Query(page): Query<PageQuery>,
) -> Result<axum::Json<Page<AskedView>>, Problem> {
    if filter.everyone && !caller.may(Permission::ReadAudit) {
        return Err(Problem::forbidden(
            "others' questions are for administrators",
        ));
    }
    let (before, limit) = (page.number()?.unwrap_or(i64::MAX), i64::from(page.limit()));
    let of = (!filter.everyone).then(|| caller.id().to_owned());
    let mut items = app
        .read(move |transaction| {
            let mut statement = transaction.prepare_cached(
                "SELECT id, at, actor, sql, rows, milliseconds, error FROM asked
                 WHERE id < ?1 AND (?2 IS NULL OR actor_id = ?2) ORDER BY id DESC LIMIT ?3",
            )?;
            let rows = statement.query_map((before, of, limit + 1), |row| {
                Ok(AskedView {
                    id: row.get(0)?,
                    at: Time(row.get(1)?),
                    by: row.get(2)?,
                    sql: row.get(3)?,
                    rows: row.get(4)?,
                    milliseconds: row.get(5)?,
                    error: row.get(6)?,
                })
            })?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await?;
    let more = items.len() as i64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = items
        .last()
        .filter(|_| more)
        .map(|item| number_cursor(item.id));
    Ok(axum::Json(Page {
        items,
        next,
        total: None,
    }))
}

const SELECT: &str =
    "SELECT q.id, q.title, q.description, q.sql, q.shared, q.owner, q.updated, u.name
     FROM saved_query q LEFT JOIN user u ON u.id = q.owner";

fn saved(row: &Row<'_>, caller: &str) -> rusqlite::Result<QueryView> {
    let owner: String = row.get(5)?;
    Ok(QueryView {
        id: row.get(0)?,
        kind: QueryKind::Saved,
        title: row.get(1)?,
        description: row.get(2)?,
        sql: row.get(3)?,
        provider: None,
        shared: row.get(4)?,
        mine: owner == caller,
        updated_at: Some(Time(row.get(6)?)),
        owner: row.get(7)?,
    })
}

fn find(transaction: &Transaction<'_>, id: &str, caller: &str) -> Result<QueryView, Problem> {
    transaction
        .prepare_cached(&format!("{SELECT} WHERE q.id = ?1"))?
        .query_row([id], |row| saved(row, caller))
        .optional()?
        .ok_or_else(nobodys)
}

fn nobodys() -> Problem {
    Problem::not_found("you have no such query")
}

fn checked(new: NewQuery) -> Result<NewQuery, Problem> {
    if new.title.trim().is_empty() {
        return Err(Problem::invalid_field("title", "give the query a title"));
    }
    if new.sql.trim().is_empty() {
        return Err(Problem::invalid_field(
            "sql",
            "there is no statement to save",
        ));
    }
    Ok(NewQuery {
        title: new.title.trim().to_owned(),
        ..new
    })
}

/// A question, to be noted once it is known how it ended.
pub struct Asked {
    app: App,
    id: String,
    name: String,
    sql: String,
}

impl Asked {
    pub fn new(app: &App, caller: &Caller, sql: &str) -> Self {
        Self {
            app: App::clone(app),
            id: caller.id().to_owned(),
            name: caller.name().to_owned(),
            sql: sql.to_owned(),
        }
    }

    pub async fn answered(self, begun: Instant, rows: u64) {
        self.note(begun, i64::try_from(rows).ok(), None).await;
    }

    pub async fn failed(self, begun: Instant, error: &QueryError) {
        self.note(begun, None, Some(error.to_string())).await;
    }

    /// A note that cannot be taken keeps nobody from their answer.
    async fn note(self, begun: Instant, rows: Option<i64>, error: Option<String>) {
        let now = self.app.now();
        let took = i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let Self { app, id, name, sql } = self;
        let _ = app
            .write(move |transaction| {
                transaction.execute(
                    "INSERT INTO asked (at, actor_id, actor, sql, rows, milliseconds, error)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    (now, &id, name, sql, rows, took, error),
                )?;
                transaction.execute(
                    "DELETE FROM asked WHERE actor_id = ?1 AND id <= (
                         SELECT id FROM asked WHERE actor_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2
                     )",
                    (&id, REMEMBERED),
                )?;
                Ok(())
            })
            .await;
    }
}
