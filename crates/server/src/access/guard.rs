use axum::{
    extract::{FromRequestParts as _, MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use muster_accounts::{ApiKeys, Permission, Sessions, Token};

use super::{
    caller::{Address, Caller, Kind},
    session_cookie::{self, CSRF_PURPOSE},
    table::{Needs, methods, needs},
};
use crate::{app::App, problem::Problem};

/// Lets a request through to its handler, or does not. A route that the table does not name is nobody's.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    match admit(&app, request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

async fn admit(app: &App, request: Request) -> Result<Request, Problem> {
    let (mut parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>();
    let needed = route
        .and_then(|path| needs(&parts.method, path.as_str()))
        .ok_or_else(|| refusal(route))?;
    let permission = match needed {
        Needs::Nothing => return Ok(Request::from_parts(parts, body)),
        Needs::Session => None,
        Needs::Permission(permission) => Some(permission),
    };
    let Address(address) = match Address::from_request_parts(&mut parts, &()).await {
        Ok(address) => address,
        Err(never) => match never {},
    };
    let kind = if let Some(key) = bearer(&parts.headers)? {
        by_key(app, key, permission).await?
    } else if let Some(token) = session_cookie::token(app, &parts.headers) {
        by_session(app, token, &parts.method, &parts.headers).await?
    } else {
        return Err(Problem::unauthenticated(
            "sign in, or send an API key as `Authorization: Bearer KEY`",
        ));
    };
    let caller = Caller {
        kind,
        address: Address(address),
    };
    if let Some(permission) = permission
        && !caller.may(permission)
    {
        return Err(Problem::forbidden(
            "your role does not permit this; ask an administrator",
        ));
    }
    parts.extensions.insert(caller);
    Ok(Request::from_parts(parts, body))
}

/// Why nobody gets to a route that is not in the table.
fn refusal(route: Option<&MatchedPath>) -> Problem {
    let methods = route.map_or_else(Vec::new, |path| methods(path.as_str()));
    if methods.is_empty() {
        return Problem::forbidden("nobody may do this");
    }
    Problem::method_not_allowed(&methods)
}

fn bearer(headers: &HeaderMap) -> Result<Option<Token>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Token::presented(token.trim()));
    token
        .map(Some)
        .ok_or_else(|| Problem::unauthenticated("write the header as `Authorization: Bearer KEY`"))
}

/// A key that is not good for what it is used for is as good as none.
async fn by_key(app: &App, key: Token, permission: Option<Permission>) -> Result<Kind, Problem> {
    let now = app.now();
    let found = app
        .read(move |transaction| Ok(ApiKeys(transaction).find(&key, now)?))
        .await?;
    let Some((key, stale)) = found else {
        return Err(Problem::unauthenticated(
            "this key does not open anything: it is not known, has expired or is switched off",
        ));
    };
    if permission.is_none_or(|permission| !key.scope.may(permission)) {
        return Err(Problem::unauthenticated(format!(
            "this key's scope is `{}`, which is not enough here; make one with a wider scope",
            key.scope.as_str()
        )));
    }
    if stale {
        let id = key.id.clone();
        app.write(move |transaction| Ok(ApiKeys(transaction).used(&id, now)?))
            .await?;
    }
    Ok(Kind::Key(key))
}

async fn by_session(
    app: &App,
    token: Token,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Kind, Problem> {
    let now = app.now();
    let presented = token.clone();
    let found = app
        .read(move |transaction| Ok(Sessions(transaction).find(&presented, now)?))
        .await?;
    let Some(session) = found else {
        return Err(Problem::unauthenticated(
            "your session is over; sign in again",
        ));
    };
    if !method.is_safe() {
        let proof = headers
            .get("x-csrf-token")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !token.derives(CSRF_PURPOSE, proof) {
            return Err(Problem::forbidden(
                "the request does not come from a page of this session; load the page again",
            ));
        }
    }
    if session.stale {
        let (token, user) = (token.clone(), session.user.id.clone());
        app.write(move |transaction| Ok(Sessions(transaction).seen(&token, &user, now)?))
            .await?;
    }
    Ok(Kind::User(session.user, token))
}
