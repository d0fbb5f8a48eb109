//! The people who may sign in.

use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use muster_accounts::{Invitations, NewUser, Token, Users};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::accounts::{RoleName, UserView};
use crate::{
    access::Caller,
    app::App,
    page::{Json, Page},
    problem::{Problem, ProblemDetails},
};

/// Somebody to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewUser)]
pub struct NewUserBody {
    /// What people call them.
    name: String,
    /// What they will sign in with.
    email: String,
    /// What they may do.
    role: RoleName,
}

/// What changes of somebody.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UserChange {
    /// What people call them.
    name: Option<String>,
    /// What they may do.
    role: Option<RoleName>,
    /// Whether they are kept out.
    disabled: Option<bool>,
}

/// Somebody, and the link that sets their password. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedUser {
    /// Who.
    user: UserView,
    /// To be passed on to them; good for a week.
    invitation: String,
}

/// A link that sets a password. It is shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationLink {
    /// To be passed on; good for a week.
    invitation: String,
}

/// Everybody
#[utoipa::path(get, path = "/api/users", tag = "users", responses((status = 200, body = Page<UserView>)))]
pub async fn list(State(app): State<App>) -> Result<axum::Json<Page<UserView>>, Problem> {
    let users = app
        .read(|transaction| Ok(Users(transaction).all()?))
        .await?;
    Ok(axum::Json(Page::whole(
        users.into_iter().map(UserView::from).collect(),
    )))
}

/// Invite somebody
#[utoipa::path(post, path = "/api/users", tag = "users", request_body = NewUserBody,
    responses((status = 200, body = InvitedUser), (status = 422, body = ProblemDetails)))]
pub async fn add(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewUserBody>,
) -> Result<axum::Json<InvitedUser>, Problem> {
    let now = app.now();
    if !caller.role().may_manage(new.role.into()) {
        return Err(Problem::forbidden(
            "only an owner can make somebody an owner",
        ));
    }
    let (user, token) = app
        .write(move |transaction| {
            let new = NewUser {
                name: new.name,
                email: new.email,
                role: new.role.into(),
            };
            let user = Users(transaction).add(&new, now, &mut rand::rng())?;
            let token = Invitations(transaction).invite(&user.id, now, &mut rand::rng())?;
            let detail = json!({"role": user.role});
            caller.note(
                transaction,
                "user.add",
                Some(&user.email),
                Some(detail),
                now,
            )?;
            Ok((user, token))
        })
        .await?;
    Ok(axum::Json(InvitedUser {
        user: user.into(),
        invitation: link(&app, &token),
    }))
}

/// Change somebody
#[utoipa::path(patch, path = "/api/users/{id}", tag = "users", params(("id" = String, Path)), request_body = UserChange,
    responses((status = 200, body = UserView), (status = 403, body = ProblemDetails), (status = 404, body = ProblemDetails), (status = 409, body = ProblemDetails)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(change): Json<UserChange>,
) -> Result<axum::Json<UserView>, Problem> {
    let now = app.now();
    let user = app
        .write(move |transaction| {
            let users = Users(transaction);
            let before = users.get(&id)?;
            if !caller.role().may_manage(before.role) {
                return Err(muster_accounts::AccountError::AboveYou(before.role).into());
            }
            if let Some(name) = &change.name {
                users.rename(&id, name)?;
            }
            if let Some(role) = change.role {
                users.set_role(&id, role.into(), caller.role())?;
            }
            if let Some(disabled) = change.disabled {
                users.set_disabled(&id, disabled, caller.role())?;
            }
            let after = users.get(&id)?;
            let detail =
                json!({"name": after.name, "role": after.role, "disabled": after.disabled});
            caller.note(
                transaction,
                "user.change",
                Some(&after.email),
                Some(detail),
                now,
            )?;
            Ok(after)
        })
        .await?;
    Ok(axum::Json(user.into()))
}

/// Remove somebody, with their sessions, keys and saved queries
#[utoipa::path(delete, path = "/api/users/{id}", tag = "users", params(("id" = String, Path)),
    responses((status = 204), (status = 403, body = ProblemDetails), (status = 404, body = ProblemDetails), (status = 409, body = ProblemDetails)))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let now = app.now();
    app.write(move |transaction| {
        let user = Users(transaction).get(&id)?;
        Users(transaction).remove(&id, caller.role())?;
        caller.note(transaction, "user.remove", Some(&user.email), None, now)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new link for somebody: the first did not arrive, or the password is lost
#[utoipa::path(post, path = "/api/users/{id}/invitation", tag = "users", params(("id" = String, Path)),
    responses((status = 200, body = InvitationLink), (status = 403, body = ProblemDetails), (status = 404, body = ProblemDetails)))]
pub async fn invite(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<axum::Json<InvitationLink>, Problem> {
    let now = app.now();
    let token = app
        .write(move |transaction| {
            let user = Users(transaction).get(&id)?;
            if !caller.role().may_manage(user.role) {
                return Err(muster_accounts::AccountError::AboveYou(user.role).into());
            }
            let token = Invitations(transaction).invite(&id, now, &mut rand::rng())?;
            caller.note(transaction, "user.invite", Some(&user.email), None, now)?;
            Ok(token)
        })
        .await?;
    Ok(axum::Json(InvitationLink {
        invitation: link(&app, &token),
    }))
}

/// Behind the hash, so that it is in no server's log.
fn link(app: &App, token: &Token) -> String {
    format!("{}/invitation#{}", app.options.base(), token.as_str())
}
