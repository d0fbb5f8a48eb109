//! Every route there is.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::guard,
    api::{
        alerts, audit, audit_events, catalogue, changes, channels, custom_types, deliveries,
        events, findings, hooks, ingest, integrations, keys, overview, packs, providers, queries,
        query, resources, rules, session, types, users,
    },
    app::App,
    problem::ProblemDetails,
    ui,
};

/// Nothing that is sent here is longer.
const LONGEST_BODY: usize = 2 * 1024 * 1024;
/// No answer but streams, which come piece by piece, takes longer to begin.
const PATIENCE: Duration = Duration::from_secs(120);

#[derive(OpenApi)]
#[openapi(
    info(title = "Muster", description = "Everything in your identity systems, what changed, and what no longer passes muster."),
    components(schemas(ProblemDetails)),
    modifiers(&Keys),
    security(("key" = []))
)]
struct Described;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut Document) {
        if let Some(components) = document.components.as_mut() {
            let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
            components.add_security_scheme("key", scheme);
        }
    }
}

fn described() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(session::setup, session::set_up))
        .routes(routes!(session::show, session::sign_in, session::sign_out))
        .routes(routes!(session::change_password))
        .routes(routes!(session::invitation, session::accept))
        .routes(routes!(users::list, users::add))
        .routes(routes!(users::change, users::remove))
        .routes(routes!(users::invite))
        .routes(routes!(keys::list, keys::add))
        .routes(routes!(keys::change, keys::remove))
        .routes(routes!(audit::list))
        .routes(routes!(audit_events::list))
        .routes(routes!(audit_events::histogram))
        .routes(routes!(audit_events::logs))
        .routes(routes!(providers::list))
        .routes(routes!(custom_types::list, custom_types::add))
        .routes(routes!(
            custom_types::show,
            custom_types::change,
            custom_types::remove
        ))
        .routes(routes!(ingest::push, ingest::replace))
        .routes(routes!(ingest::remove))
        .routes(routes!(integrations::list, integrations::add))
        .routes(routes!(integrations::try_out))
        .routes(routes!(
            integrations::show,
            integrations::change,
            integrations::remove
        ))
        .routes(routes!(integrations::sync))
        .routes(routes!(
            integrations::webhook::show,
            integrations::webhook::make,
            integrations::webhook::remove
        ))
        .routes(routes!(hooks::verify, hooks::receive))
        .routes(routes!(events::watch))
        .routes(routes!(overview::show))
        .routes(routes!(types::list))
        .routes(routes!(resources::list))
        .routes(routes!(resources::show))
        .routes(routes!(resources::history))
        .routes(routes!(changes::list))
        .routes(routes!(catalogue::show))
        .routes(routes!(query::ask))
        .routes(routes!(queries::list, queries::add))
        .routes(routes!(queries::history))
        .routes(routes!(queries::change, queries::remove))
        .routes(routes!(rules::list))
        .routes(routes!(rules::show))
        .routes(routes!(packs::list))
        .routes(routes!(packs::show))
        .routes(routes!(findings::list))
        .routes(routes!(findings::show, findings::change))
        .routes(routes!(findings::comment))
        .routes(routes!(findings::suppress, findings::unsuppress))
        .routes(routes!(channels::kinds))
        .routes(routes!(channels::list, channels::add))
        .routes(routes!(channels::change, channels::remove))
        .routes(routes!(channels::test))
        .routes(routes!(alerts::list, alerts::add))
        .routes(routes!(alerts::change, alerts::remove))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::show))
        .routes(routes!(deliveries::retry))
}

/// The interface, described: OpenAPI 3.1.
pub fn openapi() -> Document {
    named(described().split_for_parts().1)
}

/// Handlers are named within their noun, `list`; an operation is named in the whole document: `get_api_alerts`.
fn named(mut document: Document) -> Document {
    for (path, item) in &mut document.paths.paths {
        let place: Vec<&str> = path
            .split(['/', '{', '}', '.'])
            .filter(|part| !part.is_empty())
            .collect();
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{}", place.join("_")));
            }
        }
    }
    document
}

/// Every route, guarded.
pub fn router(app: App) -> Router {
    let (routes, document) = described().split_for_parts();
    let document = Json(named(document));
    routes
        .route("/api/openapi.json", get(async move || document))
        .route("/healthz", get(async || Json(json!({"status": "ok"}))))
        .route_layer(middleware::from_fn_with_state(app.clone(), guard))
        .layer(middleware::from_fn(never_kept))
        .fallback(ui::page)
        .layer(middleware::from_fn(patient))
        .layer(CompressionLayer::new())
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(CatchPanicLayer::new())
        .with_state(app)
}

/// Ends what takes too long to begin. A push may be long on its way; its handler looks after that.
async fn patient(request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/api/ingest/") {
        return next.run(request).await;
    }
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// What the interface answers is for whoever asked, and for now.
async fn never_kept(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers
        .entry(header::X_CONTENT_TYPE_OPTIONS)
        .or_insert(HeaderValue::from_static("nosniff"));
    response
}
