//! API keys. Everybody has their own; who manages keys sees all.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use muster_accounts::{ApiKey, ApiKeys, NewApiKey, Permission, Scope};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    access::Caller,
    app::App,
    page::{Json, Page},
    problem::{Problem, ProblemDetails},
    time::Time,
};

/// What a key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Scope)]
pub enum ScopeName {
    /// Questions in SQL.
    Query,
    /// Everything that changes nothing.
    Read,
    /// Pushing custom data.
    Ingest,
    /// What an administrator may, but for users and keys.
    Manage,
}

impl From<Scope> for ScopeName {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Query => Self::Query,
            Scope::Read => Self::Read,
            Scope::Ingest => Self::Ingest,
            Scope::Manage => Self::Manage,
        }
    }
}

impl From<ScopeName> for Scope {
    fn from(scope: ScopeName) -> Self {
        match scope {
            ScopeName::Query => Self::Query,
            ScopeName::Read => Self::Read,
            ScopeName::Ingest => Self::Ingest,
            ScopeName::Manage => Self::Manage,
        }
    }
}

/// A key, without what opens anything.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ApiKey)]
pub struct ApiKeyView {
    /// Never changes.
    id: String,
    /// What it is for.
    name: String,
    /// What it is good for.
    scope: ScopeName,
    /// How it begins.
    prefix: String,
    /// Whose it is.
    created_by: String,
    /// When it was made.
    created_at: Time,
    /// When it stops working; never when null.
    expires_at: Option<Time>,
    /// When it was last used, to the minute.
    last_used_at: Option<Time>,
    /// Whether it is switched off.
    disabled: bool,
    /// The only type it may push; null where it is not bound to one.
    resource_type: Option<String>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            prefix: key.prefix(),
            id: key.id,
            name: key.name,
            scope: key.scope.into(),
            created_by: key
                .user
                .map_or_else(|| "command line".to_owned(), |(_, name)| name),
            created_at: Time(key.created),
            expires_at: key.expires.map(Time),
            last_used_at: key.last_used.map(Time),
            disabled: key.disabled,
            resource_type: key.resource_type,
        }
    }
}

/// A key to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = NewApiKey)]
pub struct NewKey {
    /// What it is for.
    name: String,
    /// What it is good for.
    scope: ScopeName,
    /// When it stops working; never when null.
    expires_at: Option<Time>,
    /// The only type it may push, for a key that ingests.
    #[serde(default)]
    resource_type: Option<String>,
}

/// A key and what opens. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeKey {
    /// What is known of it from now on.
    key: ApiKeyView,
    /// To be sent as `Authorization: Bearer`.
    secret: String,
}

/// What changes of a key.
#[derive(Debug, Deserialize, ToSchema)]
pub struct KeyChange {
    /// Whether it is switched off.
    disabled: bool,
}

/// Your keys, or everybody's where you manage keys
#[utoipa::path(get, path = "/api/keys", tag = "keys", responses((status = 200, body = Page<ApiKeyView>)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
) -> Result<axum::Json<Page<ApiKeyView>>, Problem> {
    let of = (!caller.may(Permission::ManageKeys)).then(|| caller.id().to_owned());
    let keys = app
        .read(move |transaction| Ok(ApiKeys(transaction).all(of.as_deref())?))
        .await?;
    Ok(axum::Json(Page::whole(
        keys.into_iter().map(ApiKeyView::from).collect(),
    )))
}

/// Make a key
#[utoipa::path(post, path = "/api/keys", tag = "keys", request_body = NewKey,
    responses((status = 200, body = MadeKey), (status = 403, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewKey>,
) -> Result<axum::Json<MadeKey>, Problem> {
    if new.scope == ScopeName::Manage && !caller.may(Permission::ManageKeys) {
        return Err(Problem::forbidden(
            "a key that manages is for administrators; make one that reads",
        ));
    }
    if new.scope == ScopeName::Ingest && !caller.may(Permission::Push) {
        return Err(Problem::forbidden(
            "a key that pushes is for administrators; make one that reads",
        ));
    }
    if let Some(name) = &new.resource_type
        && app.office.custom_type(name).is_err()
    {
        return Err(Problem::invalid_field(
            "resourceType",
            format!("there is no custom type `{name}`"),
        ));
    }
    let user = caller.user()?.0.id.clone();
    let now = app.now();
    let (key, secret) = app
        .write(move |transaction| {
            let new = NewApiKey {
                name: new.name,
                scope: new.scope.into(),
                user: Some(user),
                expires: new.expires_at.map(|time| time.0),
                resource_type: new.resource_type,
            };
            let made = ApiKeys(transaction).add(&new, now, &mut rand::rng())?;
            let detail = json!({"scope": made.0.scope, "id": made.0.id, "resourceType": made.0.resource_type});
            caller.note(
                transaction,
                "key.add",
                Some(&made.0.name),
                Some(detail),
                now,
            )?;
            Ok(made)
        })
        .await?;
    Ok(axum::Json(MadeKey {
        key: key.into(),
        secret: secret.as_str().to_owned(),
    }))
}

/// Switch a key off or on
#[utoipa::path(patch, path = "/api/keys/{id}", tag = "keys", params(("id" = String, Path)), request_body = KeyChange,
    responses((status = 200, body = ApiKeyView), (status = 404, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<KeyChange>,
) -> Result<axum::Json<ApiKeyView>, Problem> {
    let now = app.now();
    let key = app
        .write(move |transaction| {
            own(&ApiKeys(transaction).get(&id)?, &caller)?;
            let key = ApiKeys(transaction).set_disabled(&id, change.disabled)?;
            let detail = json!({"disabled": key.disabled, "id": key.id});
            caller.note(
                transaction,
                "key.change",
                Some(&key.name),
                Some(detail),
                now,
            )?;
            Ok(key)
        })
        .await?;
    Ok(axum::Json(key.into()))
}

/// Remove a key
#[utoipa::path(delete, path = "/api/keys/{id}", tag = "keys", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let now = app.now();
    app.write(move |transaction| {
        let key = ApiKeys(transaction).get(&id)?;
        own(&key, &caller)?;
        ApiKeys(transaction).remove(&id)?;
        caller.note(transaction, "key.remove", Some(&key.name), None, now)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Others' keys do not exist for who does not manage keys.
fn own(key: &ApiKey, caller: &Caller) -> Result<(), Problem> {
    let is_own = key.user.as_ref().is_some_and(|(id, _)| id == caller.id());
    if is_own || caller.may(Permission::ManageKeys) {
        Ok(())
    } else {
        Err(muster_accounts::AccountError::NoKey.into())
    }
}
