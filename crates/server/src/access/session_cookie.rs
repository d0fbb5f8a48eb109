//! The cookie that holds a session's token.

use axum::http::{HeaderMap, header};
use cookie::{Cookie, SameSite};
use muster_accounts::Token;

use crate::app::Parts;

/// A page proves with a token derived for this purpose that it was made for the session it acts in.
pub const CSRF_PURPOSE: &str = "muster 2026 cross-site request forgery";

/// Behind HTTPS the name binds the cookie to this host and to HTTPS; browsers hold to that.
fn name(parts: &Parts) -> &'static str {
    match parts.options.is_https() {
        true => "__Host-muster",
        false => "muster",
    }
}

/// The token a request brings.
pub fn token(parts: &Parts, headers: &HeaderMap) -> Option<Token> {
    let name = name(parts);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| Token::presented(cookie.value()))
}

/// The header that signs in. The cookie ends with the browser, the session by itself.
pub fn signed_in(parts: &Parts, token: &Token) -> String {
    cookie(parts, token.as_str()).to_string()
}

/// The header that signs out.
pub fn ended(parts: &Parts) -> String {
    let mut cookie = cookie(parts, "");
    cookie.make_removal();
    cookie.to_string()
}

fn cookie(parts: &Parts, value: &str) -> Cookie<'static> {
    Cookie::build((name(parts), value.to_owned()))
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(parts.options.is_https())
        .path("/")
        .build()
}
