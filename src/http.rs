//! Every route, and the layers around them.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{FromRef, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use futures_util::{
    StreamExt,
    future::ready,
    stream::{self, BoxStream},
};
use sea_orm::ConnectionTrait;
use tokio::sync::watch;

use crate::{
    accounts::{self, Caller},
    app::App,
    consent,
    graphql::{self, schema::Schema},
    home,
    intake::{door, http},
    journal::current_seq,
    platform::{
        db::sql,
        graphql::{
            Credential, explorer,
            transport::{self, Authenticate, Endpoint, Observer, Renew, Seats, Watch},
        },
        pages::STYLE as SHEET,
        web::{self, Asset, static_asset},
    },
    privacy,
};

/// First segments of our routes' paths. A request that matches no route is logged under one of these, or as
/// other.
const FIRST_PARTS: &[&str] = &[
    "accord.css",
    "assets",
    "confirm",
    "embed.js",
    "forms",
    "graphiql",
    "graphql",
    "join",
    "my-data",
    "notices",
    "preferences",
    "reset-password",
    "stay-in-touch",
    "transfer",
    "unsubscribe",
];
/// Path of the API.
const GRAPHQL: &str = "/graphql";

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

/// The router for `ACCORD_LISTEN`. `stop` turns true when the process is about to end.
pub fn router(app: &App, schema: Schema, stop: watch::Receiver<bool>) -> Router {
    let graphiql = app.config.graphiql;
    let serving = Serving { app: app.clone(), stop: stop.clone() };
    let public = Router::new()
        .merge(accounts::http::routes())
        .merge(consent::http::routes())
        .merge(http::routes())
        .merge(privacy::http::routes())
        .route("/", get(home::home))
        .route("/assets/{*path}", get(home::asset))
        .route("/accord.css", get(style))
        .fallback(home::not_found)
        .with_state(app.clone())
        .merge(door::routes(app));
    let own = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(is_ready))
        .route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT }));
    let own = if graphiql { own.merge(explorer::routes(crate::examples::to_json())) } else { own };
    let api: Router = transport::router(GRAPHQL, endpoint(app, schema, stop));
    let router = public.merge(own.with_state(serving)).merge(api);
    let router = web::open_to_apps(router, GRAPHQL, app.config.app_origins.clone());
    web::around(router, app.config.public_url.starts_with("https://"), &app.ledger.metrics, FIRST_PARTS)
}

fn endpoint(app: &App, schema: Schema, stop: watch::Receiver<bool>) -> Endpoint<Schema, Caller> {
    let credentials = app.clone();
    let authenticate: Authenticate<Caller> = Arc::new(move |shown| {
        let app = credentials.clone();
        Box::pin(async move {
            match shown {
                Credential::Bearer(key) => accounts::authenticate(&app, &key).await,
                Credential::Cookie(token) => accounts::authenticate_session(&app, &token).await,
            }
        })
    });
    let (again, watched, loaders) = (app.clone(), app.clone(), app.clone());
    let renew: Renew<Caller> = Arc::new(move |caller| {
        let app = again.clone();
        Box::pin(async move { accounts::renew(&app, caller).await })
    });
    let watch: Watch<Caller> = Arc::new(move |caller| end_of_access(watched.clone(), caller));
    let mut endpoint = Endpoint::new(schema, authenticate, vec![app.config.public_url.clone()], stop)
        .anonymous_introspection(app.config.graphiql)
        .sessions(accounts::SESSION_COOKIE, graphql::accounts::PUBLIC, graphql::accounts::ALONE, renew, watch)
        .prepare(move |request, caller, peer| {
            graphql::schema::prepare_for(request, &loaders, caller.copied(), peer)
        });
    // Counted per member, across all their sessions, or per API key.
    endpoint.seats = Seats::new(app.config.budgets.streams_per_caller, |caller: &Caller| {
        format!("{} {}", caller.workspace, caller.actor)
    });
    endpoint.observer = Observer::new(app.ledger.metrics.clone(), graphql::schema::root_fields());
    endpoint.names = Some(graphql::schema::near_names);
    endpoint.trusted_proxies.clone_from(&app.config.trusted_proxies);
    endpoint.apps.clone_from(&app.config.app_origins);
    endpoint
}

/// Signals once it is listening, and whenever a journal entry, from this or another node, may have ended this
/// caller's access.
fn end_of_access(app: App, caller: Caller) -> BoxStream<'static, ()> {
    let listen = async move {
        let head = Box::pin(current_seq(app.db(), caller.workspace)).await?;
        app.tails.follow(&app.ledger.db, caller.workspace, head).await
    };
    let begun = stream::once(listen).filter_map(|tail| ready(tail.ok()));
    let hints = begun.flat_map(move |tail| {
        let told = stream::unfold(tail, move |mut tail| async move {
            loop {
                // The database is unreachable; the periodic check continues meanwhile.
                let Ok(entries) = tail.next().await else {
                    tokio::time::sleep(Duration::from_millis(500)).await;
                    continue;
                };
                if entries
                    .iter()
                    .any(|entry| accounts::touches(&caller, &entry.kind, entry.object.as_deref()))
                {
                    return Some(((), tail));
                }
            }
        });
        // Something may have happened before we listened.
        stream::once(ready(())).chain(told)
    });
    hints.boxed()
}

async fn style(headers: HeaderMap) -> Response {
    static STYLE: std::sync::LazyLock<Asset> =
        std::sync::LazyLock::new(|| Asset::new(SHEET, "text/css; charset=utf-8"));
    static_asset(&headers, &STYLE)
}

/// Ready: the database answers, and the process is not about to end.
async fn is_ready(State(serving): State<Serving>) -> Response {
    if *serving.stop.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    let db = serving.app.db();
    match db.query_one_raw(sql(db, "SELECT 1", [])).await {
        Ok(_) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database is away\n").into_response(),
    }
}
