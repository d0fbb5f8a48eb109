//! The page: the built user interface, in the binary.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use include_dir::{Dir, include_dir};
use rand::Rng as _;

use crate::problem::Problem;

static FILES: Dir<'static> = include_dir!("$OUT_DIR/web");

/// Stands in the page where the nonce of its styles goes.
const NONCE: &str = "__CSP_NONCE__";

/// A file of the page, or the page itself: which of its views is shown is for the page to say.
pub async fn page(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return Problem::not_found("there is no such route; /api/openapi.json lists them")
            .into_response();
    }
    match FILES.get_file(path) {
        Some(file) if path != "index.html" => asset(path, file.contents()),
        _ if path.starts_with("assets/") => StatusCode::NOT_FOUND.into_response(),
        _ => document(),
    }
}

/// Names under `assets/` contain a hash of what they name, so they never change.
fn asset(path: &str, contents: &'static [u8]) -> Response {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let kept = match path.starts_with("assets/") {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    (
        [
            (header::CONTENT_TYPE, kind.as_ref()),
            (header::CACHE_CONTROL, kept),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ],
        contents,
    )
        .into_response()
}

fn document() -> Response {
    let text = FILES
        .get_file("index.html")
        .and_then(|file| file.contents_utf8())
        .unwrap_or_default();
    let nonce = STANDARD.encode(rand::rng().random::<[u8; 18]>());
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let mut response = Response::new(Body::from(text.replace(NONCE, &nonce)));
    let headers = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, "text/html; charset=utf-8");
    set(header::CACHE_CONTROL, "no-store");
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "no-referrer");
    response
}
