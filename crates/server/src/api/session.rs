//! Setting up, signing in and out.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use muster_accounts::{
    Audit, Invitations, NewAuditEntry, Password, PasswordHash, Sessions, Token, User, Users,
};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::accounts::SessionView;
use crate::{
    access::{Address, Caller, ended, signed_in},
    app::App,
    page::Json,
    problem::{Problem, ProblemDetails},
};

/// Whether there is an owner yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Setup {
    /// Whether the one-time link that the server printed has to be followed first.
    needed: bool,
}

/// The first owner.
#[derive(Deserialize, ToSchema)]
pub struct NewOwner {
    /// From the one-time link.
    token: String,
    /// What people call you.
    name: String,
    /// What you will sign in with.
    email: String,
    /// At least 12 characters.
    password: String,
}

/// What signs in.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    /// Whatever its case.
    email: String,
    /// As it was set.
    password: String,
}

/// Another password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordChange {
    /// As it is.
    current: String,
    /// As it will be.
    password: String,
}

/// Who an invitation is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    /// What people call them.
    name: String,
    /// What they will sign in with.
    email: String,
}

/// What follows an invitation.
#[derive(Deserialize, ToSchema)]
pub struct InvitationAnswer {
    /// At least 12 characters.
    password: String,
}

type SignedIn = (HeaderMap, axum::Json<SessionView>);

/// Whether the server has an owner yet
#[utoipa::path(get, path = "/api/setup", tag = "session", responses((status = 200, body = Setup)))]
pub async fn setup(State(app): State<App>) -> Result<axum::Json<Setup>, Problem> {
    let needed = app
        .read(|transaction| Ok(Users(transaction).is_empty()?))
        .await?;
    Ok(axum::Json(Setup { needed }))
}

/// Make the first owner, with the link that the server printed
#[utoipa::path(post, path = "/api/setup", tag = "session", request_body = NewOwner,
    responses((status = 200, body = SessionView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn set_up(
    State(app): State<App>,
    Address(address): Address,
    Json(new): Json<NewOwner>,
) -> Result<SignedIn, Problem> {
    app.throttle.attempt(address.as_deref(), None)?;
    let password = hash(&app, new.password).await?;
    let now = app.now();
    let signed_in = app
        .write(move |transaction| {
            let token = Token::presented(new.token);
            let user = Invitations(transaction).accept_owner(
                &token,
                &new.name,
                &new.email,
                &password,
                now,
                &mut rand::rng(),
            )?;
            begin(transaction, user, "setup", address.as_deref(), now)
        })
        .await?;
    Ok(answer(&app, signed_in))
}

/// Sign in
#[utoipa::path(post, path = "/api/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = SessionView), (status = 401, body = ProblemDetails), (status = 429, body = ProblemDetails)))]
pub async fn sign_in(
    State(app): State<App>,
    Address(address): Address,
    Json(given): Json<SignIn>,
) -> Result<SignedIn, Problem> {
    app.throttle
        .attempt(address.as_deref(), Some(&given.email))?;
    let email = given.email.clone();
    let found = app
        .read(move |transaction| Ok(Users(transaction).credentials(&email)?))
        .await?;
    let (user, stored) = match found {
        Some((user, stored)) => (Some(user), stored),
        None => (None, PasswordHash::of_nobody()),
    };
    let password = Password::new(given.password);
    let fits = app.blocking(move |_| Ok(stored.fits(&password))).await?;
    let now = app.now();
    let Some(user) = user.filter(|_| fits) else {
        app.write(move |transaction| {
            let entry = NewAuditEntry {
                actor: given.email.trim(),
                action: "session.refused",
                address: address.as_deref(),
                ..NewAuditEntry::default()
            };
            Ok(Audit(transaction).note(&entry, now)?)
        })
        .await?;
        return Err(muster_accounts::AccountError::WrongPassword.into());
    };
    let signed_in = app
        .write(move |transaction| {
            begin(transaction, user, "session.begin", address.as_deref(), now)
        })
        .await?;
    Ok(answer(&app, signed_in))
}

/// Who is signed in
#[utoipa::path(get, path = "/api/session", tag = "session",
    responses((status = 200, body = SessionView), (status = 401, body = ProblemDetails)))]
pub async fn show(caller: Caller) -> Result<axum::Json<SessionView>, Problem> {
    let (user, token) = caller.user()?;
    Ok(axum::Json(SessionView::new(user.clone(), token)))
}

