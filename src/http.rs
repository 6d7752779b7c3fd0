//! Table of contents 2: every route, and what stands around them.

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRef, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use sea_orm::ConnectionTrait;
use tokio::sync::watch;

use crate::{
    accounts::{self, Caller},
    app::App,
    consent, forms,
    platform::{
        db::sql,
        graphql::{
            explorer,
            transport::{self, Authenticate, Endpoint},
        },
        web::{self, Asset, Fault, static_asset},
    },
    schema::Schema,
};

#[derive(Clone)]
struct Serving {
    app: App,
    stop: watch::Receiver<bool>,
}

impl FromRef<Serving> for App {
    fn from_ref(serving: &Serving) -> Self {
        serving.app.clone()
    }
}

/// Everything that answers on `ACCORD_LISTEN`. `stop` turns true when the process is about to end.
pub fn router(app: &App, schema: Schema, stop: watch::Receiver<bool>) -> Router {
    let graphiql = app.config.graphiql;
    let serving = Serving { app: app.clone(), stop: stop.clone() };
    let public = Router::new().merge(forms::http::routes()).merge(consent::http::routes()).route("/accord.css", get(style)).with_state(app.clone());
    let own = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }));
    let own = if graphiql { own.merge(explorer::routes()) } else { own };
    let api: Router = transport::router("/graphql", endpoint(app, schema, stop));
    let router =
        Router::new().merge(public).merge(own.with_state(serving)).merge(api).fallback(|| async { Fault::from(crate::error::Error::NotFound) });
    web::around(router, app.config.public_url.starts_with("https://"))
}

fn endpoint(app: &App, schema: Schema, stop: watch::Receiver<bool>) -> Endpoint<Schema, Caller> {
    let keys = app.clone();
    let authenticate: Authenticate<Caller> = Arc::new(move |bearer| {
        let app = keys.clone();
        Box::pin(async move { accounts::authenticate(&app, &bearer).await })
    });
    let origins = vec![app.config.public_url.clone()];
    let loaders = app.clone();
    Endpoint::new(schema, authenticate, origins, stop)
        .anonymous_introspection(app.config.graphiql)
        .prepare(move |request, caller| crate::schema::prepare(request, &loaders, *caller))
}

async fn style(headers: HeaderMap) -> Response {
    static STYLE: std::sync::LazyLock<Asset> =
        std::sync::LazyLock::new(|| Asset::new(include_bytes!("platform/pages/accord.css"), "text/css; charset=utf-8"));
    static_asset(&headers, &STYLE)
}

/// Ready: the database answers, and the process is not about to end.
async fn ready(State(serving): State<Serving>) -> Response {
    if *serving.stop.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    let db = serving.app.db();
    match db.query_one_raw(sql(db, "SELECT 1", [])).await {
        Ok(_) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is away\n").into_response(),
    }
}