/// Sign out
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204)))]
pub async fn sign_out(
    State(app): State<App>,
    caller: Caller,
) -> Result<(HeaderMap, StatusCode), Problem> {
    let token = caller.user()?.1.clone();
    app.write(move |transaction| Ok(Sessions(transaction).end(&token)?))
        .await?;
    Ok((cookie(&ended(&app)), StatusCode::NO_CONTENT))
}

/// Change your own password; every other session of yours ends
#[utoipa::path(put, path = "/api/session/password", tag = "session", request_body = PasswordChange,
    responses((status = 200, body = SessionView), (status = 422, body = ProblemDetails)))]
pub async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Json(change): Json<PasswordChange>,
) -> Result<SignedIn, Problem> {
    let user = caller.user()?.0.clone();
    app.throttle
        .attempt(caller.address.0.as_deref(), Some(&user.email))?;
    let email = user.email.clone();
    let stored = app
        .read(move |transaction| Ok(Users(transaction).credentials(&email)?))
        .await?;
    let current = Password::new(change.current);
    let fits = app
        .blocking(move |_| Ok(stored.is_some_and(|(_, stored)| stored.fits(&current))))
        .await?;
    if !fits {
        return Err(Problem::invalid_field(
            "current",
            "this is not your password",
        ));
    }
    let password = hash(&app, change.password).await?;
    let now = app.now();
    let signed_in = app
        .write(move |transaction| {
            Users(transaction).set_password(&user.id, &password)?;
            begin(
                transaction,
                user,
                "password.change",
                caller.address.0.as_deref(),
                now,
            )
        })
        .await?;
    Ok(answer(&app, signed_in))
}

/// Who an invitation is for
#[utoipa::path(get, path = "/api/invitations/{token}", tag = "session", params(("token" = String, Path)),
    responses((status = 200, body = InvitationView), (status = 404, body = ProblemDetails)))]
pub async fn invitation(
    State(app): State<App>,
    Address(address): Address,
    Path(token): Path<String>,
) -> Result<axum::Json<InvitationView>, Problem> {
    app.throttle.attempt(address.as_deref(), None)?;
    let now = app.now();
    let user = app
        .read(move |transaction| Ok(Invitations(transaction).find(&Token::presented(token), now)?))
        .await?;
    Ok(axum::Json(InvitationView {
        name: user.name,
        email: user.email,
    }))
}

/// Follow an invitation: set a password and be signed in
#[utoipa::path(post, path = "/api/invitations/{token}", tag = "session", params(("token" = String, Path)),
    request_body = InvitationAnswer,
    responses((status = 200, body = SessionView), (status = 404, body = ProblemDetails), (status = 422, body = ProblemDetails)))]
pub async fn accept(
    State(app): State<App>,
    Address(address): Address,
    Path(token): Path<String>,
    Json(given): Json<InvitationAnswer>,
) -> Result<SignedIn, Problem> {
    app.throttle.attempt(address.as_deref(), None)?;
    let password = hash(&app, given.password).await?;
    let now = app.now();
    let signed_in = app
        .write(move |transaction| {
            let user = Invitations(transaction).accept(&Token::presented(token), &password, now)?;
            begin(
                transaction,
                user,
                "invitation.accept",
                address.as_deref(),
                now,
            )
        })
        .await?;
    Ok(answer(&app, signed_in))
}

async fn hash(app: &App, password: String) -> Result<PasswordHash, Problem> {
    app.blocking(move |_| Ok(Password::new(password).hash(&mut rand::rng())?))
        .await
}

fn begin(
    transaction: &Transaction<'_>,
    user: User,
    action: &str,
    address: Option<&str>,
    now: i64,
) -> Result<(User, Token), Problem> {
    let token = Sessions(transaction).begin(&user.id, now, &mut rand::rng())?;
    let entry = NewAuditEntry {
        actor_id: Some(&user.id),
        actor: &user.name,
        action,
        address,
        ..NewAuditEntry::default()
    };
    Audit(transaction).note(&entry, now)?;
    Ok((user, token))
}

fn answer(app: &App, (user, token): (User, Token)) -> SignedIn {
    let headers = cookie(&signed_in(app, &token));
    (headers, axum::Json(SessionView::new(user, &token)))
}

fn cookie(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(header::SET_COOKIE, value);
    }
    headers
}
